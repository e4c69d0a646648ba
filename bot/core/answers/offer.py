"""Answers how an amount compares: with a company's range, the band of a level, the averages. No verdict, only sums."""

from __future__ import annotations

from dataclasses import replace

from bot.core.answers import rows
from bot.core.answers.wording import ERA, gap_lines
from bot.core.dialogue import PARTS, Answer, Gap, Points, Query, Row, Table
from bot.core.knowledge import MAIN_ROLE, Knowledge
from bot.core.text import money, number

LEAST_PLAUSIBLE, MOST_PLAUSIBLE = 1_000, 5_000_000  # US dollars a year


def offer(query: Query, known: Knowledge) -> Answer:
    """Say where the amount lies; yearly, with the multiplication shown where it was given by the month or hour."""
    if len(query.amounts) > 1:
        return Answer(
            status="clarify", title="Which amount?", headline="One amount at a time, please: which one shall I place?"
        )
    amount = query.amounts[0]
    parts = PARTS[amount.period or "year"]
    low, high = amount.low * parts, amount.high * parts
    if high > MOST_PLAUSIBLE or low < LEAST_PLAUSIBLE:
        return Answer(
            status="clarify",
            title="Which amount?",
            headline=f"I can't place {amount.text}: give a year's pay in dollars, such as 150k.",
        )
    said = money(low) if low == high else f"{money(low)} to {money(high)}"
    references = _references(query, known)
    verdicts = [_place(line, low, high) for line in references]
    working = "".join(
        f"{number(end)} x {number(parts)} = {number(end * parts)} a year. "
        for end in dict.fromkeys((amount.low, amount.high))
        if parts != 1
    )
    others = [role for role in query.roles if role != MAIN_ROLE]
    gaps = tuple(Gap(kind="level", name=rows.plural(known, role)) for role in others if query.levels)
    return Answer(
        status="partial" if gaps else "answered",
        gaps=gap_lines(gaps),
        title=f"{said} a year",
        headline=f"{working}{said} is {verdicts[0]}.",
        blocks=(
            Table("Compared with", references),
            *([Points(tuple(f"{said} is {verdict}." for verdict in verdicts[1:]))] if len(verdicts) > 1 else []),
            *_by_source(query, known, low, high),
        ),
        caveats=(
            "Whether that is good depends on what the figures don't show: location, skills, bonus and equity.",
            ERA,
            *((f"{rows.RULES[amount.period]}: the rule is mine.",) if amount.period not in (None, "year") else ()),
        ),
    )


def _references(query: Query, known: Knowledge) -> tuple[Row, ...]:
    """Return what an amount is held against, the most particular first."""
    lines = [rows.row(known, known.range_of(company)) for company in query.companies]
    others = [
        rows.row(known, f)
        for key in query.roles
        if key != MAIN_ROLE
        for f in known.role(key).figures
        if f.unit == "USD"
    ]
    if others and MAIN_ROLE not in query.roles:
        return tuple(others)
    lines += others
    lines += [rows.row(known, band) for level in query.levels if (band := known.band(level)) is not None]
    lines += [rows.row(known, f) for f in known.averages(MAIN_ROLE) if f.source in query.sources]
    return (*lines, rows.mean(known, MAIN_ROLE))


def _by_source(query: Query, known: Knowledge, low: float, high: float) -> tuple[Table, ...]:
    """Hold the amount against each source's average, the sum beside it."""
    if query.roles and MAIN_ROLE not in query.roles:
        return ()
    lines = (rows.row(known, f, known.source(f.source).name) for f in known.averages(MAIN_ROLE))
    told = tuple(replace(line, working=_sums(line.value or 0, low, high)) for line in lines)
    return (Table("Beside each source's average", told),)


def _sums(value: float, low: float, high: float) -> str:
    """Tell by how much each end of an amount is above or below a value.

    >>> _sums(113_143, 110_000, 150_000)
    '113,143 - 110,000 = 3,143 below; 150,000 - 113,143 = 36,857 above'
    """
    return "; ".join(_sum(round(value), end) for end in dict.fromkeys((low, high)))


def _sum(value: float, end: float) -> str:
    if end == value:
        return f"{number(end)} is the same"
    more, less = max(end, value), min(end, value)
    return f"{number(more)} - {number(less)} = {number(more - less)} {'above' if end > value else 'below'}"


def _place(line: Row, low: float, high: float) -> str:
    what = _subject(line)
    if line.value is not None:
        return _against(line.value, low, high, f"{what} of {rows.told(line)}")
    bottom, top = line.low or 0.0, line.high or 0.0
    within = f"{what} ({rows.told(line)}, {line.sources[0].name})"
    if low < bottom and high > top:
        return f"wider than {within}"
    if high < bottom:
        return f"below {within}: {number(bottom)} - {number(high)} = {number(bottom - high)} under its start"
    if low > top:
        return f"above {within}: {number(low)} - {number(top)} = {number(low - top)} over its top"
    if low != high:
        return f"{'within' if low >= bottom and high <= top else 'partly within'} {within}"
    share = (low - bottom) / ((top - bottom) or 1) * 100
    sum_ = f"({number(low)} - {number(bottom)}) / ({number(top)} - {number(bottom)})"
    return f"within {within}, {share:.0f} % of the way up: {sum_}"


def _against(value: float, low: float, high: float, what: str) -> str:
    value = round(value)
    if low <= value <= high:
        return f"about {what}" if low == high else f"around {what}"
    if high < value:
        return f"{money(value - high)} below {what} ({number(value)} - {number(high)})"
    return f"{money(low - value)} above {what} ({number(low)} - {number(value)})"


def _subject(line: Row) -> str:
    if line.value is None:
        return f"the range for ML engineers at {line.subject}"
    if line.working:
        return f"the overall average of ML engineers ({len(line.sources)} sources)"
    source = line.sources[0].name
    whom = line.subject.removesuffix(f" on {source}")
    return f"{source}'s figure for {whom[:1].lower() + whom[1:] if not whom[:2].isupper() else whom}"
