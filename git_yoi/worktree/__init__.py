"""Branches and worktrees of tickets: making them, judging them, and removing them without losing anything."""
