"""Delivery: messages and interaction responses, sent once, in time, or given up with a line in the log."""
