"""Asks the Advisor and lays the answer out for Discord; what was asked a moment ago is not laid out again."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import discord

from bot.chat.embeds import message_of
from bot.core.advisor import Advisor
from bot.core.dialogue import Answer
from bot.storage.library import Library

REMEMBERED = 512


class Reply(NamedTuple):
    """An answer, and what is sent for it."""

    answer: Answer
    content: str
    embed: discord.Embed | None


class Answers:
    """Replies to texts from the library's current knowledge; the last ones are remembered, as people ask the same."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._advisor: Advisor | None = None
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def to(self, text: str) -> Reply:
        """Return the reply to a text, remembered or new; after a reload nothing of before is remembered."""
        if self._advisor is not self._library.advisor:
            self._advisor = self._library.advisor
            self._replies.clear()
        if text in self._replies:
            self._replies.move_to_end(text)
        else:
            answer = self._advisor.ask(text)
            self._replies[text] = Reply(answer, *message_of(answer))
            if len(self._replies) > REMEMBERED:
                self._replies.popitem(last=False)
        return self._replies[text]
