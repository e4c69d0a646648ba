"""Answers without figures: what is not on file, what was perhaps meant, what is no question for this bot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.answers.pay import pay
from bot.core.model.dialogue import Answer, Gap, GapKind, NotCovered, Points, Query, Refusal, Suggestion, Text
from bot.core.model.language import OR
from bot.core.phrases.phrasebook import Phrasebook, pay_of
from bot.core.text.formatting import in_sentence

MOST_LISTED, MOST_ROLES = 10, 2
# What somebody is offered who asked about something else.
FIRST = 2


def missing(refusal: Refusal, phrases: Phrasebook) -> Answer:
    """Turn a text that gets no figures into an answer that says so."""
    wrong = tuple(gap for gap in refusal.gaps if gap.kind.of_field)
    if wrong:
        return _wrong_fields(refusal, wrong, phrases)
    if refusal.status == "clarify":
        return _ask_back(refusal, phrases)
    if refusal.status == "off_topic":
        # For translators: say here too that questions have to be asked in English.
        headline = phrases.say(
            "That's beyond me. I only know {field} pay.", field=phrases.say(phrases.knowledge.main_field)
        )
        return _answer(refusal, phrases.say("Not about pay"), headline, (), phrases.suggestions(FIRST))
    lines = phrases.gap_lines(refusal.gaps)
    headline = lines[0] if lines else phrases.say("I have no figures for that.")
    if not lines and refusal.reason:
        subject = phrases.say(in_sentence(refusal.reason))
        headline = phrases.say("I have no figures on that: {subject}.", subject=subject)
    kind = refusal.gaps[0].kind if refusal.gaps else None
    suggestions = tuple(map(Suggestion, refusal.suggestions)) or _instead(kind, phrases)
    refused = _answer(refusal, phrases.say("No figures"), headline, lines[1:], suggestions)
    general = refusal.beside if isinstance(refusal, NotCovered) else None
    return replace(refused, **_beside(general, phrases)) if general else refused


def _beside(query: Query, phrases: Phrasebook) -> dict[str, Any]:
    """Return what is nearest, clearly apart, with its sources and caveats; the figures themselves are no answer."""
    general = pay(query, phrases)
    apart = Text(phrases.say("In general: {answer}", answer=general.headline))
    sums = tuple(phrases.labeled(row) + f": {row.working}" for row in general.rows if row.working)
    return {
        "also": (apart,),
        "details": (Points(sums),) if sums else (),
        "cited": general.cited,
        "caveats": general.caveats,
        "text_sources": general.sources,
    }


def _instead(kind: GapKind | None, phrases: Phrasebook) -> tuple[Suggestion, ...]:
    """Suggest questions that have figures; in English, which is what the bot reads."""
    knowledge, say, questions = phrases.knowledge, phrases.say, phrases.knowledge.about.questions
    main = knowledge.role(knowledge.main_role).short
    average = Suggestion(questions.average.format(name=main), say("Average pay"))
    companies = Suggestion(questions.companies, say("The companies"))
    match kind:
        case GapKind.COMPANY:
            return (companies, average)
        case GapKind.ROLE:
            roles = sorted(knowledge.roles, key=lambda role: role.id != knowledge.main_role)
            return tuple(pay_of(role, phrases) for role in roles[:MOST_ROLES])
        case GapKind.PLACE:
            return (average, Suggestion(questions.factors, say("What pay depends on")))
        case _:
            return (average, companies, Suggestion(questions.help, say("Help")))


def _wrong_fields(refusal: Refusal, wrong: tuple[Gap, ...], phrases: Phrasebook) -> Answer:
    """Say of each field of a form what is wrong with it, and what may stand there."""
    companies = phrases.listing([company.name for company in phrases.knowledge.companies[:MOST_LISTED]], OR)
    levels = phrases.listing([level.aliases[0] for level in phrases.knowledge.vocabulary.levels], OR)
    lines = tuple(phrases.say(gap.kind.sentence, text=gap.name, companies=companies, levels=levels) for gap in wrong)
    return _answer(refusal, phrases.say("I can't read that offer"), lines[0], lines[1:])


def _ask_back(refusal: Refusal, phrases: Phrasebook) -> Answer:
    say = phrases.say
    puzzled = say("I'm not sure what you mean.")
    question = say("Perhaps one of these?") if len(refusal.suggestions) > 1 else say("Perhaps this?")
    gaps, meant = phrases.gap_lines(refusal.gaps), tuple(map(Suggestion, refusal.suggestions))
    if any(gap.kind == GapKind.COMPARED_WITH for gap in refusal.gaps):
        return _answer(refusal, say("Compared with what?"), gaps[0], gaps[1:], meant)
    return _answer(refusal, say("Did you mean ...?"), f"{puzzled} {question}", gaps, meant)


def _answer(
    refusal: Refusal, title: str, headline: str, gaps: tuple[str, ...], suggestions: tuple[Suggestion, ...] = ()
) -> Answer:
    return Answer(
        status=refusal.status,
        title=title,
        headline=headline,
        gaps=gaps,
        suggestions=suggestions,
        confidence=refusal.confidence,
        asked=refusal.asked,
        rule=refusal.rule,
        mentions=refusal.mentions,
    )
