"""What a copy desk looks for before a story is handed in."""
