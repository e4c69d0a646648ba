"""Takes what is pressed, chosen or filled in below an answer, however old the answer is, and has it carried out.

Nothing that comes with an interaction is believed before it is checked: the `custom_id` may be anybody's make.
"""

from __future__ import annotations

import asyncio
import contextlib

import discord

from bot.chat.customs import pressed
from bot.chat.deeds import DEEDS, Deeds, TooOld
from bot.chat.outgoing import Outgoing
from bot.chat.pace import Pace, too_fast
from bot.chat.preferences import Preferences
from bot.chat.replying import Interaction, data_of, disarm, respond
from bot.core.language import Language

_OURS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Pressing:
    """The controls' other end."""

    def __init__(self, deeds: Deeds, preferences: Preferences, pace: Pace) -> None:
        self._deeds = deeds
        self._preferences = preferences
        self._pace = pace

    async def press(self, interaction: Interaction) -> None:
        """Take an interaction with a control or a form; commands are left alone."""
        if interaction.type not in _OURS:
            return
        said = str(data_of(interaction).get("custom_id"))
        if await self._unhurried(interaction):
            await self._carry_out(interaction, said)

    async def _carry_out(self, interaction: Interaction, said: str) -> None:
        press = pressed(said)
        deed = DEEDS.get(press.action) if press is not None else None
        if press is not None and deed is not None:
            with contextlib.suppress(TooOld):
                await deed(self._deeds, interaction, press)
                return
        line = self._language(interaction).say("That button is older than what I know now. Please ask again.")
        if press is None or deed is None or press.asker == interaction.user.id:
            await disarm(interaction, line)
        else:
            # Somebody else's answer is not theirs to change, not even like this.
            await respond(interaction, Outgoing(content=line), private=True)

    async def _unhurried(self, interaction: Interaction) -> bool:
        now, seconds = asyncio.get_running_loop().time(), self._preferences.cooldown(interaction.guild_id)
        wait = self._pace.ask(interaction.user.id, interaction.guild_id, now=now, seconds=seconds)
        if wait is not None:
            line = too_fast(wait.seconds, self._language(interaction))
            await respond(interaction, Outgoing(content=line), private=True)
        return wait is None

    def _language(self, interaction: Interaction) -> Language:
        return self._preferences.language(interaction.guild_id, interaction.locale)
