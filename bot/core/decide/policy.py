"""Decides what a reading asks for: a Query that the knowledge can answer, or an Refusal that says why not.

The rule of the house is "right or silent": an answer is given only when every word that carries meaning is explained -
by a name, by the examples of the chosen intent, or by the list of filler words. Whatever is left over turns the answer
into a question back, or into "I have no figures for that".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.decide.coverage import is_own_pay, refusal, unsaid
from bot.core.decide.intent_selection import FIGURES, PLAUSIBLE, SOCIAL, Choice, IntentSelector
from bot.core.decide.speech_acts import (
    compares_with_average,
    is_about_pay,
    is_asked,
    is_extreme,
    is_ranked,
    is_remark,
    speaks_of_pay,
)
from bot.core.model.dialogue import PARTS, Ambiguous, Amount, Decision, Gap, GapKind, NotCovered, OffTopic, Query
from bot.core.model.knowledge import Intent, Knowledge, names_of
from bot.core.model.language import later
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import LEAST_SALARY, MOST_SENSIBLE, Slots, WordLists, read_slots
from bot.core.text import formatting, normalization

WORDS = frozenset({"topic", "sources", "employers", "who_says"})
# Names that make a question one of the trade, so that an answer in words can be meant.
TRADE = frozenset({"company", "role", "field", "skill", "source", "level", "years", "group", "amount"})
NAMED = (TRADE | {"people"}) - {"skill"}
# An intent has to lead the next one by this share of the two, or the bot asks back instead of answering.
SURE = 0.5
# A bare name asked of the bot itself ("google?") can hardly mean anything but its pay.
BARE_NAME = 0.92
OVERHEARD = 0.6
OWN_PAY = later("your own pay")
MOST_GUESSES = 3


class Policy:
    """Turns readings into queries. Build once per knowledge base; `explained` holds each intent's word stems."""

    def __init__(self, known: Knowledge, explained: dict[str, frozenset[str]]) -> None:
        self._known = known
        self._lexicon = WordLists.of(known.vocabulary)
        names = {alias for kind, _, alias, _ in names_of(known) if kind in ("level", "source")}
        self._ordinary = {normalization.normalize(name) for name in names}.intersection(known.english)
        self._chooser = IntentSelector(known, self._lexicon, explained)

    def plan(self, reading: Utterance, ranked: Sequence[RankedIntent]) -> Decision:
        """Decide on one reading. `ranked` are the intents, the likeliest first."""
        slots = read_slots(reading, self._known, self._lexicon)
        if not reading.words:
            return _refuse(OffTopic, slots, 1.0)
        if reading.near:
            return self._near_miss(slots)
        bare = self._bare_name(slots)
        if bare is not None:
            return bare
        choice = self._chooser.choose(slots, ranked)
        if choice.left:
            return self._left_over(slots, choice)
        return self._decide(slots, choice)

    def _decide(self, slots: Slots, choice: Choice) -> Decision:
        """Decide on a text in which every word is explained."""
        intent = choice.intent
        of_pay = intent.answer not in FIGURES or speaks_of_pay(slots, intent.id, self._lexicon)
        if choice.sureness < SURE or not of_pay:
            return self._unsure(slots, choice)
        if intent.answer in SOCIAL:
            return self._query(slots, choice)
        if intent.answer == "no_figures":
            return _refuse(NotCovered, slots, choice.sureness, reason=intent.title, gaps=slots.gaps)
        if intent.answer in WORDS and not (slots.kinds & TRADE or self._chooser.is_anchored(intent.id, slots)):
            return _refuse(OffTopic, slots, choice.sureness)
        if is_remark(slots, self._lexicon) and not slots.kinds & {"pay", "salary_amount"}:
            # "we hired an ml engineer" tells something; it asks for nothing.
            return _refuse(OffTopic, slots, choice.sureness)
        return self._answerable(slots, choice)

    def _intent_of(self, answer: str) -> Intent:
        return next(intent for intent in self._known.intents if intent.answer == answer)

    def _bare_name(self, slots: Slots) -> Decision | None:
        """Read a name alone ("google", "senior mle", "apple vs amazon") as the question what it pays."""
        unnamed = {m.kind for m in slots.reading.mentions} & {"product", "impossible", "skill", "exclusion"}
        if not self._lexicon.bare.issuperset(slots.stems) or unnamed:
            return None
        if slots.named and not slots.amounts:
            intent = self._intent_of("compare" if slots.most > 1 and not slots.group else "pay")
            if len(slots.reading.words) == 1 and slots.reading.words[0].text in self._ordinary:
                # "mid" and "indeed" by themselves are chat more often than a question.
                return self._ask_back(slots, Choice(intent, SURE, ()))
            sure = BARE_NAME if slots.companies or slots.roles else OVERHEARD
            return self._answerable(slots, Choice(intent, sure, ()))
        if slots.gaps and not slots.amounts:
            return _refuse(NotCovered, slots, BARE_NAME, gaps=slots.gaps)
        return None

    def _answerable(self, slots: Slots, choice: Choice) -> Decision:
        """Build the query, unless the knowledge base lacks what the question is about."""
        lacking = refusal(slots, choice.intent, self._known)
        if lacking:
            return _refuse(NotCovered, slots, choice.sureness, gaps=lacking, reason=choice.intent.title)
        if choice.intent.answer in FIGURES and not slots.kinds & NAMED and is_own_pay(slots):
            return _refuse(NotCovered, slots, choice.sureness, gaps=(Gap(kind=GapKind.OWN, name=OWN_PAY),))
        if choice.intent.answer in FIGURES and (meant := doubts(slots, choice.intent, self._known, self._lexicon)):
            return _refuse(Ambiguous, slots, choice.sureness, gaps=slots.gaps, suggestions=meant)
        vague = choice.intent.answer == "pay" and not slots.kinds & NAMED
        if vague and self._lexicon.weak_pay.isdisjoint(slots.stems):
            # "what is annual salary" may ask for a definition; "average salary" or "how much" asks for the figure.
            return self._ask_back(slots, choice)
        return self._query(slots, choice)

    def _query(self, slots: Slots, choice: Choice) -> Query:
        intent = choice.intent
        answer = answer_kind(intent.answer, slots)
        if answer == "pay" and is_extreme(slots, self._lexicon):
            answer = "rank_companies"
        asked_in = next((a.period for a in slots.amounts if a.period and answer != "offer"), None)
        return Query(
            answer=answer,
            intent=intent.id,
            topic=intent.topic,
            companies=slots.companies,
            excluded=slots.excluded,
            roles=tuple(role for role in slots.all_roles if self._known.has("role", role)),
            levels=self._levels(slots, answer),
            sources=slots.sources,
            amounts=slots.amounts,
            period=slots.period or asked_in,
            directions=slots.directions,
            gaps=unsaid(slots, intent, self._known) if intent.answer not in SOCIAL else (),
            mentions=slots.reading.mentions,
            confidence=choice.sureness,
            asked=is_asked(slots, self._lexicon),
            then=_also(slots, answer),
        )

    def _levels(self, slots: Slots, answer: str) -> tuple[str, ...]:
        if answer == "pay" and "start" in slots.directions and not slots.levels and not slots.companies:
            # A "starting salary" without a company is what a fresher gets.
            return (self._known.vocabulary.levels[0].id,)
        return slots.levels

    def _left_over(self, slots: Slots, choice: Choice) -> NotCovered | Ambiguous | OffTopic:
        """Decide on a text with unexplained words: a guess to ask about, pay without figures, or another subject."""
        about_pay = is_about_pay(slots, self._lexicon)
        guessable = choice.intent.answer not in SOCIAL | {"no_figures"} and choice.sureness >= PLAUSIBLE
        if len(choice.left) == 1 and guessable and (about_pay or slots.roles or slots.levels or slots.fields):
            return self._ask_back(slots, choice)
        if about_pay:
            return _refuse(NotCovered, slots, 1 - choice.sureness, gaps=slots.gaps)
        return _refuse(OffTopic, slots, 1 - choice.sureness)

    def _unsure(self, slots: Slots, choice: Choice) -> NotCovered | Ambiguous | OffTopic:
        if choice.intent.answer in SOCIAL or not (is_about_pay(slots, self._lexicon) or slots.named or slots.fields):
            return _refuse(OffTopic, slots, 1 - choice.sureness)
        if slots.gaps and not slots.named:
            return _refuse(NotCovered, slots, 1 - choice.sureness, gaps=slots.gaps)
        return self._ask_back(slots, choice)

    def _ask_back(self, slots: Slots, choice: Choice) -> NotCovered | Ambiguous | OffTopic:
        """Ask what was meant, or say at once what would be missing anyway."""
        lacking = refusal(slots, choice.intent, self._known)
        if lacking:
            return _refuse(NotCovered, slots, 1 - choice.sureness, gaps=lacking)
        guesses = tuple(dict.fromkeys(self._guesses(slots, choice)))[:MOST_GUESSES]
        left = ", ".join(choice.left)
        return _refuse(Ambiguous, slots, choice.sureness, reason=left, gaps=slots.gaps, suggestions=guesses)

    def _near_miss(self, slots: Slots) -> NotCovered | Ambiguous | OffTopic:
        near = slots.reading.near[0]
        guess = f"{self._known.level(near.id).aliases[0]} ML engineer salary"
        return _refuse(Ambiguous, slots, SURE, reason=near.text, gaps=slots.gaps, suggestions=(guess,))

    def _guesses(self, slots: Slots, choice: Choice) -> Iterator[str]:
        known, intent = self._known, choice.intent
        yield from (f"{known.company(company).name} ML engineer salary" for company in slots.companies[:2])
        yield from (f"{known.level(level).aliases[0]} ML engineer salary" for level in slots.levels[:1])
        yield from (f"{known.role(role).short} salary" for role in slots.roles[:1])
        if intent.answer not in ("no_figures", "pay", "compare", *SOCIAL):
            yield intent.examples[0]
        yield "average ML engineer salary"


def answer_kind(answer: str, slots: Slots) -> str:
    """Let the names decide between telling and comparing: "apple msft mle pay" compares whatever the words say."""
    if slots.amounts and slots.period and answer in FIGURES:
        return "pay" if slots.levels or slots.companies else "convert"
    if answer == "pay" and slots.amounts:
        return "offer"
    if answer == "pay" and not slots.group and slots.most > 1:
        return "compare"
    if answer == "compare" and is_ranked(slots):
        return "rank_companies"
    return "rank_companies" if answer == "compare" and slots.group else answer


def _also(slots: Slots, answer: str) -> Query | None:
    """Return what a question asks for beside its answer: the amount told by a part of the year, the average."""
    if answer == "pay" and slots.amounts and slots.period is not None:
        return Query(answer="convert", amounts=slots.amounts, period=slots.period)
    if answer in ("pay", "compare") and compares_with_average(slots, asked=answer == "compare"):
        return Query(answer="pay", period=slots.period)
    return None


def _refuse(
    kind: type[NotCovered | Ambiguous | OffTopic],
    slots: Slots,
    confidence: float,
    *,
    reason: str = "",
    gaps: tuple[Gap, ...] = (),
    suggestions: tuple[str, ...] = (),
) -> NotCovered | Ambiguous | OffTopic:
    return kind(
        reason=reason,
        gaps=gaps,
        mentions=slots.reading.mentions,
        suggestions=suggestions,
        confidence=confidence,
        asked=slots.reading.question_mark,
    )


def doubts(slots: Slots, intent: Intent, known: Knowledge, lexicon: WordLists) -> tuple[str, ...]:
    """Return what to ask back instead of answering; mostly nothing.

    "150k per month?" may ask for a year's 150k by the month; "15k good at google per month" tells of 15k a month.
    """
    amount = slots.amounts[0] if len(slots.amounts) == 1 else None
    if amount is None or amount.currency != "USD":
        return ()
    plain = lexicon.filler | lexicon.questions
    if _is_huge(amount) and not slots.named and not slots.reading.of("period") and plain.issuperset(slots.stems):
        return (
            f"how much is {_told(amount)} a year per {amount.period}",
            f"is {_told(amount)} per {amount.period} good",
        )
    apart = amount.period is None and intent.answer == "offer" and (slots.companies or slots.levels)
    if apart and slots.period is not None and amount.high * PARTS[slots.period] <= MOST_SENSIBLE:
        whose = "".join(_whose(slots, known))
        periods = (slots.period, "year") if amount.low >= LEAST_SALARY else (slots.period,)
        return tuple(f"is {_told(amount)} per {period} good{whose}" for period in periods)
    return ()


def _is_huge(amount: Amount) -> bool:
    return amount.period not in (None, "year") and amount.high * PARTS[amount.period] > MOST_SENSIBLE


def _told(amount: Amount) -> str:
    return formatting.money(amount.low) if amount.low == amount.high else f"${amount.low:,.0f}-{amount.high:,.0f}"


def _whose(slots: Slots, known: Knowledge) -> Iterator[str]:
    yield from (f" at {known.company(company).name}" for company in slots.companies[:1])
    yield from (f" for a {known.level(level).aliases[0]}" for level in slots.levels[:1])
