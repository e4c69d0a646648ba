"""The bot on Discord: what it asks of the gateway, its commands, its one handler of errors."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.ext.commands.hybrid import HybridAppCommand

from bot.chat.app.command_sync import synchronise
from bot.chat.app.command_translator import Translations
from bot.chat.app.errors import UNKNOWN, TooFast, tell
from bot.chat.app.gateway import guard, stay_connected
from bot.chat.cogs.admin import AdminCog
from bot.chat.cogs.ask import AskCog
from bot.chat.cogs.events import EventsCog
from bot.chat.cogs.offer import OfferCog
from bot.chat.cogs.privacy import PrivacyCog
from bot.chat.cogs.settings import SettingsCog
from bot.chat.conversation.addressing import is_command
from bot.chat.guilds.rate_limit import too_fast
from bot.chat.services import Resources, put_together
from bot.chat.transport import interaction_reply
from bot.chat.transport.hybrid import Context
from bot.chat.transport.send import impatient
from bot.settings import Settings
from bot.storage.identify_budget import IdentifyBudget
from bot.storage.knowledge.library import Library
from bot.storage.records import Records

_log = logging.getLogger(__name__)


# discord.py's names for the tasks of its handlers.
HANDLING = (
    "discord.py: on_message",
    "discord.py: on_command_error",
    "discord.py: on_interaction",
    "discord.py: on_raw_message",
    "CommandTree-invoker",
    interaction_reply.ACKNOWLEDGING,
)
# Names of unknown events are noted once each, up to so many.
MOST_STRANGE = 100
EXPIRING = 60.0  # seconds after which what is remembered for a while is looked through
SHORT = 10.0  # seconds nobody needs to hear of


class _Tree(app_commands.CommandTree["SalaryBot"]):
    """Slash commands; what fails before a command is known goes to the bot's one handler too."""

    async def interaction_check(self, interaction: discord.Interaction[SalaryBot], /) -> bool:
        """Let through who doesn't ask too fast; what a command doesn't answer soon is acknowledged for it."""
        if interaction.type is not discord.InteractionType.application_command:
            return True
        interaction_reply.watch(interaction)
        # discord.py asks the bot's own check for hybrid commands, and for these alone.
        return isinstance(interaction.command, HybridAppCommand) or await self._unhurried(interaction)

    async def _unhurried(self, interaction: discord.Interaction[SalaryBot]) -> bool:
        parts, server = interaction.client.parts, interaction.guild_id
        now, seconds = interaction.client.loop.time(), parts.preferences.cooldown(server)
        wait = parts.pace.ask(interaction.user.id, server, now=now, seconds=seconds)
        if wait is not None:
            language = parts.preferences.language(server, interaction.locale)
            await interaction_reply.refuse(interaction, too_fast(wait.seconds, language))
        return wait is None

    async def on_error(self, interaction: discord.Interaction[SalaryBot], error: app_commands.AppCommandError) -> None:
        if interaction.command is None:
            bot = interaction.client
            language = bot.parts.preferences.language(interaction.guild_id, interaction.locale)
            await interaction_reply.refuse(interaction, language.say(UNKNOWN))
            return
        # Its name alone: what it was given may be somebody's pay.
        name = interaction.command.qualified_name
        await interaction.client.failed(await commands.Context.from_interaction(interaction), error, name)


class SalaryBot(commands.Bot):
    """Answers questions of pay on Discord from a Library, as its Settings say."""

    def __init__(self, settings: Settings, library: Library, means: Resources) -> None:
        intents = discord.Intents.default()
        intents.message_content = settings.message_content
        # A bot that never speaks aloud needs no voice libraries, nor warnings that they are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=self._prefix,
            intents=intents,
            help_command=None,
            tree_cls=_Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            # In servers, in direct messages, and for people who installed the bot for themselves, anywhere.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            max_messages=None,  # nothing here looks back
            activity=discord.CustomActivity("/salary: what machine-learning people earn"),
        )
        self.settings = settings
        self.library = library
        self.parts = put_together(settings, library, means)
        self._means = means
        self._identifies = IdentifyBudget(None)
        self._asking = AskCog(self, library, self.parts)
        self._syncing: asyncio.Task[None] | None = None
        self._tidied = 0.0
        self._looked = False
        self._strange: set[str] = set()
        self.add_check(self._unhurried, call_once=True)
        impatient(self.http)
        guard(self._connection.parsers)

    async def setup_hook(self) -> None:
        """Load the commands and tell Discord of them, once a start."""
        self._know_owners()
        parts, records = self.parts, self._means.records
        configuring = SettingsCog(records, parts.preferences)
        for cog in (
            self._asking,
            AdminCog(self.library, self.settings, records, parts.preferences),
            configuring,
            EventsCog(self._asking, configuring, parts, records),
            OfferCog(self, parts),
            PrivacyCog(parts.feedback, parts.preferences, self.settings.keep_days),
        ):
            await self.add_cog(cog)
        await self.tree.set_translator(Translations(parts.preferences))
        self._syncing = asyncio.create_task(synchronise(self.tree), name="synchronising commands")

    def _know_owners(self) -> None:
        """Keep from the login who owns the bot: discord.py would ask when it matters, and Discord may be away then."""
        if self.application is None:
            return
        if self.application.team is None:
            self.owner_id = self.application.owner.id
        else:
            trusted = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
            team = self.application.team
            members = {member.id for member in team.members if member.role in trusted}
            self.owner_ids = members | ({team.owner_id} if team.owner_id else set())

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected until closed. Raises what stay_connected raises."""
        del reconnect  # a bot that gives up at the first trouble is of no use
        self._identifies = IdentifyBudget(self.settings.state / f"identifies-{self.application_id}.json")
        await stay_connected(self, proxy=self.settings.discord_gateway, leave_to_identify=self._leave_to_identify)

    async def close(self) -> None:
        # discord.py leaves its own task behind, which then fails on a closed client.
        for task in (self._syncing, self._connection._ready_task):  # noqa: SLF001
            if task is not None:
                task.cancel()
        self.parts.presenter.close()
        await super().close()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Note an IDENTIFY; the time between two has been kept before the connection was made."""
        del shard_id, initial
        self._identifies.spend()

    def under_way(self) -> set[asyncio.Task[Any]]:
        """Return the tasks in which discord.py runs the handlers of messages and interactions."""
        return {task for task in asyncio.all_tasks() if task.get_name().startswith(HANDLING)}

    async def on_ready(self) -> None:
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if not self._looked and self.guilds:
            self._looked = True
            await _forget_left(self, self._means.records)

    async def on_socket_event_type(self, event: str) -> None:
        """Note an event that this discord.py has no parser for, once."""
        self._tidy()
        if event not in self._connection.parsers and event not in self._strange and len(self._strange) < MOST_STRANGE:
            self._strange.add(event)
            _log.info("Discord tells of an event that is unknown here: %.100s", event)

    async def on_message(self, message: discord.Message, /) -> None:
        """Take what people say: prefix commands, and questions in free text. Some webhooks don't count as bots."""
        assert self.user is not None
        self._tidy()
        if message.author.id != self.user.id:
            self.parts.conversations.heard(message.channel.id, message.author.id)
        if message.author.bot or message.webhook_id is not None:
            return
        if is_command(message, me=self.user.id, prefix=self._prefix(self, message)):
            await self.process_commands(message)
        else:
            await self._asking.listen(message)

    async def on_command_error(self, ctx: Context, error: commands.CommandError, /) -> None:
        """Take every error of a command, prefix and slash alike."""
        await self.failed(ctx, error, ctx.message.content or str(ctx.command))

    async def failed(self, ctx: Context | None, error: Exception, said: str) -> None:
        """Tell the person what they can do about an error; note what is a fault of the bot."""
        await tell(ctx, error, said, self.parts.preferences)

    def _prefix(self, _: commands.Bot, message: discord.Message) -> str:
        return self.parts.preferences.prefix(message.guild.id if message.guild is not None else None)

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """Note what failed outside of commands, with the id of what it failed on."""
        _log.exception("failed in %s on %s", event_method, _number(args[0]) if args else "nothing")

    async def _unhurried(self, ctx: Context) -> bool:
        server = ctx.guild.id if ctx.guild is not None else None
        seconds = self.parts.preferences.cooldown(server)
        wait = self.parts.pace.ask(ctx.author.id, server, now=self.loop.time(), seconds=seconds)
        if wait is not None:
            raise TooFast(wait)
        return True

    def _tidy(self) -> None:
        """Let go of what is too old, now and then: whatever happens on Discord is an occasion."""
        now = self.loop.time()
        if now - self._tidied >= EXPIRING:
            self._tidied = now
            self.parts.expire()

    async def _leave_to_identify(self) -> None:
        wait = self._identifies.wait()
        if wait > SHORT:
            _log.warning("connecting waits %.0f s, to keep within Discord's 1,000 sessions a day", wait)
        await asyncio.sleep(wait)


def _number(thing: object) -> str:
    """Return the id of what an event is about; its text is nobody's business."""
    return f"{type(thing).__name__} {getattr(thing, 'id', getattr(thing, 'message_id', ''))}".strip()


async def _forget_left(bot: SalaryBot, records: Records) -> None:
    """Forget the servers that removed the bot while it was away. One of several shards doesn't know them."""
    if (bot.shard_count or 1) == 1 and bot.settings.discord_gateway is None:
        for server in records.servers() - {guild.id for guild in bot.guilds}:
            await records.leave(server)
