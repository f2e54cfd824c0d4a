"""Whether, where and how a branch's work reached a target, and whether it was undone: decided from git alone."""
