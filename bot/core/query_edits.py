"""Changes a question as understood: another period, one more thing to compare with, another reading of a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.core.model.answer_specs import SPECS, AnswerKind
from bot.core.model.dialogue import Decision, Direction, GapKind, Period, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import later

# What can be chosen when a question was read wrongly, in the order in which people mean it.
KINDS = tuple(spec.id for spec in SPECS.values() if spec.choice)
_KINDS_OF_NAMES = ("companies", "levels", "roles", "sources")
# What a question lacks whatever its kind; the rest is found anew from what it names.
_OF_NAMES = {GapKind.COMPANY: "companies", GapKind.ROLE: "roles", GapKind.SOURCE: "sources"}
LASTING = frozenset(
    {
        *_OF_NAMES,
        GapKind.PLACE,
        GapKind.GRADE,
        GapKind.STATISTIC,
        GapKind.BREAKDOWN,
        GapKind.DATE,
        GapKind.EMPLOYMENT,
        GapKind.CURRENCY,
        GapKind.REST,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The parts of a question that a person can choose anew; all ids."""

    answer: str
    companies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def by(query: Query, period: Period) -> Query:
    """Return the same question, told by another period."""
    return replace(query, period=period)


class QueryEdits:
    """Changes questions by what one knowledge base has."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def neighbors(self, query: Decision) -> tuple[tuple[str, Query], ...]:
        """Return the questions that are likeliest next, each with the label of its button."""
        if not isinstance(query, Query) or query.then is not None:
            return ()
        if query.answer == "topic":
            topics = map(self._knowledge.topic, self._knowledge.topic(query.topic or "").next)
            return tuple((topic.title, self._query("topic", topic.id)) for topic in topics)
        return tuple(
            (label, self._query(answer, directions=directions))
            for label, answer, directions in _NEXT.get(self._about(query), ())
        )

    def _about(self, query: Query) -> str:
        """Return what a question is about, by which the likeliest next ones are found."""
        if query.answer == "rank_companies" and "start" in query.directions:
            return "start"
        if query.answer not in ("pay", "compare"):
            return query.answer
        named = [kind for kind in _KINDS_OF_NAMES if getattr(query, kind) not in ((), (self._knowledge.main_role,))]
        return named[0] if named else "overall"

    def _query(self, answer: AnswerKind, topic: str | None = None, directions: tuple[Direction, ...] = ()) -> Query:
        """Return the plainest question of a kind."""
        intents = (intent for intent in self._knowledge.intents if intent.answer == answer and intent.topic == topic)
        intent = next(intents, None)
        return Query(answer=answer, intent=intent.id if intent else answer, topic=topic, directions=directions)

    def compared_kind(self, query: Query) -> str | None:
        """Return the field of the names that a question could be compared in ("companies"), None where in none."""
        if not SPECS[query.answer].tells_pay or query.then is not None:
            return None
        # The main role is meant where nobody else is named, so it is what is asked about only where nothing else is.
        named = [kind for kind in _KINDS_OF_NAMES if getattr(query, kind) not in ((), (self._knowledge.main_role,))]
        return named[0] if named else "roles"

    def others(self, query: Query) -> tuple[str, ...]:
        """Return the ids that a question could be compared with: those of its kind with figures, not named in it."""
        knowledge = self._knowledge
        kind = self.compared_kind(query)
        ids: dict[str | None, tuple[str, ...]] = {
            "companies": tuple(c.id for c in knowledge.companies if knowledge.range_of(c.id) is not None),
            "levels": tuple(level.id for level in knowledge.vocabulary.levels if knowledge.band(level.id) is not None),
            "roles": tuple(role.id for role in knowledge.roles if any(f.unit == "USD" for f in role.figures)),
            "sources": tuple(f.source for f in knowledge.averages(self._role(query))),
        }
        named = set(getattr(query, kind)) | set(query.excluded) if kind else set[str]()
        if kind == "roles" and not query.roles:
            named = {self._role(query)}
        return tuple(key for key in dict.fromkeys(ids.get(kind, ())) if key not in named)

    def compared(self, query: Query, key: str) -> Query:
        """Return the question whether what is named, and `key`, one of `others`, differ."""
        kind = self.compared_kind(query)
        assert kind is not None
        before = getattr(query, kind) or (self._role(query),)
        named: dict[str, Any] = {kind: (*before, key)}
        return replace(self._cleared(query, "compare"), **named)

    def reread(self, query: Query, correction: Correction) -> Query:
        """Return the question with the parts that somebody chose; its answer says which of them it could not use."""
        several = any(len(getattr(correction, kind)) > 1 for kind in _KINDS_OF_NAMES)
        answer = correction.answer
        if SPECS[answer].tells_pay:
            answer = "compare" if several else "pay"
        chosen: dict[str, Any] = {kind: tuple(dict.fromkeys(getattr(correction, kind))) for kind in _KINDS_OF_NAMES}
        corrected = {kind for kind in _KINDS_OF_NAMES if chosen[kind] != getattr(query, kind)}
        kept = self._cleared(query, answer)
        # Who chooses another company doesn't mean the one that is not on file.
        gaps = tuple(gap for gap in kept.gaps if _OF_NAMES.get(gap.kind) not in corrected)
        return replace(kept, gaps=gaps, **chosen)

    def _cleared(self, query: Query, answer: str) -> Query:
        """Return the question as one of another kind, without what that kind takes no account of."""
        takes = SPECS[answer].uses
        if not takes:
            return query
        intent = self._knowledge.intent_of(answer)
        parts = ("companies", "excluded", "roles", "levels", "sources", "amounts", "directions")
        dropped: dict[str, Any] = {part: () for part in parts if part not in takes}
        period = query.period if "period" in takes else None
        gaps = tuple(gap for gap in query.gaps if gap.kind in LASTING)
        return replace(
            query,
            answer=answer,
            intent=intent.id if intent else answer,
            topic=None,
            period=period,
            gaps=gaps,
            confidence=1.0,
            **dropped,
        )

    def _role(self, query: Query) -> str:
        return query.roles[0] if query.roles else self._knowledge.main_role


_Next = tuple[str, AnswerKind, tuple[Direction, ...]]
_NEXT: dict[str, tuple[_Next, ...]] = {
    "overall": ((later("By level"), "ladder", ()),),
    "levels": ((later("All levels"), "ladder", ()),),
    "sources": ((later("All sources"), "rank_sources", ()),),
    "ladder": ((later("By company"), "rank_companies", ()),),
    "employers": ((later("Who pays most?"), "rank_companies", ()),),
    "rank_companies": ((later("Rank by start"), "rank_companies", ("start",)), (later("By level"), "ladder", ())),
    "start": ((later("Rank by top"), "rank_companies", ()), (later("By level"), "ladder", ())),
    "rank_sources": ((later("By level"), "ladder", ()),),
}


def kinds(query: Query) -> tuple[str, ...]:
    """Return the kinds of answer that a question may be given; an offer needs an amount."""
    possible = tuple(kind for kind in KINDS if query.amounts or not SPECS[kind].needs_amount)
    return possible if query.answer in possible else (query.answer, *possible)
