"""Build regular expressions from lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(phrases: Iterable[str], *, gap: str = " ") -> str:
    r"""Return a pattern for any of some phrases, the longest first; for none of them, one that matches nothing.

    `gap` is the pattern for a space within a phrase.

    >>> any_of(["k", "p.a."]), any_of(["part time"], gap="[ -]?"), any_of([])
    ('(?:p\\.a\\.|k)', '(?:part[ -]?time)', '(?!)')
    """
    escaped = [gap.join(map(re.escape, phrase.split(" "))) for phrase in sorted(phrases, key=len, reverse=True)]
    return f"(?:{'|'.join(escaped)})" if escaped else "(?!)"


def shortest(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return the phrases that contain no other one: where none of them stands in a text, neither does any phrase.

    >>> shortest(["years", "year", "decade", "two decades"])
    ('year', 'decade')
    """
    found: list[str] = []
    for phrase in sorted(phrases, key=len):
        if not any(other in phrase for other in found):
            found.append(phrase)
    return tuple(found)
