"""The command line: the only place that reads terminal, environment and clock."""
