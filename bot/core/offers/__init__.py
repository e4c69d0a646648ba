"""Offers: the form, and pay that any message names."""
