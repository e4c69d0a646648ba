"""What the buttons, menus and modals do: their custom_id is checked, and its action carried out."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import get_args

import discord

from bot.chat.conversation.feedback import Ballot
from bot.chat.presentation.correction_modal import chosen, correction_modal
from bot.chat.presentation.custom_id import CORRECT, REREAD, ComponentState, state_of
from bot.chat.presentation.embeds import source_list
from bot.chat.presentation.presenter import Place
from bot.chat.presentation.reply import Reply
from bot.chat.services import Services
from bot.chat.transport.interaction_reply import (
    Interaction,
    acknowledge,
    data_of,
    delete_message,
    remove_components,
    respond,
    respond_privately,
    show_modal,
    update,
)
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.core import query_edits
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Query, Status
from bot.core.model.language import Language
from bot.core.query_codec import read

KINDS = frozenset({*ANSWERS, *get_args(Status)})


class Outdated(Exception):  # noqa: N818 - a state of the component
    """A component is about something that isn't on file, or no longer."""


class ComponentCallbacks:
    """The callback of each action, listed in COMPONENT_CALLBACKS. Each raises Outdated for what it can't be about.

    The person who asked changes the answer itself; everybody else gets a copy of their own that only they see.
    """

    def __init__(self, services: Services) -> None:
        self._replies = services.replies
        self._presenter = services.presenter
        self._callers = services.callers
        self._feedback = services.feedback
        self._conversations = services.conversations

    async def period(self, interaction: Interaction, state: ComponentState) -> None:
        """Give the answer by another period."""
        period = next(period for period in PARTS if state.action == f"per_{period}")
        await self._answer(interaction, state, query_edits.by(self._query(state), period))

    async def compare(self, interaction: Interaction, state: ComponentState) -> None:
        """Compare with what was chosen."""
        knowledge, query = self._replies.advisor.knowledge, self._query(state)
        key = str(next(iter(data_of(interaction).get("values") or ()), ""))
        if key not in query_edits.others(query, knowledge):
            raise Outdated
        await self._answer(interaction, state, query_edits.compared(query, key, knowledge))

    async def reread(self, interaction: Interaction, state: ComponentState) -> None:
        """Answer the question as it was corrected in the modal."""
        knowledge, query = self._replies.advisor.knowledge, self._query(state)
        parts = chosen(data_of(interaction), knowledge)
        if parts is None or parts.answer not in query_edits.kinds(query):
            raise Outdated
        await self._answer(interaction, state, query_edits.reread(query, parts, knowledge))

    async def page(self, interaction: Interaction, state: ComponentState) -> None:
        """Turn to another page."""
        await self._answer(interaction, state, self._query(state), state.page)

    async def sources(self, interaction: Interaction, state: ComponentState) -> None:
        """Show, to the person who wants to know, where each figure is from."""
        language = self._language(interaction)
        reply = self._replies.to_query(self._query(state), language, state.page)
        await respond(interaction, source_list(reply.answer, reply.knowledge, language), private=True)

    async def correct(self, interaction: Interaction, state: ComponentState) -> None:
        """Show how the question was read, to be corrected."""
        knowledge = self._replies.advisor.knowledge
        modal = correction_modal(state, self._query(state), knowledge, self._language(interaction))
        if modal is None:
            raise Outdated
        await show_modal(interaction, modal)

    async def ask(self, interaction: Interaction, state: ComponentState) -> None:
        """Ask what was suggested."""
        await self._put(interaction, state, self._replies.to_text(state.about, self._language(interaction)))

    async def vote(self, interaction: Interaction, state: ComponentState) -> None:
        """Record a vote on an answer."""
        # The kind is stored in the database, and anybody could have made the component.
        if interaction.message is None or state.about not in KINDS:
            raise Outdated
        await acknowledge(interaction, private=True)
        ballot = Ballot(
            person=interaction.user.id,
            answer=interaction.message.id,
            kind=state.about,
            up=state.action == "up",
            server=interaction.guild_id,
        )
        line = await self._feedback.vote(ballot, self._language(interaction))
        await respond_privately(interaction, line)

    async def delete(self, interaction: Interaction, state: ComponentState) -> None:
        """Delete the answer, for the person who asked and for moderators."""
        moderates = interaction.guild_id is not None and interaction.permissions.manage_messages
        if interaction.user.id != state.asker and not moderates:
            line = self._language(interaction).say(
                "Only who asked, and moderators of this channel, can delete this answer."
            )
            await respond_privately(interaction, line)
            return
        if interaction.message is not None:
            self._presenter.forget_message(interaction.message.id)
        await delete_message(interaction)

    async def _answer(self, interaction: Interaction, state: ComponentState, query: Query, number: int = 0) -> None:
        await self._put(interaction, state, self._replies.to_query(query, self._language(interaction), number))

    async def _put(self, interaction: Interaction, state: ComponentState, reply: Reply) -> None:
        """Edit the answer for the person who asked; send others a copy of their own."""
        person, message = interaction.user.id, interaction.message
        changed = message.id if message is not None and person == state.asker else None
        place = Place(person, interaction.guild_id, interaction.app_permissions.attach_files, changed)

        async def put(outgoing: Outgoing) -> Sent | None:
            if changed is not None:
                return await update(interaction, outgoing)
            return await respond(interaction, outgoing, private=True)

        sent = await self._presenter.edit(reply, place, put)
        if sent is not None and sent.id is not None and interaction.channel_id is not None:
            # "and amazon?" goes on from what a button showed, too.
            self._conversations.note(sent.id, interaction.channel_id, person, reply.context)

    def _language(self, interaction: Interaction) -> Language:
        return self._callers.of(interaction).language

    def _query(self, state: ComponentState) -> Query:
        query = read(state.about, self._replies.advisor.knowledge)
        if query is None:
            raise Outdated
        return query


COMPONENT_CALLBACKS: dict[str, Callable[[ComponentCallbacks, Interaction, ComponentState], Awaitable[None]]] = {
    "ask": ComponentCallbacks.ask,
    "compare": ComponentCallbacks.compare,
    "delete": ComponentCallbacks.delete,
    "down": ComponentCallbacks.vote,
    CORRECT: ComponentCallbacks.correct,
    "page": ComponentCallbacks.page,
    **{f"per_{period}": ComponentCallbacks.period for period in PARTS},
    REREAD: ComponentCallbacks.reread,
    "sources": ComponentCallbacks.sources,
    "up": ComponentCallbacks.vote,
}


_COMPONENTS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class ComponentDispatcher:
    """Finds the callback for an interaction with a component or a modal."""

    def __init__(self, services: Services) -> None:
        self._callbacks = ComponentCallbacks(services)
        self._callers = services.callers

    async def dispatch(self, interaction: Interaction) -> None:
        """Carry out what a component or a modal asks for; commands are left alone."""
        if interaction.type not in _COMPONENTS:
            return
        caller = self._callers.of(interaction)
        line = self._callers.held_back(caller)
        if line is not None:
            await respond_privately(interaction, line)
            return
        state = state_of(str(data_of(interaction).get("custom_id")))
        callback = COMPONENT_CALLBACKS.get(state.action) if state is not None else None
        if state is not None and callback is not None:
            with contextlib.suppress(Outdated):
                await callback(self._callbacks, interaction, state)
                return
        line = caller.language.say("That button is older than what I know now. Please ask again.")
        if state is None or callback is None or state.asker == caller.person:
            await remove_components(interaction, line)
        else:
            # Somebody else's answer is not theirs to change, not even like this.
            await respond_privately(interaction, line)
