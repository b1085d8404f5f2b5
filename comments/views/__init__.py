"""What readers see of comments: reading.py is the same for everybody, the others are private."""
