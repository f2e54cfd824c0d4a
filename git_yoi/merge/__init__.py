"""Completing a ticket: readiness, the candidate, its validation, the journal, the landing, and recovery."""
