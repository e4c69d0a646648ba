"""The log: one cause makes no flood, no message is longer than a line, and each says its process and its shard."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sys
from datetime import datetime

import pytest

from bot.chat.app import log
from bot.chat.app.log import LONGEST, MOST_ALIKE, WINDOW, AsJson, Condensed, Masked
from bot.storage.knowledge.library import Library
from bot.storage.state import PROCESS
from tests.discord_server import faults as f
from tests.faults.clock import simulate
from tests.wire import living, loopback

POST = ("POST", "/channels/{c}/messages")


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


def two_shards_with_a_failed_answer_each(library: Library, monkeypatch: pytest.MonkeyPatch, style: str) -> list[str]:
    """Return the log of a bot with two shards, each of which gave up an answer."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)

    async def main() -> None:
        async with loopback(shards=2) as place:
            log.start("DEBUG", place.server.token, style)
            place.server.starts.least = 2
            guilds = [place.server.add_guild(f"Server {number}") for number in range(2)]
            assert {(guild.id >> 22) % 2 for guild in guilds} == {0, 1}
            channels = [guild.add_channel("general") for guild in guilds]
            for guild in guilds:
                guild.add_member(place.ada)
            async with living(place, library):
                await asyncio.sleep(60)
                place.server.faults.on_rest(*POST, f.Status(500), times=1_000)
                for channel in channels:
                    place.server.say(place.ada, channel, "!salary google")
                await asyncio.sleep(120)
                place.server.faults.on_frame(f.WrongShape())
                place.server.say(place.ada, channels[0], "hello")
                await asyncio.sleep(5)

    simulate(main())
    return written.getvalue().splitlines()


def test_each_line_says_its_process_and_its_shard(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = two_shards_with_a_failed_answer_each(library, monkeypatch, "text")
    assert all(f" [{PROCESS}" in line for line in lines)
    failed = [line for line in lines if "gave up answering" in line]
    assert {re.search(r"\[.*?(?::(\d+))?\]", line)[1] for line in failed} == {"0", "1"}  # type: ignore[index]
    assert not [line for line in lines if "Shard ID None" in line]
    assert [line for line in lines if f" [{PROCESS}] " in line]  # the login is no shard's


def test_as_json_each_line_is_one_object(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [json.loads(line) for line in two_shards_with_a_failed_answer_each(library, monkeypatch, "json")]
    assert {record["shard"] for record in records if "gave up answering" in record["message"]} == {0, 1}
    assert {record["process"] for record in records} == {PROCESS}
    assert all(datetime.fromisoformat(record["time"]).tzinfo for record in records)
    assert {record["level"] for record in records} >= {"INFO", "WARNING"}


@pytest.mark.parametrize("secret", ["hush", 'h"us\\h', "h\u00fcsh"])
def test_a_traceback_in_json_is_one_line_without_the_token(secret: str) -> None:
    try:
        raise ValueError(f"refused:\n{secret}")  # noqa: TRY301 - for its traceback
    except ValueError:
        failed = logging.LogRecord("bot", logging.ERROR, __file__, 1, "can't: %s", (secret,), sys.exc_info())
    line = AsJson(secret).format(failed)
    assert "\n" not in line
    message = json.loads(line)
    assert message["message"] == f"can't: {log.MASK}"
    assert "Traceback" in message["error"]
    assert f"ValueError: refused:\n{log.MASK}" in message["error"]
    assert secret not in f"{line}{message}"
