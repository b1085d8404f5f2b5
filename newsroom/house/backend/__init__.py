"""Django's PostgreSQL backend over the embedded server, which is started by the first connection."""
