"""What is kept how long: the table, and the job that lets go. docs/decisions/0037-retention.md."""
