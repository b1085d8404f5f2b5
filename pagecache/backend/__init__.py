"""The database engine `pagecache.backend`: Django's for PostgreSQL, which does not wait for what is known to be away."""
