"""Answer -> Markdown: the message and its details, the same in Discord, in the terminal and in `ask --json`.

Rules: the message is short by its sentences; figures that it lists are at most MOST_BULLETS and fit into LISTED
characters with them: the others are counted and stand in the details, which are cut by whole lines. Amounts are bold
wherever they stand, but not in small print. Every text goes through `escape`, so markup comes from here alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.core.model.dialogue import Answer, Block, Points, Row, Table, Text
from bot.core.model.language import Language, later
from bot.core.phrases.wording import Wording
from bot.core.text.formatting import capital, size

LISTED, DETAILS = 640, 2_000
BULLET, SMALL, BETWEEN = "- ", "-# ", " · "
MOST_BULLETS = 6
# One sentence longer than this is no sentence; escaped it still fits a message.
LONGEST_SENTENCE = 450
_DIGITS = r"\d(?:[\d.,'\u2019\u00a0\u202f]*\d)?"
Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message: its text without markup, and whether it is a bullet or small print."""

    text: str
    mark: str = ""


def lines(answer: Answer, *, pictured: bool = False) -> list[Line]:
    """Return the lines of an answer's message; where it is not `pictured`, the figures stand in them as bullets."""
    wording = Wording(answer.language)
    listing = bool(answer.shown) and not pictured
    headline = answer.listed if listing and answer.listed else answer.headline
    missing = " ".join(answer.gaps).strip()
    body = [*([Line(missing)] if missing else []), Line(headline), *_also(answer)]
    small = list(_small(answer, wording))
    if not listing:
        return [*body, *small]
    in_text = amounts(" ".join(line.text for line in body), wording)
    news = [row for row in answer.shown if not amounts(wording.figure(row), wording) <= in_text]
    # Of one period it is enough to say it once.
    alike = len({(row.period, row.unit) for row in news}) == 1
    bullets = [Line(wording.labeled(row, bare=alike and row is not news[0]), BULLET) for row in news]
    room = LISTED - sum(_size(line, wording) for line in (*body, *small))
    return [*body, *_fitting(bullets[:MOST_BULLETS], len(bullets), room, wording), *small]


def message(answer: Answer, *, pictured: bool = False, escape: Escape = str) -> str:
    """Return an answer's message."""
    wording = Wording(answer.language)
    return "\n".join(_marked(line, wording, escape) for line in lines(answer, pictured=pictured))


def details(answer: Answer, escape: Escape = str) -> str:
    """Return what is behind an answer: each figure, sum, source and heading, and every caveat; "" where nothing is."""
    wording = Wording(answer.language)
    shown = [_marked(line, wording, escape) for line in detail_lines(answer)]
    if not shown:
        return ""
    head = f"**{escape(_clip(answer.title))}**"
    room = DETAILS - size(head)
    return "\n".join([head, *_within(shown, room, lambda count: _more(count, wording))])


def detail_lines(answer: Answer) -> list[Line]:
    """Return the lines of an answer's details."""
    wording = Wording(answer.language)
    tables = sum(isinstance(block, Table) for block in answer.details)
    found = [line for block in answer.details for line in _block(block, wording, titled=tables > 1)]
    found += [Line(caveat, BULLET) for caveat in answer.caveats]
    found += [Line(part, SMALL) for part in _origins(answer, wording)]
    return found


def strong(text: str, wording: Wording) -> str:
    """Return a text with its amounts bold.

    >>> from bot.core.model.language import ENGLISH
    >>> strong("Google pays ML engineers $72,000 to $313,797 a year.", Wording(ENGLISH))
    'Google pays ML engineers **$72,000 to $313,797** a year.'
    """
    return _amounts(wording.language).sub(r"**\g<0>**", text)


def amounts(text: str, wording: Wording) -> set[str]:
    """Return the single amounts that a text names.

    >>> from bot.core.model.language import ENGLISH
    >>> sorted(amounts("Google pays ML engineers $72,000 to $313,797 a year.", Wording(ENGLISH)))
    ['$313,797', '$72,000']
    """
    return set(re.findall(_amount(wording), text))


@lru_cache(maxsize=64)
def _amounts(language: Language) -> re.Pattern[str]:
    """Return a pattern of the amounts of a language, ranges first."""
    wording = Wording(language)
    one = _amount(wording)
    span = re.escape(wording.say(later("{low} to {high}"), low="\0", high="\0")).replace("\0", one)
    percent = re.escape(wording.percent(1)).replace("1", _DIGITS)
    return re.compile(rf"(?<![\w$.,])(?:{span}|{one}|{percent})(?![\w%])")


def _amount(wording: Wording) -> str:
    """Return a pattern of one amount of money."""
    return re.escape(wording.money(1)).replace("1", _DIGITS)


def _also(answer: Answer) -> Iterator[Line]:
    for block in answer.also:
        match block:
            case Text(text):
                yield Line(text)
            case Points(items):
                yield from (Line(item, BULLET) for item in items)


def _small(answer: Answer, wording: Wording) -> Iterator[Line]:
    if answer.read_as and not answer.obvious:
        yield Line(wording.say("Read as: {reading}", reading=answer.read_as), SMALL)
    if answer.credit:
        yield Line(BETWEEN.join(answer.credit), SMALL)


def _fitting(bullets: list[Line], count: int, room: int, wording: Wording) -> list[Line]:
    """Return as many bullets as there is room for, at least two, and how many more there are."""
    kept: list[Line] = []
    for line in bullets:
        room -= _size(line, wording)
        if room < 0 and len(kept) > 1:
            break
        kept.append(line)
    rest = count - len(kept)
    return [*kept, Line(_more(rest, wording), BULLET)] if rest else kept


def _block(block: Block, wording: Wording, *, titled: bool) -> Iterator[Line]:
    match block:
        case Text(text):
            yield Line(text, BULLET)
        case Points(items):
            yield from (Line(item, BULLET) for item in items)
        case Table(title, rows):
            if titled:
                yield Line(f"{title}:")
            yield from (Line(line_of(row, wording), BULLET) for row in rows)


def line_of(row: Row, wording: Wording) -> str:
    """Return a row as one line: subject, figure, source, working, note."""
    extra = "; ".join(part for part in (row.working, row.note) if part)
    return f"{wording.labeled(row)} {wording.attribution(row)}{f': {extra}' if extra else ''}"


def _origins(answer: Answer, wording: Wording) -> Iterator[str]:
    """Yield the headings that the figures stand under, and the documents that they are from."""
    sections = dict.fromkeys((*(row.section for row in answer.rows if row.section), *answer.headings))
    if sections:
        quoted = wording.listing([wording.say("“{section}”", section=section) for section in sections])
        yield wording.say("Under {sections}", sections=quoted)
    origins = dict.fromkeys(one.origin for row in answer.rows for one in row.terms)
    for source in dict.fromkeys((*origins, *answer.text_sources)):
        if source.kind == "document":
            yield BETWEEN.join(filter(None, (capital(wording.credit(source)), source.link)))


def _marked(line: Line, wording: Wording, escape: Escape) -> str:
    text = escape(_clip(line.text))
    return line.mark + (text if line.mark == SMALL else strong(text, wording))


def _within(parts: list[str], room: int, rest: Callable[[int], str]) -> list[str]:
    """Return as many lines as there is room for, and how many more there are."""
    if sum(size(part) + 1 for part in parts) <= room:
        return parts
    left, kept = room - size(rest(len(parts))) - 1, list[str]()
    for part in parts:
        left -= size(part) + 1
        if left < 0:
            break
        kept.append(part)
    return [*kept, rest(len(parts) - len(kept))]


def _more(count: int, wording: Wording) -> str:
    return wording.language.count("and {count} more", "and {count} more", count)


def _size(line: Line, wording: Wording) -> int:
    """Return how much room a line takes, with its end."""
    return size(_marked(line, wording, str)) + 1


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}\N{HORIZONTAL ELLIPSIS}"
