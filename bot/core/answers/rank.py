"""Answers which company or which source is highest, lowest, widest."""

from __future__ import annotations

from bot.core.answers import rows
from bot.core.answers.wording import ERA, RANGE, gap_lines
from bot.core.dialogue import PARTS, Answer, Gap, Query, Row, Table
from bot.core.knowledge import MAIN_ROLE, Knowledge
from bot.core.text import listing, money, number


def rank_companies(query: Query, known: Knowledge) -> Answer:
    """Rank the companies by the end of the range that is asked about; one that is named is placed among all."""
    several = query.companies if len(query.companies) > 1 else ()
    wanted = set(several or [company.id for company in known.companies]).difference(query.excluded)
    chosen = [company for company in known.companies if company.id in wanted]
    lines = [rows.row(known, known.range_of(company.id)) for company in chosen]
    if not lines:
        return _ask("Which companies do you mean? You left all of them out.")
    if len(query.amounts) > 1:
        return _ask("Which amount do you mean? Give me one at a time.")
    headline, order = _over(lines, query) if query.amounts else _ranked(lines, query)
    places = [line.subject for line in order]
    yardstick = [] if several else [known.company(company).name for company in query.companies]
    headline += "".join(
        f" {name} is number {places.index(name) + 1} of {len(places)}." for name in yardstick if name in places
    )
    foreign = [s for s in query.sources if any(known.source(s) not in line.sources for line in lines)]
    gaps = tuple(Gap(kind="source", name=f"{known.source(s).name} for all of them") for s in foreign)
    return Answer(
        status="partial" if gaps else "answered",
        title="Companies by pay of ML engineers",
        headline=headline,
        blocks=(Table("ML engineers", tuple(order)),),
        gaps=gap_lines(gaps),
        caveats=(f"{number(len(known.companies))} companies are on file. {RANGE}", ERA),
    )


def _ask(headline: str) -> Answer:
    return Answer(status="clarify", title="Which one?", headline=headline)


def _ranked(lines: list[Row], query: Query) -> tuple[str, list[Row]]:
    wants = set(query.directions)
    by_low, by_high = sorted(lines, key=_low), sorted(lines, key=_high)
    if "widest" in wants or "narrowest" in wants:
        order = sorted(lines, key=lambda line: _high(line) - _low(line), reverse="widest" in wants)
        first = order[0]
        word = "widest" if "widest" in wants else "narrowest"
        sum_ = f"{number(_high(first))} - {number(_low(first))} = {number(_high(first) - _low(first))}"
        return f"{first.subject} has the {word} range for ML engineers: {rows.told(first)} ({sum_}).", order
    if "start" in wants:
        order = by_low if "lowest" in wants else by_low[::-1]
        word = "lowest" if "lowest" in wants else "highest"
        return f"{order[0].subject} starts {word} for ML engineers: {rows.told(order[0])} {rows.by(order[0])}.", order
    if "lowest" in wants:
        top, start = by_high[0], by_low[0]
        same = f"{top.subject} has the lowest top for ML engineers ({money(_high(top))})"
        return f"{same}; the lowest start is {start.subject}'s ({money(_low(start))}).", by_high
    top, start = by_high[-1], by_low[-1]
    return (
        f"{top.subject} pays ML engineers the most at the top of its range ({money(_high(top))}); "
        f"the highest start is {start.subject}'s ({money(_low(start))})."
    ), by_high[::-1]


def _over(lines: list[Row], query: Query) -> tuple[str, list[Row]]:
    """Say which ranges start above, reach, or stay below the amount."""
    amount = query.amounts[0]
    wanted = amount.low * PARTS[amount.period or "year"]
    end, verb = (_low, "start with") if "start" in query.directions else (_high, "go up to")
    below = "lowest" in query.directions
    order = sorted(lines, key=end, reverse=not below)
    found = [line for line in order if (end(line) < wanted if below else end(line) >= wanted)]
    names = listing([f"{line.subject} ({rows.told(line)})" for line in found]) if found else "none of those on file"
    return f"Ranges that {verb} {'less than' if below else 'at least'} {money(wanted)}: {names}.", order


def _low(line: Row) -> float:
    return line.low or 0.0


def _high(line: Row) -> float:
    return line.high or 0.0


def rank_sources(query: Query, known: Knowledge) -> Answer:
    """Rank the sources by their average of one role, or list them all."""
    role = next((r for r in query.roles if known.averages(r)), MAIN_ROLE)
    figures = sorted(known.averages(role), key=lambda figure: -(figure.value or 0))
    lines = tuple(rows.row(known, figure, known.source(figure.source).name) for figure in figures)
    people = rows.plural(known, role)
    high, low = lines[0], lines[-1]
    if "lowest" in query.directions:
        headline = f"{low.subject} gives the lowest average for {people}: {rows.told(low)}."
    elif "highest" in query.directions:
        headline = f"{high.subject} gives the highest average for {people}: {rows.told(high)}."
    else:
        ends = f"from {rows.told(low)} ({low.subject}) to {rows.told(high)} ({high.subject})"
        headline = f"The averages for {people} run {ends}."
    return Answer(
        status="answered",
        title=f"Averages of {people} by source",
        headline=headline,
        blocks=(Table(f"Average of {people}", lines), Table("Spread", (rows.difference(high, low),))),
        caveats=(ERA,),
    )
