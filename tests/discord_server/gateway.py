"""The gateway: the life of a connection, from its handshake over its heartbeats to its end."""

from __future__ import annotations

import asyncio
import json
import traceback
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.faults import Close, CloseAt, FrameFault, Hang, NoHello, Reset, Slow, Status
from tests.discord_server.line import GatewayLine, reset
from tests.discord_server.reception import Reception
from tests.discord_server.world import World

UNKNOWN_OP, UNREADABLE, NOT_AUTHENTICATED, ALREADY = 4001, 4002, 4003, 4005
FINAL = (1000, 1001)  # a client that closes with these gives its session up


class Op(IntEnum):
    """What a frame is about."""

    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    MEMBERS = 8
    HELLO = 10
    ACK = 11


@dataclass(frozen=True)
class Pulse:
    """How often a client is to send heartbeats, and how long (both s) each waits for its answer."""

    interval: float = 41.25
    ack_delay: float = 0.01


class Gateway:
    """Takes connections and leads each through its life."""

    def __init__(self, world: World, reception: Reception, pulse: Pulse, *, compress: bool) -> None:
        self._world, self._pulse, self._compress = world, pulse, compress
        self.lines: set[GatewayLine] = set()
        self._reception = reception

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
            case Slow(seconds=seconds):
                await asyncio.sleep(seconds)
            case CloseAt() | NoHello() | None:
                pass
        socket = web.WebSocketResponse(max_msg_size=1 << 16, compress=False)
        await socket.prepare(request)
        if isinstance(fault, CloseAt):
            await socket.close(code=fault.code)
        else:
            await self._serve(request, socket, hello=not isinstance(fault, NoHello))
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
            self._world.note("gateway connection over", socket.close_code)
            self._world.errors += await line.ended()

    async def _listen(self, line: GatewayLine, socket: web.WebSocketResponse) -> None:
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            try:
                payload: Any = json.loads(message.data)
                operation = payload["op"]
            except (ValueError, TypeError, KeyError):
                line.strike(Close(UNREADABLE))
                continue
            self._heard(line, operation, payload.get("d"))
        # Only a close frame counts: aiohttp gives 1000 as the code of a mere end of the connection, too.
        final = message.type is WSMsgType.CLOSE and message.data in FINAL
        if line.session is not None and final and not line.closing:
            line.session.alive = False

    def _heard(self, line: GatewayLine, operation: int, data: Any) -> None:
        match operation:
            case Op.HEARTBEAT:
                self._heartbeat(line, data)
            case Op.IDENTIFY | Op.RESUME if line.session is not None:
                line.strike(Close(ALREADY))
            case Op.IDENTIFY:
                self._reception.identify(line, data)
            case Op.RESUME:
                self._reception.resume(line, data)
            case Op.PRESENCE | Op.VOICE | Op.MEMBERS if line.session is None:
                line.strike(Close(NOT_AUTHENTICATED))
            case Op.PRESENCE | Op.VOICE:
                self._world.note("presence" if operation == Op.PRESENCE else "voice", data)
            case Op.MEMBERS:
                self._reception.members(line, data)
            case _:
                line.strike(Close(UNKNOWN_OP))

    def _heartbeat(self, line: GatewayLine, heard: int | None) -> None:
        if line.session is not None and heard is not None:
            line.session.acknowledge(heard)
        # An answer within the same tick makes discord.py count a wrong latency.
        asyncio.get_running_loop().call_later(self._pulse.ack_delay, line.send, {"op": Op.ACK})
