"""Says what the datasets have of what is asked, and what of it they are not split by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from math import log

from bot.core.datasets.coverage import Coverage, coverage, ranking, trend
from bot.core.datasets.linking import Linker
from bot.core.model.datasets import PublicData
from bot.core.model.dialogue import PARTS, Amount, Gap, GapKind, Lookup, Mention, Period


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

    def is_of_role(self, lookup: Lookup) -> bool:
        """Whether what is found is of the role that is asked for, and of no other."""
        return all("roles" not in one.widened for one in coverage(lookup, self._public))

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

    def nearest(self, lookup: Lookup, named: Collection[str]) -> tuple[Lookup, tuple[Gap, ...]] | None:
        """Return a lookup, or where nothing has all of it, that without its employer or its place, and the gap of that.

        What the text itself has `named` stays: behind "at google?" the place goes, behind "in india?" the employer.
        """
        if self.is_news(lookup, alone=True):
            return lookup, ()
        if "places" in named and "employers" not in named:
            rest, lost = replace(lookup, employers=()), [self._public.employers[key].name for key in lookup.employers]
        elif "employers" in named and "places" not in named:
            rest, lost = replace(lookup, places=()), [self._public.places[key].name for key in lookup.places]
        else:
            return None
        gaps = [Gap(kind=GapKind.NOT_THERE, name=name) for name in lost]
        if not (rest.roles or rest.employers):
            rest = replace(rest, roles=(self._main_role,))
            gaps.append(Gap(kind=GapKind.UNSPECIFIED, name=""))
        return (rest, tuple(gaps)) if lost and self.is_news(rest, alone=True) else None

    def by_period(self, lookup: Lookup, amounts: tuple[Amount, ...], period: Period | None) -> tuple[Amount, ...]:
        """Return amounts that name no period in the one that was spoken of, where that is nearer to what people get.

        A year's pay is meant otherwise: "7k" behind 6,321 a month is a month's, "80k" is none.
        """
        found = coverage(lookup, self._public) if amounts and not (lookup.ranked or lookup.trend) else ()
        if len(found) != 1 or period is None:
            return amounts
        one = found[0].found[0]
        usual = (one.cell.median or one.cell.mean or 0) * PARTS[one.dataset.period]

        def is_nearer(amount: Amount) -> bool:
            if amount.period is not None or amount.assumed or min(amount.low, usual) <= 0:
                return False
            return abs(log(amount.low * PARTS[period] / usual)) < abs(log(amount.low / usual))

        return tuple(replace(amount, period=period) if is_nearer(amount) else amount for amount in amounts)

    def has_figures(self, mention: Mention) -> bool:
        """Whether there is a figure of what is named, by itself or of the main role."""
        lookup = self._linker.linked([mention])
        if lookup is None or lookup == Lookup():
            return False
        if not (lookup.roles or lookup.employers):
            lookup = replace(lookup, roles=(self._main_role,))
        found = coverage(lookup, self._public)
        return bool(found) and all("places" not in one.widened for one in found)

    def at_employer(self, mention: Mention) -> Lookup | None:
        """Return the pay at an employer that the article does not have, where the datasets do."""
        lookup = None if mention.on_file else self._linker.linked([mention])
        return lookup if lookup is not None and self.is_news(lookup, alone=True) else None

    def is_of_ladder(self, mention: Mention) -> bool:
        """Whether a rank inside a company is named that no job title says ("e5")."""
        return mention.kind == "grade" and self._linker.linked([mention]) is None

    def namesakes(self, mentions: Sequence[Mention], lookup: Lookup, words: Sequence[str]) -> Iterator[Gap]:
        """Yield the other cities of a name that alone says where, and stands among these `words` without its state."""
        places = [mention for mention in mentions if mention.kind == "place" and not mention.excluded]
        if len(places) == 1 and lookup.places:
            for name in self._linker.places.namesakes(places[0], words):
                yield Gap(kind=GapKind.NAMESAKE, name=name)

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
