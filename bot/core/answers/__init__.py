"""Every kind of answer, each a function (Query, Phrasebook) -> Answer; ANSWERS lists them, `answer_of` calls them."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.answers.calculation import calculation
from bot.core.answers.capabilities import NAMES, restrict
from bot.core.answers.compare import against_average, compare
from bot.core.answers.explain import employers, provenance, sources, topic, who_says
from bot.core.answers.lookup import lookup
from bot.core.answers.not_covered import missing
from bot.core.answers.offer import convert, offer
from bot.core.answers.pay import ladder, pay
from bot.core.answers.rank import rank_companies, rank_sources
from bot.core.answers.social import about, greeting, help_, misread, thanks
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Answer, Decision, Query, Refusal, Row, Table
from bot.core.phrases.phrasebook import Phrasebook, read_as

__all__ = ["ANSWERS", "Phrasebook", "answer_of"]

ANSWERS: dict[str, Callable[[Query, Phrasebook], Answer]] = {
    "about": about,
    "calculation": calculation,
    "compare": compare,
    "convert": convert,
    "employers": employers,
    "greeting": greeting,
    "help": help_,
    "ladder": ladder,
    "lookup": lookup,
    "misread": misread,
    "offer": offer,
    "pay": pay,
    "provenance": provenance,
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
        refused = missing(query, phrases)
        return replace(refused, credit=phrases.credit_line(refused.cited), language=phrases.language)
    usable, lacking = restrict(query, phrases)
    answer = ANSWERS[usable.answer](usable, phrases)
    if query.brief and SPECS[query.answer].family == "figures" and query.answer != "compare":  # which needs both sides
        answer = replace(answer, also=(), shown=(), cited=_cited(answer))
    gaps = tuple(
        dict.fromkeys((*answer.gaps, *phrases.gap_lines((*lacking, *query.gaps), beside=bool(query.companies))))
    )
    single = replace(
        answer,
        status="partial" if gaps and answer.status == "answered" else answer.status,
        gaps=gaps,
        credit=() if usable.then is not None else _credit(answer, phrases),
        obvious=_is_obvious(query),
        read_as="" if SPECS[query.answer].family == "social" else _read_as(usable, phrases),
        intent=query.intent or query.answer,
        rule=query.rule,
        confidence=query.confidence,
        asked=query.asked,
        mentions=query.mentions,
        language=phrases.language,
    )
    if usable.then is None:
        return single
    both = _joined(single, _beside(single, usable.then, phrases))
    return replace(both, credit=_credit(both, phrases))


def _credit(answer: Answer, phrases: Phrasebook) -> tuple[str, ...]:
    return phrases.credit_line(_cited(answer), answer.text_sources, answer.limits)


def _beside(first: Answer, then: Query, phrases: Phrasebook) -> Answer:
    """Answer the second part of a question; where that is the average, say which of the two is more."""
    second = answer_of(then, phrases)
    if then.answer != "pay" or any(getattr(then, part) for part in (*NAMES, "amounts")) or not _cited(first):
        return second
    verdict = against_average(_cited(first), _cited(second)[0], phrases)
    return replace(second, headline=f"{second.headline} {verdict}") if verdict else second


def _read_as(query: Query, phrases: Phrasebook) -> str:
    """Say how a question was read, and whether something of it is from the question before."""
    what = read_as(query, phrases)
    return phrases.say("{what}, as in your last question", what=what) if what and query.carried else what


def _cited(answer: Answer) -> tuple[Row, ...]:
    """Return the figures of a message that the small print gives the sources of."""
    return answer.cited or answer.shown


def _is_obvious(query: Query) -> bool:
    """Whether all that a question names stands in the text as such, nothing of it mended, mapped or gone on with.

    An answer in words to a question that names nothing is its own subject: its title would only repeat that.
    """
    if SPECS[query.answer].family == "words" and not any(getattr(query, part) for part in NAMES):
        return True
    if query.lookup is not None:
        return True  # its sentence names whom it is about
    named = {mention.id for mention in query.mentions}
    mapped = bool(query.mentions) and not {*query.companies, *query.levels, *query.sources} <= named
    return not (query.guessed or mapped or any(not mention.exact for mention in query.mentions))


def _is_part_of(first: Answer, second: Answer) -> bool:
    """Whether a figure of one answer is among the details of another: one source's, and the mean of all."""
    figures = {(row.sources, row.value) for row in _cited(first) if row.value is not None}
    rows = (row for block in second.details if isinstance(block, Table) for row in block.rows)
    return any((row.sources, row.value) in figures for row in rows)


def _joined(first: Answer, second: Answer) -> Answer:
    """Put the answers to two parts of one question into one."""
    return replace(
        first,
        status="answered" if first.status == second.status == "answered" else "partial",
        title=f"{first.title}; {second.title}",
        headline=f"{first.headline} {second.headline}",
        listed=f"{first.listed or first.headline} {second.listed or second.headline}",
        # What an average spreads over is not told again beside one of its figures.
        also=(*first.also, *(() if _is_part_of(first, second) else second.also)),
        shown=tuple(dict.fromkeys((*first.shown, *second.shown))),
        details=(*first.details, *second.details),
        gaps=tuple(dict.fromkeys((*first.gaps, *second.gaps))),
        caveats=tuple(dict.fromkeys((*first.caveats, *second.caveats))),
        cited=(*_cited(first), *_cited(second)),
        limits=tuple(dict.fromkeys((*first.limits, *second.limits))),
        text_sources=tuple(dict.fromkeys((*first.text_sources, *second.text_sources))),
        read_as=f"{first.read_as}; {second.read_as}",
        obvious=first.obvious and second.obvious,
        confidence=min(first.confidence, second.confidence),
        mentions=(*first.mentions, *second.mentions),
    )
