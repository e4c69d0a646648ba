"""Asks for the pay at employers that nobody has on file: `python -m tests.benchmarks.unknown_names FILE [--bars]`.

FILE holds a name a line. Each is put into every frame, as written and in lower case. No answer may give figures as if
they were the employer's: it is refused, or what is given stands beside the name of what is not on file. Nothing is said
unasked. With --bars it exits 1 where one is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.chat.conversation.addressing import is_worth_answering
from bot.chat.guilds.memory import Memory
from bot.chat.presentation.reply import ReplyFactory
from bot.core.model.dialogue import Answer
from bot.core.model.language import ENGLISH
from bot.storage.knowledge.library import Library

FRAMES = (
    "what does {} pay ml engineers",
    "how much does {} pay",
    "{} salary",
    "{} ml engineer salary",
    "ml engineer salary at {}",
    "how much do ml engineers make at {}",
    "does {} pay well",
    "{} vs google",
    "is 150k at {} good for an ml engineer",
    "{} offered me 150k as an ml engineer",
    "senior mle at {}",
    "{} mle pay range",
    "what's the salary for an ML engineer at {}?",
    "i have an offer from {}, 150k",
    "who pays more, google or {}?",
    "{} pays ml engineers how much",
    "How much would I earn at {} as a machine learning engineer?",
)


UNNAMED = ("that company", "the other company")


def is_as_if_on_file(answer: Answer, name: str) -> bool:
    """Whether an answer gives figures without saying that it has none for the name."""
    # A name on no list is not repeated: the gap says "that company".
    owned_up = any(one in text.casefold() for text in (answer.headline, *answer.gaps) for one in (name, *UNNAMED))
    return answer.status == "answered" or (answer.status == "partial" and not owned_up)


def main(file: Path, *, bars: bool) -> int:
    replies = ReplyFactory(Library(), Memory(lambda: 0.0))
    names = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = answered = unasked = 0
    for frame in FRAMES:
        for name in (form for written in names for form in dict.fromkeys((written, written.lower()))):
            text = frame.format(name)
            reply = replies.to_text(text, ENGLISH)
            asked += 1
            answered += is_as_if_on_file(reply.answer, name.casefold())
            unasked += is_worth_answering(reply) and reply.answer.status == "answered"
            if is_as_if_on_file(reply.answer, name.casefold()):
                print(f"{text}\n  -> {reply.answer.headline}")  # noqa: T201
    passed = not answered and not unasked
    verdict = "passed" if passed else "FAILED"
    print(f"{answered} of {asked:,} answered as if on file, {unasked} unasked; bar 0: {verdict}")  # noqa: T201
    return 0 if passed or not bars else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), bars="--bars" in sys.argv))
