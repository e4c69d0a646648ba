"""The data model: knowledge, dialogue types, languages and validation."""
