"""Answers without figures: what is not on file, what was perhaps meant, what is no question for this bot."""

from __future__ import annotations

from bot.core.answers.wording import gap_lines
from bot.core.dialogue import Answer, Unclear
from bot.core.knowledge import Knowledge

_INSTEAD = {
    "company": ("which companies do you know?", "average ML engineer salary"),
    "role": ("ML engineer salary", "AI engineer salary", "data scientist salary"),
    "place": ("average ML engineer salary", "what does pay depend on?"),
}
_ANY = ("average ML engineer salary", "which companies do you know?", "help")


def missing(unclear: Unclear, known: Knowledge) -> Answer:
    """Turn a text that gets no figures into an answer that says so."""
    del known
    if unclear.status == "clarify":
        return _ask_back(unclear)
    if unclear.status == "off_topic":
        headline = 'I only know machine learning pay. Say "help" for what you can ask.'
        return _answer(unclear, "Not about pay", headline, ())
    lines = gap_lines(unclear.gaps)
    headline = lines[0] if lines else "I have no figures for that."
    if not lines and unclear.reason:
        headline = f"I have no figures on that: {unclear.reason[:1].lower()}{unclear.reason[1:]}."
    kind = unclear.gaps[0].kind if unclear.gaps else ""
    return _answer(unclear, "No figures", headline, lines[1:], unclear.suggestions or _INSTEAD.get(kind, _ANY))


def _ask_back(unclear: Unclear) -> Answer:
    puzzled = f"I'm not sure about {_quoted(unclear.reason)}." if unclear.reason else "I'm not sure what you mean."
    return _answer(
        unclear,
        "Did you mean ...?",
        f"{puzzled} Perhaps one of these?" if len(unclear.suggestions) > 1 else f"{puzzled} Perhaps this?",
        gap_lines(unclear.gaps),
        unclear.suggestions,
    )


def _quoted(words: str) -> str:
    return f'"{words[:60]}"'


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
