"""Answers without figures: what is not on file, what was perhaps meant, what is no question for this bot."""

from __future__ import annotations

from bot.core.answers.wording import gap_lines
from bot.core.dialogue import Answer, Unclear
from bot.core.knowledge import Knowledge
from bot.core.language import Language
from bot.core.text import in_sentence

_INSTEAD = {
    "company": ("which companies do you know?", "average ML engineer salary"),
    "role": ("ML engineer salary", "AI engineer salary", "data scientist salary"),
    "place": ("average ML engineer salary", "what does pay depend on?"),
}
_ANY = ("average ML engineer salary", "which companies do you know?", "help")
MOST_QUOTED = 60


def missing(unclear: Unclear, known: Knowledge, language: Language) -> Answer:
    """Turn a text that gets no figures into an answer that says so."""
    del known
    if unclear.status == "clarify":
        return _ask_back(unclear, language)
    if unclear.status == "off_topic":
        headline = language.say('I only know machine learning pay. Say "help" for what you can ask.')
        return _answer(unclear, language.say("Not about pay"), headline, ())
    lines = gap_lines(unclear.gaps, language)
    headline = lines[0] if lines else language.say("I have no figures for that.")
    if not lines and unclear.reason:
        subject = language.say(in_sentence(unclear.reason))
        headline = language.say("I have no figures on that: {subject}.", subject=subject)
    kind = unclear.gaps[0].kind if unclear.gaps else ""
    suggestions = unclear.suggestions or _INSTEAD.get(kind, _ANY)
    return _answer(unclear, language.say("No figures"), headline, lines[1:], suggestions)


def _ask_back(unclear: Unclear, language: Language) -> Answer:
    say = language.say
    words = unclear.reason[:MOST_QUOTED]
    puzzled = say('I\'m not sure about "{words}".', words=words) if words else say("I'm not sure what you mean.")
    question = say("Perhaps one of these?") if len(unclear.suggestions) > 1 else say("Perhaps this?")
    gaps = gap_lines(unclear.gaps, language)
    return _answer(unclear, say("Did you mean ...?"), f"{puzzled} {question}", gaps, unclear.suggestions)


def _answer(
    unclear: Unclear, title: str, headline: str, gaps: tuple[str, ...], suggestions: tuple[str, ...] = ()
) -> Answer:
    return Answer(
        status=unclear.status,
        title=title,
        headline=headline,
        gaps=gaps,
        suggestions=suggestions,
        confidence=unclear.confidence,
        asked=unclear.asked,
        mentions=unclear.mentions,
    )
