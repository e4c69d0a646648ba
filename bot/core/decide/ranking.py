"""Ranks the companies by their ranges, in the order that a question asks for."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Figure, Knowledge


def ranking(query: Query, knowledge: Knowledge) -> list[Figure]:
    """Return the ranges of the companies that a question ranks, in its order; of two alike the later on file leads."""
    several = query.companies if len(query.companies) > 1 else ()
    wanted = set(several or [company.id for company in knowledge.companies]).difference(query.excluded)
    ranges = knowledge.ranges(company.id for company in knowledge.companies if company.id in wanted)
    wants, lowest = set(query.directions), "lowest" in query.directions
    if query.amounts:
        return sorted(ranges, key=low if "start" in wants else high, reverse=not lowest)
    if wants & {"widest", "narrowest"}:
        return sorted(ranges, key=lambda figure: high(figure) - low(figure), reverse="widest" in wants)
    return by_end(ranges, low if "start" in wants else high, highest=not lowest)


def by_end(ranges: list[Figure], end: Callable[[Figure], float], *, highest: bool) -> list[Figure]:
    """Return ranges sorted by one of their ends."""
    order = sorted(ranges, key=end)
    return order[::-1] if highest else order


def low(figure: Figure) -> float:
    """Return where a range starts."""
    return figure.low or 0.0


def high(figure: Figure) -> float:
    """Return where a range ends."""
    return figure.high or 0.0
