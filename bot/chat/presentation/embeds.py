"""Answer -> Discord message: the headline as plain content, the rest in one embed, always within Discord's limits.

Rules: sources and the reading stand in the footer and are never cut; gaps and caveats have fields of their own; where
an answer is too long, rows of figures go first, and are counted. Every word that may come from a user is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import discord

from bot.chat.presentation.limits import CONTENT, DESCRIPTION, EMBED, FIELD, FOOTER, TITLE, clip, fit, size
from bot.chat.transport.outgoing import Outgoing
from bot.core.answers.wording import Wording
from bot.core.model.dialogue import Answer, Block, Points, Row, Status, Table, Text
from bot.core.model.knowledge import Knowledge, Source
from bot.core.model.language import ENGLISH, Language

# One sentence longer than this is no sentence; escaped it still fits a field.
LONGEST_SENTENCE = 450
LONGEST_PARAGRAPH = 1_500
LONGEST_READING = 300
BETWEEN = " \N{MIDDLE DOT} "
BAR = 24
# "- A: **$1**": what no row can be shorter than, so that rows which can't fit aren't written out to see that.
SHORTEST_ROW = 11

COLORS: dict[Status, int] = {
    "answered": 0x2D9D78,
    "partial": 0xE0A030,
    "not_covered": 0x8A8F98,
    "clarify": 0x5865F2,
    "off_topic": 0x8A8F98,
}
SOURCES_COLOR = 0x5865F2
_LINK = re.compile(r"(?<=[a-z]):(?=//)|(?<=discord)\.(?=gg/|com/)|(?<=discordapp)\.(?=com/)", re.IGNORECASE)


def message_of(answer: Answer, language: Language = ENGLISH) -> tuple[str, discord.Embed | None]:
    """Return the content for an answer, and its embed where there is more to show than the headline."""
    content = clip(escape(answer.headline), CONTENT) or "\N{HORIZONTAL ELLIPSIS}"
    if answer.status == "off_topic":
        return content, None
    embed = discord.Embed(title=clip(escape(answer.title), TITLE) or None, color=COLORS[answer.status])
    for name, lines in _fields(answer, language):
        embed.add_field(name=name, value=_fit(lines, FIELD, "\n", language), inline=False)
    footer = _footer(answer, language)
    if footer:
        embed.set_footer(text=footer)
    embed.description = _description(answer, min(DESCRIPTION, EMBED - _length(embed)), language) or None
    return content, embed if embed.description or embed.fields or footer else None


def source_list(answer: Answer, knowledge: Knowledge, language: Language) -> Outgoing:
    """Return the message that lists each figure by its source and the heading of the article that it stands under."""
    parts = list(_by_source(answer, knowledge, language))
    documents = dict.fromkeys(knowledge.origin_of(source) for source in answer.sources)
    parts += [_document(one, language) for one in documents if one.kind == "document"]
    title = language.say("Where the figures are from")
    content = language.say("Each figure with who says it, and the heading of the article that it stands under:")
    text = fit(
        parts,
        DESCRIPTION,
        "\n\n",
        lambda count: language.count("and {count} more source", "and {count} more sources", count),
    )
    return Outgoing(content=content, embed=discord.Embed(title=title, description=text or None, color=SOURCES_COLOR))


def escape(text: str) -> str:
    r"""Return a text that Discord shows as it is: no markup, no mention, no link, no line of its own.

    >>> print(escape("*hi* a_b <#80351110224678912>"))
    \*hi\* a\_b \<#80351110224678912>
    """
    # A lone half of a surrogate pair can't be sent at all.
    whole = " ".join(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())
    marked = discord.utils.escape_markdown(whole, ignore_links=False).replace("<", "\\<")
    return _LINK.sub(lambda found: f"{found[0]}\u200b", discord.utils.escape_mentions(marked))


def _fields(answer: Answer, language: Language) -> list[tuple[str, list[str]]]:
    fields = [
        (language.say("Not on file"), [_sentence(gap) for gap in answer.gaps]),
        (language.say("Bear in mind"), [_sentence(caveat) for caveat in answer.caveats]),
        (language.say("Try"), [_code(suggestion) for suggestion in answer.suggestions]),
    ]
    return [(name, [line for line in lines if line]) for name, lines in fields if any(lines)]


def _footer(answer: Answer, language: Language) -> str:
    """Return sources and reading as plain text, since a footer shows no markup."""
    reading = clip(_plain(answer.read_as), LONGEST_READING)
    names = [clip(_plain(_credit(source, language)), LONGEST_SENTENCE) for source in answer.sources]
    read_as = language.say("Read as: {reading}", reading=reading) if reading else ""
    if not names:
        return read_as
    room = FOOTER - size(_sources("", len(names), language)) - size(read_as) - size(BETWEEN)
    text = _sources(_fit(names, room, ", ", language), len(names), language)
    return BETWEEN.join(filter(None, (text, read_as)))


def _sources(names: str, count: int, language: Language) -> str:
    return language.count("Source: {sources}", "Sources: {sources}", count, sources=names)


def _credit(source: Source, language: Language) -> str:
    return language.say("not stated") if source.kind == "unnamed" else Wording(language).credit(source)


def _description(answer: Answer, room: int, language: Language) -> str:
    """Return the blocks in reading order, with as many rows a table as there is room for."""
    longest = max((len(block.rows) for block in answer.blocks if isinstance(block, Table)), default=0)
    for most in (min(longest, DESCRIPTION // SHORTEST_ROW), 25, 12, 6, 3, 1):
        text = "\n\n".join(filter(None, (_block(block, most, answer.headline, language) for block in answer.blocks)))
        if most <= longest and size(text) <= room:
            return text
    return _fit(text.split("\n"), room, "\n", language)


def _block(block: Block, most: int, headline: str, language: Language) -> str:
    match block:
        case Text(text):
            return escape(clip(text, LONGEST_PARAGRAPH))
        case Points(items):
            return "\n".join(f"- {_sentence(item)}" for item in items if item.strip())
        case Table(title, lines):
            shown = len(lines) > 1 or any(_adds(row, headline, language) for row in lines)
            return _table(title, lines, most, language) if shown else ""


def _adds(row: Row, headline: str, language: Language) -> bool:
    """Whether a row by itself says more than the headline has said already."""
    return bool(row.working or row.note) or Wording(language).figure(row) not in headline


def _table(title: str, lines: Sequence[Row], most: int, language: Language) -> str:
    """Return a table as a list: columns would break on a phone. A source that all rows share stands in the footer."""
    shared = len({row.sources for row in lines}) == 1
    bars = _bars(lines)
    rows = [_row(row, bar, language, shared=shared) for row, bar in zip(lines[:most], bars, strict=False)]
    more = [f"- {_more(len(lines) - most, language)}"] if len(lines) > most else []
    return "\n".join([f"**{escape(clip(title, TITLE))}**", *rows, *more])


def _row(row: Row, bar: str, language: Language, *, shared: bool) -> str:
    credited = shared or all(source.name in row.subject for source in row.sources)
    by = "" if credited else f" {_sentence(Wording(language).attribution(row))}"
    under = [f"`{bar}`"] if bar else []
    under += [f"*{_sentence(part)}*" for part in (row.working, row.note) if part]
    return "\n  ".join([f"- {_sentence(row.subject)}: **{escape(Wording(language).figure(row))}**{by}", *under])


def _bars(lines: Sequence[Row]) -> list[str]:
    """Draw ranges of dollars on one scale from zero, so that overlaps are seen at once; none where nothing compares.

    >>> by = (Source(id="glassdoor", name="Glassdoor"),)
    >>> _bars([Row(subject="A", sources=by, low=50, high=100), Row(subject="B", sources=by, low=25, high=50)])
    ['░░░░░░░░░░░░████████████', '░░░░░░██████░░░░░░░░░░░░']
    """
    top = max((row.high or 0 for row in lines), default=0)
    ranges = all(row.unit == "USD" and row.value is None and row.low is not None and row.high for row in lines)
    if len(lines) == 1 or not ranges or len({row.period for row in lines}) > 1:
        return [""] * len(lines)
    ends = [(round((row.low or 0) / top * BAR), round((row.high or 0) / top * BAR)) for row in lines]
    return [("█" * max(1, end - start)).rjust(max(end, 1), "░").ljust(BAR, "░") for start, end in ends]


def _sentence(text: str) -> str:
    return escape(clip(text, LONGEST_SENTENCE))


def _code(text: str) -> str:
    return f"`{clip(_plain(text).replace('`', chr(39)), LONGEST_SENTENCE)}`" if text.strip() else ""


def _plain(text: str) -> str:
    return " ".join(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())


def _length(embed: discord.Embed) -> int:
    texts = [embed.title, embed.footer.text, *(part for field in embed.fields for part in (field.name, field.value))]
    return sum(size(text) for text in texts if text)


def _fit(parts: Sequence[str], room: int, between: str, language: Language) -> str:
    return fit(parts, room, between, lambda count: _more(count, language))


def _more(count: int, language: Language) -> str:
    return language.count("and {count} more", "and {count} more", count)


def _document(document: Source, language: Language) -> str:
    """Name the document that quotes the sources, with its link where there is one."""
    quoted = language.say("Quoted in {article}", article=escape(Wording(language).credit(document)))
    return ", ".join(part for part in (quoted, document.link) if part)


def _by_source(answer: Answer, knowledge: Knowledge, language: Language) -> Iterator[str]:
    for source in answer.sources:
        if source.kind == "document":
            continue
        own = dict.fromkeys(_origin(row, source, knowledge, language) for row in answer.rows if source in row.sources)
        note = f"\n*{escape(language.say(source.note))}*" if source.note else ""
        yield f"**{escape(source.name)}**{note}\n" + "\n".join(f"- {line}" for line in own)


def _origin(row: Row, source: Source, knowledge: Knowledge, language: Language) -> str:
    """Return a figure with its working, or with the heading of the article that it stands under."""
    text = f"{escape(row.subject)}: {escape(Wording(language).figure(row))}"
    if row.working:
        return f"{text} (*{escape(row.working)}*)"
    figure = (row.value, row.low, row.high)
    sections = (f.section for f in knowledge.figures if f.source == source.id and (f.value, f.low, f.high) == figure)
    section = next(sections, "")
    return language.say('{figure}, under "{section}"', figure=text, section=escape(section)) if section else text
