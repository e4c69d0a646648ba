"""Counts the lines of ordinary talk that the bot would answer unasked: `python -m tests.benchmarks.overheard < LINES`.

One line of text a line; what it would answer is printed, the count last.
"""

from __future__ import annotations

import sys

from bot.chat.conversation.addressing import LONGEST_UNADDRESSED, is_worth_answering
from bot.chat.guilds.memory import Memory
from bot.chat.presentation.reply import ReplyFactory
from bot.core.model.language import ENGLISH
from bot.storage.knowledge.library import Library


def main() -> None:
    replies = ReplyFactory(Library(), Memory(lambda: 0.0))
    heard = spoken = 0
    for line in sys.stdin:
        text = line.strip()
        heard += 1
        if 0 < len(text) <= LONGEST_UNADDRESSED and is_worth_answering(reply := replies.to_text(text, ENGLISH)):
            spoken += 1
            print(f"{text}\n  -> {reply.answer.headline}")  # noqa: T201
    print(f"{spoken:,} of {heard:,} lines would be answered unasked")  # noqa: T201


if __name__ == "__main__":
    main()
