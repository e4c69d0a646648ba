"""What each control below an answer does. `pressing` checks what comes in, and finds the deed for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import get_args

from bot.chat.answering import Answers, Reply
from bot.chat.customs import MEND, REDO, Press
from bot.chat.feedback import Ballot, Feedback
from bot.chat.mending import chosen, form
from bot.chat.outgoing import Outgoing, Sent
from bot.chat.preferences import Preferences
from bot.chat.presenting import Place, Presenter
from bot.chat.replying import Interaction, acknowledge, data_of, erase, respond, show, update
from bot.chat.wherefrom import wherefrom
from bot.core import changing
from bot.core.answers import ANSWERS
from bot.core.coding import read
from bot.core.dialogue import PARTS, Query, Status
from bot.core.language import Language

KINDS = frozenset({*ANSWERS, *get_args(Status)})


class TooOld(Exception):  # noqa: N818 - a state of the control
    """A control is about what isn't known, or no longer."""


class Deeds:
    """One method an action; DEEDS, at the end, is the list of them. Each raises TooOld for what it can't be about.

    The person who asked changes the answer itself; everybody else gets a copy of their own that only they see.
    """

    def __init__(self, answers: Answers, presenter: Presenter, preferences: Preferences, feedback: Feedback) -> None:
        self._answers = answers
        self._presenter = presenter
        self._preferences = preferences
        self._feedback = feedback

    async def period(self, interaction: Interaction, press: Press) -> None:
        """Tell the answer by another period."""
        period = next(period for period in PARTS if press.action == f"per_{period}")
        await self._answer(interaction, press, changing.by(self._query(press), period))

    async def compare(self, interaction: Interaction, press: Press) -> None:
        """Compare with what was chosen."""
        known, query = self._answers.advisor.knowledge, self._query(press)
        key = str(next(iter(data_of(interaction).get("values") or ()), ""))
        if key not in changing.others(query, known):
            raise TooOld
        await self._answer(interaction, press, changing.compared(query, key, known))

    async def reread(self, interaction: Interaction, press: Press) -> None:
        """Answer what somebody said in the form that they had meant."""
        known, query = self._answers.advisor.knowledge, self._query(press)
        parts = chosen(data_of(interaction), known)
        if parts is None or parts.answer not in changing.kinds(query):
            raise TooOld
        await self._answer(interaction, press, changing.reread(query, parts, known))

    async def page(self, interaction: Interaction, press: Press) -> None:
        """Turn to another page."""
        await self._answer(interaction, press, self._query(press), press.page)

    async def sources(self, interaction: Interaction, press: Press) -> None:
        """Say, to who wants to know, where each figure is from."""
        language = self._language(interaction)
        answer = self._answers.of(self._query(press), language, press.page).answer
        await respond(interaction, wherefrom(answer, self._answers.advisor.knowledge, language), private=True)

    async def mend(self, interaction: Interaction, press: Press) -> None:
        """Show how the question was read, to be changed."""
        known = self._answers.advisor.knowledge
        modal = form(press, self._query(press), known, self._language(interaction))
        if modal is None:
            raise TooOld
        await show(interaction, modal)

    async def ask(self, interaction: Interaction, press: Press) -> None:
        """Ask what was proposed."""
        await self._put(interaction, press, self._answers.to(press.about, self._language(interaction)))

    async def vote(self, interaction: Interaction, press: Press) -> None:
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

    async def delete(self, interaction: Interaction, press: Press) -> None:
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

    async def _answer(self, interaction: Interaction, press: Press, query: Query, number: int = 0) -> None:
        await self._put(interaction, press, self._answers.of(query, self._language(interaction), number))

    async def _put(self, interaction: Interaction, press: Press, reply: Reply) -> None:
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

    def _query(self, press: Press) -> Query:
        query = read(press.about, self._answers.advisor.knowledge)
        if query is None:
            raise TooOld
        return query


DEEDS: dict[str, Callable[[Deeds, Interaction, Press], Awaitable[None]]] = {
    "ask": Deeds.ask,
    "compare": Deeds.compare,
    "delete": Deeds.delete,
    "down": Deeds.vote,
    MEND: Deeds.mend,
    "page": Deeds.page,
    **{f"per_{period}": Deeds.period for period in PARTS},
    REDO: Deeds.reread,
    "sources": Deeds.sources,
    "up": Deeds.vote,
}
