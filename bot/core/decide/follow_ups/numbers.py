"""Reads the numbers of a fragment by what was told before: years, amounts, shares, multiples, claimed differences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.core.decide.follow_ups.antecedents import PAIR
from bot.core.decide.follow_ups.wording import Lists
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import PARTS, Amount, GapKind, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots
from bot.core.text.patterns import any_of

# "x2", "3x", "* 4"; "/ 12".
_TIMES = re.compile(
    r"(?<![\w.])(?:[x*\N{MULTIPLICATION SIGN}] ?(\d{1,2}(?:\.\d+)?)|(\d{1,2}(?:\.\d+)?) ?x)(?![\w.])", re.IGNORECASE
)
_OVER = re.compile(r"(?<![\w.])[/\N{DIVISION SIGN}] ?(\d{1,4})(?![\w.])")
# Years in digits: "4", "2.5".
_YEARS = re.compile(r"(?<![\w.,$])\d{1,2}(?:\.\d)?(?![\w%]|[.,]\d)")
_DIGITS = re.compile(r"\d+")
_THOUSAND = 1_000
MOST_YEARS = 60
MONTHS = PARTS["month"]  # of a year


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The slots of a fragment with its bare numbers read, and what it calculates with.

    `share` is a percentage and `times` a factor, 0 where none is; `claims` says that an amount is a difference.
    """

    slots: Slots
    share: float
    times: float
    claims: bool


class NumberReader:
    """Reads numbers by the words of one knowledge base."""

    def __init__(self, knowledge: Knowledge, lists: Lists) -> None:
        self._knowledge, self._lists = knowledge, lists
        # A share of what was given before: "10% more".
        shares = any_of(knowledge.words.speech_acts.shares)
        years, later = any_of(knowledge.words.quantities.years), any_of(knowledge.words.follow_ups.later)
        months = any_of(knowledge.words.quantities.months)
        self._months = re.compile(rf"(?<![\w.,$])(\d{{1,3}})\s?(?:{months})\b", re.IGNORECASE)
        # A number that nothing is counted by.
        ranges = any_of(knowledge.words.quantities.year_ranges)
        self._last = re.compile(rf"(?<![\w.,$])\d{{1,2}}(?=\s*(?:[.?!,]|$|{ranges}\b))", re.IGNORECASE)
        count = rf"(\d{{1,2}}|{any_of(lists.numbers)})"
        times, over = any_of(lists.multiplying), any_of(lists.dividing)
        self._multiplied = re.compile(rf"\b(?:{times}) (?:[a-z]+ ){{0,2}}{count}\b", re.IGNORECASE)
        self._divided = re.compile(rf"\b(?:{over}) (?:[a-z]+ ){{0,2}}{count}\b", re.IGNORECASE)
        coming = any_of(knowledge.words.follow_ups.to_come)
        articles = any_of(knowledge.words.grammar.articles)
        self._later = re.compile(
            rf"\b(?:{count} (?:{years} )?(?:{later})|(?:{coming}) {count} (?:{years})|{articles} {years} {later})\b",
            re.IGNORECASE,
        )
        self._share = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:\.\d+)?)\s?(?:%|{shares}\b)", re.IGNORECASE)

    def read(self, text: str, slots: Slots, before: Query) -> Numbers:
        """Return the numbers of a text behind a question; a share is nothing else."""
        share = self._share.search(text)
        times = self._times(text)
        if not (share or times):
            slots = self._with_amount(
                self._with_years(self._with_later_years(slots, before, text), before, text), before
            )
        return Numbers(
            slots=slots,
            share=float(share[1]) if share else 0.0,
            times=times,
            claims=self._claims(slots),
        )

    def _with_later_years(self, slots: Slots, before: Query, text: str) -> Slots:
        """Add years to those told before: "and 5 more years?", "in 3 years"; without any these are a time to come."""
        later = self._later.search(text)
        earlier = [digits for m in before.mentions if m.kind == "years" for digits in _DIGITS.findall(m.text)]
        more = 0.0 if later is None else self._number(later[1] or later[2]) if later[1] or later[2] else 1.0
        level = self._knowledge.level_of_years(int(earlier[0]) + int(more)) if earlier and more else None
        if level is None or (slots.levels and not slots.reading.of("years")) or slots.amounts:
            return slots
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        gaps = tuple(gap for gap in slots.gaps if gap.kind != GapKind.DATE)
        return replace(slots, levels=(level.id,), stems=loose, gaps=gaps, kinds=slots.kinds | {"years"})

    def _with_years(self, slots: Slots, before: Query, text: str) -> Slots:
        """Read bare numbers behind a question about experience as years: "and 12?", "2.5 i mean", "and 10-19?"."""
        words = slots.reading.words
        more = (n for n, word in enumerate(words[:-1]) if words[n + 1].text in self._lists.comparatives)
        if any(words[n].text.isdecimal() for n in more):
            return slots  # "5 more years"
        if not before.levels or slots.levels or slots.amounts:
            return slots
        if (months := self._months.search(text)) is not None:
            return self._with_months(slots, int(months[1]))
        loose = any(word.text.isdecimal() for word in slots.reading.loose)
        found = (_YEARS if loose else self._last).findall(text)  # "4" is "for" elsewhere
        numbers = [int(float(number)) for number in found]
        if not 0 < len(numbers) <= PAIR:
            return slots
        levels = [self._knowledge.level_of_years(number) for number in numbers if number <= MOST_YEARS]
        named = tuple(dict.fromkeys(level.id for level in levels if level is not None))
        if len(levels) < len(numbers) or None in levels:
            return slots
        stems = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, levels=named, stems=stems, kinds=slots.kinds | {"years"})

    def _with_months(self, slots: Slots, months: int) -> Slots:
        """Read counted months as experience, which tell no pay by the month: "i have 8 months only"."""
        level = self._knowledge.level_of_years(months / MONTHS)
        if level is None or "pay" in slots.kinds:
            return slots
        reading = replace(slots.reading, mentions=tuple(m for m in slots.reading.mentions if m.kind != "period"))
        kinds = slots.kinds - {"period"} | {"years"}
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, reading=reading, levels=(level.id,), period=None, stems=loose, kinds=kinds)

    def _with_amount(self, slots: Slots, before: Query) -> Slots:
        """Read a bare number as an amount: "and 300?" behind "200k", "i got 150" behind a year's pay."""
        numbers = [int(word.text) for word in slots.reading.loose if word.text.isdecimal()]
        is_statement = bool(before.amounts) or (before.answer in FIGURES and before.period in (None, "year"))
        if (
            not is_statement
            or slots.amounts
            or slots.levels
            or len(numbers) != 1
            or not numbers[0]
            or self._claims(slots)
        ):
            return slots
        old, number = next(iter(before.amounts), Amount(low=_THOUSAND, high=_THOUSAND, text="")), numbers[0]
        scale = _THOUSAND if old.low >= _THOUSAND > number else 1
        if (scale > 1 and number < MOST_YEARS) or (scale == 1 and not before.amounts):
            return slots  # "with 10?" is no pay
        text = f"{number}k" if scale > 1 else str(number)
        amount = replace(old, low=float(number * scale), high=float(number * scale), text=text)
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, amounts=(amount,), stems=loose, kinds=slots.kinds | {"amount", "salary_amount"})

    def _times(self, text: str) -> float:
        """Return what a text multiplies by in digits or words ("x2", "times three", "divided by 12"), 0 for nothing."""
        if (sign := _TIMES.search(text)) is not None:
            return float(sign[1] or sign[2])
        if (sign := _OVER.search(text)) is not None:
            return 1 / (float(sign[1]) or 1)
        times, over = self._multiplied.search(text), self._divided.search(text)
        return self._number(times[1]) if times else 1 / (self._number(over[1]) or 1) if over else 0.0

    def _number(self, text: str) -> float:
        return float(text) if text.isdecimal() else float(self._lists.numbers.get(text.casefold(), 0))

    def _claims(self, slots: Slots) -> bool:
        """Whether an amount in a text is a difference by the word behind it: "so 10k short", "805 apart"."""
        words, lists = slots.reading.words, self._lists
        counts = {m.end - 1 for m in slots.reading.of("amount")}
        counts |= {n for n, word in enumerate(words) if word.text.isdecimal()}
        return any(words[n + 1].text in lists.beyond | lists.gaps for n in counts if n + 1 < len(words))
