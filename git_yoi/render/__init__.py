"""A value to text, or to what JSON can hold; nothing is decided here."""
