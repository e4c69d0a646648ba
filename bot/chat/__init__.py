"""The part that speaks: Discord."""
