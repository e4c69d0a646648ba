"""Tells where each figure of an answer is from: its source, and the heading of the article that it stands under."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from bot.chat.presentation.embeds import DESCRIPTION, escape
from bot.chat.transport.outgoing import Outgoing
from bot.core.answers.wording import Wording
from bot.core.model.dialogue import Answer, Row
from bot.core.model.knowledge import Knowledge, Source
from bot.core.model.language import Language

COLOUR = 0x5865F2


def wherefrom(answer: Answer, known: Knowledge, language: Language) -> Outgoing:
    """Return the message; a figure that was worked out is told by its working."""
    kept, more = list[str](), 0
    for line in _lines(answer, known, language):
        if sum(len(one) + 2 for one in kept) + len(line) < DESCRIPTION - 100:
            kept.append(line)
        else:
            more += 1
    documents = dict.fromkeys(known.origin_of(source) for source in answer.sources)
    kept += [_document(one, language) for one in documents if one.kind == "document"]
    if more:
        kept.append(language.count("and {count} more source", "and {count} more sources", more))
    title = language.say("Where the figures are from")
    content = language.say("Each figure with who says it, and the heading of the article that it stands under:")
    return Outgoing(
        content=content, embed=discord.Embed(title=title, description="\n\n".join(kept) or None, colour=COLOUR)
    )


def _document(document: Source, language: Language) -> str:
    """Name the document that quotes the sources, with its link where there is one."""
    quoted = language.say("Quoted in {article}", article=escape(Wording(language).credit(document)))
    return ", ".join(part for part in (quoted, document.link) if part)


def _lines(answer: Answer, known: Knowledge, language: Language) -> Iterator[str]:
    for source in answer.sources:
        if source.kind == "document":
            continue
        own = dict.fromkeys(_told(row, source, known, language) for row in answer.rows if source in row.sources)
        note = f"\n*{escape(language.say(source.note))}*" if source.note else ""
        yield f"**{escape(source.name)}**{note}\n" + "\n".join(f"- {line}" for line in own)


def _told(row: Row, source: Source, known: Knowledge, language: Language) -> str:
    said = f"{escape(row.subject)}: {escape(Wording(language).figure(row))}"
    if row.working:
        return f"{said} (*{escape(row.working)}*)"
    figure = (row.value, row.low, row.high)
    sections = (f.section for f in known.figures if f.source == source.id and (f.value, f.low, f.high) == figure)
    section = next(sections, "")
    return language.say('{figure}, under "{section}"', figure=said, section=escape(section)) if section else said
