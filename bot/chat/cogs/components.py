"""What the buttons, menus and modals do: their custom_id is checked, and its action carried out.

One listener takes them all, modals too. discord.py's DynamicItem would take buttons and menus alone, and be silent to
whoever presses one of an older version, or one whose message it can't find the component in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, get_args

import discord

from bot.chat.conversation.feedback import Ballot
from bot.chat.presentation.components import choices, detail_controls
from bot.chat.presentation.correction_modal import chosen, correction_modal
from bot.chat.presentation.custom_id import CORRECT, REREAD, ComponentState, state_of
from bot.chat.presentation.message import details_of
from bot.chat.presentation.presenter import Place, count_answer
from bot.chat.presentation.reply import Reply
from bot.chat.services import Services
from bot.chat.transport.interaction_reply import (
    DEADLINE,
    Interaction,
    acknowledge,
    data_of,
    defer,
    remove_components,
    respond,
    respond_privately,
    show_modal,
    update,
)
from bot.chat.transport.outgoing import Outgoing, Sent
from bot.chat.transport.retry import AWAY
from bot.chat.transport.send import as_sent, delete, edit
from bot.core import query_edits
from bot.core.answers import ANSWERS
from bot.core.model.dialogue import PARTS, Query, Status
from bot.core.model.language import Language
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.query_codec import QueryCodec
from bot.core.query_edits import QueryEdits

# Seconds for a look at an answer; whoever pressed has to hear in three.
LOOKING = 1.0
KINDS = frozenset({*ANSWERS, *get_args(Status)})


class Outdated(Exception):  # noqa: N818 - a state of the component
    """A component is about something that isn't on file, or no longer."""


class ComponentCallbacks:
    """The callback of each action, listed in COMPONENT_CALLBACKS. Each raises Outdated for what it can't be about.

    Another period and a comparison change the answer for the person who asked, and are a copy for anybody else; another
    subject is a new message.
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
        await self._change(interaction, state, query_edits.by(self._query(state), period))

    async def details(self, interaction: Interaction, state: ComponentState) -> None:
        """Show, to the person who wants to know, everything behind an answer."""
        reply, answer = self._reply(interaction, self._query(state)), _public_message(interaction)
        view = detail_controls(reply, interaction.user.id, answer)
        outgoing = Outgoing(content=details_of(reply.answer), view=view)
        await respond(interaction, outgoing, private=True)

    async def choose(self, interaction: Interaction, state: ComponentState) -> None:
        """Show what the answer can be compared with."""
        reply, answer = self._reply(interaction, self._query(state)), _public_message(interaction)
        view = choices(reply, state.asker, answer)
        if view is None:
            raise Outdated
        await respond(interaction, Outgoing(content=reply.language.say("Compare with ..."), view=view), private=True)

    async def compare(self, interaction: Interaction, state: ComponentState) -> None:
        """Compare with what was chosen: in the answer itself where its asker chose, and where that can be changed."""
        edits, query = QueryEdits(self._replies.advisor.knowledge), self._query(state)
        key = str(next(iter(data_of(interaction).get("values") or ()), ""))
        if key not in edits.others(query):
            raise Outdated
        reply = self._reply(interaction, edits.compared(query, key))
        answer = await _answer_behind(interaction, state) if state.asker == interaction.user.id else None
        await defer(interaction)
        outgoing = await self._presenter.render(reply, _place(interaction))
        changed = answer is not None and await edit(as_sent(answer), outgoing)
        sent = await update(interaction, Outgoing(content=reply.language.say("Done.")) if changed else outgoing)
        self._note(interaction, Sent(state.message, sent.edit) if changed else sent, reply)
        if changed:
            await self._feedback.answer_changed(state.message)

    async def reread(self, interaction: Interaction, state: ComponentState) -> None:
        """Answer the question as it was corrected in the modal."""
        knowledge, query = self._replies.advisor.knowledge, self._query(state)
        parts = chosen(data_of(interaction), knowledge)
        if parts is None or parts.answer not in query_edits.kinds(query):
            raise Outdated
        await self._change(interaction, state, QueryEdits(knowledge).reread(query, parts))

    async def correct(self, interaction: Interaction, state: ComponentState) -> None:
        """Show how the question was read, to be corrected."""
        phrases = Phrasebook(self._language(interaction), self._replies.advisor.knowledge)
        modal = correction_modal(state, self._query(state), phrases)
        if modal is None:
            raise Outdated
        await show_modal(interaction, modal)

    async def go(self, interaction: Interaction, state: ComponentState) -> None:
        """Answer another question, in a message of its own."""
        await self._answer(interaction, self._reply(interaction, self._query(state)))

    async def ask(self, interaction: Interaction, state: ComponentState) -> None:
        """Answer what was suggested, in a message of its own."""
        await self._answer(interaction, self._replies.to_text(state.about, self._language(interaction)))

    async def vote(self, interaction: Interaction, state: ComponentState) -> None:
        """Record a vote on the answer behind the details."""
        # The kind is stored in the database, and anybody could have made the component.
        if not state.message or state.about not in KINDS:
            raise Outdated
        await acknowledge(interaction, private=True)
        ballot = Ballot(
            person=interaction.user.id,
            answer=state.message,
            kind=state.about,
            up=state.action == "up",
            press=interaction.id,
            server=interaction.guild_id or 0,
        )
        line = await self._feedback.vote(ballot, self._language(interaction))
        await respond_privately(interaction, line)

    async def delete(self, interaction: Interaction, state: ComponentState) -> None:
        """Delete the answer behind the details, for the person who asked and for moderators."""
        language, answer = self._language(interaction), await _answer_behind(interaction, state)
        if answer is None:
            await respond_privately(interaction, language.say("I can't find that answer any more."))
            return
        moderates = interaction.guild_id is not None and interaction.permissions.manage_messages
        if interaction.user.id not in askers(answer) and not moderates:
            line = language.say("Only who asked, and moderators of this channel, can delete this answer.")
            await respond_privately(interaction, line)
            return
        await defer(interaction)
        await delete(discord.PartialMessage(channel=answer.channel, id=answer.id))
        await update(interaction, Outgoing(content=language.say("Deleted.")))

    async def _change(self, interaction: Interaction, state: ComponentState, query: Query) -> None:
        """Edit the answer for the person who asked; send others a copy of their own."""
        reply = self._reply(interaction, query)
        outgoing = await self._presenter.render(reply, _place(interaction))
        if interaction.message is not None and interaction.user.id == state.asker:
            self._note(interaction, await update(interaction, outgoing), reply)
            await self._feedback.answer_changed(interaction.message.id)
        else:
            self._note(interaction, await respond(interaction, outgoing, private=True), reply)

    async def _answer(self, interaction: Interaction, reply: Reply) -> None:
        """Send a message of its own, which only its caller sees where that holds for the message pressed, too."""
        outgoing = await self._presenter.render(reply, _place(interaction))
        private = interaction.message is not None and interaction.message.flags.ephemeral
        self._note(interaction, await respond(interaction, outgoing, private=private), reply)

    def _reply(self, interaction: Interaction, query: Query) -> Reply:
        return self._replies.to_query(query, self._language(interaction))

    def _note(self, interaction: Interaction, sent: Sent, reply: Reply) -> None:
        """Note what was shown: "and amazon?" goes on from what a button showed, too."""
        count_answer("component", reply, sent)
        if sent.id is not None and interaction.channel_id is not None:
            self._conversations.note(sent.id, interaction.channel_id, interaction.user.id, reply.context)

    def _language(self, interaction: Interaction) -> Language:
        return self._callers.of(interaction).language

    def _query(self, state: ComponentState) -> Query:
        query = QueryCodec(self._replies.advisor.knowledge).read(state.about)
        if query is None:
            raise Outdated
        return query


COMPONENT_CALLBACKS: dict[str, Callable[[ComponentCallbacks, Interaction, ComponentState], Awaitable[None]]] = {
    "ask": ComponentCallbacks.ask,
    "choose": ComponentCallbacks.choose,
    "compare": ComponentCallbacks.compare,
    "delete": ComponentCallbacks.delete,
    "details": ComponentCallbacks.details,
    "down": ComponentCallbacks.vote,
    "go": ComponentCallbacks.go,
    CORRECT: ComponentCallbacks.correct,
    **{f"per_{period}": ComponentCallbacks.period for period in PARTS},
    REREAD: ComponentCallbacks.reread,
    "up": ComponentCallbacks.vote,
}


def _public_message(interaction: Interaction) -> int:
    """Return the id of the message whose component was used, 0 where only its caller sees it."""
    message = interaction.message
    return message.id if message is not None and not message.flags.ephemeral else 0


def _place(interaction: Interaction) -> Place:
    return Place(interaction.user.id, interaction.guild_id, interaction.app_permissions.attach_files)


async def _answer_behind(interaction: Interaction, state: ComponentState) -> discord.Message | None:
    """Return the answer that a component below another message is about; None where it isn't the bot's, or gone."""
    if not state.message or interaction.channel_id is None:
        return None
    return await fetch_answer(interaction.client, interaction.channel_id, state.message)


async def fetch_answer(client: discord.Client, channel: int, message: int) -> discord.Message | None:
    """Return a message of the bot's as it is now; None where it is somebody else's, gone, or not to be read."""
    place, me = client.get_channel(channel), client.user
    if me is None or not _may_look(place):
        return None  # a request that is refused would count against the bot
    try:
        async with asyncio.timeout(LOOKING):
            answer = await client.get_partial_messageable(channel).fetch_message(message)
    except (discord.HTTPException, *AWAY):
        return None
    return answer if answer.author.id == me.id else None


def _may_look(place: object) -> bool:
    """Whether the bot may read what was said in a place; where that isn't known, it may."""
    if not isinstance(place, discord.abc.GuildChannel | discord.Thread):
        return True
    try:
        may = place.permissions_for(place.guild.me)
    except discord.ClientException:  # a thread whose channel isn't known here
        return True
    return may.view_channel and may.read_message_history


def askers(answer: discord.Message) -> set[int]:
    """Return whose the components of an answer are."""
    return {state.asker for state in states_of(answer)}


def states_of(answer: discord.Message) -> list[ComponentState]:
    """Return the states of the components of an answer."""
    rows: list[Any] = [row.to_dict() for row in answer.components]
    ids = (part.get("custom_id", "") for row in rows for part in row.get("components", ()))
    return [state for one in ids if (state := state_of(str(one))) is not None]


COMPONENTS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class ComponentDispatcher:
    """Finds the callback for an interaction with a component or a modal."""

    def __init__(self, services: Services) -> None:
        self._callbacks = ComponentCallbacks(services)
        self._callers = services.callers

    async def dispatch(self, interaction: Interaction) -> None:
        """Carry out what a component or a modal asks for."""
        caller = self._callers.of(interaction)
        interaction.extras.setdefault("deadline", asyncio.get_running_loop().time() + DEADLINE)
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
