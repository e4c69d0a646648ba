"""The sentences that several answers share: how a question was read, what is missing, what to bear in mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.answers import figure_rows
from bot.core.model.dialogue import Gap, Query
from bot.core.model.knowledge import MAIN_ROLE, Knowledge
from bot.core.model.language import OR, Language, later
from bot.core.text.references import fill_references

ERA = later("The article's figures are from about 2021-22.")
RANGE = later("A range, not an average; the article does not say whether bonus or stock is part of it.")
NO_PLACE = later("The article names no country; its figures are in US dollars.")
ALL_OF_THEM = later("{source} for all of them")
SINGLE_COMPANIES = later("single companies")

_GAPS = {
    "company": later("I have no figures for {names}."),
    "role": later("I have no pay figures for {names} jobs."),
    "only_ml": later("I have that for ML engineers only, not for {names}."),
    "pair": later("I have no figures for {names}."),
    "topic_company": later("I have that in general only, not for {names}."),
    "own": later("I can't know {names}; ask me about a company, a level or a role."),
    "place": later("I have no figures by place, so none for {names}."),
    "grade": later("I have no figures by rank inside a company, so none for {names}."),
    "employment": later("The article does not split pay by kind of employment, so I have no figures for {names}."),
    "period": later("I tell that by the year only, not {names}."),
    "average": later("I have ranges for companies, no averages."),
    "statistic": later("I have no {names}, only averages and ranges."),
    "breakdown": later("I have no figures {names}."),
    "date": later("I have no figures for {names}: the article's are from about 2021-22."),
    "currency": later("I only know US dollars and have no exchange rates, so nothing in {names}."),
    "level": later("I have no figures by experience for {names}."),
    "source": later("I have no such figure from {names}."),
    "rest": later("I have no figures for {names}."),
    "aspect": later("I have no figures on {names}."),
    "condition": later("My figures are not split by that, so I have none for {names}."),
    "unspecified": later("You named no role, so this is about ML engineers."),
    "unclear": later("I am not sure what you would like to know; this is what they earn on average."),
    "subject": later("I have no figures for {names}."),
    "unread": later("I took no account of {names}."),
}
GAP_KINDS = frozenset(_GAPS)
# The other kinds name what the person typed, or something with a name of its own.
_IN_OUR_WORDS = frozenset({"level", "only_ml", "own", "pair", "period", "rest"})


def gap_lines(gaps: Iterable[Gap], language: Language) -> tuple[str, ...]:
    """Say what is missing, one sentence a kind."""
    kinds: dict[str, list[str]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(_named(gap, language))
    return tuple(
        language.say(_GAPS[kind], names=language.listing(list(dict.fromkeys(names)), OR))
        for kind, names in kinds.items()
    )


def _named(gap: Gap, language: Language) -> str:
    name = language.say(gap.name) if gap.kind in _IN_OUR_WORDS else gap.name
    return (
        language.say("{people} at {companies}", people=name, companies=language.listing(gap.at, OR)) if gap.at else name
    )


def fill(known: Knowledge, prose: str, language: Language) -> str:
    """Say a text of the knowledge base, with the figures that it refers to."""

    def shown(key: str, part: str | None) -> str:
        figure = known.figure(key)
        if figure.unit == "percent":
            return figure_rows.percent(figure.value or 0, language)
        if part is not None:
            return language.money(getattr(figure, part))
        if figure.value is not None:
            return language.money(figure.value)
        return figure_rows.span(figure.low or 0, figure.high or 0, language)

    return fill_references(language.say(prose), shown)


def read_as(query: Query, known: Knowledge, language: Language) -> str:
    """Say how a question was read, in the bot's own words, so that a wrong reading is seen at once."""
    if query.topic is not None:
        return language.say(known.topic(query.topic).title)
    if query.answer == "convert":
        return language.say(
            "an amount told {by_period}", by_period=language.say(figure_rows.BY[query.period or "month"])
        )
    if query.answer in _SUBJECTS:
        people = [figure_rows.plural(known, role, language) for role in query.roles or (MAIN_ROLE,)]
        what = language.say(_SUBJECTS[query.answer], people=language.listing(people))
    else:
        what = language.say(known.intent(query.intent).title)
    for template, parts in _qualified(query, known, language):
        what = language.say(template, what=what, **parts)
    return what


def _qualified(query: Query, known: Knowledge, language: Language) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what a question narrows its subject by."""
    if query.levels:
        levels = [figure_rows.level(known, level, language) for level in query.levels]
        yield later("{what} ({levels})"), {"levels": language.listing(levels)}
    if query.companies:
        names = [known.company(company).name for company in query.companies]
        yield later("{what} at {companies}"), {"companies": language.listing(names)}
    if query.excluded:
        names = [known.company(company).name for company in query.excluded]
        yield later("{what} without {companies}"), {"companies": language.listing(names)}
    if query.sources and query.answer != "who_says":
        named = figure_rows.cited(map(known.source, query.sources), language)
        yield later("{what} according to {sources}"), {"sources": named}
    if query.period not in (None, "year"):
        assert query.period is not None
        yield later("{what} {by_period}"), {"by_period": language.say(figure_rows.BY[query.period])}


def by_year_only(query: Query) -> tuple[Gap, ...]:
    """Say that an answer tells figures by the year only, where another period was asked for."""
    return () if query.period in (None, "year") else (Gap(kind="period", name=figure_rows.BY[query.period]),)


_SUBJECTS = {
    "pay": later("pay of {people}"),
    "compare": later("comparison of {people}"),
    "ladder": later("pay by experience of {people}"),
    "offer": later("an amount beside the pay of {people}"),
    "rank_companies": later("companies ranked by the pay of {people}"),
    "rank_sources": later("sources ranked by their average of {people}"),
}
