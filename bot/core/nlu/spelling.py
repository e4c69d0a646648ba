"""Correct misspelled words: candidates from a deletion index (as in SymSpell), the verdict by edit distance (OSA).

Rules: a word is corrected to a word of a name only from five letters on, never if it is an English word, and only with
a margin to the next candidate; from eight letters on two typos are forgiven. Two words without their space are split.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from string import ascii_lowercase

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from bot.core.text.inflection import singulars, stem
from bot.core.text.memo import Memo

# The shortest word of a name that a typo is forgiven in; four letters are too close to other words.
SHORTEST_MENDED_NAME = 5
SHORTEST_MENDED_WORD = 4
# "muh" and "wht" are typos of four-letter words; anything shorter is not guessed at.
SHORTEST_TYPO = 3
# From this length on two typos in one word are forgiven; with fewer letters two edits reach too many other words.
TWO_TYPOS_FROM = 8
# Longer "words" are no misspelled ones: their index of two typos would grow with the square of their length.
LONGEST_MENDED = 40
# Longer "words" are no two words with a space missing.
LONGEST_SPLIT = 24
SHORTEST_SPLIT = 5
# How unlikely the typos are that people make: letters swapped, doubled, missed, the key beside. Any other is unlikely.
LIKELY = 1
# A word that is this many times as common as any other that is as likely a typo is taken for what was meant.
TORN = 5
# How unlikely anything is that takes more than one typo.
FAR = 9
CACHE_SIZE = 4_096


# A candidate in the order of ranking: edits, how unlikely they are, another first letter, how common, how similar.
_Ranked = tuple[int, int, bool, int, float, str]


def is_one_typo(word: str, name: str) -> bool:
    """Tell whether one letter added, left out, changed or swapped with its neighbor makes the one into the other."""
    return OSA.distance(word, name, score_cutoff=1) == 1


class DeletionIndex:
    """Finds the words that a few typos may have made into another.

    `words` maps each word to the number of typos, one or two, that it is looked for by.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        # The words that a form may come from, with spaces: a list for each would be a million objects to walk and free.
        self._words: dict[str, str] = {}
        for word in sorted(words):
            for form in deletions(word, words[word]):
                same = self._words.get(form)
                self._words[form] = word if same is None else f"{same} {word}"
        self._longest = max(map(len, self._words), default=0)

    def candidates(self, word: str, typos: int) -> set[str]:
        """Return a superset of the words within so many typos; a word longer than any in the index has none."""
        if len(word) > self._longest + typos:
            return set()
        found = map(self._words.get, deletions(word, typos))
        return {candidate for words in found if words is not None for candidate in words.split()}


class SpellingCorrector:
    """Corrects one word at a time.

    `plain` counts the ordinary words (the commoner wins a tie), `names` are words of names with figures, `others` the
    single-word names without: no word is corrected to one of these, nor to anything else if it is one typo from one.
    `pieces` is all that a word without its space may be split into; `english` are ordinary words, which may be meant
    as well unless the typo is a likely one.
    """

    def __init__(
        self,
        plain: Counter[str],
        *,
        names: Iterable[str],
        others: Iterable[str],
        pieces: Iterable[str],
        english: AbstractSet[str] = frozenset(),
    ) -> None:
        self._english = english
        self._names = frozenset(names)
        self._plain = plain
        self._others = frozenset(others) - self._names - plain.keys()
        self._splitter = _Splitter(pieces, self._names | self._others)
        self.index = DeletionIndex(
            {
                word: 1 if word in self._others else 2
                for word in plain.keys() | self._names | self._others
                if SHORTEST_TYPO <= len(word) <= LONGEST_MENDED
            }
        )
        self._corrected = Memo[tuple[str, bool], tuple[str, ...]](CACHE_SIZE)

    def correct(self, word: str, *, real: bool) -> tuple[str, ...]:
        """Return the words meant by one; cached, as a question is read several times, in halves too."""
        meant = self._corrected.get((word, real))
        return self._corrected.add((word, real), self._correct(word, real=real)) if meant is None else meant

    def _correct(self, word: str, *, real: bool) -> tuple[str, ...]:
        """Return the words meant: one, two where a space was missing, or the word itself where nothing is close enough.

        One typo is likelier than a missing space, which is likelier than two typos. `real` marks an English word: it is
        never corrected to a name, nor split.
        """
        near = self._nearest(word, 1, real=real)
        if near is not None or real:
            return (near or word,)
        if self._is_near_other(word):
            return (word,)
        if whole := self._splitter.split(word):
            return whole
        near = self._nearest(word, 2, real=False)
        return (near,) if near is not None else self._splitter.split_and_correct(word, self._correct_piece) or (word,)

    def _correct_piece(self, piece: str) -> str | None:
        return self._nearest(piece, 1, real=False)

    def _nearest(self, word: str, typos: int, *, real: bool) -> str | None:
        """Return the one word within so many typos; None where there is none, or where names are equally likely."""
        ranked = self._ranked(word, typos, real=real) if len(word) >= SHORTEST_TYPO else []
        if not ranked or (ranked[0][0] == 1 and self._is_torn(word, ranked[0][-1])):
            return None
        ties = [c for distance, *_, c in ranked if distance == ranked[0][0]]
        # Of 100,000 names one is close to nearly every typo: only one that is as likely as the likeliest is a rival.
        if any(c in self._others for *slip, _, _, c in ranked if slip == [*ranked[0][:3]]):
            return None
        ties = [c for c in ties if c not in self._others]
        if ranked[0][1] <= LIKELY:
            # "kearning" is "learning" with the key beside it, rather than "earning" with a letter too many.
            likely = [c for distance, slip, *_, c in ranked if (distance, slip) == ranked[0][:2]]
            ties = [c for c in likely if c not in self._others]
        if len(ties) > 1 and any(c in self._names for c in ties):
            same_start = [c for c in ties if c[0] == word[0]]
            # "google" and its own short form "googl" are no rivals.
            forms = [c for c in same_start if c.startswith(min(same_start, key=len))]
            return max(forms, key=len) if forms and len(forms) == len(same_start) else None
        return ties[0]

    def _ranked(self, word: str, typos: int, *, real: bool) -> list[_Ranked]:
        """Return what a word may mean, the likeliest first, by the typo that it takes and how common it is."""
        return sorted(
            (distance, _unlikeliness(word, c), word[0] != c[0], -self._plain[c], -ratio(word, c), c)
            for c in self.index.candidates(word, typos)
            if (distance := OSA.distance(word, c, score_cutoff=typos)) <= typos
            and self._may_mean(word, c, distance, real=real)
        )

    def _is_torn(self, word: str, best: str) -> bool:
        """Tell whether something else is as likely meant: "ean" may be "earn" or "mean", "ringe" is rather "cringe".

        Plain words of three letters count, though no word is corrected to them: "oay" is "pay" rather than "okay".
        """
        slip, enough = slip_of(word, best), self._plain[best] / TORN
        if slip > LIKELY:
            return not self._english.isdisjoint(sources(word))
        others = (c for c in self.index.candidates(word, 1) if self._plain[c] > enough and stem(c) != stem(best))
        return any(slip_of(word, c) <= slip for c in others)

    def _is_near_other(self, word: str) -> bool:
        """Tell whether a word is one typo from a name without figures: "germmany" must not become anything else."""
        return any(is_one_typo(word, c) for c in self.index.candidates(word, 1) & self._others)

    def _may_mean(self, word: str, candidate: str, distance: int, *, real: bool) -> bool:
        shortest = min(len(word), len(candidate))
        if distance > 1 and (shortest < TWO_TYPOS_FROM or word[0] != candidate[0]):
            return False
        if candidate in self._plain:
            # "hoow" and "hwo" may be "how", but three letters typed are not taken for three others.
            longer = len(word) > len(candidate) >= SHORTEST_TYPO
            return len(candidate) >= SHORTEST_MENDED_WORD or longer or sorted(word) == sorted(candidate)
        if candidate in self._others and len(candidate) < SHORTEST_MENDED_NAME:
            return True  # a short name: no word is corrected to it, but it may be meant
        return not real and len(candidate) >= SHORTEST_MENDED_NAME


class _Splitter:
    """Splits a word without its space in two: `pieces` is all it may be split into, `names` the names among them."""

    def __init__(self, pieces: Iterable[str], names: Iterable[str]) -> None:
        self._pieces = frozenset(pieces)
        self._names = frozenset(names)

    def split(self, word: str) -> tuple[str, ...]:
        """Split a word in two where both halves are known."""
        if not SHORTEST_SPLIT <= len(word) <= LONGEST_SPLIT:
            return ()
        cuts = [(word[:n], word[n:]) for n in range(1, len(word))]
        whole = [cut for cut in cuts if all(self._is_piece(piece) for piece in cut)]
        return max(whole, key=lambda cut: min(map(len, cut))) if whole else ()

    def split_and_correct(self, word: str, correct: Callable[[str], str | None]) -> tuple[str, ...]:
        """Split a word in two where one half is known for sure, and the other is one typo from a word."""
        if not SHORTEST_SPLIT <= len(word) <= LONGEST_SPLIT:
            return ()
        cuts = [(word[:n], word[n:]) for n in range(1, len(word))]
        for left, right in sorted(cuts, key=lambda cut: -max(map(len, cut))):
            if self._is_sure_piece(left, right) and (corrected := correct(right)):
                return (left, corrected)
            if self._is_sure_piece(right, left) and (corrected := correct(left)):
                return (corrected, right)
        return ()

    def _is_sure_piece(self, piece: str, other: str) -> bool:
        """Tell whether a piece is reliable: long enough, or beside a long one; no name ("applebees")."""
        long = len(piece) >= SHORTEST_MENDED_WORD or len(other) >= TWO_TYPOS_FROM
        return long and self._is_piece(piece) and piece not in self._names

    def _is_piece(self, piece: str) -> bool:
        return piece in self._pieces or any(form in self._pieces for form in singulars(piece))


def slip_of(word: str, meant: str) -> int:
    """Return how unlikely the typo is that makes `meant` into `word`, from 0 on; FAR where it takes more than one."""
    return _unlikeliness(word, meant) if is_one_typo(word, meant) else FAR


def _unlikeliness(word: str, meant: str) -> int:
    """Rank the typo that makes `meant` into `word`: letters swapped or doubled, the key beside hit or one left out.

    >>> [_unlikeliness(word, "where") for word in ("hwere", "wherre", "wgere", "here", "whqre")]
    [0, 0, 1, 1, 2]
    """
    if len(word) == len(meant):
        differing = [(a, b) for a, b in zip(word, meant, strict=True) if a != b]
        if sorted(word) == sorted(meant):
            return 0
        return 1 if all(b in _BESIDE.get(a, "") for a, b in differing) else 2
    if len(word) < len(meant):
        return 1
    doubled = any(a == b and word[:n] + word[n + 1 :] == meant for n, (a, b) in enumerate(pairwise(word)))
    return 0 if doubled else 2


_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: row[max(0, n - 1) : n] + row[n + 1 : n + 2] for row in _KEYS for n, key in enumerate(row)}


def sources(word: str) -> Iterator[str]:
    """Yield everything that a likely typo may have made into a word, words or not.

    >>> {"cringe", "range"} & set(sources("ringe"))
    {'cringe'}
    """
    for n in range(len(word) + 1):
        left, right = word[:n], word[n:]
        yield from (f"{left}{letter}{right}" for letter in ascii_lowercase)
        if right:
            yield from (f"{left}{key}{right[1:]}" for key in _BESIDE.get(right[0], ""))
        if len(right) > 1:
            yield f"{left}{right[1]}{right[0]}{right[2:]}"
            if right[0] == right[1]:
                yield left + right[1:]


def deletions(word: str, typos: int) -> set[str]:
    """Return the word and all forms with one letter left out, or two of a long word.

    Words within an edit distance (OSA) of `typos` have a form in common.
    """
    one = {word[:n] + word[n + 1 :] for n in range(len(word))}
    forms = {word} | one
    if typos > 1 and len(word) >= TWO_TYPOS_FROM:
        forms |= {w[:n] + w[n + 1 :] for w in one for n in range(len(w))}
    return forms
