"""The single checks of `git yoi doctor`: each looks at one thing, changes nothing, and says how to mend it."""
