"""Every kind of answer, each a function (Query, Phrasebook) -> Answer; ANSWERS at the end lists them."""

from collections.abc import Callable

from bot.core.answers.capabilities import restrict
from bot.core.answers.compare import compare
from bot.core.answers.convert import convert
from bot.core.answers.explain import employers, sources, topic, who_says
from bot.core.answers.not_covered import missing
from bot.core.answers.offer import offer
from bot.core.answers.pay import ladder, pay
from bot.core.answers.phrasebook import Phrasebook
from bot.core.answers.rank import rank_companies, rank_sources
from bot.core.answers.social import about, greeting, help_, thanks
from bot.core.model.dialogue import Answer, Query

__all__ = ["ANSWERS", "Phrasebook", "missing", "restrict"]

ANSWERS: dict[str, Callable[[Query, Phrasebook], Answer]] = {
    "about": about,
    "compare": compare,
    "convert": convert,
    "employers": employers,
    "greeting": greeting,
    "help": help_,
    "ladder": ladder,
    "offer": offer,
    "pay": pay,
    "rank_companies": rank_companies,
    "rank_sources": rank_sources,
    "sources": sources,
    "thanks": thanks,
    "topic": topic,
    "who_says": who_says,
}
