"""Says what may be meant where a question that was understood leaves it open: an amount's time, a span's subject."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core import text
from bot.core.dialogue import PARTS, Amount
from bot.core.knowledge import Intent, Knowledge
from bot.core.slots import LEAST_SALARY, MOST_SENSIBLE, Lexicon, Slots


def doubts(slots: Slots, intent: Intent, known: Knowledge, lexicon: Lexicon) -> tuple[str, ...]:
    """Return what to ask back instead of answering; mostly nothing.

    "150k per month?" may ask for a year's 150k by the month; "15k good at google per month" tells of 15k a month.
    """
    amount = slots.amounts[0] if len(slots.amounts) == 1 else None
    if amount is None or amount.currency != "USD":
        return ()
    plain = lexicon.filler | lexicon.questions
    if _is_huge(amount) and not slots.named and not slots.reading.of("period") and plain.issuperset(slots.stems):
        return (
            f"how much is {_told(amount)} a year per {amount.period}",
            f"is {_told(amount)} per {amount.period} good",
        )
    apart = amount.period is None and intent.answer == "offer" and (slots.companies or slots.levels)
    if apart and slots.period is not None and amount.high * PARTS[slots.period] <= MOST_SENSIBLE:
        whose = "".join(_whose(slots, known))
        periods = (slots.period, "year") if amount.low >= LEAST_SALARY else (slots.period,)
        return tuple(f"is {_told(amount)} per {period} good{whose}" for period in periods)
    return ()


def _is_huge(amount: Amount) -> bool:
    return amount.period not in (None, "year") and amount.high * PARTS[amount.period] > MOST_SENSIBLE


def _told(amount: Amount) -> str:
    return text.money(amount.low) if amount.low == amount.high else f"${amount.low:,.0f}-{amount.high:,.0f}"


def _whose(slots: Slots, known: Knowledge) -> Iterator[str]:
    yield from (f" at {known.company(company).name}" for company in slots.companies[:1])
    yield from (f" for a {known.level(level).aliases[0]}" for level in slots.levels[:1])
