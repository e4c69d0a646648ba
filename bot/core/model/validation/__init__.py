"""Checks a knowledge base across its parts: what the types alone can't refuse, each with the place it stands at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model.knowledge import Knowledge
from bot.core.model.validation import figures, names, questions, structure
from bot.core.model.validation.problem import Problem


def problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield everything that is wrong across the parts of a knowledge base, each with the place it stands at."""
    yield from structure.duplicate_ids(knowledge)
    yield from structure.missing_parts(knowledge)
    yield from figures.faulty_figures(knowledge)
    yield from figures.odd_amounts(knowledge)
    yield from names.shared_aliases(knowledge)
    yield from structure.faulty_sources(knowledge)
    yield from figures.false_claims(knowledge)
    yield from names.faulty_groups(knowledge)
    yield from questions.faulty_topics(knowledge)
    yield from questions.faulty_questions(knowledge)
    yield from questions.faulty_intents(knowledge)
    yield from structure.faulty_levels(knowledge)
    yield from structure.unused_sources(knowledge)
    yield from names.faulty_vocabulary(knowledge)
    yield from names.faulty_word_lists(knowledge)
    yield from questions.faulty_asides(knowledge)
