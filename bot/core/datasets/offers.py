"""Holds an offer against the datasets: `/offer`, and the pay that a message names.

The article comes first where it has the company; an employer that only the datasets have is looked up instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.datasets.availability import Availability
from bot.core.datasets.linking import Linker
from bot.core.model.dialogue import Ambiguous, Decision, GapKind, Lookup, Mention, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance


class OfferLookups:
    """Looks offers up. Build once per knowledge base."""

    def __init__(self, knowledge: Knowledge, linker: Linker, availability: Availability) -> None:
        self._linker, self._availability = linker, availability
        self._main_role = knowledge.main_role

    def of_form(self, decision: Decision, bare: Decision, company: str, years: str) -> Decision:
        """Return a form's offer with what the datasets have; `bare` is that of the form without its `company`."""
        lacking = {gap.kind for gap in decision.gaps} if isinstance(decision, Ambiguous) else set()
        if lacking == {GapKind.FIELD_COMPANY} and isinstance(bare, Query):
            return self._instead(bare, (_named("company", company),), years) or decision
        return self._beside(decision, years) if isinstance(decision, Query) else decision

    def in_message(self, offers: Sequence[Query], read: Callable[[], Utterance]) -> tuple[Query, ...]:
        """Return the offers that a message names, held against the one employer that is named there."""
        mentions = read().mentions if offers else ()
        named = {m.id: m for m in mentions if m.kind == "company" and not m.on_file and not m.excluded}
        years = next((m.text for m in mentions if m.kind == "years"), "")
        companies = tuple(named.values()) if len(named) == 1 else ()
        return tuple(self._of_message(offer, companies, years) for offer in offers)

    def _of_message(self, offer: Query, companies: tuple[Mention, ...], years: str) -> Query:
        found = self._instead(offer, companies, years) if companies and not offer.companies else None
        return found or self._beside(offer, years)

    def _beside(self, offer: Query, years: str) -> Query:
        """Return an offer that is also held against what the datasets have of the same people."""
        companies = tuple(_named("company", key) for key in offer.companies)
        of_main = offer.roles in ((), (self._main_role,))
        lookup = self._linked(companies, offer, years)
        if lookup is None or offer.then is not None or len(companies) > 1 or not of_main:
            return offer
        found = self._query(offer, lookup if companies else replace(lookup, roles=(self._main_role,)))
        return offer if found is None else replace(offer, then=replace(found, brief=True))

    def _instead(self, offer: Query, companies: tuple[Mention, ...], years: str) -> Query | None:
        lookup = self._linked(companies, offer, years)
        return None if lookup is None or not lookup.employers else self._query(offer, lookup)

    def _linked(self, companies: tuple[Mention, ...], offer: Query, years: str) -> Lookup | None:
        """Return whom an offer is held against; titles say nothing of years, which surveys alone ask for."""
        level = _named("years", years) if years else next((_named("level", key) for key in offer.levels), None)
        named = () if level is None or (years and companies) else (level,)
        return self._linker.linked((*companies, *named)) or self._linker.linked(companies)

    def _query(self, offer: Query, lookup: Lookup) -> Query | None:
        amounts, unplaced = self._availability.placed(lookup, offer.amounts)
        if not amounts or not self._availability.is_news(lookup, alone=True):
            return None
        return Query(answer="lookup", intent="lookup", lookup=lookup, amounts=amounts, gaps=unplaced, rule="looked-up")


def _named(kind: str, text: str) -> Mention:
    return Mention(kind=kind, id=text, text=text, start=0, end=1)
