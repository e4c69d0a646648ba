"""Answers without figures: what is not on file, what was perhaps meant, what is no question for this bot."""

from __future__ import annotations

from bot.core.answers.phrases import gap_lines
from bot.core.model.dialogue import Answer, Gap, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import OR, Language, later
from bot.core.text.formatting import in_sentence

_INSTEAD = {
    "company": ("which companies do you know?", "average ML engineer salary"),
    "role": ("ML engineer salary", "AI engineer salary", "data scientist salary"),
    "place": ("average ML engineer salary", "what does pay depend on?"),
}
MOST_LISTED = 10
_FIELDS = {
    "field_amount_missing": later("Amount: give pay in dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour."),
    "field_amount": later(
        'Amount: I can\'t read "{said}"; give dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour.'
    ),
    "field_amounts": later('Amount: "{said}" holds several; give one amount, or one range such as 150-180k.'),
    "field_amount_two_ways": later('Amount: "{said}" can be read in two ways; write it like 150,000 or 150k.'),
    "field_amount_period": later('Amount: for what time is "{said}"? Write it like 150k, 12.5k/month or $70 an hour.'),
    "field_amount_odd": later(
        'Amount: "{said}" is no pay that I can place; give dollars, such as 150k or $70 an hour.'
    ),
    "field_company": later('Company: I have no figures for "{said}"; give one company on file, such as {companies}.'),
    "field_years": later('Years: I can\'t read "{said}"; give years of experience, such as 5 or 7+.'),
    "field_level": later('Level: I don\'t know "{said}"; give one of {levels}.'),
    "field_contradiction": later("Years and level: they contradict each other ({said}); give one of the two."),
}
_ANY = ("average ML engineer salary", "which companies do you know?", "help")
MOST_QUOTED = 60


def missing(unclear: Refusal, known: Knowledge, language: Language) -> Answer:
    """Turn a text that gets no figures into an answer that says so."""
    wrong = tuple(gap for gap in unclear.gaps if gap.kind in _FIELDS)
    if wrong:
        return _wrong_fields(unclear, wrong, known, language)
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


def _wrong_fields(unclear: Refusal, wrong: tuple[Gap, ...], known: Knowledge, language: Language) -> Answer:
    """Say of each field of a form what is wrong with it, and what may stand there."""
    companies = language.listing([company.name for company in known.companies[:MOST_LISTED]], OR)
    levels = language.listing([level.aliases[0] for level in known.vocabulary.levels], OR)
    lines = tuple(language.say(_FIELDS[gap.kind], said=gap.name, companies=companies, levels=levels) for gap in wrong)
    return _answer(unclear, language.say("I can't read that offer"), lines[0], lines[1:])


def _ask_back(unclear: Refusal, language: Language) -> Answer:
    say = language.say
    words = unclear.reason[:MOST_QUOTED]
    puzzled = say('I\'m not sure about "{words}".', words=words) if words else say("I'm not sure what you mean.")
    question = say("Perhaps one of these?") if len(unclear.suggestions) > 1 else say("Perhaps this?")
    gaps = gap_lines(unclear.gaps, language)
    return _answer(unclear, say("Did you mean ...?"), f"{puzzled} {question}", gaps, unclear.suggestions)


def _answer(
    unclear: Refusal, title: str, headline: str, gaps: tuple[str, ...], suggestions: tuple[str, ...] = ()
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
