"""Privacy: what is kept on people, in plain words, and its deletion."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ext import commands

from bot.chat.presentation.limits import CONTENT
from bot.chat.services import Services
from bot.chat.transport.hybrid import Context, command
from bot.chat.transport.send import send, show_progress
from bot.core.model.language import later
from bot.core.text.formatting import size

KEPT = (
    later(
        "**What I read.** What is said to me, and what is said in channels that a server has me listen in. I read it "
        "to answer it; I don't store it."
    ),
    later(
        '**In memory, for about ten minutes.** What you asked me, and your last question in a channel, so that "per '
        'month?" makes sense; which answer belongs to which message, so that editing or deleting a question does the '
        "same to its answer; words and pictures that make the next answer faster; an answer, private ones too, for two "
        "minutes. Whom I answered last. How fast you ask: for seconds, under a hash of your id, which `/forget` leaves."
    ),
    later(
        "**Questions that I couldn't answer, for {days} days.** Their normalized form alone, without numbers, amounts "
        "and names of people as far as words tell them, so that administrators see what to add; with the day, the id "
        "of the server, and a keyed hash in the place of your id. Those who run me, and the managers of their home "
        "server, see the forms from all servers, and how many people asked; not who, nor where."
    ),
    later(
        "**Thumbs, for {days} days.** By a press or as a reaction: up, down or taken back, the kind of answer, the ids "
        "of its message, of the server and of your last press (which hold its time), and the day; again with a hash in "
        "the place of your id. All I ever show of them is how many there are."
    ),
    later(
        "**Where.** In the database of those who run me; beside it lie the key of the hashes and a copy of what "
        "servers set in `/settings` (`settings.json`), for when the database is away. A server's part goes when I "
        "leave it; a database that broke goes with the first `/forget`, and after {days} days at the latest."
    ),
    later(
        "**Buttons.** What an answer is about stands in its buttons, inside Discord's message. Deleting the message "
        "deletes it."
    ),
    later(
        "**Never in my notes.** The text of messages, pay amounts that you typed. Nothing is sold or passed on, and no "
        "log holds what you asked. `/forget` deletes what I hold on you, at once."
    ),
)
POLICY = later("The whole policy: {address}")
CONTACT = later("Who runs me, for questions and for deleting what an account held that is gone: {address}")
SUPPORT = later("Support server: {address}")


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Join lines into as few messages as Discord's limit allows, none of them cut.

    >>> [len(message) for message in paragraphs(["a" * 900] * 3 + [""])]
    [1802, 900]
    """
    messages = [""]
    for line in filter(None, lines):
        longer = f"{messages[-1]}\n\n{line}".strip()
        messages[-1:] = [longer] if size(longer) <= CONTENT else [messages[-1], line]
    return messages


class PrivacyCog(commands.Cog):
    """`privacy` and `forget`, for everybody."""

    def __init__(self, services: Services) -> None:
        self._feedback = services.feedback
        self._callers = services.callers
        self._days = services.settings.keep_days
        settings = services.settings
        self._links = ((POLICY, settings.privacy_url), (CONTACT, settings.contact), (SUPPORT, settings.support_server))

    @command(later("What I keep on you, and for how long, in plain words."), private=True)
    async def privacy(self, ctx: Context) -> None:
        """Show what is kept."""
        language = self._callers.of(ctx).language
        lines = [language.say(part, days=language.number(self._days)) for part in KEPT]
        links = [language.say(line, address=address) for line, address in self._links if address]
        for number, part in enumerate(paragraphs([*lines, "\n".join(links)])):
            await send(ctx, part, private=True, number=number)

    @command(later("Delete everything I hold on you."), private=True)
    async def forget(self, ctx: Context) -> None:
        """Delete what is kept on the caller."""
        await show_progress(ctx)
        await send(ctx, await self._feedback.forget(self._callers.of(ctx)), private=True)
