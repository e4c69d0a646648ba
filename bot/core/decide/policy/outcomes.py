"""The decisions that rules come to: an answer, a refusal that names what is lacking, a question back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from bot.core.decide.cited_figures import CitedFigures
from bot.core.decide.coverage import is_of_article, is_own_pay, refusal
from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy.cases import NAMED, OVERHEARD, Case, CaseReader
from bot.core.decide.query_builder import doubts, intent_of
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Ambiguous, Decision, Gap, GapKind, NotCovered, OffTopic, Query
from bot.core.model.knowledge import Intent, Knowledge, names_of
from bot.core.model.language import later
from bot.core.nlu.slots import stems
from bot.core.text import normalization

# A person, a place or a word in a telling place that stands on no list.
SUBJECT = Gap(kind=GapKind.SUBJECT, name="")
OWN_PAY = later("your own pay")
MOST_GUESSES = 3


class Outcomes:
    """What rules decide with: the knowledge base, its word lists, and the decisions that several of them come to."""

    def __init__(self, reader: CaseReader) -> None:
        knowledge = self.knowledge = reader.knowledge
        self.lists, self.builder, self.selector = reader.lists, reader.builder, reader.selector
        names = {alias for kind, _, alias, _ in names_of(knowledge) if kind in ("level", "source")}
        self.ordinary = {normalization.normalize(name) for name in names}.intersection(knowledge.english)
        self.hedges = stems(knowledge.words.quantities.in_thousands.hedges)
        self.spent = stems(knowledge.words.pay_detection.unrelated)
        self.restricting = stems(knowledge.words.speech_acts.restricting)
        self.cited = CitedFigures(knowledge)

    def intent_of(self, answer: str) -> Intent:
        """Return the intent with that kind of answer, a bare one where the knowledge base has none."""
        return intent_of(self.knowledge, answer)

    def answer(self, case: Case, intent: Intent, confidence: float) -> Query:
        """Return the query for a case; a word that nothing explains becomes a gap if it may be a name."""
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
            gaps=tuple(gap for gap in gaps if not is_of_article(gap, self.knowledge)),
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

    def answer_or_refuse(self, case: Case, intent: Intent, confidence: float) -> Decision:
        """Answer, unless the knowledge base lacks what the question is about."""
        case = replace(case, slots=self.cited.beside_mean(case.slots))
        slots, knowledge = case.slots, self.knowledge
        lacking = refusal(slots, intent, knowledge)
        if lacking:
            return self.not_covered(case, intent, lacking)
        if intent.answer in FIGURES and not slots.kinds & NAMED and is_own_pay(slots, self.lists):
            return self.refuse(NotCovered, case, gaps=(Gap(kind=GapKind.OWN, name=OWN_PAY),))
        if intent.answer in FIGURES and (meant := doubts(slots, intent, knowledge, self.lists)):
            return self.refuse(Ambiguous, case, gaps=slots.gaps, suggestions=meant)
        if intent.answer == "pay" and not slots.kinds & NAMED and self.lists.weak_pay.isdisjoint(slots.stems):
            # "what is annual salary" may ask for a definition; "average salary" or "how much" asks for the figure.
            overall = self.answer(case, intent, min(confidence, OVERHEARD))
            return replace(overall, gaps=(*overall.gaps, Gap(kind=GapKind.UNSPECIFIED, name="")))
        return self.answer(case, intent, confidence)


def _guesses(case: Case, knowledge: Knowledge) -> Iterator[str]:
    intent, slots = case.intent, case.slots
    main, questions = knowledge.role(knowledge.main_role).short, knowledge.about.questions
    names = [
        *(f"{knowledge.company(company).name} {main}" for company in slots.companies[:2]),
        *(f"{knowledge.level(level).aliases[0]} {main}" for level in slots.levels[:1]),
        *(knowledge.role(role).short for role in slots.roles[:1]),
    ]
    yield from (questions.pay.format(name=name) for name in names)
    if intent.answer not in ("no_figures", "off_topic", "pay", "compare", *SOCIAL):
        yield intent.examples[0]
    yield questions.average.format(name=main)
