"""Translations: the catalogs and the extraction of texts."""
