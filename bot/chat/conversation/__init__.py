"""Conversations: who is addressed, what was asked before, which answers not to repeat unasked, feedback."""
