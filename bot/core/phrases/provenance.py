"""Says what the figures of an answer mean: of when, of where and of whom they are, each line from their sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.model.dialogue import Period, Row, Terms
from bot.core.model.knowledge import Figure, Knowledge, Pay, Population, Source
from bot.core.model.language import later
from bot.core.phrases.wording import Wording
from bot.core.text.formatting import capital


@dataclass(frozen=True, slots=True)
class Provenance(Wording):
    """A language and the sources of a knowledge base."""

    knowledge: Knowledge

    def terms(self, figure: Figure) -> Terms:
        """Return what a figure means: by what it says itself, its source, or the document that quotes the source."""
        source = self.knowledge.source(figure.source)
        origin = self.knowledge.origin_of(source)
        common = {name: getattr(source, name) or getattr(origin, name) for name in _OF_FIGURES}
        common["pay"] = common["pay"] or "unknown"
        stated = {name: getattr(figure, name) or common[name] for name in _OF_FIGURES}
        own = tuple(name for name in _OF_FIGURES if stated[name] != common[name]) if figure.company is not None else ()
        return Terms(
            source=source,
            origin=origin,
            date=stated["date"],
            place=stated["place"],
            pay=stated["pay"],
            population=source.population or origin.population or "unknown",
            whose=self.knowledge.company(figure.company).name if own and figure.company is not None else "",
            own=own,
        )

    def caveats(self, terms: Iterable[Terms], *, ranges: bool = False) -> tuple[str, ...]:
        """Say what to bear in mind about figures; each line comes from their sources."""
        each = tuple(dict.fromkeys(terms))
        lines = [self._told(one, "pay", _RANGES[one.pay]) for one in each] if ranges else []
        if not ranges:
            lines += [self._told(one, "pay", _PAY[one.pay]) for one in each if one.pay in _PAY]
        lines += [self._of(one.origin, *_POPULATIONS[one.population]) for one in each if one.population in _POPULATIONS]
        lines += [self._told(one, "place", _PLACE, place=self.say(one.place)) for one in each if one.place]
        for one in each:
            date = one.date and self.say(one.date)
            lines.append(self._told(one, "date", _DATED, date=date) if date else self._of(one.origin, *_UNDATED))
            lines += map(self.say, one.source.caveats)
        return tuple(dict.fromkeys(lines))

    def caveats_of(self, rows: Iterable[Row], period: Period | None, *, ranges: bool = False) -> tuple[str, ...]:
        """Say what to bear in mind about rows, and how they were converted."""
        terms = [one for row in rows for one in row.terms]
        lines = self.caveats(terms, ranges=ranges)
        return lines if period is None or period == "year" else (*lines, self._rule_of(period, terms))

    def _rule_of(self, period: Period, terms: Iterable[Terms]) -> str:
        template = (
            later("The article gives yearly pay only; I take {rule}.")
            if self.is_of_document(terms)
            else later("The figures are by the year; I take {rule}.")
        )
        return self.say(template, rule=self.rule(period))

    def _told(self, terms: Terms, field: str, pair: _Pair, **parts: str) -> str:
        """Say a sentence of a figure's origin, or of the company or the quoted source that says so itself."""
        if field in terms.own:
            return self.say(pair[1], source=terms.whose, **parts)
        if getattr(terms.source, field) not in (None, getattr(terms.origin, field)):
            return self.say(pair[1], source=capital(self.credit(terms.source)), **parts)
        return self._of(terms.origin, *pair, **parts)

    def _of(self, origin: Source, of_document: str, of_other: str, **parts: object) -> str:
        """Say a sentence of the knowledge base's document ("the article"), or of another source by its name."""
        if origin.id == self.knowledge.about.document:
            return self.say(of_document, **parts)
        return self.say(of_other, source=capital(self.credit(origin)), **parts)

    def is_of_document(self, terms: Iterable[Terms]) -> bool:
        """Whether all figures are from the document that the topics quote."""
        return all(one.origin.id == self.knowledge.about.document for one in terms)

    def no_place(self, terms: Iterable[Terms]) -> tuple[str, ...]:
        """Say which origins of figures name no country, where somebody named one."""
        origins = dict.fromkeys(one.origin for one in terms if not one.place)
        return tuple(self._of(origin, *_NO_PLACE) for origin in origins)

    def dates(self) -> str:
        """Say of when the figures are, to go on with a sentence."""
        dated = {}
        for source in dict.fromkeys(figure.source for figure in self.knowledge.figures):
            origin = self.knowledge.origin_of(self.knowledge.source(source))
            dated[origin] = self.knowledge.source(source).date or origin.date
        clauses = [self._of(origin, *_CLAUSES, date=self.say(date)) for origin, date in dated.items() if date]
        return self.listing(clauses)


_Pair = tuple[str, str]
_OF_FIGURES = ("date", "place", "pay")
# Each of the document that the topics quote, and of another source.
_DATED = later("The article's figures are from {date}."), later("{source}'s figures are from {date}.")
_UNDATED = later("The article gives no date for its figures."), later("{source} gives no date for its figures.")
_CLAUSES = later("the article's are from {date}"), later("those of {source} are from {date}")
_NO_PLACE = (
    later("The article names no country; its figures are in US dollars."),
    later("{source} names no country; its figures are in US dollars."),
)
_PLACE = later("The article's figures are for {place}."), later("The figures of {source} are for {place}.")
_RANGES: dict[Pay, _Pair] = {
    "unknown": (
        later("A range, not an average; the article doesn't say whether bonus or stock is part of it."),
        later("A range, not an average; {source} doesn't say whether bonus or stock is part of it."),
    ),
    "base": (
        later("A range, not an average; it is base pay, without bonus and stock."),
        later("A range, not an average; what {source} gives is base pay, without bonus and stock."),
    ),
    "total": (
        later("A range, not an average; it is total pay, with bonus and stock."),
        later("A range, not an average; what {source} gives is total pay, with bonus and stock."),
    ),
}
_PAY: dict[Pay, _Pair] = {
    "base": (
        later("The article's figures are base pay, without bonus and stock."),
        later("{source}'s figures are base pay, without bonus and stock."),
    ),
    "total": (
        later("The article's figures are total pay, with bonus and stock."),
        later("{source}'s figures are total pay, with bonus and stock."),
    ),
}
_POPULATIONS: dict[Population, _Pair] = {
    "job_ads": (later("The article's figures are from job ads."), later("{source}'s figures are from job ads.")),
    "visa_filings": (
        later("The article's figures are from visa filings."),
        later("{source}'s figures are from visa filings."),
    ),
    "employee_survey": (
        later("The article's figures are from a survey of employees."),
        later("{source}'s figures are from a survey of employees."),
    ),
    "self_reported": (
        later("The article's figures are what people reported of themselves."),
        later("{source}'s figures are what people reported of themselves."),
    ),
}
