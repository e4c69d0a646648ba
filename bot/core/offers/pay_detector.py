"""Spots the pay that a message names: a chat line, the text of an offer, a job posting.

Rules: a message is read clause by clause. An amount is pay where its own clause says so ("base", "offered me", "make"),
or where its clause is nothing but names and filler and the sentence is about pay; and only where what stands behind it
is not what is counted ("150k users"). Where anything else may be meant, nothing is said. A company, a level, years and
a role are taken where only one can be meant; a role without figures makes the amount another trade's pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.core.decide.coverage import name_of
from bot.core.model.dialogue import Amount, Gap, GapKind, Mention, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu import quantities
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import WordLists, stems
from bot.core.offers import pay_clauses as told
from bot.core.offers.pay_clauses import (
    AFTER,
    JOBS,
    LABELS,
    NEAR,
    OTHER,
    PERIODS_OF_PAST,
    PLAIN_KINDS,
    VERBS,
    Clause,
    Sentence,
)
from bot.core.text import inflection, normalization

MOST_SPOTTED = 5
MOST_SENTENCES = 200
# No message that people write has more clauses near its figures.
MOST_CLAUSES = 120
# In a longer one somebody else may be meant than the one company whose name is seen.
MOST_READ_WHOLE = 12
# A heading ("Compensation") speaks for the line below it where that has hardly more than the amount.
MOST_BELOW_HEADING = 4
SURE = 0.9

_BEFORE_TAX = re.compile(r"\b(?:before|pre|after)[ -]?tax(?:es)?\b")
_SENTENCE_END = re.compile(r"\n+|(?<!\.\w)(?<!\d)[.!?]+\s+|(?<=\d)[.!?]+\s+(?!\d)")
_CLAUSE_END = re.compile(r"([,;:()|+!?>=\[\]\"\u2022\u00b7]|\s[-/]+\s|\.\s*$|\bvs\b|\bversus\b|\bbut\b)")
# "150k and 200k in stock" are two amounts, "between 150k and 200k" is one range.
_TWO_AMOUNTS = re.compile(r"(?<![\d,.])(\d[\d,.]{0,12}\s?[km]?)\s+and\s+(?=[$\d])")


class DetectedPay(NamedTuple):
    """An amount of pay: how plainly it is one (more is plainer), and where it stands."""

    plainness: int
    amount: Amount
    sentence: int
    clause: int


class _Words:
    """The words that stand around names and amounts without needing an explanation."""

    def __init__(self, lexicon: WordLists) -> None:
        directions = frozenset().union(*lexicon.directions.values())
        plain = lexicon.filler | lexicon.pay | lexicon.weak_pay | lexicon.bare | lexicon.questions | directions
        self._plain = plain | stems((*LABELS, *VERBS, *AFTER, *JOBS))

    def is_plain(self, clause: Clause) -> bool:
        """Whether a clause holds nothing but names, amounts and filler."""
        named = all(m.kind in PLAIN_KINDS and not m.excluded for m in clause.reading.mentions)
        return named and self._plain.issuperset(inflection.stem(word.text) for word in clause.reading.loose)


class PayDetector:
    """Knows the words of pay of one knowledge base; `read` finds the names in a text."""

    def __init__(self, known: Knowledge, read: Callable[[str], Utterance]) -> None:
        self._read = read
        self._words = _Words(WordLists.of(known.vocabulary))
        self._whose = _Whose(known, self._words)

    def pay_in(self, message: str) -> tuple[Query, ...]:
        """Return an offer to look at for each distinct amount of pay, the plainest first."""
        if quantities.names_foreign_money(normalization.normalize(message)):
            return ()  # whose dollars the others are, nobody knows
        sentences = tuple(self._sentences(message))
        found = [spotted for at in range(len(sentences)) for spotted in self._in_sentence(sentences, at)]
        whole = len(sentences) <= MOST_READ_WHOLE
        once: dict[tuple[float, float], DetectedPay] = {}
        for one in sorted(found, key=lambda one: -one.plainness):
            once.setdefault(told.yearly(one.amount), one)
        read = (self._whose.offer(one, sentences, alone=whole and len(once) == 1) for one in once.values())
        return tuple(query for query in read if query is not None)[:MOST_SPOTTED]

    def _sentences(self, message: str) -> Iterator[Sentence]:
        """Cut a message into sentences and clauses; of a long one only those near figures are read, and the first."""
        lines = [line for line in _SENTENCE_END.split(normalization.prose(message)) if line.strip()][:MOST_SENTENCES]
        wanted = {near for n, line in enumerate(lines) if told.has_digit(line) for near in (n - 1, n)} | {0}
        wanted |= set(range(MOST_READ_WHOLE)) if len(lines) <= MOST_READ_WHOLE else set()
        left = MOST_CLAUSES
        for n, line in enumerate(lines):
            clauses = tuple(islice(self._clauses(line), left)) if n in wanted else ()
            left -= len(clauses)
            yield Sentence(line, clauses)

    def _clauses(self, line: str) -> Iterator[Clause]:
        plain = _BEFORE_TAX.sub(" ", normalization.normalize(line))
        counted = quantities.find(plain if "between" in plain else _TWO_AMOUNTS.sub(r"\1 ; ", plain))
        parts = _CLAUSE_END.split(f"{counted.marked} ")
        for said, end in zip(parts[::2], (*parts[1::2], ""), strict=True):
            if not said.strip():
                continue
            restored = quantities.MARK.sub(lambda m: counted.said(m[0])[1], said)
            reading = self._read(restored)
            yield Clause(reading, tuple(word.text for word in reading.words), end.strip())

    def _in_sentence(self, sentences: Sequence[Sentence], at: int) -> Iterator[DetectedPay]:
        for n, clause in enumerate(sentences[at].clauses):
            for place, amount in told.amounts(clause):
                plainness = self._plainness(sentences, at, n, place, amount)
                if plainness:
                    yield DetectedPay(plainness, amount, at, n)

    def _plainness(self, sentences: Sequence[Sentence], at: int, n: int, place: int, amount: Amount) -> int:
        """Return how plainly an amount is pay: 4 by "base", 3 by a label, 2 by a verb, 1 by what is around it; or 0."""
        clause = sentences[at].clauses[n]
        label = told.label(sentences[at].clauses, n)
        plain = self._words.is_plain(clause)
        if told.is_other(clause, place, amount, label) or (told.names_at(clause, place + 1) and not plain):
            return 0  # "150k Amazon drivers are paid ..."
        if told.is_other_pay(sentences, at, amount):
            return 0
        if told.labelled(clause, place, label):
            return 4 if "base" in (*clause.words, *label) else 3
        if amount.text.isdecimal():
            return 0  # digits and nothing else can be many things: a postal code, the number of a job
        if told.has_verb(clause.words[:place]):
            return 2
        return int(plain and self._is_of_pay(sentences, at, clause))

    def _is_of_pay(self, sentences: Sequence[Sentence], at: int, clause: Clause) -> bool:
        """Whether the words around a clause are about pay, or all of them are names that pay is asked of."""
        sentence = sentences[at]
        if not OTHER.isdisjoint(map(inflection.stem, sentence.words)):
            return False
        if told.speaks_of_pay(sentence.words):
            return True
        if any(sentence.of(kind) for kind in ("company", "role")) and all(map(self._words.is_plain, sentence.clauses)):
            return True
        above = sentences[at - 1].words if at else ()
        return len(clause.words) <= MOST_BELOW_HEADING and 0 < len(above) <= NEAR and not LABELS.isdisjoint(above)


class _Whose:
    """Says whose pay an amount is: the company, the level and the role, where only one of each can be meant."""

    def __init__(self, known: Knowledge, words: _Words) -> None:
        self._known = known
        self._words = words

    def offer(self, one: DetectedPay, sentences: Sequence[Sentence], *, alone: bool) -> Query | None:
        """Return the amount as an offer; None where it is the pay of another trade."""
        sentence, title = sentences[one.sentence], told.title(sentences)
        near = (sentence,) if title is None else (sentence, title)
        roles = dict.fromkeys(m.id for part in near for m in part.of("role") if m.known)
        if told.strangers(sentence) or len(roles) > 1 or (title is not None and told.strangers(title) and not roles):
            return None
        companies, gaps = self._company(one, sentences, alone=alone)
        others = [role for role in roles if role != self._known.main_role]
        if others and companies:
            firm = self._known.company(companies[0]).name
            gaps.append(Gap(kind=GapKind.PAIR, name=name_of(others[0], self._known), at=(firm,)))
            companies = ()
        gaps += [Gap(kind=GapKind(m.kind), name=m.id) for kind in ("place", "grade") for m in sentence.of(kind)]
        return Query(
            answer="offer",
            intent=next(intent.id for intent in self._known.intents if intent.answer == "offer"),
            companies=companies,
            roles=tuple(roles),
            levels=self._levels(sentences, near),
            amounts=(one.amount,),
            gaps=tuple(dict.fromkeys(gaps)),
            confidence=SURE,
        )

    def _company(
        self, one: DetectedPay, sentences: Sequence[Sentence], *, alone: bool
    ) -> tuple[tuple[str, ...], list[Gap]]:
        """Return whose offer it is: named with the amount, or the only one of the message, which offers or hires."""
        sentence = sentences[one.sentence]
        clause = sentence.clauses[one.clause]
        named = clause.reading.of("company")
        tied = (
            self._words.is_plain(clause)
            or told.is_behind(clause, one.amount)
            or any(told.offers(clause, m) for m in named)
        )
        if not named and not told.has_verb(clause.words):
            named = tuple(m for other in (sentences if alone else (sentence,)) for m in other.of("company"))
            parts = [other for whole in (sentences if alone else (sentence,)) for other in whole.clauses]
            tied = any(told.offers(other, m) for other in parts for m in other.reading.of("company"))
            tied = tied or self._is_of_names(sentence) or (alone and self._is_of_names(told.title(sentences)))
        past = not PERIODS_OF_PAST.isdisjoint(word for other in sentences for word in other.words)
        if len({m.id for m in named}) != 1 or past or not tied:
            return (), []
        first = named[0]
        return ((first.id,), []) if first.known else ((), [Gap(kind=GapKind.COMPANY, name=first.id)])

    def _is_of_names(self, sentence: Sentence | None) -> bool:
        """Whether a line is a company and other names, and nothing that needs explaining."""
        return (
            sentence is not None and bool(sentence.of("company")) and all(map(self._words.is_plain, sentence.clauses))
        )

    def _levels(self, sentences: Sequence[Sentence], near: Sequence[Sentence]) -> tuple[str, ...]:
        """Return the one level that is named beside a role or by years of experience, if they agree."""
        spans = [
            span
            for sentence in sentences
            if re.search(r"yoe|y\.o\.e|experience|\bexp\b", sentence.said, re.IGNORECASE)
            for clause in sentence.clauses
            for span in clause.reading.years
        ]
        by_years = {level.id for span in spans for end in span if (level := self._known.level_of_years(end))}
        named = {m.id for sentence in near for clause in sentence.clauses for m in self._titled(clause)}
        either = named | by_years
        return tuple(either) if len(either) == 1 else ()

    def _titled(self, clause: Clause) -> Iterator[Mention]:
        """Yield the levels that stand before a role, or in a clause of names alone."""
        starts = {m.start for m in clause.reading.of("role")} | {m.start for m in clause.reading.of("field")}
        plain = self._words.is_plain(clause)
        yield from (m for m in clause.reading.of("level") if m.end in starts or plain)
