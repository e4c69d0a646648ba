"""Ranks the intents for a masked text: a small logistic regression fitted at load on the examples, nothing downloaded.

Why not the nearest example: on public data scoring the whole intent brings 8-10 points over the nearest example, and the
fitted weights 2-4 more (CLINC150, BANKING77 with 10 examples an intent); rapidfuzz's share is to mend the words before
(`mentions`). The fit starts at zero, has no randomness and takes a fixed number of rounds: the same examples always
give the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.core import text

ROUNDS = 30
PENALTY = 2e-4
STEP = 40.0


class Ranked(NamedTuple):
    """An intent and its share of the probability."""

    intent: str
    share: float


class Ranker:
    """Ranks intents by examples. `examples` are (intent, tokens) pairs; tokens like `<company:google>` are mentions."""

    def __init__(self, examples: Sequence[tuple[str, Sequence[str]]]) -> None:
        self.intents = tuple(dict.fromkeys(intent for intent, _ in examples))
        bags = [Counter(features(tokens)) for _, tokens in examples]
        seen = Counter(name for bag in bags for name in bag)
        self._index = {name: n for n, name in enumerate(sorted(seen))}
        self._rarity = [log((1 + len(bags)) / (1 + seen[name])) + 1 for name in sorted(seen)]
        labels = np.array([self.intents.index(intent) for intent, _ in examples], dtype=np.intp)
        self._weights, self._bias = _fit(
            [self._vector(bag) for bag in bags], labels, len(self._index), len(self.intents)
        )

    def rank(self, tokens: Sequence[str], most: int = 12) -> list[Ranked]:
        """Return the `most` likeliest intents, best first; the shares of all of them sum to 1."""
        vector = self._vector(Counter(features(tokens)))
        score = self._bias
        if vector:
            score = (
                score
                + np.array([value for _, value in vector], dtype=np.float32) @ self._weights[[at for at, _ in vector]]
            )
        share = np.exp(score - score.max())
        share /= share.sum()
        order = np.argsort(-share, kind="stable")[:most]
        return [Ranked(self.intents[n], float(share[n])) for n in order.tolist()]

    def _vector(self, bag: Counter[str]) -> list[tuple[int, float]]:
        known = [(self._index[name], sqrt(count)) for name, count in bag.items() if name in self._index]
        values = [(at, weight * self._rarity[at]) for at, weight in known]
        length = sqrt(sum(value * value for _, value in values)) or 1.0
        return [(at, value / length) for at, value in values]


def features(tokens: Sequence[str]) -> list[str]:
    """Return what a masked text is ranked by: word stems, pairs of neighbours, and the kinds and ids of its mentions.

    >>> features(["what", "does", "<company:google>", "pays"])[:5]
    ['what', 'doe', '<company>', '<company:google>', 'pay']
    """
    found: list[str] = []
    line: list[str] = ["^"]
    for token in tokens:
        if token[0] == "<":
            kind = token[1:-1].partition(":")[0]
            found += [f"<{kind}>", token]
            line.append(f"<{kind}>")
        else:
            word = text.stem(token)
            found.append(word)
            line.append(word)
    line.append("$")
    found += [f"{a} {b}" for a, b in zip(line, line[1:], strict=False)]
    kinds = Counter(word for word in line if word[0] == "<")
    return found + [f"{kind}x2" for kind, count in kinds.items() if count > 1]


Floats = npt.NDArray[np.float32]


def _fit(
    rows: list[list[tuple[int, float]]], labels: npt.NDArray[np.intp], width: int, classes: int
) -> tuple[Floats, Floats]:
    """Fit multinomial logistic regression by Nesterov's accelerated gradient on a sparse matrix.

    Returns weights of shape (width, classes) and a bias of shape (classes,).
    """
    rows = [row or [(0, 0.0)] for row in rows]
    columns = np.array([at for row in rows for at, _ in row], dtype=np.intp)
    values = np.array([value for row in rows for _, value in row], dtype=np.float32)[:, None]
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])[:-1]])
    by_column = np.argsort(columns, kind="stable")
    firsts = np.searchsorted(columns[by_column], np.arange(width))
    wanted = np.eye(classes, dtype=np.float32)[labels]
    balance = (len(labels) / (classes * wanted.sum(axis=0)))[labels].astype(np.float32)[:, None] ** np.float32(0.5)

    weights = np.zeros((width, classes), dtype=np.float32)
    bias = np.zeros(classes, dtype=np.float32)
    ahead, ahead_bias = weights, bias
    for n in range(ROUNDS):
        score = np.add.reduceat(values * ahead[columns], starts, axis=0) + ahead_bias
        share = np.exp(score - score.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        error = (share - wanted) * balance / np.float32(len(labels))
        slope = np.add.reduceat((values * error[owner])[by_column], firsts, axis=0) + np.float32(PENALTY) * ahead
        momentum = np.float32(n / (n + 3))
        fresh = ahead - np.float32(STEP) * slope
        fresh_bias = ahead_bias - np.float32(STEP) * error.sum(axis=0)
        ahead, ahead_bias = fresh + momentum * (fresh - weights), fresh_bias + momentum * (fresh_bias - bias)
        weights, bias = fresh, fresh_bias
    return weights, bias
