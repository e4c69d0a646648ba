"""Reduce inflected words: stems for matching, singular forms for names."""

from __future__ import annotations

from bot.core.text.memo import memoized

SHORTEST_PLURAL = 4


@memoized(1 << 15)
def singulars(word: str) -> tuple[str, ...]:
    """Return what a word may be the plural of.

    >>> singulars("engineers"), singulars("companies"), singulars("bus")
    (('engineer',), ('companie', 'company'), ())
    """
    if len(word) >= SHORTEST_PLURAL and word[-1] == "s" and word[-2] not in "su":
        return (word[:-1], f"{word[:-3]}y") if word.endswith("ies") else (word[:-1],)
    return ()


@memoized(1 << 15)
def stem(word: str) -> str:
    """Return a word without its commonest endings, so that "pays", "paying" and "pay" count as one.

    >>> [stem(w) for w in ("pays", "increasing", "increase", "companies", "news", "need")]
    ['pay', 'increas', 'increas', 'compani', 'new', 'need']
    """
    if word.endswith("ies") and len(word) > SHORTEST_STEM + 2:
        return word[:-2]
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= kept:
            word = word[: -len(ending)]
            break
    if word.endswith("y") and len(word) > SHORTEST_STEM:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > SHORTEST_STEM else word


def without_possessive(word: str) -> str:
    """Return a word without the "'s" of a possessive; "what's" has it, too.

    >>> without_possessive("google's")
    'google'
    """
    return word.removesuffix("'s")


def is_plural(word: str) -> bool:
    """Whether a word ends as plurals do."""
    return word.endswith("s")


def is_comparative(word: str) -> bool:
    """Whether a word ends as comparatives do: "higher"; so do "number" and "over", which a caller has to know apart."""
    return word.endswith("er")


def is_gerund(word: str) -> bool:
    """Whether a word ends as a verb's "-ing" form does."""
    return word.endswith("ing")


SHORTEST_STEM = 3
_ENDINGS = (("ingly", 3), ("edly", 3), ("ings", 3), ("ing", 3), ("ed", 3), ("es", 3), ("ly", 4), ("s", 3))
