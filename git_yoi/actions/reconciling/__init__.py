"""The parts of `git yoi reconcile`: the targets, what was merged to them, what was taken back, and the entries."""
