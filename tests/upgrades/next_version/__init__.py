"""What the version after this one would bring along: migrations alone, of a table that is in use."""
