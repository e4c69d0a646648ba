"""What Discord refuses, and what it does without saying so: no request that would be refused, no answer that waits."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.chat.presentation.components import UP
from bot.chat.services import Resources
from bot.storage.knowledge.library import Library
from tests.discord_server import faults as f
from tests.faults.clock import simulate
from tests.test_wire_controls import CHANGE, StubRenderer, answered, picture, quiet, right
from tests.wire import living, loopback

ANSWER = ("POST", "/channels/{c}/messages")
ALWAYS = 1_000_000
COMMANDS = "/applications/{app}/commands"


@pytest.mark.parametrize("how", ["mention", "prefix"])
@pytest.mark.parametrize("is_known_to_client", [True, False])
def test_without_message_history_the_answer_is_no_reply(library: Library, how: str, is_known_to_client: bool) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            if is_known_to_client:
                place.general.deny(place.server.bot, "read_message_history")
            else:  # Discord says so, though the bot's own look at its permissions doesn't
                place.server.faults.on_rest(*ANSWER, f.Status(400, code=160002))
            text = "google salary" if how == "mention" else "!salary google salary"
            place.server.say(place.ada, place.general, text, mention_bot=how == "mention")
            await quiet()
            (answer,) = [one for one in place.general.messages if one.author is place.server.bot]
            assert (answer.content, answer.reference) == (right(library), None)
            refused = [one for one in place.server.requests if one.status == 400]
            assert len(refused) == (0 if is_known_to_client else 1)

    simulate(main())


@pytest.mark.parametrize("lacking", ["send_messages", "view_channel"])
def test_where_it_may_not_write_nothing_is_sent(
    library: Library, caplog: pytest.LogCaptureFixture, lacking: str
) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.listed.deny(place.server.bot, lacking)
            for _ in range(20):
                place.server.say(place.ada, place.listed, "!salary google salary")
            place.server.say(place.ada, place.listed, "!kb status")
            await quiet()
            assert [one for one in place.server.requests if one.status == 403] == []
            place.listed.deny(place.server.bot)
            await answered(place)

    simulate(main())


@pytest.mark.parametrize("lacking", ["read_message_history", "view_channel"])
def test_what_may_not_be_read_is_not_fetched(library: Library, lacking: str) -> None:
    """Thumbs in a channel whose history is closed would be as many refusals."""

    async def main() -> None:
        async with loopback() as place, living(place, library):
            answer = await answered(place)
            place.listed.deny(place.server.bot, lacking)
            for _ in range(10):
                place.server.react(answer, place.ada, UP)
                place.server.react(answer, place.ada, UP, remove=True)
            await quiet()
            assert [one for one in place.server.requests if one.method == "GET" and "{m}" in one.route] == []
            place.listed.deny(place.server.bot)
            place.server.react(answer, place.ada, UP)
            await quiet()
            assert len([one for one in place.server.requests if one.method == "GET" and "{m}" in one.route]) == 1

    simulate(main())


@pytest.mark.parametrize("traps", [30, pytest.param(200, marks=pytest.mark.long)])
def test_a_hostile_server_reaches_no_thousand_refusals(library: Library, traps: int) -> None:
    """Refusals that no look at the permissions foretells, in every channel, for ten minutes."""

    async def main() -> None:
        async with loopback() as place, living(place, library):
            guild = place.server.guilds[place.general.guild_id or 0]
            channels = [guild.add_channel(f"trap {number}") for number in range(traps)]
            refused = f.Status(403, code=50013, message="Missing Permissions")
            place.server.faults.on_rest("*", "/channels/{c}/messages", refused, times=ALWAYS)
            place.server.faults.on_rest("*", "/channels/{c}/typing", refused, times=ALWAYS)
            began = asyncio.get_running_loop().time()
            while asyncio.get_running_loop().time() - began < 600:
                for channel in channels:
                    place.server.say(place.ada, channel, "google salary", mention_bot=True)
                await asyncio.sleep(60)
            assert len([one for one in place.server.requests if one.status == 403]) < 2 * traps + 200
            # After a while it tries again, and is itself again.
            place.server.faults.calm()
            await asyncio.sleep(700)
            await answered(place)

    simulate(main())


@pytest.mark.parametrize("fault", [f.Status(500), f.Status(503), f.Status(504), f.Reset(), f.Hang()], ids=str)
@pytest.mark.parametrize("way", ["message", "command"])
def test_words_never_wait_for_a_picture_that_fails(library: Library, fault: f.RestFault, way: str) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            place.server.faults.on_upload(fault, times=ALWAYS)
            began = asyncio.get_running_loop().time()
            if way == "message":
                message = await answered(place)
            else:
                called = place.server.slash(place.ada, place.general, "salary", question="google salary")
                await place.until(lambda: [one for one in called.messages if not one.loading])
                (message,) = called.messages
            # One try: with it resets and hangs aiohttp and the bot spend ten seconds at most.
            assert asyncio.get_running_loop().time() - began < 20
            assert (message.content, picture(place, message)) == (right(library), None)
            # Nor does the channel wait for it.
            place.server.faults.calm()
            began = asyncio.get_running_loop().time()
            await answered(place, "amazon")
            assert asyncio.get_running_loop().time() - began < 3

    simulate(main())


@pytest.mark.parametrize("fault", [f.Garbage(applied=True), f.Truncated()], ids=str)
def test_what_was_done_is_not_done_again_because_its_answer_is_unreadable(library: Library, fault: f.RestFault) -> None:
    async def main() -> None:
        async with loopback() as place:
            place.server.faults.on_rest("PUT", COMMANDS, fault, times=ALWAYS)
            async with living(place, library):
                reply = await answered(place)
                assert reply.reference is not None
                place.server.faults.on_rest(*CHANGE, fault, times=ALWAYS)
                place.server.edit(reply.reference, "!salary amazon salary")
                await quiet()
                assert reply.content == right(library, "!salary amazon salary")
                assert len([one for one in place.server.requests if one.method == "PATCH"]) == 1
                assert len([one for one in place.server.requests if one.method == "PUT"]) == 1
                place.server.faults.on_rest(*ANSWER, fault, times=ALWAYS)
                asked = place.server.say(place.ada, place.listed, "!salary apple salary")
                await quiet()
                assert len(place.server.replies(asked)) == 1
                sent = [one for one in place.server.requests if one.route == ANSWER[1]]
                assert len(sent) <= 6

    simulate(main())
