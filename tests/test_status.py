"""What the process tells of itself: metrics that hold what happened over the wire, probes, and their address."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot import metrics
from bot.charts.renderer import ChartRenderer
from bot.chat.app import lifecycle
from bot.chat.app.status import Status, serving
from bot.chat.services import Resources
from bot.settings import Settings, SettingsError
from bot.storage.knowledge.library import Library
from bot.storage.records import Records, RecordsAway, Timeouts
from tests.discord_server import faults as f
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.faults.clock import simulate
from tests.test_chat_run import started
from tests.wire import Loopback, living, loopback

TEXT = "!salary google"
POST = ("POST", "/channels/{c}/messages")
ROUTE = "/channels/{}/messages"


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Scrape:
    """All samples of one look at /metrics."""

    text: str
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for family in text_string_to_metric_families(self.text):
            for one in family.samples:
                self.samples[one.name, frozenset(one.labels.items())] = one.value

    def value(self, name: str, **labels: object) -> float:
        """Return a sample, 0 where it isn't there."""
        wanted = frozenset((key, str(value)) for key, value in labels.items())
        return self.samples.get((f"{metrics.PREFIX}{name}", wanted), 0.0)

    def total(self, name: str, **labels: object) -> float:
        """Return the sum of all samples with these labels among theirs."""
        wanted = {(key, str(value)) for key, value in labels.items()}
        found = f"{metrics.PREFIX}{name}"
        return sum(value for (one, having), value in self.samples.items() if one == found and wanted <= having)


@dataclass
class StatusPage:
    """The status server of a bot that is under test."""

    port: int = field(default_factory=unused_port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"http://{self.address}{path}") as response:
            return response.status, await response.text()

    async def scrape(self) -> Scrape:
        status, text = await self.get("/metrics")
        assert status == 200
        return Scrape(text)


@asynccontextmanager
async def watched(
    place: Loopback, library: Library, *, resources: Resources | None = None, **options: Any
) -> AsyncIterator[StatusPage]:
    """Run the bot with its status served."""
    page = StatusPage()
    async with living(place, library, resources=resources, status=page.address, **options):
        yield page


class WritableRecords(Records):
    """Records that can be written, without a database: that would need time of the real world."""

    def __init__(self) -> None:
        super().__init__("sqlite:////dev/null/none")
        self.database.is_up = True


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[Resources]:
    """Open a database, in real time."""
    records = Records(f"sqlite:///{folder / 'records.sqlite3'}", state=folder, timeouts=Timeouts(patience=10.0))
    await records.start()
    try:
        yield Resources(records=records)
    finally:
        await records.close()


async def answered(place: Loopback, text: str = TEXT) -> Message:
    asked = place.server.say(place.ada, place.general, text)
    await place.until(lambda: place.server.replies(asked))
    await asyncio.sleep(1)
    return place.server.replies(asked)[0]


def control(message: Message, label: str) -> str:
    inner = [one for row in message.components for one in row["components"]]
    return str(next(one["custom_id"] for one in inner if one.get("label") == label))


# ------------------------------------------------------------------ what is counted


def test_answers_are_counted_by_way_and_outcome(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            reply = await answered(place)
            await answered(place, "!salary netflix")
            await answered(place, "!salary google")
            slash = place.server.slash(place.ada, place.general, "salary", question="amazon")
            await place.until(lambda: slash.messages)
            await asyncio.sleep(1)
            place.server.press(place.ada, reply, control(reply, "Per month"))
            await asyncio.sleep(5)
            return await page.scrape()

    seen = simulate(main())
    assert seen.value("answers_total", way="message", outcome="answered") == 2
    assert seen.value("answers_total", way="message", outcome="not_covered") == 1
    assert seen.value("answers_total", way="command", outcome="answered") == 1
    assert seen.value("answers_total", way="component", outcome="answered") == 1
    assert seen.total("answers_total") == 5
    assert seen.value("answer_seconds_count", way="message") == 3
    assert seen.value("answer_seconds_count", way="component") == 1


def test_an_edited_question_is_counted_as_an_edit(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            asked = place.server.say(place.ada, place.general, TEXT)
            await place.until(lambda: place.server.replies(asked))
            place.server.edit(asked, "!salary amazon")
            await asyncio.sleep(5)
            return await page.scrape()

    seen = simulate(main())
    assert seen.value("answers_total", way="edit", outcome="answered") == 1
    assert seen.value("answers_total", way="message", outcome="answered") == 1


def test_the_time_of_an_answer_is_that_from_event_to_confirmation(library: Library) -> None:
    async def main() -> tuple[Scrape, Scrape]:
        async with loopback() as place, watched(place, library) as page:
            await answered(place)
            quick = await page.scrape()
            place.server.faults.on_rest(*POST, f.Slow(4.0))
            await answered(place)
            await asyncio.sleep(10)
            return quick, await page.scrape()

    quick, slow = simulate(main())
    assert quick.value("answer_seconds_sum", way="message") < 1
    assert 4 <= slow.value("answer_seconds_sum", way="message") < 5
    assert slow.value("answer_seconds_bucket", way="message", le="2.5") == 1
    assert slow.value("answer_seconds_count", way="message") == 2
    assert 4 <= slow.value("rest_seconds_sum", method="POST", route=ROUTE, status=200) < 5


@pytest.mark.parametrize("fault", [f.Status(500), f.Status(403, code=50013)], ids=["away", "refused"])
def test_an_answer_that_was_not_delivered_is_counted_so(library: Library, fault: f.RestFault) -> None:
    async def main() -> tuple[Scrape, Message]:
        async with loopback() as place, watched(place, library) as page:
            place.server.faults.on_rest(*POST, fault, times=1_000)
            asked = place.server.say(place.ada, place.general, TEXT)
            await asyncio.sleep(120)
            assert not place.server.replies(asked)
            return await page.scrape(), asked

    seen, _ = simulate(main())
    assert seen.value("answers_total", way="message", outcome="undelivered") == 1
    assert seen.total("answers_total") == 1
    assert seen.total("answer_seconds_count") == 0
    status = 500 if fault == f.Status(500) else 403
    assert seen.value("rest_seconds_count", method="POST", route=ROUTE, status=status) >= 1


def test_a_component_that_came_to_nothing_is_counted_so(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            reply = await answered(place)
            place.server.faults.on_rest("POST", "/interactions/{i}/{token}/callback", f.Status(404, code=10062))
            place.server.press(place.ada, reply, control(reply, "Per month"))
            await asyncio.sleep(60)
            return await page.scrape()

    assert simulate(main()).value("answers_total", way="component", outcome="undelivered") == 1


def test_who_asks_too_fast_is_counted(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library, cooldown=60.0) as page:
            for _ in range(5):
                place.server.say(place.ada, place.general, TEXT)
                await asyncio.sleep(1)
            return await page.scrape()

    seen = simulate(main())
    assert seen.value("paced_total") == 2
    assert seen.total("answers_total") == 3


def test_rate_limits_are_counted_and_their_waits_measured(library: Library) -> None:
    async def main() -> tuple[Scrape, int]:
        async with loopback() as place, watched(place, library) as page:
            place.server.faults.on_rest(*POST, f.TooMany(retry_after=3.0), times=2)
            place.server.rate_limit(*POST, 1, 20.0)
            for _ in range(2):
                place.server.say(place.ada, place.general, TEXT)
            await asyncio.sleep(60)
            refused = sum(one.status == 429 for one in place.server.requests)
            return await page.scrape(), refused

    seen, refused = simulate(main())
    assert refused >= 2
    assert seen.total("rest_seconds_count", status=429) == refused
    assert seen.value("rest_waiting_seconds_sum") > 15
    assert seen.total("rest_seconds_count", route=ROUTE, status=200) == 2


def test_requests_without_an_answer_have_status_0(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            place.server.faults.on_rest(*POST, f.Hang())
            await answered(place)
            return await page.scrape()

    assert simulate(main()).value("rest_seconds_count", method="POST", route=ROUTE, status=0) == 1


def test_events_handshakes_and_losses_are_counted(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            await asyncio.sleep(20)
            place.server.disconnect(4000)
            await asyncio.sleep(20)
            place.server.faults.on_handshake(f.Status(502), times=2)
            place.server.disconnect(4000)
            await asyncio.sleep(60)
            place.server.invalidate(resumable=False)
            await asyncio.sleep(60)
            await answered(place)
            seen = await page.scrape()
            assert len(place.server.identifies) == 2
            assert len(place.server.resumes) == 2
            return seen

    seen = simulate(main())
    assert seen.value("events_total", event="READY") == 2
    assert seen.value("events_total", event="RESUMED") == 2
    assert seen.value("events_total", event="MESSAGE_CREATE") == 2  # the bot hears its own
    assert seen.value("handshakes_total", kind="IDENTIFY", outcome="sent") == 2
    assert seen.value("handshakes_total", kind="RESUME", outcome="sent") == 2
    assert seen.value("handshakes_total", kind="RESUME", outcome="failed") == 2
    assert seen.value("connections_lost_total", cause="close code 4000") == 2
    assert seen.value("connections_lost_total", cause="invalid session") == 1
    assert seen.value("identifies_remaining") == 998


def test_what_nobody_knows_makes_no_label_of_its_own(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place, watched(place, library) as page:
            for number in range(3):
                place.server.faults.on_frame(f.UnknownEvent(f"NEWS_{number}"))
            await answered(place)
            await answered(place)
            return await page.scrape()

    seen = simulate(main())
    assert seen.value("events_total", event="unknown") == 3
    assert "NEWS" not in seen.text


@pytest.mark.long
async def test_votes_and_the_database_are_counted(library: Library, tmp_path: Path) -> None:
    async with (
        loopback() as place,
        stored(tmp_path) as resources,
        watched(place, library, resources=resources) as page,
    ):
        reply = await answered(place)
        details = place.server.press(place.ada, reply, control(reply, "Details"))
        await place.until(lambda: details.messages)
        for thumb in ("\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"):
            (shown,) = details.messages
            pressed = place.server.press(place.ada, shown, thumb_of(shown, thumb))
            await place.until(lambda vote=pressed: vote.messages)  # type: ignore[misc]
        place.server.react(reply, place.ada, "\N{THUMBS UP SIGN}")
        await asyncio.sleep(2)
        seen = await page.scrape()
    assert seen.value("votes_total", way="button", thumb="up") == 1
    assert seen.value("votes_total", way="button", thumb="down") == 1
    assert seen.value("votes_total", way="reaction", thumb="up") == 1
    assert seen.value("database_up") == 1
    assert seen.value("database_seconds_count", outcome="ok") >= 2
    assert seen.value("database_seconds_count", outcome="failed") == 0


def thumb_of(message: Message, thumb: str) -> str:
    inner = [one for row in message.components for one in row["components"]]
    return str(next(one["custom_id"] for one in inner if (one.get("emoji") or {}).get("name") == thumb))


def test_pictures_are_counted(library: Library) -> None:
    async def main() -> Scrape:
        async with loopback() as place:
            renderer = ChartRenderer()
            async with watched(place, library, resources=Resources(renderer=renderer)) as page:
                await answered(place)
                await answered(place)
                seen = await page.scrape()
            await renderer.close()
            return seen

    assert simulate(main()).value("picture_seconds_count", outcome="ok") == 1  # the second was at hand


def test_what_was_missed_is_counted(library: Library, tmp_path: Path) -> None:
    async def main() -> Scrape:
        async with loopback() as place:
            async with living(place, library, state=tmp_path):
                pass
            place.server.say(place.ada, place.general, TEXT)
            async with watched(place, library, state=tmp_path) as page:
                await asyncio.sleep(10)
                return await page.scrape()

    seen = simulate(main())
    assert seen.value("replayed_total", outcome="heard") == 1
    assert seen.value("handshakes_total", kind="RESUME", outcome="sent") == 1


# ------------------------------------------------------------------ shards and probes


def test_shards_are_told_with_their_servers(library: Library) -> None:
    async def main() -> tuple[Scrape, Scrape]:
        async with loopback(shards=2) as place:
            place.server.starts.least = 2
            for number in range(3):
                place.server.add_guild(f"Server {number}")
            async with watched(place, library) as page:
                await asyncio.sleep(120)
                before = await page.scrape()
                place.server.faults.on_handshake(f.Status(502), times=10_000)
                place.server.disconnect()
                await asyncio.sleep(5)
                return before, await page.scrape()

    before, after = simulate(main())
    assert [before.value("shard_up", shard=shard) for shard in (0, 1)] == [1, 1]
    assert before.total("shard_servers") == 4
    assert all(0 < before.value("shard_latency_seconds", shard=shard) < 1 for shard in (0, 1))
    assert [after.value("shard_up", shard=shard) for shard in (0, 1)] == [0, 0]
    assert not after.total("shard_latency_seconds")


def test_a_process_is_ready_when_its_shards_are(library: Library) -> None:
    async def main() -> list[tuple[int, str]]:
        seen = []
        async with loopback() as place:
            place.server.faults.on_handshake(f.Status(502), times=5)
            resources = Resources(records=WritableRecords())
            async with watched(place, library, resources=resources, ready=False) as page:
                await asyncio.sleep(0.5)
                assert await page.get("/live") == (200, "alive\n")
                seen.append(await page.get("/ready"))
                await place.until(place.ready)
                await asyncio.sleep(10)
                seen.append(await page.get("/ready"))
                place.server.faults.on_handshake(f.Status(502), times=10_000)
                place.server.disconnect()
                await asyncio.sleep(2)
                seen.append(await page.get("/ready"))
        return seen

    assert simulate(main()) == [
        (503, "not connected to Discord\n"),
        (200, "ready\n"),
        (503, "not connected to Discord\n"),
    ]


def test_one_shard_of_two_that_is_down_is_named(library: Library) -> None:
    async def main() -> tuple[int, str]:
        async with loopback(shards=2) as place:
            place.server.starts.least = 2
            async with watched(place, library, resources=Resources(records=WritableRecords())) as page:
                await asyncio.sleep(60)
                assert (await page.get("/ready"))[0] == 200
                lost = next(one for one in place.server.sessions.values() if one.shard[0] == 1)
                place.server.faults.on_handshake(f.Status(502), times=10_000)
                assert lost.line is not None
                lost.line.strike(f.Abort())  # type: ignore[attr-defined]
                await asyncio.sleep(2)
                return await page.get("/ready")

    assert simulate(main()) == (503, "not connected to Discord for shard 1\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a file system of POSIX")
async def test_a_database_that_cannot_be_written_is_told(library: Library, tmp_path: Path) -> None:
    async with (
        loopback() as place,
        stored(tmp_path) as resources,
        watched(place, library, resources=resources) as page,
    ):
        await answered(place)
        assert await page.get("/ready") == (200, "ready\n")
        (tmp_path / "records.sqlite3").unlink()
        (tmp_path / "records.sqlite3").mkdir()
        with pytest.raises(RecordsAway):
            await resources.records.forget(place.ada.id)
        answer, seen = await page.get("/ready"), await page.scrape()
    assert answer == (503, "the database is away; answers go on without it\n")
    assert seen.value("database_up") == 0
    assert seen.value("database_seconds_count", outcome="failed") >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
async def test_the_real_process_tells_its_status_and_logs_json(tmp_path: Path, small_base: Path) -> None:
    page = StatusPage()
    wanted = {"SALARYBOT_STATUS": page.address, "SALARYBOT_LOG_FORMAT": "json", "SALARYBOT_KNOWLEDGE": str(small_base)}
    async with loopback() as place, started(place, tmp_path, **wanted) as process:
        await place.server.until(place.ready, 30)
        await answered(place)
        assert await page.get("/live") == (200, "alive\n")
        assert await page.get("/ready") == (200, "ready\n")
        seen = await page.scrape()
        assert seen.value("answers_total", way="message", outcome="answered") == 1
        assert seen.value("shard_up", shard=0) == seen.value("database_up") == 1
        assert "process_resident_memory_bytes" in seen.text
        code, log = await process.signaled(signal.SIGTERM)
    assert code == 0
    assert {json.loads(line)["process"] for line in log.splitlines()} == {
        f"{socket.gethostname()}-{process.process.pid}"
    }


# ------------------------------------------------------------------ the metrics themselves


@pytest.mark.long
async def test_no_label_holds_a_server_a_channel_or_a_person(library: Library, tmp_path: Path) -> None:
    async with (
        loopback() as place,
        stored(tmp_path) as resources,
        watched(place, library, resources=resources) as page,
    ):
        reply = await answered(place)
        for label in ("Details", "Per month"):
            place.server.press(place.ada, reply, control(reply, label))
            await asyncio.sleep(1)
        slash: Interaction = place.server.slash(place.ada, place.general, "salary", question="google")
        await place.until(lambda: slash.messages)
        text = (await page.scrape()).text
    assert 'route="/interactions/{}/{}/callback"' in text
    private = [place.ada.id, place.general.id, place.general.guild_id, reply.id, slash.token, "google"]
    assert [one for one in private if str(one) in text] == []
    revision = library.advisor.knowledge.revision
    assert f'salarybot_knowledge_info{{revision="{revision}"}} 1.0' in text
    assert not re.search(r'="[^"]*\d{4}', text.replace(revision, ""))  # whatever holds a number so long


def test_every_metric_is_there_and_used() -> None:
    render = metrics.collect()
    body, kind = render("")
    assert kind.startswith("text/plain; version=0.0.4")
    text = body.decode()
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parent.parent / "bot").rglob("*.py")
        if path.name != "metrics.py"
    )
    for name, metric in vars(metrics).items():
        if isinstance(metric, metrics.Metric):
            assert f"# TYPE {metric.name} " in text
            assert f"metrics.{name}" in sources, f"nobody counts {name}"
    assert "process_resident_memory_bytes" in text
    assert render("application/openmetrics-text")[1].startswith("application/openmetrics-text")


def test_nothing_listens_and_nothing_is_imported_unless_set() -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.chat.app import lifecycle, status\n"
        "async def main():\n"
        "    async with status.serving(None, None): pass\n"
        "asyncio.run(main())\n"
        "print(sorted(name for name in sys.modules if name in ('prometheus_client', 'aiohttp.web')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------ the address


async def test_an_address_in_use_is_told_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match=rf"^SALARYBOT_STATUS={address}: ") as caught:
            async with serving(address, Status(Records("sqlite:////dev/null/none"))):
                pass
    assert "\n" not in str(caught.value)


def test_an_address_in_use_ends_the_start_with_code_2(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert lifecycle.run(Settings(token=SecretStr("token"), state=tmp_path, status=address), library) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"SALARYBOT_STATUS={address}: ")
