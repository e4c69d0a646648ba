"""Detect the pay that a message names: a chat line, the text of an offer, a job posting.

Rules: a message is read clause by clause. An amount is pay where its own clause says so ("base", "offered me", "make"),
or where its clause holds only names and filler and the sentence is about pay; and only where what stands behind it is
not what is counted ("150k users"). Anything ambiguous is left out. A company, a level, years and a role are taken where
only one can be meant; a role without figures makes the amount another trade's pay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.core.decide.coverage import name_of
from bot.core.model.dialogue import Amount, Gap, GapKind, Mention, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.words import PayDetectionWords
from bot.core.nlu.entities import Utterance
from bot.core.nlu.quantities import MARK, QuantityParser
from bot.core.nlu.slots import WordLists, stems
from bot.core.offers.pay_clauses import (
    NEAR,
    PLAIN_KINDS,
    Clause,
    OtherAmounts,
    PayWords,
    Sentence,
    amounts,
    label_of,
    names_at,
    title_of,
    yearly,
)
from bot.core.text import inflection, normalization
from bot.core.text.patterns import any_of

MOST_DETECTED = 5
MOST_SENTENCES = 200
LONGEST_SENTENCE = 300
# What looks like money: read first, where a message is long.
_LIKE_MONEY = re.compile(r"[$]|\d\s?k|\d{2},?\d{3}", re.IGNORECASE)
# So many clauses are read, those with what looks like money first.
MOST_CLAUSES = 20
# In a longer message somebody else may be meant than the one company whose name is read.
MOST_READ_WHOLE = 12
# A heading ("Compensation") labels the line below it if that line has hardly more than the amount.
MOST_BELOW_HEADING = 4
SURE = 0.9

_SENTENCE_END = re.compile(r"\n+|(?<!\.\w)(?<!\d)[.!?]+\s+|(?<=\d)[.!?]+\s+(?!\d)")


class DetectedPay(NamedTuple):
    """An amount of pay: how plainly it is one (more is plainer), and where it stands."""

    plainness: int
    amount: Amount
    sentence: int
    clause: int


class PayDetector:
    """Detects pay by the words of one knowledge base; `read` finds the names in a text."""

    def __init__(self, knowledge: Knowledge, quantities: QuantityParser, read: Callable[[str], Utterance]) -> None:
        self._quantities = quantities
        self._splitter = _Splitter(knowledge.words.pay_detection, quantities, read)
        self._pay = PayWords(knowledge)
        self._others = OtherAmounts(knowledge, self._pay)
        self._plain = _PlainWords(knowledge)
        self._owners = _Owners(knowledge, self._plain, self._pay)

    def pay_in(self, message: str) -> tuple[Query, ...]:
        """Return an offer to look at for each distinct amount of pay, the plainest first."""
        if self._quantities.names_foreign_money(normalization.normalize(message)):
            return ()  # whose dollars the others are, nobody knows
        sentences = tuple(self._splitter.split(message))
        found = [pay for n in range(len(sentences)) for pay in self._in_sentence(sentences, n)]
        whole = len(sentences) <= MOST_READ_WHOLE
        distinct: dict[tuple[float, float], DetectedPay] = {}
        for pay in sorted(found, key=lambda pay: -pay.plainness):
            distinct.setdefault(yearly(pay.amount), pay)
        alone = whole and len(distinct) == 1
        offers = (self._owners.offer(pay, sentences, alone=alone) for pay in distinct.values())
        return tuple(offer for offer in offers if offer is not None)[:MOST_DETECTED]

    def _in_sentence(self, sentences: Sequence[Sentence], n: int) -> Iterator[DetectedPay]:
        for at, clause in enumerate(sentences[n].clauses):
            for position, amount in amounts(clause):
                plainness = self._plainness(sentences, n, at, position, amount)
                if plainness:
                    yield DetectedPay(plainness, amount, n, at)

    def _plainness(self, sentences: Sequence[Sentence], n: int, at: int, position: int, amount: Amount) -> int:
        """Return how plainly an amount is pay: 4 by "base", 3 by a label, 2 by a verb, 1 by its context; or 0."""
        clause = sentences[n].clauses[at]
        label = label_of(sentences[n].clauses, at)
        plain = self._plain.make_up(clause)
        if self._others.includes(clause, position, amount, label) or (names_at(clause, position + 1) and not plain):
            return 0  # "150k Amazon drivers are paid ..."
        if self._others.surround(sentences, n, amount):
            return 0
        if self._pay.has_label(clause, position, label):
            return 3 if self._pay.base.isdisjoint((*clause.words, *label)) else 4
        if amount.text.isdecimal():
            return 0  # digits and nothing else can be many things: a postal code, the number of a job
        if self._pay.has_verb(clause.words[:position]):
            return 2
        return int(plain and self._is_about_pay(sentences, n, clause))

    def _is_about_pay(self, sentences: Sequence[Sentence], n: int, clause: Clause) -> bool:
        """Tell whether the words around a clause are about pay, or are all names that pay is asked of."""
        sentence = sentences[n]
        if not self._others.unrelated.isdisjoint(map(inflection.stem, sentence.words)):
            return False
        if self._pay.is_about_pay(sentence.words):
            return True
        named = any(sentence.of(kind) for kind in ("company", "role"))
        if named and all(map(self._plain.make_up, sentence.clauses)):
            return True
        above = sentences[n - 1].words if n else ()
        headed = 0 < len(above) <= NEAR and not self._pay.labels.isdisjoint(above)
        return headed and len(clause.words) <= MOST_BELOW_HEADING


class _Splitter:
    """Splits a message into sentences and clauses."""

    def __init__(self, words: PayDetectionWords, quantities: QuantityParser, read: Callable[[str], Utterance]) -> None:
        self._quantities = quantities
        self._read = read
        self._tax = re.compile(rf"\b{any_of(words.tax, gap='[ -]?')}\b")
        self._clause_end = re.compile(
            rf"([,;:()|+!?>=\[\]\"\u2022\u00b7]|\s[-/]+\s|\.\s*$|\b{any_of(words.clause_ends)}\b)"
        )
        self._two_amounts = re.compile(
            rf"(?<![\d,.])(\d[\d,.]{{0,12}}\s?[km]?)\s+{any_of(words.two_amounts)}\s+(?=[$\d])"
        )
        self._range_openers = words.range_openers

    def split(self, message: str) -> Iterator[Sentence]:
        """Yield the sentences; of a long message only the first and those near figures are read."""
        lines = [line for line in _SENTENCE_END.split(normalization.prose(message)) if line.strip()][:MOST_SENTENCES]
        figures = {n for n, line in enumerate(lines) if any(c.isdigit() for c in line)}
        money = {n for n in figures if _LIKE_MONEY.search(lines[n])}
        near = {0, *(n - 1 for n in figures), *(range(MOST_READ_WHOLE) if len(lines) <= MOST_READ_WHOLE else ())}
        left, read = MOST_CLAUSES, dict[int, tuple[Clause, ...]]()
        for n in dict.fromkeys((*sorted(money), *sorted(n - 1 for n in money), *sorted(figures), *sorted(near))):
            if 0 <= n < len(lines) and left:
                read[n] = tuple(islice(self._clauses(lines[n][:LONGEST_SENTENCE]), left))
                left -= len(read[n])
        for n, line in enumerate(lines):
            yield Sentence(line, read.get(n, ()))

    def _clauses(self, line: str) -> Iterator[Clause]:
        plain = self._tax.sub(" ", normalization.normalize(line))
        ranged = any(opener in plain for opener in self._range_openers)
        quantities = self._quantities.find(plain if ranged else self._two_amounts.sub(r"\1 ; ", plain))
        parts = self._clause_end.split(f"{quantities.marked} ")
        for part, end in zip(parts[::2], (*parts[1::2], ""), strict=True):
            if not part.strip():
                continue
            reading = self._read(MARK.sub(lambda m: quantities.resolve(m[0])[1], part))
            yield Clause(reading, tuple(word.text for word in reading.words), end.strip())


class _PlainWords:
    """The words that stand around names and amounts without needing an explanation."""

    def __init__(self, knowledge: Knowledge) -> None:
        lexicon, words = WordLists.of(knowledge), knowledge.words.pay_detection
        directions = frozenset().union(*lexicon.directions.values())
        plain = lexicon.filler | lexicon.pay | lexicon.weak_pay | lexicon.bare | lexicon.questions | directions
        self._stems = plain | stems((*words.labels, *words.verbs, *words.behind_pay, *words.jobs))

    def make_up(self, clause: Clause) -> bool:
        """Tell whether a clause holds nothing but names, amounts and plain words."""
        named = all(m.kind in PLAIN_KINDS and not m.excluded for m in clause.reading.mentions)
        return named and self._stems.issuperset(inflection.stem(word.text) for word in clause.reading.loose)


class _Owners:
    """Finds whose pay an amount is: the company, the level and the role, where only one of each can be meant."""

    def __init__(self, knowledge: Knowledge, plain: _PlainWords, pay: PayWords) -> None:
        self._knowledge = knowledge
        self._plain = plain
        self._pay = pay
        words = knowledge.words.pay_detection
        self._past = frozenset(words.past)
        self._experience = re.compile(rf"(?<![a-z]){any_of(words.experience)}(?![a-z])", re.IGNORECASE)

    def offer(self, pay: DetectedPay, sentences: Sequence[Sentence], *, alone: bool) -> Query | None:
        """Return the amount as an offer; None where it is the pay of another trade."""
        sentence, title = sentences[pay.sentence], title_of(sentences)
        near = (sentence,) if title is None else (sentence, title)
        roles = dict.fromkeys(m.id for part in near for m in part.of("role") if m.on_file)
        titled_otherwise = title is not None and title.unpriced_jobs and not roles
        if sentence.unpriced_jobs or len(roles) > 1 or titled_otherwise:
            return None
        companies, gaps = self._company(pay, sentences, alone=alone)
        others = [role for role in roles if role != self._knowledge.main_role]
        if others and companies:
            company = self._knowledge.company(companies[0]).name
            gaps.append(Gap(kind=GapKind.PAIR, name=name_of(others[0], self._knowledge), at=(company,)))
            companies = ()
        gaps += [Gap(kind=GapKind(m.kind), name=m.id) for kind in ("place", "grade") for m in sentence.of(kind)]
        return Query(
            answer="offer",
            intent=next(intent.id for intent in self._knowledge.intents if intent.answer == "offer"),
            companies=companies,
            roles=tuple(roles),
            levels=self._levels(sentences, near),
            amounts=(pay.amount,),
            gaps=tuple(dict.fromkeys(gaps)),
            confidence=SURE,
        )

    def _company(
        self, pay: DetectedPay, sentences: Sequence[Sentence], *, alone: bool
    ) -> tuple[tuple[str, ...], list[Gap]]:
        """Return whose offer it is: named with the amount, or the only one of the message, which offers or hires."""
        sentence = sentences[pay.sentence]
        clause = sentence.clauses[pay.clause]
        named = clause.reading.of("company")
        tied = (
            self._plain.make_up(clause)
            or self._pay.has_company_behind(clause, pay.amount)
            or any(self._pay.is_offering(clause, m) for m in named)
        )
        if not named and not self._pay.has_verb(clause.words):
            scope = sentences if alone else (sentence,)
            named = tuple(m for other in scope for m in other.of("company"))
            clauses = [part for other in scope for part in other.clauses]
            tied = (
                any(self._pay.is_offering(part, m) for part in clauses for m in part.reading.of("company"))
                or self._is_names_only(sentence)
                or (alone and self._is_names_only(title_of(sentences)))
            )
        past = any(not self._past.isdisjoint(other.words) for other in sentences)
        if len({m.id for m in named}) != 1 or past or not tied:
            return (), []
        first = named[0]
        return (
            ((first.id,), [])
            if first.on_file
            else ((), [Gap(kind=GapKind.COMPANY, name=first.id if first.listed else "")])
        )

    def _is_names_only(self, sentence: Sentence | None) -> bool:
        """Tell whether a line is a company and other names, and nothing that needs explaining."""
        if sentence is None or not sentence.of("company"):
            return False
        return all(map(self._plain.make_up, sentence.clauses))

    def _levels(self, sentences: Sequence[Sentence], near: Sequence[Sentence]) -> tuple[str, ...]:
        """Return the one level that is named beside a role or by years of experience, if they agree."""
        spans = [
            span
            for sentence in sentences
            if self._experience.search(sentence.text)
            for clause in sentence.clauses
            for span in clause.reading.years
        ]
        by_years = {level.id for span in spans for end in span if (level := self._knowledge.level_of_years(end))}
        named = {m.id for sentence in near for clause in sentence.clauses for m in self._titled(clause)}
        either = named | by_years
        return tuple(either) if len(either) == 1 else ()

    def _titled(self, clause: Clause) -> Iterator[Mention]:
        """Yield the levels that stand before a role, or in a clause of names alone."""
        starts = {m.start for m in clause.reading.of("role")} | {m.start for m in clause.reading.of("field")}
        plain = self._plain.make_up(clause)
        yield from (m for m in clause.reading.of("level") if m.end in starts or plain)
