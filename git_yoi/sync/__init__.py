"""Exchanging the record with the shared remote: fetch, join, push with a lease, confirm by reading back."""
