"""Answer -> Markdown: what a person reads, the same in Discord, in the terminal and in `ask --json`."""

from __future__ import annotations

from bot.core.answers.wording import Wording
from bot.core.model.dialogue import Answer, Block, Points, Row, Table, Text
from bot.core.model.knowledge import Source
from bot.core.model.language import ENGLISH, Language


def markdown(answer: Answer, language: Language = ENGLISH) -> str:
    """Return the whole answer as Markdown, sources and reading last."""
    wording = Wording(language)
    parts = [f"**{answer.headline}**", body(answer, wording), footer(answer, wording)]
    return "\n\n".join(part for part in parts if part)


def body(answer: Answer, wording: Wording) -> str:
    """Return everything between the headline and the sources."""
    parts = [_block(block, wording) for block in answer.blocks]
    parts += [wording.say("Not on file: {gap}", gap=gap) for gap in answer.gaps]
    parts += [f"*{caveat}*" for caveat in answer.caveats]
    if answer.suggestions:
        quoted = " · ".join(f"`{suggestion}`" for suggestion in answer.suggestions)
        parts.append(wording.say("Try: {suggestions}", suggestions=quoted))
    return "\n\n".join(parts)


def footer(answer: Answer, wording: Wording) -> str:
    """Return the sources and what the question was read as."""
    lines = []
    if answer.sources:
        named = ", ".join(_credit(source, wording) for source in answer.sources)
        lines.append(wording.say("Source: {sources}", sources=named))
    if answer.read_as:
        lines.append(wording.say("Read as: {reading}", reading=answer.read_as))
    return "\n".join(lines)


def _credit(source: Source, wording: Wording) -> str:
    return wording.say("not named by the article") if source.kind == "unnamed" else wording.credit(source)


def line(row: Row, wording: Wording) -> str:
    """Return a row as one line: subject, figure, working, source, note."""
    figure = f"{row.subject}: **{wording.figure(row)}**"
    extra = [part for part in (row.working, row.note) if part]
    return f"{figure} {wording.attribution(row)}{' - ' + '; '.join(extra) if extra else ''}"


def _block(block: Block, wording: Wording) -> str:
    match block:
        case Text(text):
            return text
        case Points(items):
            return "\n".join(f"- {item}" for item in items)
        case Table(title, lines):
            return "\n".join([f"__{title}__", *(f"- {line(row, wording)}" for row in lines)])
