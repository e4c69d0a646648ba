"""Decision lists: ordered rules, each with a name, of which the first that applies decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.model.dialogue import Decision

CaseT = TypeVar("CaseT")
ToolsT = TypeVar("ToolsT")


@dataclass(frozen=True, slots=True)
class Rule(Generic[CaseT, ToolsT]):
    """A named rule: what it decides on a case, None where it does not apply, and what it is for in a line."""

    name: str
    decide: Callable[[CaseT, ToolsT], Decision | None]
    reason: str


def first_decision(rules: Sequence[Rule[CaseT, ToolsT]], case: CaseT, tools: ToolsT) -> tuple[str, Decision]:
    """Return the name of the first rule that applies to a case, and its decision. The last rule has to apply."""
    for rule in rules:
        decision = rule.decide(case, tools)
        if decision is not None:
            return rule.name, decision
    raise AssertionError("the last rule decides whatever is left")
