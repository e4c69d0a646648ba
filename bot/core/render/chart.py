"""Words the chart of a query: every number of the picture as text, before anything is drawn.

Each number is a figure of the knowledge base, one the person named, or carries its `working`;
`chart_of` returns None where a picture would say no more than the words do. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.answers.capabilities import restrict
from bot.core.model.dialogue import PARTS, Amount, Period, Query, Row
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH, Language, later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.render.chart_plan import MOST_BARS, PAIR, Kind, Plan, ends_of, plan_of
from bot.core.text.formatting import size

LONGEST_ALT = 1_024  # UTF-16 units: what Discord takes as the description of a picture
_UNITS: dict[Period, str] = {
    "year": later("US dollars a year"),
    "month": later("US dollars a month (a year / 12)"),
    "week": later("US dollars a week (a year / 52)"),
    "day": later("US dollars a day (a year / 260 working days)"),
    "hour": later("US dollars an hour (a year / 2,080 working hours)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of a picture: a range from `low` to `high`, or one `value`, which is a lower bound where `and_above`.

    `text` is the figure in words, "" where the message has it already; `working` the arithmetic of a derived one;
    `marked` is what was asked about.
    """

    label: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    and_above: bool = False
    marked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands beside every bar: an average, or the amount `asked` about (two lines where `low` is not `high`)."""

    label: str
    text: str
    low: float
    high: float
    asked: bool = False
    working: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture before it is drawn. Equal charts look equal: a chart is the key under which its picture is kept.

    `more` says how many bars are left out; `alt` is the picture in words for those who can't see it.
    """

    kind: Kind
    bars: tuple[Bar, ...]
    alt: str
    lines: tuple[Line, ...] = ()
    more: str = ""

    @property
    def columns(self) -> bool:
        """Whether the bars are steps of a ladder, to stand beside each other."""
        return self.kind == "levels"


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
    rows = tuple(_in_period(plan.rows[n], plan.period, phrases) for n in shown)
    bars = tuple(_bar(row, plan, phrases) for row in rows)
    if plan.labels:
        bars = tuple(replace(bar, label=plan.labels[n]) for bar, n in zip(bars, shown, strict=True))
    left_out = plan.left_out + len(plan.rows) - len(rows)
    more = phrases.count("{count} more is not shown", "{count} more are not shown", left_out) if left_out else ""
    lines = tuple(_lines(plan, phrases))
    return Chart(kind=plan.kind, bars=bars, lines=lines, more=more, alt=_alt(plan, rows, more, phrases))


def _shown(plan: Plan) -> list[int]:
    """Return which rows there is room for, in their order: those asked about before the others."""
    first = sorted(range(len(plan.rows)), key=lambda n: plan.rows[n].subject not in plan.marked)
    return sorted(first[:MOST_BARS])


def _in_period(row: Row, period: Period, phrases: Phrasebook) -> Row:
    return row if period == "year" else phrases.in_period(row, period)


def _bar(row: Row, plan: Plan, phrases: Phrasebook) -> Bar:
    """Return a row's bar. Where it stands alone beside a mean, its figure is the answer, which has been said."""
    text = ends_of(_ends(row), phrases)
    return Bar(
        label=row.subject,
        text="" if len(plan.rows) == 1 and plan.asked is None else _open(text, row, _AT_LEAST, phrases),
        value=row.value,
        low=row.low,
        high=row.high,
        and_above=row.and_above,
        marked=row.subject in plan.marked,
        working=row.working,
    )


_AT_LEAST, _AND_ABOVE = later("{amount}+"), later("{amount} and above")


def _open(text: str, row: Row, template: str, phrases: Phrasebook) -> str:
    return phrases.say(template, amount=text) if row.and_above else text


def _lines(plan: Plan, phrases: Phrasebook) -> Iterator[Line]:
    if plan.mean is not None:
        mean = _in_period(plan.mean, plan.period, phrases)
        value = mean.value or 0.0
        yield Line(label=mean.subject, text=phrases.money(value), low=value, high=value, working=mean.working)
    if plan.asked is not None:
        yield _asked(plan.asked, phrases)


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


def _alt(plan: Plan, rows: Sequence[Row], more: str, phrases: Phrasebook) -> str:
    """Return a chart in words, cut by whole rows where it would be too long."""
    same = len({row.sources for row in rows}) == 1
    head = plan.title if plan.kind == "offer" else f"{plan.title}, {phrases.say(_UNITS[plan.period])}"
    head += f" {phrases.attribution(rows[0])}" if same else ""
    each = [_in_words(row, phrases, sums=_sums(row, plan, phrases), sourced=not same) for row in rows]
    last = "".join(f" {sentence}." for sentence in _beside(plan, rows, more, phrases))
    for kept in range(len(each), -1, -1):
        cut = len(each) - kept
        rest = [phrases.count("{count} more", "{count} more", cut)] if cut else []
        text = f"{head}: {'; '.join([*each[:kept], *rest])}.{last}"
        if size(text) <= LONGEST_ALT:
            return text
    return f"{head[: LONGEST_ALT // 2 - 1]}…"  # a character is two units at most


def _in_words(row: Row, phrases: Phrasebook, *, sums: str = "", sourced: bool = True) -> str:
    """Tell a row's figure, and in parentheses its source and its sums; a source in its name is not named again."""
    figure = phrases.money(row.value) if row.value is not None else phrases.span(*_ends(row))
    named = sourced and not (len(row.sources) == 1 and phrases.credit(row.sources[0]) in row.subject)
    asides = [phrases.names(row.sources) if named else "", row.working or "", sums]
    aside = "; ".join(filter(None, asides))
    label = f"{row.subject} {_open(figure, row, _AND_ABOVE, phrases)}"
    return f"{label} ({aside})" if aside else label


def _beside(plan: Plan, rows: Sequence[Row], more: str, phrases: Phrasebook) -> Iterator[str]:
    """Yield what a picture shows beside its rows, and how far two ranges are apart."""
    if plan.mean is not None:
        yield _in_words(_in_period(plan.mean, plan.period, phrases), phrases)
    if plan.asked is not None:
        line = _asked(plan.asked, phrases)
        yield f"{line.label}: {line.text}" + (f" ({line.working})" if line.working else "")
    if len(rows) == PAIR and plan.period == "year" and all(row.value is None for row in rows):
        (start, top), (other_start, other_top) = map(_ends, rows)
        yield phrases.say("Start: {sum}", sum=_apart(start, other_start, phrases))
        yield phrases.say("Top: {sum}", sum=_apart(top, other_top, phrases))
    if more:
        yield more


def _sums(row: Row, plan: Plan, phrases: Phrasebook) -> str:
    """Return where a single amount lies: how far from a figure, or how far up a range."""
    if plan.asked is None or plan.asked.low != plan.asked.high or plan.kind != "offer":
        return ""
    amount, number = _asked(plan.asked, phrases).low, phrases.number
    if row.value is not None:
        return _apart(amount, round(row.value), phrases)
    low, high = _ends(row)
    if not low <= amount <= high or low == high:
        return ""
    share = phrases.percent(round((amount - low) / (high - low) * 100))
    return f"({number(amount)} - {number(low)}) / ({number(high)} - {number(low)}) = {share}"


def _apart(one: float, other: float, phrases: Phrasebook) -> str:
    number = phrases.number
    return f"{number(max(one, other))} - {number(min(one, other))} = {number(abs(one - other))}"
