"""Decide what a question asks for: an ordered list of rules, of which the first that applies decides.

A rule is a function (Case, Policy) -> Decision or None. Rules that refuse come before those that answer; what an answer
can't honor becomes a gap. The last rule answers, so every question gets a decision. `salarybot explain TEXT` shows the
rule that decided; tests/test_policy.py shows that each of them decides some question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bot.core.decide.cited_figures import CitedFigures
from bot.core.decide.coverage import is_own_pay, refusal
from bot.core.decide.intent_selection import PLAUSIBLE, SOCIAL, Aspect, IntentSelector, Selection
from bot.core.decide.query_builder import QueryBuilder, doubts, intent_of
from bot.core.decide.speech_acts import (
    asked_for_by_name,
    asks_what_is_earned,
    asks_whose,
    is_about_pay,
    is_asked,
    is_remark,
    is_statement_about,
    main_verb,
    names_ends,
    speaks_of_pay,
)
from bot.core.decide.word_effects import FIGURES, OCCUPATION, words_with
from bot.core.model.answer_specs import family
from bot.core.model.dialogue import Ambiguous, Decision, Gap, GapKind, NotCovered, OffTopic, Query
from bot.core.model.knowledge import Intent, Knowledge, names_of
from bot.core.model.language import later
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import Slots, WordLists, read_slots, stems
from bot.core.text import formatting, inflection, normalization

WORDS = family("words")
# Names that make a question one of the trade, so that an answer in words can be meant.
TRADE = frozenset({"company", "role", "field", "skill", "source", "level", "years", "group", "amount"})
NAMED = (TRADE | {"people"}) - {"skill"}
# What pay is split by: with a role beside one of these, pay is what is asked unless something else is said.
CELLS = frozenset({"years", "group"})
# An intent has to lead the next one by this share of the two, or the bot asks back instead of answering.
SURE = 0.5
# A bare name asked of the bot itself ("google?") can hardly mean anything but its pay.
BARE_NAME = 0.92
OVERHEARD = 0.6
EXAMPLE = 0.99
# With more words than these that narrow a question it is about something else.
MOST_NARROWING = 2
# Ordinary talk this clear is believed against a name of the trade.
CLEARLY_ELSEWHERE = 0.5
# An intent this likely by its examples alone is believed without a name or a word of its own.
CLEAR = 0.8
# An intent less likely than this is not taken in the place of one that can not be meant.
LEAST = 0.005
HARDLY_ELSE = 0.4
# With a word of its own an intent of words is believed from here on.
ANCHORED = 0.25
# A person, a place or a word in a telling place that stands on no list.
SUBJECT = Gap(kind=GapKind.SUBJECT, name="")
OWN_PAY = later("your own pay")
MOST_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is decided on: its slots, the intents looked at, and whether pay is asked for.

    `example` is the intent that it is an example of, word for word.
    """

    slots: Slots
    selection: Selection
    of_pay: bool
    cell: bool
    example: str | None = None

    @property
    def intent(self) -> Intent:
        """The selected intent."""
        return self.selection.intent

    @property
    def confidence(self) -> float:
        """How surely the intent was selected, 0 to 1."""
        return self.selection.confidence

    def words(self, effect: str) -> tuple[str, ...]:
        """Return the words that narrow, deny, or are subjects of their own."""
        return words_with(effect, self.selection.best.weighed)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule, and what it is for in a line."""

    name: str
    decide: Callable[[Case, Policy], Decision | None]
    reason: str


class Policy:
    """Decides on utterances. Build once per knowledge base; `explained` holds the word stems of each intent."""

    def __init__(self, knowledge: Knowledge, explained: dict[str, frozenset[str]]) -> None:
        self.knowledge = knowledge
        self.lists = WordLists.of(knowledge)
        names = {alias for kind, _, alias, _ in names_of(knowledge) if kind in ("level", "source")}
        self.ordinary = {normalization.normalize(name) for name in names}.intersection(knowledge.english)
        self.hedges = stems(knowledge.words.quantities.in_thousands.hedges)
        self.restricting = stems(knowledge.words.speech_acts.restricting)
        self.builder = QueryBuilder(knowledge, self.lists)
        self.cited = CitedFigures(knowledge)
        self.selector = IntentSelector(knowledge, self.lists, explained)

    def decide(self, utterance: Utterance, ranked: Sequence[RankedIntent], example: str | None = None) -> Decision:
        """Decide on one utterance. `ranked` are the intents, the likeliest first."""
        return self.decided(utterance, ranked, example)[1]

    def decided(
        self, utterance: Utterance, ranked: Sequence[RankedIntent], example: str | None = None
    ) -> tuple[Case, Decision]:
        """Return what was decided on, and the decision, which names its rule."""
        case = self.case(utterance, ranked)
        if example is not None:
            case = replace(case, example=example)
        for rule in POLICY:
            decision = rule.decide(case, self)
            if decision is not None:
                return case, replace(decision, rule=rule.name)
        raise AssertionError("the last rule answers")

    def case(self, utterance: Utterance, ranked: Sequence[RankedIntent]) -> Case:
        """Return an utterance with its slots, its intent, and whether pay is asked for."""
        slots = read_slots(utterance, self.knowledge, self.lists)
        selection = self.selector.select(slots, ranked)
        cells = slots.companies or slots.levels or slots.sources or slots.kinds & CELLS
        cell = bool(slots.kinds & {"role", "field", "people"} and cells)
        of_pay = speaks_of_pay(slots, selection.intent.answer, self.lists)
        if not slots.kinds & (OCCUPATION | {"pay", "salary_amount"}) and _open(selection.best):
            of_pay = False
        case = self._settled(Case(slots, selection, of_pay, cell))
        meant = self.builder.meant(case.intent, slots)
        if meant is case.intent:
            return case
        best = replace(case.selection.best, intent=meant)
        return replace(case, selection=replace(case.selection, best=best))

    def _settled(self, case: Case) -> Case:
        """Select the likeliest intent that fits: figures only where pay is asked for, ordinary talk where it is not."""
        best, slots = case.selection.best, case.slots
        pay_asked = case.of_pay or case.cell
        if asks_what_is_earned(slots, self.lists):
            return self._with(replace(case, of_pay=True), lambda aspect: aspect.intent.answer in FIGURES)
        if best.intent.answer in FIGURES and _is_evident(best, slots, self.lists) and not _open(best):
            case, pay_asked = replace(case, of_pay=True), True
        whose = slots.kinds & {"role", "field"} or (slots.trade and case.of_pay)
        if best.intent.answer == "off_topic" and whose and (pay_asked or best.score < CLEARLY_ELSEWHERE):
            case = self._with(case, lambda aspect: aspect.intent.answer != "off_topic")
            best = case.selection.best
        if best.intent.answer == "no_figures" and best.score < PLAUSIBLE and case.cell:
            return self._with(case, lambda aspect: aspect.intent.answer in FIGURES)
        if best.intent.answer in FIGURES and not pay_asked:
            whose = slots.kinds & {"role", "field"}
            return self._with(
                case, lambda aspect: aspect.intent.answer not in (FIGURES | {"off_topic"} if whose else FIGURES)
            )
        return case

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

    def intent_of(self, answer: str) -> Intent:
        """Return the intent with that kind of answer, a bare one where the knowledge base has none."""
        return intent_of(self.knowledge, answer)

    def answer(self, case: Case, intent: Intent, confidence: float) -> Query:
        """Return the query for a case; a word that is left open, if it may be somebody or something, is owned up to."""
        narrowing = case.words("narrows")
        if intent.answer not in FIGURES:
            narrowing = tuple(word for word in narrowing if self.selector.weigher.is_nominal(word))
        return self.builder.build(case.slots, intent, confidence, narrowing)

    def refuse(
        self,
        kind: type[NotCovered | Ambiguous | OffTopic],
        case: Case,
        *,
        reason: str = "",
        gaps: tuple[Gap, ...] = (),
        suggestions: tuple[str, ...] = (),
    ) -> NotCovered | Ambiguous | OffTopic:
        """Return a refusal of a case."""
        return kind(
            reason=reason,
            gaps=gaps,
            mentions=case.slots.reading.mentions,
            suggestions=suggestions,
            confidence=case.confidence,
            asked=case.slots.reading.question_mark,
        )

    def not_covered(self, case: Case, intent: Intent, lacking: tuple[Gap, ...]) -> Decision:
        """Say what is lacking; for an employer or a place at home, the role's general pay stands beside it."""
        slots, pay = case.slots, self.intent_of("pay")
        refused = self.refuse(NotCovered, case, gaps=lacking, reason=intent.title)
        asks_pay = intent.answer in FIGURES and case.of_pay and not slots.amounts
        if not asks_pay or slots.all_roles != (slots.main_role,) or not all(map(self._is_near, lacking)):
            return refused
        general = replace(slots, companies=(), sources=(), gaps=())
        return replace(cast("NotCovered", refused), beside=self.answer(replace(case, slots=general), pay, OVERHEARD))

    def _is_near(self, gap: Gap) -> bool:
        """Whether the general pay is near to what is lacking."""
        return gap.kind == GapKind.COMPANY or (gap.kind == GapKind.PLACE and self.knowledge.is_at_home(gap.name))

    def ask_back(self, case: Case) -> Decision:
        """Ask what was meant, or say at once what would be missing anyway."""
        lacking = refusal(case.slots, case.intent, self.knowledge)
        if lacking:
            return self.refuse(NotCovered, case, gaps=lacking)
        guesses = tuple(dict.fromkeys(_guesses(case, self.knowledge)))[:MOST_GUESSES]
        return self.refuse(Ambiguous, case, gaps=case.slots.gaps, suggestions=guesses)

    def bare_pay(self, case: Case) -> Decision:
        """Read "average", "monthly" or "lowest minimum" alone as asked of the role that nobody has to name."""
        refused = refusal(case.slots, self.intent_of("pay"), self.knowledge)
        if refused:
            return self.refuse(NotCovered, case, gaps=refused)
        query = self.answer(case, self.intent_of("pay"), OVERHEARD)
        return replace(query, gaps=(*query.gaps, Gap(kind=GapKind.UNSPECIFIED, name="")), asked=False)

    def overview(self, case: Case) -> Decision:
        """Give what is most often asked of a role where it is not clear what is; ask back where no role is named."""
        slots = case.slots
        if "role" not in slots.kinds or not slots.all_roles or refusal(slots, self.intent_of("pay"), self.knowledge):
            return self.ask_back(case)
        query = self.answer(case, self.intent_of("pay"), OVERHEARD)
        return replace(query, gaps=(*query.gaps, Gap(kind=GapKind.UNCLEAR, name="")), asked=False)


def _guesses(case: Case, knowledge: Knowledge) -> Iterator[str]:
    intent, slots = case.intent, case.slots
    main = knowledge.role(knowledge.main_role).short
    yield from (f"{knowledge.company(company).name} {main} salary" for company in slots.companies[:2])
    yield from (f"{knowledge.level(level).aliases[0]} {main} salary" for level in slots.levels[:1])
    yield from (f"{knowledge.role(role).short} salary" for role in slots.roles[:1])
    if intent.answer not in ("no_figures", "off_topic", "pay", "compare", *SOCIAL):
        yield intent.examples[0]
    yield f"average {main} salary"


# ------------------------------------------------------------------ the rules


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


def _empty(case: Case, policy: Policy) -> Decision | None:
    return None if case.slots.reading.words else policy.refuse(OffTopic, case)


def _product(case: Case, policy: Policy) -> Decision | None:
    product = next((m for m in case.slots.reading.mentions if m.kind == "product"), None)
    if product is None:
        return None
    if case.slots.kinds & {"role", "field"} and "pay" in case.slots.kinds:
        return policy.refuse(NotCovered, case, gaps=(Gap(kind=GapKind.COMPANY, name=product.id),))
    return policy.refuse(OffTopic, case)


def _impossible(case: Case, policy: Policy) -> Decision | None:
    odd = any(m.kind == "impossible" for m in case.slots.reading.mentions)
    return policy.ask_back(case) if odd else None


def _near_level(case: Case, policy: Policy) -> Decision | None:
    """Ask back where a word is one slip from a level: a level is never guessed at."""
    if not case.slots.reading.near:
        return None
    near = case.slots.reading.near[0]
    main = policy.knowledge.role(policy.knowledge.main_role).short
    guess = f"{policy.knowledge.level(near.id).aliases[0]} {main} salary"
    return policy.refuse(Ambiguous, case, gaps=case.slots.gaps, suggestions=(guess,))


def _example(case: Case, policy: Policy) -> Decision | None:
    """Read an example of the knowledge base as what it is an example of: whoever writes one can rely on it."""
    if case.example is None:
        return None
    intent = policy.knowledge.intent(case.example)
    if intent.answer == "off_topic":
        return policy.refuse(OffTopic, case)
    if intent.answer == "no_figures":
        return policy.refuse(NotCovered, case, reason=intent.title, gaps=case.slots.gaps)
    # An amount in an example stands for any, in any currency.
    foreign = tuple(gap for gap in case.slots.gaps if gap.kind is GapKind.CURRENCY)
    if foreign and refusal(case.slots, intent, policy.knowledge):
        return policy.not_covered(case, intent, foreign)
    return policy.builder.build(case.slots, intent, EXAMPLE, ())


def _names_only(slots: Slots, policy: Policy) -> bool:
    """Whether there is nothing but names, and what may stand beside one without making it another question."""
    lists = policy.lists
    if {m.kind for m in slots.reading.mentions} & {"product", "impossible", "skill"}:
        return False
    if "exclusion" in slots.kinds and (not slots.companies or _odd_exclusions(slots.reading)):
        return False
    plain = lists.bare | lists.calls | names_ends(slots, lists)
    if slots.reading.years:
        plain |= lists.people | policy.hedges  # "someone with about 12 years"
    if slots.excluded:
        plain |= policy.restricting  # "not google, only amazon"
    return plain.issuperset(slots.stems)


def _bare_name(case: Case, policy: Policy) -> Decision | None:
    """Read a name alone ("google", "senior mle", "apple vs amazon") as the question what it pays."""
    slots = case.slots
    if not _names_only(slots, policy):
        return None
    ends = names_ends(slots, policy.lists)
    if slots.named and not slots.amounts:
        intent = policy.intent_of("compare" if slots.most > 1 and not slots.group else "pay")
        if len(slots.reading.words) == 1 and slots.reading.words[0].text in policy.ordinary:
            # "mid" and "indeed" by themselves are chat more often than a question.
            return policy.ask_back(replace(case, selection=replace(case.selection, confidence=SURE)))
        sure = BARE_NAME if (slots.companies or slots.roles) and not ends else OVERHEARD
        return _answerable(replace(case, of_pay=True), policy, intent, sure)
    if (slots.averaged or ends or "period" in slots.kinds) and not slots.amounts:
        return policy.bare_pay(case)
    if slots.gaps and not slots.amounts:
        # "netflix" asks for the pay there; a name by its place alone ("mountain range") may ask for nothing.
        if all(m.listed for m in slots.reading.mentions):
            meant = replace(slots, roles=slots.all_roles or (slots.main_role,))
            case = replace(case, slots=meant, of_pay=True)
        return policy.not_covered(case, policy.intent_of("pay"), slots.gaps)
    return None


def _small_talk(case: Case, policy: Policy) -> Decision | None:
    if case.intent.answer not in SOCIAL:
        return None
    if case.confidence < SURE or case.words("narrows") or case.words("subject"):
        return policy.refuse(OffTopic, case)
    return policy.answer(case, case.intent, case.confidence)


def _cited(case: Case, policy: Policy) -> Decision | None:
    """Say whose a figure is that is quoted to the dollar, unless it is held against other pay."""
    slots = case.slots
    if not slots.amounts:
        return None
    if (topic := policy.cited.topic(slots)) is not None:
        return policy.builder.build(replace(slots, amounts=()), topic, OVERHEARD, ())
    if case.intent.answer in FIGURES and not asks_whose(slots, policy.lists):
        return None
    if (quoted := policy.cited.slots(slots)) is not None:
        intent = policy.intent_of("pay" if policy.cited.is_mean(slots) else "who_says")
        return policy.builder.build(quoted, intent, OVERHEARD, ())
    if case.intent.answer == "who_says" and not slots.named:
        return policy.refuse(NotCovered, case, gaps=(SUBJECT,))
    return None


def _elsewhere(case: Case, policy: Policy) -> Decision | None:
    if case.intent.answer != "off_topic":
        return None
    if case.slots.gaps and is_about_pay(case.slots, policy.lists):
        return policy.refuse(NotCovered, case, gaps=case.slots.gaps)
    kind = NotCovered if "pay" in case.slots.kinds else OffTopic
    return policy.refuse(kind, case)


def _no_trade(case: Case, policy: Policy) -> Decision | None:
    """Without a name of the trade every word has to be explained, as it is before any guess."""
    slots = case.slots
    open_words = (*case.words("narrows"), *case.words("subject"), *case.words("denies"))
    if slots.kinds & OCCUPATION or not open_words or _is_clear(case, policy, len(open_words)):
        return None
    if is_about_pay(slots, policy.lists):
        return policy.refuse(NotCovered, case, gaps=slots.gaps)
    return policy.refuse(OffTopic, case)


def _is_clear(case: Case, policy: Policy, open_words: int) -> bool:
    """Whether the examples alone make the intent clear, however a word or two are meant."""
    aspects = case.selection.aspects
    best, elsewhere = (
        case.selection.best.score,
        max((a.score for a in aspects if a.intent.answer == "off_topic"), default=0.0),
    )
    named = case.slots.trade or "pay" in case.slots.kinds
    least, most = (PLAUSIBLE, MOST_NARROWING) if named else (HARDLY_ELSE, 1)
    if case.intent.answer in WORDS and policy.selector.is_anchored(case.intent.id, case.slots):
        least, most = ANCHORED, MOST_NARROWING
    elif case.intent.answer in WORDS and named:
        least, most = HARDLY_ELSE, int("pay" in case.slots.kinds)
    elif not case.slots.trade:
        least, most = HARDLY_ELSE, 1
    return best >= least and best >= 2 * elsewhere and open_words <= most


def _not_on_file(case: Case, policy: Policy) -> Decision | None:
    """Say what is known to be missing: a subject of its own, or an intent without figures."""
    intent = case.intent
    if intent.answer != "no_figures":
        return None
    pay = policy.intent_of("compare" if case.slots.most > 1 else "pay")
    if intent.beside_pay and case.cell and not refusal(case.slots, pay, policy.knowledge):
        answered = policy.answer(case, pay, SURE)
        return replace(
            answered, gaps=(*answered.gaps, Gap(kind=GapKind.ASPECT, name=formatting.in_sentence(intent.title)))
        )
    # What is a name by its place alone matters less than what is known to be missing.
    gaps = tuple(gap for gap in case.slots.gaps if gap.name)
    return policy.refuse(NotCovered, case, reason=case.intent.title, gaps=gaps)


def _other_verb(case: Case, policy: Policy) -> Decision | None:
    """Refuse what is asked by a verb of its own that is no verb of pay: "does google sponsor ..."."""
    slots, intent = case.slots, case.intent
    if (
        intent.answer not in FIGURES | {"employers"}
        or slots.amounts
        or (slots.most > 1 and not slots.group)
        or "pay" in slots.kinds
    ):
        return None
    verb = inflection.stem(main_verb(slots, policy.lists, policy.selector.weigher.is_verb))
    plain = policy.lists.weak_pay | policy.lists.filler | policy.selector.explained(intent.id)
    if not verb or verb in plain or any(verb in words for words in policy.lists.directions.values()):
        return None
    return policy.refuse(NotCovered, case, gaps=slots.gaps)


def _which_one(case: Case, policy: Policy) -> Decision | None:
    """Refuse where one of a group is asked for by its name, which no topic tells: "which university"."""
    if case.intent.answer != "topic" or case.intent.topic is None:
        return None
    noun = asked_for_by_name(case.slots, policy.lists)
    if not noun or not policy.selector.weigher.is_group(noun) or noun in policy.lists.payer_words:
        return None
    return policy.refuse(NotCovered, case, gaps=(*case.slots.gaps, SUBJECT))


def _no_pay(case: Case, policy: Policy) -> Decision | None:
    """Figures are told only where pay is asked for: "how much does google make" may ask for its revenue."""
    slots = case.slots
    if case.intent.answer not in FIGURES or case.of_pay or case.cell:
        return None
    if not (is_about_pay(slots, policy.lists) or slots.named or slots.fields):
        return policy.refuse(OffTopic, case)
    if slots.gaps and not slots.named:
        return policy.refuse(NotCovered, case, gaps=slots.gaps)
    return policy.overview(case)


def _denied(case: Case, policy: Policy) -> Decision | None:
    """A negation that no answer can honor blocks figures: "not a senior"."""
    denied = (*case.words("denies"), *_odd_exclusions(case.slots.reading))
    if case.intent.answer not in FIGURES or not denied or "statistic" in case.slots.kinds:
        return None
    return policy.ask_back(case)


def _subject(case: Case, policy: Policy) -> Decision | None:
    """A person, place or unknown name in a telling place is what is asked about, and is not on file."""
    if not case.words("subject") or case.intent.answer not in FIGURES:
        return None
    return policy.refuse(NotCovered, case, gaps=(*case.slots.gaps, SUBJECT))


def _off_the_subject(case: Case, policy: Policy) -> Decision | None:
    """Many words that narrow a question make it another one."""
    narrowing = case.words("narrows")
    if len(narrowing) <= MOST_NARROWING:
        return None
    if case.cell and case.of_pay and len(narrowing) <= 2 * MOST_NARROWING:
        return None
    if is_about_pay(case.slots, policy.lists):
        return policy.ask_back(case)
    return policy.refuse(OffTopic, case)


def _remark(case: Case, policy: Policy) -> Decision | None:
    """Somebody who tells something asks nothing: "we hired an ml engineer"."""
    slots = case.slots
    if case.intent.answer in WORDS and is_statement_about(slots, policy.lists) and not is_asked(slots, policy.lists):
        return policy.refuse(OffTopic, case)
    paid = slots.kinds & {"pay", "salary_amount"} or (case.of_pay and slots.kinds & {"role", "field"})
    if not is_remark(slots, policy.lists) or paid or case.cell:
        return None
    return policy.refuse(OffTopic, case)


def _unanchored(case: Case, policy: Policy) -> Decision | None:
    slots = case.slots
    about = bool(slots.kinds & (OCCUPATION - {"people"}))
    if case.intent.answer != "who_says":
        about = about or bool(slots.kinds & TRADE and not case.words("narrows"))
    if case.intent.answer not in WORDS or about or policy.selector.is_anchored(case.intent.id, slots):
        return None
    if case.selection.best.score >= CLEAR:
        return None
    if slots.companies and "source" in slots.kinds:
        # "what does payscale say about amazon": what is on file of it, and that the source has none.
        return _answerable(case, policy, policy.intent_of("pay"), SURE)
    return policy.refuse(OffTopic, case)


def _unsure(case: Case, policy: Policy) -> Decision | None:
    """Ask back where the next intent is nearly as likely; with a role and pay in sight, pay is meant."""
    if case.confidence >= SURE:
        return None
    slots = case.slots
    several = slots.most > 1 and not slots.group
    if case.cell or (case.of_pay and slots.kinds & {"role", "company"} and (several or "pay" in slots.kinds)):
        intent = policy.intent_of("compare" if several else "pay")
        return _answerable(case, policy, intent, SURE)
    return policy.overview(case)


def _not_covered(case: Case, policy: Policy) -> Decision | None:
    """Say what the question is about and is not on file: an unknown employer, another country, another trade."""
    lacking = refusal(case.slots, case.intent, policy.knowledge)
    if not lacking:
        return None
    pay = policy.intent_of("pay")
    only_words = all(gap.kind == GapKind.ONLY_ML for gap in lacking) and case.cell
    if only_words and not refusal(case.slots, pay, policy.knowledge):
        return policy.answer(case, pay, SURE)  # a role with figures, asked for in other words
    return policy.not_covered(case, case.intent, lacking)


def _answered(case: Case, policy: Policy) -> Decision:
    return _answerable(case, policy, case.intent, case.confidence)


def _answerable(case: Case, policy: Policy, intent: Intent, confidence: float) -> Decision:
    """Answer, unless the knowledge base lacks what the question is about."""
    slots, knowledge = case.slots, policy.knowledge
    lacking = refusal(slots, intent, knowledge)
    if lacking:
        return policy.not_covered(case, intent, lacking)
    if intent.answer in FIGURES and not slots.kinds & NAMED and is_own_pay(slots, policy.lists):
        return policy.refuse(NotCovered, case, gaps=(Gap(kind=GapKind.OWN, name=OWN_PAY),))
    if intent.answer in FIGURES and (meant := doubts(slots, intent, knowledge, policy.lists)):
        return policy.refuse(Ambiguous, case, gaps=slots.gaps, suggestions=meant)
    if intent.answer == "pay" and not slots.kinds & NAMED and policy.lists.weak_pay.isdisjoint(slots.stems):
        # "what is annual salary" may ask for a definition; "average salary" or "how much" asks for the figure.
        overall = policy.answer(case, intent, min(confidence, OVERHEARD))
        return replace(overall, gaps=(*overall.gaps, Gap(kind=GapKind.UNSPECIFIED, name="")))
    return policy.answer(case, intent, confidence)


POLICY: tuple[Rule, ...] = (
    Rule("empty", _empty, "nothing to read"),
    Rule("product", _product, "a product with a company's name in it"),
    Rule("impossible", _impossible, "a number that can't be meant"),
    Rule("near-level", _near_level, "a level may be misspelled"),
    Rule("example", _example, "an example of the knowledge base, word for word"),
    Rule("bare-name", _bare_name, "a name alone asks for its pay"),
    Rule("small-talk", _small_talk, "a greeting, thanks, or a question about the bot"),
    Rule("cited-figure", _cited, "a figure on file, quoted to the dollar"),
    Rule("elsewhere", _elsewhere, "ordinary talk"),
    Rule("no-trade", _no_trade, "no name of the trade, and words that nothing explains"),
    Rule("not-on-file", _not_on_file, "understood, and known to be missing"),
    Rule("denied", _denied, "a negation that no answer can honor"),
    Rule("subject", _subject, "about somebody or something that is not on file"),
    Rule("other-verb", _other_verb, "asked by a verb that is none of pay"),
    Rule("which-one", _which_one, "one of a group is asked for by its name"),
    Rule("no-pay", _no_pay, "figures, but pay is not asked for"),
    Rule("off-the-subject", _off_the_subject, "too many words that narrow the question"),
    Rule("remark", _remark, "a statement, not a question"),
    Rule("unanchored", _unanchored, "no word of the subject, and no name of the trade"),
    Rule("unsure", _unsure, "another intent is nearly as likely"),
    Rule("not-covered", _not_covered, "the data lack what the question is about"),
    Rule("answer", _answered, "understood"),
)


def _odd_exclusions(utterance: Utterance) -> tuple[str, ...]:
    """Return the exclusions that no answer can honor: "not a senior", "without indeed", a lone "not"."""
    words = [m.text for m in utterance.mentions if m.kind == "exclusion"]
    left_out = [m for m in utterance.mentions if m.excluded]
    odd = [m.text for m in left_out if m.kind != "company"]
    return tuple(odd or (words if words and not left_out else ()))


MOST_ASPECTS = 3
MOST_ENTITIES = 6
_REASONS = {rule.name: rule.reason for rule in POLICY}
# Of core/datasets, behind the policy.
_REASONS["looked-up"] = "the tables of public pay data have what the knowledge base lacks"


def explain(case: Case, decision: Decision) -> tuple[str, ...]:
    """Return at most twenty lines on how a text was decided on.

    `case` is the text as typed; the decision may come from a corrected reading, from its halves, or
    from the clause that asks.
    """
    return tuple(_lines(case, decision))


def _lines(case: Case, decision: Decision) -> Iterator[str]:
    utterance = case.slots.reading
    yield f"words     {' '.join(word.text for word in utterance.words) or '-'}"
    corrected = [f"{word.typed} -> {word.text}" for word in utterance.words if word.mended]
    if corrected:
        yield f"corrected {', '.join(corrected[:MOST_ENTITIES])}"
    for mention in utterance.mentions[:MOST_ENTITIES]:
        note = "" if mention.on_file else " (no figures)" if mention.listed else " (a name by its place alone)"
        yield f"entity    {mention.kind}: {mention.text}{note}"
    open_words = [f"{word.typed} {word.effect}" for word in case.selection.best.weighed if word.effect != "silent"]
    yield f"words left {', '.join(open_words) or 'none'}"
    yield f"pay asked {'yes' if case.of_pay else 'a role with a cell' if case.cell else 'no'}"
    for aspect in case.selection.aspects[:MOST_ASPECTS]:
        yield f"intent    {aspect.intent.id} {aspect.score:.2f}"
    yield f"rule      {decision.rule}: {_REASONS.get(decision.rule, '')}"
    if isinstance(decision, Query):
        yield f"decision  answer {decision.answer}" + (f", then {decision.then.answer}" if decision.then else "")
    else:
        yield f"decision  {decision.status}"
    gaps = [f"{gap.kind} {gap.name}".strip() for gap in decision.gaps]
    if gaps:
        yield f"lacking   {', '.join(gaps[:MOST_ENTITIES])}"
