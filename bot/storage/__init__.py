"""The part that remembers: the knowledge base on disk."""
