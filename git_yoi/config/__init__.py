"""Settings: git's configuration, and the policy file of the target branch."""
