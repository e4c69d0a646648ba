"""The sentences that several answers share: how a question was read, what is missing, what to bear in mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.dialogue import Gap, Query
from bot.core.knowledge import Knowledge
from bot.core.text import fill_references, listing, money, number

# What an answer can take into account beside the names it is about; what it can't is owned up to.
_HONOURS: dict[str, frozenset[str]] = {
    "ladder": frozenset({"period", "levels"}),
    "rank_companies": frozenset({"sources"}),
    "rank_sources": frozenset({"sources"}),
}
_ALL = frozenset({"period", "levels", "sources"})
ERA = "The article's figures are from about 2021-22."
RANGE = "A range, not an average; the article does not say whether bonus or stock is part of it."
NO_PLACE = "The article names no country; its figures are in US dollars."

_GAPS = {
    "company": "I have no figures for {}.",
    "role": "I have no pay figures for {} jobs.",
    "only_ml": "I have that for ML engineers only, not for {}.",
    "pair": "I have no figures for {}.",
    "topic_company": "I have that in general only, not for {}.",
    "own": "I can't know {}; ask me about a company, a level or a role.",
    "place": "I have no figures by place, so none for {}.",
    "grade": "I have no figures by rank inside a company, so none for {}.",
    "employment": "The article does not split pay by kind of employment, so I have no figures for {}.",
    "period": "I tell that by the year only, not by the {}.",
    "average": "I have ranges for companies, no averages.",
    "statistic": "I have no {}, only averages and ranges.",
    "breakdown": "I have no figures {}.",
    "date": "I have no figures for {}: the article's are from about 2021-22.",
    "currency": "I only know US dollars and have no exchange rates, so nothing in {}.",
    "level": "I have no figures by experience for {}.",
    "source": "I have no such figure from {}.",
    "rest": "I have no figures for {}.",
}


def gap_lines(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """Say what is missing, one sentence a kind."""
    kinds: dict[str, list[str]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(gap.name)
    return tuple(_GAPS[kind].format(listing(list(dict.fromkeys(names)), "or")) for kind, names in kinds.items())


def fill(known: Knowledge, prose: str) -> str:
    """Put the figures of the knowledge base into a text that refers to them."""

    def shown(key: str, part: str | None) -> str:
        figure = known.figure(key)
        if figure.unit == "percent":
            return f"{number(figure.value or 0)} %"
        if part is not None:
            return money(getattr(figure, part))
        return (
            money(figure.value)
            if figure.value is not None
            else f"{money(figure.low or 0)} to {money(figure.high or 0)}"
        )

    return fill_references(prose, shown)


def read_as(query: Query, known: Knowledge) -> str:
    """Say how a question was read, in the bot's own words, so that a wrong reading is seen at once."""
    if query.topic is not None:
        return known.topic(query.topic).title
    if query.answer == "convert":
        return f"an amount told by the {query.period or 'month'}"
    what = _SUBJECTS.get(query.answer) or known.intent(query.intent).title
    whom = listing([known.role(role).short + "s" for role in query.roles]) if query.roles else "ML engineers"
    parts = [what, whom] if query.answer in _SUBJECTS else [what]
    if query.levels:
        parts.append(f"({listing([known.level(level).name for level in query.levels])})")
    if query.companies:
        parts.append(f"at {listing([known.company(company).name for company in query.companies])}")
    if query.excluded:
        parts.append(f"without {listing([known.company(company).name for company in query.excluded])}")
    if query.sources and query.answer != "who_says":
        parts.append(f"according to {listing([known.source(source).name for source in query.sources])}")
    if query.period not in (None, "year"):
        parts.append(f"by the {query.period}")
    return " ".join(parts)


def unhonoured(query: Query, known: Knowledge) -> Iterator[Gap]:
    """Yield what a question names and its answer takes no account of, so that nothing is dropped in silence."""
    missed = _ALL - _HONOURS.get(query.answer, _ALL)
    if "period" in missed and query.period not in (None, "year"):
        yield Gap(kind="period", name=str(query.period))
    if "levels" in missed and query.levels:
        yield Gap(kind="level", name="companies" if query.answer == "rank_companies" else "sources")
    if "sources" in missed:
        yield from (Gap(kind="source", name=known.source(key).name) for key in query.sources)


_SUBJECTS = {
    "pay": "pay of",
    "compare": "comparison of",
    "ladder": "pay by experience of",
    "offer": "an amount beside the pay of",
    "rank_companies": "companies ranked by the pay of",
    "rank_sources": "sources ranked by their average of",
}
