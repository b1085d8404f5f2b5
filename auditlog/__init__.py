"""The audit log: who did what, from where. docs/decisions/0036-audit-log.md."""
