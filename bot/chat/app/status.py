"""The status of the process over HTTP, for orchestrators and Prometheus: /live, /ready and /metrics."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator

from bot import metrics
from bot.chat.app.bot import SalaryBot
from bot.settings import SettingsError
from bot.storage.records import Records

READY, NOT_READY = 200, 503
# Scrapes and probes are done in milliseconds: who is slower at the stop is not waited for.
CLOSING = 0.5
_log = logging.getLogger(__name__)


class Status:
    """What there is to tell about a process; `bot` is the one that it runs now."""

    def __init__(self, records: Records) -> None:
        self.bot: SalaryBot | None = None
        self._records = records

    def obstacle(self) -> str | None:
        """Return why the process is not ready, in one line; None where it is.

        Its knowledge base is loaded before anything is served, and a faulty one never replaces it.
        """
        lines = self.bot.shards_here.lines if self.bot is not None else ()
        down = [str(line.shard) for line in lines if not line.is_up]
        if not lines or len(down) == len(lines):
            return "not connected to Discord"
        if down:
            return f"not connected to Discord for shard {', '.join(down)}"
        return None if self._records.database.is_up else "the database is away; answers go on without it"

    def measure(self) -> None:
        """Set the gauges of what is so now; shards may have moved since the last look."""
        metrics.DATABASE_UP.set(self._records.database.is_up)
        for gauge in (metrics.SHARD_UP, metrics.SHARD_LATENCY, metrics.SHARD_SERVERS, metrics.KNOWLEDGE):
            gauge.clear()
        if self.bot is None:
            return
        metrics.KNOWLEDGE.set(1, self.bot.services.library.advisor.knowledge.revision)
        servers = Counter(guild.shard_id for guild in self.bot.guilds)
        for line in self.bot.shards_here.lines:
            metrics.SHARD_UP.set(line.is_up, line.shard)
            metrics.SHARD_SERVERS.set(servers[line.shard], line.shard)
            if line.is_up and line.ws is not None:
                metrics.SHARD_LATENCY.set(line.ws.latency, line.shard)


@contextlib.asynccontextmanager
async def serving(address: str | None, status: Status) -> AsyncIterator[None]:
    """Serve the status at `host:port`, from the event loop: no answer means that the loop hangs.

    Raises SettingsError where nothing can listen there. Without an address nothing is served, nor counted.
    """
    if address is None:
        yield
        return
    from aiohttp import web  # noqa: PLC0415 - 2 MiB that only this needs

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        obstacle = status.obstacle()
        return web.Response(text=f"{obstacle or 'ready'}\n", status=NOT_READY if obstacle else READY)

    render = metrics.collect()

    async def scraped(request: web.Request) -> web.Response:
        status.measure()
        body, kind = render(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": kind})

    app = web.Application()
    app.add_routes([web.get("/live", live), web.get("/ready", ready), web.get("/metrics", scraped)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING)
    host, _, port = address.rpartition(":")
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(f"SALARYBOT_STATUS={address}: {error.strerror or error}. Name another address.") from None
    _log.info("status at http://%s:%d/metrics, /live and /ready", *runner.addresses[0][:2])
    try:
        yield
    finally:
        await runner.cleanup()
