"""Goes on with what was looked up, or answered from the article: "and in texas?", "what about seniors?", "p90?"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Literal

from bot.core.datasets.availability import Availability
from bot.core.datasets.coverage import HOME
from bot.core.datasets.linking import Linker
from bot.core.decide.follow_ups.antecedents import remembered
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Decision, DialogueState, Gap, GapKind, Lookup, Mention, NotCovered, Query, Turn
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
# What asks for pay alone.
_OF_PAY = frozenset({"pay", "offer", "lookup"})
ORDERS: tuple[Literal["highest", "lowest"], ...] = ("highest", "lowest")


class Continuations:
    """Reads turns behind answers that the datasets could give; `lacking` are the gaps that they may fill."""

    def __init__(
        self, knowledge: Knowledge, linker: Linker, availability: Availability, lacking: frozenset[GapKind]
    ) -> None:
        self._linker, self._availability, self._lacking = linker, availability, lacking
        self._main_role = knowledge.main_role
        self._fragments = _Fragments(knowledge, linker)

    def turned(self, turn: Turn, context: DialogueState | None, alone: Decision, slots: Callable[[], Slots]) -> Turn:
        """Return a turn that goes on with the answer before, where it does, and the context that a lookup leaves."""
        before = context.query if context is not None else None
        if context is not None and before is not None:
            turn = self._behind(turn, context, before, alone, slots)
            if before.lookup is not None and {gap.kind for gap in turn.decision.gaps} == {GapKind.CURRENCY}:
                # An amount that turns out to be in another currency is held against nothing; the rest stays.
                return replace(turn, context=replace(context, query=replace(before, amounts=())))
        if isinstance(turn.decision, Query) and turn.decision.lookup is not None and not turn.follow_up:
            return replace(turn, context=DialogueState(query=replace(turn.decision, then=None)))
        spoken_of = None if isinstance(turn.decision, Query) else _employer_in(turn.decision, self._availability)
        return turn if spoken_of is None else replace(turn, context=remembered(spoken_of, context or DialogueState()))

    def _behind(
        self, turn: Turn, context: DialogueState, before: Query, alone: Decision, slots: Callable[[], Slots]
    ) -> Turn:
        old = before.lookup or (self._as_lookup(before) if self._is_open(turn.decision) else None)
        query = None if old is None else self._followed(before, old, alone, read := slots())
        if query is not None:
            tied = any(word.text in self._fragments.starts for word in read.reading.words[:1])
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
            if one.lookup is None:
                continue
            differ = [part for part in WHOSE if getattr(one.lookup, part) != getattr(previous, part)]
            if len(differ) != 1 or len(getattr(previous, differ[0])) > 1:
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
        named += self._fragments.ordinary(old, named, read)
        order = next((one for one in ORDERS if one in read.directions), None) if old.ranked else None
        joins = before.lookup is not None and any(word.text in self._fragments.joining for word in read.reading.words)
        if not self._fragments.is_fragment(named, read, alone, ordered=order is not None):
            return None
        on_file = alone if isinstance(alone, Query) and alone.companies and not (alone.gaps or alone.then) else None
        of_main = not joins and (before.lookup is None or old.role in ("", self._main_role))
        if on_file is not None and of_main and (before.lookup is None or _is_of_article(old)):
            return None
        parts = self._parts(old, named, read, joins=joins)
        if parts is None:
            return None
        lookup = replace(old, **parts)
        if order is not None:
            lookup = replace(lookup, ranked=order)
        near = self._availability.nearest(lookup, parts)
        if near is None:
            return None
        lookup, lost = near
        if lost and on_file is not None and of_main:
            return replace(on_file, gaps=lost)
        return self._query(before, lookup, named, read, lost)

    def _parts(self, old: Lookup, named: list[Mention], read: Slots, *, joins: bool) -> dict[str, Any] | None:
        """Return the parts of a lookup that a fragment puts in place of those of the `old` one, or joins to them."""
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
        return parts

    def _query(self, before: Query, lookup: Lookup, named: list[Mention], read: Slots, lost: tuple[Gap, ...]) -> Query:
        """Return the question for a lookup, with the amounts and the period of the one before unless it names some."""
        available = self._availability
        amounts = available.by_period(lookup, read.amounts, before.period) or before.amounts
        amounts, unplaced = available.placed(lookup, amounts)
        words = tuple(word.typed for word in read.reading.words)
        namesakes = available.namesakes(named, lookup, words)
        gaps = (*lost, *unplaced, *namesakes, *available.unsplit(named, lookup, amounts=bool(amounts)))
        return Query(
            answer="lookup",
            intent="lookup",
            lookup=lookup,
            period=self._linker.period(read) or before.period,
            amounts=amounts,
            gaps=tuple(dict.fromkeys(gaps)),
            mentions=tuple(named),
            confidence=before.confidence,
            rule="looked-up",
        )


class _Fragments:
    """Tells fragments from questions that stand by themselves, by the words of one knowledge base."""

    def __init__(self, knowledge: Knowledge, linker: Linker) -> None:
        self._ordinary_words = linker.ordinary
        words, grammar = knowledge.words.follow_ups, knowledge.words.grammar
        self.starts = frozenset(words.starts)
        # "Do they pay more" is asked of who was spoken of, "what should i earn" of one's own pay there.
        self._pointing, self._own = frozenset(knowledge.words.payers.pointing), frozenset(words.own)
        # What is named beside one of these is held against what was told: "vs google", "compare with google".
        self.joining = frozenset((*grammar.versus, *words.versus, *words.adding, *grammar.comparing, *grammar.than))

    def ordinary(self, old: Lookup, named: list[Mention], read: Slots) -> list[Mention]:
        """Return the employer that is an ordinary word behind another employer: "and target", "vs target"."""
        words = read.reading.words
        ties = {word.text for word in words[:-1]}
        if not old.employers or not ties or any(one.kind == "company" for one in named):
            return []
        if words[-1].typed not in self._ordinary_words or not ties <= self.starts | self.joining:
            return []
        name = words[-1].typed
        return [Mention(kind="company", id=name, text=name, start=len(words) - 1, end=len(words), on_file=False)]

    def is_fragment(self, named: list[Mention], read: Slots, alone: Decision, *, ordered: bool) -> bool:
        """Whether a short text is no question by itself, as "nvidia data scientist" and "what does uber pay" are."""
        kinds = {mention.kind for mention in named} - {"neutral"}
        whose = not kinds.isdisjoint(("company", "role", "field"))
        if kinds - _PARTS:
            return False
        if self._points(read, alone, whose=whose):
            return True
        if len(read.reading.words) > LONGEST or not (kinds or ordered):
            return False
        tied = any(word.text in self.starts for word in read.reading.words[:1])
        of_two = "role" in kinds and not kinds.isdisjoint(("company", "place"))
        return not of_two and not (whose and "pay" in read.kinds and not tied)

    def _points(self, read: Slots, alone: Decision, *, whose: bool) -> bool:
        """Whether pay is asked for of whom was spoken of, or one's own: "what do they pay", "what should i earn"."""
        if not isinstance(alone, Query) or alone.answer not in _OF_PAY or alone.topic is not None:
            return False
        words = {word.text for word in read.reading.words}
        if not alone.companies and not words.isdisjoint(self._pointing):
            return True
        return not whose and not words.isdisjoint(self._own)


def _employer_in(decision: Decision, availability: Availability) -> Query | None:
    """Return the pay at the one employer that is only spoken of, which "they" is then: "I work at Tesla"."""
    employers = [mention for mention in decision.mentions if mention.kind == "company" and not mention.excluded]
    lookup = availability.at_employer(employers[0]) if len(employers) == 1 else None
    if lookup is None:
        return None
    return Query(answer="lookup", intent="lookup", lookup=lookup, mentions=tuple(employers), rule="looked-up")


def _is_of_article(lookup: Lookup) -> bool:
    """Whether what was looked up is narrowed by nothing that the article's figures aren't split by."""
    return replace(lookup, employers=(), roles=(), places=()) == Lookup() and set(lookup.places) <= {HOME}
