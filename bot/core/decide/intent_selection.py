"""Chooses the intent: the likeliest among those that explain every word of the text that carries meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

from bot.core.model.knowledge import Intent, Knowledge, Taken
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import inflection

SOCIAL = frozenset({"greeting", "thanks", "help", "about"})
FIGURES = frozenset({"pay", "compare", "rank_companies", "rank_sources", "ladder", "offer", "convert"})
# Below this share of the probability an intent is noise, however far it leads the next one.
PLAUSIBLE = 0.1
# How many intents are looked at; the right one was never further down on the tuning questions.
LOOKED_AT = 8
# What is left of an intent's chance when it explains none of the words; one unexplained word of three leaves a third.
UNEXPLAINED = 0.02
# Names that an answer has no use for speak against it: "3 yoe" is not asked about the growth of the job.
TELLING: frozenset[str] = frozenset(get_args(Taken))
UNTAKEN = 0.35
# A typo that was mended takes a little of the confidence; one in a name takes more.
MENDED_WORD, MENDED_NAME = 0.97, 0.95
# Intents of one family don't compete: the names in the text, or closely related answers, decide between them.
FAMILIES = (
    frozenset({"pay", "compare", "offer"}),
    frozenset({"skills", "skill_pay", "languages", "frameworks"}),
    frozenset({"sources", "who_says", "rank_sources"}),
    frozenset({"greeting", "thanks", "help", "about"}),
    frozenset({"requirements", "education"}),
)


class Choice(NamedTuple):
    """The chosen intent, how surely (0 to 1) it leads its rivals, and the words that it leaves unexplained."""

    intent: Intent
    sureness: float
    left: tuple[str, ...]


class _Looked(NamedTuple):
    score: float
    intent: str
    left: tuple[str, ...]


class IntentSelector:
    """Chooses among the intents of one knowledge base. `explained` holds the stems of each intent's examples."""

    def __init__(self, known: Knowledge, lexicon: WordLists, explained: dict[str, frozenset[str]]) -> None:
        self._known = known
        self._lexicon = lexicon
        directions = frozenset().union(*lexicon.directions.values())
        of_pay = lexicon.pay | lexicon.weak_pay | directions
        self._explained = {
            intent.id: explained[intent.id] | lexicon.filler | (of_pay if intent.answer in FIGURES else frozenset())
            for intent in known.intents
        }
        self._own = explained
        self._social = frozenset(i.id for i in known.intents if i.answer in SOCIAL)
        self._needs = {i.id: [_alternatives(need) for need in i.needs] for i in known.intents if i.needs}
        # What has no figures anyway can be said of any name.
        self._takes = {i.id: TELLING if i.answer == "no_figures" else frozenset(i.takes) for i in known.intents}
        plain = lexicon.filler | lexicon.questions
        self._anchors = {i.id: stems(i.anchors) | (stems((i.title,)) - plain) for i in known.intents}
        self._without_figures = frozenset(i.id for i in known.intents if i.answer == "no_figures")

    def choose(self, slots: Slots, ranked: Sequence[RankedIntent]) -> Choice:
        """Weigh each intent's probability by how much of the text it explains, and take the heaviest."""
        eligible = [r for r in ranked if self._is_eligible(r.intent, slots)][:LOOKED_AT]
        looked = [self._look(intent, share, slots) for intent, share in eligible or ranked[:1]]
        best = max(looked)
        kin = next((family for family in FAMILIES if best.intent in family), frozenset({best.intent}))
        together = sum(one.score for one in looked if one.intent in kin and (best.left or not one.left))
        rival = max((one.score for one in looked if one.intent not in kin), default=0.0)
        share = together / (together + rival) if together >= PLAUSIBLE else together
        return Choice(self._known.intent(best.intent), min(share * mended(slots.reading), 1.0), best.left)

    def is_anchored(self, intent: str, slots: Slots) -> bool:
        """Whether the text has a word of the intent's own: "what day are we in" must not be "a day at work"."""
        return not self._anchors[intent].isdisjoint(slots.stems)

    def _is_eligible(self, intent: str, slots: Slots) -> bool:
        """Leave out what needs something the text does not name, or can't be meant with what it names."""
        if intent == "ladder" and len(slots.levels) == 1:
            return False
        # Without a word of its own an intent without figures would swallow plain questions of pay.
        if intent in self._without_figures and not self.is_anchored(intent, slots):
            return False
        if intent in self._social and self._own[intent].isdisjoint(slots.stems):
            return False
        return all(need & slots.kinds for need in self._needs.get(intent, ()))

    def _look(self, intent: str, share: float, slots: Slots) -> _Looked:
        left = self._left(intent, slots)
        content = sum(1 for stem in slots.stems if stem not in self._lexicon.filler)
        explained = max(0.0, 1 - len(left) / max(content, len(left), 1))
        fit = UNTAKEN ** len((slots.kinds & TELLING) - self._takes[intent])
        return _Looked(share * fit * (UNEXPLAINED + (1 - UNEXPLAINED) * explained**3), intent, left)

    def _left(self, intent: str, slots: Slots) -> tuple[str, ...]:
        """Return the words that nothing explains, products and impossible numbers among them."""
        explained = self._explained[intent]
        reading = slots.reading
        loose = [word.typed for word, stem in zip(reading.loose, slots.stems, strict=True) if stem not in explained]
        odd = [m.text for m in reading.mentions if m.kind in ("product", "impossible")]
        return (*loose, *odd, *_odd_exclusions(reading))


def _odd_exclusions(reading: Utterance) -> tuple[str, ...]:
    """Return the negations that no answer can honour: "not a senior", "without indeed", a lone "not"."""
    words = [m.text for m in reading.mentions if m.kind == "exclusion"]
    left_out = [m for m in reading.mentions if m.excluded]
    odd = [m.text for m in left_out if m.kind != "company"]
    return tuple(odd or (words if words and not left_out else ()))


def _alternatives(need: str) -> frozenset[str]:
    """Return the kinds one of which a need asks for; `word:` ones by their stem."""
    parts = (part.partition(":") for part in need.split("|"))
    return frozenset(
        f"word:{inflection.stem(name)}" if kind == "word" else kind + colon + name for kind, colon, name in parts
    )


def mended(reading: Utterance) -> float:
    """Return what is left of a confidence of 1 by the typos that were mended."""
    names = sum(1 for mention in reading.mentions if not mention.exact)
    words = sum(1 for word in reading.loose if word.mended)
    return MENDED_WORD**words * MENDED_NAME**names
