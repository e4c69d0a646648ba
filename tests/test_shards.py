"""Many shards in one process, and restarts that lose nothing: over real sockets, in simulated time."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from bot.chat.app import gateway, lifecycle
from bot.chat.app.bot import SalaryBot
from bot.chat.app.gateway import WRONG_SHARDS
from bot.chat.app.session_starts import RESERVED, StartLimit, budget_wait
from bot.chat.services import Resources
from bot.settings import Settings
from bot.storage.knowledge.library import Library
from bot.storage.state import Session, claimed, keep_sessions, take_sessions
from tests.discord_server import faults as f
from tests.discord_server.messages import Channel, Message
from tests.faults.clock import simulate
from tests.wire import Life, Loopback, living, loopback

SHARDS = 4
TEXT = "!salary google"


def channels_of(place: Loopback) -> list[Channel]:
    """Return a channel of a server on each shard."""
    guilds = [place.server.add_guild(f"Server {number}") for number in range(SHARDS)]
    for guild in guilds:
        guild.add_member(place.ada)
    assert len({(guild.id >> 22) % SHARDS for guild in guilds}) == SHARDS
    return [guild.add_channel("general") for guild in guilds]


def ask(place: Loopback, channels: list[Channel]) -> list[Message]:
    return [place.server.say(place.ada, channel, TEXT) for channel in channels]


def answers(place: Loopback, asked: list[Message]) -> list[int]:
    return [len(place.server.replies(one)) for one in asked]


@asynccontextmanager
async def all_ready(place: Loopback, library: Library, shards: int, state: Path) -> AsyncIterator[Life]:
    """Run the bot until a session of each shard is connected."""
    async with living(place, library, state=state) as life:
        await place.until(lambda: len(connected(place)) == shards)
        await asyncio.sleep(5)
        yield life


def connected(place: Loopback) -> set[tuple[int, int]]:
    return {session.shard for session in place.server.sessions.values() if session.line is not None and session.alive}


async def test_a_stop_is_heard_at_the_moment_that_a_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would wait for a line that goes on and on."""
    answered = asyncio.Event()

    async def from_client(*_: object, **__: object) -> None:
        await answered.wait()

    async def stay() -> None:
        await gateway._connect(cast("SalaryBot", None), {})
        await asyncio.sleep(3_600)

    monkeypatch.setattr(gateway.Gateway, "from_client", from_client)
    staying = asyncio.create_task(stay())
    await asyncio.sleep(0.01)
    answered.set()
    await asyncio.sleep(0)
    staying.cancel()
    done, _ = await asyncio.wait({staying}, timeout=5)
    assert done
    assert staying.cancelled()


# ------------------------------------------------------------------ one process, all shards


@pytest.mark.parametrize("concurrency", [1, 16])
def test_one_process_serves_all_shards_that_discord_recommends(
    library: Library, tmp_path: Path, concurrency: int
) -> None:
    async def main() -> None:
        async with loopback(shards=SHARDS) as place:
            starts = place.server.starts
            starts.least, starts.strict, starts.max_concurrency = SHARDS, True, concurrency
            channels = channels_of(place)
            async with all_ready(place, library, SHARDS, tmp_path):
                asked = ask(place, channels)
                await asyncio.sleep(5)
                assert answers(place, asked) == [1] * SHARDS
            assert place.server.early == []
            assert len(place.server.identifies) == SHARDS
            times = [at for at, _ in place.server.identifies]
            gaps = [after - before for before, after in itertools.pairwise(times)]
            assert min(gaps) >= 5 if concurrency == 1 else max(gaps) < 1

    simulate(main())


@pytest.mark.parametrize("seconds", [0.5, 1.5, 4.0, 12.0])
def test_a_connection_that_takes_long_delays_no_identify_into_the_next_one(
    library: Library, tmp_path: Path, seconds: float
) -> None:
    async def main() -> None:
        async with loopback(shards=SHARDS) as place:
            starts = place.server.starts
            starts.least, starts.strict = SHARDS, True
            place.server.faults.on_handshake(f.Slow(seconds), times=2, after=1)
            async with all_ready(place, library, SHARDS, tmp_path):
                assert place.server.early == []
                assert len(place.server.identifies) == SHARDS

    simulate(main())


def test_a_bot_that_grew_serves_more_shards(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with loopback() as place:
            channels = channels_of(place)
            async with all_ready(place, library, 1, tmp_path):
                place.server.starts.shards = place.server.starts.least = SHARDS
                place.server.forget()
                place.server.disconnect()
                await place.until(lambda: len(connected(place)) == SHARDS)
                await asyncio.sleep(5)
                asked = ask(place, channels)
                await asyncio.sleep(5)
                assert answers(place, asked) == [1] * SHARDS

    simulate(main())


@pytest.mark.parametrize("code", sorted(WRONG_SHARDS))
def test_wrong_shards_end_nothing(library: Library, tmp_path: Path, code: int) -> None:
    async def main() -> None:
        async with loopback() as place:
            place.server.faults.on_handshake(f.CloseAt(code), times=5)
            async with living(place, library, state=tmp_path):
                asked = place.server.say(place.ada, place.listed, TEXT)
                await asyncio.sleep(5)
                assert answers(place, [asked]) == [1]

    simulate(main())


def test_a_server_that_was_left_while_its_shard_was_away_is_forgotten(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    class Noted(SalaryBot):
        """The bot, which the test looks into."""

        def __init__(self, settings: Settings, library: Library, resources: Resources) -> None:
            super().__init__(settings, library, resources)
            made.append(self)

    monkeypatch.setattr(lifecycle, "SalaryBot", Noted)

    async def main() -> None:
        async with loopback() as place:
            guild = place.server.add_guild("Gone")
            async with living(place, library, state=tmp_path):
                (bot,) = made
                await asyncio.sleep(5)
                assert bot.get_guild(guild.id) is not None
                del place.server.guilds[guild.id]
                place.server.forget()
                place.server.disconnect()
                await asyncio.sleep(60)
                assert bot.get_guild(guild.id) is None
                assert len(bot.guilds) == 1

    simulate(main())


# ------------------------------------------------------------------ a restart loses nothing


@pytest.mark.parametrize("shards", [1, SHARDS])
def test_what_is_asked_between_a_stop_and_the_next_start_is_answered_once(
    library: Library, tmp_path: Path, shards: int
) -> None:
    async def main() -> None:
        async with loopback(shards=shards) as place:
            place.server.starts.strict = True
            channels = [*channels_of(place), place.listed]
            async with all_ready(place, library, shards, tmp_path):
                before = ask(place, channels)
                await asyncio.sleep(5)
            between = ask(place, channels)
            # An answer in a listed channel needs what only the servers tell: that it is such a channel.
            between.append(place.server.say(place.ada, place.listed, "google salary"))
            await asyncio.sleep(20)
            between += ask(place, channels)
            async with all_ready(place, library, shards, tmp_path):
                slash = place.server.slash(place.ada, place.general, "salary", question="google")
                after = ask(place, channels)
                await asyncio.sleep(30)
                assert answers(place, before + between + after) == [1] * len(before + between + after)
                assert len(slash.messages) == 1
            assert len(place.server.resumes) == shards
            assert place.server.early == []

    simulate(main())


def test_a_command_is_answered_before_the_servers_are_known(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with loopback() as place:
            async with living(place, library, state=tmp_path):
                pass
            slash = place.server.slash(place.ada, place.general, "salary", question="google")
            place.server.faults.on_frame(f.Zombie(), event="READY")
            async with living(place, library, state=tmp_path, ready=False):
                await asyncio.sleep(2)
                assert len(slash.messages) == 1

    simulate(main())


def test_a_stop_before_the_servers_came_leaves_what_was_held_to_the_next_start(
    library: Library, tmp_path: Path
) -> None:
    async def main() -> None:
        async with loopback() as place:
            async with living(place, library, state=tmp_path):
                pass
            asked = ask(place, [place.listed])
            place.server.faults.on_frame(f.Zombie(), event="READY")
            async with living(place, library, state=tmp_path, ready=False):
                await asyncio.sleep(3)
                assert answers(place, asked) == [0]
            async with living(place, library, state=tmp_path):
                await asyncio.sleep(10)
                assert answers(place, asked) == [1]

    simulate(main())


def test_a_session_that_discord_has_ended_costs_no_start(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with loopback() as place:
            async with living(place, library, state=tmp_path):
                pass
            place.server.forget()
            async with living(place, library, state=tmp_path):
                asked = place.server.say(place.ada, place.listed, TEXT)
                await asyncio.sleep(5)
                assert answers(place, [asked]) == [1]

    simulate(main())


def test_what_was_asked_long_ago_is_not_answered_any_more(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with loopback(now=lambda: time.time() - 600) as place:
            async with living(place, library, state=tmp_path):
                pass
            asked = ask(place, [place.listed])
            async with living(place, library, state=tmp_path):
                await asyncio.sleep(10)
                assert answers(place, asked) == [0]

    simulate(main())
    assert "too old" in caplog.text


def test_events_that_both_sessions_tell_are_taken_once(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with loopback() as place:
            async with living(place, library, state=tmp_path):
                pass
            async with living(place, library, state=tmp_path, ready=False):
                asked = []
                for _ in range(100):
                    asked.append(place.server.say(place.ada, place.listed, TEXT))
                    await asyncio.sleep(0.05)
                await asyncio.sleep(10)
                assert answers(place, asked) == [1] * 100
                posts = [one for one in place.server.requests if one.path.endswith("/messages")]
                assert len(posts) == 100

    simulate(main())


# ------------------------------------------------------------------ the state folder


def test_sessions_are_taken_up_once_and_by_as_many_shards(tmp_path: Path) -> None:
    file = tmp_path / "state" / "sessions.json"
    kept = {0: Session("a", 7, "wss://one"), 3: Session("b", 9, "")}
    keep_sessions(file, 4, kept)
    assert file.stat().st_mode & 0o077 == 0
    assert take_sessions(file, 4) == kept
    assert take_sessions(file, 4) == {}
    keep_sessions(file, 4, kept)
    assert take_sessions(file, 8) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"total": 1, "shards": [1]}', '{"total": 1}', "\0"])
def test_a_broken_file_of_sessions_is_told_and_left(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "sessions.json"
    file.write_text(text)
    assert take_sessions(file, 1) == {}
    assert str(file) in caplog.text


def test_a_second_copy_on_the_same_folder_ends_with_a_line(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(token=SecretStr("token"), state=tmp_path)
    with claimed(tmp_path):
        assert lifecycle.run(settings, library) == 2
    message = capsys.readouterr().err
    assert "running already (process " in message
    assert message.count("\n") == 1
    with claimed(tmp_path):
        pass  # the first one has let go


def test_a_folder_that_cannot_be_locked_holds_nobody_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a file").touch()
    with claimed(tmp_path / "a file" / "state"):
        assert "can't be locked" in caplog.text


# ------------------------------------------------------------------ the day's session starts


@pytest.mark.parametrize(
    ("remaining", "wait"), [(1_000, 0.0), (501, 0.0), (500, 3_600 / 400), (101, 3_600.0), (1, 3_600.0), (0, 3_600.0)]
)
def test_half_a_day_of_starts_is_there_at_once_and_the_last_tenth_is_kept(remaining: int, wait: float) -> None:
    assert budget_wait(StartLimit(1, 1_000, remaining, 3_600.0, 1)) == wait


@pytest.mark.parametrize("every", [1.0, 30.0, 300.0])
def test_a_thousand_crashes_leave_a_tenth_of_the_day(every: float) -> None:
    now, day, remaining = 0.0, 86_400.0, 1_000
    for _ in range(1_000):
        now += budget_wait(StartLimit(1, 1_000, remaining, day - now, 1)) + every
        if now >= day:
            break
        remaining -= 1
        assert remaining >= RESERVED * 1_000 - 1
