"""Mends misspelt words: candidates from an index of deletions, the verdict by whole-word edit distance (OSA).

Rules: a word of a name is mended only from five letters on, never out of an English word, and only with a margin to the
next candidate; from eight letters on two typos are forgiven. A word without its space is cut in two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

# A name's word has to have this many letters before a typo in it is forgiven; four letters are too near to others.
SHORTEST_MENDED_NAME = 5
SHORTEST_MENDED_WORD = 4
# "muh" and "wht" are typos of four-letter words; anything shorter is not guessed at.
SHORTEST_TYPO = 3
# From this length on two typos in one word are forgiven; with fewer letters two edits reach too many other words.
TWO_TYPOS_FROM = 8
# Longer "words" are no two words with a space missing.
LONGEST_SPLIT = 24
REMEMBERED = 4_096
SHORTEST_PLURAL = 4


def singulars(word: str) -> tuple[str, ...]:
    """Return what a word may be the plural of.

    >>> singulars("engineers"), singulars("companies"), singulars("bus")
    (('engineer',), ('companie', 'company'), ())
    """
    if len(word) >= SHORTEST_PLURAL and word[-1] == "s" and word[-2] not in "su":
        return (word[:-1], f"{word[:-3]}y") if word.endswith("ies") else (word[:-1],)
    return ()


def is_one_typo(word: str, name: str) -> bool:
    """Whether one letter added, left out, changed or swapped with its neighbour makes the one into the other."""
    return OSA.distance(word, name, score_cutoff=1) == 1


class Mender:
    """Mends one word at a time.

    `plain` counts the ordinary words (the commoner wins a tie), `names` are words of names, `pieces` all that a word
    without its space may be cut into.
    """

    def __init__(self, plain: Counter[str], names: Iterable[str], pieces: Iterable[str]) -> None:
        self._pieces = frozenset(pieces)
        self._names = frozenset(names)
        self._plain = plain
        self._words = plain.keys() | self._names
        self._deletions: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            if len(word) >= SHORTEST_MENDED_WORD:
                for shorter in _deletions(word):
                    self._deletions[shorter].append(word)

        # One question is read several times (halves, a second and more lenient look): each odd word is mended once.
        self.mend = lru_cache(maxsize=REMEMBERED)(self._mend)

    def _mend(self, word: str, real: bool) -> tuple[str, ...]:
        """Return the words meant: one, two where a space was missing, or the word itself where nothing is near enough.

        `real` marks an English word: it is never taken for a name, nor split.
        """
        near = self._nearest(word, real=real)
        if near is None and not real:
            return self._split(word) or (word,)
        return (near or word,)

    def _nearest(self, word: str, *, real: bool) -> str | None:
        if len(word) < SHORTEST_TYPO:
            return None
        candidates = {c for form in _deletions(word) for c in self._deletions.get(form, ())}
        ranked = sorted(
            (distance, word[0] != c[0], -self._plain[c], -ratio(word, c), c)
            for c in candidates
            if (distance := OSA.distance(word, c)) <= _allowed(word, c)
            and (c not in self._names or (not real and len(c) >= SHORTEST_MENDED_NAME))
        )
        if not ranked:
            return None
        ties = [c for distance, *_, c in ranked if distance == ranked[0][0]]
        if len(ties) > 1 and any(c in self._names for c in ties):
            same_start = [c for c in ties if c[0] == word[0]]
            # "google" and its own short form "googl" are no rivals.
            forms = [c for c in same_start if c.startswith(min(same_start, key=len))]
            return max(forms, key=len) if forms and len(forms) == len(same_start) else None
        return ties[0]

    def _split(self, word: str) -> tuple[str, ...]:
        if len(word) > LONGEST_SPLIT:
            return ()
        cuts = [(word[:n], word[n:]) for n in range(1, len(word))]
        whole = [cut for cut in cuts if all(self._is_piece(piece) for piece in cut)]
        if whole:
            return max(whole, key=lambda cut: min(map(len, cut)))
        for left, right in sorted(cuts, key=lambda cut: -max(map(len, cut))):
            if self._is_sure_piece(left) and (mended := self._nearest(right, real=False)):
                return (left, mended)
            if self._is_sure_piece(right) and (mended := self._nearest(left, real=False)):
                return (mended, right)
        return ()

    def _is_sure_piece(self, piece: str) -> bool:
        """Whether a piece is long enough to hold on to, and no name: "applebees" is no Apple."""
        return len(piece) >= SHORTEST_MENDED_WORD and self._is_piece(piece) and piece not in self._names

    def _is_piece(self, piece: str) -> bool:
        known = piece in self._pieces or any(form in self._pieces for form in singulars(piece))
        return known and (len(piece) > 1 or piece in "ai")


def _allowed(word: str, candidate: str) -> int:
    return 2 if min(len(word), len(candidate)) >= TWO_TYPOS_FROM else 1


def _deletions(word: str) -> set[str]:
    """Return the word and all forms with one letter left out; two for long words (a superset of OSA <= 1 or 2)."""
    one = {word[:n] + word[n + 1 :] for n in range(len(word))}
    forms = {word} | one
    if len(word) >= TWO_TYPOS_FROM - 1:
        forms |= {w[:n] + w[n + 1 :] for w in one for n in range(len(w))}
    return forms
