"""One file per verb: plain arguments in, a value out; nothing is printed, nothing of the terminal is known."""
