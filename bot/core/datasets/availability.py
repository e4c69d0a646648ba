"""Says what the datasets have of what is asked, and what of it they are not split by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.datasets.coverage import Coverage, coverage, ranking, trend
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
        wider = {part for one in found for part in one.widened} & {"level", "statistic"}
        return bool(found) and (alone or not (wider or any(self._is_far(one) for one in found)))

    def _is_far(self, one: Coverage) -> bool:
        """Whether a whole country stands for a place inside it."""
        return "places" in one.widened and self._public.places[one.key.places[0]].kind == "country"

    def is_exact(self, lookup: Lookup, kinds: set[GapKind]) -> bool:
        """Whether a kind of employment that is asked for was found, of a role: all levels are no interns."""
        if GapKind.EMPLOYMENT not in kinds:
            return True
        return bool(lookup.roles and lookup.level) and all(
            "level" not in one.widened for one in coverage(lookup, self._public)
        )

    def placed(self, lookup: Lookup, amounts: tuple[Amount, ...]) -> tuple[tuple[Amount, ...], tuple[Gap, ...]]:
        """Return amounts in the currency of what they are held against, and what is to be said of that.

        Nothing here converts: an amount in another currency is held against nothing, one in none is taken as theirs.
        """
        found = coverage(lookup, self._public) if amounts and not (lookup.ranked or lookup.trend) else ()
        currencies = {one.found[0].dataset.currency for one in found}
        if all({amount.currency} == currencies for amount in amounts) or not currencies:
            return amounts, ()
        if len(currencies) > 1 or any(amount.named for amount in amounts):
            return (), (Gap(kind=GapKind.UNCONVERTED, name=""),)
        (currency,) = currencies
        gap = Gap(kind=GapKind.TAKEN_AS, name=currency)
        return tuple(replace(amount, currency=currency) for amount in amounts), (gap,)

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
            if mention.excluded or self._linker.is_share(mention):
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
            elif (title := self._linker.included(mention)) is not None:
                yield Gap(kind=GapKind.INCLUDED, name=title)
            elif mention.kind == "currency":
                yield Gap(kind=GapKind.UNCONVERTED, name="")
