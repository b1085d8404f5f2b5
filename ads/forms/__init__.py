"""What the desk and advertisers type."""
