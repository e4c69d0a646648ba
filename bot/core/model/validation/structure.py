"""Checks that the parts of a knowledge base are all there, each once: ids, levels, sources, what answers rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.core.model.answer_specs import SPECS
from bot.core.model.knowledge import (
    Company,
    Field,
    Intent,
    Knowledge,
    Level,
    Place,
    Role,
    Skill,
    Source,
    Topic,
)
from bot.core.model.validation.figures import placed_figures
from bot.core.model.validation.problem import Problem


class StructureChecks:
    """Checks that the parts of one knowledge base are there."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, each with the place it stands at."""
        yield from self._duplicate_ids()
        yield from self._missing_parts()
        yield from self._faulty_levels()
        yield from self._faulty_sources()
        yield from self._unused_sources()

    def _duplicate_ids(self) -> Iterator[Problem]:
        """Yield the ids that are used twice."""
        knowledge = self._knowledge
        kinds: tuple[tuple[str, Iterable[Source | Role | Company | Topic | Intent | Level | Skill | Field]], ...] = (
            ("source", knowledge.sources),
            ("role", knowledge.roles),
            ("company", knowledge.companies),
            ("topic", knowledge.topics),
            ("intent", knowledge.intents),
            ("level", knowledge.vocabulary.levels),
            ("skill", knowledge.vocabulary.skills),
            ("field", knowledge.vocabulary.fields),
        )
        for kind, entries in kinds:
            seen: set[str] = set()
            for entry in entries:
                if entry.id in seen:
                    yield Problem(Place(kind, entry.id, ("id",)), f"the id {entry.id!r} is used twice; rename one")
                seen.add(entry.id)
        figures: set[str] = set()
        for place, figure in placed_figures(knowledge):
            if figure.id in figures:
                yield Problem(place, f"the figure id {figure.id!r} is used twice; rename one")
            figures.add(figure.id)

    def _missing_parts(self) -> Iterator[Problem]:
        """Yield what the answers rely on and is not there."""
        knowledge = self._knowledge
        for company in knowledge.companies:
            place = Place("company", company.id, ("figures",))
            kinds = Counter((figure.basis, figure.role, figure.level, figure.unit) for figure in company.figures)
            if not kinds:
                yield Problem(place, "a company needs a figure; add one", absence=True)
            for (basis, role, _, _), count in kinds.items():
                if count > 1:
                    yield Problem(
                        place, f"a company has one figure of the basis `{basis}` for {role}; this one has {count}"
                    )
        yield from self._missing_figures()
        for level in knowledge.vocabulary.levels:
            if not level.aliases:
                yield Problem(
                    Place("level", level.id, ("aliases",)), "a level needs an alias, the word people use; add one"
                )
            if knowledge.band(level.id) is None:
                why = f"no figure of the basis `band` has this level; add one to roles/{knowledge.main_role}.yaml"
                yield Problem(Place("level", level.id, ("id",)), why, absence=True)
        for intent in knowledge.intents:
            if not intent.examples:
                yield Problem(
                    Place("intent", intent.id, ("examples",)), "an intent needs examples; add what people say"
                )
        yield from self._missing_whole()

    def _missing_figures(self) -> Iterator[Problem]:
        knowledge = self._knowledge
        for role in knowledge.roles:
            if not any(figure.unit == "USD" for figure in role.figures):
                yield Problem(Place("role", role.id, ("figures",)), "a role needs a figure in dollars; add one")
            if role.id == knowledge.main_role and not knowledge.averages(role.id):
                why = f"{role.id} needs a figure of the basis `average`; add one"
                yield Problem(Place("role", role.id, ("figures",)), why)

    def _missing_whole(self) -> Iterator[Problem]:
        """Yield the kinds of thing that have to be there; told at the first thing of the kind that is."""
        knowledge = self._knowledge
        place = Place("source", knowledge.sources[0].id, ("id",)) if knowledge.sources else None
        if place is None:
            return
        for kind, field, key in (
            ("role", "main_role", knowledge.main_role),
            ("source", "document", knowledge.about.document),
        ):
            if not knowledge.has(kind, key):
                yield Problem(
                    Place("about", "", (field,)), f"there is no {kind} {key!r}; add it or correct the id", absence=True
                )
        if knowledge.has("source", knowledge.about.document) and knowledge.document.kind != "document":
            yield Problem(
                Place("source", knowledge.about.document, ("id",)), "topics quote this: it needs `kind: document`"
            )
        for answer in (spec.id for spec in SPECS.values() if spec.required):
            if not any(intent.answer == answer for intent in knowledge.intents):
                yield Problem(
                    place, f"no intent has `answer: {answer}`; copy one from another knowledge base", absence=True
                )
        if not knowledge.companies:
            yield Problem(place, "there is no company; add a file to companies/", absence=True)
        if not knowledge.vocabulary.levels:
            yield Problem(place, "there is no level; add `levels` to vocabulary.yaml", absence=True)

    def _faulty_levels(self) -> Iterator[Problem]:
        """Yield the levels whose years leave a gap, overlap, or do not end open."""
        expected = 0
        for level in self._knowledge.vocabulary.levels:
            if level.from_years != expected:
                starts = f"this one starts at {level.from_years}, not at {expected} years"
                why = f"the levels have to follow each other: {starts}"
                yield Problem(Place("level", level.id, ("from_years",)), why)
            if (level.to_years is None) != (level is self._knowledge.vocabulary.levels[-1]):
                yield Problem(
                    Place("level", level.id, ("to_years",)), "the last level is open (no to_years), and only that one"
                )
            if level.to_years is not None and level.to_years < level.from_years:
                yield Problem(Place("level", level.id, ("to_years",)), "to_years is below from_years; swap them")
            expected = (level.from_years if level.to_years is None else level.to_years) + 1

    def _faulty_sources(self) -> Iterator[Problem]:
        """Yield the sources that are quoted in no document, and links that are none."""
        knowledge = self._knowledge
        for source in knowledge.sources:
            place = Place("source", source.id, ("quoted_in",))
            if source.quoted_in and not knowledge.has("source", source.quoted_in):
                yield Problem(place, f"there is no source {source.quoted_in!r}; add it or correct the id", absence=True)
            elif source.quoted_in and knowledge.source(source.quoted_in).kind != "document":
                yield Problem(place, f"{source.quoted_in!r} quotes nobody; it needs `kind: document`")
            if source.link and not source.link.startswith("https://"):
                yield Problem(Place("source", source.id, ("link",)), "a link starts with https://")

    def _unused_sources(self) -> Iterator[Problem]:
        """Yield the sources that no fact names."""
        knowledge = self._knowledge
        used = (
            {f.source for f in knowledge.figures}
            | {topic.source for topic in knowledge.topics}
            | {knowledge.about.document}
        )
        used |= {source.quoted_in for source in knowledge.sources if source.quoted_in}
        for source in knowledge.sources:
            if source.id not in used:
                yield Problem(
                    Place("source", source.id, ("id",)), "no fact names this source; use it or remove it", absence=True
                )
