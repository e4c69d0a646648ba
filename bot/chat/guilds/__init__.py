"""What a guild sets, and how fast people may ask."""
