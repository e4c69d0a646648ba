"""Charts: what an answer shows, laid out and drawn as a PNG."""
