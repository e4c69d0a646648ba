"""`/settings`: a panel in which the managers of a server choose how the bot behaves there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.presentation.components import AnswerControls
from bot.chat.presentation.custom_id import settings_id
from bot.chat.presentation.limits import OPTIONS
from bot.chat.services import Services
from bot.chat.transport.interaction_reply import (
    Interaction,
    data_of,
    defer,
    follow_up,
    respond,
    respond_privately,
    show_modal,
    update,
)
from bot.chat.transport.outgoing import Outgoing
from bot.core.model.language import Language, later
from bot.storage.records import RecordsAway, ServerSettings

# A menu of Discord's holds no more; further channels can be named in SALARYBOT_CHANNELS.
MOST_CHANNELS = OPTIONS
COOLDOWNS = (0, 1, 2, 5, 10, 30, 60)
AUTOMATIC = "auto"
LONGEST_PREFIX = 10
COLOR = 0x5865F2
BAD_PREFIX = later(
    "I can't take that. A prefix has 1 to 10 characters without spaces and starts with neither / nor @ nor <."
)
PROXY = later("Bot that posts in place of people")
BAD_CHOICE = later("I can't take that choice. `/settings` shows those that there are now.")
# Where people write: in a category all its channels, in a channel its threads, in a forum its posts.
TEXT_CHANNELS = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.category,
)
NO_CHANNEL = later("I can't listen there: it isn't a text channel of this server.")


class SettingsCog(commands.Cog):
    """Shows and changes a server's preferences. Permissions are checked here; what Discord hides is only a hint."""

    def __init__(self, services: Services) -> None:
        self._records = services.records
        self._preferences = services.preferences
        self._callers = services.callers

    @app_commands.command(name="settings", description=later("How I behave on this server (for who manages it)."))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def show(self, interaction: Interaction) -> None:
        """Show the panel."""
        if await self._allowed(interaction):
            await respond(interaction, self._panel(interaction), private=True)

    async def dispatch(self, interaction: Interaction, name: str) -> None:
        """Carry out what was chosen with the component of the panel that changes `name`."""
        if not await self._allowed(interaction):
            return
        if name in _MODALS and interaction.type is discord.InteractionType.component:
            await show_modal(interaction, self._modal(interaction, name))
            return
        await self._change(interaction, name, data_of(interaction))

    async def _change(self, interaction: Interaction, name: str, data: Mapping[str, Any]) -> None:
        assert interaction.guild_id is not None
        language = self._language(interaction)
        # The database has three seconds, and so has Discord.
        await defer(interaction)
        try:
            value = _READ[name](data)
            if name in _CHANNEL_MENUS and not value <= _channels_of(interaction):
                await follow_up(interaction, language.say(NO_CHANNEL))
                return
            await self._records.change(interaction.guild_id, **{_SWITCHES.get(name, name): value})
        except (KeyError, IndexError, ValueError):
            line = BAD_PREFIX if name == "prefix" else BAD_CHOICE
            await follow_up(interaction, language.say(line))
        except RecordsAway:
            line = language.say(
                "I can't keep that just now, so nothing has changed. Please try again in a few minutes."
            )
            await follow_up(interaction, line)
        else:
            await update(interaction, self._panel(interaction))

    async def _allowed(self, interaction: Interaction) -> bool:
        if interaction.guild_id is not None and interaction.permissions.manage_guild:
            return True
        line = self._language(interaction).say("Only members with Manage Server can change how I behave here.")
        await respond_privately(interaction, line)
        return False

    def _panel(self, interaction: Interaction) -> Outgoing:
        language, server = self._language(interaction), interaction.guild_id
        preferred = self._records.of(server or 0)
        channels = _channels_of(interaction)
        listed = _named(preferred.channels & channels, language)
        if fixed := self._preferences.fixed_channels & channels:
            always = _named(fixed, language)
            listed = language.say("{listed}; and always, for the whole bot: {fixed}", listed=listed, fixed=always)
        codes = dict(self._preferences.languages)
        language_name = codes.get(preferred.language or "", "") or language.say(
            "that of the person who asks, or English"
        )
        embed = discord.Embed(title=language.say("How I behave on this server"), color=COLOR)
        for title, value in (
            (language.say("Channels in which I answer clear pay questions without being called"), listed),
            (
                language.say("Channels in which I answer everything"),
                _named(preferred.ask_channels & channels, language),
            ),
            (language.say("Prefix of commands"), f"`{self._preferences.prefix(server)}`"),
            (language.say(PROXY), f"<@{preferred.proxy}>" if preferred.proxy else language.say("none")),
            (language.say("Language"), language_name),
            (language.say("Charts"), self._charts(preferred, language)),
            (language.say("Seconds between two answers to one person"), f"{self._preferences.cooldown(server):g}"),
        ):
            embed.add_field(name=title, value=value, inline=False)
        content = language.say("Choose below; changes take effect at once. Only you can see this.")
        return Outgoing(content=content, embed=embed, view=self._controls(interaction, language))

    def _charts(self, preferred: ServerSettings, language: Language) -> str:
        if not self._preferences.draws_charts:
            return language.say("off for the whole bot")
        return language.say("on") if preferred.charts else language.say("off")

    def _controls(self, interaction: Interaction, language: Language) -> AnswerControls:
        made = AnswerControls()
        for item in self._items(interaction.guild_id or 0, _channels_of(interaction), language):
            made.add_item(item)
        return made

    def _items(self, server: int, channels: set[int], language: Language) -> Iterator[ui.Item[Any]]:
        preferred = self._records.of(server)
        placeholder = language.say("Channels to listen in")
        yield _channel_menu("channels", preferred.channels & channels, placeholder, row=0)
        placeholder = language.say("Channels to answer everything in")
        yield _channel_menu("ask_channels", preferred.ask_channels & channels, placeholder, row=1)
        options = [
            discord.SelectOption(label=language.say("Language of the person who asks, or English"), value=AUTOMATIC)
        ]
        options += [discord.SelectOption(label=name, value=code) for code, name in self._preferences.languages]
        for option in options:
            option.default = option.value == (preferred.language or AUTOMATIC)
        yield ui.Select(custom_id=settings_id("language"), options=options, row=2)
        now = self._preferences.cooldown(server)
        waits = [
            discord.SelectOption(
                label=language.count("{count} second between two answers", "{count} seconds between two answers", wait),
                value=str(wait),
                default=wait == now,
            )
            for wait in COOLDOWNS
            if wait >= self._preferences.least_cooldown
        ]
        placeholder = language.say("Seconds between two answers to one person")
        yield ui.Select(custom_id=settings_id("cooldown"), options=waits, placeholder=placeholder, row=3)
        switch = language.say("Switch charts off") if preferred.charts else language.say("Switch charts on")
        # It names what is to be: told twice it changes nothing more.
        to = "charts_off" if preferred.charts else "charts_on"
        yield ui.Button(custom_id=settings_id(to), label=switch, row=4)
        yield ui.Button(custom_id=settings_id("prefix"), label=language.say("Another prefix ..."), row=4)
        yield ui.Button(custom_id=settings_id("proxy"), label=language.say("Proxy bot ..."), row=4)

    def _modal(self, interaction: Interaction, name: str) -> ui.Modal:
        language = self._language(interaction)
        modal = ui.Modal(title=language.say(_MODALS[name]), custom_id=settings_id(name))
        modal.add_item(self._field(interaction, name))
        modal.stop()  # discord.py keeps only modals that are still awaited
        return modal

    def _field(self, interaction: Interaction, name: str) -> ui.Label[ui.Modal]:
        language, guild = self._language(interaction), interaction.guild_id
        if name == "proxy":
            return _proxy_menu(self._preferences.proxy(guild), language)
        return _prefix_field(self._preferences.prefix(guild), language)

    def _language(self, interaction: Interaction) -> Language:
        return self._callers.of(interaction).language


def _proxy_menu(chosen: int | None, language: Language) -> ui.Label[ui.Modal]:
    kind = discord.SelectDefaultValueType.user
    menu: ui.UserSelect[ui.Modal] = ui.UserSelect(
        custom_id="proxy",
        required=False,
        min_values=0,
        default_values=[discord.SelectDefaultValue(id=chosen, type=kind)] if chosen else [],
    )
    return ui.Label(text=language.say("It posts for people here, such as PluralKit"), component=menu)


def _prefix_field(prefix: str, language: Language) -> ui.Label[ui.Modal]:
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="prefix", default=prefix, required=False, max_length=LONGEST_PREFIX
    )
    return ui.Label(text=language.say("What starts a command, such as ! or ?"), component=field)


def _channel_menu(name: str, chosen: set[int] | frozenset[int], placeholder: str, row: int) -> ui.Item[Any]:
    """Return a menu of channels; Discord refuses one that shows a deleted channel as chosen."""
    return ui.ChannelSelect(
        custom_id=settings_id(name),
        channel_types=list(TEXT_CHANNELS),
        placeholder=placeholder,
        min_values=0,
        max_values=MOST_CHANNELS,
        default_values=[
            discord.SelectDefaultValue(id=channel, type=discord.SelectDefaultValueType.channel)
            for channel in sorted(chosen)[:MOST_CHANNELS]
        ],
        row=row,
    )


def _channels_of(interaction: Interaction) -> set[int]:
    """Return the channels of the server in which people write."""
    channels = interaction.guild.channels if interaction.guild is not None else ()
    return {channel.id for channel in channels if channel.type in TEXT_CHANNELS}


def _named(channels: set[int] | frozenset[int], language: Language) -> str:
    """Mention channels, each as Discord shows it: by its name."""
    return ", ".join(f"<#{channel}>" for channel in sorted(channels)) or language.say("none")


def _prefix(data: Mapping[str, Any]) -> str | None:
    """Return the prefix that was typed into the modal; an empty one is the default again."""
    return str(data["components"][0]["component"]["value"]).strip() or None


def _proxy(data: Mapping[str, Any]) -> int | None:
    """Return the bot that was chosen in the modal. Raises ValueError for somebody who is none."""
    values = data["components"][0]["component"]["values"]
    if values and not data["resolved"]["users"][values[0]].get("bot"):
        raise ValueError("a person")
    return int(values[0]) if values else None


_SWITCHES = {"charts_off": "charts", "charts_on": "charts"}
_MODALS = {"prefix": later("Prefix of commands"), "proxy": PROXY}
_CHANNEL_MENUS = frozenset({"channels", "ask_channels"})
_READ: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "channels": lambda data: frozenset(int(channel) for channel in data["values"]),
    "ask_channels": lambda data: frozenset(int(channel) for channel in data["values"]),
    "charts_off": lambda _: False,
    "charts_on": lambda _: True,
    "cooldown": lambda data: {str(wait): wait for wait in COOLDOWNS}[data["values"][0]],
    "language": lambda data: None if data["values"][0] == AUTOMATIC else str(data["values"][0]),
    "prefix": _prefix,
    "proxy": _proxy,
}
