"""The reader's pages: a pure function of the database, the same for everybody."""
