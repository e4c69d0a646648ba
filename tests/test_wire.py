"""What the bot does where discord.py by itself ends, loses or doubles: over real sockets, in simulated time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from discord.state import ConnectionState

from bot.chat.app import lifecycle as life_of
from bot.chat.app.errors import REFUSED, SORRY, UNKNOWN
from bot.chat.conversation.addressing import AddressedMessage
from bot.chat.conversation.conversations import Conversations
from bot.chat.guilds.caller import Caller
from bot.chat.presentation.message import message_of
from bot.chat.transport.hybrid import Context
from bot.storage.knowledge.library import Library
from tests.discord_server import faults as f
from tests.discord_server.clients import ready
from tests.discord_server.interactions import Interaction
from tests.faults.clock import simulate
from tests.wire import living, loopback, plain

ANSWER = ("POST", "/channels/{c}/messages")
CALLBACK = ("POST", "/interactions/{i}/{token}/callback")
EDIT = ("PATCH", "/webhooks/{app}/{token}/messages/@original")
ERRORS: list[f.RestFault] = [f.Status(status) for status in (408, 500, 502, 503, 504, 520, 522, 524)]
DONE_BUT_UNSAID: list[f.RestFault] = [
    *(f.Status(status, applied=True) for status in (408, 500, 502, 503, 504, 520, 522, 524)),
    *(f.Reset(applied=True), f.Truncated(), f.Garbage(applied=True), f.Hang(applied=True), f.Slow(15.0)),
]
LOST: list[f.RestFault] = [
    *ERRORS,
    f.Reset(),
    f.Hang(),
    f.Slow(15.0, applied=False),
    f.TooMany(),
    f.TooMany(via=False),
]
TEXT = "google salary"


def right(library: Library, text: str = f"!salary {TEXT}") -> str:
    return message_of(library.advisor.ask(text))


def gave_up(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "gave up" in record.getMessage()]


async def quiet() -> None:
    """Let all that was begun come to its end."""
    await asyncio.sleep(300)


# ------------------------------------------------------------------ the first hole: a failed first handshake


def test_plain_discord_py_ends_with_its_first_failed_handshake() -> None:
    async def main() -> None:
        async with loopback() as place, plain(place) as client:
            place.server.faults.on_handshake(f.Status(502))
            with pytest.raises(AttributeError):
                await client.start(place.server.token)

    simulate(main())


@pytest.mark.parametrize(
    "fault",
    [
        f.Status(502),
        *(
            pytest.param(fault, marks=pytest.mark.long)
            for fault in (f.Reset(), f.Hang(), f.NoHello(), f.CloseAt(1000), f.CloseAt(4000), f.CloseAt(4008))
        ),
    ],
    ids=str,
)
def test_a_hundred_failed_handshakes_are_survived(library: Library, fault: f.HandshakeFault) -> None:
    async def main() -> None:
        async with loopback() as place:
            place.server.faults.on_handshake(fault, times=100)
            async with living(place, library):
                asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
                await place.until(lambda: place.server.replies(asked))
                assert len(place.server.identifies) < 10

    simulate(main())


@pytest.mark.parametrize(
    "route", ["/users/@me", "/oauth2/applications/@me", "/gateway/bot", "/applications/{app}/commands"]
)
@pytest.mark.parametrize("fault", [*LOST, f.Status(403), f.Status(404)], ids=str)
def test_a_start_that_is_refused_is_tried_again(library: Library, route: str, fault: f.RestFault) -> None:
    if route.endswith("commands") and fault in (f.Status(403), f.Status(404)):
        pytest.skip("commands that are refused for good stay as they were: test_chat_asking")

    async def main() -> None:
        async with loopback() as place:
            place.server.faults.on_rest("*", route, fault, times=12)
            async with living(place, library):
                assert place.ready()

    simulate(main())


@pytest.mark.long
def test_a_hundred_refused_logins_of_every_kind_are_survived(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place:
            kinds: list[f.RestFault] = [*LOST, *DONE_BUT_UNSAID, f.Status(403), f.Status(404), f.Status(400)]
            # Some resets aiohttp overcomes by itself, unseen.
            for number in range(120):
                place.server.faults.on_rest("GET", "/users/@me", kinds[number % len(kinds)])
            async with living(place, library):
                assert len([one for one in place.server.requests if one.path == "/users/@me" and one.fault]) >= 100

    simulate(main())


def test_a_hundred_logins_without_a_server_are_survived(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place:
            port = int(place.server.api.split(":")[2].split("/")[0])
            await place.server.close()
            async with living(place, library, ready=False):
                await asyncio.sleep(100 * 60)
                await place.server.start(port)
                await place.until(place.ready)

    simulate(main())


@pytest.mark.parametrize(
    ("code", "exit_code", "expected"),
    [(4004, 2, life_of.TURNED_AWAY), *((code, 1, life_of.CLOSED_FOR_GOOD[code]) for code in (4012, 4013))],
)
def test_a_final_refusal_of_the_gateway_ends_it_in_a_line(
    library: Library, capsys: pytest.CaptureFixture[str], code: int, exit_code: int, expected: str
) -> None:
    async def main() -> int:
        async with loopback() as place:
            place.server.faults.on_handshake(f.CloseAt(code))
            async with living(place, library, ready=False) as life:
                return await life.task

    assert simulate(main()) == exit_code
    text = capsys.readouterr().err
    assert expected in text
    assert text.count("\n") == 1


# ------------------------------------------------------------------ the second: a message that is not sent again


@pytest.mark.parametrize("fault", [f.Status(503), f.Status(520), f.Status(522), f.Reset()], ids=str)
def test_plain_discord_py_loses_an_answer(fault: f.RestFault) -> None:
    async def main() -> None:
        async with loopback() as place, plain(place) as client, ready(place.server, client):
            place.server.faults.on_rest(*ANSWER, fault)
            asked = place.server.say(place.ada, place.listed, TEXT)
            await quiet()
            assert place.server.replies(asked) == []

    simulate(main())


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", [*LOST, *DONE_BUT_UNSAID], ids=str)
def test_an_answer_is_delivered_once(library: Library, fault: f.RestFault, times: int) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*ANSWER, fault, times=times)
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert [reply.content for reply in place.server.replies(asked)] == [right(library)]

    simulate(main())


@pytest.mark.parametrize(
    "fault", [f.Status(503), f.Status(500), f.Hang(), f.Reset(), f.TooMany(retry_after=8)], ids=str
)
def test_an_answer_is_given_up_after_a_time_with_one_line(
    library: Library, caplog: pytest.LogCaptureFixture, fault: f.RestFault
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*ANSWER, fault, times=10_000)
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            place.server.faults.calm()
            tried = [request.at for request in place.server.requests if request.path.endswith("/messages")]
            assert tried[-1] - tried[0] < 180
            await quiet()
            assert place.server.replies(asked) == []
            # It is over with that one question: the next is answered.
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert len(place.server.replies(asked)) == 1

    simulate(main())
    assert len(gave_up(caplog)) == 1


def test_a_question_that_discord_tells_twice_is_answered_once(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_frame(f.Duplicate(), event="MESSAGE_CREATE")
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert len(place.server.replies(asked)) == 1
            sent = [request for request in place.server.requests if request.path.endswith("/messages")]
            assert len(sent) == 1

    simulate(main())


# ------------------------------------------------------------------ the third: an interaction that waits too long


def seen(asked: Interaction) -> list[str]:
    return [message.content for message in asked.messages]


def test_plain_discord_py_answers_an_interaction_too_late() -> None:
    async def main() -> None:
        # A bot with a command, so that there is one to be called; the answer is Echo's.
        async with loopback() as place, plain(place) as client, ready(place.server, client):
            await client.http.bulk_upsert_global_commands(place.server.application_id, [COMMAND])
            place.server.faults.on_rest(*CALLBACK, f.Status(503), times=2)
            asked = place.server.slash(place.ada, place.general, "salary", question="google")
            await quiet()
            assert seen(asked) == []

    simulate(main())


COMMAND: Any = {
    "name": "salary",
    "description": "x",
    "type": 1,
    "options": [{"type": 3, "name": "question", "description": "x"}],
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [*ERRORS, f.Reset(), f.TooMany(retry_after=0.3), *DONE_BUT_UNSAID], ids=str)
def test_an_interaction_is_answered_once_and_in_time(library: Library, fault: f.RestFault, times: int) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*CALLBACK, fault, times=times)
            asked = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            await quiet()
            assert seen(asked) == [right(library)]
            assert asked.acknowledged_after is not None
            assert asked.acknowledged_after < 3

    simulate(main())


@pytest.mark.parametrize("fault", [*LOST, *DONE_BUT_UNSAID], ids=str)
def test_an_answer_after_an_acknowledgement_goes_through_the_webhook(
    library: Library, monkeypatch: pytest.MonkeyPatch, fault: f.RestFault
) -> None:
    answer = Conversations.answer_command

    async def slow(self: Conversations, ctx: Context, message: AddressedMessage, caller: Caller) -> None:
        await asyncio.sleep(1)
        await answer(self, ctx, message, caller)

    monkeypatch.setattr(Conversations, "answer_command", slow)

    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*EDIT, fault, times=2)
            asked = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            await quiet()
            assert seen(asked) == [right(library)]

    simulate(main())


def test_a_slow_command_is_acknowledged_in_under_a_second(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: object) -> bool:
        await asyncio.sleep(6)
        return True

    async def main() -> None:
        async with loopback() as place, living(place, library):
            monkeypatch.setattr("bot.chat.cogs.admin.AdminCog.cog_check", slow)
            owner = place.server.owner
            asked = place.server.slash(owner, place.server.dm(owner), "kb status")
            await quiet()
            assert asked.acknowledged_after is not None
            assert asked.acknowledged_after < 1
            assert [message.content[:7] for message in asked.messages] == ["On file"]
            assert all(message.ephemeral for message in asked.messages)

    simulate(main())


def test_a_reply_that_is_refused_leaves_nobody_waiting(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*CALLBACK, f.Status(403), times=2)
            asked = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            await quiet()
            assert asked.callbacks == []  # no "thinking ..." without an end

    simulate(main())


def test_who_owns_the_bot_is_known_when_discord_is_away(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest("GET", "/oauth2/applications/@me", f.Status(503), times=100)
            asked = place.server.say(place.server.owner, place.server.dm(place.server.owner), "!kb status")
            await quiet()
            assert [reply.content[:7] for reply in place.server.replies(asked)] == ["On file"]

    simulate(main())


# ------------------------------------------------------------------ the fourth: a crash loop


async def crash_loop(starts: int, every: float, start: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Start a bot again and again; each is gone (killed, not stopped) before its time is over."""
    for _ in range(starts):
        task = asyncio.create_task(start())
        await asyncio.sleep(every)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_plain_discord_py_spends_an_identify_a_crash() -> None:
    async def main() -> None:
        async with loopback() as place:

            async def start() -> None:
                async with plain(place) as client:
                    await client.start(place.server.token)

            await crash_loop(130, 60.0, start)
            assert len(place.server.identifies) == 130

    simulate(main())


@pytest.mark.long
def test_a_crash_loop_never_spends_the_last_starts_of_a_day(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with loopback() as place:
            starts = place.server.starts
            starts.total = starts.remaining = 100

            async def start() -> None:
                async with living(place, library, ready=False, state=tmp_path) as life:
                    await life.task

            await crash_loop(130, 60.0, start)
            half = len(place.server.identifies)
            assert 50 <= half < 60  # the rest of the day has to last
            await crash_loop(3, 3_600.0, start)
            assert half < len(place.server.identifies) <= half + 3
            starts.remaining = 0
            await crash_loop(10, 60.0, start)
            assert len(place.server.identifies) <= half + 3

    simulate(main())


# ------------------------------------------------------------------ sessions


def test_a_dead_address_to_resume_at_is_left(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place:
            place.server.resume_at("ws://127.0.0.1:1")
            async with living(place, library, discord_gateway=None):
                place.server.disconnect(4000)
                asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
                await quiet()
                assert len(place.server.replies(asked)) == 1
                assert len(place.server.identifies) == 1

    simulate(main())


def test_trouble_after_a_good_while_is_not_waited_for_longer_each_time(library: Library) -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with loopback() as place, living(place, library):
            waits = []
            for _ in range(8):
                await asyncio.sleep(30)
                lost = clock()
                place.server.disconnect(4000)
                await asyncio.sleep(10)
                waits.append(place.server.resumes[-1][0] - lost)
            assert len(place.server.resumes) == 8
            assert max(waits) < 1.5

    simulate(main())


def test_a_session_that_kills_each_connection_is_left(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_frame(f.Malformed(), times=10_000, event="MESSAGE_CREATE")
            place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            place.server.faults.calm()
            assert len(place.server.identifies) == 2
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert len(place.server.replies(asked)) == 1

    simulate(main())


# ------------------------------------------------------------------ what comes over the gateway


def test_plain_discord_py_ends_with_a_dispatch_it_cannot_read() -> None:
    async def main() -> None:
        async with loopback() as place, plain(place) as client, ready(place.server, client) as task:
            place.server.faults.on_frame(f.WrongShape())
            place.server.say(place.ada, place.listed, TEXT)
            await quiet()
            assert task.done()
            assert task.exception() is not None

    simulate(main())


@pytest.mark.parametrize(
    "fault",
    [
        *(f.WrongShape(), f.WrongShape(body="null"), f.WrongShape(body="[1]"), f.WrongShape("GUILD_CREATE", "{}")),
        *(f.UnknownEvent(), f.Malformed(), f.TruncatedFrame(), f.TruncatedFrame(cut=False), f.Abort(), f.Reconnect()),
        *(f.InvalidSession(), f.Close(1000), f.Close(4000), f.Close(4009), f.Zombie(), f.Duplicate(), f.Reorder()),
    ],
    ids=str,
)
def test_whatever_the_gateway_sends_the_question_is_answered_once(library: Library, fault: f.FrameFault) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_frame(fault, event="MESSAGE_CREATE")
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert len(place.server.replies(asked)) == 1

    simulate(main())


def test_a_broken_dispatch_is_noted_once_with_its_ids_and_nothing_that_was_said(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            body = '{"id": "77", "channel_id": "88", "content": "a secret", "mentions": null}'
            place.server.faults.on_frame(f.WrongShape(body=body))
            place.server.say(place.ada, place.listed, TEXT)
            await quiet()

    simulate(main())
    (noted,) = [record for record in caplog.records if "can't be read" in record.getMessage()]
    assert "77" in noted.getMessage()
    assert "88" in noted.getMessage()
    assert "a secret" not in caplog.text


def test_an_unknown_event_is_noted_once(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_frame(f.UnknownEvent("NEWS"), times=3)
            for _ in range(3):
                place.server.say(place.ada, place.listed, "hello there")
                await asyncio.sleep(1)

    simulate(main())
    assert caplog.text.count("unknown here: NEWS") == 1


def test_a_handler_that_fails_is_noted_and_the_connection_lives(
    library: Library, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            with monkeypatch.context() as broken:
                broken.setattr("bot.chat.presentation.presenter.message_of", lambda *_, **__: 1 / 0)
                asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
                await quiet()
                assert [reply.content for reply in place.server.replies(asked)] == [SORRY]
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await quiet()
            assert [reply.content for reply in place.server.replies(asked)] == [right(library)]

    simulate(main())
    noted = [record for record in caplog.records if record.exc_info]
    assert len(noted) == 1
    assert noted[0].getMessage() == "failed in the command salary"


# ------------------------------------------------------------------ the end


@pytest.mark.parametrize(("slow", "answers"), [(6.0, 1), (30.0, 0)])
def test_a_stopped_bot_gives_the_answers_under_way_for_some_seconds(
    library: Library, slow: float, answers: int
) -> None:
    async def main() -> int:
        async with loopback() as place, living(place, library) as life:
            place.server.faults.on_rest(*ANSWER, f.Slow(slow, applied=False), times=9)
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await asyncio.sleep(1)
            began = asyncio.get_running_loop().time()
            code = await life.ended()
            assert asyncio.get_running_loop().time() - began < 10
            assert len(place.server.replies(asked)) == answers
            await asyncio.sleep(1)
            ends = [event.detail for event in place.server.log if event.what == "gateway connection over"]
            assert ends == [4000]  # the next start goes on with the session
            return code

    assert simulate(main()) == 0


def test_what_is_not_answered_on_leaving_is_said(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library) as life:
            place.server.faults.on_rest(*ANSWER, f.TooMany("global", 60.0))
            place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await asyncio.sleep(1)
            await life.ended()

    simulate(main())
    assert len(gave_up(caplog)) == 1


def test_a_refusal_under_way_is_given_on_leaving(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library) as life:
            place.server.faults.on_rest(*ANSWER, f.Slow(3.0, applied=False))
            asked = place.server.say(place.ada, place.general, "!kb status")
            await asyncio.sleep(1)
            await life.ended()
            assert [reply.content for reply in place.server.replies(asked)] == [REFUSED]

    simulate(main())


def test_an_intent_taken_away_costs_no_answer(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.faults.on_rest(*ANSWER, f.Slow(3.0, applied=False))
            asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await asyncio.sleep(1)
            place.server.disconnect(4014)
            await quiet()
            assert len(place.server.replies(asked)) == 1

    simulate(main())


def test_a_command_of_yesterday_is_told_so(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            place.server.register({**COMMAND, "name": "yesterday", "options": []})
            asked = place.server.slash(place.ada, place.general, "yesterday")
            await quiet()
            assert seen(asked) == [UNKNOWN]
            assert asked.messages[0].ephemeral

    simulate(main())


def test_in_a_server_that_is_not_known_nobody_is_answered_unasked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = ConnectionState.parse_guild_create

    def parsed(state: Any, data: Any) -> None:
        if data["name"] == "New":
            raise KeyError("what this discord.py can't do without")
        parse(state, data)

    async def main() -> None:
        async with loopback() as place, living(place, library):
            guild = place.server.add_guild("New")
            channel = guild.add_channel("talk")
            guild.add_member(place.ada)
            text = place.server.say(place.ada, channel, "hello there everybody")
            asked = place.server.say(place.ada, channel, "google salary", mention_bot=True)
            await quiet()
            assert place.server.replies(text) == []
            assert len(place.server.replies(asked)) == 1

    monkeypatch.setattr(ConnectionState, "parse_guild_create", parsed)
    simulate(main())


def test_a_stopped_bot_takes_no_new_question(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library) as life:
            place.server.faults.on_rest(*ANSWER, f.Slow(6.0, applied=False))
            first = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await asyncio.sleep(1)
            life.stop.set()
            await asyncio.sleep(1)
            second = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            await life.ended()
            assert [len(place.server.replies(asked)) for asked in (first, second)] == [1, 0]

    simulate(main())
