"""Says what the datasets have of what is asked, and what of it they are not split by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.datasets.coverage import coverage, ranking, trend
from bot.core.datasets.linking import Linker
from bot.core.model.datasets import PublicData
from bot.core.model.dialogue import Amount, Gap, GapKind, Lookup, Mention


class Availability:
    """Says what one set of datasets has; what names no role and no employer is of the `main_role`."""

    def __init__(self, public: PublicData, linker: Linker, main_role: str) -> None:
        self._public, self._linker, self._main_role = public, linker, main_role

    def is_news(self, lookup: Lookup, *, alone: bool) -> bool:
        """Whether the datasets have it; beside what the article has, only what was lacking is news."""
        if lookup.ranked:
            return bool(lookup.role and ranking(lookup, self._public))
        if lookup.trend:
            return bool(trend(lookup, self._public))
        found = coverage(lookup, self._public) if lookup != Lookup() else ()
        wider = {part for one in found for part in one.widened} & {"level", "places", "statistic"}
        return bool(found) and (alone or not wider)

    def is_exact(self, lookup: Lookup, kinds: set[GapKind]) -> bool:
        """Whether a kind of employment that is asked for was found, of a role: all levels are no interns."""
        if GapKind.EMPLOYMENT not in kinds:
            return True
        return bool(lookup.roles and lookup.level) and all(
            "level" not in one.widened for one in coverage(lookup, self._public)
        )

    def is_in_currency(self, lookup: Lookup, amounts: Sequence[Amount]) -> bool:
        """Whether amounts are in the currency of what they would be held against; nothing here converts."""
        found = coverage(lookup, self._public) if amounts and not (lookup.ranked or lookup.trend) else ()
        return all(amount.currency == one.found[0].dataset.currency for one in found for amount in amounts)

    def has_figures(self, mention: Mention) -> bool:
        """Whether there is a figure of what is named, by itself or of the main role."""
        lookup = self._linker.linked([mention])
        if lookup is None or lookup == Lookup():
            return False
        if not (lookup.roles or lookup.employers):
            lookup = replace(lookup, roles=(self._main_role,))
        found = coverage(lookup, self._public)
        return bool(found) and all("places" not in one.widened for one in found)

    def is_of_ladder(self, mention: Mention) -> bool:
        """Whether a rank inside a company is named that no job title says ("e5")."""
        return mention.kind == "grade" and self._linker.linked([mention]) is None

    def unsplit(self, mentions: Sequence[Mention], lookup: Lookup, *, amounts: bool) -> Iterator[Gap]:
        """Yield what is named and no dataset is split by; `amounts` are placed among all percentiles."""
        for mention in mentions:
            if mention.excluded:
                continue
            if mention.kind == "years" and not lookup.level:
                people = self._public.roles[lookup.role].people if lookup.role else mention.text
                yield Gap(kind=GapKind.LEVEL, name=people)
            elif self.is_of_ladder(mention):
                yield Gap(kind=GapKind.GRADE, name=mention.text)
            elif mention.kind == "statistic" and not amounts and not self._linker.is_published(mention):
                yield Gap(kind=GapKind.PERCENTILE, name=mention.text)
            elif mention.kind == "condition" or (mention.kind == "breakdown" and not lookup.trend):
                yield Gap(kind=GapKind(mention.kind), name=mention.text)
            elif mention.kind == "currency":
                yield Gap(kind=GapKind.UNCONVERTED, name="")
