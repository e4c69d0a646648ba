"""Says why a question that was understood has no answer here: the part of it that the knowledge base lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Gap, GapKind
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.slots import Slots, WordLists
from bot.core.text import inflection

_YEAR_SPAN = re.compile(r"\b(\d{2})(\d{2})(?:[-\u2013](?:\1)?(\d{2}))?\b")
# Between "my" and the word for pay there are hardly more words than these: "my current base salary".
LONGEST_OWN = 4
STRANGERS = frozenset({"role", "company", "source"})


def refusal(slots: Slots, intent: Intent, knowledge: Knowledge) -> tuple[Gap, ...]:
    """Return what makes the question unanswerable, or nothing where at least a part can be answered."""
    # An amount in another currency is held against nothing; pay asked for in one is told in dollars, and that said.
    foreign = {amount.currency for amount in slots.amounts} - {"USD"}
    unsplit = {"employment", "currency"} if foreign and intent.topic is None else {"employment"}
    general = [gap for gap in slots.gaps if gap.kind in unsplit or _foreign_year(gap, knowledge)]
    if general:
        return tuple(general)
    if intent.answer in FIGURES or intent.answer == "who_says":
        return tuple(_without_figures(slots, intent, knowledge))
    return tuple(_without_words(slots, intent, knowledge))


def _without_figures(slots: Slots, intent: Intent, knowledge: Knowledge) -> Iterator[Gap]:
    gaps = {kind: [gap for gap in slots.gaps if gap.kind == kind] for kind in slots.gap_kinds()}
    others = slots.other_roles
    if "role" in gaps and (not slots.all_roles or slots.companies):
        yield from gaps["role"]
    for role in others:
        if role not in intent.about:
            yield Gap(kind=GapKind.ONLY_MAIN_ROLE, name=name_of(role, knowledge))
        elif len(slots.levels) > 1 and len(slots.all_roles) == 1:
            yield Gap(kind=GapKind.LEVEL, name=name_of(role, knowledge))
    if not slots.companies:
        for kind in ("company", "place", "grade"):
            yield from gaps.get(kind, ())
    if not slots.sources:
        yield from gaps.get("source", ())


def _without_words(slots: Slots, intent: Intent, knowledge: Knowledge) -> Iterator[Gap]:
    topic_names = knowledge.topic(intent.topic).names if intent.topic is not None else ()
    covered = set(slots.all_roles) & set(intent.about)
    strangers = [gap for gap in slots.gaps if gap.kind in STRANGERS and gap.name not in topic_names]
    if slots.all_roles and not covered and slots.kinds.isdisjoint(intent.near):
        for role in slots.all_roles:
            yield Gap(kind=GapKind.ONLY_MAIN_ROLE, name=name_of(role, knowledge))
    if strangers and not covered:
        yield from strangers
    if intent.topic is None or knowledge.topic(intent.topic).figures:
        # Words hold anywhere, but figures are not split by place.
        yield from (gap for gap in slots.gaps if gap.kind == "place")


def _years(date: str | None) -> tuple[int, ...]:
    r"""Return the years that a date names.

    >>> _years("about 2021-22"), _years("about 2021\N{EN DASH}22")
    ((2021, 2022), (2021, 2022))
    """
    spans = _YEAR_SPAN.findall(date or "")
    return tuple(int(f"{century}{year}") for century, *years in spans for year in years if year)


def _foreign_year(gap: Gap, knowledge: Knowledge) -> bool:
    """Whether a year is named outside the span of the article: its own date and those of its figures."""
    if gap.kind != "date":
        return False
    years = [int(part) for part in gap.name.replace("-", " ").split() if part.isdecimal()]
    periods = (figure.period for role in knowledge.roles for figure in role.figures)
    span = [year for date in (knowledge.document.date, *periods) for year in _years(date)]
    return any(not span or not min(span) <= year <= max(span) for year in years)


def unsaid(slots: Slots, intent: Intent, knowledge: Knowledge, lists: WordLists) -> tuple[Gap, ...]:
    """Return what the answer has to say it does not cover."""
    topic_names = knowledge.topic(intent.topic).names if intent.topic is not None else ()
    # What a company's figure is: "median" is no gap where a median is on file.
    there = {figure.basis for company in slots.companies for figure in knowledge.company(company).figures}
    gaps = [gap for gap in slots.gaps if gap.name not in (*topic_names, *there) and not is_of_article(gap, knowledge)]
    shares = [word.text for word in slots.reading.loose if inflection.stem(word.text) in lists.shares]
    if shares and intent.answer in ("pay", "compare") and max(len(slots.companies), len(slots.all_roles)) > 1:
        gaps.append(Gap(kind=GapKind.STATISTIC, name=shares[0]))
    if slots.companies and "average" not in there and slots.averaged and intent.answer in ("pay", "compare"):
        gaps.append(Gap(kind=GapKind.AVERAGE, name=""))
    if intent.topic is None:
        return tuple(gaps)
    if any(knowledge.figure(key).period != "year" for key in knowledge.topic(intent.topic).figures):
        # The figure has a span of its own ("2021-2028"), which the answer tells.
        gaps = [gap for gap in gaps if gap.kind != "date"]
    if slots.companies and "company" not in intent.takes and not slots.group:
        gaps += [Gap(kind=GapKind.TOPIC_COMPANY, name=knowledge.company(company).name) for company in slots.companies]
    others = [role for role in slots.all_roles if role not in intent.about]
    return (*gaps, *(Gap(kind=GapKind.ONLY_MAIN_ROLE, name=name_of(role, knowledge)) for role in others))


def is_of_article(gap: Gap, knowledge: Knowledge) -> bool:
    """Whether a gap is only the year that the article's figures are from."""
    return gap.kind == GapKind.DATE and gap.name in map(str, _years(knowledge.document.date))


def is_own_pay(slots: Slots, lists: WordLists) -> bool:
    """Whether people ask what they themselves are paid, which nobody here can know."""
    words = [word.text for word in slots.reading.words]
    if not lists.own.isdisjoint(pairwise(words)):
        return True
    # "my salary", but not "with just my degree".
    own = [n for n, word in enumerate(words) if (word,) in lists.own]
    paid = lists.pay | lists.weak_pay | lists.roles
    return any(inflection.stem(word) in paid for n in own for word in words[n + 1 : n + 1 + LONGEST_OWN])


def name_of(role: str, knowledge: Knowledge) -> str:
    """Name a role's people, or a field, for a sentence."""
    if knowledge.has("role", role):
        return knowledge.role(role).people
    return knowledge.field(role).name if knowledge.has("field", role) else role
