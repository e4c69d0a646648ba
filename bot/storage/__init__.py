"""What is on disk: the knowledge base, the translations, the database."""
