"""Where clients identify, resume and ask for members."""

from __future__ import annotations

from typing import Any

from tests.discord_server.faults import Close
from tests.discord_server.line import GatewayLine
from tests.discord_server.permissions import EVERY_INTENT, GUILDS, PRIVILEGED
from tests.discord_server.sessions import Session
from tests.discord_server.world import World

INVALID_SESSION = 9
WRONG_TOKEN, WRONG_SHARD, TOO_FEW_SHARDS, WRONG_INTENTS, REFUSED_INTENTS = 4004, 4010, 4011, 4013, 4014
SPACING = 5.0  # seconds between two IDENTIFYs of a bucket
CONTENT_GRANTED = 1 << 19  # application flag


class Reception:
    """Gives sessions to clients that may have one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.identifies: list[tuple[float, dict[str, Any]]] = []
        self.resumes: list[tuple[float, dict[str, Any]]] = []
        self.url = ""
        self.early: list[tuple[float, int]] = []
        """When an IDENTIFY came too early, and in which bucket."""
        self._last: dict[int, float] = {}

    def identify(self, line: GatewayLine, data: dict[str, Any]) -> None:
        """Begin a session, or close with why not."""
        self.identifies.append((self._world.time, data))
        self._world.note("identify", data)
        shard, intents = data.get("shard", [0, 1]), data["intents"]
        starts = self._world.starts
        starts.remaining = max(0, starts.remaining - 1)
        if self._too_early(shard[0] % starts.max_concurrency) and starts.strict:
            line.send({"op": INVALID_SESSION, "d": False})
        elif data["token"] != self._world.token:
            line.strike(Close(WRONG_TOKEN))
        elif not 0 <= shard[0] < shard[1]:
            line.strike(Close(WRONG_SHARD))
        elif shard[1] < starts.least:
            line.strike(Close(TOO_FEW_SHARDS))
        elif intents & ~EVERY_INTENT:
            line.strike(Close(WRONG_INTENTS))
        elif intents & PRIVILEGED & ~self._world.granted_intents:
            line.strike(Close(REFUSED_INTENTS))
        else:
            self._begin(line, (shard[0], shard[1]), intents)

    def _too_early(self, bucket: int) -> bool:
        now = self._world.time
        last, self._last[bucket] = self._last.get(bucket, now - SPACING), now
        if now - last < SPACING:
            self.early.append((now, bucket))
        return now - last < SPACING

    def _begin(self, line: GatewayLine, shard: tuple[int, int], intents: int) -> None:
        world = self._world
        for old in world.sessions.values():
            # A client that identifies anew won't come back to a session it has left.
            if old.alive and old.line is None and old.shard == shard:
                old.alive = False
                world.note("session left", old)
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

    def resume(self, line: GatewayLine, data: dict[str, Any]) -> None:
        """Go on with a session where it is known; else tell the client to identify."""
        self.resumes.append((self._world.time, data))
        session = self._world.sessions.get(data["session_id"] or "")
        heard = data["seq"]
        resumable = session is not None and session.alive and data["token"] == self._world.token
        possible = session is not None and heard is not None and session.forgotten <= heard <= session.number
        self._world.note("resume" if resumable and possible else "refused resume", data)
        if session is None or not (resumable and possible):
            line.send({"op": INVALID_SESSION, "d": False})
            return
        if isinstance(session.line, GatewayLine):
            session.line.cut()
        session.line, line.session = line, session
        session.heard = max(session.heard, heard)
        session.replay(heard)
        self._world.changes.tell()

    def members(self, line: GatewayLine, data: dict[str, Any]) -> None:
        """Send the members a client asks for."""
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None or line.session is None:
            return
        wanted = {int(user) for user in data.get("user_ids") or guild.members}
        query = (data.get("query") or "").lower()
        found = [m for m in guild.members.values() if m.id in wanted and m.user.name.lower().startswith(query)]
        chunk = {"guild_id": str(guild.id), "members": [m.payload() for m in found], "chunk_index": 0, "chunk_count": 1}
        nonce = {"nonce": data["nonce"]} if data.get("nonce") else {}
        line.session.dispatch("GUILD_MEMBERS_CHUNK", {**chunk, **nonce})
