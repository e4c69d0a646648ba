"""Deciding: what is asked, whether it is covered, what a fragment goes on from."""
