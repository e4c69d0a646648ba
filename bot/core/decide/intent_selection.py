"""Select the intent of a question: the likeliest of those that can be meant with what it names and says of pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, get_args

from bot.core.decide.word_effects import WeighedWord, WordWeigher
from bot.core.model.answer_specs import SPECS, family
from bot.core.model.knowledge import Intent, Knowledge, Taken
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import normalization

SOCIAL = family("social")
# Below this share of the probability an intent is noise, however far it leads the next one.
PLAUSIBLE = 0.1
# The words of what is no intent of the knowledge base, such as a command's answer.
NO_WORDS: frozenset[str] = frozenset()
# How many intents are looked at; the right one was never further down on the tuning questions.
LOOKED_AT = 8
# Names that an answer has no use for speak against it: "3 yoe" is not asked about the growth of the job.
NAMES_TAKEN: frozenset[str] = frozenset(get_args(Taken))
UNTAKEN = 0.35
NAMES_ON_FILE = frozenset({"company", "role", "field", "level", "years", "source", "group", "amount"})
# What is left of an intent's chance where nothing is named that it speaks of: with a word of its own, and without one.
UNMET, UNMET_AND_UNNAMED = 0.7, 0.2
# What is left of an intent's chance for each word that neither its examples nor word classes explain.
UNEXPLAINED = 0.5
# A typo that was corrected takes a little of the confidence; one in a name takes more.
CORRECTED_WORD, CORRECTED_NAME = 0.97, 0.95


class Aspect(NamedTuple):
    """One intent that may be meant, its weight, and what the words that no name covers do to it."""

    intent: Intent
    score: float
    weighed: tuple[WeighedWord, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected intent, how surely (0 to 1) it leads its rivals, and the aspects looked at, best first."""

    best: Aspect
    confidence: float
    aspects: tuple[Aspect, ...]

    @property
    def intent(self) -> Intent:
        """The selected intent."""
        return self.best.intent


class IntentSelector:
    """Selects among the intents of one knowledge base. `explained` holds the stems of each intent's examples."""

    def __init__(self, knowledge: Knowledge, lists: WordLists, explained: Mapping[str, frozenset[str]]) -> None:
        self._knowledge = knowledge
        self._lists = lists
        self._own = explained
        self.weigher = WordWeigher(knowledge, lists, explained)
        self.social = frozenset(i.id for i in knowledge.intents if i.answer in SOCIAL)
        self._needs = {i.id: [frozenset(need.split("|")) for need in i.needs] for i in knowledge.intents if i.needs}
        self._expects = {i.id: frozenset(i.expects) for i in knowledge.intents if i.expects}
        # What has no figures anyway can be said of any name.
        self._takes = {
            i.id: NAMES_TAKEN if i.answer in ("no_figures", "off_topic") else frozenset(i.takes)
            for i in knowledge.intents
        }
        plain = lists.filler | lists.questions
        self._anchors = {
            i.id: stems(i.anchors) | (stems(_nouns(i.title, knowledge)) - plain) for i in knowledge.intents
        }
        self._sources = {
            i.id: frozenset(knowledge.figure(key).source for key in knowledge.topic(i.topic).figures)
            for i in knowledge.intents
            if i.topic is not None and "source" in i.takes and knowledge.topic(i.topic).figures
        }
        self._ladders = frozenset(i.id for i in knowledge.intents if i.answer == "ladder")
        self._without_figures = frozenset(i.id for i in knowledge.intents if i.answer == "no_figures")

    def select(self, slots: Slots, ranked: Sequence[RankedIntent]) -> Selection:
        """Weigh each intent's probability by what the question names and by the words that it leaves open."""
        eligible = list(islice((r for r in ranked if self._is_eligible(r.intent, slots)), LOOKED_AT))
        weighing = self.weigher.weigh(slots)
        named = slots.kinds & NAMES_TAKEN
        aspects = [self._aspect(r, slots, named, *weighing.of(r.intent)) for r in eligible or ranked[:1]]
        aspects.sort(key=lambda aspect: -aspect.score)
        best = aspects[0]
        kin = _kin(best.intent)
        together = sum(one.score for one in aspects if _kin(one.intent) == kin)
        rival = max((one.score for one in aspects if _kin(one.intent) != kin), default=0.0)
        share = together / (together + rival) if together >= PLAUSIBLE else together
        return Selection(best, min(share * corrected(slots.reading), 1.0), tuple(aspects))

    def explained(self, intent: str) -> frozenset[str]:
        """Return the stems of an intent's examples."""
        return self._own.get(intent, frozenset())

    def is_anchored(self, intent: str, slots: Slots) -> bool:
        """Whether the text has a word of the intent's own: "what day are we in" must not be "a day at work"."""
        return not self._anchors.get(intent, NO_WORDS).isdisjoint(slots.stems)

    def _is_eligible(self, intent: str, slots: Slots) -> bool:
        """Leave out what needs something the text does not name, or can't be meant with what it names."""
        if intent in self._ladders and len(slots.levels) == 1:
            return False
        if slots.sources and self._sources.get(intent, frozenset(slots.sources)).isdisjoint(slots.sources):
            return False  # what is told of one source is nothing of another
        # Without a word of its own an intent without figures would swallow plain questions of pay.
        if intent in self._without_figures and not self.is_anchored(intent, slots):
            return False
        named = slots.kinds & NAMES_ON_FILE or not self._lists.extremes.isdisjoint(slots.stems)
        if intent in self.social and (named or self._own[intent].isdisjoint(slots.stems)):
            return False
        return all(need & slots.kinds for need in self._needs.get(intent, ()))

    def _aspect(
        self,
        ranked: RankedIntent,
        slots: Slots,
        named: frozenset[str],
        weighed: tuple[WeighedWord, ...],
        open_words: int,
    ) -> Aspect:
        fit = UNTAKEN ** len(named - self._takes[ranked.intent])
        expected = self._expects.get(ranked.intent)
        if expected and expected.isdisjoint(slots.kinds):
            fit *= UNMET if self.is_anchored(ranked.intent, slots) else UNMET_AND_UNNAMED
        return Aspect(self._knowledge.intent(ranked.intent), ranked.share * fit * UNEXPLAINED**open_words, weighed)


def _nouns(title: str, knowledge: Knowledge) -> list[str]:
    """Return the words of a title that may name its subject: "come" of "where the figures come from" does not."""
    return [word for word in normalization.words(title) if knowledge.word_classes.get(word) not in ("v", "a", "r")]


def _kin(intent: Intent) -> str:
    """Return what intents share that do not compete: the names in the text decide between them."""
    return intent.kin or SPECS[intent.answer].kin or intent.id


def corrected(utterance: Utterance) -> float:
    """Return what is left of a confidence of 1 by the typos that were corrected."""
    names = sum(1 for mention in utterance.mentions if not mention.exact)
    words = sum(1 for word in utterance.loose if word.mended)
    return CORRECTED_WORD**words * CORRECTED_NAME**names
