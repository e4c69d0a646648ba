"""Checks a knowledge base across its parts: what the types alone can't refuse, each with the place it stands at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model.knowledge import Knowledge
from bot.core.model.validation.figures import FigureChecks
from bot.core.model.validation.names import NameChecks
from bot.core.model.validation.problem import Problem
from bot.core.model.validation.questions import QuestionChecks
from bot.core.model.validation.structure import StructureChecks


def problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield everything that is wrong across the parts of a knowledge base, each with the place it stands at."""
    for checks in (StructureChecks, FigureChecks, NameChecks, QuestionChecks):
        yield from checks(knowledge).problems()
