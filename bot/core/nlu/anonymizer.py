"""Makes the form under which an unanswered question is counted: words that everybody uses, and nothing of its author.

Rules: what stays is a name of the knowledge base or of its lists, or a word of the trade: of the vocabulary or of the
examples. Figures become `<amount>` and `<number>`, also in words, every other word `<word>`, however ordinary: it may
be somebody's name. Links, mentions, addresses and codes are left out. A word that starts like a name is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge, names_of, recognised_names
from bot.core.nlu.entities import Utterance, Word
from bot.core.nlu.lexicon import Lexicon, is_among
from bot.core.nlu.quantities import NUMBER_WORDS
from bot.core.text import normalization

MOST_WORDS, LONGEST = 12, 100
# More words are not read: they would not be shown.
MOST_READ, LONGEST_READ = 60, 64
_NUMBERS = (NUMBER_WORDS - {"one"}) | {"fifty", "sixty", "seventy", "eighty", "ninety"}
_SCALES = frozenset(("hundred", "hundreds", "thousand", "thousands", "grand", "million", "millions", "mil", "k"))
# What people ask about work beside its pay; none of it is anybody's name.
_OF_WORK = frozenset(
    normalization.words(
        """
        parental maternity paternity visa sponsorship vacation holiday holidays pto overtime perks benefits insurance
        pension retirement relocation remote hybrid onsite contract process matching cut cuts vesting schedule
        """
    )
)
WORD, NUMBER, AMOUNT = "<word>", "<number>", "<amount>"
COUNTED = {"amount": (AMOUNT,), "years": (NUMBER, "years"), "date": (NUMBER,), "impossible": (NUMBER,)}
# Where more of the words than this start with a capital, capitals tell no names from others.
MANY_CAPITALS = 0.5
_CODE = re.compile(r"(?<!\w)[^\W\d_]+[-_]\w*\d[\w-]*|\w+#\d+")
_CAPITALS = re.compile(r"(?<![\w'])[^\W\d_a-z][\w']*")
_SENTENCE_START = re.compile(r"(?:^|[.!?\n:]\s*|[\"(])$")
_BEFORE_PLACES = frozenset(("in", "near", "from", "at", "to", "around", "outside", "of"))


class Anonymizer:
    """Knows the words that may stay; `read` finds the names in a text and mends its words."""

    def __init__(self, known: Knowledge, lexis: Lexicon, read: Callable[[str], Utterance]) -> None:
        self._lexis = lexis
        self._people = frozenset(known.people)
        self._read = read
        self._trade = frozenset((*lexis.plain, *lexis.names.abbreviations, *known.vocabulary.career_words, *_OF_WORK))
        self._names: dict[tuple[str, str], str] = {}
        for kind, key, *_ in recognised_names(known):
            self._names[kind, key] = normalization.normalize(key)
        # The first alias of a thing is its name; the others are told by it.
        for kind, key, alias, _ in names_of(known):
            self._names.setdefault((kind, key), normalization.normalize(alias))

    def form(self, said: str) -> str:
        """Return the words under which a question is counted.

        The order is that of the text: "does Acme pay John 150k" is "does <word> pay <word> <amount>".
        """
        parts = normalization.prose(said).split()[:MOST_READ]
        plain = " ".join(part[:LONGEST_READ] for part in parts if not _is_address(part))
        reading = self._read(plain)
        private = _capitalised(plain)
        return _cut(_counted([token for token, _ in groupby(self._tokens(reading, private))]))

    def _tokens(self, reading: Utterance, private: frozenset[str]) -> Iterator[str]:
        starts = {m.start: m for m in reading.mentions}
        at = 0
        while at < len(reading.words):
            m = starts.get(at)
            named = None if m is None else self._named(m, reading)
            if m is None or named is None:
                yield from self._word(reading.words[at], private)
                at += 1
            else:
                yield from named
                at = m.end

    def _named(self, m: Mention, reading: Utterance) -> tuple[str, ...] | None:
        """Return what stands for a name; None where it is a name by its looks only."""
        if m.kind in COUNTED:
            return COUNTED[m.kind]
        before = reading.words[m.start - 1].text if m.start else ""
        if m.kind == "place" and m.text in self._people and before not in _BEFORE_PLACES:
            return (WORD,)
        name = self._names.get((m.kind, m.id))
        if name is None and m.kind in ("company", "role", "source", "place", "people"):
            return None
        shown = name or normalization.normalize(m.id)
        return (f"<{m.kind}>",) if _has_digit(shown) else normalization.words(shown)

    def _word(self, word: Word, private: frozenset[str]) -> Iterator[str]:
        said = word.text
        if _has_digit(said):
            # Letters and digits make a code, of which nothing is kept.
            if said.replace("-", "").isdecimal():
                yield NUMBER
        elif word.typed in private or said in private or said in self._people:
            yield WORD
        elif said in _SCALES or said in _NUMBERS:
            yield AMOUNT if said in _SCALES else NUMBER
        elif is_among(said, self._trade):
            yield said
        else:
            yield WORD


def _counted(tokens: list[str]) -> list[str]:
    """Put what is counted in several words into one: "one hundred fifty grand".

    >>> _counted(["<amount>", "and", "<number>", "<amount>", "a", "month"])
    ['<amount>', 'a', 'month']
    """
    counted: list[str] = []
    for n, said in enumerate(tokens):
        joins = said in ("and", "one") and AMOUNT in tokens[n + 1 : n + 2]
        kind = AMOUNT if joins else said
        if kind in (NUMBER, AMOUNT) and counted[-1:] in ([NUMBER], [AMOUNT]):
            counted[-1] = AMOUNT if AMOUNT in (kind, counted[-1]) else NUMBER
        elif not (said == "and" and counted[-1:] == [AMOUNT] and NUMBER in tokens[n + 1 : n + 2]):
            counted.append(kind)
    return counted


def _capitalised(plain: str) -> frozenset[str]:
    """Return the words that a capital makes names, where capitals tell names from others.

    >>> sorted(_capitalised("Mercer told Mark that ML is fun"))
    ['mark']
    """
    found = [m for m in _CAPITALS.finditer(plain) if m[0] != "I" and not m[0].startswith("I'")]
    many = len(found) > MANY_CAPITALS * max(len(plain.split()), 1)
    # "RSUs" and "HQ" are no names of people.
    titled = [m for m in found if m[0][1:2].islower() and not many]
    return _forms({m[0] for m in titled if not _SENTENCE_START.search(plain[: m.start()])})


def _forms(names: set[str]) -> frozenset[str]:
    return frozenset(form for name in names for form in normalization.words(name.removesuffix("'s")))


def _is_address(part: str) -> bool:
    """Whether it is an e-mail address, a handle, a page or a code, of which nothing is kept.

    >>> [_is_address(part) for part in ("a.b@c.de", "nadia#1234", "ABC-1234", "entry-level", "150k-180k")]
    [True, True, True, False, False]
    """
    return "@" in part or part.startswith("www.") or _CODE.search(part[:LONGEST_READ]) is not None


def _has_digit(said: str) -> bool:
    return any(c.isnumeric() for c in said)


def _cut(tokens: list[str]) -> str:
    """Join as many tokens as may be shown."""
    kept = tokens[:MOST_WORDS]
    while len(" ".join(kept)) > LONGEST:
        kept.pop()
    return " ".join(kept)
