"""Cuts a long answer into pages, so that nothing has to be left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.core.model.dialogue import Answer, Block, Points, Table, Text

# As many lines as fit a phone's screen or two.
A_PAGE = 12


class Page(NamedTuple):
    """One page of an answer: `number` of `of`, counted from 0."""

    answer: Answer
    number: int
    of: int


def page(answer: Answer, number: int = 0) -> Page:
    """Return a page of an answer, the last one where `number` is beyond it.

    What is short stands on the first page; lists longer than a page go on over the next ones.
    """
    of = max(1, *(-(-len(_lines(block)) // A_PAGE) for block in answer.blocks)) if answer.blocks else 1
    number = max(0, min(number, of - 1))
    if of == 1:
        return Page(answer, 0, 1)
    blocks = tuple(cut for block in answer.blocks if (cut := _cut(block, number)) is not None)
    return Page(replace(answer, blocks=blocks), number, of)


def _lines(block: Block) -> Sequence[object]:
    match block:
        case Text():
            return ()
        case Points(items):
            return items
        case Table(_, rows):
            return rows


def _cut(block: Block, number: int) -> Block | None:
    """Return what of a block stands on a page, None where nothing does."""
    start = number * A_PAGE
    match block:
        case Text():
            return block if number == 0 else None
        case Points(items):
            return Points(items[start : start + A_PAGE]) if items[start:] else None
        case Table(title, rows):
            return Table(title, rows[start : start + A_PAGE]) if rows[start:] else None
