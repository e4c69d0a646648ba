"""Puts the parts of the bot together that know each other and not Discord's events."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.chat.answering import Answers
from bot.chat.conversing import Conversations
from bot.chat.deeds import Deeds
from bot.chat.echoes import Echoes
from bot.chat.exchanges import Exchanges
from bot.chat.feedback import Feedback
from bot.chat.means import Means
from bot.chat.pace import Pace
from bot.chat.preferences import Preferences
from bot.chat.presenting import Presenter
from bot.chat.pressing import Pressing
from bot.chat.telling import Telling
from bot.settings import Settings
from bot.storage.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What commands and listeners work with."""

    preferences: Preferences
    pace: Pace
    answers: Answers
    presenter: Presenter
    feedback: Feedback
    conversations: Conversations
    pressing: Pressing
    exchanges: Exchanges
    echoes: Echoes

    def expire(self) -> None:
        """Let go of all that is remembered for a while, where the while is over: else a quiet bot would keep it."""
        for part in (self.exchanges, self.echoes, self.answers, self.presenter):
            part.expire()
        self.pace.expire(_now())


def put_together(settings: Settings, library: Library, means: Means) -> Parts:
    """Return the parts of one bot."""
    preferences = Preferences(settings, means.records, means.languages)
    pace, answers = Pace(), Answers(library, _now)
    exchanges = Exchanges(_now)
    presenter = Presenter(preferences, means.studio, _now)
    echoes = Echoes(_now)
    telling = Telling(presenter, preferences, echoes)
    feedback = Feedback(means.records, exchanges, echoes, answers)
    return Parts(
        preferences=preferences,
        pace=pace,
        answers=answers,
        presenter=presenter,
        feedback=feedback,
        conversations=Conversations(answers, presenter, preferences, feedback, exchanges, telling),
        exchanges=exchanges,
        echoes=echoes,
        pressing=Pressing(Deeds(answers, presenter, preferences, feedback), preferences, pace),
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
