"""Every kind of answer, each a function (Query, Phrasebook) -> Answer; ANSWERS lists them, `answer_of` calls them."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.answers.capabilities import restrict
from bot.core.answers.compare import compare
from bot.core.answers.explain import employers, sources, topic, who_says
from bot.core.answers.not_covered import missing
from bot.core.answers.offer import convert, offer
from bot.core.answers.pay import ladder, pay
from bot.core.answers.phrasebook import Phrasebook, read_as
from bot.core.answers.rank import rank_companies, rank_sources
from bot.core.answers.social import about, greeting, help_, thanks
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Answer, Decision, Query, Refusal

__all__ = ["ANSWERS", "Phrasebook", "answer_of"]

ANSWERS: dict[str, Callable[[Query, Phrasebook], Answer]] = {
    "about": about,
    "compare": compare,
    "convert": convert,
    "employers": employers,
    "greeting": greeting,
    "help": help_,
    "ladder": ladder,
    "offer": offer,
    "pay": pay,
    "rank_companies": rank_companies,
    "rank_sources": rank_sources,
    "sources": sources,
    "thanks": thanks,
    "topic": topic,
    "who_says": who_says,
}


def answer_of(query: Decision, phrases: Phrasebook) -> Answer:
    """Answer a query; what it names and the answer can't use, and what the knowledge base lacks, are gaps of it."""
    if isinstance(query, Refusal):
        return missing(query, phrases)
    usable, lacking = restrict(query, phrases)
    answer = ANSWERS[usable.answer](usable, phrases)
    if query.brief and SPECS[query.answer].family == "figures":
        answer = replace(answer, blocks=(), said_by=answer.sources)
    gaps = tuple(dict.fromkeys((*answer.gaps, *phrases.gap_lines((*lacking, *query.gaps)))))
    first = replace(
        answer,
        status="partial" if gaps and answer.status == "answered" else answer.status,
        gaps=gaps,
        read_as="" if SPECS[query.answer].family == "social" else read_as(usable, phrases),
        intent=query.intent or query.answer,
        rule=query.rule,
        confidence=query.confidence,
        asked=query.asked,
        mentions=query.mentions,
    )
    return first if usable.then is None else _joined(first, answer_of(usable.then, phrases))


def _joined(first: Answer, second: Answer) -> Answer:
    """Put the answers to two parts of one question into one."""
    return replace(
        first,
        status="answered" if first.status == second.status == "answered" else "partial",
        title=f"{first.title}; {second.title}",
        headline=f"{first.headline} {second.headline}",
        blocks=(*first.blocks, *second.blocks),
        gaps=tuple(dict.fromkeys((*first.gaps, *second.gaps))),
        caveats=tuple(dict.fromkeys((*first.caveats, *second.caveats))),
        said_by=(*first.said_by, *second.said_by),
        read_as=f"{first.read_as}; {second.read_as}",
        confidence=min(first.confidence, second.confidence),
        mentions=(*first.mentions, *second.mentions),
    )
