"""Reads a text as it stands in a conversation: by itself, or together with what was asked and told before it.

An ordered list of rules, of which the first that applies decides, as in `policy`: see `rules`. What a fragment names
takes the place of its like, joins a comparison of its like, or stands beside it ("vs"); the rest comes from the
question before. What is reckoned ("by how much?") is an operation on what was told. A text with a word that none of
this explains stands alone.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.decide.decision_list import first_decision
from bot.core.decide.follow_ups.antecedents import FIELDS, continuable, remembered, told_apart
from bot.core.decide.follow_ups.fragments import RECKONING, FragmentReader
from bot.core.decide.follow_ups.rules import ASIDES, COMPARED_WITH_WHAT, RECKONED, RULES
from bot.core.decide.follow_ups.wording import FollowUpCase
from bot.core.decide.query_builder import NOT_ALL_READ, intent_of
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Ambiguous, Decision, DialogueState, Gap, GapKind, NotCovered, Query, Refusal, Turn
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import Slots
from bot.core.text import formatting


class FollowUpResolver:
    """Reads the turns of conversations about one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.fragments = FragmentReader(knowledge)

    def turn(
        self, text: str, reading: Utterance, alone: Decision, context: DialogueState | None, *, whole: bool, stray: bool
    ) -> Turn:
        """Return what a text asks for in its conversation, and what the next one may refer to.

        A `whole` text, such as a command, continues nothing; a `stray` digit in it belongs to no quantity.
        """
        slots = self.fragments.slots(reading)
        if self.fragments.asks_whether_good(slots, alone):
            alone = replace(COMPARED_WITH_WHAT, mentions=reading.mentions)
        case = None
        if context is not None and context.query is not None and reading.words and not whole:
            case = self.fragments.case(text, slots, alone, context, self._antecedent(reading, context, context.query))
        # Such a digit may mean anything ("back in 2 hours"), unless it is read as years, an amount, a share or a count.
        if case is None or (stray and case.slots is slots and not self._is_used(case)):
            return Turn(decision=alone, context=self._context(alone, slots, context))
        return self._turn(case, context)

    def _antecedent(self, reading: Utterance, context: DialogueState, before: Query) -> Query:
        """Return the question that a text goes on with: that of all where one was picked of several ("of them")."""
        if self.fragments.words.asks_payer(tuple(word.text for word in reading.words)):
            return self.fragments.antecedents.payer(context) or before
        several = any(word.text in self.fragments.lists.several for word in reading.words)
        if not several or before.rule != "picked":
            return before
        earlier = (query for query in context.earlier if len(self.fragments.antecedents.referents(query)) > 1)
        return next(earlier, before)

    def _turn(self, case: FollowUpCase, context: DialogueState | None) -> Turn:
        rule, decision = self.decided(case)
        # What a fragment asks for and is not on file changes nothing: "in euros?".
        kept = rule == "filled" and isinstance(decision, NotCovered)
        if decision is case.alone:
            return Turn(
                decision=decision,
                rule=rule,
                context=context if kept else self._context(decision, case.slots, context),
            )
        sure = 1.0 if case.sure else NOT_ALL_READ
        decision = replace(decision, rule=rule, confidence=decision.confidence * sure)
        if isinstance(decision, Query):
            decision = replace(decision, guessed=True, carried=_is_carried(decision, case))
        after = context if kept else self._context(decision, case.slots, context)
        return Turn(decision=decision, rule=rule, follow_up=True, tied=case.tied, context=after)

    def _is_used(self, case: FollowUpCase) -> bool:
        """Whether a text calculates with its digits, or counts by them what was told: "average of the 2"."""
        return bool(case.share or case.times or case.claims) or (case.aside in RECKONING and case.counts)

    def decided(self, case: FollowUpCase) -> tuple[str, Decision]:
        """Return the rule that decides what a text asks for, and that decision."""
        return first_decision(RULES, case, self.fragments)

    def _context(self, decision: Decision, slots: Slots, before: DialogueState | None) -> DialogueState | None:
        """Return what the next text may refer to.

        Small talk, and questions about the answer, change nothing.
        """
        if decision.rule in RECKONED and before is not None:
            return replace(before, reckoned=decision if isinstance(decision, Query) else None, offered=())
        query = before.query if before is not None else None
        after = before
        for one in told_apart(decision) if decision.rule != "compared" else (decision,):
            after = remembered(self._question(one, slots, query), after)
        if isinstance(decision, Ambiguous) and decision.suggestions:
            after = replace(after or before or DialogueState(), offered=decision.suggestions)
        return after

    def _question(self, decision: Decision, slots: Slots, before: Query | None) -> Query | None:
        """Return the question that the next text may refer to.

        What was refused leaves what it named, so that the next text can name something else in its place.
        """
        if isinstance(decision, Query):
            if SPECS[decision.answer].aside or decision.rule in ASIDES:
                return self._beside(decision, slots, before)
            if before is not None and decision.answer == "offer" and len(decision.amounts) > 1 and not slots.named:
                return before  # "but 90k is less than 95k?" is of what was told
            # What holds one thing against another goes on from the first.
            return continuable(replace(decision, then=None) if decision.rule == "compared" else decision)
        aside = decision.rule in ASIDES  # "good compared with what?"
        if aside or decision.status == "off_topic" or any(gap.kind.of_field for gap in decision.gaps):
            return before
        return self._refused(decision, slots, before)

    def _beside(self, decision: Query, slots: Slots, before: Query | None) -> Query | None:
        """Return what a question about an answer leaves: the pay of what it names anew, else the question before."""
        if decision.answer == "sources" and before is None:
            return replace(decision, answer="rank_sources", intent=intent_of(self.knowledge, "rank_sources").id)
        kept = {key for name in FIELDS for key in getattr(before, name)} if before is not None else set()
        if SPECS[decision.answer].family == "social" or {*slots.companies, *slots.levels, *slots.sources} <= kept:
            return before
        return replace(decision, answer="pay", intent=intent_of(self.knowledge, "pay").id, topic=None, gaps=())

    def _refused(self, decision: Refusal, slots: Slots, before: Query | None) -> Query | None:
        gaps = tuple(gap for gap in (*decision.gaps, *slots.gaps) if gap.kind != GapKind.OWN)
        if isinstance(decision, NotCovered) and decision.reason and not gaps:
            gaps = (Gap(kind=GapKind.ASPECT, name=formatting.in_sentence(decision.reason)),)
        if not (slots.named or decision.gaps or isinstance(decision, Ambiguous)):
            return before  # nothing was named in its place
        names = (slots.companies, slots.levels, slots.sources, slots.all_roles)
        answer = "compare" if max(map(len, names)) > 1 else "pay"
        return Query(
            answer="offer" if isinstance(decision, Ambiguous) and len(slots.amounts) == 1 else answer,
            companies=slots.companies,
            roles=tuple(role for role in slots.all_roles if self.knowledge.has("role", role)),
            levels=slots.levels,
            sources=slots.sources,
            amounts=slots.amounts if isinstance(decision, Ambiguous) else (),
            period=slots.period,
            gaps=tuple(dict.fromkeys(gaps)),
            mentions=slots.reading.mentions,
        )


def _is_carried(decision: Query, case: FollowUpCase) -> bool:
    """Whether a part of the question before stands in a question that doesn't name it."""
    mentioned = {mention.id for mention in case.slots.reading.mentions} | {*case.slots.levels}
    names = {key for field in FIELDS for key in getattr(decision, field)}
    carried = names - mentioned - {case.slots.main_role}
    period = decision.period not in (None, "year") and not case.slots.reading.of("period")
    return bool(carried or period or (decision.amounts and not case.slots.amounts))
