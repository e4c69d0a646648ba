"""The bot on Discord: what it asks of the gateway, its commands, its one handler of errors."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import replying
from bot.chat.admin import Administration, NotAllowed
from bot.chat.asking import Asking, too_fast
from bot.chat.gateway import guard, stay_connected
from bot.chat.hybrid import Context
from bot.chat.pace import Pace, Wait
from bot.chat.sending import impatient, send
from bot.chat.trying import AWAY, Backoff, passing
from bot.settings import Settings
from bot.storage.ledger import Identifies
from bot.storage.library import Library

_log = logging.getLogger(__name__)

REFUSED = "Only the bot's owners, and members with Manage Server in its home server (there), can do that."
UNKNOWN = "I don't know that command. `/help` says what you can ask."
SORRY = "Something went wrong on my side, and I have noted it. Please try again."


# discord.py's names for the tasks of its handlers.
HANDLING = ("discord.py: on_message", "discord.py: on_command_error", "CommandTree-invoker", replying.ACKNOWLEDGING)
# Names of unknown events are noted once each, up to so many.
MOST_STRANGE = 100
SHORT = 10.0  # seconds nobody needs to hear of


class TooFast(commands.CheckFailure):
    """A command that came before its author's wait was over."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(f"wait {wait.seconds:.1f} s")
        self.wait = wait


class _Tree(app_commands.CommandTree["SalaryBot"]):
    """Slash commands; what fails before a command is known goes to the bot's one handler too."""

    async def interaction_check(self, interaction: discord.Interaction[SalaryBot], /) -> bool:
        """Let everything through; what a command doesn't answer soon is acknowledged for it."""
        if interaction.type is discord.InteractionType.application_command:
            replying.watch(interaction)
        return True

    async def on_error(self, interaction: discord.Interaction[SalaryBot], error: app_commands.AppCommandError) -> None:
        if interaction.command is None:
            await replying.refuse(interaction, UNKNOWN)
            return
        await interaction.client.failed(
            await commands.Context.from_interaction(interaction), error, str(interaction.data)
        )


class SalaryBot(commands.Bot):
    """Answers questions of pay on Discord from a Library, as its Settings say."""

    def __init__(self, settings: Settings, library: Library) -> None:
        intents = discord.Intents.default()
        intents.message_content = settings.message_content
        # A bot that never speaks aloud needs no voice libraries, nor warnings that they are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=settings.prefix,
            intents=intents,
            help_command=None,
            tree_cls=_Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,  # nothing here looks back
            activity=discord.CustomActivity("/salary: what machine-learning people earn"),
        )
        self.settings = settings
        self.library = library
        self._identifies = Identifies(None)
        self._pace = Pace(settings.cooldown)
        self._asking = Asking(self, library, settings, self._pace)
        self._syncing: asyncio.Task[None] | None = None
        self._strange: set[str] = set()
        self.add_check(self._unhurried, call_once=True)
        impatient(self.http)
        guard(self._connection.parsers)

    async def setup_hook(self) -> None:
        """Load the commands and tell Discord of them, once a start."""
        self._know_owners()
        await self.add_cog(self._asking)
        await self.add_cog(Administration(self.library, self.settings))
        self._syncing = asyncio.create_task(self._synchronise(), name="synchronising commands")

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
        self._identifies = Identifies(self.settings.state / f"identifies-{self.application_id}.json")
        await stay_connected(self, proxy=self.settings.discord_gateway, leave_to_identify=self._leave_to_identify)

    async def close(self) -> None:
        # discord.py leaves its own task behind, which then fails on a closed client.
        for task in (self._syncing, self._connection._ready_task):  # noqa: SLF001
            if task is not None:
                task.cancel()
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

    async def on_socket_event_type(self, event: str) -> None:
        """Note an event that this discord.py has no parser for, once."""
        if event not in self._connection.parsers and event not in self._strange and len(self._strange) < MOST_STRANGE:
            self._strange.add(event)
            _log.info("Discord tells of an event that is unknown here: %.100s", event)

    async def on_message(self, message: discord.Message, /) -> None:
        """Take what people say: prefix commands, and questions in free text. Some webhooks don't count as bots."""
        if message.author.bot or message.webhook_id is not None:
            return
        if message.content.startswith(self.settings.prefix):
            await self.process_commands(message)
        else:
            await self._asking.listen(message)

    async def on_command_error(self, ctx: Context, error: commands.CommandError, /) -> None:
        """Take every error of a command, prefix and slash alike."""
        await self.failed(ctx, error, ctx.message.content or str(ctx.command))

    async def failed(self, ctx: Context | None, error: Exception, said: str) -> None:
        """Tell the person in one line what they can do about an error; note what is a fault of the bot."""
        cause = _cause(error)
        match cause:
            case commands.CommandNotFound() | app_commands.CommandNotFound():
                return
            case TooFast(wait=wait):
                line = too_fast(wait.seconds) if wait.first or (ctx and ctx.interaction) else ""
            case NotAllowed():
                line = REFUSED
            case commands.UserInputError() | commands.CheckFailure() | app_commands.CheckFailure():
                line = "I can't take that command like this. `help` says what you can ask."
            case _:
                _log.error("failed on %r", said, exc_info=cause)
                line = SORRY
        if ctx and line:
            await send(ctx, line, private=True)

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """Note what failed outside of commands, with what it failed on."""
        _log.exception("failed in %s on %s", event_method, args[0] if args else "nothing")

    async def _unhurried(self, ctx: Context) -> bool:
        wait = self._pace.ask(ctx.author.id, now=self.loop.time())
        if wait is not None:
            raise TooFast(wait)
        return True

    async def _leave_to_identify(self) -> None:
        wait = self._identifies.wait()
        if wait > SHORT:
            _log.warning("connecting waits %.0f s, to keep within Discord's 1,000 sessions a day", wait)
        await asyncio.sleep(wait)

    async def _synchronise(self) -> None:
        """Tell Discord of the commands, as often as it takes; meanwhile those of before stay."""
        backoff = Backoff()
        while True:
            try:
                await self.tree.sync()
            except (discord.DiscordException, *AWAY) as error:
                if not passing(error):
                    _log.error("slash commands couldn't be synchronised, the old ones stay: %s", error)
                    return
                wait = backoff.next()
                _log.warning("slash commands can't be synchronised yet, again in %.1f s: %s", wait, error)
                await asyncio.sleep(wait)
            else:
                return


def _cause(error: Exception) -> BaseException:
    """Return what happened, out of discord.py's wrappings of it."""
    wrappings = (commands.HybridCommandError, commands.CommandInvokeError, app_commands.CommandInvokeError)
    cause: BaseException = error
    while isinstance(cause, wrappings):
        cause = cause.original
    return cause
