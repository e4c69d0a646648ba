"""Reads an offer that was given in separate fields: the amount, the company, the years, the level.

Each field is read strictly, by itself; what is wrong with any of them is said of all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.answers.offer import LEAST_PLAUSIBLE, MOST_PLAUSIBLE
from bot.core.model.dialogue import PARTS, Ambiguous, Amount, Decision, Gap, GapKind, NotCovered, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu import quantities
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import LEAST_SALARY, WordLists, stems
from bot.core.text import inflection, normalization

LONGEST_FIELD = 100
LONGEST_SHOWN = 40
_LETTERS = "abcdefghijklmnopqrstuvwxyz ."
_BARE_NUMBER = re.compile(r"\$?\s?\d+(?:[.,]\d+)*\s?(?:\$|usd|dollars)?")
# What may stand beside an amount without changing it.
MARKS_BESIDE = frozenset("~.,?!()")
# "up to", "not" and "more than" do; so fillers in general are not taken.
BESIDE = stems(
    ("a", "per", "year", "annual", "base", "fixed", "gross", "before", "tax", "about", "around", "roughly", "between")
) | {"comp", "total", "from"}
FIRMS = stems(("inc", "llc", "ltd", "corp", "corporation", "company"))
_YEARS_ALONE = re.compile(r"\d{1,2}(?:\.\d)?\s?\+?|\d{1,2}\s?(?:-|to)\s?\d{1,2}|[a-z]+")


class OfferForm:
    """Reads the fields of an offer against one knowledge base; `read` finds the names in a text."""

    def __init__(self, known: Knowledge, read: Callable[[str], Utterance]) -> None:
        self._known = known
        self._read = read
        lexicon = WordLists.of(known.vocabulary)
        self._filler = lexicon.filler
        self._beside = lexicon.pay | BESIDE

    def fill(self, amount: str, company: str, years: str, level: str) -> Decision:
        """Return the offer, or what is wrong with its fields."""
        wrong: list[Gap] = []
        money = self._amount(_field(amount), wrong)
        firms = self._company(_field(company), wrong)
        spans = self._years(_field(years), wrong)
        steps = self._level(_field(level), wrong)
        if spans and steps and not set(steps) <= set(spans):
            both = f"{_shown(years)} / {self._known.level(steps[0]).name}"
            wrong.append(Gap(kind=GapKind.FIELD_CONTRADICTION, name=both))
        if wrong:
            return Ambiguous(gaps=tuple(wrong), confidence=1.0, asked=True)
        foreign = tuple(Gap(kind=GapKind.CURRENCY, name=one.currency) for one in money if one.currency != "USD")
        if foreign:
            return NotCovered(gaps=foreign, confidence=1.0, asked=True)
        intent = next(intent.id for intent in self._known.intents if intent.answer == "offer")
        return Query(answer="offer", intent=intent, companies=firms, levels=steps or spans, amounts=money)

    def _amount(self, said: str, wrong: list[Gap]) -> tuple[Amount, ...]:
        """Read one amount or one range; anything beside it that may change it makes it unread."""
        found = quantities.find(said)
        rest = re.sub(r"§amount\d+", " ", found.marked)
        unread = any(not (c.isalpha() or c.isspace() or c in MARKS_BESIDE) for c in rest)
        unread |= not self._beside.issuperset(stems((rest,)))
        kind = "amount"
        if not said:
            kind = "amount_missing"
        elif quantities.reads_two_ways(said):
            kind = "amount_two_ways"
        elif _BARE_NUMBER.fullmatch(said) and not found.amounts:
            kind = "amount_period"
        elif len(found.amounts) > 1:
            kind = "amounts"
        elif found.amounts and not unread:
            amount = found.amounts[0]
            if _is_plausible(amount):
                return (amount,)
            # "$5,000" can be many things, but hardly a year's pay.
            kind = "amount_period" if amount.period is None and amount.high < LEAST_SALARY else "amount_odd"
        wrong.append(Gap(kind=GapKind(f"field_{kind}"), name=_shown(said)))
        return ()

    def _company(self, said: str, wrong: list[Gap]) -> tuple[str, ...]:
        return self._named(said, "company", FIRMS, wrong)

    def _level(self, said: str, wrong: list[Gap]) -> tuple[str, ...]:
        labels = [level.id for level in self._known.vocabulary.levels if normalization.normalize(level.name) == said]
        return tuple(labels) or self._named(said, "level", self._filler, wrong)

    def _named(self, said: str, kind: str, beside: frozenset[str], wrong: list[Gap]) -> tuple[str, ...]:
        """Read a field that has to be one name with figures."""
        if not said:
            return ()
        reading = self._read(said)
        ids = {m.id for m in reading.mentions if m.kind == kind and m.known and not m.excluded}
        alone = all(m.kind == kind for m in reading.mentions) and not reading.near
        if len(ids) == 1 and alone and beside.issuperset(inflection.stem(word.text) for word in reading.loose):
            return tuple(ids)
        wrong.append(Gap(kind=GapKind(f"field_{kind}"), name=_shown(said)))
        return ()

    def _years(self, said: str, wrong: list[Gap]) -> tuple[str, ...]:
        """Return the level of so many years, or the levels at both ends of a span."""
        if not said:
            return ()
        found = quantities.find(f"{said} years" if _YEARS_ALONE.fullmatch(said) else said)
        rest = found.marked.replace("§years0", " ")
        if len(found.years) == 1 and self._filler.issuperset(stems((rest,))) and not set(rest) - set(_LETTERS):
            levels = (self._known.level_of_years(end) for end in found.years[0])
            return tuple(dict.fromkeys(level.id for level in levels if level is not None))
        wrong.append(Gap(kind=GapKind.FIELD_YEARS, name=_shown(said)))
        return ()


def _field(said: str) -> str:
    return normalization.normalize(said) if len(said) <= LONGEST_FIELD else said[:LONGEST_FIELD] + "..."


def _shown(said: str) -> str:
    """Return what was typed, short enough to be told."""
    plain = normalization.normalize(said)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}..."


def _is_plausible(amount: Amount) -> bool:
    parts = PARTS[amount.period or "year"]
    least = LEAST_SALARY if amount.period is None and amount.currency == "USD" else LEAST_PLAUSIBLE
    return amount.low * parts >= least and amount.high * parts <= MOST_PLAUSIBLE
