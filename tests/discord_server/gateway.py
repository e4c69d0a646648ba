"""The gateway: hello, heartbeats, IDENTIFY, RESUME and requests for members."""

from __future__ import annotations

import asyncio
import json
import traceback
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.faults import Close, CloseAt, FrameFault, Hang, NoHello, Reset, Status
from tests.discord_server.line import GatewayLine, reset
from tests.discord_server.permissions import EVERY_INTENT, GUILDS, PRIVILEGED
from tests.discord_server.sessions import Session
from tests.discord_server.world import World

UNKNOWN_OP, UNREADABLE, NOT_AUTHENTICATED, WRONG_TOKEN, ALREADY = 4001, 4002, 4003, 4004, 4005
WRONG_SHARD, WRONG_INTENTS, REFUSED_INTENTS = 4010, 4013, 4014
FINAL = (1000, 1001)  # a client that closes with these gives its session up
CONTENT_GRANTED = 1 << 19  # application flag


class Op(IntEnum):
    """What a frame is about."""

    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    MEMBERS = 8
    INVALID = 9
    HELLO = 10
    ACK = 11


@dataclass(frozen=True)
class Pulse:
    """How often a client is to send heartbeats, and how long (both s) each waits for its answer."""

    interval: float = 41.25
    ack_delay: float = 0.01


class Gateway:
    """Takes connections and leads each through its life."""

    def __init__(self, world: World, pulse: Pulse, *, compress: bool) -> None:
        self._world, self._pulse, self._compress = world, pulse, compress
        self.lines: set[GatewayLine] = set()
        self.identifies: list[tuple[float, dict[str, Any]]] = []
        self.resumes: list[tuple[float, dict[str, Any]]] = []
        self.url = ""

    def strike(self, fault: FrameFault) -> None:
        """Let a fault happen on all connections."""
        for line in self.lines:
            line.strike(fault)

    def forget(self) -> None:
        """Forget all sessions, telling nobody: a resume will be refused."""
        for session in self._world.sessions.values():
            session.alive = False

    def close(self) -> None:
        for line in list(self.lines):
            line.cut()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection, or let its handshake fail."""
        fault = self._world.faults.at_handshake()
        self._world.note("gateway connection", fault)
        match fault:
            case Status(status=status):
                return web.Response(status=status, text="<html>no gateway</html>", content_type="text/html")
            case Reset():
                reset(request)
                return web.Response()
            case Hang():
                await asyncio.Event().wait()
            case CloseAt() | NoHello() | None:
                pass
        socket = web.WebSocketResponse(max_msg_size=1 << 16, compress=False)
        await socket.prepare(request)
        if isinstance(fault, CloseAt):
            await socket.close(code=fault.code)
        else:
            await self._serve(request, socket, hello=fault is None)
        return socket

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, *, hello: bool) -> None:
        compress = self._compress and request.query.get("compress") == "zlib-stream"
        line = GatewayLine(request, socket, self._world.note, compress=compress)
        self.lines.add(line)
        if hello:
            line.send({"op": Op.HELLO, "d": {"heartbeat_interval": round(self._pulse.interval * 1000)}})
        try:
            await self._listen(line, socket)
        except Exception:  # noqa: BLE001 - the server never fails, it tells
            self._world.errors.append(traceback.format_exc())
        finally:
            line.leave()
            self.lines.discard(line)
            try:
                self._world.errors += await line.ended()
            finally:
                self._gone(line, socket.close_code)

    def _gone(self, line: GatewayLine, code: int | None) -> None:
        if line.session is not None and code in FINAL and not line.closing:
            line.session.alive = False
        self._world.note("gateway connection over", code)

    async def _listen(self, line: GatewayLine, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            try:
                said: Any = json.loads(message.data) if message.type is WSMsgType.TEXT else None
                operation = said["op"]
            except (ValueError, TypeError, KeyError):
                line.strike(Close(UNREADABLE))
                continue
            self._heard(line, operation, said.get("d"))

    def _heard(self, line: GatewayLine, operation: int, data: Any) -> None:
        match operation:
            case Op.HEARTBEAT:
                self._heartbeat(line, data)
            case Op.IDENTIFY | Op.RESUME if line.session is not None:
                line.strike(Close(ALREADY))
            case Op.IDENTIFY:
                self._identify(line, data)
            case Op.RESUME:
                self._resume(line, data)
            case Op.PRESENCE | Op.VOICE | Op.MEMBERS if line.session is None:
                line.strike(Close(NOT_AUTHENTICATED))
            case Op.PRESENCE | Op.VOICE:
                self._world.note("presence" if operation == Op.PRESENCE else "voice", data)
            case Op.MEMBERS:
                self._members(line, data)
            case _:
                line.strike(Close(UNKNOWN_OP))

    def _heartbeat(self, line: GatewayLine, heard: int | None) -> None:
        if line.session is not None and heard is not None:
            line.session.acknowledge(heard)
        # An answer within the same tick makes discord.py count a wrong latency.
        asyncio.get_running_loop().call_later(self._pulse.ack_delay, line.send, {"op": Op.ACK})

    def _identify(self, line: GatewayLine, data: dict[str, Any]) -> None:
        self.identifies.append((self._world.time, data))
        self._world.note("identify", data)
        shard, intents = data.get("shard", [0, 1]), data["intents"]
        if data["token"] != self._world.token:
            line.strike(Close(WRONG_TOKEN))
        elif not 0 <= shard[0] < shard[1]:
            line.strike(Close(WRONG_SHARD))
        elif intents & ~EVERY_INTENT:
            line.strike(Close(WRONG_INTENTS))
        elif intents & PRIVILEGED & ~self._world.granted_intents:
            line.strike(Close(REFUSED_INTENTS))
        else:
            self._begin(line, (shard[0], shard[1]), intents)

    def _begin(self, line: GatewayLine, shard: tuple[int, int], intents: int) -> None:
        world = self._world
        for old in world.sessions.values():
            # A client that identifies anew won't come back to a session it has left.
            old.alive = old.alive and (old.line is not None or old.shard != shard)
        session = Session(world.session_id(), intents, shard, world.faults)
        world.sessions[session.id] = session
        session.line, line.session = line, session
        guilds = [guild for guild in world.guilds.values() if session.has(guild.id)]
        session.dispatch("READY", self._ready(session, [guild.id for guild in guilds]))
        for guild in guilds if intents & GUILDS else []:
            session.dispatch("GUILD_CREATE", world.guild_payload(guild, session))
        world.changes.tell()

    def _ready(self, session: Session, guilds: list[int]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._world.application_id), "flags": CONTENT_GRANTED},
        }

    def _resume(self, line: GatewayLine, data: dict[str, Any]) -> None:
        self.resumes.append((self._world.time, data))
        session = self._world.sessions.get(data["session_id"] or "")
        heard = data["seq"]
        known = session is not None and session.alive and data["token"] == self._world.token
        possible = session is not None and heard is not None and session.forgotten <= heard <= session.number
        self._world.note("resume" if known and possible else "refused resume", data)
        if session is None or not (known and possible):
            line.send({"op": Op.INVALID, "d": False})
            return
        if isinstance(session.line, GatewayLine):
            session.line.cut()
        session.line, line.session = line, session
        session.replay(heard)
        self._world.changes.tell()

    def _members(self, line: GatewayLine, data: dict[str, Any]) -> None:
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None or line.session is None:
            return
        wanted = {int(user) for user in data.get("user_ids") or guild.members}
        query = (data.get("query") or "").lower()
        found = [m for m in guild.members.values() if m.id in wanted and m.user.name.lower().startswith(query)]
        chunk = {"guild_id": str(guild.id), "members": [m.payload() for m in found], "chunk_index": 0, "chunk_count": 1}
        nonce = {"nonce": data["nonce"]} if data.get("nonce") else {}
        line.session.dispatch("GUILD_MEMBERS_CHUNK", {**chunk, **nonce})
