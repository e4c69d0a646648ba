"""Finds the figures that a question is about: one question for each source, all of a kind, and the values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class FiguresOnFile:
    """The figures of one knowledge base, as questions about each of them."""

    knowledge: Knowledge

    def figures(self, query: Query) -> tuple[Query, ...]:
        """Return a role that several sources have a figure of as one question for each; others as they are."""
        roles = [role for role in query.roles if role != self.knowledge.main_role]
        if query.companies or query.levels or query.sources or len(roles) != 1:
            return (query,)
        figures = [figure for figure in self.knowledge.role(roles[0]).figures if figure.unit == "USD"]
        return tuple(replace(query, sources=(source,)) for source in dict.fromkeys(one.source for one in figures))

    def every(self, query: Query, field: str) -> tuple[str, ...]:
        """Return all of a kind that have figures beside what a question names."""
        knowledge = self.knowledge
        if field == "companies":
            ids = (company.id for company in knowledge.companies)
            return tuple(company for company in ids if knowledge.range_of(company) is not None)
        if field == "levels":
            return tuple(level.id for level in knowledge.vocabulary.levels if knowledge.band(level.id) is not None)
        if field == "sources":
            role = query.roles[0] if query.roles else knowledge.main_role
            return tuple(figure.source for figure in knowledge.averages(role))
        return ()

    def value(self, query: Query) -> float:
        """Return the figure of a level, a role by one source, or an end of a range: the top where none is named."""
        if query.companies:
            range_ = self.knowledge.range_of(query.companies[0])
            end = None if range_ is None else range_.low if query.directions == ("start",) else range_.high
            return end or 0.0
        if query.levels:
            band = self.knowledge.band(query.levels[0])
            return (band.value if band is not None else None) or 0.0
        roles = query.roles or (self.knowledge.main_role,)
        figures = (figure for role in roles for figure in self.knowledge.role(role).figures if figure.unit == "USD")
        return next((figure.value or 0.0 for figure in figures if figure.source in query.sources), 0.0)

    def has_figures(self, query: Query) -> bool:
        """Whether a source that a question about a role names has a figure of that."""
        if not query.sources or query.levels or query.companies:
            return True
        roles = query.roles or (self.knowledge.main_role,)
        return any(figure.source in query.sources for role in roles for figure in self.knowledge.role(role).figures)

    def by_source(self, query: Query) -> tuple[Query, ...]:
        """Return one question for each source that has a figure of the role asked about."""
        whole = replace(query, sources=(), directions=())
        if query.roles not in ((), (self.knowledge.main_role,)):
            return self.figures(whole)
        return tuple(replace(whole, sources=(source,)) for source in self.every(whole, "sources"))
