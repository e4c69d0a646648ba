"""Short-term history of conversations: the answer to each question, who asked what last, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import TTLCache

from bot.chat.guilds.memory import REMEMBERED, Memory
from bot.core.model.dialogue import DialogueState

# After this time people have gone on to something else, even where nobody has said a word.
RECENT = 120.0
# A question edited within this time edits its answer; a later edit is about something else.
EDITABLE = 120.0
# A bot that posts in place of people copies a message within this time.
COPIED = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question in a channel and the message that answers it.

    `context` is what the next question may refer to, `before` what its asker had asked there before it; `at` is in
    seconds of the memory's clock, `answer_hash` a hash of the answer.
    """

    channel: int
    answer: int
    asker: int
    content: str
    context: DialogueState | None
    before: DialogueState | None
    at: float
    answer_hash: int = 0


class History:
    """The last questions and answers of each channel. All arguments are ids of Discord's, where they aren't named."""

    def __init__(self, memory: Memory) -> None:
        self.clock = memory.clock
        self._exchanges: TTLCache[int, Exchange] = memory.cache(
            REMEMBERED, owner=lambda _, exchange: exchange.asker, noted=True
        )
        self._last: TTLCache[tuple[int, int], DialogueState] = memory.cache(
            REMEMBERED, owner=lambda place, _: place[0], noted=True
        )
        # What a question and its answer were about, by the id of either message, and who had asked.
        self._topics: TTLCache[int, tuple[int, DialogueState]] = memory.cache(
            REMEMBERED, owner=lambda _, topic: topic[0]
        )
        self._turns: TTLCache[int, int] = memory.cache(RECENT, owner=lambda _, person: person)
        # Hashes of answers: that two are taken for the same by chance need not be feared.
        self._answers: TTLCache[tuple[int, int], float] = memory.cache(REMEMBERED)
        # A question may arrive after its deletion, or be answered meanwhile. Nobody knows here whose it was.
        self._deleted: TTLCache[int, None] = memory.cache(RECENT)

    def add_exchange(self, question: int, exchange: Exchange) -> None:
        """Note which message answers a question, and what it says."""
        self._exchanges[question] = exchange
        self._answers[exchange.channel, exchange.answer_hash] = self.clock()

    def exchange(self, question: int) -> Exchange | None:
        """Return the exchange that a message began, if it is remembered."""
        return self._exchanges.get(question)

    def editable(self, question: int) -> Exchange | None:
        """Return the exchange that a message began, if that was recent enough for its answer to be edited."""
        found = self.exchange(question)
        return found if found is not None and self.clock() - found.at <= EDITABLE else None

    def remove_exchange(self, question: int) -> None:
        """Forget the exchange that a message began: the message was deleted, and its answer is said no more."""
        found = self._exchanges.pop(question, None)
        if found is not None:
            self._answers.pop((found.channel, found.answer_hash), None)

    def note_deleted(self, message: int) -> None:
        """Note that a message was deleted that has no answer, or none yet."""
        self._deleted[message] = None

    def was_deleted(self, message: int) -> bool:
        """Whether a message was deleted a moment ago."""
        return message in self._deleted

    def move_exchange(self, channel: int, copy: int, content: str) -> bool:
        """Take the answer to a message of the last seconds for that to its copy, which may have lost some marks."""
        since = self.clock() - COPIED
        for question, exchange in list(self._exchanges.items()):
            if exchange.channel == channel and exchange.at >= since and content and content in exchange.content:
                self._exchanges[copy] = self._exchanges.pop(question)
                return True
        return False

    def set_last(self, person: int, channel: int, context: DialogueState) -> None:
        """Note what a person asked last in a channel."""
        self._last[person, channel] = context

    def drop_last(self, person: int, channel: int) -> None:
        """Note that a person asked something there that no follow-up can refer to."""
        self._last.pop((person, channel), None)

    def last(self, person: int, channel: int) -> DialogueState | None:
        """Return what a person asked last in a channel, unless that is too long ago."""
        return self._last.get((person, channel))

    def set_topic(self, message: int, person: int, context: DialogueState) -> None:
        """Note what a message is about that a person wrote, or was answered with."""
        self._topics[message] = (person, context)

    def topic(self, message: int) -> DialogueState | None:
        """Return what a message is about, if it is remembered."""
        found = self._topics.get(message)
        return found[1] if found is not None else None

    def give_turn(self, channel: int, person: int) -> None:
        """Note whom the bot answers in a channel."""
        self._turns[channel] = person

    def note_speaker(self, channel: int, person: int) -> None:
        """Note who writes in a channel; anybody but the person who has the turn ends it."""
        if self._turns.get(channel) != person:
            self._turns.pop(channel, None)

    def has_turn(self, channel: int, person: int) -> bool:
        """Whether the bot answered this person a moment ago, and nobody else has written since."""
        return self._turns.get(channel) == person

    def has_answer(self, channel: int, answer_hash: int, seconds: float) -> bool:
        """Whether an answer in a channel said the same in the last seconds, by its hash."""
        at = self._answers.get((channel, answer_hash))
        return at is not None and self.clock() - at < seconds
