"""Conversations: who is addressed, what was asked before, what not to say twice, feedback."""
