"""Goes on with what was looked up, or answered from the article: "and in texas?", "what about seniors?", "p90?"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Literal

from bot.core.datasets.availability import Availability
from bot.core.datasets.coverage import HOME
from bot.core.datasets.linking import Linker
from bot.core.decide.follow_ups.antecedents import remembered
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Decision, DialogueState, GapKind, Lookup, Mention, NotCovered, Query, Turn
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots

# What a fragment may name, and how long it is at most.
_PARTS = frozenset(
    {"company", "role", "field", "level", "years", "grade", "place", "statistic", "date", "period", "amount", "home"}
)
WHOSE = ("employers", "roles", "places")
LONGEST = 6
# What asks about an answer before, which the same answer says once more: who says so, of how many, of whom.
_AGAIN = frozenset({"about-the-answer", "again", "identified", "pay-of-it"})
ORDERS: tuple[Literal["highest", "lowest"], ...] = ("highest", "lowest")


class Continuations:
    """Reads turns behind answers that the datasets could give; `lacking` are the gaps that they may fill."""

    def __init__(
        self, knowledge: Knowledge, linker: Linker, availability: Availability, lacking: frozenset[GapKind]
    ) -> None:
        self._linker, self._availability, self._lacking = linker, availability, lacking
        self._main_role = knowledge.main_role
        words, grammar = knowledge.words.follow_ups, knowledge.words.grammar
        self._starts = frozenset(words.starts)
        # What is named beside one of these is held against what was told: "vs google", "compare with google".
        self._joining = frozenset((*grammar.versus, *words.versus, *words.adding, *grammar.comparing, *grammar.than))

    def turned(self, turn: Turn, context: DialogueState | None, alone: Decision, slots: Callable[[], Slots]) -> Turn:
        """Return a turn that goes on with the answer before, where it does, and the context that a lookup leaves."""
        before = context.query if context is not None else None
        if context is not None and before is not None:
            turn = self._behind(turn, context, before, alone, slots)
        if isinstance(turn.decision, Query) and turn.decision.lookup is not None and not turn.follow_up:
            return replace(turn, context=DialogueState(query=replace(turn.decision, then=None)))
        return turn

    def _behind(
        self, turn: Turn, context: DialogueState, before: Query, alone: Decision, slots: Callable[[], Slots]
    ) -> Turn:
        old = before.lookup or (self._as_lookup(before) if self._is_open(turn.decision) else None)
        query = None if old is None else self._followed(before, old, turn.decision, read := slots())
        if query is not None:
            tied = any(word.text in self._starts for word in read.reading.words[:1])
            after = remembered(query, context)
            return Turn(
                decision=replace(query, guessed=True), rule="looked-up", follow_up=True, tied=tied, context=after
            )
        if before.lookup is not None and turn.rule == "reckoned":
            both = self._together(before, before.lookup, context)
            return replace(turn, decision=replace(both, guessed=True, rule=turn.rule), context=context)
        if before.lookup is None or not turn.follow_up or not isinstance(turn.decision, Query):
            return turn
        if turn.rule in _AGAIN:
            return replace(turn, decision=replace(before, guessed=True, rule=turn.rule), context=context)
        if turn.decision.topic is not None:
            return turn  # words hold for all pay
        return Turn(decision=alone, rule="alone", context=None if isinstance(alone, Query) else context)

    def _together(self, before: Query, previous: Lookup, context: DialogueState) -> Query:
        """Return what was told last beside what was told of its like before that: "by how much?"; as it is alone."""
        for one in context.earlier:
            differ = (
                []
                if one.lookup is None
                else [part for part in WHOSE if getattr(one.lookup, part) != getattr(previous, part)]
            )
            if one.lookup is None or len(differ) != 1 or len(getattr(previous, differ[0])) > 1:
                continue
            names = dict.fromkeys((*getattr(one.lookup, differ[0]), *getattr(previous, differ[0])))
            lookup = replace(previous, **{differ[0]: tuple(names)})  # type: ignore[arg-type]
            if self._availability.is_news(lookup, alone=True):
                return replace(before, lookup=lookup, gaps=(), amounts=())
        return before

    def _is_open(self, decision: Decision) -> bool:
        """Whether a text behind an answer of the article names what the article lacks."""
        if not isinstance(decision, Query | NotCovered):
            return False
        looked_up = isinstance(decision, Query) and decision.lookup is not None
        return looked_up or any(gap.kind in self._lacking for gap in decision.gaps)

    def _as_lookup(self, before: Query) -> Lookup | None:
        """Return what an answer of the article was about, as the datasets name it."""
        if not SPECS[before.answer].looked_up or before.topic is not None:
            return None
        named = {"company": before.companies, "role": before.roles, "level": before.levels}
        carried = [Mention(kind=kind, id=key, text=key, start=0, end=0) for kind, keys in named.items() for key in keys]
        unknown = [one for one in before.mentions if one.kind in _PARTS - {"amount", "period"} and not one.on_file]
        lookup = self._linker.linked((*carried, *unknown))
        if lookup is None or lookup.roles or lookup.employers:
            return lookup
        return replace(lookup, roles=(self._main_role,))

    def _followed(self, before: Query, old: Lookup, alone: Decision, read: Slots) -> Query | None:
        """Return the lookup before with the parts that a fragment names ("and in texas?", "p90?", "per month").

        None for what is a question by itself, and where the datasets have nothing of it.
        """
        named = [mention for mention in read.reading.mentions if not mention.excluded]
        order = next((one for one in ORDERS if one in read.directions), None) if old.ranked else None
        joins = before.lookup is not None and any(word.text in self._joining for word in read.reading.words)
        of_article = not joins and (before.lookup is None or old.role in ("", self._main_role))
        on_file = isinstance(alone, Query) and alone.companies and not alone.gaps and not alone.then
        if not self._is_fragment(named, read, ordered=order is not None) or (of_article and on_file):
            return None
        words = tuple(word.typed for word in read.reading.words)
        fragment = self._linker.linked([one for one in named if not self._availability.is_of_ladder(one)], words)
        if fragment is None:
            return None
        parts = {field.name: value for field in fields(fragment) if (value := getattr(fragment, field.name))}
        if any(mention.kind == "home" for mention in named):
            parts["places"] = (HOME,)
        if joins:
            parts |= {
                part: tuple(dict.fromkeys((*getattr(old, part), *parts[part])))
                for part in WHOSE
                if len(parts.get(part, ())) == 1
            }
        lookup = replace(old, **parts)
        if order is not None:
            lookup = replace(lookup, ranked=order)
        amounts, period = read.amounts or before.amounts, read.period or before.period
        available = self._availability
        if not available.is_news(lookup, alone=True):
            return None
        amounts, unplaced = available.placed(lookup, amounts)
        query = Query(answer="lookup", intent="lookup", lookup=lookup, period=period, amounts=amounts)
        gaps = tuple(dict.fromkeys((*unplaced, *available.unsplit(named, lookup, amounts=bool(amounts)))))
        return replace(query, mentions=tuple(named), gaps=gaps, confidence=before.confidence, rule="looked-up")

    def _is_fragment(self, named: list[Mention], read: Slots, *, ordered: bool) -> bool:
        """Whether a short text is no question by itself, as "nvidia data scientist" and "what does uber pay" are."""
        kinds = {mention.kind for mention in named} - {"neutral"}
        if len(read.reading.words) > LONGEST or kinds - _PARTS or not (kinds or ordered):
            return False
        tied = any(word.text in self._starts for word in read.reading.words[:1])
        whose = not kinds.isdisjoint(("company", "role", "field"))
        of_two = "role" in kinds and not kinds.isdisjoint(("company", "place"))
        return not of_two and not (whose and "pay" in read.kinds and not tied)
