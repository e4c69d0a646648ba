"""Turns a decision that lacks something into a lookup, where the datasets have what the knowledge base lacks.

The article's figures come first wherever it has the cell: a decision that lacks nothing stays as it is, and one that
gives figures keeps them beside what is looked up, unless they would stand for another's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.datasets.availability import Availability
from bot.core.datasets.continuations import Continuations
from bot.core.datasets.coverage import HOME, MEAN
from bot.core.datasets.linking import Linker
from bot.core.datasets.offers import OfferLookups
from bot.core.datasets.wording import Wording, ranks_places
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import (
    Amount,
    Decision,
    DialogueState,
    Gap,
    GapKind,
    Lookup,
    Mention,
    NotCovered,
    OffTopic,
    Query,
    Turn,
)
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots, WordLists
from bot.core.text import normalization

Open = Query | NotCovered | OffTopic
# What the datasets may have where the knowledge base has nothing.
LOOKED_UP = frozenset(
    {
        *(GapKind.COMPANY, GapKind.ROLE, GapKind.PAIR, GapKind.PLACE, GapKind.GRADE, GapKind.STATISTIC),
        *(GapKind.DATE, GapKind.LEVEL, GapKind.ONLY_MAIN_ROLE, GapKind.EMPLOYMENT, GapKind.SOURCE, GapKind.CURRENCY),
    }
)
# What they have no figures for either; the question is about that, so nothing near is an answer to it.
REFUSED = frozenset({GapKind.OWN, GapKind.SUBJECT, GapKind.ASPECT})
# What is said of names in general, which is false of a name that the datasets have.
_OF_NAMES = {GapKind.ROLE: "role", GapKind.COMPANY: "company", GapKind.PLACE: "place", GapKind.SOURCE: "source"}
# Whose general figures are others'.
_OTHERS = frozenset({GapKind.ROLE, GapKind.PAIR})
_ANSWERS = frozenset(answer for answer, spec in SPECS.items() if spec.looked_up)


class DatasetLookups:
    """Looks up what decisions lack. Build once per knowledge base; without datasets every decision stays as it is."""

    def __init__(self, knowledge: Knowledge, lists: WordLists) -> None:
        self._questions: _Questions | None = None
        self._continuations: Continuations | None = None
        self.offers: OfferLookups | None = None
        if knowledge.public is not None:
            linker = Linker(knowledge, knowledge.public)
            availability = Availability(knowledge.public, linker, knowledge.main_role)
            wording = Wording(knowledge, knowledge.public, lists, linker)
            self._questions = _Questions(knowledge, linker, availability, wording)
            self._continuations = Continuations(knowledge, linker, availability, LOOKED_UP)
            self.offers = OfferLookups(knowledge, linker, availability)

    def filled(self, decision: Decision, text: str, slots: Callable[[], Slots]) -> Decision:
        """Return the query for what the datasets have, else the decision as it is. `slots` are those of the text."""
        if self._questions is None or not isinstance(decision, Open):
            return decision
        return self._questions.filled(decision, text, slots)

    def turned(self, turn: Turn, context: DialogueState | None, alone: Decision, slots: Callable[[], Slots]) -> Turn:
        """Return a turn that goes on with the lookup before, where it does, and the context that a lookup leaves.

        `alone` is the text by itself: what hangs on an answer of the article hangs on no lookup.
        """
        return turn if self._continuations is None else self._continuations.turned(turn, context, alone, slots)


class _Questions:
    """Fills single questions."""

    def __init__(self, knowledge: Knowledge, linker: Linker, availability: Availability, wording: Wording) -> None:
        self._linker, self._availability, self._wording = linker, availability, wording
        self._main_role, self._gaps = knowledge.main_role, _Gaps(knowledge, availability)
        first = knowledge.vocabulary.levels[0].id
        named = linker.linked([Mention(kind="level", id=first, text=first, start=0, end=0)])
        self._first_level = named.level if named is not None else ""
        self._intents = {
            intent.title: "trend" if intent.trend else intent.answer
            for intent in knowledge.intents
            if intent.answer in _ANSWERS or intent.trend
        }

    def filled(self, decision: Open, text: str, slots: Callable[[], Slots]) -> Decision:
        if not self._linker.ordinary.keys().isdisjoint(normalization.words(text)):
            decision = self._wording.of_employer(decision, slots())
        decision = self._wording.at_source(decision, slots)
        answer = self._lacking(decision)
        dated = any(mention.kind in ("date", "breakdown") for mention in decision.mentions)
        if not answer and not (dated and isinstance(decision, Query) and decision.answer in _ANSWERS):
            return self._gaps.owned_up(decision)
        read = slots()
        answer = "trend" if self._wording.is_by_year(read) else answer
        found = self._found(decision, answer, read) if answer else None
        anywhere = _without_places(decision, read) if answer and found is None else None
        # "Do I have to pay Amex fees in Brazil" asks for no pay: with no role named every other word has to be plain.
        if anywhere is not None and (read.reading.of("role") or self._wording.asks_of_nobody(read)):
            found = self._found(anywhere, answer, read)
        return self._gaps.owned_up(decision) if found is None else found

    def _lacking(self, decision: Open) -> str:
        """Return the kind of answer that lacks what the datasets may have; "" where nothing is."""
        gaps = {gap.kind for gap in decision.gaps}
        if gaps & REFUSED:
            return ""
        if isinstance(decision, OffTopic):
            return "pay" if any(mention.kind in ("company", "role") for mention in decision.mentions) else ""
        if isinstance(decision, NotCovered):
            plain = GapKind.STATISTIC in gaps or (GapKind.PLACE in gaps and not decision.reason)
            answer = self._intents.get(decision.reason, "pay" if plain else "")
            return answer if gaps & LOOKED_UP or answer == "trend" else ""
        others = any(role != self._main_role for role in decision.roles)
        ladder = {mention.text for mention in decision.mentions if self._availability.is_of_ladder(mention)}
        shares = {mention.text for mention in decision.mentions if self._linker.is_share(mention)}
        gaps = {gap.kind for gap in decision.gaps if gap.name not in (ladder if gap.kind is GapKind.GRADE else shares)}
        split = decision.levels and (others or (decision.companies and decision.answer != "offer"))
        lacking = gaps & LOOKED_UP or split
        return decision.answer if decision.answer in _ANSWERS and decision.then is None and lacking else ""

    def _found(self, decision: Open, answer: str, read: Slots) -> Query | None:
        """Return the query for what the datasets have beside what the article has; None where that is nothing new."""
        if not self._wording.may_ask(decision, read) or _is_of_several(decision, read):
            return None
        lookup = self._lookup(decision, answer, read)
        if lookup is None:
            return None
        kinds, available = {gap.kind for gap in decision.gaps}, self._availability
        article = self._article(decision, answer, kinds)
        if GapKind.PAIR in kinds and available.is_of_role(lookup):
            article = None  # what all employers pay adds nothing to what the one does
        alone = article is None or not isinstance(decision, Query) or bool(kinds & _OTHERS)
        amounts, unplaced = available.placed(lookup, read.amounts)
        # Figures of a place that is asked for are told also where nothing can be held against them.
        fits = len(amounts) == len(read.amounts) or bool(lookup.places)
        if not (fits and available.is_news(lookup, alone=alone) and available.is_exact(lookup, kinds)):
            return None
        query = self._query(decision, lookup, read, amounts)
        forecast = (Gap(kind=GapKind.FORECAST, name=""),) if self._wording.is_yet_to_come(answer, read) else ()
        gaps = (*forecast, *unplaced, *self._wording.unadded(read), *query.gaps)
        query = replace(query, gaps=tuple(dict.fromkeys(gaps)))
        if article is None or lookup.trend or lookup.ranked:
            return query
        first = isinstance(decision, Query) and bool(kinds & {GapKind.COMPANY, GapKind.ROLE})
        return replace(article, then=query) if first else replace(query, then=article)

    def _lookup(self, decision: Open, answer: str, read: Slots) -> Lookup | None:
        """Return what is to be looked up; None where the datasets lack a part of what is named."""
        words = tuple(word.typed for word in read.reading.words)
        if answer == "rank_companies" and ranks_places(words):
            return None
        lookup = self._named(decision, words)
        if lookup is None or (not lookup.employers and any(gap.kind is GapKind.COMPANY for gap in decision.gaps)):
            return None
        if not (lookup.roles or lookup.employers):
            if (lookup == Lookup() and answer != "trend") or not self._wording.asks_of_nobody(read):
                return None
            lookup = replace(lookup, roles=(self._main_role,))  # who names no role means the main one
        if "start" in read.directions and not (lookup.level or lookup.employers):
            lookup = replace(lookup, level=self._first_level)
        if not lookup.statistic and not read.amounts and self._wording.asks_for_the_mean(read):
            lookup = replace(lookup, statistic=MEAN)
        if answer == "rank_companies":
            return replace(lookup, ranked="lowest" if "lowest" in read.directions else "highest")
        return replace(lookup, trend=True) if answer == "trend" else lookup

    def _named(self, decision: Open, words: tuple[str, ...]) -> Lookup | None:
        """Return what a text names, as far as the datasets have it and the article has not."""
        kinds = {gap.kind for gap in decision.gaps}
        mentions = [mention for mention in decision.mentions if not self._availability.is_of_ladder(mention)]
        lookup = self._linker.linked(mentions, words)
        if isinstance(decision, Query) and GapKind.COMPANY in kinds and not kinds & _OTHERS:
            # "google vs netflix": the article has the one, the datasets have the other.
            unknown = [mention for mention in mentions if mention.kind != "company" or not mention.on_file]
            return self._linker.linked(unknown, words) or lookup
        return lookup

    def _article(self, decision: Open, answer: str, kinds: set[GapKind]) -> Query | None:
        """Return what the article has of a question, beside which the datasets are asked for the rest."""
        if isinstance(decision, NotCovered):
            return None if decision.beside is None else replace(decision.beside, brief=True, gaps=())
        if isinstance(decision, OffTopic) or answer == "offer" or GapKind.ONLY_MAIN_ROLE in kinds:
            return None
        if GapKind.PAIR in kinds:
            return replace(decision, companies=(), gaps=_rest(decision), brief=True)
        if GapKind.ROLE in kinds and not decision.roles:
            return None
        of_main = all(role == self._main_role for role in decision.roles)
        return replace(decision, levels=decision.levels if of_main else (), gaps=_rest(decision))

    def _query(self, decision: Open, lookup: Lookup, read: Slots, amounts: tuple[Amount, ...]) -> Query:
        words = tuple(word.typed for word in read.reading.words)
        unsplit = list(self._availability.namesakes(decision.mentions, lookup, words))
        unsplit += self._availability.unsplit(decision.mentions, lookup, amounts=bool(amounts))
        if not lookup.employers and not any(mention.kind in ("role", "field") for mention in decision.mentions):
            unsplit.append(Gap(kind=GapKind.UNSPECIFIED, name=""))
        dollars = any(self._linker.places.is_currency(mention, words) for mention in decision.mentions)
        if dollars and any(place.split("-")[0] != HOME for place in lookup.places):
            unsplit.append(Gap(kind=GapKind.UNCONVERTED, name=""))
        return Query(
            answer="lookup",
            intent="lookup",
            lookup=lookup,
            amounts=amounts,
            period=self._linker.period(read),
            # A change over the years is the breakdown that is asked for.
            gaps=tuple(gap for gap in dict.fromkeys((*unsplit, *_rest(decision))) if not _is_told(gap, lookup)),
            mentions=decision.mentions,
            confidence=decision.confidence,
            asked=decision.asked,
            rule="looked-up",
        )


class _Gaps:
    """Says what decisions lack now that there are figures by place, of employers and of roles."""

    def __init__(self, knowledge: Knowledge, availability: Availability) -> None:
        self._availability, self._is_at_home = availability, knowledge.is_at_home
        # The titles of the intents whose figures the datasets have.
        self._in_datasets = frozenset(intent.title for intent in knowledge.intents if intent.in_datasets)

    def owned_up(self, decision: Open) -> Decision:
        """Return a decision without the gaps that the datasets fill."""
        if isinstance(decision, OffTopic):
            return decision
        if isinstance(decision, Query):
            return replace(decision, gaps=tuple(self._owned(gap, decision.answer) for gap in decision.gaps))
        named = [mention for mention in decision.mentions if mention.kind in _OF_NAMES.values()]
        on_file = {(mention.kind, mention.id) for mention in named if self._availability.has_figures(mention)}
        gaps = [gap for gap in decision.gaps if (_OF_NAMES.get(gap.kind, ""), gap.name) not in on_file]
        explained = bool(gaps) or (len(gaps) == len(decision.gaps) and decision.reason not in self._in_datasets)
        if not explained:
            gaps = [gap for gap in decision.gaps if gap.kind is GapKind.PLACE]  # other figures of it there are
        owned = tuple(replace(gap, kind=GapKind.NOT_THERE) if gap.kind is GapKind.PLACE else gap for gap in gaps)
        return replace(decision, gaps=owned, reason=decision.reason if explained else "")

    def _owned(self, gap: Gap, answer: str) -> Gap:
        """Return a gap of an answer without saying that there are no figures by place."""
        if gap.kind is not GapKind.PLACE:
            return gap
        abroad = answer in _ANSWERS and not self._is_at_home(gap.name)
        return replace(gap, kind=GapKind.ABROAD if abroad else GapKind.NOT_THERE)


def _without_places(decision: Open, read: Slots) -> NotCovered | None:
    """Return what is asked of an employer somewhere, as asked of it wherever it is, where no amount is held against it.

    No dataset has an employer's pay abroad; what it has is told to be from here.
    """
    employs = any(mention.kind == "company" for mention in decision.mentions)
    if not isinstance(decision, NotCovered) or not employs or read.amounts:
        return None
    places = [mention for mention in decision.mentions if mention.kind == "place" and not mention.excluded]
    if not places:
        return None
    mentions = tuple(mention for mention in decision.mentions if mention.kind != "place")
    rest = (gap for gap in decision.gaps if gap.kind is not GapKind.PLACE)
    abroad = (Gap(kind=GapKind.ABROAD, name=place.id if place.listed else "") for place in places)
    return replace(decision, mentions=mentions, gaps=(*abroad, *rest))


def _is_told(gap: Gap, lookup: Lookup) -> bool:
    return lookup.trend and gap.kind is GapKind.BREAKDOWN


def _rest(decision: Open) -> tuple[Gap, ...]:
    return tuple(gap for gap in decision.gaps if gap.kind not in LOOKED_UP)


def _is_of_several(decision: Open, read: Slots) -> bool:
    """Whether amounts may be several people's: "what does intel pay, and is 150k good at google?"."""
    employers = {mention.on_file for mention in decision.mentions if mention.kind == "company"}
    return len(read.amounts) > 1 or (bool(read.amounts) and len(employers) > 1)
