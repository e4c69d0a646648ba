"""Ranks the intents for a masked text: a small logistic regression fitted at load on the examples, nothing downloaded.

Why not the nearest example: on public data scoring the whole intent brings 8-10 points over it, and the fitted weights
2-4 more (CLINC150, BANKING77 with 10 examples an intent); rapidfuzz's share is to mend the words before
(`mentions`). The fit starts at zero, draws with a fixed seed and takes a fixed number of rounds: the same examples
always give the same weights. `python -m tests.benchmarks.router` measures it beside other ways.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import gcd, log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.core.nlu.entities import EntityExtractor, Utterance
from bot.core.text import inflection
from bot.core.text.memo import Memo, memoized

# Of what a text is made, and how much each counts: words; pairs of words, next to each other or one apart; and pieces
# of words, which tie "transferred" to "transfers" and still know half of a word that nobody could mend.
WEIGHTS = (1.0, 0.9, 1.0)
SHORTEST_PIECE, LONGEST_PIECE = 2, 4
# Letters beyond these are not looked at: no word is longer, and what is remembered of words stays small.
LONGEST_WORD = 32
# A pair of words seen once says little that its words don't say; leaving it out halves the fit.
LEAST_SEEN = 2
# An intent says something where this share of its examples does.
SHARED_BY = 0.1
# With what is counted added, twice the rounds bring nothing more on public data.
ROUNDS, BATCH = 20, 16
STEP, BIAS_STEP = 1.0, 0.1
# What is only counted is added to what is fitted, by this much with ENOUGH examples an intent and by less with more;
# what an intent never said counts as UNSEEN, and as more with fewer (0.01 did best with three, 0.003 with five).
COUNTED, UNSEEN, ENOUGH = 0.15, 0.001, 10
# At each step of the fit some of an example's features are left out, so that none can lean on the others: none up to so
# many examples an intent, this share from twice as many on. Worth 0.4 points with a hundred, but a loss with ten.
MANY, LEFT_OUT = 50, 0.5
REMEMBERED = 4_096

_PACKED = np.dtype("<f4")

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


class RankedIntent(NamedTuple):
    """An intent and its share of the probability."""

    intent: str
    share: float


class Vector(NamedTuple):
    """An example in numbers: its known features, and how much each counts."""

    at: list[int]
    value: Floats


class _Pieces(NamedTuple):
    """The pieces of one word: the sum of their rows, and the square of their length."""

    row: Floats
    square: float


class Model(NamedTuple):
    """What the fit learned: the features by name and how rare each is, a row of weights each, a bias an intent."""

    intents: tuple[str, ...]
    rarities: dict[str, float]
    rows: Floats  # features x intents
    bias: Floats  # intents


def fitted(examples: Sequence[tuple[str, Sequence[str]]]) -> Model:
    """Fit a model to (intent, tokens) pairs; tokens like `<company:google>` are mentions."""
    intents = tuple(dict.fromkeys(intent for intent, _ in examples))
    number = {intent: n for n, intent in enumerate(intents)}
    wanted = np.array([number[intent] for intent, _ in examples])
    made = [(*features(tokens), [piece for word in _plain(tokens) for piece in pieces(word)]) for _, tokens in examples]
    rarities = _rarities(made, wanted.tolist())
    rarity = np.array(list(rarities.values()), dtype=np.float32)
    index = _Index(rarities)
    vectors = [_vector(index, families, rarity) for families in made]
    weights, bias = _fit(vectors, wanted, len(rarities))
    return Model(intents, rarities, (weights + _count(vectors, wanted, len(rarities))) * rarity[:, None], bias)


class _Index:
    """The numbers of the features of a model, and the squares of their rarities."""

    def __init__(self, rarities: Mapping[str, float]) -> None:
        self._number = {name: n for n, name in enumerate(rarities)}
        self._square = [rarity * rarity for rarity in rarities.values()]
        self._rarest = max(self._square, default=1.0)

    def of(self, names: Sequence[str]) -> tuple[list[int], float]:
        """Return the numbers of the features that are in the model, and the square of the length of all.

        What is unknown counts in the length as the rarest would: a text half of unknown words is half as sure, which
        tells a text of no intent better (CLINC150: area under the curve .897 -> .932) and costs nothing.
        """
        number = self._number.get
        indices = [n for name in names if (n := number(name)) is not None]
        square = sum(map(self._square.__getitem__, indices)) + (len(names) - len(indices)) * self._rarest
        return indices, square


class IntentClassifier:
    """Ranks the intents of a model."""

    def __init__(self, model: Model) -> None:
        self.intents = model.intents
        self._index = _Index(model.rarities)
        self._rows, self._bias = model.rows, model.bias
        self._summed = Memo[str, _Pieces](REMEMBERED)

    def rank(self, tokens: Sequence[str], most: int = 12) -> list[RankedIntent]:
        """Return the `most` likeliest intents, best first; the shares of all of them sum to 1."""
        at: list[int] = []
        counts: list[float] = []
        for weight, names in zip(WEIGHTS, features(tokens), strict=False):
            indices, square = self._index.of(names)
            at += indices
            counts += [weight / sqrt(square or 1.0)] * len(indices)
        rows = self._rows.take(np.array(at, dtype=int), axis=0)
        score = self._bias + np.dot(np.array(counts, dtype=np.float32), rows)
        if parts := [self._pieces_of(word) for word in _plain(tokens)]:
            length = sqrt(sum(part.square for part in parts))
            score += np.add.reduce([part.row for part in parts], axis=0) * np.float32(WEIGHTS[-1] / length)
        share = _shares(score)
        order = (-share).argsort(kind="stable")[:most]
        return [
            RankedIntent(self.intents[n], value) for n, value in zip(order.tolist(), share[order].tolist(), strict=True)
        ]

    def _pieces_of(self, word: str) -> _Pieces:
        """Sum up what the pieces of a word say, which is remembered: the same words come again and again."""
        summed = self._summed.get(word)
        if summed is None:
            indices, square = self._index.of(pieces(word))
            row = np.add.reduce(self._rows.take(np.array(indices, dtype=int), axis=0), axis=0)
            summed = self._summed.add(word, _Pieces(row, square))
        return summed


def _vector(index: _Index, families: Sequence[Sequence[str]], rarity: Floats) -> Vector:
    """Number the features of an example; each family by itself has the length of its weight."""
    numbers: list[int] = []
    values: list[Floats] = []
    for weight, names in zip(WEIGHTS, families, strict=True):
        indices, square = index.of(names)
        numbers += indices
        values.append(rarity[indices] * np.float32(weight / sqrt(square or 1.0)))
    return Vector(numbers, np.concatenate(values))


def _rarities(made: Sequence[Sequence[Sequence[str]]], wanted: Sequence[int]) -> dict[str, float]:
    """Return how rare each feature is that is worth keeping.

    Rare is what few intents say, not what few examples say: worth a point with ten examples an intent. An intent says
    it in full where a tenth of its examples do; that is worth 0.2 points with a hundred.
    """
    where: dict[str, Counter[int]] = defaultdict(Counter)
    for families, intent in zip(made, wanted, strict=True):
        for name in {name for family in families for name in family}:
            where[name][intent] += 1
    enough = {intent: max(1.0, count * SHARED_BY) for intent, count in Counter(wanted).items()}
    rarities = {}
    for name in sorted(where):
        counts = where[name]
        if " " not in name or counts.total() >= LEAST_SEEN:
            text = sum(min(1.0, count / enough[intent]) for intent, count in counts.items())
            rarities[name] = log((1 + len(enough)) / (1 + text)) + 1
    return rarities


def _plain(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token[0] != "<"]


def features(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words of a masked text with the kinds and ids of its mentions, and the pairs.

    >>> features(["<company:google>", "pays"])
    (['<company>', '<company:google>', 'pay'], ['^ <company>', '<company> pay', 'pay $', '^ _ pay', '<company> _ $'])
    """
    words: list[str] = []
    line: list[str] = ["^"]
    for token in tokens:
        if token[0] == "<":
            kind = f"<{token[1:-1].partition(':')[0]}>"
            words += [kind, token]
            line.append(kind)
        else:
            word = inflection.stem(token)
            words.append(word)
            line.append(word)
    line.append("$")
    kinds = [word for word in line if word[0] == "<"]
    words += [f"{kind}x2" for kind in dict.fromkeys(kinds) if kinds.count(kind) > 1]
    pairs = [f"{a} {b}" for a, b in pairwise(line)] + [f"{a} _ {b}" for a, b in zip(line, line[2:], strict=False)]
    return words, pairs


@memoized(REMEMBERED)
def pieces(word: str) -> tuple[str, ...]:
    """Return the runs of two to four letters of a word, its ends marked.

    >>> pieces("pay")
    ('~^p', '~pa', '~ay', '~y$', '~^pa', '~pay', '~ay$', '~^pay', '~pay$')
    """
    whole = f"^{word[:LONGEST_WORD]}$"
    return tuple(
        f"~{whole[at : at + size]}"
        for size in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for at in range(len(whole) - size + 1)
    )


def _count(vectors: Sequence[Vector], wanted: Numbers, size: int) -> Floats:
    """Return how much more likely each feature is in each intent, by counting alone: naive Bayes.

    The fit stops heeding a feature once others explain the examples; a new text may bring it without the others.
    Added to the fit it is worth 0.9 points with ten examples an intent, 1.0 where words are misspelled, little with a
    hundred (means over draws of CLINC150 and BANKING77).
    """
    examples = np.bincount(wanted)
    share = np.zeros((size, len(examples)), dtype=np.float32)
    at = np.concatenate([vector.at for vector in vectors]).astype(np.int64)
    intent = np.repeat(wanted, [len(vector.at) for vector in vectors])
    np.add.at(share.reshape(-1), at * len(examples) + intent, np.concatenate([vector.value for vector in vectors]))
    share /= examples.astype(np.float32)
    often = float(examples.mean()) / ENOUGH
    unseen = np.float32(UNSEEN / min(1.0, often) ** 2)
    all_of_it = np.log(share.sum(axis=0) + size * unseen)
    counted: Floats = np.log1p(share / unseen) - (all_of_it - all_of_it.mean())
    return counted * np.float32(COUNTED / sqrt(max(1.0, often)))


class _Batch(NamedTuple):
    """Some examples: the features that occur in them, examples x features, what is wanted, how much each counts."""

    at: Numbers
    made: Floats
    wanted: Floats
    balance: Floats


def _fit(vectors: Sequence[Vector], wanted: Numbers, size: int) -> tuple[Floats, Floats]:
    """Fit multinomial logistic regression by gradient steps over small batches, ever smaller ones.

    Returns weights of shape (features, classes) and a bias of shape (classes,). Stopping after some rounds keeps the
    weights small; on 1,500 and 15,000 examples that did as well as a penalty carried to the end, far sooner.
    """
    classes = int(wanted.max()) + 1
    weights, bias = np.zeros((size, classes), dtype=np.float32), np.zeros(classes, dtype=np.float32)
    batches = _batches(vectors, wanted, classes)
    left_out = np.float32(LEFT_OUT * min(1.0, max(0.0, len(vectors) / (classes * MANY) - 1)))
    chance = np.random.default_rng(0)
    for n in range(ROUNDS):
        step = np.float32(STEP * (1 - n / ROUNDS))
        for batch in batches:
            here = weights[batch.at]
            made = _thinned(batch.made, left_out, chance) if left_out else batch.made
            error = (_shares(made @ here + bias) - batch.wanted) * batch.balance
            weights[batch.at] = here - step * (made.T @ error)
            bias -= step * np.float32(BIAS_STEP) * error.sum(axis=0)
    return weights, bias


def _thinned(made: Floats, left_out: np.float32, chance: np.random.Generator) -> Floats:
    """Leave out a share of the features, and make up for it with the others."""
    kept = chance.random(made.shape, dtype=np.float32) >= left_out
    return made * (kept.astype(np.float32) / (1 - left_out))


def _batches(vectors: Sequence[Vector], wanted: Numbers, classes: int) -> list[_Batch]:
    """Cut the examples into batches, each a mixture of intents: neighbors in the list lie far apart in the order."""
    count = len(vectors)
    stride = next(n for n in range(int(count * 0.618) + 1, 2 * count + 2) if gcd(n, count) == 1)
    order = [n * stride % count for n in range(count)]
    # Small intents weigh a little more than their number, by the root of their share.
    balance = np.sqrt(count / (classes * np.bincount(wanted, minlength=classes))).astype(np.float32)
    batches = []
    for start in range(0, count, BATCH):
        rows = order[start : start + BATCH]
        at, place = np.unique([at for n in rows for at in vectors[n].at], return_inverse=True)
        made = np.zeros((len(rows), len(at)), dtype=np.float32)
        of = np.repeat(np.arange(len(rows)), [len(vectors[n].at) for n in rows])
        np.add.at(made, (of, place), np.concatenate([vectors[n].value for n in rows]))
        intents = wanted[rows]
        batches.append(_Batch(at, made, np.eye(classes, dtype=np.float32)[intents], balance[intents][:, None]))
    return batches


def _shares(score: Floats) -> Floats:
    share: Floats = np.exp(score - np.maximum.reduce(score, axis=-1, keepdims=True))
    share /= np.add.reduce(share, axis=-1, keepdims=True)
    return share


class Pair(NamedTuple):
    """An example: what somebody says, and the intent that is meant."""

    text: str
    intent: str


class ExampleWords(NamedTuple):
    """The words of an example as read, and those of them that no name covers."""

    words: tuple[str, ...]
    loose: tuple[str, ...]


class Learned(NamedTuple):
    """All that a router learns from its examples: their words, each example in its order, and the model."""

    examples: tuple[ExampleWords, ...]
    model: Model

    def packed(self) -> bytes:
        """Return it as bytes: a line of JSON, then the weights and biases as little-endian floats of four bytes."""
        intents, rarities, rows, bias = self.model
        texts = {"examples": self.examples, "intents": intents, "rarities": rarities}
        numbers = np.concatenate([rows.reshape(-1), bias]).astype(_PACKED)
        return json.dumps(texts).encode() + b"\n" + numbers.tobytes()


def unpacked(data: bytes) -> Learned:
    """Return what `packed` made bytes of. Raises ValueError, KeyError or TypeError for other bytes."""
    line, _, rest = data.partition(b"\n")
    texts, numbers = json.loads(line), np.frombuffer(rest, dtype=_PACKED).astype(np.float32)
    intents, rarities = tuple(texts["intents"]), texts["rarities"]
    rows, bias = np.split(numbers, [len(rarities) * len(intents)])
    if len(bias) != len(intents):
        raise ValueError("the weights are not as many as the features and intents")
    model = Model(intents, rarities, rows.reshape(len(rarities), len(intents)), bias)
    return Learned(tuple(ExampleWords(tuple(words), tuple(loose)) for words, loose in texts["examples"]), model)


class Router:
    """Learns from examples, and from then on never changes. The reader brings the names; what is mended to comes here.

    `titles` say in a few words what an intent is about. `stems` holds the word stems of each intent's examples, `pairs`
    counts the pairs of words of all of them, "^" and "$" for their ends. `learned` is what an earlier router learned
    from the same examples with the same reader.
    """

    def __init__(
        self,
        reader: EntityExtractor,
        examples: Sequence[Pair],
        titles: Mapping[str, str],
        learned: Learned | None = None,
    ) -> None:
        self._reader = reader
        # A title is one more example: worth 2 to 3 points with ten examples an intent (CLINC150, BANKING77).
        pairs = (*examples, *(Pair(title, intent) for intent, title in titles.items()))
        self.learned = learned or _learned(reader, pairs)
        reader.lexicon.learn(word for _, loose in self.learned.examples for word in loose)
        reader.lexicon.finish()
        self._ranker = IntentClassifier(self.learned.model)
        stems: dict[str, set[str]] = defaultdict(set)
        for pair, (_, loose) in zip(pairs, self.learned.examples, strict=True):
            stems[pair.intent].update(map(inflection.stem, loose))
        text = (["^", *words, "$"] for words, _ in self.learned.examples)
        self.pairs = Counter(pair for words in text for pair in pairwise(words))
        self._examples = {words: pair.intent for pair, (words, _) in zip(examples, self.learned.examples, strict=False)}
        self.stems = {intent: frozenset(found) for intent, found in stems.items()}

    def read(self, text: str, *, mend_english: bool = False) -> Utterance:
        """Find the names in a text and mend its words; `mend_english` also mends rare English words."""
        return self._reader.read(text, mend_english=mend_english)

    def example(self, reading: Utterance) -> str | None:
        """Return the intent that a text is an example of, word for word."""
        return self._examples.get(tuple(word.text for word in reading.words))

    def mends_english(self, reading: Utterance) -> bool:
        """Whether reading the text with `mend_english` would make other words of some."""
        named = {word for mention in reading.mentions for word in mention.text.split()}
        return self._reader.lexicon.mends_any(word for word in reading.rare if word not in named)

    def rank(self, reading: Utterance) -> list[RankedIntent]:
        """Return the likeliest intents, best first. A text half of unknown words is half as sure."""
        return self._ranker.rank(reading.tokens)


def _learned(reader: EntityExtractor, pairs: Sequence[Pair]) -> Learned:
    readings = [reader.read(pair.text) for pair in pairs]
    words = (
        ExampleWords(tuple(word.text for word in one.words), tuple(word.text for word in one.loose)) for one in readings
    )
    model = fitted([(pair.intent, one.tokens) for pair, one in zip(pairs, readings, strict=True)])
    return Learned(tuple(words), model)
