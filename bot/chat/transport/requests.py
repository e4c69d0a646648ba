"""What every request to Discord goes through: a timeout, one way of retrying, and no request that would be refused.

Discord bans an address for 10,000 refused requests in ten minutes. A server can make its bot ask for them: a channel in
which it may not write, locked threads, a timeout. So a channel is left alone after a few refusals, then its server.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, TypeVar

import aiohttp
import discord
from cachetools import TTLCache
from discord.http import HTTPClient, Route

from bot import metrics

# aiohttp waits five minutes for an answer, and discord.py holds back the channel's other messages all the while.
ONE_REQUEST = aiohttp.ClientTimeout(total=10.0)
# A new message with a picture has less: the words come without it.
ONE_UPLOAD = aiohttp.ClientTimeout(total=5.0)
LEFT_ALONE = 600.0  # seconds
# A message is tried with less each time: without its picture, then without all but words.
MOST_OF_A_CHANNEL, MOST_OF_A_GUILD = 4, 40
MOST_KNOWN = 10_000
FORBIDDEN, UNAVAILABLE = 403, 503

T = TypeVar("T")
_status: ContextVar[list[int] | None] = ContextVar("status", default=None)
_asked: ContextVar[float | None] = ContextVar("asked", default=None)  # when discord.py was asked to make a request
# Whatever of a path isn't a word of Discord's: ids, tokens, emoji.
_VARIABLE = re.compile(r"(?<=/)(?!(?:[a-z-]{2,20}|@[a-z]+)(?:/|$))[^/]+")
NO_ANSWER, SWITCHING = 0, 101


class LeftAlone(discord.Forbidden):
    """A request that was not made: Discord refused others like it a moment ago."""

    def __init__(self) -> None:
        response: Any = SimpleNamespace(status=FORBIDDEN, reason="Forbidden")
        super().__init__(response, "refused there a moment ago")


class Unreadable(Exception):  # noqa: N818 - a state rather than an error
    """Discord did what was asked for, and answered with something that can't be read."""


def trace() -> aiohttp.TraceConfig:
    """Return what discord.py's session is to call: it notes each answer's status, and calls every server error a 503.

    It also measures each request, for the metrics.

    Those discord.py raises at once. The others it retries itself for half a minute, in which nothing else of the
    channel is sent; here one mechanism retries all of them, and waits without holding anybody up.
    """

    async def started(_: object, context: SimpleNamespace, __: object) -> None:
        context.began = asyncio.get_running_loop().time()
        asked = _asked.get()
        if asked is not None:
            metrics.REST_WAITING.observe(context.began - asked)
            _asked.set(None)  # what discord.py tries again is another matter

    async def failed(_: object, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams) -> None:
        _measure(params, context.began, NO_ANSWER)

    async def ended(_: object, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        _measure(params, context.began, params.response.status)
        noted = _status.get()
        if noted is not None:
            noted.append(params.response.status)
        if params.response.status > UNAVAILABLE or params.response.status in (500, 502):
            params.response.status = UNAVAILABLE

    made = aiohttp.TraceConfig()
    made.on_request_start.append(started)
    made.on_request_exception.append(failed)
    made.on_request_end.append(ended)
    return made


def _measure(
    params: aiohttp.TraceRequestEndParams | aiohttp.TraceRequestExceptionParams, began: float, status: int
) -> None:
    """Measure a request to the REST API; the same session also makes the connections to the gateway."""
    url = str(params.url).partition("?")[0]
    if url.startswith(Route.BASE) and status != SWITCHING:
        route = _VARIABLE.sub("{}", url.removeprefix(Route.BASE))
        metrics.REST_TIME.observe(asyncio.get_running_loop().time() - began, params.method, route, status)


async def readable(attempt: Callable[[], Awaitable[T]]) -> T:
    """Make one request and return what came of it. Raises Unreadable where it was carried out all the same."""
    statuses: list[int] = []
    token = _status.set(statuses)
    try:
        return await attempt()
    except (ValueError, TypeError, KeyError, AttributeError, aiohttp.ClientPayloadError) as error:
        if statuses and statuses[-1] // 100 == 2:  # noqa: PLR2004 - the class of success
            raise Unreadable(repr(error)) from error
        raise
    finally:
        _status.reset(token)


class Refusals:
    """Counts Discord's refusals by channel and by guild for ten minutes; where there are too many, nothing is asked.

    >>> refusals = Refusals(lambda: 0.0)
    >>> for _ in range(4):
    ...     refusals.note(1, None)
    >>> refusals.leaves_alone(1, None), refusals.leaves_alone(2, None)
    (True, False)
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        # Not among what conversations remember (`guilds.memory`): these are counts of Discord's refusals, of nobody in
        # particular, which /forget must not reset, and the transport stands below it.
        self._channels: TTLCache[int, int] = TTLCache(MOST_KNOWN, LEFT_ALONE, clock)
        self._guilds: TTLCache[int, int] = TTLCache(MOST_KNOWN, LEFT_ALONE, clock)

    def leaves_alone(self, channel: int, guild: int | None) -> bool:
        """Whether not to ask for anything there."""
        of_guild = self._guilds.get(guild, 0) if guild is not None else 0
        return self._channels.get(channel, 0) >= MOST_OF_A_CHANNEL or of_guild >= MOST_OF_A_GUILD

    def note(self, channel: int, guild: int | None) -> None:
        """Note a refusal."""
        self._channels[channel] = self._channels.get(channel, 0) + 1
        if guild is not None:
            self._guilds[guild] = self._guilds.get(guild, 0) + 1

    def clear(self, channel: int) -> None:
        """Note that something was allowed there."""
        self._channels.pop(channel, None)


def limit_requests(
    http: HTTPClient, refusals: Refusals, guild_of: Callable[[int], int | None], turn: Callable[[], Awaitable[None]]
) -> None:
    """Have each request of a client end in time, and none be made where it would be refused; raises LeftAlone there.

    Each waits for its `turn`. Answers to interactions don't come this way: Discord doesn't count them.

    discord.py has no setting for either.
    """
    request: Any = http.request

    async def bounded(route: Route, **options: Any) -> Any:
        channel = int(route.channel_id) if route.channel_id is not None else None
        if channel is not None and refusals.leaves_alone(channel, guild_of(channel)):
            raise LeftAlone
        await turn()
        _asked.set(asyncio.get_running_loop().time())
        timeout = ONE_UPLOAD if options.get("files") and route.method == "POST" else ONE_REQUEST
        try:
            made = await request(route, **{"timeout": timeout, **options})
        except discord.Forbidden:
            if channel is not None:
                refusals.note(channel, guild_of(channel))
            raise
        if channel is not None:
            refusals.clear(channel)
        if isinstance(made, str) and made:
            raise ValueError(f"{len(made)} characters that are no JSON")
        return made

    vars(http)["request"] = bounded
