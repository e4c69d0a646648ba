"""Find and fill references to figures, `{figure:ID}`, in the prose of the knowledge base."""

from __future__ import annotations

import re
from collections.abc import Callable

_REFERENCE = re.compile(r"\{figure:([a-z0-9_]+\.[a-z0-9_]+)(?:\.(low|high))?\}")
_TYPED = re.compile(
    r"(?<![\w.,{])\$?\d{2,3}(?:,\d{3})+|(?<![\w.,{])\$\s?\d[\d,.]*k?|(?<![\w.,{])\d+(?:\.\d+)?\s?(?:%|k\b)"
)


def figure_references(prose: str) -> list[tuple[str, str | None]]:
    """Return (id, part) of the figures that a text of the knowledge base refers to.

    >>> figure_references("from {figure:google.range.low} a year")
    [('google.range', 'low')]
    """
    return [(found[1], found[2]) for found in _REFERENCE.finditer(prose)]


def fill_references(prose: str, shown: Callable[[str, str | None], str]) -> str:
    """Put `shown(id, part)` in the place of each reference; `part` is None, "low" or "high"."""
    return _REFERENCE.sub(lambda found: shown(found[1], found[2]), prose)


def typed_amounts(prose: str) -> list[str]:
    """Return pay figures and percentages typed into a text, which would have no source there.

    >>> typed_amounts("between $72,000 and 100k, after 10-19 years")
    ['$72,000', '100k']
    """
    return _TYPED.findall(prose)
