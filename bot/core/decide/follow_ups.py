"""Hangs a fragment ("and amazon?", "per month?", "vs google?") on the question that the same person asked before it.

Rules: each word of a fragment is a name with figures, one of the few words that tie it to the question before, or a
word of filler that stands beside bare names; anything else makes it a text of its own. What it names takes the place of
its like, joins a comparison of its like, or stands beside it ("vs"); the rest comes from the question before. The
amount of an offer is kept only for another look at that offer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Literal

from bot.core.decide.coverage import name_of, refusal, unsaid
from bot.core.decide.intent_selection import corrected
from bot.core.decide.policy import BARE_NAME
from bot.core.decide.query_builder import answer_kind, intent_of
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import PARTS, Amount, Decision, Gap, GapKind, Period, Query
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import MOST_SENSIBLE, Slots, WordLists, read_slots, stems

Part = Literal["company", "role", "level", "source", "amount", "period", "direction", "exclusion", "home"]
NAMES = ("company", "role", "level", "source")
KINDS = frozenset({*NAMES, "field", "years", "amount", "period", "neutral", "home", "exclusion"})
MOST_WORDS, LONGEST = 10, 100
# What the question before lacked, and the one that goes on with it lacks too.
LASTING = frozenset({"place", "grade", "statistic", "breakdown", "date"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ties:
    """The words that tie a fragment to a question, as they are; `unclear` holds pairs of words."""

    starts: frozenset[str]
    ties: frozenset[str]
    alike: frozenset[str]
    versus: frozenset[str]
    calls: frozenset[str]
    beside: frozenset[str]
    by_source: frozenset[str]
    before_homes: frozenset[str]
    articles: frozenset[str]
    unclear: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge) -> _Ties:
        words, grammar = knowledge.words.follow_ups, knowledge.words.grammar
        return cls(
            starts=frozenset((*words.starts, *grammar.versus, *words.versus)),
            ties=frozenset((*words.ties, *words.alike)),
            alike=frozenset(words.alike),
            versus=frozenset((*grammar.versus, *words.versus)),
            calls=frozenset(words.calls),
            beside=frozenset(words.beside),
            by_source=frozenset(words.by_source),
            before_homes=frozenset(words.before_homes),
            articles=frozenset(grammar.articles),
            unclear=frozenset(tuple(phrase.split()) for phrase in words.unclear),
        )


class FollowUpResolver:
    """Knows which words tie a fragment to a question, for one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._lexicon = WordLists.of(knowledge)
        self._ties = ties = _Ties.of(knowledge)
        greetings = stems(knowledge.words.follow_ups.greetings)
        self._plain = (self._lexicon.bare | stems(ties.starts | ties.calls | ties.beside | ties.ties)) - greetings
        self._comparatives = frozenset(knowledge.words.follow_ups.comparatives)
        self._directions = frozenset().union(*self._lexicon.directions.values())

    def follow(self, reading: Utterance, before: Query) -> Query | None:
        """Return the question that a fragment makes of the one before; None where it is no such fragment."""
        slots = read_slots(reading, self._knowledge, self._lexicon)
        if before.then is not None or not self._is_fragment(slots):
            return None
        named = frozenset(_parts(slots))
        if not named or not named <= SPECS[before.answer].follow_up:
            return None
        if "direction" in named and not self._is_superlative(slots, before):
            return None
        merged = _merged(slots, before, self._knowledge, self._ties)
        return None if merged is None else self._query(merged, before, named)

    def _is_fragment(self, slots: Slots) -> bool:
        """Whether every word of a text is explained, and something ties it to what was said before."""
        reading = slots.reading
        if slots.gaps or slots.group or reading.near or not 0 < len(reading.words) <= MOST_WORDS:
            return False
        if any(
            m.kind not in KINDS or (m.kind == "neutral" and m.text not in self._ties.ties) for m in reading.mentions
        ):
            return False
        return (
            self._plain.union(self._directions).issuperset(slots.stems)
            and _hangs(slots, self._ties)
            and not _is_other(slots, self._ties)
        )

    def _is_superlative(self, slots: Slots, before: Query) -> bool:
        """Whether the highest or lowest is asked for where there is one: of companies, or of what was ranked."""
        words = [word.text for word in slots.reading.loose]
        directed = [word for word, stem in zip(words, slots.stems, strict=True) if stem in self._directions]
        if any(word in self._comparatives or word.endswith("er") for word in directed):
            return False
        if before.answer.startswith("rank_"):
            return True
        whose = before.levels or before.sources or set(before.roles) - {self._knowledge.main_role}
        ends = self._lexicon.directions["start"] | self._lexicon.directions["end"] if before.companies else frozenset()
        return (self._lexicon.extremes | ends).issuperset(stems(directed)) and not (whose and not before.companies)

    def _query(self, merged: Slots, before: Query, named: frozenset[Part]) -> Query | None:
        answer = _answer(merged, before, named)
        intent = self._intent(answer, before)
        if refusal(merged, intent, self._knowledge):
            return None
        starts = answer == "pay" and "start" in merged.directions and not (merged.levels or merged.companies)
        return Query(
            answer=answer,
            intent=intent.id,
            companies=merged.companies,
            excluded=merged.excluded,
            roles=merged.roles,
            levels=(self._knowledge.vocabulary.levels[0].id,) if starts else merged.levels,
            sources=merged.sources,
            amounts=merged.amounts,
            period=merged.period,
            directions=merged.directions,
            gaps=unsaid(merged, intent, self._knowledge, self._lexicon),
            mentions=(*merged.reading.mentions, *(m for m in before.mentions if m.kind == "home")),
            confidence=min(before.confidence, BARE_NAME) * corrected(merged.reading),
        )

    def _intent(self, answer: str, before: Query) -> Intent:
        if answer == before.answer and before.intent:
            return self._knowledge.intent(before.intent)
        return intent_of(self._knowledge, answer)


def hung_on(before: Query | None, asked: Decision) -> Query | None:
    """Return the question that the next fragment may hang on, once `asked` was answered where `before` was hung on.

    Chat, thanks and the question who says so change nothing. Behind a question of the trade that got no figures, "and
    amazon?" would be read as one for figures that nobody asked for.
    """
    if isinstance(asked, Query):
        return asked if SPECS[asked.answer].follow_up else before if SPECS[asked.answer].aside else None
    return before if asked.status == "off_topic" else None


def _parts(slots: Slots) -> Iterator[Part]:
    """Yield the kinds of what a fragment names."""
    found: dict[Part, object] = {
        "company": slots.companies,
        "role": slots.all_roles,
        "level": slots.levels,
        "source": slots.sources,
        "amount": slots.amounts,
        "period": slots.reading.of("period"),
        "direction": slots.directions,
        "exclusion": slots.excluded,
        "home": slots.reading.of("home"),
    }
    yield from (kind for kind, names in found.items() if names)


def _hangs(slots: Slots, ties: _Ties) -> bool:
    """Whether a fragment is tied to what was said before."""
    reading = slots.reading
    words = [word.text for word in reading.words]
    if not ties.ties.isdisjoint(words) or any(m.text in ties.ties for m in reading.of("neutral")):
        return True
    if {m.kind for m in reading.mentions} == {"period"}:
        # "in an hour" is when somebody comes back.
        return reading.question_mark or words[0] == "by" or ties.articles.isdisjoint(words)
    first = next((word for word in words if word not in ties.calls), "")
    names = [m for m in reading.mentions if m.kind != "exclusion"]
    return first in ties.starts or (reading.question_mark and len(names) == 1)


def _is_other(slots: Slots, ties: _Ties) -> bool:
    """Whether the names mean something else: "an apple", "in 7 years", "and us?", "not a senior", "$20"."""
    reading = slots.reading
    words = [word.text for word in reading.words]
    before = {m.start: words[m.start - 1] if m.start else "" for m in reading.mentions}
    excluded = [m.kind for m in reading.mentions if m.excluded]
    return (
        any(m.kind == "company" and before[m.start] in ties.articles for m in reading.mentions)
        or any(m.kind == "years" and before[m.start] == "in" for m in reading.mentions)
        or any(m.text == "us" and before[m.start] not in ties.before_homes for m in reading.of("home"))
        or any(kind != "company" for kind in excluded)
        or (any(m.kind == "exclusion" for m in reading.mentions) and not slots.excluded)
        or not ties.unclear.isdisjoint(pairwise(words))
        or (bool(slots.amounts) and ("salary_amount" not in slots.kinds or len(slots.amounts) > 1))
    )


def _merged(slots: Slots, before: Query, knowledge: Knowledge, ties: _Ties) -> Slots | None:
    """Put what a fragment names into the place of its like; None where it is not clear which place that is."""
    words = {word.text for word in slots.reading.words}
    new = {
        "company": slots.companies,
        "role": slots.all_roles,
        "level": slots.levels,
        "source": slots.sources,
    }
    if not all(knowledge.has(kind, key) for kind in NAMES for key in new[kind]):
        return None  # a field of work has no pay of its own
    old = _old(before, slots)
    versus = not ties.versus.isdisjoint(words) and not any(len(names) > 1 for names in new.values())
    if versus and sum(map(bool, new.values())) != 1:
        return None
    if slots.sources and before.companies and not slots.companies and ties.by_source.isdisjoint(words):
        return None  # LinkedIn is an employer too
    together = {}
    for kind in NAMES:
        names = _together(new[kind], old[kind], versus=versus, alike=bool(ties.alike & words), before=before, kind=kind)
        if names is None:
            return None
        together[kind] = names
    amounts = _amounts(slots, before)
    return None if amounts is None else _fitted(slots, before, together, amounts, knowledge)


def _old(before: Query, slots: Slots) -> dict[str, tuple[str, ...]]:
    """Return the names of the question before that a fragment goes on with."""
    # The level of a "starting salary" was nobody's words; at a company its range says where pay starts.
    levels = () if "start" in before.directions and slots.companies else before.levels
    roles = before.roles
    if not roles and slots.all_roles and not before.companies:
        roles = (slots.main_role,)
    return {"company": before.companies, "role": roles, "level": levels, "source": before.sources}


def _together(
    new: tuple[str, ...], old: tuple[str, ...], *, versus: bool, alike: bool, before: Query, kind: str
) -> tuple[str, ...] | None:
    """Return the names of one kind: the old ones, the new ones instead, or both side by side."""
    if not new:
        return old
    lacked = any(gap.kind == kind for gap in before.gaps)
    compared = before.answer in ("pay", "compare") and bool(old) and (len(old) > 1 or lacked)
    both = tuple(dict.fromkeys((*(old[-1:] if versus else old), *new)))
    if versus:
        return both if len(both) > 1 or before.answer == "offer" else None
    if compared and alike:
        return None  # in whose place?
    return both if compared and len(new) == 1 else new


def _amounts(slots: Slots, before: Query) -> tuple[Amount, ...] | None:
    """Return the amounts to go on with; None where they are another question's."""
    if not slots.amounts:
        if before.amounts and before.answer not in ("offer", "convert"):
            return None
        return before.amounts
    amount = slots.amounts[0]
    if not before.amounts:
        # Behind pay by the month "and 15k?" is meant by the month, unless nobody earns that much in one.
        period = before.period or "year"
        by_period = period != "year" and amount.period is None and amount.high * PARTS[period] <= MOST_SENSIBLE
        return (replace(amount, period=period),) if by_period else (amount,)
    return (_as_before(amount, before.amounts[0]),)


def _as_before(amount: Amount, old: Amount) -> Amount:
    """Read an amount without a period in that of the amount before, where that makes the two more alike.

    >>> a_month = Amount(low=12e3, high=12e3, text="12k", period="month")
    >>> _as_before(Amount(low=15e3, high=15e3, text="15k"), a_month).period
    'month'
    """
    if amount.period is not None or old.period is None:
        return amount
    yearly = abs(log(amount.low / (old.low * PARTS[old.period]))) if amount.low > 0 < old.low else 0.0
    alike = abs(log(amount.low / old.low)) if amount.low > 0 < old.low else 0.0
    return replace(amount, period=old.period) if alike < yearly else amount


def _fitted(
    slots: Slots, before: Query, names: dict[str, tuple[str, ...]], amounts: tuple[Amount, ...], knowledge: Knowledge
) -> Slots | None:
    """Leave out what has no figures together - the older of a company and another role - and own up to it."""
    companies, roles = names["company"], names["role"]
    others = [role for role in roles if role != knowledge.main_role]
    gaps = list(_lasting(before, slots))
    if companies and others:
        if slots.companies and slots.all_roles:
            return None
        firms = tuple(knowledge.company(company).name for company in companies)
        gaps += (Gap(kind=GapKind.PAIR, name=name_of(role, knowledge), at=firms) for role in others)
        companies, roles = (companies, ()) if slots.companies else ((), roles)
    return replace(
        slots,
        kinds=slots.kinds | {"pay"},
        companies=companies,
        roles=roles,
        fields=(),
        levels=names["level"],
        sources=names["source"],
        amounts=amounts,
        # An amount is placed by the year, its own part of the year in the sum.
        period=_period(slots, before) if not slots.amounts or before.answer == "convert" else None,
        directions=slots.directions or before.directions,
        excluded=tuple(dict.fromkeys((*before.excluded, *slots.excluded))),
        gaps=tuple(gaps),
    )


def _lasting(before: Query, slots: Slots) -> Iterator[Gap]:
    """Yield what the question before lacked and this one lacks too."""
    for gap in before.gaps:
        replaced = {"company": slots.companies, "role": slots.all_roles, "source": slots.sources}.get(gap.kind)
        # A company without figures that was to be compared is still missing beside a third one.
        stays = gap.kind == "company" or not replaced
        if gap.kind in LASTING or (gap.kind == "average" and before.companies) or (replaced is not None and stays):
            yield gap


def _period(slots: Slots, before: Query) -> Period | None:
    """Return the part of the year to tell pay by; a fragment may go back to the year."""
    return slots.period if slots.reading.of("period") else before.period


def _answer(merged: Slots, before: Query, named: frozenset[Part]) -> str:
    """Decide on the kind of answer anew, by the rules of a whole question."""
    if "direction" in named and before.answer in ("pay", "compare"):
        return "pay" if len(merged.companies) == 1 else "rank_companies"
    if (before.answer, *named) in (("ladder", "level"), ("rank_sources", "source")):
        return "pay"
    if before.answer not in ("pay", "compare"):
        return before.answer
    if "amount" in named:
        return "offer"
    if before.answer == "pay" and len(before.companies) > 1 and "company" not in named:
        return "pay"  # those of a group, told one by one
    return answer_kind("pay", merged)
