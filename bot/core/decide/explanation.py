"""Explain a decision: what was found in a text, what its words do, which intents are likely, and which rule decided."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.decide.policy import POLICY, Case
from bot.core.model.dialogue import Decision, Query

MOST_ASPECTS = 3
MOST_ENTITIES = 6
_REASONS = {rule.name: rule.reason for rule in POLICY}


def explain(case: Case, decision: Decision) -> tuple[str, ...]:
    """Return at most twenty lines on how a text was decided on.

    `case` is the text as typed; `decision` is the final one, which may come from a corrected reading or its halves.
    """
    return tuple(_lines(case, decision))


def _lines(case: Case, decision: Decision) -> Iterator[str]:
    utterance = case.slots.reading
    yield f"words     {' '.join(word.text for word in utterance.words) or '-'}"
    corrected = [f"{word.typed} -> {word.text}" for word in utterance.words if word.mended]
    if corrected:
        yield f"corrected {', '.join(corrected[:MOST_ENTITIES])}"
    for mention in utterance.mentions[:MOST_ENTITIES]:
        known = "" if mention.known else " (no figures)" if mention.listed else " (a name by its place alone)"
        yield f"entity    {mention.kind}: {mention.text}{known}"
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
