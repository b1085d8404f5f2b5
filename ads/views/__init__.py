"""What readers, their browsers and advertisers are answered."""
