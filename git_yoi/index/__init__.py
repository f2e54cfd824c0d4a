"""The SQLite view of the record: a pure function of the ticket ref's tip, never the truth (design.md, section 1)."""
