"""Find the figures on file that a text quotes to the dollar: "where does 127,303 come from" asks about that one.

A round amount quotes nothing: 150k is anybody's. A quoted figure is taken for whose it is - its company, level, source
or role - or for the overall average where it is the mean of a role's averages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from bot.core.model.dialogue import Amount
from bot.core.model.knowledge import Figure, Intent, Knowledge
from bot.core.nlu.slots import Slots

# An amount that is a multiple of this may be anybody's.
ROUND = 1_000


class CitedFigures:
    """The figures of one knowledge base by their dollars."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._by_dollars: dict[int, list[Figure]] = defaultdict(list)
        for figure in knowledge.figures:
            for value in (figure.value, figure.low, figure.high):
                if value and figure.unit == "USD":
                    self._by_dollars[round(value)].append(figure)
        self._means = dict(_means(knowledge))
        self._topics = [
            (intent, frozenset(knowledge.topic(intent.topic).figures)) for intent in knowledge.intents if intent.topic
        ]
        self._main = knowledge.main_role

    def slots(self, slots: Slots) -> Slots | None:
        """Return slots that name whose the quoted figure is instead of its amount; None where none is quoted."""
        dollars = [d for amount in slots.amounts if (d := self._quoted(amount)) is not None]
        if not dollars or len(dollars) < len(slots.amounts):
            return None
        named = replace(slots, amounts=(), period=None, directions=(), gaps=())
        if dollars[0] in self._means:
            return replace(named, roles=(self._means[dollars[0]],), fields=())
        figure = self._by_dollars[dollars[0]][0]
        if figure.company:
            return replace(named, companies=(figure.company,))
        if figure.level:
            return replace(named, levels=(figure.level,))
        return replace(named, sources=(figure.source,), roles=(figure.role or self._main,), fields=())

    def topic(self, slots: Slots) -> Intent | None:
        """Return the intent whose topic tells of several quoted figures at once."""
        quoted = [{one.id for one in self._by_dollars.get(_dollars(amount), ())} for amount in slots.amounts]
        if len(quoted) <= 1 or not all(quoted):
            return None
        return next((intent for intent, figures in self._topics if all(figures & ids for ids in quoted)), None)

    def is_mean(self, slots: Slots) -> bool:
        """Whether the first amount is the mean of a role's averages."""
        return bool(slots.amounts) and _dollars(slots.amounts[0]) in self._means

    def beside_mean(self, slots: Slots) -> Slots:
        """Return slots without the mean where another amount is named beside it: "127,303 on average, I got 150k"."""
        others = tuple(amount for amount in slots.amounts if self._quoted(amount) not in self._means)
        return replace(slots, amounts=others) if others and len(others) < len(slots.amounts) else slots

    def _quoted(self, amount: Amount) -> int | None:
        dollars = _dollars(amount)
        exact = amount.low == amount.high and amount.period in (None, "year") and dollars % ROUND
        return dollars if exact and (dollars in self._by_dollars or dollars in self._means) else None


def _dollars(amount: Amount) -> int:
    """Return an amount in whole dollars; a number too large for a float is nobody's figure."""
    return round(amount.low) if isfinite(amount.low) else 0


def _means(knowledge: Knowledge) -> Iterable[tuple[int, str]]:
    for role in knowledge.roles:
        if values := [figure.value for figure in knowledge.averages(role.id) if figure.value]:
            yield int(sum(values) / len(values) + 0.5), role.id
