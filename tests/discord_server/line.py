"""One gateway connection: frames go out in order, each with the fault that befalls it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as sockets
import struct
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.discord_server.faults import (
    Abort,
    Close,
    Duplicate,
    FrameFault,
    InvalidSession,
    Malformed,
    Reconnect,
    Reorder,
    TruncatedFrame,
    UnknownEvent,
    WrongShape,
    Zombie,
)
from tests.discord_server.sessions import Frame, Session

RECONNECT, INVALID = {"op": 7, "d": None}, {"op": 9}
SHORT, MEDIUM = 126, 1 << 16  # where the length of a websocket message takes more bytes (RFC 6455, 5.2)


@dataclass(frozen=True)
class Outgoing:
    """What is to be sent, or only a fault."""

    payload: dict[str, Any] | None
    fault: FrameFault | None = None


def reset(request: web.BaseRequest) -> None:
    """End a connection with a TCP RST."""
    if request.transport is not None:
        if (raw := request.transport.get_extra_info("socket")) is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


class GatewayLine:
    """The way to one client."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        note: Callable[[str, Any], None],
        *,
        compress: bool,
    ) -> None:
        self.session: Session | None = None
        self.silent = False
        """A zombie, or about to be left by the client: nothing goes out any more."""
        self._request, self._socket, self._note = request, socket, note
        self._queue: asyncio.Queue[Outgoing] = asyncio.Queue()
        self._deflate = zlib.compressobj() if compress else None
        self.closing = False
        """Closed from here: the code in the end says nothing of the client."""
        self._pump = asyncio.create_task(self._run())

    def push(self, frame: Frame, fault: FrameFault | None) -> None:
        self._queue.put_nowait(Outgoing(frame.payload(), fault))

    def send(self, payload: dict[str, Any]) -> None:
        """Send what is no dispatch."""
        self._queue.put_nowait(Outgoing(payload))

    def strike(self, fault: FrameFault) -> None:
        """Let a fault happen after all that is already on its way."""
        self._queue.put_nowait(Outgoing(None, fault))

    def leave(self) -> None:
        """Stop sending; what a session has not sent waits for a resume."""
        if not self.closing:
            self._pump.cancel()
        self._part()

    async def ended(self) -> list[str]:
        """Wait until a close frame, if one was to be sent, is out; return what went wrong in here."""
        await asyncio.wait({self._pump})
        error = None if self._pump.cancelled() else self._pump.exception()
        return [] if error is None else traceback.format_exception(error)

    def _part(self) -> None:
        if self.session is not None and self.session.line is self:
            self.session.line = None

    def cut(self) -> None:
        """End the connection at once."""
        self.leave()
        reset(self._request)

    async def _run(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):  # the client has left
            while await self._deliver(await self._queue.get()):
                pass

    async def _deliver(self, item: Outgoing) -> bool:  # noqa: C901 - one case for each fault
        """Send one frame, or do what befalls it; say whether the connection goes on."""
        if item.fault is not None:
            self._note(f"frame {item.payload['t'] if item.payload else ''}".strip(), item.fault)
        match item.fault:
            case None | UnknownEvent() | WrongShape():
                await self._write(item.payload)
            case Duplicate():
                await self._write(item.payload)
                await self._write(item.payload)
            case Reorder(patience=patience):
                await self._swap(item, patience)
            case Malformed():
                await self._text('{"op": 0, "t": "MESSAGE_CREATE", "d": {')
            case TruncatedFrame(cut=False):
                await self._half_a_text(item.payload)
            case Reconnect():
                await self._last(RECONNECT)
            case InvalidSession(resumable=resumable):
                self._forget(resumable=resumable)
                await self._last({**INVALID, "d": resumable})
            case Zombie():
                self.silent = True
            case Abort() | TruncatedFrame():
                self._end(item)
                return False
            case Close(code=code):
                self._part()
                self.closing = True
                await self._socket.close(code=code)
                return False
        return True

    async def _last(self, payload: dict[str, Any]) -> None:
        """Send what makes the client leave; what comes after stays for a resume."""
        await self._write(payload)
        self.silent = True

    def _forget(self, *, resumable: bool) -> None:
        if self.session is not None and not resumable:
            self.session.alive = False

    async def _swap(self, item: Outgoing, patience: float) -> None:
        try:
            following = await asyncio.wait_for(self._queue.get(), patience)
        except TimeoutError:
            return await self._write(item.payload)
        await self._write(following.payload)
        await self._write(item.payload)
        if following.fault is not None and following.payload is None:
            self.strike(following.fault)
        return None

    def _end(self, item: Outgoing) -> None:
        if isinstance(item.fault, TruncatedFrame) and item.payload is not None and self._request.transport is not None:
            whole = self._bytes(item.payload)
            self._request.transport.write(
                _head(len(whole), binary=self._deflate is not None) + whole[: len(whole) // 2]
            )
            self._part()
            self._request.transport.close()
        else:
            self.cut()

    async def _half_a_text(self, payload: dict[str, Any] | None) -> None:
        whole = self._bytes(payload)
        half = whole[: len(whole) // 2]
        await (self._socket.send_bytes(half) if self._deflate else self._socket.send_str(half.decode()))

    async def _write(self, payload: dict[str, Any] | None) -> None:
        if payload is not None:
            await self._text(json.dumps(payload))

    async def _text(self, text: str) -> None:
        if self.silent or self._socket.closed:
            return
        if self._deflate is None:
            await self._socket.send_str(text)
        else:
            await self._socket.send_bytes(self._deflated(text))

    def _bytes(self, payload: dict[str, Any] | None) -> bytes:
        text = json.dumps(payload)
        return self._deflated(text) if self._deflate else text.encode()

    def _deflated(self, text: str) -> bytes:
        assert self._deflate is not None
        return self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


def _head(length: int, *, binary: bool) -> bytes:
    """Return the head of an unmasked websocket message."""
    first = 0x82 if binary else 0x81
    if length < SHORT:
        return struct.pack("!BB", first, length)
    if length < MEDIUM:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)
