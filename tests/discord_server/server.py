"""A Discord on the loopback: a REST API and a gateway that an unmodified client talks to over real sockets."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.discord_server import application, chatting, responding
from tests.discord_server.asking import AskCog
from tests.discord_server.buckets import Limit
from tests.discord_server.desk import Desk
from tests.discord_server.faults import Abort, Close, InvalidSession, Reconnect, Zombie
from tests.discord_server.gateway import Gateway, Pulse
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.permissions import EVERY_INTENT
from tests.discord_server.reception import Reception
from tests.discord_server.rest import API, Rest

PULSE = Pulse()


class DiscordServer(AskCog):
    """The whole: the world with its people, its REST API and its gateway."""

    def __init__(
        self,
        seed: int = 0,
        *,
        now: Callable[[], float] = time.time,
        granted_intents: int = EVERY_INTENT,
        pulse: Pulse = PULSE,
        compress: bool = False,
        shards: int = 1,
    ) -> None:
        super().__init__(seed, now, granted_intents)
        self._desk = Desk(self)
        self.starts.shards = shards
        self._reception = Reception(self)
        self._gateway = Gateway(self, self._reception, pulse, compress=compress)
        self._rest = Rest(self, self._desk, (*application.ENDPOINTS, *chatting.ENDPOINTS, *responding.ENDPOINTS))
        self._runner: web.AppRunner | None = None
        self.identifies = self._reception.identifies
        self.resumes = self._reception.resumes
        self.early = self._reception.early
        self.api = self.gateway = ""

    # ------------------------------------------------------------------ start and end

    async def start(self, port: int = 0) -> None:
        """Listen on the loopback; port 0: any that is free."""
        app = web.Application(client_max_size=1 << 25)
        app.add_routes(
            [*self._rest.routes, web.get("/gw", self._gateway.handle), web.get("/gw/", self._gateway.handle)]
        )
        app.add_routes([web.get("/attachments/{rest:.*}", self._attachment)])
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0.01, keepalive_timeout=300, access_log=None
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        port = self._runner.addresses[0][1]
        self.base, self.gateway = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/gw"
        self.api = self.base + API
        self._desk.gateway_url = self._reception.url = self.gateway

    async def close(self) -> None:
        """Cut all connections and listen no more; the world stays, for another start."""
        self._gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _attachment(self, request: web.Request) -> web.Response:
        data = self._desk.attachments.get(request.path)
        return web.Response(status=404) if data is None else web.Response(body=data)

    # ------------------------------------------------------------------ what the bot did

    async def until(self, condition: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until a condition holds; TimeoutError if it doesn't in time."""
        await self.changes.until(condition, timeout)

    def replies(self, message: Message) -> list[Message]:
        """Return the bot's messages that reply to a message."""
        return [one for one in message.answers if one.author is self.bot and not one.deleted]

    @property
    def commands(self) -> list[dict[str, Any]]:
        """What commands are registered, those of single guilds last."""
        return [command for group in self._desk.commands.values() for command in group]

    # ------------------------------------------------------------------ faults by hand

    def disconnect(self, code: int | None = None) -> None:
        """Cut all gateway connections; with a code close them."""
        self._gateway.strike(Abort() if code is None else Close(code))

    def reconnect_request(self) -> None:
        """Ask all clients to reconnect (op 7)."""
        self._gateway.strike(Reconnect())

    def invalidate(self, resumable: bool = True) -> None:
        """Tell all clients that their session is invalid (op 9)."""
        self._gateway.strike(InvalidSession(resumable))

    def zombie(self) -> None:
        """Say nothing any more on the connections there are."""
        self._gateway.strike(Zombie())

    def clear(self, asked: Message | Interaction) -> None:
        """Drop what is no longer needed of a question and its answers, so that a long load takes no memory."""
        if isinstance(asked, Interaction):
            self._desk.interactions.pop(asked.token, None)
        for message in (*(asked.sent if isinstance(asked, Interaction) else (asked, *asked.answers)),):
            message.channel.log.pop(message.id, None)
            for session in self.sessions.values():
                for prefix in ("", "MESSAGE_UPDATE ", "MESSAGE_DELETE "):
                    session.numbers.pop(f"{prefix}{message.id}", None)

    def resume_at(self, address: str) -> None:
        """Name another address to resume at, in each READY from now on."""
        self._reception.url = address

    def register(self, command: dict[str, Any]) -> None:
        """Add a command that the bot did not ask for, such as one of an older version."""
        ids = {"id": str(self.ids.old()), "application_id": str(self.application_id)}
        self._desk.commands.setdefault(None, []).append({**command, **ids})

    def forget(self) -> None:
        """Forget all sessions without a word: the next resume is refused."""
        self._gateway.forget()

    def rate_limit(self, method: str, route: str, limit: int, per: float) -> None:
        """Allow so many requests of a route, per major id, in so many seconds."""
        self._rest.buckets.limit(Limit(method, route, limit, per))
