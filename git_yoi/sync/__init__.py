"""The shared remote: fetching, joining, pushing, and confirming what was pushed."""
