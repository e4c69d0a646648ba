"""Binds the knowledge base to a language: names of things, rows of figures, and the sentences that answers share.

Every derived row carries its working: the overall average is never typed, it is the sources' averages and a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Block, Gap, GapKind, Period, Query, Row, Suggestion, Table
from bot.core.model.knowledge import Basis, Figure, Role
from bot.core.model.language import OR, later
from bot.core.phrases.small_print import SmallPrint
from bot.core.phrases.wording import BY
from bot.core.text.formatting import capital
from bot.core.text.references import fill_references

# From this number of averages on, a role's pay is given as their mean; fewer are listed one by one.
MANY = 4
# A reading names so many companies and counts the others.
MOST_READ = 5


@dataclass(frozen=True, slots=True)
class Phrasebook(SmallPrint):
    """A language and the knowledge base that it speaks of."""

    @property
    def main_role(self) -> str:
        """The role that is meant where nobody names one."""
        return self.knowledge.main_role

    @property
    def profession(self) -> str:
        """The main role's people with the role's full name: "machine learning engineers"."""
        return f"{self.say(self.knowledge.role(self.main_role).name)}s"

    def say(self, sentence: str, /, **parts: object) -> str:
        """Translate a sentence and fill in its `{parts}`; `{people}` are those of the main role if not given."""
        if "{people}" in sentence:
            parts.setdefault("people", self.plural(self.main_role))
        return self.language.say(sentence, **parts)

    def count(self, one: str, many: str, number: int, /, **parts: object) -> str:
        """Translate a sentence in the form that goes with a number, `{people}` as in `say`."""
        parts.setdefault("people", self.plural(self.main_role))
        return self.language.count(one, many, number, **parts)

    def suggestions(self, most: int | None = None) -> tuple[Suggestion, ...]:
        """Return what the knowledge base suggests to ask, under labels for buttons."""
        offered = self.knowledge.about.suggestions.items()
        return tuple(Suggestion(question, self.say(label)) for label, question in offered)[:most]

    def plural(self, role: str) -> str:
        """Name a role's people: "ML engineers"."""
        return self.say(self.knowledge.role(role).people)

    def level(self, key: str) -> str:
        """Name a level of experience: "senior (10–19 years)"."""
        return self.say(self.knowledge.level(key).name)

    def subject(self, figure: Figure) -> str:
        """Name whom a figure is about: a company, a level, or a role's people and the source."""
        if figure.company is not None:
            return self._of_company(figure, self.knowledge.company(figure.company).name)
        if figure.level is not None:
            return capital(self.level(figure.level))
        return capital(self.on_source(figure))

    def _of_company(self, figure: Figure, company: str) -> str:
        """Name a company, and beside it what a figure is of that is not the main role's range."""
        if figure.basis == "range" and figure.role == self.main_role:
            return company
        people = self.plural(figure.role) if figure.level is None else self.level(figure.level)
        return capital(self.say(_AT_COMPANY.get(figure.basis, _AT_A_COMPANY), people=people, company=company))

    def on_source(self, figure: Figure) -> str:
        """Name a role's people and the source of the figure: "data scientists on PayScale"."""
        source = self.credit(self.knowledge.source(figure.source))
        median = figure.basis == "median"
        template = later("{people} on {source}, median") if median else later("{people} on {source}")
        return self.say(template, people=self.plural(figure.role), source=source)

    def row(self, figure: Figure, subject: str | None = None) -> Row:
        """Return a figure's row, exactly as it is on file."""
        return Row(
            subject=subject or self.subject(figure),
            sources=(self.knowledge.source(figure.source),),
            value=figure.value,
            low=figure.low,
            high=figure.high,
            and_above=figure.and_above,
            unit=figure.unit,
            period=figure.period,
            note="; ".join(self._notes(figure)) or None,
            section=figure.section,
            terms=(self.terms(figure),),
        )

    def _notes(self, figure: Figure) -> Iterator[str]:
        if figure.note:
            yield self.say(figure.note)
        if figure.n is not None:
            yield self.count("{count} person", "{count} people", figure.n)
        for one in figure.percentiles:
            yield self.say(
                "{percent} earn less than {amount}", percent=self.percent(one.at), amount=self.money(one.value)
            )

    def mean(self, role: str) -> Row:
        """Return the mean of a role's averages, with the sum shown."""
        figures = self.knowledge.averages(role)
        values = [figure.value for figure in figures if figure.value is not None]
        total = sum(values)
        shown = " + ".join(map(self.number, values))
        subject = self.count("average of {count} source", "average of {count} sources", len(values))
        if role != self.main_role:
            subject = self.say("{people}, {average}", people=self.plural(role), average=subject)
        return Row(
            subject=capital(subject),
            sources=tuple(self.knowledge.source(figure.source) for figure in figures),
            value=total / len(values),
            terms=tuple(dict.fromkeys(map(self.terms, figures))),
            working=f"({shown}) / {self.number(len(values))} = {self.number(round(total / len(values)))}",
        )

    def source_name(self, figure: Figure) -> str:
        """Name who says a figure."""
        return self.credit(self.knowledge.source(figure.source))

    def tables(self, period: Period | None, title: str, rows: tuple[Row, ...]) -> tuple[Block, ...]:
        """Return yearly rows for the details, and again in the period that was asked for."""
        converted = self.converted(period, rows)
        by = "" if converted == rows or period is None else capital(self.say(BY[period]))
        return (Table(title, rows), *([Table(by, converted)] if by else []))

    def fill(self, prose: str) -> str:
        """Translate a text of the knowledge base and fill in the figures that it refers to."""

        def shown(key: str, part: str | None) -> str:
            figure = self.knowledge.figure(key)
            if figure.unit == "percent":
                return self.percent(figure.value or 0)
            if part is not None:
                return self.money(getattr(figure, part))
            if figure.value is not None:
                return self.money(figure.value)
            return self.span(figure.low or 0, figure.high or 0)

        return fill_references(self.say(prose), shown)

    def gap_lines(self, gaps: Iterable[Gap], *, beside: bool = False) -> tuple[str, ...]:
        """Say what is lacking, one sentence a kind; `beside` says that figures of other companies are told."""
        kinds: dict[GapKind, list[str]] = {}
        for gap in sorted(gaps, key=lambda gap: gap.kind in _UNLISTED and not gap.name):
            others = beside or bool(kinds.get(gap.kind))
            kinds.setdefault(gap.kind, []).append(self._gap_name(gap, others=others))
        return tuple(
            self.say(
                kind.sentence,
                names=self.listing(list(dict.fromkeys(names)), OR),
                people=self.plural(self.main_role),
                dates=self.dates() if kind is GapKind.DATE else "",
            )
            for kind, names in kinds.items()
        )

    def _gap_name(self, gap: Gap, *, others: bool) -> str:
        if not gap.name and gap.kind in _UNLISTED:
            return self.say(_UNLISTED[gap.kind][others])
        name = self.say(gap.name) if gap.kind in _IN_OUR_WORDS else gap.name
        if not gap.at:
            return name
        return self.say("{people} at {companies}", people=name, companies=self.listing(gap.at, OR))


_AT_A_COMPANY = later("{people} at {company}")
_AT_COMPANY: dict[Basis, str] = {
    "average": later("{people} at {company}, on average"),
    "median": later("{people} at {company}, median"),
}

# What stands in the place of a name that is on no list: alone, and beside other names.
_UNLISTED: dict[GapKind, tuple[str, str]] = {
    GapKind.COMPANY: (later("that company"), later("the other company")),
    GapKind.ROLE: (later("such"), later("the other")),
    GapKind.PLACE: (later("that place"), later("the other place")),
    GapKind.NOT_THERE: (later("that place"), later("the other place")),
    GapKind.ABROAD: (later("that place"), later("the other place")),
}
# The other kinds name something that stands on a list.
_IN_OUR_WORDS = frozenset(
    {GapKind.LEFT_OUT, GapKind.LEVEL, GapKind.ONLY_MAIN_ROLE, GapKind.OWN, GapKind.PAIR, GapKind.PERIOD, GapKind.REST}
)


def pay_of(role: Role, phrases: Phrasebook) -> Suggestion:
    """Suggest to ask what a role is paid."""
    return Suggestion(phrases.knowledge.about.questions.pay.format(name=role.short), phrases.plural(role.id))


def period_gap(query: Query) -> tuple[Gap, ...]:
    """Return the gap of an answer that has yearly figures only, where another period was asked for."""
    return () if query.period in (None, "year") else (Gap(kind=GapKind.PERIOD, name=BY[query.period]),)


def read_as(query: Query, phrases: Phrasebook) -> str:
    """Say how a question was read, in the bot's own words, so that a wrong reading is seen at once."""
    knowledge, spec = phrases.knowledge, SPECS[query.answer]
    if query.topic is not None:
        return phrases.say(knowledge.topic(query.topic).title)
    if query.answer == "convert":
        return phrases.say("an amount told {by_period}", by_period=phrases.say(BY[query.period or "month"]))
    if spec.subject:
        people = [phrases.plural(role) for role in query.roles or (phrases.main_role,)]
        what = phrases.say(spec.subject, people=phrases.listing(people))
    else:
        intent = (
            knowledge.intent(query.intent)
            if knowledge.has("intent", query.intent)
            else knowledge.intent_of(query.answer)
        )
        what = phrases.say(intent.title) if intent is not None else ""
    for template, parts in _qualifiers(query, phrases):
        what = phrases.say(template, what=what, **parts)
    return what


def _qualifiers(query: Query, phrases: Phrasebook) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what a question narrows its subject by."""
    knowledge = phrases.knowledge
    if query.roles and query.answer == "offer":
        yield later("{what} to {people}"), {"people": phrases.listing(list(map(phrases.plural, query.roles)))}
    if query.levels:
        yield later("{what}, {levels}"), {"levels": phrases.listing(list(map(phrases.level, query.levels)))}
    if query.companies:
        names = [knowledge.company(company).name for company in query.companies]
        every = len(names) == len(knowledge.companies) > MANY
        companies = phrases.say("every company I have") if every else phrases.some(names, most=MOST_READ)
        yield later("{what} at {companies}"), {"companies": companies}
    if query.excluded:
        names = [knowledge.company(company).name for company in query.excluded]
        yield later("{what} without {companies}"), {"companies": phrases.some(names, most=MOST_READ)}
    if query.sources and query.answer != "who_says":
        yield later("{what} according to {sources}"), {"sources": phrases.names(map(knowledge.source, query.sources))}
    if query.period not in (None, "year"):
        assert query.period is not None
        yield later("{what} {by_period}"), {"by_period": phrases.say(BY[query.period])}
