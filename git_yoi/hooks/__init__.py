"""One check per hook, and how a hook comes into a repository without evicting anybody's own."""
