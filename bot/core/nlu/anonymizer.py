"""Anonymize unanswered questions, so that alike ones are counted as one and nothing tells who asked.

Rules: what stays is a name of the knowledge base or of its lists, or a word of the trade: of the vocabulary, of the
examples, of knowledge/words/anonymization.yaml. Figures become `<amount>` and `<number>`, also in words, every other
word `<word>`, however ordinary: it may be somebody's name. Links, mentions, addresses and codes are left out. A word
that starts like a name is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge, names_of, recognized_names
from bot.core.nlu.entities import Utterance, Word
from bot.core.nlu.lexicon import Lexicon, is_among
from bot.core.text import inflection, normalization

MOST_WORDS, LONGEST = 12, 100
# More words are not read: they would not be shown.
MOST_READ, LONGEST_READ = 60, 64
WORD, NUMBER, AMOUNT = "<word>", "<number>", "<amount>"
COUNTED = {
    "amount": (AMOUNT,),
    "years": (NUMBER, "years"),
    "date": (NUMBER,),
    "impossible": (NUMBER,),
    "currency": ("<currency>",),
}
# Where a larger share of the words starts with a capital, capitals tell no names from other words.
MANY_CAPITALS = 0.5
_CODE = re.compile(r"(?<!\w)[^\W\d_]+[-_]\w*\d[\w-]*|\w+#\d+")
_CAPITALS = re.compile(r"(?<![\w'])[^\W\d_a-z][\w']*")
_SENTENCE_START = re.compile(r"(?:^|[.!?\n:]\s*|[\"(])$")


class Anonymizer:
    """Replaces what may not stay in a text; `read` finds the names in it and corrects its words."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, read: Callable[[str], Utterance]) -> None:
        words, career_words = knowledge.words.anonymization, knowledge.vocabulary.career_words
        self._people = knowledge.people
        self._read = read
        self._trade = frozenset((*lexicon.plain, *lexicon.names.abbreviations, *career_words, *words.work))
        self._numbers = lexicon.number_words.union(words.numbers).difference(words.not_numbers)
        self._amounts = frozenset(words.amounts)
        self._number_joiners = frozenset(words.number_joiners)
        self._amount_starters = self._number_joiners.union(words.not_numbers)
        self._before_places = frozenset(words.before_places)
        self._names: dict[tuple[str, str], str] = {}
        for kind, key, *_ in recognized_names(knowledge):
            self._names[kind, key] = normalization.normalize(key)
        # The first alias of a thing is its name, which replaces the others.
        for kind, key, alias, _ in names_of(knowledge):
            self._names.setdefault((kind, key), normalization.normalize(alias))

    def anonymize(self, text: str) -> str:
        """Return the words under which a question is counted, in the order of the text.

        "does Acme pay John 150k" becomes "does <word> pay <word> <amount>".
        """
        parts = normalization.prose(text).split()[:MOST_READ]
        plain = " ".join(part[:LONGEST_READ] for part in parts if not _is_address(part))
        reading = self._read(plain)
        private = _capitalized(plain)
        return _cut(self._joined([token for token, _ in groupby(self._tokens(reading, private))]))

    def _tokens(self, reading: Utterance, private: frozenset[str]) -> Iterator[str]:
        starts = {m.start: m for m in reading.mentions}
        at = 0
        while at < len(reading.words):
            m = starts.get(at)
            named = None if m is None else self._name(m, reading)
            if m is None or named is None:
                yield from self._word(reading.words[at], private)
                at += 1
            else:
                yield from named
                at = m.end

    def _name(self, m: Mention, reading: Utterance) -> tuple[str, ...] | None:
        """Return what stands for a name; None where it is a name by its looks only."""
        if m.kind in COUNTED:
            return COUNTED[m.kind]
        before = reading.words[m.start - 1].text if m.start else ""
        if m.kind == "place" and m.text in self._people and before not in self._before_places:
            return (WORD,)
        name = self._names.get((m.kind, m.id))
        if name is None and m.kind in ("company", "role", "source", "place", "people"):
            return None
        shown = name or normalization.normalize(m.id)
        return (f"<{m.kind}>",) if _has_digit(shown) else normalization.words(shown)

    def _word(self, word: Word, private: frozenset[str]) -> Iterator[str]:
        text = word.text
        if _has_digit(text):
            # Letters and digits make a code, of which nothing is kept.
            if text.replace("-", "").isdecimal():
                yield NUMBER
        elif word.typed in private or text in private or text in self._people:
            yield WORD
        elif text in self._amounts:
            yield AMOUNT
        elif text in self._numbers:
            yield NUMBER
        elif is_among(text, self._trade):
            yield text
        else:
            yield WORD

    def _joined(self, tokens: list[str]) -> list[str]:
        """Join a number in several words ("one hundred and fifty grand") into one token."""
        joined: list[str] = []
        for n, token in enumerate(tokens):
            following = tokens[n + 1 : n + 2]
            kind = AMOUNT if token in self._amount_starters and AMOUNT in following else token
            if kind in (NUMBER, AMOUNT) and joined[-1:] in ([NUMBER], [AMOUNT]):
                joined[-1] = AMOUNT if AMOUNT in (kind, joined[-1]) else NUMBER
            elif not (token in self._number_joiners and joined[-1:] == [AMOUNT] and NUMBER in following):
                joined.append(kind)
        return joined


def _capitalized(plain: str) -> frozenset[str]:
    """Return the words that are names by their capital, where capitals tell names from other words.

    >>> sorted(_capitalized("Mercer told Mark that ML is fun"))
    ['mark']
    """
    found = [m for m in _CAPITALS.finditer(plain) if m[0] != "I" and not m[0].startswith("I'")]
    many = len(found) > MANY_CAPITALS * max(len(plain.split()), 1)
    # "RSUs" and "HQ" are no names of people.
    titled = [m for m in found if m[0][1:2].islower() and not many]
    return _forms({m[0] for m in titled if not _SENTENCE_START.search(plain[: m.start()])})


def _forms(names: set[str]) -> frozenset[str]:
    return frozenset(form for name in names for form in normalization.words(inflection.without_possessive(name)))


def _is_address(part: str) -> bool:
    """Tell whether a part of a text is an email address, a handle, a page or a code, of which nothing is kept.

    >>> [_is_address(part) for part in ("a.b@c.de", "nadia#1234", "ABC-1234", "entry-level", "150k-180k")]
    [True, True, True, False, False]
    """
    return "@" in part or part.startswith("www.") or _CODE.search(part[:LONGEST_READ]) is not None


def _has_digit(text: str) -> bool:
    return any(c.isnumeric() for c in text)


def _cut(tokens: list[str]) -> str:
    """Join as many tokens as may be shown."""
    kept = tokens[:MOST_WORDS]
    while len(" ".join(kept)) > LONGEST:
        kept.pop()
    return " ".join(kept)
