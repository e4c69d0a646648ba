"""What each control below an answer does. `pressing` checks what comes in, and finds the deed for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import get_args

import discord

from bot.chat.conversation.feedback import Ballot, Feedback
from bot.chat.guilds.preferences import Preferences
from bot.chat.guilds.rate_limit import Pace, too_fast
from bot.chat.presentation.correction_modal import chosen, form
from bot.chat.presentation.custom_id import MEND, REDO, ComponentState, pressed
from bot.chat.presentation.presenter import Place, Presenter
from bot.chat.presentation.reply import Reply, ReplyFactory
from bot.chat.presentation.source_list import wherefrom
from bot.chat.transport.interaction_reply import Interaction, acknowledge, data_of, disarm, erase, respond, show, update
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.core import query_edits
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Query, Status
from bot.core.model.language import Language
from bot.core.query_codec import read

KINDS = frozenset({*ANSWERS, *get_args(Status)})


class TooOld(Exception):  # noqa: N818 - a state of the control
    """A control is about what isn't known, or no longer."""


class ComponentCallbacks:
    """One method an action; COMPONENT_CALLBACKS, at the end, is the list of them. Each raises TooOld for what it can't be about.

    The person who asked changes the answer itself; everybody else gets a copy of their own that only they see.
    """

    def __init__(
        self, answers: ReplyFactory, presenter: Presenter, preferences: Preferences, feedback: Feedback
    ) -> None:
        self._answers = answers
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback

    async def period(self, interaction: Interaction, press: ComponentState) -> None:
        """Tell the answer by another period."""
        period = next(period for period in PARTS if press.action == f"per_{period}")
        await self._answer(interaction, press, query_edits.by(self._query(press), period))

    async def compare(self, interaction: Interaction, press: ComponentState) -> None:
        """Compare with what was chosen."""
        known, query = self._answers.advisor.knowledge, self._query(press)
        key = str(next(iter(data_of(interaction).get("values") or ()), ""))
        if key not in query_edits.others(query, known):
            raise TooOld
        await self._answer(interaction, press, query_edits.compared(query, key, known))

    async def reread(self, interaction: Interaction, press: ComponentState) -> None:
        """Answer what somebody said in the form that they had meant."""
        known, query = self._answers.advisor.knowledge, self._query(press)
        parts = chosen(data_of(interaction), known)
        if parts is None or parts.answer not in query_edits.kinds(query):
            raise TooOld
        await self._answer(interaction, press, query_edits.reread(query, parts, known))

    async def page(self, interaction: Interaction, press: ComponentState) -> None:
        """Turn to another page."""
        await self._answer(interaction, press, self._query(press), press.page)

    async def sources(self, interaction: Interaction, press: ComponentState) -> None:
        """Say, to who wants to know, where each figure is from."""
        language = self._language(interaction)
        answer = self._answers.of(self._query(press), language, press.page).answer
        await respond(interaction, wherefrom(answer, self._answers.advisor.knowledge, language), private=True)

    async def mend(self, interaction: Interaction, press: ComponentState) -> None:
        """Show how the question was read, to be changed."""
        known = self._answers.advisor.knowledge
        modal = form(press, self._query(press), known, self._language(interaction))
        if modal is None:
            raise TooOld
        await show(interaction, modal)

    async def ask(self, interaction: Interaction, press: ComponentState) -> None:
        """Ask what was proposed."""
        await self._put(interaction, press, self._answers.to(press.about, self._language(interaction)))

    async def vote(self, interaction: Interaction, press: ComponentState) -> None:
        """Note what somebody thinks of an answer."""
        # The kind lies in the database afterwards, and anybody could have made the control.
        if interaction.message is None or press.about not in KINDS:
            raise TooOld
        await acknowledge(interaction, private=True)
        ballot = Ballot(
            person=interaction.user.id,
            answer=interaction.message.id,
            kind=press.about,
            up=press.action == "up",
            server=interaction.guild_id,
        )
        line = await self._feedback.vote(ballot, self._language(interaction))
        await respond(interaction, Outgoing(content=line), private=True)

    async def delete(self, interaction: Interaction, press: ComponentState) -> None:
        """Delete the answer, for who asked and for moderators."""
        moderates = interaction.guild_id is not None and interaction.permissions.manage_messages
        if interaction.user.id != press.asker and not moderates:
            line = self._language(interaction).say(
                "Only who asked, and moderators of this channel, can delete this answer."
            )
            await respond(interaction, Outgoing(content=line), private=True)
            return
        if interaction.message is not None:
            self._presenter.gone(interaction.message.id)
        await erase(interaction)

    async def _answer(self, interaction: Interaction, press: ComponentState, query: Query, number: int = 0) -> None:
        await self._put(interaction, press, self._answers.of(query, self._language(interaction), number))

    async def _put(self, interaction: Interaction, press: ComponentState, reply: Reply) -> None:
        """Change the answer for who asked; give others a copy of their own."""
        person, message = interaction.user.id, interaction.message
        changed = message.id if message is not None and person == press.asker else None
        place = Place(person, interaction.guild, interaction.app_permissions.attach_files, changed)

        async def put(outgoing: Outgoing) -> Sent | None:
            if changed is not None:
                return await update(interaction, outgoing)
            return await respond(interaction, outgoing, private=True)

        await self._presenter.again(reply, place, put)

    def _language(self, interaction: Interaction) -> Language:
        return self._preferences.language(interaction.guild_id, interaction.locale)

    def _query(self, press: ComponentState) -> Query:
        query = read(press.about, self._answers.advisor.knowledge)
        if query is None:
            raise TooOld
        return query


COMPONENT_CALLBACKS: dict[str, Callable[[ComponentCallbacks, Interaction, ComponentState], Awaitable[None]]] = {
    "ask": ComponentCallbacks.ask,
    "compare": ComponentCallbacks.compare,
    "delete": ComponentCallbacks.delete,
    "down": ComponentCallbacks.vote,
    MEND: ComponentCallbacks.mend,
    "page": ComponentCallbacks.page,
    **{f"per_{period}": ComponentCallbacks.period for period in PARTS},
    REDO: ComponentCallbacks.reread,
    "sources": ComponentCallbacks.sources,
    "up": ComponentCallbacks.vote,
}


_OURS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class ComponentDispatcher:
    """The controls' other end."""

    def __init__(self, deeds: ComponentCallbacks, preferences: Preferences, pace: Pace) -> None:
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
        deed = COMPONENT_CALLBACKS.get(press.action) if press is not None else None
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
