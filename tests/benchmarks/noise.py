"""Makes noisy copies of a question, always the same ones: each has one slip of one kind, and the kinds take turns.

A slip hits a letter, never a digit: "15 yoe" typed as "1 yoe" is another question, which nobody could read rightly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    key: [other for other in row[max(0, n - 1) : n + 2] if other != key] for row in _KEYS for n, key in enumerate(row)
}
EMOJI = ("\U0001f525", "\U0001f62d", "\U0001f64f", "\U0001f914", "\U0001f4b0")


def _swap(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n, (a, b) in enumerate(pairwise(text)) if a.isalpha() and b.isalpha() and a != b])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _drop(text: str, rng: random.Random) -> str:
    at = rng.choice(_letters(text))
    return text[:at] + text[at + 1 :]


def _double(text: str, rng: random.Random) -> str:
    at = rng.choice(_letters(text))
    return text[: at + 1] + text[at:]


def _beside(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n in _letters(text) if text[n].lower() in BESIDE])
    return text[:at] + rng.choice(BESIDE[text[at].lower()]) + text[at + 1 :]


def _space(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n, c in enumerate(text) if c == " "])
    return text[:at] + text[at + 1 :]


def _upper(text: str, _: random.Random) -> str:
    return text.upper()


def _emoji(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n, c in enumerate(f"{text} ") if c == " "])
    return f"{text[:at]} {rng.choice(EMOJI)}{text[at:]}"


def _letters(text: str) -> list[int]:
    return [n for n, c in enumerate(text) if c.isalpha()]


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "swap": _swap,
    "drop": _drop,
    "double": _double,
    "beside": _beside,
    "space": _space,
    "upper": _upper,
    "emoji": _emoji,
}


def copies(text: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield (kind, noisy copy). The text is the seed; what has no space can't lose one."""
    kinds = [kind for kind in KINDS if kind != "space" or " " in text.strip()]
    rng = random.Random(text)  # noqa: S311 - noise, not secrets
    first = rng.randrange(len(kinds))
    for n in range(count):
        kind = kinds[(first + n) % len(kinds)]
        yield kind, KINDS[kind](text, rng)
