"""Finds what was told in a conversation: the single things of each question, and what can be reckoned from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from bot.core.decide.follow_ups.figures_on_file import FiguresOnFile
from bot.core.decide.query_builder import intent_of
from bot.core.decide.ranking import ranking
from bot.core.decide.word_effects import FIGURES
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Decision, DialogueState, Direction, Gap, GapKind, NotCovered, Operation, Query

# The fields of a query that name something with figures of its own.
FIELDS = ("companies", "roles", "levels", "sources")
# Questions that are remembered beside the last one.
MOST_EARLIER = 3
PAIR = 2


@dataclass(frozen=True, slots=True)
class Antecedents(FiguresOnFile):
    """What was told in a conversation, by the knowledge base that it is about."""

    def referents(self, query: Query) -> tuple[Query, ...]:
        """Return the single things that a question told the pay of, in the order in which they were told."""
        knowledge, base = self.knowledge, self._pay(query)
        if query.answer == "ladder":
            levels = (level.id for level in knowledge.vocabulary.levels if knowledge.band(level.id) is not None)
            return tuple(replace(base, levels=(level,)) for level in levels)
        if query.answer == "rank_sources":
            role = next((role for role in query.roles if knowledge.averages(role)), knowledge.main_role)
            figures = sorted(knowledge.averages(role), key=lambda figure: -(figure.value or 0))
            ordered = figures[::-1] if "lowest" in query.directions else figures
            roles = () if role == knowledge.main_role else (role,)
            return tuple(replace(base, roles=roles, sources=(figure.source,)) for figure in ordered)
        if query.answer == "rank_companies":
            ranges = ranking(query, knowledge)
            return tuple(replace(base, companies=(figure.company,)) for figure in ranges if figure.company)
        every = {"companies": self.every(base, "companies")} if query.answer == "employers" else {}
        if query.answer not in ("pay", "compare", "offer", "employers"):
            return ()
        names = ((name, every.get(name, getattr(query, name))) for name in FIELDS)
        parts: list[dict[str, Any]] = next(
            ([{name: (key,)} for key in keys] for name, keys in names if len(keys) > 1), [{}]
        )
        return tuple(replace(base, **part) for part in parts)

    def _pay(self, query: Query) -> Query:
        """Return the pay of all that a question names, with nothing lacking."""
        return Query(
            answer="pay",
            intent=intent_of(self.knowledge, "pay").id,
            companies=query.companies if query.answer in ("pay", "compare", "offer") else (),
            roles=() if query.roles == (self.knowledge.main_role,) else query.roles,
            levels=query.levels,
            sources=query.sources,
            period=query.period,
            directions=_ends_of(query),
            mentions=query.mentions,
        )

    def single(self, query: Query) -> Query | None:
        """Return the one thing that a question told the pay of: of a ranking its first; None where it told several."""
        parts = self.referents(query)
        ranked = query.answer.startswith("rank_")
        return parts[0] if len(parts) == 1 or (ranked and parts) else None

    def payer(self, context: DialogueState) -> Query | None:
        """Return the pay at the employer that was spoken of last, on file or not; None behind figures of none."""
        for query in questions(context):
            strangers = strangers_of(query)
            if query.companies or strangers:
                return replace(self._pay(query), companies=query.companies, gaps=strangers)
            if query.answer in FIGURES:
                return None
        return None

    def last(self, context: DialogueState) -> tuple[Query, ...]:
        """Return the single things told last, each once, the latest first."""
        return tuple(islice(self._singles(context), MOST_EARLIER + 1))

    def _singles(self, context: DialogueState) -> Iterator[Query]:
        found: list[Query] = []
        for query in questions(context):
            single = self.single(query)
            if single is not None and all(named(single) != named(one) for one in found):
                found.append(single)
                yield single

    def pair(self, context: DialogueState) -> tuple[Query, ...]:
        """Return the two or more things that "them" and "both" are: the last told together, or one after the other."""
        before = context.query
        if before is None:
            return ()
        parts = self.referents(before)
        ranked = before.answer.startswith("rank_")
        if len(parts) > 1 and not ranked:
            return parts
        singles = self.last(context)[:PAIR][::-1]
        if len(singles) == PAIR and _kind(singles[0]) == _kind(singles[1]):
            return singles
        if ranked and len(parts) > 1:
            return (parts[0], parts[-1] if before.answer == "rank_sources" else parts[1])
        return singles if len(singles) == PAIR else ()

    def group(self, context: DialogueState, least: int) -> tuple[Query, ...]:
        """Return the things told together last, at `least` so many; else the single ones in the order of telling."""
        for query in questions(context):
            # "The first two", and then "the last one": of all that the two were picked from.
            parts = self.referents(query) if query.rule != "picked" else ()
            if len(parts) >= max(least, PAIR):
                return parts
        singles = self.last(context)[::-1]
        return singles if len(singles) >= max(least, PAIR) else ()

    def held_against(self, one: Query, other: Query, *, ends: Query | None = None) -> Query:
        """Return the question how two things compare: a comparison of two of a kind, else how far apart they are."""
        period, end = other.period or one.period, other.directions or one.directions
        one, other = replace(one, period=period), replace(other, period=period)
        if end and not ends:
            pair = (replace(each, directions=each.directions or end if each.companies else ()) for each in (one, other))
            return self.calculation("difference", tuple(pair))
        directions = ends.directions if ends is not None else ()
        main = (self.knowledge.main_role,)
        if _kind(one) == _kind(other) == ("roles",) or {_kind(one), _kind(other)} == {("roles",), ()}:
            one, other = replace(one, roles=one.roles or main), replace(other, roles=other.roles or main)
        differ = [name for name in FIELDS if getattr(one, name) != getattr(other, name)]
        if len(differ) == 1 and getattr(one, differ[0]) and getattr(other, differ[0]):
            both: dict[str, Any] = {differ[0]: (*getattr(one, differ[0]), *getattr(other, differ[0]))}
            intent = intent_of(self.knowledge, "compare").id
            return replace(one, answer="compare", intent=intent, mentions=(*one.mentions, *other.mentions), **both)
        return replace(self.calculation("difference", (one, other)), directions=directions)

    def calculation(self, operation: Operation, operands: tuple[Query, ...], factor: float = 1.0) -> Query:
        """Return what is reckoned from the figures of some questions."""
        mentions = tuple(dict.fromkeys(mention for one in operands for mention in one.mentions))
        bare = tuple(replace(one, mentions=(), gaps=(), guessed=False, rule="", carried=False) for one in operands)
        return Query(
            answer="calculation",
            intent="calculation",
            operation=operation,
            operands=bare,
            factor=factor,
            mentions=mentions,
        )


def questions(context: DialogueState) -> Iterator[Query]:
    """Yield the questions of a conversation, the latest first."""
    if context.query is not None:
        yield context.query
    yield from context.earlier


def strangers_of(query: Query) -> tuple[Gap, ...]:
    """Return the employers that a question names and nothing is on file of."""
    found = (m for m in query.mentions if m.kind == "company" and not (m.on_file or m.excluded))
    named_ = (Gap(kind=GapKind.COMPANY, name=m.id if m.listed else "") for m in found)
    return tuple(dict.fromkeys((*named_, *(gap for gap in query.gaps if gap.kind == GapKind.COMPANY))))


def told(query: Query) -> Decision:
    """Return a question that is told once more; of an employer that nothing is on file of there is nothing to tell."""
    if query.answer not in FIGURES or query.companies or not strangers_of(query):
        return query
    return NotCovered(gaps=query.gaps, mentions=query.mentions, confidence=query.confidence, asked=True)


def named(query: Query) -> tuple[tuple[str, ...], ...]:
    """Return all that a question names."""
    return tuple(getattr(query, name) for name in FIELDS)


def _ends_of(query: Query) -> tuple[Direction, ...]:
    """Return the end of a company's range that a question asks for, if it does for one alone."""
    one = query.answer == "pay" and len(query.companies) == 1 and len(query.directions) == 1
    return query.directions if one and query.directions[0] in ("start", "end", "highest", "lowest") else ()


def _kind(query: Query) -> tuple[str, ...]:
    """Return which kinds of things a question names."""
    return tuple(name for name in FIELDS if getattr(query, name))


def remembered(query: Query | None, before: DialogueState | None) -> DialogueState | None:
    """Return what the next text may refer to behind a question, and behind the conversation before it."""
    if query is None:
        return None
    if before is None:
        return DialogueState(query=query)
    if query is before.query:
        return replace(before, offered=())
    earlier = tuple(one for one in questions(before) if one != query)
    return DialogueState(query=query, earlier=earlier[:MOST_EARLIER])


def told_apart(decision: Decision) -> tuple[Decision, ...]:
    """Return the questions of a message in the order in which they are answered, each by itself."""
    if not isinstance(decision, Query) or decision.then is None:
        return (decision,)
    return (replace(decision, then=None), *told_apart(decision.then))


def continuable(decision: object) -> Query | None:
    """Return the question that a next one may refer to, behind a question by itself."""
    alone = isinstance(decision, Query) and decision.then is None and not SPECS[decision.answer].aside
    return decision if alone else None  # type: ignore[return-value]
