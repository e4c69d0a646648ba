"""Answers without figures: what is not on file, what was perhaps meant, what is no question for this bot."""

from __future__ import annotations

from bot.core.answers.wording import gap_lines
from bot.core.dialogue import Answer, Gap, Unclear
from bot.core.knowledge import Knowledge
from bot.core.text import listing

_INSTEAD = {
    "company": ("which companies do you know?", "average ML engineer salary"),
    "role": ("ML engineer salary", "AI engineer salary", "data scientist salary"),
    "place": ("average ML engineer salary", "what does pay depend on?"),
}
MOST_LISTED = 10
_FIELDS = {
    "field_amount_missing": "Amount: give pay in dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour.",
    "field_amount": 'Amount: I can\'t read "{said}"; give dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour.',
    "field_amounts": 'Amount: "{said}" holds several; give one amount, or one range such as 150-180k.',
    "field_amount_two_ways": 'Amount: "{said}" can be read in two ways; write it like 150,000 or 150k.',
    "field_amount_period": 'Amount: for what time is "{said}"? Write it like 150k, 12.5k/month or $70 an hour.',
    "field_amount_odd": 'Amount: "{said}" is no pay that I can place; give dollars, such as 150k or $70 an hour.',
    "field_company": 'Company: I have no figures for "{said}"; give one company on file, such as {companies}.',
    "field_years": 'Years: I can\'t read "{said}"; give years of experience, such as 5 or 7+.',
    "field_level": 'Level: I don\'t know "{said}"; give one of {levels}.',
    "field_contradiction": "Years and level: they contradict each other ({said}); give one of the two.",
}
_ANY = ("average ML engineer salary", "which companies do you know?", "help")


def missing(unclear: Unclear, known: Knowledge) -> Answer:
    """Turn a text that gets no figures into an answer that says so."""
    wrong = tuple(gap for gap in unclear.gaps if gap.kind in _FIELDS)
    if wrong:
        return _wrong_fields(unclear, wrong, known)
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


def _wrong_fields(unclear: Unclear, wrong: tuple[Gap, ...], known: Knowledge) -> Answer:
    """Say of each field of a form what is wrong with it, and what may stand there."""
    companies = [company.name for company in known.companies[:MOST_LISTED]]
    parts = {
        "companies": listing(companies, "or"),
        "levels": listing([level.aliases[0] for level in known.vocabulary.levels], "or"),
    }
    lines = tuple(_FIELDS[gap.kind].format(said=gap.name, **parts) for gap in wrong)
    return _answer(unclear, "I can't read that offer", lines[0], lines[1:])


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
