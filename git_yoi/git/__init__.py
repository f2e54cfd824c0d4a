"""The only door to Git; nothing here knows of tickets."""
