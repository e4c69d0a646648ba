"""Words the chart of a query: every number of the picture as text, before anything is drawn.

Each number is a figure of the knowledge base, one the person named, or carries its `working`;
`chart_of` returns None where a picture would say no more than the words do. Nothing is drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.core.answers.capabilities import restrict
from bot.core.answers.phrasebook import Phrasebook
from bot.core.model.dialogue import PARTS, Amount, Period, Query, Row
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH, Language, later
from bot.core.render.chart_plan import MOST_BARS, Kind, Plan, ends_of, plan_of

LONGEST_ALT = 1_024  # UTF-16 units: what Discord takes as the description of a picture
MOST_TICKS = 4
_AXES: dict[Period, str] = {
    "year": later("US dollars a year"),
    "month": later("US dollars a month (a year / 12)"),
    "week": later("US dollars a week (a year / 52)"),
    "day": later("US dollars a day (a year / 260 working days)"),
    "hour": later("US dollars an hour (a year / 2,080 working hours)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A range from `low` to `high`, or one `value`, which is a lower bound where `and_above`.

    `text` is the figure in words, `by` its sources, `working` the arithmetic of a derived one; `marked` is what was
    asked about.
    """

    label: str
    text: str
    by: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    and_above: bool = False
    marked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands beside every bar: an average, or the amount `asked` about (a band where `low` is not `high`)."""

    label: str
    text: str
    low: float
    high: float
    asked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis and its words."""

    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture before it is drawn. Equal charts look equal: a chart is the key under which its picture is kept.

    `more` says how many bars are left out; `alt` is the picture in words for those who can't see it.
    """

    kind: Kind
    title: str
    bars: tuple[Bar, ...]
    axis: str
    ticks: tuple[Tick, ...]
    credit: str
    alt: str
    lines: tuple[Line, ...] = ()
    more: str = ""


def chart_of(query: Query, knowledge: Knowledge, language: Language = ENGLISH) -> Chart | None:
    """Return the chart of a query's answer; of a joined query the first that there is."""
    phrases = Phrasebook(language, knowledge)
    usable, _ = restrict(query, phrases)
    plan = plan_of(usable, phrases)
    if plan is not None:
        return _chart(plan, phrases)
    return None if query.then is None else chart_of(query.then, knowledge, language)


def _chart(plan: Plan, phrases: Phrasebook) -> Chart:
    shown = _shown(plan)
    mixed = len({row.sources for row in shown}) > 1
    bars = tuple(
        _bar(_in_period(row, plan.period, phrases), row.subject in plan.marked, mixed, phrases) for row in shown
    )
    lines = tuple(_lines(plan, phrases))
    left_out = plan.left_out + len(plan.rows) - len(shown)
    more = phrases.count("{count} more is not shown", "{count} more are not shown", left_out) if left_out else ""
    sourced = [one for one in (*shown, plan.mean) if one is not None]
    named = dict.fromkeys(phrases.credit(source) for row in sourced for source in row.sources)
    credit = phrases.say("Sources: {names}", names=", ".join(named))
    axis = phrases.say(_AXES[plan.period])
    ends = [end for bar in bars for end in (bar.value, bar.high) if end is not None]
    top = max([*ends, *(line.high for line in lines)])
    return Chart(
        kind=plan.kind,
        title=plan.title,
        bars=bars,
        lines=lines,
        axis=axis,
        ticks=tuple(Tick(value, phrases.money(value)) for value in _ticks(top)),
        credit=credit,
        more=more,
        alt=_alt(f"{plan.title}, {axis}.", bars, lines, (more, credit), phrases),
    )


def _lines(plan: Plan, phrases: Phrasebook) -> Iterator[Line]:
    if plan.mean is not None:
        yield _line(_in_period(plan.mean, plan.period, phrases), phrases)
    if plan.asked is not None:
        yield _asked(plan.asked, phrases)


def _shown(plan: Plan) -> list[Row]:
    """Return the rows there is room for, in their order: those asked about before the others."""
    first = sorted(range(len(plan.rows)), key=lambda n: plan.rows[n].subject not in plan.marked)
    return [plan.rows[n] for n in sorted(first[:MOST_BARS])]


def _in_period(row: Row, period: Period, phrases: Phrasebook) -> Row:
    return row if period == "year" else phrases.in_period(row, period)


def _bar(row: Row, marked: bool, mixed: bool, phrases: Phrasebook) -> Bar:
    """Return a row's bar; it names its source where the bars have several and its label does not name it already."""
    text = ends_of(_ends(row), phrases)
    names = [phrases.credit(source) for source in row.sources if mixed and source.name not in row.subject]
    return Bar(
        label=row.subject,
        text=phrases.say("{amount} and above", amount=text) if row.and_above else text,
        by="" if row.working and len(row.sources) > 1 else ", ".join(names),
        value=row.value,
        low=row.low,
        high=row.high,
        and_above=row.and_above,
        marked=marked,
        working=row.working,
    )


def _line(row: Row, phrases: Phrasebook) -> Line:
    ends = _ends(row)
    return Line(label=row.subject, text=ends_of(ends, phrases), low=ends[0], high=ends[-1], working=row.working)


def _ends(row: Row) -> tuple[float, ...]:
    return (row.low or 0.0, row.high or 0.0) if row.value is None else (row.value,)


def _asked(amount: Amount, phrases: Phrasebook) -> Line:
    """Return an amount that the person named as a year's, with the multiplication where there is one."""
    parts = PARTS[amount.period or "year"]
    ends = tuple(dict.fromkeys((amount.low, amount.high)))
    steps = [f"{phrases.number(end)} x {phrases.number(parts)} = {phrases.number(end * parts)}" for end in ends]
    return Line(
        label=phrases.say("Asked about"),
        text=ends_of((end * parts for end in ends), phrases),
        low=amount.low * parts,
        high=amount.high * parts,
        asked=True,
        working="; ".join(steps) if parts != 1 else None,
    )


def _ticks(top: float) -> list[float]:
    """Return round values from 0 up to the top.

    >>> _ticks(313797)
    [0.0, 100000.0, 200000.0, 300000.0]
    """
    rough = max(top, 1.0) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough)
    return list(takewhile(lambda value: value <= max(top, 1.0), (step * n for n in range(MOST_TICKS + 1))))


def _alt(head: str, bars: Sequence[Bar], lines: Sequence[Line], tail: Sequence[str], phrases: Phrasebook) -> str:
    """Return a chart in words, cut by whole bars where it would be too long."""
    beside = [f"{line.label}: {line.text}" for line in lines]
    each = [_in_words(bar, phrases) for bar in bars]
    last = "".join(f" {part}." for part in tail if part)
    for kept in range(len(each), -1, -1):
        cut = len(each) - kept
        rest = [phrases.count("{count} more", "{count} more", cut)] if cut else []
        text = f"{head} {'; '.join([*each[:kept], *rest, *beside])}.{last}"
        if _units(text) <= LONGEST_ALT:
            return text
    return f"{head[: LONGEST_ALT // 2 - 1]}…"  # a character is two units at most


def _in_words(bar: Bar, phrases: Phrasebook) -> str:
    aside = [part for part in (bar.by, phrases.say("asked about") if bar.marked else "") if part]
    return f"{bar.label}: {bar.text}" + (f" ({', '.join(aside)})" if aside else "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
