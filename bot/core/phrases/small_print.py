"""Says in small print whose the figures of a message are: who says them, of when they are, and what they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.model.dialogue import PARTS, Row, Terms
from bot.core.model.knowledge import Figure, Pay, Population, Source
from bot.core.model.language import later
from bot.core.phrases.provenance import Provenance
from bot.core.text.formatting import capital

# More sources than these in the small print nobody reads; all stand in the details.
MOST_GROUPS = 4
_KINDS: dict[Pay, str] = {
    "unknown": later("bonus and stock not stated"),
    "base": later("base pay, without bonus and stock"),
    "total": later("with bonus and stock"),
}
_WHOSE: dict[Population, str] = {
    "job_ads": later("job ads"),
    "visa_filings": later("visa filings"),
    "employee_survey": later("a survey of employees"),
    "self_reported": later("people's own reports"),
}


@dataclass(frozen=True, slots=True)
class SmallPrint(Provenance):
    """A language and the sources of a knowledge base, for the line below a message."""

    def credit_line(
        self, rows: Iterable[Row], text_sources: Iterable[Source] = (), limits: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return the parts of the small print: how figures were converted, who says them, of when, what they aren't.

        `limits` say the last in words of their own.
        """
        cited = tuple(dict.fromkeys(rows))
        terms = tuple(dict.fromkeys(one for row in cited for one in row.terms))
        apart = _by_meaning(cited)
        if len(apart) > 1 and not limits:
            parts = (*self._conversions(cited), self._each_meaning(apart), *self._when((), text_sources))
        else:
            parts = (
                *self._conversions(cited),
                *self._who(cited),
                *self._when(terms, text_sources),
                *(limits or self._what(cited, terms)),
            )
        return tuple(capital(part) if number == 0 else part for number, part in enumerate(dict.fromkeys(parts)))

    def meaning(self, figure: Figure) -> str:
        """Say what a figure is, and what of that is not on file: "from 2024; 42 people; not stated: ..."."""
        terms = self.terms(figure)
        whose = terms.population in _WHOSE
        stated = {
            later("the date"): self.say("from {date}", date=self.say(terms.date)) if terms.date else "",
            later("how many people"): self.count("{count} person", "{count} people", figure.n) if figure.n else "",
            later("bonus and stock"): "" if terms.pay == "unknown" else self.say(_KINDS[terms.pay]),
            later("whose pay it is"): self.say(_WHOSE[terms.population]) if whose else "",
            later("the country"): self.say("for {place}", place=self.say(terms.place)) if terms.place else "",
        }
        missing = [self.say(name) for name, said in stated.items() if not said]
        lacking = [self.say("not stated: {names}", names=self.listing(missing))] if missing else []
        return "; ".join((*filter(None, stated.values()), *lacking))

    def _each_meaning(self, apart: Mapping[_Meaning, Sequence[Row]]) -> str:
        """Say for figures that differ in what they mean who says each, of when it is, and what it is."""
        if len(apart) > MOST_GROUPS:
            return self.say("figures of different dates or kinds of pay")
        return "; ".join(
            self.say(
                "{subject}: {source}",
                subject=self.some(list(dict.fromkeys(row.subject for row in rows)), most=MOST_GROUPS),
                source=", ".join(self._meaning(rows)),
            )
            for rows in apart.values()
        )

    def _meaning(self, rows: Sequence[Row]) -> Iterator[str]:
        terms = tuple(dict.fromkeys(one for row in rows for one in row.terms))
        yield self.listing(list(dict.fromkeys(self.credit(source) for row in rows for source in row.sources)))
        yield from dict.fromkeys(self._when(terms, ()))
        yield from dict.fromkeys(self.say(_KINDS[one.pay]) for one in terms)
        yield from dict.fromkeys(self._whose_and_where(terms))

    def _conversions(self, rows: Sequence[Row]) -> Iterator[str]:
        converted = [row for row in rows if row.yearly]
        for period in dict.fromkeys(row.period for row in converted):
            parts = next(self.number(parts) for name, parts in PARTS.items() if name == period)
            pay = self.say("a year's pay")
            if len(converted) == 1:
                pay = self.per(self.ends(converted[0].yearly), "year")
            # A month is a twelfth of a year for everybody; the weeks, days and hours of a year are a rule of the bot's.
            template = later("{pay} ÷ {parts}, as only yearly pay is given")
            if period == "month":
                template = later("{pay} ÷ {parts}")
            yield self.say(template, pay=pay, parts=parts)

    def _who(self, rows: Sequence[Row]) -> Iterator[str]:
        """Say who gives each figure: once where all are of one source; a mean only where nothing else is told."""
        plain = [row for row in rows if len(row.sources) == 1]
        by_source: dict[Source, list[str]] = {}
        for row in plain:
            by_source.setdefault(row.sources[0], []).append(row.subject)
        if not plain and rows:
            sources = dict.fromkeys(source for row in rows for source in row.sources)
            yield self.say("mean of {sources}", sources=self.names(sources))
        elif len(by_source) == 1:
            yield from map(self.credit, by_source)
        elif by_source:
            yield self._each(by_source)

    def _each(self, by_source: dict[Source, list[str]]) -> str:
        """Say who gives which figures; the source with the most gives those of the others."""
        whose = [name for names in by_source.values() for name in names]
        credited = all(self.credit(source) in name for source, names in by_source.items() for name in names)
        if credited or len(set(whose)) < len(whose):
            return self.listing([self.credit(source) for source in by_source])
        if len(by_source) > MOST_GROUPS:
            return self.count("{count} source", "{count} sources", len(by_source))
        ordered = sorted(by_source.items(), key=lambda item: len(item[1]))
        most = ordered[-1][0] if len(ordered[-1][1]) > 1 else None
        return "; ".join(
            self.say(
                "{subject}: {source}",
                subject=self.say("others") if source is most else self.listing(names),
                source=self.credit(source),
            )
            for source, names in ordered
        )

    def _when(self, terms: Sequence[Terms], text_sources: Iterable[Source]) -> Iterator[str]:
        document = self.knowledge.about.document
        dates = {one.date for one in terms if one.origin.id == document}
        dates |= {source.date for source in text_sources if source.id == document}
        if dates:
            named = self.listing([self.say(date) for date in sorted(filter(None, dates))])
            yield self.say("article, {date}", date=named) if named else self.say("article, undated")
        yield from (self.credit(source) for source in text_sources if source.id != document)
        others = [one for one in terms if one.origin.id != document]
        yield from (self.say(one.date) if one.date else self.say("undated") for one in others)

    def _what(self, rows: Sequence[Row], terms: Sequence[Terms]) -> Iterator[str]:
        ranges = [row for row in rows if row.value is None]
        kinds = {one.pay for one in terms}
        if len(kinds) == 1:
            (pay,) = kinds
            if pay != "unknown":
                yield self.say(_KINDS[pay])
            elif ranges:
                yield self.say(_KINDS[pay]) if len(rows) > 1 else self.say("a range; bonus and stock not stated")
        yield from self._whose_and_where(terms)

    def _whose_and_where(self, terms: Iterable[Terms]) -> Iterator[str]:
        yield from (self.say(_WHOSE[one.population]) for one in terms if one.population in _WHOSE)
        yield from (self.say("for {place}", place=self.say(one.place)) for one in terms if one.place)


# Of which document figures are, of when, of which kind of pay, of whom and of where.
_Meaning = tuple[tuple[str, str | None, Pay, Population, str | None], ...]


def _by_meaning(rows: Iterable[Row]) -> dict[_Meaning, list[Row]]:
    """Group rows by what their figures mean; a derived row may mean several things at once."""
    groups: dict[_Meaning, list[Row]] = {}
    for row in rows:
        meaning = dict.fromkeys((one.origin.id, one.date, one.pay, one.population, one.place) for one in row.terms)
        groups.setdefault(tuple(meaning), []).append(row)
    return groups
