"""Ranks the intents for a masked text: a small logistic regression fitted at load on the examples, nothing downloaded.

Why not the nearest example: on public data scoring the whole intent brings 8-10 points over it, and the fitted weights
2-4 more (CLINC150, BANKING77 with 10 examples an intent); rapidfuzz's share is to mend the words before
(`mentions`). The fit starts at zero, has no randomness and takes a fixed number of rounds: the same examples always
give the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.core import text

ROUNDS = 40
PENALTY = 5e-5
LEAST_SEEN = 3
POWER_ROUNDS = 8


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
        # A pair of words seen once or twice says little that its words don't say; leaving it out halves the fit.
        kept = sorted(name for name, count in seen.items() if count >= LEAST_SEEN or " " not in name)
        self._index = {name: n for n, name in enumerate(kept)}
        self._rarity = [log((1 + len(bags)) / (1 + seen[name])) + 1 for name in kept]
        number = {intent: n for n, intent in enumerate(self.intents)}
        matrix = np.zeros((len(bags), len(kept)), dtype=np.float32)
        wanted = np.zeros((len(bags), len(number)), dtype=np.float32)
        for n, ((intent, _), bag) in enumerate(zip(examples, bags, strict=True)):
            wanted[n, number[intent]] = 1
            for at, value in self._vector(bag):
                matrix[n, at] = value
        self._weights, self._bias = _fit(matrix, wanted)

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
    found += [f"{a} {b}" for a, b in pairwise(line)]
    kinds = Counter(word for word in line if word[0] == "<")
    return found + [f"{kind}x2" for kind, count in kinds.items() if count > 1]


Floats = npt.NDArray[np.float32]


def _fit(matrix: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Fit multinomial logistic regression by Nesterov's accelerated gradient.

    `matrix` is examples x features, `wanted` examples x classes (one-hot). Returns weights of shape (features, classes)
    and a bias of shape (classes,). Small intents weigh a little more than their number, by the root of their share.
    """
    examples, classes = wanted.shape
    turned = np.ascontiguousarray(matrix.T)
    balance = (wanted @ np.sqrt(examples / (classes * wanted.sum(axis=0))))[:, None].astype(np.float32)
    # Over many classes a softmax bends far less than its bound of one half: twice the safe step still settles.
    step = np.float32(4.0 / ((_stretch(matrix, turned) + 1.0 / classes) * float(balance.max())))
    weights, bias = np.zeros((len(turned), classes), dtype=np.float32), np.zeros(classes, dtype=np.float32)
    ahead, ahead_bias = weights, bias
    for n in range(ROUNDS):
        score = matrix @ ahead + ahead_bias
        share = np.exp(score - score.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        error = (share - wanted) * balance / np.float32(examples)
        momentum = np.float32(n / (n + 3))
        fresh = ahead - step * (turned @ error + np.float32(PENALTY) * ahead)
        fresh_bias = ahead_bias - step * error.sum(axis=0)
        ahead, ahead_bias = fresh + momentum * (fresh - weights), fresh_bias + momentum * (fresh_bias - bias)
        weights, bias = fresh, fresh_bias
    return weights, bias


def _stretch(matrix: Floats, turned: Floats) -> float:
    """Return the largest eigenvalue of (matrix transposed x matrix) / examples, by power iteration."""
    vector = np.ones(len(turned), dtype=np.float32)
    size = 1.0
    for _ in range(POWER_ROUNDS):
        vector = turned @ (matrix @ (vector / np.float32(size)))
        size = float(np.linalg.norm(vector))
    return size / len(matrix)
