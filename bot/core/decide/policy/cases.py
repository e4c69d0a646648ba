"""Read an utterance as a case to decide on: its slots, the selected intent, and whether pay is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log

from bot.core.decide.intent_selection import PLAUSIBLE, Aspect, IntentSelector, Selection
from bot.core.decide.query_builder import QueryBuilder, intent_of
from bot.core.decide.speech_acts import asks_what_is_earned, decides_how_much, speaks_of_pay
from bot.core.decide.word_effects import FIGURES, OCCUPATION, words_with
from bot.core.model.answer_specs import family
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import Slots, WordLists, read_slots

WORDS = family("words")
# Names that make a question one of the trade, so that an answer in words can be meant.
TRADE = frozenset({"company", "role", "field", "skill", "source", "level", "years", "group", "amount"})
NAMED = (TRADE | {"people"}) - {"skill"}
# An intent has to lead the next one by this share of the two, or the bot asks back instead of answering.
SURE = 0.5
# A bare name asked of the bot itself ("google?") can hardly mean anything but its pay.
BARE_NAME = 0.92
OVERHEARD = 0.6
# An intent this likely by its examples alone is believed without a name or a word of its own.
CLEAR = 0.8
# What pay is split by: with a role beside one of these, pay is what is asked unless something else is said.
CELLS = frozenset({"years", "group"})
# Ordinary talk this clear is believed against a name of the trade.
CLEARLY_ELSEWHERE = 0.5
# How many times as likely as ordinary talk an intent has to be, and how likely at the least, for a word or two that
# nothing explains to be no reason against it. Such words refused a third of those left out.
FAR_AHEAD, LEAST_AHEAD = 8, 0.25
# Weights of the evidence that an intent is meant, by which a text that names no occupation is believed though words are
# left: a constant; the logarithms of the shares of the intent, of ordinary talk and of small talk; how many words are
# left; whether one is the intent's own, one is of pay, and a payer or source is named that the intent can tell of.
# A logistic regression on 209 paraphrases of the examples and 240 lines of ordinary talk. At the bound it takes 148 and
# 13 of them; bounds set by hand took 87 and 15 (`python -m tests.benchmarks.evidence`).
EVIDENCE = (-3.8, 0.51, -0.54, -0.4, -0.49, 1.42, 2.17, 3.3)
EVIDENT = 1.0
NEGLIGIBLE = 0.001
PAYERS = frozenset({"company", "group", "source"})
# An intent less likely than this is not taken in the place of one that can not be meant.
LEAST = 0.005


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is decided on: its slots, the intents looked at, and whether pay is asked for.

    `example` is the intent that it is an example of, word for word; `evidence`, where no occupation is named, is the
    logit of the selected intent being meant (see `EVIDENCE`).
    """

    slots: Slots
    selection: Selection
    of_pay: bool
    cell: bool
    example: str | None = None
    evidence: float = 0.0

    @property
    def intent(self) -> Intent:
        """The selected intent."""
        return self.selection.intent

    @property
    def confidence(self) -> float:
        """How surely the intent was selected, 0 to 1."""
        return self.selection.confidence

    @property
    def elsewhere(self) -> float:
        """The score of ordinary talk."""
        return max((a.score for a in self.selection.aspects if a.intent.answer == "off_topic"), default=0.0)

    def words(self, effect: str) -> tuple[str, ...]:
        """Return the words that narrow, deny, or are subjects of their own."""
        return words_with(effect, self.selection.best.weighed)  # type: ignore[arg-type]


class CaseReader:
    """Reads utterances as cases, by one knowledge base; `explained` holds the word stems of each intent."""

    def __init__(self, knowledge: Knowledge, explained: dict[str, frozenset[str]]) -> None:
        self.knowledge = knowledge
        self.lists = WordLists.of(knowledge)
        self.builder = QueryBuilder(knowledge, self.lists)
        self.selector = IntentSelector(knowledge, self.lists, explained)
        self._talk = frozenset(i.id for i in knowledge.intents if i.answer == "off_topic")

    def case(self, utterance: Utterance, ranked: Sequence[RankedIntent], example: str | None = None) -> Case:
        """Return an utterance with its slots, its intent, whether pay is asked for, and what it is an example of."""
        slots = read_slots(utterance, self.knowledge, self.lists)
        selection = self.selector.select(slots, ranked)
        cells = slots.companies or slots.levels or slots.sources or slots.kinds & CELLS
        cell = bool(slots.kinds & {"role", "field", "people"} and cells)
        of_pay = speaks_of_pay(slots, selection.intent.answer, self.lists)
        if not slots.kinds & (OCCUPATION | {"pay", "salary_amount"}) and _open(selection.best):
            of_pay = False
        case = self._settled(Case(slots, selection, of_pay, cell, example))
        if slots.kinds.isdisjoint(OCCUPATION - {"people"}):
            evidence = sum(weight * value for weight, value in zip(EVIDENCE, self.evidence(case, ranked), strict=True))
            case = replace(case, evidence=evidence)
        meant = self.builder.meant(case.intent, slots)
        if meant is case.intent:
            return case
        best = case.selection.best._replace(intent=meant)
        return replace(case, selection=replace(case.selection, best=best))

    def evidence(self, case: Case, ranked: Sequence[RankedIntent]) -> tuple[float, ...]:
        """Return the values that `EVIDENCE` weighs, of the selected intent among the ranked ones."""
        intent, slots = case.intent, case.slots
        shares = {one.intent: one.share for one in ranked}
        return (
            1,
            log(NEGLIGIBLE + shares.get(intent.id, 0.0)),
            log(NEGLIGIBLE + sum(shares.get(one, 0.0) for one in self._talk)),
            log(NEGLIGIBLE + sum(shares.get(one, 0.0) for one in self.selector.social)),
            sum(word.effect != "silent" for word in case.selection.best.weighed),
            self.selector.is_anchored(intent.id, slots),
            "pay" in slots.kinds,
            not slots.kinds.isdisjoint(PAYERS.intersection(intent.takes)),
        )

    def _settled(self, case: Case) -> Case:
        """Select the likeliest intent that fits: figures only where pay is asked for, ordinary talk where it is not."""
        best, slots = case.selection.best, case.slots
        pay_asked = case.of_pay or case.cell
        if noun := decides_how_much(slots, self.lists):
            told = replace(slots, stems=noun)
            case = self._with(
                case,
                lambda aspect: aspect.intent.answer == "topic" and self.selector.is_anchored(aspect.intent.id, told),
            )
            if case.intent.answer == "topic":
                return case
        if asks_what_is_earned(slots, self.lists, self.selector.weigher.is_adverb):
            return self._of_pay(replace(case, of_pay=True))
        if best.intent.answer in FIGURES and _is_evident(best, slots, self.lists) and not _open(best):
            case, pay_asked = replace(case, of_pay=True), True
        whose = slots.kinds & {"role", "field"} or (slots.trade and case.of_pay)
        if best.intent.answer == "off_topic" and whose and (pay_asked or best.score < CLEARLY_ELSEWHERE):
            case = self._with(case, lambda aspect: aspect.intent.answer != "off_topic")
            best = case.selection.best
        asking = not self.lists.wh.isdisjoint(slots.stems)
        if best.intent.answer == "who_says" and slots.amounts:
            asking = asking or self.selector.is_anchored(best.intent.id, slots)
        weighed = best.intent.answer in ("who_says", "no_figures") and "salary_amount" in slots.kinds
        if weighed and not asking and slots.kinds & {"role", "field", "company"}:
            # "my boss says 120k, true?" holds an amount against pay; it asks for nobody's name.
            return self._with(case, lambda aspect: aspect.intent.answer in FIGURES)
        if best.intent.answer == "no_figures" and best.score < PLAUSIBLE and case.cell:
            return self._with(case, lambda aspect: aspect.intent.answer in FIGURES)
        if best.intent.answer in FIGURES and not pay_asked:
            whose = slots.kinds & {"role", "field"}
            return self._with(
                case, lambda aspect: aspect.intent.answer not in (FIGURES | {"off_topic"} if whose else FIGURES)
            )
        return case

    def _of_pay(self, case: Case) -> Case:
        """Select the likeliest intent of figures, and pay where none is likely: the question's grammar asks for it."""
        aspects = [aspect for aspect in case.selection.aspects if aspect.intent.answer in FIGURES]
        best = max(aspects, key=lambda aspect: aspect.score, default=None)
        if best is None or best.score < LEAST:
            best = case.selection.best._replace(intent=intent_of(self.knowledge, "pay"))
        return replace(case, selection=Selection(best, max(case.confidence, BARE_NAME), case.selection.aspects))

    def _with(self, case: Case, fits: Callable[[Aspect], bool]) -> Case:
        """Select the likeliest aspect that fits, if there is one; its lead is over those behind it."""
        aspects = [aspect for aspect in case.selection.aspects if fits(aspect)]
        if not aspects or max(aspect.score for aspect in aspects) < LEAST:
            return case
        best = aspects[0]
        rival = max((aspect.score for aspect in aspects[1:]), default=0.0)
        share = best.score / (best.score + rival) if best.score else 0.0
        confidence = share if best.score >= PLAUSIBLE else best.score
        return replace(case, selection=Selection(best, confidence, case.selection.aspects))


def is_far_ahead(case: Case) -> bool:
    """Whether ordinary talk is so far behind that a rare word or two change nothing."""
    best = case.selection.best
    return best.intent.answer != "off_topic" and best.score >= max(LEAST_AHEAD, FAR_AHEAD * case.elsewhere)


def _open(aspect: Aspect) -> bool:
    return any(word.effect != "silent" for word in aspect.weighed)


def _is_evident(aspect: Aspect, slots: Slots, lists: WordLists) -> bool:
    """Whether pay is asked for though no word says so, by the examples alone: of a role, or of several companies."""
    if slots.kinds & {"role", "field"}:
        return aspect.score >= CLEAR
    ranked = aspect.intent.answer in ("rank_companies", "rank_sources") and aspect.score >= CLEAR
    if ranked and not (lists.weak_pay | lists.career).isdisjoint(slots.stems):
        return True
    several = slots.group or len(slots.companies) > 1
    return aspect.score >= SURE and aspect.intent.answer != "pay" and bool(several or "source" in slots.kinds)


def odd_exclusions(utterance: Utterance) -> tuple[str, ...]:
    """Return the exclusions that no answer can honor: "not a senior", "without indeed", a lone "not"."""
    words = [m.text for m in utterance.mentions if m.kind == "exclusion"]
    left_out = [m for m in utterance.mentions if m.excluded]
    trades = {"role", "field"}
    # "an ai engineer, not an ml one": another trade is named; "neither junior nor senior, mid-level": another level.
    honored = {"company"} | (trades if any(utterance.of(kind) for kind in trades) else set())
    honored |= {"level"} if utterance.of("level") or utterance.years else set()
    odd = [m.text for m in left_out if m.kind not in honored]
    return tuple(odd or (words if words and not left_out else ()))
