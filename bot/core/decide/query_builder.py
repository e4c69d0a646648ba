"""Turn a decision to answer into a query: which answer, about whom, and as gaps what the answer can't honor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from bot.core.decide.coverage import name_of, unsaid
from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.speech_acts import (
    asks_for_a_sum,
    asks_for_all,
    asks_how_much_more,
    compares_with_average,
    is_asked,
    is_extreme,
    is_ranked,
    wants_a_line,
)
from bot.core.decide.word_effects import FIGURES
from bot.core.model.answer_specs import AnswerKind
from bot.core.model.dialogue import PARTS, Amount, Gap, GapKind, Query
from bot.core.model.knowledge import Intent, Knowledge, figures_named, is_of_document
from bot.core.nlu.slots import LEAST_SALARY, MOST_SENSIBLE, Slots, WordLists
from bot.core.text import formatting

# What leaves a word open, or a name that stands on no list, is never so sure that it would be said unasked.
NOT_ALL_READ = 0.85
# So many offers are placed one behind the other.
MOST_OFFERS = 3


class QueryBuilder:
    """Builds queries on one knowledge base."""

    def __init__(self, knowledge: Knowledge, lists: WordLists) -> None:
        self._knowledge = knowledge
        self._lists = lists

    def build(self, slots: Slots, intent: Intent, confidence: float, unread: tuple[str, ...]) -> Query:
        """Return the query for an intent and what a text names; `unread` are the words no account is taken of."""
        knowledge = self._knowledge
        intent = self.meant(intent, slots)
        answer, companies, levels = self._kind(intent, slots)
        asked_in = next((a.period for a in slots.amounts if a.period and answer != "offer"), None)
        gaps: tuple[Gap, ...] = ()
        if intent.answer not in SOCIAL:
            gaps = (*self._gaps(intent, answer, slots), *((Gap(kind=GapKind.UNREAD, name=""),) if unread else ()))
        if any(gap.kind == GapKind.UNREAD for gap in gaps) or any(not m.listed for m in slots.reading.mentions):
            confidence *= NOT_ALL_READ
        query = Query(
            answer=answer,
            intent=intent.id,
            topic=intent.topic if answer == "topic" else None,
            companies=companies,
            excluded=slots.excluded,
            roles=tuple(role for role in self._roles(answer, slots) if knowledge.has("role", role)),
            levels=levels,
            sources=slots.sources,
            amounts=slots.amounts,
            period=slots.period or asked_in,
            directions=slots.directions,
            gaps=gaps,
            mentions=slots.reading.mentions,
            confidence=confidence,
            asked=is_asked(slots, self._lists),
            then=_also(slots, answer),
            brief=wants_a_line(slots, self._lists),
        )
        # An amount may be another employer's, or the rent: only as many companies as amounts leave no doubt.
        doubt = any(gap.kind == GapKind.COMPANY for gap in slots.gaps) or len(slots.companies) != len(slots.amounts)
        if answer == "compare" and len(companies) > 1 and asks_for_a_sum(slots, self._lists):
            return _sum(query)
        several = answer == "offer" and 1 < len(slots.amounts) <= MOST_OFFERS
        return _each_offer(query) if several and not doubt else query

    def _roles(self, answer: str, slots: Slots) -> tuple[str, ...]:
        """Return the roles that an answer is about; how much more another one earns is held against the main one."""
        more = answer == "compare" and len(slots.all_roles) == 1 and asks_how_much_more(slots, self._lists)
        return (*slots.all_roles, *((slots.main_role,) if more and slots.other_roles else ()))

    def meant(self, intent: Intent, slots: Slots) -> Intent:
        """Return the intent that the names turn another one into."""
        whose = slots.companies or slots.levels
        if intent.answer == "who_says" and slots.sources and not whose:
            return intent_of(self._knowledge, "pay")  # "the number that PayScale has"
        if intent.answer == "rank_sources" and len(slots.sources) == 1 and not slots.directions:
            return intent_of(self._knowledge, "pay")  # "average by PayScale"
        if intent.answer == "sources" and slots.other_roles:
            return intent_of(self._knowledge, "who_says")  # "who is the AI engineer salary from"
        if intent.answer == "employers" and slots.directions:
            return intent_of(self._knowledge, "rank_companies")  # "which company offers the highest maximum"
        if intent.answer == "compare" and slots.amounts and slots.most <= 1:
            return intent_of(self._knowledge, "offer")  # "can mid-level mles make more than 140k"
        return intent_of(self._knowledge, "compare") if self._compares_roles(intent, slots) else intent

    def _compares_roles(self, intent: Intent, slots: Slots) -> bool:
        """Whether roles are held against each other: "which role pays most", "do ai engineers really earn more"."""
        if intent.answer == "rank_companies":
            return len(slots.roles) > 1 and not slots.companies
        if intent.topic is None or len(slots.all_roles) < 2:  # noqa: PLR2004
            return False
        figures = self._knowledge.topic(intent.topic).figures
        return len({self._knowledge.figure(key).role for key in figures}) > 1

    def _kind(self, intent: Intent, slots: Slots) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Return the kind of answer, and the companies and levels that it is about."""
        answer, companies = answer_kind(intent.answer, slots), slots.companies
        if intent.of_figures and self._are_others(slots):
            return "provenance", companies, slots.levels
        if answer == "pay" and is_extreme(slots, self._lists):
            answer = "rank_companies"
        if answer == "rank_companies" and slots.directions == ("widest",) and len(companies) == 1 and not slots.than:
            answer = "pay"  # one company's range, from start to top
        if answer == "ladder" and len(slots.levels) == 2 and not slots.amounts:  # noqa: PLR2004
            # "from fresher to senior" by how much, unless "the whole ladder" is asked for.
            answer = "ladder" if asks_for_all(slots, self._lists) else "compare"
        levels = _levels(slots, answer, self._knowledge)
        first = self._knowledge.vocabulary.levels[0].id
        counted = any(word.text.isdecimal() for word in slots.reading.words)  # "at 10 years than at 3"
        alone = len(levels) == 1 and first not in levels and not counted
        ahead = alone and asks_how_much_more(slots, self._lists)
        if answer in ("pay", "compare") and ahead and not (companies or slots.other_roles or slots.averaged):
            answer, levels = "compare", (first, *levels)
        other = len(slots.other_roles) == len(slots.all_roles) == 1 and not (companies or levels)
        if answer == "pay" and other and asks_how_much_more(slots, self._lists):
            answer = "compare"  # "how much more do ai engineers make"
        if answer in ("pay", "compare") and _is_elsewhere(slots, self._knowledge):
            # The role's own figures, never those of another role at the company.
            answer, companies = "pay", ()
        return answer, companies, levels

    def _are_others(self, slots: Slots) -> bool:
        """Whether the figures named are other than what the topic says of those of its document."""
        figures = figures_named(self._knowledge, slots.companies, slots.levels, slots.sources, slots.other_roles)
        return not all(is_of_document(figure, self._knowledge) for figure in figures)

    def _gaps(self, intent: Intent, answer: str, slots: Slots) -> Iterator[Gap]:
        knowledge = self._knowledge
        yield from unsaid(slots, intent, knowledge, self._lists)
        if answer == "pay" and _is_elsewhere(slots, knowledge):
            firms = tuple(knowledge.company(key).name for key in slots.companies)
            yield from (Gap(kind=GapKind.PAIR, name=name_of(role, knowledge), at=firms) for role in slots.roles)
        if intent.left_out and intent.topic is not None and answer != "provenance":
            yield Gap(kind=GapKind.LEFT_OUT, name=knowledge.topic(intent.topic).gap or "")


def _sum(query: Query) -> Query:
    """Return the sum of what companies pay, in the place of how they differ."""
    plain = replace(query, answer="pay", intent="pay", directions=(), gaps=(), mentions=(), then=None)
    operands = tuple(replace(plain, companies=(company,)) for company in query.companies)
    return replace(query, answer="calculation", intent="calculation", operation="sum", operands=operands, companies=())


def _each_offer(query: Query) -> Query:
    """Return an offer a query, each with its company: "apple 190k and amazon 205k"."""
    offers = [
        replace(query, amounts=(amount,), companies=(company,))
        for amount, company in zip(query.amounts, query.companies, strict=True)
    ]
    first = offers.pop()
    while offers:
        first = replace(offers.pop(), then=first)
    return first


def _is_elsewhere(slots: Slots, knowledge: Knowledge) -> bool:
    """Whether a role is named that has figures, but none at the companies named."""
    others = slots.other_roles
    if not (slots.companies and others) or slots.main_role in slots.all_roles:
        return False
    at = knowledge.figures_at
    return not any(at(company, others, slots.levels) for company in slots.companies)


def _levels(slots: Slots, answer: str, knowledge: Knowledge) -> tuple[str, ...]:
    if answer == "pay" and "start" in slots.directions and not slots.levels and not slots.companies:
        # A "starting salary" without a company is what a fresher gets.
        return (knowledge.vocabulary.levels[0].id,)
    return slots.levels


def intent_of(knowledge: Knowledge, answer: str) -> Intent:
    """Return the intent with a kind of answer, a bare one where the knowledge base has none."""
    bare = Intent(id=answer, title=answer, answer=cast("AnswerKind", answer), examples=(), about=(knowledge.main_role,))
    return knowledge.intent_of(answer) or bare


def answer_kind(answer: str, slots: Slots) -> str:
    """Let the names decide between telling and comparing: "apple msft mle pay" compares whatever the words say."""
    if slots.amounts and "reach" in slots.kinds and answer in FIGURES:
        return "ladder"
    if slots.amounts and slots.period and answer in FIGURES:
        return "pay" if slots.levels or slots.companies else "convert"
    if answer == "pay" and slots.amounts:
        return "offer"
    if answer == "pay" and not slots.group and slots.most > 1:
        return "compare"
    # "who pays least among google, apple and amazon"
    least = len(slots.companies) > 2 and "lowest" in slots.directions  # noqa: PLR2004
    if answer == "compare" and (least or is_ranked(slots)):
        return "rank_companies"
    return "rank_companies" if answer == "compare" and slots.group else answer


def _also(slots: Slots, answer: str) -> Query | None:
    """Return what a question asks for beside its answer: the amount told by a part of the year, the average."""
    if answer == "pay" and slots.amounts and slots.period is not None:
        return Query(answer="convert", amounts=slots.amounts, period=slots.period)
    if answer in ("pay", "compare") and len(slots.companies) == 1 and slots.averaged and slots.held_against:
        return Query(answer="pay", period=slots.period)
    if answer in ("pay", "compare") and compares_with_average(slots, asked=answer == "compare"):
        return Query(answer="pay", period=slots.period)
    return None


def doubts(slots: Slots, intent: Intent, knowledge: Knowledge, lists: WordLists) -> tuple[str, ...]:
    """Return what to ask back instead of answering; mostly nothing.

    "150k per month?" may ask for a year's 150k by the month; "15k good at google per month" tells of 15k a month.
    """
    amount = slots.amounts[0] if len(slots.amounts) == 1 else None
    if amount is None or amount.currency != "USD":
        return ()
    plain, questions = lists.filler | lists.questions, knowledge.about.questions
    if _is_huge(amount) and not slots.named and not slots.reading.of("period") and plain.issuperset(slots.stems):
        amount_as_typed = {"amount": _typed(amount), "period": amount.period}
        return questions.converted.format(**amount_as_typed), questions.is_good.format(**amount_as_typed)
    apart = amount.period is None and intent.answer == "offer" and (slots.companies or slots.levels)
    if apart and slots.period is not None and amount.high * PARTS[slots.period] <= MOST_SENSIBLE:
        whose = "".join(_whose(slots, knowledge))
        periods = (slots.period, "year") if amount.low >= LEAST_SALARY else (slots.period,)
        typed = _typed(amount)
        return tuple(questions.is_good.format(amount=typed, period=period) + whose for period in periods)
    return ()


def _is_huge(amount: Amount) -> bool:
    return amount.period not in (None, "year") and amount.high * PARTS[amount.period] > MOST_SENSIBLE


def _typed(amount: Amount) -> str:
    return formatting.money(amount.low) if amount.low == amount.high else f"${amount.low:,.0f}-{amount.high:,.0f}"


def _whose(slots: Slots, knowledge: Knowledge) -> Iterator[str]:
    questions = knowledge.about.questions
    yield from (questions.at.format(name=knowledge.company(company).name) for company in slots.companies[:1])
    yield from (questions.of_level.format(name=knowledge.level(level).aliases[0]) for level in slots.levels[:1])
