"""Merges what a fragment names with the question before it: in the place of its like, joined to it, or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log
from typing import Literal

from bot.core.decide.coverage import name_of, refusal, unsaid
from bot.core.decide.intent_selection import corrected
from bot.core.decide.policy.cases import BARE_NAME
from bot.core.decide.query_builder import answer_kind, intent_of
from bot.core.decide.word_effects import FIGURES
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import PARTS, Amount, Gap, GapKind, NotCovered, Period, Query
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.slots import MOST_SENSIBLE, Slots, WordLists

Part = Literal["company", "role", "level", "source", "amount", "period", "direction", "exclusion", "home", "limit"]
Join = Literal["replace", "beside", "alike", "add"]
NAMES = ("company", "role", "level", "source")
# What narrows pay in a way that the figures are not split by.
LIMITS = frozenset({"place", "grade", "condition", "employment", "statistic", "date", "currency"})
# What the question before lacked, and the one that goes on with it lacks too.
LASTING = LIMITS - {"employment", "currency"} | {"breakdown", "aspect"}


def named_parts(slots: Slots) -> frozenset[Part]:
    """Return the kinds of what a fragment names."""
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
        "limit": slots.gap_kinds() & LIMITS,
    }
    return frozenset(kind for kind, names in found.items() if names)


@dataclass(frozen=True, slots=True)
class SlotMerger:
    """Merges slots by the knowledge base that the questions are about."""

    knowledge: Knowledge
    lists: WordLists

    def merged(self, slots: Slots, before: Query, join: Join) -> Query | NotCovered | None:
        """Return the question that a fragment makes of the one before; None where it is not clear which."""
        named = named_parts(slots)
        whole = self._merged_slots(slots, before, join)
        return None if whole is None else self._query(whole, before, named)

    def _merged_slots(self, slots: Slots, before: Query, join: Join) -> Slots | None:
        new = {"company": slots.companies, "role": slots.all_roles, "level": slots.levels, "source": slots.sources}
        if not all(self.knowledge.has(kind, key) for kind in NAMES for key in new[kind]):
            return None  # a field of work has no pay of its own
        if join == "beside" and (any(len(names) > 1 for names in new.values()) or sum(map(bool, new.values())) != 1):
            return None
        old = _old(before, slots)
        together: dict[str, tuple[str, ...]] = {}
        for kind in NAMES:
            names = self._together(kind, new[kind], old[kind], before, join)
            if names is None:
                return None
            together[kind] = names
        amounts = _amounts(slots, before)
        return None if amounts is None else self._fitted(slots, before, together, amounts)

    def _together(
        self, kind: str, new: tuple[str, ...], old: tuple[str, ...], before: Query, join: Join
    ) -> tuple[str, ...] | None:
        """Return the names of one kind: the old ones, the new ones instead, or both side by side."""
        if not new:
            return old
        if join == "beside":
            both = tuple(dict.fromkeys((*old[-1:], *new)))
            return both if len(both) > 1 or before.answer == "offer" else None
        if join == "add":
            return tuple(dict.fromkeys((*old, *new)))
        lacked = any(gap.kind == kind for gap in before.gaps)
        compared = before.answer in ("pay", "compare") and bool(old) and (len(old) > 1 or lacked)
        if not compared or len(new) > 1 or set(new) <= set(old):
            return new
        if join == "alike":
            # "Same for AI engineers", behind ML engineers and data scientists.
            return (self.knowledge.main_role, *new) if self.knowledge.main_role in old else new
        return tuple(dict.fromkeys((*old, *new)))

    def _fitted(
        self, slots: Slots, before: Query, names: dict[str, tuple[str, ...]], amounts: tuple[Amount, ...]
    ) -> Slots | None:
        """Leave out what has no figures together - the older of a company and another role - and name the gap."""
        companies, roles = names["company"], names["role"]
        others = [role for role in roles if role != self.knowledge.main_role]
        gaps = [*slots.gaps, *_lasting(before, slots)]
        if companies and others:
            if slots.companies and slots.all_roles:
                return None
            firms = tuple(self.knowledge.company(company).name for company in companies)
            gaps += (Gap(kind=GapKind.PAIR, name=name_of(role, self.knowledge), at=firms) for role in others)
            companies, roles = (companies, ()) if slots.companies else ((), roles)
        sources, silent = names["source"], not (companies or names["level"]) and self._are_silent(names)
        if silent and slots.all_roles and not slots.sources:
            gaps += (Gap(kind=GapKind.UNREAD, name=self.knowledge.source(source).name) for source in sources)
            sources = ()
        elif silent and slots.sources and not slots.all_roles:
            gaps += (Gap(kind=GapKind.ONLY_MAIN_ROLE, name=name_of(role, self.knowledge)) for role in others)
            roles = ()
        return replace(
            slots,
            kinds=slots.kinds | {"pay"},
            companies=companies,
            roles=roles,
            fields=(),
            levels=names["level"],
            sources=sources,
            amounts=amounts,
            # An amount is placed by the year, its own part of the year in the sum.
            period=_period(slots, before) if not slots.amounts or before.answer == "convert" else None,
            directions=slots.directions or before.directions,
            excluded=tuple(dict.fromkeys((*before.excluded, *slots.excluded))),
            gaps=tuple(dict.fromkeys(gaps)),
        )

    def _are_silent(self, names: dict[str, tuple[str, ...]]) -> bool:
        """Whether none of the sources has a figure of any of the roles, though both have some."""
        main = self.knowledge.main_role
        reporting = {
            figure.source
            for role in names["role"] or (main,)
            for figure in (self.knowledge.averages(role) if role == main else self.knowledge.role(role).figures)
        }
        return bool(names["source"]) and reporting.isdisjoint(names["source"])

    def _query(self, merged: Slots, before: Query, named: frozenset[Part]) -> Query | NotCovered:
        answer = _answer(merged, before, named)
        intent = self._intent(answer, before)
        lacking = refusal(merged, intent, self.knowledge)
        if lacking:
            return NotCovered(gaps=lacking, mentions=merged.reading.mentions, confidence=BARE_NAME, asked=True)
        starts = answer == "pay" and "start" in merged.directions and not (merged.levels or merged.companies)
        return Query(
            answer=answer,
            intent=intent.id,
            companies=merged.companies,
            excluded=merged.excluded,
            roles=merged.roles,
            levels=(self.knowledge.vocabulary.levels[0].id,) if starts else merged.levels,
            sources=merged.sources,
            amounts=merged.amounts,
            period=merged.period,
            directions=merged.directions,
            gaps=unsaid(merged, intent, self.knowledge, self.lists),
            mentions=(*merged.reading.mentions, *(m for m in before.mentions if m.kind == "home")),
            confidence=min(before.confidence, BARE_NAME) * corrected(merged.reading),
        )

    def _intent(self, answer: str, before: Query) -> Intent:
        if answer == before.answer and self.knowledge.has("intent", before.intent):
            return self.knowledge.intent(before.intent)
        return intent_of(self.knowledge, answer)


def _old(before: Query, slots: Slots) -> dict[str, tuple[str, ...]]:
    """Return the names of the question before that a fragment goes on with."""
    # The level of a "starting salary" was nobody's words; at a company its range says where pay starts.
    levels = () if "start" in before.directions and slots.companies else before.levels
    roles = before.roles
    stranger = any(gap.kind == "role" for gap in before.gaps)
    if not roles and slots.all_roles and not before.companies and not stranger:
        roles = (slots.main_role,)
    return {"company": before.companies, "role": roles, "level": levels, "source": before.sources}


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


def _lasting(before: Query, slots: Slots) -> Iterator[Gap]:
    """Yield what the question before lacked and this one lacks too."""
    stated = slots.gap_kinds()
    at_home = bool(slots.reading.of("home"))
    for gap in before.gaps:
        replaced = {"company": slots.companies, "role": slots.all_roles, "source": slots.sources}.get(gap.kind)
        # A company without figures that was to be compared is still missing beside a third one.
        stays = (gap.kind == "company" and before.companies) or not replaced
        if gap.kind in stated or (gap.kind == "place" and at_home) or (gap.kind == "grade" and slots.levels):
            continue
        if gap.kind in LASTING or (gap.kind == "average" and before.companies) or (replaced is not None and stays):
            yield gap


def _period(slots: Slots, before: Query) -> Period | None:
    """Return the part of the year to tell pay by; a fragment may go back to the year."""
    return slots.period if slots.reading.of("period") else before.period


def _answer(merged: Slots, before: Query, named: frozenset[Part]) -> str:
    """Decide on the kind of answer anew, by the rules of a whole question."""
    if before.answer in ("pay", "compare"):
        return _paid(merged, before, named)
    if before.answer == "rank_companies" and len(merged.companies) == 1:
        return "pay"
    if before.answer == "ladder" and "amount" not in named and "level" in named:
        return "pay"
    return "pay" if (before.answer, *named) == ("rank_sources", "source") else before.answer


def _paid(merged: Slots, before: Query, named: frozenset[Part]) -> str:
    if "direction" in named:
        starts = merged.directions == ("start",) and not merged.companies
        return "pay" if len(merged.companies) == 1 or starts else "rank_companies"
    if "amount" in named:
        return "offer"
    if before.answer == "pay" and len(before.companies) > 1 and "company" not in named:
        return "pay"  # those of a group, told one by one
    return answer_kind("pay", merged)


def accepts(before: Query, named: frozenset[Part]) -> bool:
    """Whether the kind of question before can be narrowed by what a fragment names."""
    return before.answer in FIGURES and named - {"limit", "home"} <= SPECS[before.answer].follow_up
