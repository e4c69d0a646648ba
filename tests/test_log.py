"""The log: one cause makes no flood, and no message is longer than a line."""

from __future__ import annotations

import logging

from bot.chat.app.log import LONGEST, MOST_ALIKE, WINDOW, Condensed, Masked


def record(text: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("bot", logging.WARNING, __file__, 1, text, args, None)


def test_one_cause_makes_no_flood_and_is_counted() -> None:
    now = 0.0
    condensed = Condensed(lambda: now)
    passed = [condensed.filter(record("gave up answering %s", number)) for number in range(MOST_ALIKE + 108)]
    assert passed == [True] * MOST_ALIKE + [False] * 108
    assert condensed.filter(record("something else"))
    now = WINDOW
    later = record("gave up answering %s", 7)
    assert condensed.filter(later)
    assert later.getMessage() == "gave up answering 7 (and 108 more like it before)"
    again = record("gave up answering %s", 8)
    assert condensed.filter(again)
    assert again.getMessage() == "gave up answering 8"


def test_the_body_of_an_error_is_cut_and_in_one_line() -> None:
    line = Masked("hush").format(record("can't log in: %s", "<html>\nhush\n" + "x" * 10_000))
    assert "\n" not in line
    assert len(line) < LONGEST + 100
    assert "hush" not in line
