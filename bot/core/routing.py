"""Routes a text: reads it against the names of a knowledge base, mends its words, and ranks the intents for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.core import text
from bot.core.intents import Ranked, Ranker
from bot.core.mentions import Reader, Reading


class Pair(NamedTuple):
    """An example: what somebody says, and the intent that is meant."""

    text: str
    intent: str


class Router:
    """Learns from examples, and from then on never changes. The reader brings the names; what is mended to comes here.

    `titles` say in a few words what an intent is about. `stems` holds the word stems of each intent's examples, `pairs`
    counts the pairs of words of all of them, "^" and "$" for their ends.
    """

    def __init__(self, reader: Reader, examples: Sequence[Pair], titles: Mapping[str, str]) -> None:
        self._reader = reader
        # A title is one more example: worth 2 to 3 points with ten examples an intent (CLINC150, BANKING77).
        pairs = (*examples, *(Pair(title, intent) for intent, title in titles.items()))
        readings = [(pair.intent, reader.read(pair.text)) for pair in pairs]
        reader.lexis.learn(word.text for _, reading in readings for word in reading.loose)
        reader.lexis.finish()
        self._ranker = Ranker([(intent, reading.tokens) for intent, reading in readings])
        stems: dict[str, set[str]] = defaultdict(set)
        for intent, reading in readings:
            stems[intent].update(text.stem(word.text) for word in reading.loose)
        said = (["^", *(word.text for word in reading.words), "$"] for _, reading in readings)
        self.pairs = Counter(pair for words in said for pair in pairwise(words))
        self.stems = {intent: frozenset(found) for intent, found in stems.items()}

    def read(self, said: str, *, mend_english: bool = False) -> Reading:
        """Find the names in a text and mend its words; `mend_english` also mends rare English words."""
        return self._reader.read(said, mend_english=mend_english)

    def mends_english(self, reading: Reading) -> bool:
        """Whether reading the text with `mend_english` would make other words of some."""
        named = {word for mention in reading.mentions for word in mention.text.split()}
        return self._reader.lexis.mends_any(word for word in reading.rare if word not in named)

    def rank(self, reading: Reading) -> list[Ranked]:
        """Return the likeliest intents, best first. A text half of unknown words is half as sure."""
        return self._ranker.rank(reading.tokens)
