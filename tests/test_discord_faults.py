"""What unmodified clients of discord.py make of each fault of the loopback Discord."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from tests.discord_server import faults as f
from tests.discord_server.clients import ready, running, serving
from tests.discord_server.gateway import Pulse
from tests.discord_server.messages import Channel, Message
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User

SEND = "POST", "/channels/{c}/messages"


class Listener(discord.Client):
    """StubRecords what it hears, and how it fared."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.05, **options)
        self.heard: list[str] = []
        self.events: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Don't wait 5 s."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        super().dispatch(event, *args, **kwargs)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)


@dataclass
class Scene:
    """A guild with a channel and a person, and a client that listens."""

    server: DiscordServer
    channel: Channel
    ada: User
    client: Listener
    task: asyncio.Task[None] = field(init=False)

    def say(self, *texts: str) -> list[Message]:
        return [self.server.say(self.ada, self.channel, text) for text in texts]

    async def hears(self, *texts: str) -> None:
        await self.server.until(lambda: self.task.done() or len(self.client.heard) >= len(texts))
        assert self.client.heard == list(texts)

    async def send(self, text: str = "x", **more: Any) -> discord.Message:
        channel = self.client.get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send(text, **more)

    @property
    def sent(self) -> list[str]:
        return [message.content for message in self.channel.messages]


def scene_of(server: DiscordServer, **options: Any) -> Scene:
    guild = server.add_guild("Home")
    return Scene(server, guild.add_channel("general"), guild.owner, Listener(**options))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with serving() as made:
        yield made
    assert not made.errors


@pytest_asyncio.fixture
async def scene(server: DiscordServer) -> AsyncIterator[Scene]:
    made = scene_of(server)
    async with ready(server, made.client) as made.task:
        yield made


@pytest_asyncio.fixture(autouse=True)
async def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the seconds out of discord.py's back-off."""
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda _: 0.01)


# ------------------------------------------------------------------ REST

HTTP, NET = discord.HTTPException, aiohttp.ClientError


@pytest.mark.parametrize(
    ("fault", "error", "applied"),
    [
        (f.Status(503), discord.DiscordServerError, False),
        (f.Status(503, applied=True), discord.DiscordServerError, True),
        (f.Status(520), discord.DiscordServerError, False),
        (f.Status(522), discord.DiscordServerError, False),
        (f.Status(400, code=50035, message="Invalid"), HTTP, False),
        (f.Status(403, code=50013), discord.Forbidden, False),
        (f.Status(404, applied=True), discord.NotFound, True),
        (f.TooMany(via=False), HTTP, False),
        (f.Reset(), NET, False),
        (f.Reset(applied=True), NET, True),
        (f.Truncated(), NET, True),
        (f.Garbage(), TypeError, False),
        (f.Garbage(applied=True), TypeError, True),
    ],
    ids=repr,
)
async def test_a_request_that_fails(scene: Scene, fault: f.RestFault, error: type[Exception], applied: bool) -> None:
    scene.server.faults.on_rest(*SEND, fault)
    with pytest.raises(error):
        await scene.send("first")
    await scene.send("second")
    assert scene.sent == (["first", "second"] if applied else ["second"])
    assert [one.fault for one in scene.server.requests if one.route == SEND[1]] == [fault, None]


@pytest.mark.parametrize("fault", [f.Hang(), f.Hang(applied=True), f.Slow(5), f.Slow(5, applied=False)], ids=repr)
async def test_a_request_nobody_waits_for(scene: Scene, fault: f.Hang | f.Slow) -> None:
    scene.server.faults.on_rest("*", "*", fault)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(scene.send("first"), 0.1)
    await scene.send("second")
    assert scene.sent == (["first", "second"] if fault.applied else ["second"])


async def test_a_slow_request(scene: Scene) -> None:
    scene.server.faults.on_rest(*SEND, f.Slow(0.2))
    sending = asyncio.create_task(scene.send())
    await scene.hears("x")
    assert not sending.done()
    await sending


@pytest.mark.parametrize(
    "fault", [f.TooMany("user", 0.1), f.TooMany("shared", 0.1), f.TooMany("global", 0.1)], ids=repr
)
async def test_a_429_is_waited_for(scene: Scene, fault: f.TooMany) -> None:
    scene.server.faults.on_rest(*SEND, fault, after=1)
    await scene.send("first")
    await scene.send("second")
    assert scene.sent == ["first", "second"]
    assert [one.status for one in scene.server.requests if one.route == SEND[1]] == [200, 429, 200]


async def test_a_global_limit_is_for_all(server: DiscordServer) -> None:
    server.faults.on_rest("GET", "/users/@me", f.TooMany("global", 0.2))
    header = {"Authorization": f"Bot {server.token}"}
    async with aiohttp.ClientSession(headers=header) as http:
        for path, status in (("/users/@me", 429), ("/gateway/bot", 429)):
            async with http.get(server.api + path) as answer:
                body = await answer.json()
                assert (answer.status, body["global"], answer.headers["X-RateLimit-Global"]) == (status, True, "true")
                assert answer.headers["Via"]
        await asyncio.sleep(0.25)
        async with http.get(f"{server.api}/gateway/bot") as answer:
            assert answer.status == 200


async def test_a_500_is_tried_again(scene: Scene) -> None:
    scene.server.faults.on_rest(*SEND, f.Status(500, applied=True))
    await scene.send("once", nonce="n")
    assert scene.sent == ["once"]


async def test_a_bucket_holds_a_client_back(scene: Scene) -> None:
    scene.server.rate_limit(*SEND, limit=2, per=0.3)
    other = scene.server.guilds[scene.channel.guild_id or 0].add_channel("other")
    start = time.monotonic()
    for n in range(4):
        await scene.send(str(n))
    assert 0.25 < time.monotonic() - start < 2
    there = scene.client.get_channel(other.id)
    assert isinstance(there, discord.TextChannel)
    await there.send("x")
    statuses = {one.status for one in scene.server.requests if one.route == SEND[1]}
    assert statuses == {200}, "discord.py waits by itself"


async def test_who_does_not_wait_gets_a_429(server: DiscordServer) -> None:
    server.rate_limit("GET", "/users/@me", limit=1, per=60)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as http:
        async with http.get(f"{server.api}/users/@me") as answer:
            assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, "0")
        async with http.get(f"{server.api}/users/@me") as answer:
            assert (answer.status, answer.headers["X-RateLimit-Scope"]) == (429, "user")
            assert 59 < (await answer.json())["retry_after"] <= 60


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/channels/{c}/messages", True),
        ("/channels/{channel_id}/messages", True),
        ("/channels/1/messages", True),
        ("/channels/2/messages", False),
        ("/channels/{c}/typing", False),
        ("/channels/{c}", False),
        ("*", True),
    ],
)
def test_routes_are_named_by_their_template(wanted: str, path: bool) -> None:
    assert f.fits(wanted, "/channels/{c}/messages", "/channels/1/messages") is path


def test_a_fault_stays_where_it_can_happen() -> None:
    plan = f.Faults()
    plan.on_rest("*", "*", f.Zombie())  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        plan.at_rest("GET", "/x", "/x")


def test_chance_is_the_same_for_a_seed() -> None:
    drawn = []
    for seed in (1, 1, 2):
        plan = f.Faults()
        plan.random(seed, {f.Status(500): 0.2, f.Abort(): 0.2, f.CloseAt(4000): 0.2})
        places = [(plan.at_rest("GET", "/x", "/x"), plan.at_frame("E"), plan.at_handshake()) for _ in range(50)]
        drawn.append(places)
        assert {kind for place in places for kind in place} == {None, f.Status(500), f.Abort(), f.CloseAt(4000)}
        plan.calm()
        assert plan.at_frame("E") is None
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("route", "fault", "error", "sent"),
    [
        ("/interactions/{id}/{token}/callback", f.TooMany(retry_after=0.05), None, ["hello", "more"]),
        ("/interactions/{id}/{token}/callback", f.Reset(), NET, []),
        ("/interactions/{id}/{token}/callback", f.Status(404, applied=True), discord.NotFound, ["hello"]),
        ("/interactions/{id}/{token}/callback", f.Slow(0.1), None, ["hello", "more"]),
        ("/interactions/{id}/{token}/callback", f.Status(500, applied=True), HTTP, ["hello"]),
        ("/webhooks/{app}/{token}", f.TooMany(retry_after=0.05), None, ["hello", "more"]),
        ("/webhooks/{app}/{token}", f.Truncated(), NET, ["hello", "more"]),
        ("/webhooks/{app}/{token}", f.Status(403), discord.Forbidden, ["hello"]),
    ],
    ids=repr,
)
async def test_an_interaction_that_fails(
    scene: Scene, route: str, fault: f.RestFault, error: type[Exception] | None, sent: list[str]
) -> None:
    ended: list[BaseException | None] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("hello")
            await interaction.followup.send("more")
            ended.append(None)
        except (HTTP, NET) as failed:
            ended.append(failed)

    scene.client.event(on_interaction)
    scene.server.faults.on_rest("POST", route, fault)
    done = scene.server.submit(scene.ada, scene.channel, "a form")
    await scene.server.until(lambda: ended)
    assert [message.content for message in done.messages] == sent
    assert ended == [None] if error is None else isinstance(ended[0], error)


# ------------------------------------------------------------------ handshakes


@pytest.mark.parametrize("fault", [f.Status(502), f.Reset(), f.CloseAt(4000), f.CloseAt(1000)], ids=repr)
async def test_a_reconnect_that_fails_at_first(scene: Scene, fault: f.HandshakeFault) -> None:
    scene.server.faults.on_handshake(fault, times=2)
    scene.server.disconnect()
    scene.say("meanwhile")
    await scene.hears("meanwhile")
    assert len(scene.server.resumes) == 1


@pytest.mark.parametrize("fault", [f.Status(502), f.CloseAt(4000)], ids=repr)
async def test_a_first_connection_that_fails_ends_discord_py(server: DiscordServer, fault: f.HandshakeFault) -> None:
    server.faults.on_handshake(fault)
    async with running(server, Listener()) as task:
        with pytest.raises(AttributeError):  # the sequence of the connection before, which there is none
            await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("fault", [f.Hang(), f.NoHello()], ids=repr)
async def test_a_gateway_that_says_nothing(server: DiscordServer, fault: f.HandshakeFault) -> None:
    server.faults.on_handshake(fault)
    client = Listener(heartbeat_timeout=0.3)
    async with running(server, client):
        await server.until(lambda: any(one.what == "gateway connection" for one in server.log))
        await asyncio.sleep(0.1)
        assert not server.identifies
        assert not client.is_ready()


# ------------------------------------------------------------------ frames


@pytest.mark.parametrize(
    ("fault", "resumes"),
    [
        (f.Abort(), 1),
        (f.TruncatedFrame(), 1),
        (f.Close(4000), 1),
        (f.Close(1000), 1),
        (f.Close(4009), 1),
        (f.Reconnect(), 1),
        (f.InvalidSession(resumable=True), 1),
        (f.UnknownEvent(), 0),
    ],
    ids=repr,
)
@pytest.mark.parametrize("compress", [False, True])
async def test_a_fault_that_loses_nothing(fault: f.FrameFault, resumes: int, compress: bool) -> None:
    async with serving(compress=compress) as server:
        scene = scene_of(server)
        async with ready(server, scene.client) as scene.task:
            server.faults.on_frame(fault, event="MESSAGE_CREATE", after=1)
            scene.say("a", "b", "c")
            await scene.hears("a", "b", "c")
            scene.say("d")
            await scene.hears("a", "b", "c", "d")
            assert len(server.resumes) == resumes
            assert scene.client.events.count("resumed") == resumes
            assert scene.client.events.count("ready") == 1
        assert not server.errors


@pytest.mark.parametrize("fault", [f.Malformed(), f.TruncatedFrame(cut=False), f.WrongShape()], ids=repr)
async def test_a_fault_that_ends_discord_py(scene: Scene, fault: f.FrameFault) -> None:
    scene.server.faults.on_frame(fault, event="MESSAGE_CREATE")
    scene.say("a")
    with pytest.raises((KeyError, TypeError, json.JSONDecodeError)):
        await asyncio.wait_for(scene.task, 5)
    assert scene.client.heard == []


async def test_half_a_compressed_text_breaks_the_stream() -> None:
    async with serving(compress=True) as server:
        scene = scene_of(server)
        async with ready(server, scene.client) as scene.task:
            server.faults.on_frame(f.TruncatedFrame(cut=False), event="MESSAGE_CREATE")
            scene.say("a" * 100, "b")
            with pytest.raises((zlib.error, ValueError)):
                await asyncio.wait_for(scene.task, 5)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [(f.Duplicate(), ("a", "a", "b")), (f.Reorder(), ("b", "a"))],
    ids=repr,
)
async def test_frames_twice_or_out_of_order(scene: Scene, fault: f.FrameFault, heard: tuple[str, ...]) -> None:
    scene.server.faults.on_frame(fault, event="MESSAGE_CREATE")
    scene.say("a", "b")
    await scene.hears(*heard)


async def test_nothing_follows_what_was_to_be_late(scene: Scene) -> None:
    scene.server.faults.on_frame(f.Reorder(0.05))
    scene.say("a")
    await scene.hears("a")


async def test_a_zombie_is_left(server: DiscordServer) -> None:
    scene = scene_of(server, heartbeat_timeout=0.4)
    async with ready(server, scene.client) as scene.task:
        server.zombie()
        scene.say("a")
        await scene.hears("a")
        assert len(server.resumes) == 1


@pytest.mark.parametrize("fault", [f.Zombie(), f.Abort()], ids=repr)
async def test_a_replay_can_be_struck_too(server: DiscordServer, fault: f.FrameFault) -> None:
    scene = scene_of(server, heartbeat_timeout=0.4)
    async with ready(server, scene.client) as scene.task:
        server.disconnect()
        await server.until(lambda: not any(session.line for session in server.sessions.values()))
        scene.say("a", "b")
        server.faults.on_frame(fault, event="MESSAGE_CREATE", after=1)
        await scene.hears("a", "b")
        assert len(server.resumes) == 2


# ------------------------------------------------------------------ by hand


@pytest.mark.parametrize("code", [None, 1000, 4000, 4007])
async def test_disconnected(scene: Scene, code: int | None) -> None:
    scene.server.disconnect(code)
    scene.say("a", "b")
    await scene.hears("a", "b")
    assert len(scene.server.resumes) == 1


async def test_asked_to_reconnect(scene: Scene) -> None:
    scene.server.reconnect_request()
    scene.say("a")
    await scene.hears("a")
    scene.server.invalidate(resumable=True)
    scene.say("b")
    await scene.hears("a", "b")
    assert len(scene.server.resumes) == 2
    assert len(scene.server.identifies) == 1


@pytest.mark.parametrize("quietly", [False, True])
async def test_a_session_lost(scene: Scene, quietly: bool) -> None:
    if quietly:
        scene.server.forget()
        scene.server.disconnect()
    else:
        scene.server.invalidate(resumable=False)
    scene.say("lost")
    await scene.server.until(lambda: len(scene.server.identifies) == 2 and scene.client.events.count("ready") == 2)
    scene.say("found")
    await scene.hears("found")
    assert len(scene.server.resumes) == quietly


@pytest.mark.parametrize(
    ("code", "error"), [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)]
)
async def test_closed_for_good(scene: Scene, code: int, error: type[Exception]) -> None:
    scene.server.disconnect(code)
    with pytest.raises(error):
        await asyncio.wait_for(scene.task, 5)


async def test_a_server_that_starts_again(scene: Scene) -> None:
    server = scene.server
    port = int(server.base.rsplit(":", 1)[1])
    await server.close()
    scene.say("a")
    await server.start(port)
    await scene.hears("a")


@pytest.mark.parametrize(("code", "kept"), [(1000, False), (1001, False), (4000, True)])
async def test_who_leaves_for_good_gives_the_session_up(server: DiscordServer, code: int, kept: bool) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(server.gateway) as socket:
        await socket.send_json({"op": 2, "d": {"token": server.token, "intents": 0}})
        await server.until(lambda: server.sessions)
        await socket.close(code=code)
    await server.until(lambda: server.log[-1].what == "gateway connection over")
    assert [session.alive for session in server.sessions.values()] == [kept]


async def test_latency_is_measured() -> None:
    async with serving(pulse=Pulse(interval=0.1, ack_delay=0.03)) as server:
        scene = scene_of(server)
        async with ready(server, scene.client):
            await server.until(lambda: 0.02 < scene.client.latency < 0.2)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", 4002),
        ({"op": 99}, 4001),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "x", "intents": 0}}, 4004),
        ({"op": 2, "d": {"token": "", "intents": 0, "shard": [1, 1]}}, 4010),
        ({"op": 2, "d": {"token": "", "intents": 1 << 40}}, 4013),
    ],
)
async def test_wrong_frames_of_a_client(server: DiscordServer, frame: Any, code: int) -> None:
    if isinstance(frame, dict) and "token" in frame.get("d", {}):
        frame["d"]["token"] = frame["d"]["token"] or server.token
    async with aiohttp.ClientSession() as http, http.ws_connect(server.gateway) as socket:
        assert (await socket.receive_json())["op"] == 10
        await (socket.send_str(frame) if isinstance(frame, str) else socket.send_json(frame))
        assert (await socket.receive()).data == code


async def test_a_bot_lives_through_a_storm(scene: Scene) -> None:
    rates: dict[f.Fault, float] = {f.Abort(): 0.1, f.Close(4000): 0.1, f.Reconnect(): 0.1, f.UnknownEvent(): 0.1}
    scene.server.faults.random(7, rates | {f.Reset(): 0.1, f.TruncatedFrame(): 0.1, f.Duplicate(): 0.1})
    texts = [str(n) for n in range(60)]
    for text in texts:
        scene.say(text)
        await asyncio.sleep(0.005)
    await scene.server.until(lambda: set(scene.client.heard) == set(texts))
    assert list(dict.fromkeys(scene.client.heard)) == texts
    assert len(scene.server.resumes) > 5
    scene.server.faults.calm()


async def test_uploads_survive_a_429(scene: Scene) -> None:
    scene.server.faults.on_rest(*SEND, f.TooMany(retry_after=0.05))
    sent = await scene.send("x", file=discord.File(io.BytesIO(b"data"), "a.txt"))
    assert await sent.attachments[0].read() == b"data"
