"""Writes a query as a short line that a button can carry, and reads such a line back, believing nothing of it.

The line holds ids and numbers: `pay;c=google;p=month`. Whoever presses a button could have made the line, and the
knowledge may have changed since it was written; so every part is checked against what is known now.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal, get_args

from bot.core.answers import ANSWERS
from bot.core.datasets.coverage import coverage, trend
from bot.core.model.answer_specs import SPECS
from bot.core.model.datasets import STATISTICS
from bot.core.model.dialogue import PARTS, Amount, Direction, Gap, GapKind, Lookup, Operation, Query
from bot.core.model.knowledge import Knowledge

ORDERS: tuple[Literal["highest", "lowest"], ...] = ("highest", "lowest")
JOINED, MOST_JOINED = "|", 4
# In front of each question whose figures a calculation is done with.
OPERAND, MOST_OPERANDS = ">", 8
_RESERVED = frozenset(f";=,~{JOINED}{OPERAND}")
# All companies on file ("what do big companies pay?"); no id is written so.
EVERY = "*"
MOST_OF_A_KIND, MOST_MONEY = 25, 1e12
_AMOUNT = 4


class QueryCodec:
    """Writes queries as lines, and reads lines back, by one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def written(self, query: Query) -> str | None:
        """Return a query as a line, such as `compare;c=google,apple;p=month`; None where no line could say all of it.

        The parts of a question with several are joined by JOINED.
        """
        lines = [self._written(part) for part in _parts_of(query)]
        complete = [line for line in lines if line is not None]
        return JOINED.join(complete) if len(complete) == len(lines) <= MOST_JOINED else None

    def _written(self, query: Query) -> str | None:
        operands = [self._written(operand) for operand in query.operands]
        lines = [self._written_alone(query), *operands]
        complete = [line for line in lines if line is not None]
        return OPERAND.join(complete) if len(complete) == len(lines) <= 1 + MOST_OPERANDS else None

    def _written_alone(self, query: Query) -> str | None:
        parts = {
            "i": (query.intent,) if query.intent != self._intent_of(query.answer) else (),
            "t": (query.topic,) if query.topic else (),
            "c": (EVERY,) if query.companies and query.companies == self._everybody() else query.companies,
            "x": query.excluded,
            "r": query.roles,
            "l": query.levels,
            "s": query.sources,
            "a": tuple(f"{one.low:.12g}~{one.high:.12g}~{one.currency}~{one.period or ''}" for one in query.amounts),
            "p": (query.period,) if query.period else (),
            "d": query.directions,
            "o": (query.operation,) if query.operation else (),
            "f": (f"{query.factor:.12g}",) if query.factor != 1 else (),
            **_written_lookup(query.lookup),
            "g": tuple("~".join((gap.kind, gap.name, *gap.at)) for gap in query.gaps),
        }
        names = (query.intent, query.topic or "", *query.companies, *query.excluded, *query.roles, *query.levels)
        text = (*names, *query.sources, *(name for gap in query.gaps for name in (gap.name, *gap.at)))
        if any(not _RESERVED.isdisjoint(one) for one in text):
            return None
        return ";".join([query.answer, *(f"{key}={','.join(values)}" for key, values in parts.items() if values)])

    def read(self, line: str) -> Query | None:
        """Return the query that a line says; None where it isn't known, or not as `written` would say it."""
        parts = [self._read(part) for part in line.split(JOINED, MOST_JOINED)]
        whole: Query | None = None
        for part in reversed(parts):
            if part is None:
                return None
            whole = replace(part, then=whole)
        return whole if len(parts) <= MOST_JOINED else None

    def _read(self, line: str) -> Query | None:
        whole, *lines = line.split(OPERAND, MOST_OPERANDS + 1)
        query = self._read_alone(whole)
        operands = tuple(operand for one in lines if (operand := self._read_alone(one)) is not None)
        if query is None or len(operands) < len(lines) or bool(operands) != (query.answer == "calculation"):
            return None
        return replace(query, operands=operands) if all(operand.answer == "pay" for operand in operands) else None

    def _read_alone(self, line: str) -> Query | None:
        answer, *rest = line.split(";")
        parts = {key: tuple(values.split(",")) for key, _, values in (part.partition("=") for part in rest)}
        one_of: Callable[[str], str] = lambda key: next(iter(parts.get(key, ())), "")  # noqa: E731
        try:
            query = Query(
                answer=answer,
                intent=one_of("i") or self._intent_of(answer),
                topic=one_of("t") or None,
                companies=self._everybody() if parts.get("c") == (EVERY,) else parts.get("c", ()),
                excluded=parts.get("x", ()),
                roles=parts.get("r", ()),
                levels=parts.get("l", ()),
                sources=parts.get("s", ()),
                amounts=tuple(map(_amount, parts.get("a", ()))),
                period=next((period for period in PARTS if period == one_of("p")), None),
                directions=tuple(direction for text in parts.get("d", ()) for direction in _directions(text)),
                operation=next((one for one in get_args(Operation) if one == one_of("o")), None),
                factor=_factor(one_of("f")),
                gaps=tuple(map(_gap, parts.get("g", ()))),
                lookup=_lookup(parts) if answer == "lookup" else None,
            )
        except ValueError:
            return None
        return query if self._written_alone(query) == line and self._is_on_file(query) else None

    def _intent_of(self, answer: str) -> str:
        """Return the id of the intent that an answer has where a line names none."""
        intent = self._knowledge.intent_of(answer)
        return answer if intent is None else intent.id

    def _everybody(self) -> tuple[str, ...]:
        """Return all companies, where they are more than anybody names one by one; else none."""
        every = tuple(company.id for company in self._knowledge.companies)
        return every if len(every) > MOST_OF_A_KIND else ()

    def _is_on_file(self, query: Query) -> bool:
        """Whether everything that a query names is on file, and nothing that its answer needs is missing."""
        knowledge = self._knowledge
        named = (
            *(("company", key) for key in (*query.companies, *query.excluded)),
            *(("role", key) for key in query.roles),
            *(("level", key) for key in query.levels),
            *(("source", key) for key in query.sources),
        )
        return (
            query.answer in ANSWERS
            and (query.operation is not None or query.answer != "calculation")
            and (query.operation is None or query.answer in ("calculation", "offer"))
            and (query.intent in ("", query.answer) or knowledge.has("intent", query.intent))
            and (knowledge.has("topic", query.topic) if query.topic is not None else query.answer != "topic")
            and (query.topic is None or query.answer in ("topic", "who_says"))
            and (bool(query.amounts) or not SPECS[query.answer].needs_amount)
            and (len(named) <= MOST_OF_A_KIND or query.companies == self._everybody() != ())
            and all(knowledge.has(kind, key) for kind, key in named)
            and len(set(named)) == len(named)
            and not any(gap.kind.of_field for gap in query.gaps)
            and (query.answer != "lookup" or self._has_cells(query.lookup))
        )

    def _has_cells(self, lookup: Lookup | None) -> bool:
        """Whether the datasets have what is looked up."""
        public = self._knowledge.public
        if lookup is None or public is None or len((*lookup.employers, *lookup.roles, *lookup.places)) > MOST_OF_A_KIND:
            return False
        ids = (
            (public.tables, lookup.datasets),
            (public.employers, lookup.employers),
            (public.places, lookup.places),
            (public.roles, lookup.roles),
            (public.levels, (lookup.level,)),
        )
        if not all(key in things for things, keys in ids for key in keys if key):
            return False
        return bool(trend(lookup, public) if lookup.trend else coverage(lookup, public))


def _parts_of(query: Query | None) -> Iterator[Query]:
    while query is not None:
        yield query
        query = query.then


def _amount(text: str) -> Amount:
    parts = text.split("~")
    if len(parts) != _AMOUNT:
        raise ValueError(text)
    low, high = float(parts[0]), float(parts[1])
    if not (math.isfinite(low + high) and 0 <= low <= high <= MOST_MONEY):
        raise ValueError(text)
    period = next((period for period in PARTS if period == parts[3]), None)
    text = f"{low:g}" if low == high else f"{low:g}-{high:g}"
    return Amount(low=low, high=high, text=text, currency=parts[2], period=period)


def _factor(text: str) -> float:
    factor = float(text or 1)
    if not 0 <= factor <= MOST_MONEY:
        raise ValueError(text)
    return factor


def _written_lookup(lookup: Lookup | None) -> dict[str, tuple[str, ...]]:
    if lookup is None:
        return {}
    single = {
        "L": lookup.level,
        "S": lookup.statistic,
        "Y": lookup.year,
        "O": lookup.ranked,
        "T": "y" if lookup.trend else "",
    }
    parts = {
        "C": lookup.employers,
        "R": lookup.roles,
        "P": lookup.places,
        "D": lookup.datasets,
        **{key: (value,) for key, value in single.items()},
    }
    return {key: values for key, values in parts.items() if values and values[0]}


def _lookup(parts: dict[str, tuple[str, ...]]) -> Lookup:
    def one(key: str) -> str:
        return next(iter(parts.get(key, ())), "")

    if one("S") not in ("", *STATISTICS):
        raise ValueError(one("S"))
    return Lookup(
        employers=parts.get("C", ()),
        places=parts.get("P", ()),
        roles=parts.get("R", ()),
        level=one("L"),
        statistic=one("S"),
        year=one("Y"),
        datasets=parts.get("D", ()),
        trend=bool(one("T")),
        ranked=next((order for order in ORDERS if order == one("O")), ""),
    )


def _gap(text: str) -> Gap:
    kind, name, *at = text.split("~")
    return Gap(kind=GapKind(kind), name=name, at=tuple(at))


def _directions(text: str) -> Iterable[Direction]:
    return (direction for direction in get_args(Direction) if direction == text)
