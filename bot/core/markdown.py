"""Answer -> Markdown: what a person reads, the same in Discord, in the terminal and in `ask --json`."""

from __future__ import annotations

from bot.core.answers import rows
from bot.core.dialogue import Answer, Block, Points, Row, Table, Text
from bot.core.knowledge import NOT_STATED, Source


def markdown(answer: Answer) -> str:
    """Return the whole answer as Markdown, sources and reading last."""
    parts = [f"**{answer.headline}**", body(answer), footer(answer)]
    return "\n\n".join(part for part in parts if part)


def body(answer: Answer) -> str:
    """Return everything between the headline and the sources."""
    parts = [_block(block) for block in answer.blocks]
    parts += [f"Not on file: {gap}" for gap in answer.gaps]
    parts += [f"*{caveat}*" for caveat in answer.caveats]
    if answer.suggestions:
        parts.append("Try: " + " · ".join(f"`{suggestion}`" for suggestion in answer.suggestions))
    return "\n\n".join(parts)


def footer(answer: Answer) -> str:
    """Return the sources and what the question was read as."""
    lines = []
    if answer.sources:
        lines.append(f"Source: {', '.join(_credit(source) for source in answer.sources)}")
    if answer.read_as:
        lines.append(f"Read as: {answer.read_as}")
    return "\n".join(lines)


def _credit(source: Source) -> str:
    return "not named by the article" if source.id == NOT_STATED else source.name


def line(row: Row) -> str:
    """Return a row as one line: subject, figure, working, source, note."""
    told = f"{row.subject}: **{rows.told(row)}**"
    extra = [part for part in (row.working, row.note) if part]
    return f"{told} {rows.by(row)}{' - ' + '; '.join(extra) if extra else ''}"


def _block(block: Block) -> str:
    match block:
        case Text(text):
            return text
        case Points(items):
            return "\n".join(f"- {item}" for item in items)
        case Table(title, lines):
            return "\n".join([f"__{title}__", *(f"- {line(row)}" for row in lines)])
