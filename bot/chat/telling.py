"""Says in a channel what it has not just heard; who calls the bot for the same again is sent to what is there, once."""

from __future__ import annotations

from bot.chat.answering import Reply
from bot.chat.echoes import Echo, Echoes
from bot.chat.hybrid import Context
from bot.chat.outgoing import Sent
from bot.chat.preferences import Preferences
from bot.chat.presenting import Presenter
from bot.chat.sending import send
from bot.core.dialogue import Unclear

LINK = "https://discord.com/channels/{server}/{channel}/{message}"


class Telling:
    """Sends replies, each channel's own once in a while."""

    def __init__(self, presenter: Presenter, preferences: Preferences, echoes: Echoes) -> None:
        self._presenter = presenter
        self._preferences = preferences
        self.echoes = echoes

    async def tell(self, ctx: Context, reply: Reply, *, called: bool) -> Sent | None:
        """Send a reply, unless its channel has just heard the same; nobody else reads the other ways to ask."""
        # What could not be answered says little and may be said of anything.
        if ctx.guild is None or ctx.interaction is not None or isinstance(reply.query, Unclear):
            return await self._presenter.reply(ctx, reply)
        channel, key, sent = ctx.channel.id, reply.whole, None
        echo = self.echoes.of(channel, key, self._preferences.cooldown(ctx.guild.id))
        if echo is not None:
            return await self._sent_there(ctx, reply, echo) if called else None
        self.echoes.begun(channel, key)
        try:
            sent = await self._presenter.reply(ctx, reply)
        finally:
            self.echoes.said(channel, key, reply.content, sent.id if sent is not None else None)
        return sent

    async def _sent_there(self, ctx: Context, reply: Reply, echo: Echo) -> Sent | None:
        """Send who asks the same again to the answer that is there; each person once."""
        if ctx.author.id in echo.told or ctx.guild is None:
            return None
        echo.told.add(ctx.author.id)
        if echo.answer is None:
            return await send(ctx, reply.language.say("I am answering that here just now."))
        link = LINK.format(server=ctx.guild.id, channel=ctx.channel.id, message=echo.answer)
        return await send(ctx, reply.language.say("I answered that here a moment ago: {link}", link=link))
