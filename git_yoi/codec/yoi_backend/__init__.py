"""The yoi project's local backend: one folder a ticket, with item.md, thread.md, resolution.md and artifacts/."""
