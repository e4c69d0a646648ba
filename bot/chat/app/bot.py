"""The bot on Discord: its intents, cogs, event handlers and error handler."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot import metrics
from bot.chat.app.command_tree import CommandTree, Translator, synchronize
from bot.chat.app.errors import TooFast, report
from bot.chat.app.fleet import Fleet
from bot.chat.app.gateway import guard
from bot.chat.app.session_starts import SessionStarts
from bot.chat.app.shards import Shards, forget_left_servers
from bot.chat.cogs.admin import AdminCog
from bot.chat.cogs.ask import AskCog
from bot.chat.cogs.events import EventsCog
from bot.chat.cogs.offer import OfferCog
from bot.chat.cogs.privacy import PrivacyCog
from bot.chat.cogs.reactions import ReactionsCog
from bot.chat.cogs.settings import SettingsCog
from bot.chat.services import Resources, build_services
from bot.chat.transport import interaction_reply
from bot.chat.transport.hybrid import Context
from bot.chat.transport.requests import Refusals, Unreadable, limit_requests, readable, trace
from bot.chat.transport.retry import AWAY
from bot.settings import Settings
from bot.storage.knowledge.library import Library

_log = logging.getLogger(__name__)


# discord.py's names for the tasks of its handlers.
HANDLERS = (
    "discord.py: on_message",
    "discord.py: on_command_error",
    "discord.py: on_interaction",
    "discord.py: on_raw_message",
    "CommandTree-invoker",
    interaction_reply.ACKNOWLEDGING,
)
# Unknown events are logged once each, up to so many.
MOST_UNKNOWN = 100
EXPIRY_INTERVAL = 60.0  # seconds between two looks at what is remembered for a while
OWNERS_COUNT = 300.0  # seconds until Discord is asked again who owns the bot


class SalaryBot(commands.AutoShardedBot):
    """Answers questions about pay on Discord from a Library, as its Settings say."""

    def __init__(self, settings: Settings, library: Library, resources: Resources) -> None:
        intents = discord.Intents.default()
        intents.message_content = settings.message_content
        # A bot without voice needs no voice libraries, nor warnings that they are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=self._prefix,
            intents=intents,
            shard_count=1,  # until Discord has said how many
            help_command=None,
            tree_cls=CommandTree,
            # Phones write "!Salary google" and "! salary google".
            case_insensitive=True,
            strip_after_prefix=True,
            allowed_mentions=discord.AllowedMentions.none(),
            # In servers, in direct messages, and for people who installed the bot for themselves, anywhere.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            max_messages=None,  # nothing here looks back
            http_trace=trace(),
            activity=discord.CustomActivity("/salary: what people earn, with sources"),
        )
        self.settings, self.services = settings, build_services(settings, library, resources)
        served = Fleet if settings.share else Shards
        self._starts = SessionStarts(self.http, resources.slots)
        self.shards_here = served(self, self.services, self._starts)
        self._ask = AskCog(self, self.services)
        self._syncing: asyncio.Task[bool] | None = None
        self._was_ready = False
        self.owners_noted = 0.0  # by the clock of the loop
        self._unknown_events: set[str] = set()
        self.add_check(self._check_pace, call_once=True)
        limit_requests(self.http, Refusals(self.services.memory.clock), self._guild_of, self.shards_here.turn)
        guard(self._connection.parsers)

    async def setup_hook(self) -> None:
        """Load the cogs and send the commands to Discord, once a start."""
        self._expire.start()
        _note_owners(self)
        services = self.services
        settings = SettingsCog(services)
        for cog in (
            self._ask,
            AdminCog(services),
            settings,
            EventsCog(self._ask, settings, services),
            OfferCog(self, services),
            PrivacyCog(services),
            ReactionsCog(self, services),
        ):
            await self.add_cog(cog)
        await self.tree.set_translator(Translator(services.preferences))
        if not self.settings.share:
            self._syncing = asyncio.create_task(synchronize(self.tree), name="synchronizing commands")

    async def is_owner(self, user: discord.abc.User, /) -> bool:
        """Whether somebody owns the bot, by what Discord said in the last minutes, or said last where it is away."""
        if self.loop.time() - self.owners_noted > OWNERS_COUNT:
            await _look_up_owners(self)
        return await super().is_owner(user)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Serve all shards until closed. Raises what Shards.serve_all raises."""
        del reconnect  # a bot that gives up at the first failure is of no use
        await self.shards_here.serve_all()

    def _get_websocket(self, guild_id: int | None = None, *, shard_id: int | None = None) -> Any:
        number = (guild_id or 0) >> 22
        return self.shards_here.socket_of(number % (self.shard_count or 1) if shard_id is None else shard_id)

    async def close(self) -> None:
        """Close the connections, and end the tasks that discord.py leaves behind."""
        state = self._connection
        for task in (self._syncing, state._ready_task, *state._ready_tasks.values()):  # noqa: SLF001
            if task is not None:
                task.cancel()
        self._expire.cancel()
        await super().close()

    async def before_identify_hook(self, shard_id: int | None, **_: bool) -> None:
        """Wait for the slot of a shard; it is connected by now, so that nothing can delay its IDENTIFY any more."""
        await self._starts.slot(shard_id or 0)

    def under_way(self) -> set[asyncio.Task[Any]]:
        """Return the tasks in which discord.py runs the handlers of messages and interactions."""
        return {task for task in asyncio.all_tasks() if task.get_name().startswith(HANDLERS)}

    async def on_ready(self) -> None:
        """Log that the bot is ready; at the first time check the settings against the servers it is in."""
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if not self._was_ready and self.guilds and not self.settings.share:
            self._was_ready = True
            _tell_unknown_channels(self)
            await forget_left_servers(self, self.services)

    async def on_socket_event_type(self, event: str) -> None:
        """Count an event; log one that this discord.py has no parser for, once."""
        is_parsed = event in self._connection.parsers
        metrics.EVENTS.add(event if is_parsed else "unknown")
        if not (is_parsed or event in self._unknown_events) and len(self._unknown_events) < MOST_UNKNOWN:
            self._unknown_events.add(event)
            _log.info("Discord tells of an event that is unknown here: %.100s", event)

    async def on_message(self, message: discord.Message, /) -> None:
        """Take prefix commands and questions in free text, also those that a bot posts in place of people."""
        assert self.user is not None
        if message.author.id != self.user.id:
            self.services.conversations.note_speaker(message.channel.id, message.author.id)
        if not self._ask.is_by_person(message):
            return
        if message.webhook_id is not None and self.services.conversations.adopt(message):
            return
        if self._ask.is_command(message):
            await self.invoke(await self.get_context(message))
        else:
            await self._ask.answer_message(message)

    async def on_command_error(self, ctx: Context, error: commands.CommandError, /) -> None:
        """Take every error of a command, prefix and slash alike."""
        await self.report(ctx, error, str(ctx.command))

    async def report(self, ctx: Context | None, error: Exception, source: str) -> None:
        """Tell the caller what to do about an error; log what is a fault of the bot."""
        await report(ctx, error, source, self.services.callers)

    def _guild_of(self, channel: int) -> int | None:
        found = self.get_channel(channel)
        return found.guild.id if found is not None and not isinstance(found, discord.abc.PrivateChannel) else None

    def _prefix(self, _: commands.Bot, message: discord.Message) -> str:
        return self.services.preferences.prefix(message.guild.id if message.guild is not None else None)

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """Log what failed outside of commands, with the id of what it failed on."""
        _log.exception("failed in %s on %s", event_method, _number(args[0]) if args else "nothing")

    async def _check_pace(self, ctx: Context) -> bool:
        callers = self.services.callers
        line = callers.held_back(callers.of(ctx))
        if line is not None:
            raise TooFast(line)
        return True

    @tasks.loop(seconds=EXPIRY_INTERVAL)
    async def _expire(self) -> None:
        """Drop what is too old from memory, whether or not anybody says anything."""
        self.services.memory.expire()


def _tell_unknown_channels(bot: SalaryBot) -> None:
    """Log what is no channel among those of the settings."""
    channels = {channel.id for guild in bot.guilds for channel in guild.channels}
    for channel in sorted(bot.settings.channels - channels):
        _log.warning("SALARYBOT_CHANNELS: %d is no channel of a server that I am in; nothing is heard there", channel)


def _number(thing: object) -> str:
    """Return the id of what an event is about; its text is nobody's business."""
    return f"{type(thing).__name__} {getattr(thing, 'id', getattr(thing, 'message_id', ''))}".strip()


async def _look_up_owners(bot: SalaryBot) -> None:
    try:
        bot._application = await readable(bot.application_info)  # noqa: SLF001 - what the login sets
    except (discord.HTTPException, Unreadable, *AWAY) as error:
        _log.warning("who owns the bot can't be looked up: %s", error)
    else:
        _note_owners(bot)


def _note_owners(bot: SalaryBot) -> None:
    """Keep who owns the bot: discord.py would ask when it matters, once and for good, and Discord may be away then."""
    bot.owners_noted = bot.loop.time()
    if bot.application is None:
        return
    team = bot.application.team
    if team is None:
        bot.owner_id = bot.application.owner.id
        return
    trusted = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
    accepted = discord.TeamMembershipState.accepted  # an invitation alone gives no right
    joined = [member for member in team.members if member.membership_state is accepted]
    members = {member.id for member in joined if member.role in trusted}
    bot.owner_ids = members | ({team.owner_id} if team.owner_id else set())
