"""Privacy: what is kept on people, in plain words, and its deletion."""

from __future__ import annotations

from discord.ext import commands

from bot.chat.services import Services
from bot.chat.transport.hybrid import Context, command
from bot.chat.transport.send import send, show_progress
from bot.core.model.language import later

KEPT = (
    later(
        "**What I read.** What is said to me, and what is said in channels that a server has me listen in. I read it "
        "to answer it; I don't store it."
    ),
    later(
        '**In memory, for about ten minutes.** What you asked me, and your last question in a channel, so that "and '
        'amazon?" makes sense; which answer belongs to which message, so that editing or deleting a question does the '
        "same to its answer. An answer itself, private ones too, for two minutes while its picture may come. Whom I "
        "answered last, and how fast you ask, so that I can be patient."
    ),
    later(
        "**Questions that I couldn't answer, for {days} days.** Their normalized form alone, without numbers, amounts "
        "and names of people as far as words tell them, so that administrators see what to add; with the day, the "
        "id of the server, and a keyed hash in the place of your id."
    ),
    later(
        "**Thumbs, for {days} days.** Up or down, the kind of answer, the id of its message and of the server, and "
        "the day; again with a hash in the place of your id."
    ),
    later(
        "**Buttons.** What an answer is about stands in its buttons, inside Discord's message. Deleting the message "
        "deletes it."
    ),
    later(
        "**Never in my notes.** The text of messages, pay amounts that you typed. Nothing is sold or passed on. Where "
        "answering fails, a log line may hold a question put to me by a prefix command, or the name of another "
        "command; never what an offer was. `/forget` deletes what I hold on you, at once."
    ),
)


class PrivacyCog(commands.Cog):
    """`privacy` and `forget`, for everybody."""

    def __init__(self, services: Services) -> None:
        self._feedback = services.feedback
        self._callers = services.callers
        self._days = services.settings.keep_days

    @command(later("What I keep on you, and for how long, in plain words."), private=True)
    async def privacy(self, ctx: Context) -> None:
        """Show what is kept."""
        language = self._callers.of(ctx).language
        lines = [language.say(part, days=language.number(self._days)) for part in KEPT]
        await send(ctx, "\n\n".join(lines), private=True)

    @command(later("Delete everything I hold on you."), private=True)
    async def forget(self, ctx: Context) -> None:
        """Delete what is kept on the caller."""
        await show_progress(ctx)
        await send(ctx, await self._feedback.forget(self._callers.of(ctx)), private=True)
