"""Turns a decision that lacks something into a lookup, where the datasets have what the knowledge base lacks.

The article's figures come first wherever it has the cell: a decision that lacks nothing stays as it is, and one that
gives figures keeps them beside what is looked up, unless they would stand for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import get_args

from bot.core.datasets.coverage import coverage, ranking, trend
from bot.core.datasets.linking import Linker
from bot.core.model.datasets import PlaceKind, PublicData
from bot.core.model.dialogue import (
    Amount,
    Decision,
    DialogueState,
    Gap,
    GapKind,
    Lookup,
    NotCovered,
    Period,
    Query,
    Turn,
)
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots
from bot.core.text import inflection

# What the datasets may have where the knowledge base has nothing.
LOOKED_UP = frozenset(
    {
        *(GapKind.COMPANY, GapKind.ROLE, GapKind.PAIR, GapKind.PLACE, GapKind.GRADE, GapKind.STATISTIC),
        *(GapKind.DATE, GapKind.LEVEL, GapKind.ONLY_ML),
    }
)
# What they have no figures for either; the question is about that, so nothing near is an answer to it.
REFUSED = frozenset(
    {GapKind.EMPLOYMENT, GapKind.CURRENCY, GapKind.OWN, GapKind.SOURCE, GapKind.SUBJECT, GapKind.ASPECT}
)
# Whose general figures would stand for others: what is looked up stands alone.
_OTHERS = frozenset({GapKind.ROLE, GapKind.PAIR, GapKind.ONLY_ML})
# What a fragment may name, and how long it is at most.
_PARTS = frozenset({"company", "role", "field", "level", "grade", "place", "statistic", "date", "period", "amount"})
LONGEST = 6
_ANSWERS = frozenset({"pay", "compare", "ladder", "offer", "rank_companies"})


class DatasetLookups:
    """Looks up what decisions lack. Build once per knowledge base; without datasets every decision stays as it is."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._main_role = knowledge.main_role
        self._public = knowledge.public
        self._starts = frozenset(knowledge.words.follow_ups.starts)
        self._linker = None if knowledge.public is None else Linker(knowledge, knowledge.public)
        self._intents = {
            intent.title: "trend" if intent.trend else intent.answer
            for intent in knowledge.intents
            if intent.answer in _ANSWERS or intent.trend
        }

    def filled(self, decision: Decision, slots: Callable[[], Slots]) -> Decision:
        """Return the query for what the datasets have, else the decision as it is. `slots` are those of the text."""
        if self._linker is None or self._public is None or not isinstance(decision, Query | NotCovered):
            return decision
        answer = self._lacking(decision)
        if not answer:
            return self._owned_up(decision)
        read = slots()
        words = tuple(word.typed for word in read.reading.words)
        lookup = self._linker.linked(decision.mentions, words)
        if lookup is None or (answer == "rank_companies" and _ranks_places(words)):
            return self._owned_up(decision)
        kinds = {gap.kind for gap in decision.gaps}
        if isinstance(decision, Query) and GapKind.COMPANY in kinds and not kinds & _OTHERS:
            # "google vs netflix": the article has the one, the datasets have the other.
            unknown = [mention for mention in decision.mentions if mention.kind != "company" or not mention.on_file]
            lookup = self._linker.linked(unknown, words) or lookup
        if (answer == "trend" or lookup != Lookup()) and not (lookup.role or lookup.employers):
            lookup = replace(lookup, role=self._main_role)  # who names no role means the main one
        if answer == "rank_companies":
            lookup = replace(lookup, ranked="lowest" if "lowest" in read.directions else "highest")
        elif answer == "trend":
            lookup = replace(lookup, trend=True, year="")
        alone = not isinstance(decision, Query) or bool(kinds & _OTHERS)
        if not self._is_news(lookup, self._public, alone=alone) or not self._in_its_currency(lookup, read.amounts):
            return self._owned_up(decision)
        query = self._query(decision, lookup, read)
        if not isinstance(decision, Query) or alone or (answer != "offer" and decision.roles and decision.levels):
            return query
        article = replace(decision, gaps=_rest(decision))
        return replace(article, then=query) if GapKind.COMPANY in kinds else replace(query, then=article)

    def _in_its_currency(self, lookup: Lookup, amounts: Sequence[Amount]) -> bool:
        """Whether amounts are in the currency of what they would be held against; nothing here converts."""
        assert self._public is not None
        found = coverage(lookup, self._public) if amounts and not (lookup.ranked or lookup.trend) else ()
        return all(amount.currency == one.found[0].dataset.currency for one in found for amount in amounts)

    def _owned_up(self, decision: Query | NotCovered) -> Decision:
        """Return a refusal that says what is lacking now that there are figures by place, and of other roles."""
        if not isinstance(decision, NotCovered) or self._linker is None:
            return decision
        roles = {m.id for m in decision.mentions if m.kind == "role" and self._linker.linked([m]) is not None}
        gaps = [gap for gap in decision.gaps if not (gap.kind is GapKind.ROLE and gap.name in roles)]
        gaps = [replace(gap, kind=GapKind.REST) if gap.kind is GapKind.PLACE else gap for gap in gaps]
        return replace(decision, gaps=tuple(gaps), reason=decision.reason if gaps else "")

    def turned(self, turn: Turn, context: DialogueState | None, slots: Callable[[], Slots]) -> Turn:
        """Return a turn that goes on with the lookup before, where it does, and the context that a lookup leaves."""
        before = context.query if context is not None else None
        if context is not None and before is not None and before.lookup is not None:
            read = slots()
            query = self._followed(before, before.lookup, turn.decision, read)
            if query is not None:
                after = replace(context, query=query)
                tied = any(word.text in self._starts for word in read.reading.words[:1])
                query = replace(query, guessed=True)
                return Turn(decision=query, rule="looked-up", follow_up=True, tied=tied, context=after)
        if isinstance(turn.decision, Query) and turn.decision.lookup is not None:
            return replace(turn, context=DialogueState(query=replace(turn.decision, then=None)))
        return turn

    def _followed(self, before: Query, old: Lookup, alone: Decision, slots: Slots) -> Query | None:
        """Return the lookup before with the parts that a fragment names ("and in texas?", "p90?", "per month").

        None for what is a question by itself, and where the datasets have nothing of it.
        """
        named = [mention for mention in slots.reading.mentions if not mention.excluded]
        kinds = {mention.kind for mention in named} - {"neutral"}
        of_two = "role" in kinds and not kinds.isdisjoint(("company", "place"))
        whole = len(slots.reading.words) > LONGEST or not kinds or kinds - _PARTS or of_two
        of_article = old.role in ("", self._main_role)
        on_file = of_article and isinstance(alone, Query) and alone.companies and not alone.gaps
        words = tuple(word.typed for word in slots.reading.words)
        fragment = None if whole or on_file or self._linker is None else self._linker.linked(named, words)
        if fragment is None or self._public is None:
            return None
        parts = {field.name: value for field in fields(fragment) if (value := getattr(fragment, field.name))}
        lookup = replace(old, **parts)
        if not self._is_news(lookup, self._public, alone=True):
            return None
        amounts, period = slots.amounts or before.amounts, slots.period or before.period
        if not self._in_its_currency(lookup, amounts):
            return None
        return replace(before, lookup=lookup, period=period, amounts=amounts, mentions=tuple(named), gaps=())

    def _lacking(self, decision: Query | NotCovered) -> str:
        """Return the kind of answer that lacks what the datasets may have; "" where nothing is."""
        gaps = {gap.kind for gap in decision.gaps}
        if gaps & REFUSED:
            return ""
        if isinstance(decision, NotCovered):
            plain = GapKind.STATISTIC in gaps or (GapKind.PLACE in gaps and not decision.reason)
            answer = self._intents.get(decision.reason, "pay" if plain else "")
            return answer if gaps & LOOKED_UP or answer == "trend" else ""
        others = any(role != self._main_role for role in decision.roles)
        lacking = gaps & LOOKED_UP or (decision.levels and (others or decision.companies))
        return decision.answer if decision.answer in _ANSWERS and decision.then is None and lacking else ""

    def _is_news(self, lookup: Lookup, public: PublicData, *, alone: bool) -> bool:
        """Whether the datasets have it; beside what the article has, only what was lacking is news."""
        if lookup.ranked:
            return bool(lookup.role and ranking(lookup, public))
        if lookup.trend:
            return bool(trend(lookup, public))
        found = coverage(lookup, public) if lookup != Lookup() else ()
        wider = {part for one in found for part in one.widened} & {"level", "places"}
        return bool(found) and (alone or not wider)

    def _query(self, decision: Query | NotCovered, lookup: Lookup, slots: Slots) -> Query:
        return Query(
            answer="lookup",
            intent="lookup",
            lookup=lookup,
            amounts=slots.amounts,
            period=self._period(decision, slots),
            gaps=tuple(dict.fromkeys((*_unsplit(decision, lookup, self._public), *_rest(decision)))),
            mentions=decision.mentions,
            confidence=decision.confidence,
            asked=decision.asked,
            rule="looked-up",
        )

    def _period(self, decision: Query | NotCovered, slots: Slots) -> Period | None:
        """Return the period that is asked for; the code of a state is none ("in Kansas City MO")."""
        words = tuple(word.typed for word in slots.reading.words)
        places = [mention for mention in decision.mentions if mention.kind == "place"]
        codes = {place.end for place in places if self._linker is not None and self._linker.state_behind(place, words)}
        return None if any(m.start in codes for m in slots.reading.of("period")) else slots.period


def _rest(decision: Query | NotCovered) -> tuple[Gap, ...]:
    return tuple(gap for gap in decision.gaps if gap.kind not in LOOKED_UP)


def _ranks_places(words: Sequence[str]) -> bool:
    """Whether places are to be ranked ("which state pays least"), which no dataset does."""
    kinds = frozenset(get_args(PlaceKind))
    return any(form in kinds for word in words for form in (word, *inflection.singulars(word)))


def _unsplit(decision: Query | NotCovered, lookup: Lookup, public: PublicData | None) -> Iterator[Gap]:
    """Yield what is named and no dataset is split by."""
    for mention in decision.mentions:
        if mention.kind == "years" and not lookup.level:
            people = public.roles[lookup.role].people if lookup.role and public is not None else mention.text
            yield Gap(kind=GapKind.LEVEL, name=people)
        elif mention.kind in ("condition", "breakdown"):
            yield Gap(kind=GapKind(mention.kind), name=mention.text)
    if not lookup.employers and not any(mention.kind in ("role", "field") for mention in decision.mentions):
        yield Gap(kind=GapKind.UNSPECIFIED, name="")
