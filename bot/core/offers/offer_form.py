"""Read an offer given in separate fields: the amount, the company, the years, the level.

Each field is read strictly, by itself; everything wrong with any of them is reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.answers.offer import LEAST_PLAUSIBLE, MOST_PLAUSIBLE
from bot.core.model.dialogue import PARTS, Ambiguous, Amount, Decision, Gap, GapKind, NotCovered, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.nlu.quantities import QuantityParser, reads_two_ways
from bot.core.nlu.slots import LEAST_SALARY, WordLists, stems
from bot.core.text import inflection, normalization

LONGEST_FIELD = 100
LONGEST_SHOWN = 40
_LETTERS = "abcdefghijklmnopqrstuvwxyz ."
_BARE_NUMBER = re.compile(r"\$?\s?\d+(?:[.,]\d+)*\s?\$?")
# What may stand beside an amount without changing it.
MARKS_BESIDE = frozenset("~.,?!()")


class OfferForm:
    """Reads the fields of an offer against one knowledge base; `read` finds the names in a text."""

    def __init__(self, knowledge: Knowledge, quantities: QuantityParser, read: Callable[[str], Utterance]) -> None:
        self._knowledge = knowledge
        self._quantities = quantities
        self._read = read
        lexicon, words = WordLists.of(knowledge), knowledge.words.offer_form
        self._filler = lexicon.filler
        self._beside_amount = lexicon.pay | stems(words.beside_amount)
        self._beside_company = stems(words.beside_company)

    def fill(self, amount: str, company: str, years: str, level: str) -> Decision:
        """Return the offer, or what is wrong with its fields."""
        wrong: list[Gap] = []
        amounts = self._amount(_field(amount), wrong)
        companies = self._name(_field(company), "company", self._beside_company, wrong)
        levels_of_years = self._years(_field(years), wrong)
        levels = self._level(_field(level), wrong)
        if levels_of_years and levels and not set(levels) <= set(levels_of_years):
            both = f"{_shown(years)} / {self._knowledge.level(levels[0]).name}"
            wrong.append(Gap(kind=GapKind.FIELD_CONTRADICTION, name=both))
        if wrong:
            return Ambiguous(gaps=tuple(wrong), confidence=1.0, asked=True)
        foreign = tuple(Gap(kind=GapKind.CURRENCY, name=one.currency) for one in amounts if one.currency != "USD")
        if foreign:
            return NotCovered(gaps=foreign, confidence=1.0, asked=True)
        intent = next(intent.id for intent in self._knowledge.intents if intent.answer == "offer")
        levels = levels or levels_of_years
        return Query(answer="offer", intent=intent, companies=companies, levels=levels, amounts=amounts)

    def _amount(self, text: str, wrong: list[Gap]) -> tuple[Amount, ...]:
        """Read one amount or one range; anything beside it that may change it makes it unread."""
        found = self._quantities.find(text)
        rest = re.sub(r"§amount\d+", " ", found.marked)
        unread = any(not (c.isalpha() or c.isspace() or c in MARKS_BESIDE) for c in rest)
        unread |= not self._beside_amount.issuperset(stems((rest,)))
        kind = "amount"
        if not text:
            kind = "amount_missing"
        elif reads_two_ways(text):
            kind = "amount_two_ways"
        elif _BARE_NUMBER.fullmatch(text) and not found.amounts:
            kind = "amount_period"
        elif len(found.amounts) > 1:
            kind = "amounts"
        elif found.amounts and not unread:
            amount = found.amounts[0]
            if _is_plausible(amount):
                return (amount,)
            # "$5,000" can be many things, but hardly a year's pay.
            kind = "amount_period" if amount.period is None and amount.high < LEAST_SALARY else "amount_odd"
        wrong.append(Gap(kind=GapKind(f"field_{kind}"), name=_shown(text)))
        return ()

    def _level(self, text: str, wrong: list[Gap]) -> tuple[str, ...]:
        labels = [
            level.id for level in self._knowledge.vocabulary.levels if normalization.normalize(level.name) == text
        ]
        return tuple(labels) or self._name(text, "level", self._filler, wrong)

    def _name(self, text: str, kind: str, beside: frozenset[str], wrong: list[Gap]) -> tuple[str, ...]:
        """Read a field that has to be one name with figures."""
        if not text:
            return ()
        reading = self._read(text)
        ids = {m.id for m in reading.mentions if m.kind == kind and m.on_file and not m.excluded}
        alone = all(m.kind == kind for m in reading.mentions) and not reading.near
        if len(ids) == 1 and alone and beside.issuperset(inflection.stem(word.text) for word in reading.loose):
            return tuple(ids)
        wrong.append(Gap(kind=GapKind(f"field_{kind}"), name=_shown(text)))
        return ()

    def _years(self, text: str, wrong: list[Gap]) -> tuple[str, ...]:
        """Return the level of so many years, or the levels at both ends of a span."""
        if not text:
            return ()
        found = self._quantities.find(text)
        if not found.years:
            # The name of the field is left out: "5".
            found = self._quantities.find(f"{text} years")
        rest = found.marked.replace("§years0", " ")
        if len(found.years) == 1 and self._filler.issuperset(stems((rest,))) and not set(rest) - set(_LETTERS):
            levels = (self._knowledge.level_of_years(end) for end in found.years[0])
            return tuple(dict.fromkeys(level.id for level in levels if level is not None))
        wrong.append(Gap(kind=GapKind.FIELD_YEARS, name=_shown(text)))
        return ()


def _field(text: str) -> str:
    return normalization.normalize(text) if len(text) <= LONGEST_FIELD else text[:LONGEST_FIELD] + "..."


def _shown(text: str) -> str:
    """Return what was typed, shortened for a message."""
    plain = normalization.normalize(text)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}..."


def _is_plausible(amount: Amount) -> bool:
    parts = PARTS[amount.period or "year"]
    least = LEAST_SALARY if amount.period is None and amount.currency == "USD" else LEAST_PLAUSIBLE
    return amount.low * parts >= least and amount.high * parts <= MOST_PLAUSIBLE
