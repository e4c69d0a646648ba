"""Answer -> Markdown: what a person reads, the same in Discord, in the terminal and in `ask --json`."""

from __future__ import annotations

from bot.core.answers import figure_rows
from bot.core.model.dialogue import Answer, Block, Points, Row, Table, Text
from bot.core.model.knowledge import NOT_STATED, Source
from bot.core.model.language import ENGLISH, Language


def markdown(answer: Answer, language: Language = ENGLISH) -> str:
    """Return the whole answer as Markdown, sources and reading last."""
    parts = [f"**{answer.headline}**", body(answer, language), footer(answer, language)]
    return "\n\n".join(part for part in parts if part)


def body(answer: Answer, language: Language) -> str:
    """Return everything between the headline and the sources."""
    parts = [_block(block, language) for block in answer.blocks]
    parts += [language.say("Not on file: {gap}", gap=gap) for gap in answer.gaps]
    parts += [f"*{caveat}*" for caveat in answer.caveats]
    if answer.suggestions:
        quoted = " · ".join(f"`{suggestion}`" for suggestion in answer.suggestions)
        parts.append(language.say("Try: {suggestions}", suggestions=quoted))
    return "\n\n".join(parts)


def footer(answer: Answer, language: Language) -> str:
    """Return the sources and what the question was read as."""
    lines = []
    if answer.sources:
        named = ", ".join(_credit(source, language) for source in answer.sources)
        lines.append(language.say("Source: {sources}", sources=named))
    if answer.read_as:
        lines.append(language.say("Read as: {reading}", reading=answer.read_as))
    return "\n".join(lines)


def _credit(source: Source, language: Language) -> str:
    return language.say("not named by the article") if source.id == NOT_STATED else figure_rows.credit(source, language)


def line(row: Row, language: Language) -> str:
    """Return a row as one line: subject, figure, working, source, note."""
    told = f"{row.subject}: **{figure_rows.told(row, language)}**"
    extra = [part for part in (row.working, row.note) if part]
    return f"{told} {figure_rows.by(row, language)}{' - ' + '; '.join(extra) if extra else ''}"


def _block(block: Block, language: Language) -> str:
    match block:
        case Text(text):
            return text
        case Points(items):
            return "\n".join(f"- {item}" for item in items)
        case Table(title, lines):
            return "\n".join([f"__{title}__", *(f"- {line(row, language)}" for row in lines)])
