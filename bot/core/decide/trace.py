"""Explain a decision in a few lines: what was read, what was weighed, and the rule that decided."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.decide.follow_ups.antecedents import FIELDS
from bot.core.decide.follow_ups.rules import RULES
from bot.core.decide.policy import POLICY
from bot.core.decide.policy.cases import Case
from bot.core.model.dialogue import Decision, DialogueState, Query, Turn

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
        if (lookup := decision.lookup) is not None:
            named = (*lookup.employers, *lookup.roles, lookup.level, *lookup.places, lookup.statistic, lookup.year)
            yield f"looked up {' '.join(filter(None, named))}"
    else:
        yield f"decision  {decision.status}"
    gaps = [f"{gap.kind} {gap.name}".strip() for gap in decision.gaps]
    if gaps:
        yield f"lacking   {', '.join(gaps[:MOST_ENTITIES])}"


def explain_turn(turn: Turn, context: DialogueState | None) -> tuple[str, ...]:
    """Return a few lines on how a text was decided on in its conversation."""
    return tuple(_turn_lines(turn, context))


def _turn_lines(turn: Turn, context: DialogueState | None) -> Iterator[str]:
    decision = turn.decision
    if context is not None and context.query is not None:
        yield f"before    {_in_short(context.query)}"
        yield from (f"earlier   {_in_short(query)}" for query in context.earlier)
    if context is not None and context.reckoned is not None:
        yield f"reckoned  {_in_short(context.reckoned)}"
    reasons = {rule.name: rule.reason for rule in RULES}
    yield f"follow-up {turn.rule or 'none'}: {reasons.get(turn.rule, 'nothing to hang on')}"
    yield f"read as   {_in_short(decision) if isinstance(decision, Query) else decision.status}"


def _in_short(query: Query) -> str:
    """Name a question's answer and all that it names."""
    names = (name for field in FIELDS for name in getattr(query, field))
    operands = (f"({_in_short(operand)})" for operand in query.operands)
    return " ".join((query.operation or query.answer, *names, *operands, *((query.period,) if query.period else ())))
