"""Importers: public files reduced to the tables that the knowledge base keeps."""
