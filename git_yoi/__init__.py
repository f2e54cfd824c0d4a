"""git-yoi: a ticket tracker that lives inside a Git repository."""

__version__ = "0.1.0"
