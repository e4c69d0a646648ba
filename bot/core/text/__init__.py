"""Text primitives: normalization, inflection, formatting and figure references. Pure functions on strings."""
