"""Judge an amount by its clause and sentence: pay, a part of an offer, or something else.

The words that decide come from knowledge/words/pay_detection.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from bot.core.answers.offer import MOST_PLAUSIBLE
from bot.core.model.dialogue import PARTS, Amount, Mention, Period
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.nlu.quantities import reads_two_ways
from bot.core.nlu.slots import LEAST_SALARY, MOST_SENSIBLE, stems
from bot.core.text import inflection, normalization
from bot.core.text.patterns import any_of

NEAR = 3
MOST_IN_TITLE = 12
LEAST_FULL, MOST_FULL = 35, 45  # hours a week
NAMES = frozenset({"company", "role", "level", "years", "field"})
PLAIN_KINDS = NAMES | {
    "condition",
    "amount",
    "place",
    "home",
    "grade",
    "period",
    "neutral",
    "people",
    "source",
    "group",
    "date",
}
# Names that may stand right behind an amount, and those of them that are counted.
BEHIND_PAY = NAMES | {"place", "home", "grade", "period", "neutral"}
COUNTED = frozenset({"role", "level", "field"})


class Clause(NamedTuple):
    """A part of a sentence, read, and the sign that it ends with."""

    reading: Utterance
    words: tuple[str, ...]
    end: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line or a sentence in its clauses."""

    text: str
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> tuple[Mention, ...]:
        """Return the names of one kind."""
        return tuple(m for clause in self.clauses for m in clause.reading.of(kind))

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all clauses."""
        return tuple(word for clause in self.clauses for word in clause.words)

    @property
    def unpriced_jobs(self) -> tuple[Mention, ...]:
        """The occupations without figures."""
        return tuple(m for kind in ("role", "employment") for m in self.of(kind) if not m.on_file)


def yearly(amount: Amount) -> tuple[float, float]:
    """Return the low and the high end of an amount as yearly pay."""
    parts = PARTS[amount.period or "year"]
    return amount.low * parts, amount.high * parts


def amounts(clause: Clause) -> Iterator[tuple[int, Amount]]:
    """Yield the amounts of a clause with their positions among its words."""
    positions = [m.start for m in clause.reading.mentions if m.kind == "amount"]
    yield from zip(positions, clause.reading.amounts, strict=False)


def can_be_pay(amount: Amount) -> bool:
    """Tell whether an amount is in dollars, unambiguous and of the size of a salary."""
    low, high = yearly(amount)
    sensible = low >= LEAST_SALARY and high <= MOST_SENSIBLE and amount.currency == "USD"
    return sensible and not amount.assumed and not reads_two_ways(amount.text)


def label_of(clauses: Sequence[Clause], n: int) -> tuple[str, ...]:
    """Return the words before a colon (or a dash) that say what the amount in the nth clause is."""
    if n and clauses[n - 1].end in (":", "=", "-") and len(clauses[n - 1].words) <= NEAR:
        return clauses[n - 1].words
    return ()


def names_at(clause: Clause, position: int) -> tuple[Mention, ...]:
    """Return the names, other than amounts, that begin at a position."""
    return tuple(m for m in clause.reading.mentions if m.start == position and m.kind in PLAIN_KINDS - {"amount"})


def title_of(sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the first line where it is the title of a posting: a role and little else."""
    first = sentences[0] if sentences else None
    return first if first is not None and first.of("role") and len(first.words) <= MOST_IN_TITLE else None


class PayWords:
    """Finds the words of pay in a clause: labels such as "salary", verbs such as "earn", companies that offer."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = knowledge.words.pay_detection
        self.labels = frozenset(words.labels)
        self.base = frozenset(words.base)
        self.base_behind = frozenset((*words.base, *words.base_behind))
        self._unspent_labels = self.labels - frozenset(words.spent_labels)
        self._spent_labels = frozenset(words.spent_labels)
        self._verbs = frozenset(words.verbs)
        self._passive_verbs = frozenset(words.passive_verbs)
        self._be_paid = frozenset(words.be_paid)
        self._spent_verbs = frozenset(words.spent_verbs)
        self._spenders = frozenset(words.spenders)
        self._spenders_of_verbs = self._spenders.union(words.spenders_of_verbs, ("",))
        self._paid_beside = frozenset(words.paid_beside)
        self._offers = self._verbs | self.labels | self._paid_beside.union(words.offers)
        self._before_companies = frozenset(words.before_companies)

    def has_label(self, clause: Clause, position: int, label: Sequence[str]) -> bool:
        """Tell whether "salary", "base" and their like stand before an amount or right behind it."""
        words = clause.words
        before, after = words[:position], words[position + 1 : position + 1 + NEAR]
        labels = self._unspent_labels if self._is_spent(words) else self.labels
        return not labels.isdisjoint((*before, *after, *label))

    def has_verb(self, words: Sequence[str]) -> bool:
        """Tell whether somebody offers, earns or is paid."""
        for n, word in enumerate(words):
            before = words[n - 1] if n else ""
            spent = word in self._spent_verbs and before in self._spenders_of_verbs
            passive = word in self._passive_verbs and before not in self._be_paid
            if word in self._verbs and not spent and not passive:
                return True
        return False

    def is_about_pay(self, words: Sequence[str]) -> bool:
        """Tell whether any word says that a sentence is about pay."""
        labeled = not self.labels.isdisjoint(words) and not self._is_spent(words)
        return labeled or not self._paid_beside.isdisjoint(words) or self.has_verb(words)

    def is_offering(self, clause: Clause, company: Mention) -> bool:
        """Tell whether a company offers: "an offer from Google", "Google offered me"."""
        words = clause.words
        before, after = words[max(0, company.start - NEAR) : company.start], words[company.end : company.end + 2]
        offer = not self._before_companies.isdisjoint(before[-1:]) and not self._offers.isdisjoint(before)
        return offer or not self._offers.isdisjoint(after)

    def has_company_behind(self, clause: Clause, amount: Amount) -> bool:
        """Tell whether a company stands behind an amount: "150k at Google", "150k base from Google"."""
        positions = [position for position, found in amounts(clause) if found == amount]
        starts = [m.start for m in clause.reading.of("company")]
        return any(
            start - position <= NEAR and clause.words[start - 1] in self._before_companies
            for position in positions
            for start in starts
            if start > position
        )

    def _is_spent(self, words: Sequence[str]) -> bool:
        return any(word in self._spent_labels and n and words[n - 1] in self._spenders for n, word in enumerate(words))


class OtherAmounts:
    """Tells amounts that are no pay, or the pay of another time or trade."""

    def __init__(self, knowledge: Knowledge, pay: PayWords) -> None:
        words, quantities = knowledge.words.pay_detection, knowledge.words.quantities
        self._pay = pay
        self.unrelated = stems((*words.unrelated, *words.changed))
        self._unrelated_forms = frozenset(words.unrelated_forms)
        self._unrelated_phrases = tuple(f" {phrase} " for phrase in words.unrelated_phrases)
        self._other_work = frozenset(words.other_work)
        self._numbered = frozenset(words.numbered)
        self._denials = frozenset(words.denials)
        self._parts = frozenset((*words.parts_of_offer, *words.changes))
        self._behind = frozenset(words.behind_pay)
        self._behind_with = {
            word: (frozenset(behind.kinds), frozenset(behind.words)) for word, behind in words.behind_pay_with.items()
        }
        self._other_periods = frozenset(words.other_periods)
        self._per = frozenset((*quantities.per, *quantities.every))
        self._part_time = re.compile(
            rf"\b{any_of(words.part_time, gap='[- ]?')}\b|\b(?:\d{{1,3}}\s?-\s?)?(\d{{1,3}})\+?\s?"
            rf"{any_of(words.hours)}\s?(?:/|{any_of(self._per)})?\s?{any_of(words.weeks)}\b"
        )

    def includes(self, clause: Clause, position: int, amount: Amount, label: Sequence[str]) -> bool:
        """Tell whether an amount is no pay by its size, by what it is a part of, or by what is counted or bought."""
        spaced = f" {' '.join(clause.words)} "
        if any(phrase in spaced for phrase in self._unrelated_phrases):
            return True
        if not self._unrelated_forms.isdisjoint(clause.words):
            return True
        if not self._denials.isdisjoint(clause.words[max(0, position - 2) : position]):
            return True  # "isn't 150k"
        if not can_be_pay(amount) or not self.unrelated.isdisjoint(map(inflection.stem, (*clause.words, *label))):
            return True
        return self._is_part(clause, position, label) or not self._ends_well(clause, position)

    def surround(self, sentences: Sequence[Sentence], n: int, amount: Amount) -> bool:
        """Tell whether the sentences around an amount in the nth make it no pay, or pay of another time or trade."""
        near = sentences[max(0, n - 1) : n + 1]
        return (
            any(self._is_by_other_period(one, amount) for one in near)
            or any(self._is_part_time(one, amount) for one in sentences[max(0, n - 1) : n + 2])
            or any(map(self._is_other_work, near))
            or self._is_numbered(sentences[n], amount)
        )

    def _is_part(self, clause: Clause, position: int, label: Sequence[str]) -> bool:
        """Tell whether an amount is that of a bonus, of stock, of a raise, and not labeled as the base."""
        after = clause.words[position + 1 : position + 1 + NEAR]
        based = not self._pay.base.isdisjoint(clause.words[max(0, position - 2) : position])
        if based or not self._pay.base_behind.isdisjoint(after[:1]):
            return False
        before = clause.words[max(0, position - NEAR) : position]
        return not self._parts.isdisjoint((*before, *after, *label))

    def _ends_well(self, clause: Clause, position: int) -> bool:
        """Tell whether what stands behind an amount can stand behind pay: nothing that is counted."""
        after = clause.words[position + 1 :]
        if not after:
            return clause.end != ">"
        if after[0] in self._behind_with:
            kinds, words = self._behind_with[after[0]]
            near = range(position + 2, position + 2 + NEAR)
            named = any(m.kind in kinds and m.start in near for m in clause.reading.mentions)
            return named or not words.isdisjoint(after[1 : 1 + NEAR])
        behind = names_at(clause, position + 1)
        if behind:
            # "150k ml engineers" are many people.
            return all(
                m.kind in BEHIND_PAY and not (m.kind in COUNTED and inflection.is_plural(m.text)) for m in behind
            )
        return after[0] in self._behind

    def _is_part_time(self, sentence: Sentence, amount: Amount) -> bool:
        """Tell whether pay by the hour, day or week is for so few hours that no year's pay follows from it."""
        if amount.period in (None, "year", "month"):
            return False
        found = self._part_time.finditer(normalization.normalize(sentence.text))
        return any(m[1] is None or not LEAST_FULL <= int(m[1]) <= MOST_FULL for m in found)

    def _is_by_other_period(self, sentence: Sentence, amount: Amount) -> bool:
        """Tell whether an amount without a period may be for one that the sentence names: "monthly salary: 20k"."""
        if amount.period is not None:
            return False
        if not self._other_periods.isdisjoint(sentence.words):
            return True
        for clause in sentence.clauses:
            for m in clause.reading.of("period"):
                # "100k salary a month" says so; "150k, paid monthly" may be 150k a year.
                words = (*clause.words[: m.start][-1:], *clause.words[m.start : m.end])
                most = MOST_PLAUSIBLE if not self._per.isdisjoint(words) else MOST_SENSIBLE
                named = (period for period in get_args(Period) if m.id == period != "year")
                if any(amount.high * PARTS[period] <= most for period in named):
                    return True
        return False

    def _is_other_work(self, sentence: Sentence) -> bool:
        """Tell whether a sentence is about somebody of another trade, with nobody of ours beside."""
        other = bool(sentence.unpriced_jobs or not self._other_work.isdisjoint(sentence.words))
        return other and not any(m.on_file for m in sentence.of("role"))

    def _is_numbered(self, sentence: Sentence, amount: Amount) -> bool:
        """Tell whether an amount is the number of something: "job id 150000"."""
        before, found, _ = normalization.normalize(sentence.text).partition(amount.text)
        return bool(found) and amount.text.isdecimal() and not self._numbered.isdisjoint(before.split()[-2:])
