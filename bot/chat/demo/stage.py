"""The simulated Discord of the demo: a server, two people, the real bot, and a page that shows it all."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import webbrowser
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord import SetupError

from bot.chat.app.bot import SalaryBot
from bot.chat.app.lifecycle import OK, stop_signals
from bot.chat.presentation.presenter import Place
from bot.chat.services import open_resources
from bot.core.model.language import ENGLISH, later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.text.formatting import capital
from bot.settings import Settings
from bot.storage.knowledge.library import Library

__all__ = ["SetupError", "build_world", "greet", "serve"]

EVERYTHING = later("In this channel I answer **every** message.")
WHO = "There you are Ada (a member) or Grace (an administrator: try !kb reload). Ctrl-C ends the demo.\n"
# A reload reads some hundred files, on a machine that may be busy.
PATIENCE = 30.0


async def serve(settings: Settings, library: Library, port: int | None, *, open_browser: bool) -> int:
    """Serve the page until a signal or the page ends it."""
    stop = stop_signals()
    # What the demo stores ends with it.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        alone = settings.model_copy(update={"state": Path(folder), "database": None})
        # The world comes first, for the bot's settings name its channel and its server.
        bare = discord.Client(intents=discord.Intents(guilds=True))
        options = {"check_errors": False, "settle_timeout": PATIENCE}
        async with open_resources(alone) as opened, simcord.run(bare, **options) as env:
            channel, viewers = build_world(env, Phrasebook(ENGLISH, library.advisor.knowledge))
            # Before anything runs that would do months of its rounds in between.
            await env.advance_time(max(0.0, (datetime.now(UTC) - env.now()).total_seconds()))
            await opened.records.change(_guild(channel), ask_channels=frozenset({channel.id}))
            await env.restart_bot(SalaryBot(_settings(alone, channel), library, opened))
            # SimCord takes each error for a fault and marks it on the page; the bot answers for its errors itself.
            env.bot.extra_events.pop("on_command_error", None)  # type: ignore[attr-defined] # of every commands.Bot
            await greet(env, channel)
            async with env.preview(channel, viewers=viewers, layout="channel", port=port) as page:
                _say(f"Open {page.url}\n")
                _say(WHO)
                if open_browser and _has_browser():
                    webbrowser.open(page.url)
                await _until(stop.wait(), page.wait_closed())
    return OK


def build_world(env: simcord.Env, phrases: Phrasebook) -> tuple[simcord.ChannelHandle, list[simcord.MemberActor]]:
    """Make the server: two channels, a member and an administrator."""
    guild = env.create_guild(capital(phrases.knowledge.main_field))
    guild.create_text_channel("general", topic="Anything; the bot speaks when it is mentioned")
    channel = guild.create_text_channel("ask-pay", topic=phrases.say("Ask what {people} earn"))
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    member = guild.add_member(env.create_user("ada", global_name="Ada"))
    admin = guild.add_member(env.create_user("grace", global_name="Grace"), roles=[managers])
    return channel, [member, admin]


def _settings(settings: Settings, channel: simcord.ChannelHandle) -> Settings:
    """Return the settings for the demo. Simulated time stands still, so a cooldown would never end."""
    changed = {"channels": frozenset(), "home_server": _guild(channel), "prefix": "!", "cooldown": 0.0}
    return settings.model_copy(update={**changed, "message_content": True})


async def greet(env: simcord.Env, channel: simcord.ChannelHandle) -> None:
    """Greet, once: the first answer is to be the visitor's own."""
    assert isinstance(env.bot, SalaryBot)
    assert env.bot.user is not None
    await env.bot.user.edit(username="salarybot")
    services = env.bot.services
    language = services.preferences.language(_guild(channel))
    reply = services.replies.to_query(services.replies.advisor.plain_query("greeting"), language)
    outgoing = await services.presenter.render(reply, Place(env.bot.user.id, _guild(channel), files=False))
    greeting, *rest = outgoing.content.split("\n")
    content = "\n".join((f"{greeting} {language.say(EVERYTHING)}", *rest))
    await env.bot.get_partial_messageable(channel.id).send(content, **outgoing.as_new())
    await env.settle()
    _say("salarybot in a simulated Discord: no token, and nothing leaves this machine.\n\n")


def _guild(channel: simcord.ChannelHandle) -> int:
    assert channel.guild is not None
    return channel.guild.id


async def _until(*events: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.create_task(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _has_browser() -> bool:
    """Whether a window can open for somebody; a browser of the terminal would take the terminal away."""
    with contextlib.suppress(webbrowser.Error):
        return sys.stdout.isatty() and type(webbrowser.get()) is not webbrowser.GenericBrowser
    return False


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
