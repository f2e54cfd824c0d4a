"""The record on the ticket ref: reading it, and adding to it."""
