"""What Discord tells of oddly: nobody stays unanswered for it, and the log has a quiet line, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

import discord
import pytest

from bot.chat.app.command_tree import NOWHERE
from tests.discord_world import World, details_of, response_of, text_of

GOOGLE = "$313,797"


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.exc_info]


def without(world: World, *keys: str) -> None:
    """Have each interaction arrive without some of its keys."""
    parsers = world.bot._connection.parsers
    parse = parsers["INTERACTION_CREATE"]

    def parsed(data: dict[str, Any]) -> None:
        parse({key: value for key, value in data.items() if key not in keys})

    parsers["INTERACTION_CREATE"] = parsed


@pytest.mark.parametrize(
    ("command", "options", "expected"),
    [
        ("salary", {"question": "google"}, GOOGLE),
        ("offer", {"amount": "150k"}, "$22,697"),
        ("privacy", {}, "What I read"),
    ],
)
async def test_a_command_without_a_channel_is_answered(
    world: World, caplog: pytest.LogCaptureFixture, command: str, options: dict[str, str], expected: str
) -> None:
    without(world, "channel")
    result = await world.member.slash(world.general, command, **options)
    assert expected in text_of(response_of(result))
    assert tracebacks(caplog) == []


async def test_a_command_from_nowhere_is_told_so(world: World, caplog: pytest.LogCaptureFixture) -> None:
    without(world, "channel", "channel_id")
    result = await world.member.slash(world.general, "salary", question="google")
    assert result.ephemeral
    assert response_of(result).content == NOWHERE
    assert tracebacks(caplog) == []


async def test_a_press_without_a_channel_is_answered(world: World, caplog: pytest.LogCaptureFixture) -> None:
    (reply,) = await world.hears(world.member, world.general, "!salary google")
    without(world, "channel", "channel_id")
    assert GOOGLE in await details_of(world.member, reply)
    assert tracebacks(caplog) == []


async def test_a_completion_that_discord_does_not_take_is_a_line(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10_062)
    await world.member.autocomplete(world.general, "salary", "question", "goog")
    assert tracebacks(caplog) == []
    assert len([record for record in caplog.records if "completion" in record.getMessage()]) == 1


async def test_an_edit_in_a_thread_whose_channel_is_not_seen(world: World, caplog: pytest.LogCaptureFixture) -> None:
    channel = world.bot.get_channel(world.general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="pay", type=discord.ChannelType.public_thread)
    (thread,) = world.general.threads
    question = await world.member.send(thread, f"{world.mention} google")
    channel.guild._channels.pop(channel.id)
    await world.member.edit(question, f"{world.mention} amazon")
    (answer,) = world.replies_in(thread)
    assert "$302,894" in answer.content
    assert tracebacks(caplog) == []


async def test_an_update_without_an_author_is_a_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    data = {"id": "77", "channel_id": str(world.general.id), "guild_id": str(world.home.id), "embeds": []}
    world.bot._connection.parsers["MESSAGE_UPDATE"](data)
    await world.env.settle()
    assert tracebacks(caplog) == []
    assert len([record for record in caplog.records if "77" in record.getMessage()]) == 1
