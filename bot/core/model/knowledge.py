"""What the bot knows: the frozen types of the knowledge base.

Rules of the module: a type here is exactly what a YAML file may say (the storage layer reads YAML straight into it);
money is yearly US dollars unless a field says otherwise; nothing here reads a file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from bot.core.model.answer_specs import SPECS, AnswerKind
from bot.core.model.datasets import PublicData
from bot.core.model.entry import Entry
from bot.core.model.words import Words

Basis = Literal["average", "median", "band", "range", "comparison", "growth"]
Unit = Literal["USD", "percent", "EUR", "GBP", "CAD", "AUD", "CHF", "INR", "SGD"]
Pay = Literal["base", "total", "unknown"]
Population = Literal["job_ads", "visa_filings", "employee_survey", "self_reported", "unknown"]
Kind = Literal["company", "role", "level", "source", "skill", "field", "place"]
SourceKind = Literal["publisher", "document", "unnamed"]
Taken = Literal["amount", "company", "group", "level", "skill", "source", "years"]
StatisticName = Literal["median", "p10", "p25", "p75", "p90", "middle", "other"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Entry):
    """Who says a figure, and what its figures mean.

    A `publisher` has a name of its own; a `document` quotes others, whose `quoted_in` names it; an `unnamed` one stands
    where the document names nobody. `date`, `place`, `pay` (whether bonus and stock are part of it) and `population`
    (whose pay it is) say what the figures mean; what is left out is that of the document it is `quoted_in`.
    `caveats` are shown with every figure.
    `common_word` marks a name that is an ordinary word ("Salary"): only its aliases are matched in questions.
    `not_after` lists words behind which the name is an ordinary word ("yes indeed").
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: SourceKind = "publisher"
    common_word: bool = False
    not_after: tuple[str, ...] = ()
    note: str | None = None
    title: str | None = None
    link: str | None = None
    publisher: str | None = None
    quoted_in: str | None = None
    date: str | None = None
    place: str | None = None
    pay: Pay | None = None
    population: Population | None = None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile(Entry):
    """The pay below which `at` percent of the people lie."""

    at: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Entry):
    """One fact with a number: a single `value`, or `low` to `high`.

    `and_above` keeps the source's "and above" / "and more". `section` is the heading it stands under. `role` is that of
    the file, in a company's file the main one; `n` counts the people behind it. `date`, `place` and `pay` are given
    where they differ from the source's. `checked` accepts an amount that looks like a mistake.
    """

    id: str
    basis: Basis
    source: str
    section: str = ""
    role: str = ""
    company: str | None = None
    level: str | None = None
    value: float | None = None
    low: int | None = None
    high: int | None = None
    and_above: bool = False
    unit: Unit = "USD"
    period: str = "year"
    note: str | None = None
    n: int | None = None
    percentiles: tuple[Percentile, ...] = ()
    date: str | None = None
    place: str | None = None
    pay: Pay | None = None
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Entry):
    """Something a source says in words; `{figure:ID}` in the text stands for that figure.

    `claims` are what the words say of the figures, for the check: `google.range.low < amazon.range.low, ...`.
    """

    text: str
    section: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Entry):
    """An employer with figures of its own; `now_called` is what it calls itself today."""

    id: str
    name: str
    figures: tuple[Figure, ...]
    now_called: str | None = None
    aliases: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Entry):
    """An occupation with figures of its own."""

    id: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def people(self) -> str:
        """Those who have the role: "ML engineers"."""
        return f"{self.short}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Entry):
    """A step of the experience ladder; `years` is inclusive, the last one open (`to` left out).

    `people` names those at it for a sentence: "freshers".
    """

    id: str
    name: str
    from_years: int
    people: str | None = None
    to_years: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Entry):
    """A skill that the article names; it has no figure of its own."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Entry):
    """A field of work; `role` is whose pay is meant when somebody asks what the field pays, if there are figures."""

    id: str
    name: str
    role: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Entry):
    """Several companies by one name: `companies` on file (all where empty), and `others` that belong to it too."""

    names: tuple[str, ...]
    companies: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Entry):
    """An explanation in words: `lead` and `also` are its message, `points` its details; `gap` says what is left out.

    `also` is one more sentence, or a list of several; `limits` are what the figures are not, for the small print.
    `source` is the document of the knowledge base where it is left out; `claims` as in a Remark.
    `figures` are shown in a table below. `compares` names the two roles whose comparison the topic explains,
    `names` the recognized names that it speaks of (Adobe's job description), so that they are no gap. `next` are the
    topics that people ask for after it.
    """

    id: str
    title: str
    lead: str
    section: str
    also: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    gap: str | None = None
    source: str = ""
    figures: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    compares: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent(Entry):
    """One kind of question: examples in the users' words, what the answer can take into account, which answer it is.

    `takes` names the kinds of entity that the answer uses, `needs` those without which the intent can't be meant
    (`skill`, or one in particular: `field:ai`), `expects` those of which one is mostly named, `about` the roles that
    it has something to say of (by default those of its kind of answer), `near` what it covers a part of. Intents of
    one `kin` do not compete. Where a question names nothing of the trade, one of the `anchors`, or of the title's
    nouns, has to stand in it. A name in an example stands for any name of its kind. `left_out` says that what the
    topic leaves out, its `gap`, is what is asked. `of_figures` says that the topic tells what the document's figures
    are: where others are named, it is told of those. `trend` says that the datasets answer it, by their years,
    `in_datasets` that they have figures of what it has none of.
    """

    id: str
    title: str
    answer: AnswerKind
    examples: tuple[str, ...]
    about: tuple[str, ...] = ()
    kin: str = ""
    near: tuple[str, ...] = ()
    topic: str | None = None
    needs: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    left_out: bool = False
    of_figures: bool = False
    takes: tuple[Taken, ...] = ()
    anchors: tuple[str, ...] = ()
    beside_pay: bool = False
    trend: bool = False
    in_datasets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized(Entry):
    """Names of one kind that are understood but have no figures: display name -> further aliases.

    `at_home` says of places that the figures of no place in particular are near to them: those of `homes`. `codes` are
    names (code -> display name) in capitals alone, and only where a place stands: "in OR", "OR vs WA".
    """

    kind: Literal["company", "role", "place", "source"]
    names: dict[str, tuple[str, ...]]
    at_home: bool = False
    codes: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary(Entry):
    """The words of the trade that are not names; each list is explained in knowledge/vocabulary.yaml."""

    levels: tuple[Level, ...]
    skills: tuple[Skill, ...]
    fields: tuple[Field, ...]
    abbreviations: dict[str, str]
    function_words: tuple[str, ...]
    interjections: tuple[str, ...]
    question_nouns: tuple[str, ...]
    pay_modifiers: tuple[str, ...]
    generic_payers: tuple[str, ...]
    after_at: tuple[str, ...]
    conditions: tuple[str, ...]
    currencies: tuple[str, ...]
    reach_questions: tuple[str, ...]
    pay_words: tuple[str, ...]
    weak_pay_words: tuple[str, ...]
    career_words: tuple[str, ...]
    question_words: tuple[str, ...]
    role_heads: tuple[str, ...]
    generic_people: tuple[str, ...]
    exclusions: tuple[str, ...]
    periods: dict[Literal["year", "month", "week", "day", "hour"], tuple[str, ...]]
    directions: dict[Literal["highest", "lowest", "widest", "narrowest", "start", "end"], tuple[str, ...]]
    breakdowns: tuple[str, ...]
    breakdowns_by_year: tuple[str, ...]
    since: tuple[str, ...]
    forecasts: tuple[str, ...]
    foretelling: tuple[str, ...]
    means: tuple[str, ...]
    statistics: dict[StatisticName, tuple[str, ...]]
    grades: tuple[str, ...]
    employments: tuple[str, ...]
    neutral: tuple[str, ...]
    bare_words: tuple[str, ...]
    homes: tuple[str, ...]
    groups: tuple[Group, ...]
    extremes: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions(Entry):
    """How the bot words a question itself: to suggest one on a button, or to ask what somebody meant.

    `{name}` is whose pay is asked for, `{amount}` and `{period}` are as typed; `at` and `of_level` go behind `is_good`.
    """

    pay: str
    average: str
    comparison: str
    highest: str
    companies: str
    factors: str
    help: str
    converted: str
    is_good: str
    at: str
    of_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About(Entry):
    """What the knowledge base is about.

    `main_role` is meant where no role is named; `document` is the source that the topics quote; `suggestions` are
    questions to press, each by the label of its button, `examples` those of the help, each by what it is an example of
    (all questions in English, which is what the bot reads). `questions` are those that the bot words itself.
    """

    main_role: str
    document: str
    suggestions: dict[str, str]
    examples: dict[str, str]
    questions: Questions


class Place(NamedTuple):
    """Where in the knowledge base something stands: the kind of thing, its id, and the keys that lead to the value."""

    kind: str
    id: str
    path: tuple[str | int, ...] = ()


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything the bot knows. Build it from parts that `problems` finds nothing wrong with.

    `english` holds ordinary words, each with how many are more frequent: what stands there is never taken for a
    misspelled name. `people` are the names of people among them. `word_classes` says what a word mostly is: r adverb,
    a adjective, v verb, n noun, and of nouns p person, l place, o animal, plant or food, g group, t time (see
    `bot.datasets.word_classes`). `public` is pay data beside the facts, if any; `revision` a hash of all files.
    """

    about: About
    sources: tuple[Source, ...]
    roles: tuple[Role, ...]
    companies: tuple[Company, ...]
    vocabulary: Vocabulary
    words: Words
    topics: tuple[Topic, ...]
    intents: tuple[Intent, ...]
    recognized: tuple[Recognized, ...] = ()
    english: Mapping[str, int] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    people: frozenset[str] = frozenset()
    word_classes: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    public: PublicData | None = dataclasses.field(default=None, compare=False)
    revision: str = dataclasses.field(default="", compare=False)
    figures: tuple[Figure, ...] = dataclasses.field(init=False)
    _by_id: dict[tuple[str, str], object] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _fill_in(self)
        owners: tuple[Role | Company, ...] = (*self.roles, *self.companies)
        object.__setattr__(self, "figures", tuple(f for owner in owners for f in owner.figures))
        named: dict[str, tuple[_Identified, ...]] = {
            "source": self.sources,
            "role": self.roles,
            "company": self.companies,
            "level": self.vocabulary.levels,
            "skill": self.vocabulary.skills,
            "field": self.vocabulary.fields,
            "topic": self.topics,
            "intent": self.intents,
            "figure": self.figures,
        }
        object.__setattr__(self, "_by_id", {(kind, one.id): one for kind, all_ in named.items() for one in all_})

    @property
    def main_role(self) -> str:
        """The id of the role that is meant where none is named: ranges and bands are its."""
        return self.about.main_role

    @property
    def main_field(self) -> str:
        """The name of the main role's field of work, or that of the role itself where no field is its."""
        fields = (field.name for field in self.vocabulary.fields if field.role == self.main_role)
        return next(fields, self.role(self.main_role).name)

    @property
    def document(self) -> Source:
        """The document that the topics quote."""
        return self.source(self.about.document)

    def is_at_home(self, place: str) -> bool:
        """Whether a recognized place is one of those that figures of no place in particular are near to."""
        return any(place in group.names for group in self.recognized if group.at_home)

    def intent_of(self, answer: str) -> Intent | None:
        """Return the first intent with that kind of answer."""
        return next((intent for intent in self.intents if intent.answer == answer), None)

    def origin_of(self, source: Source) -> Source:
        """Return the document that a source is quoted in, or the source itself."""
        return self.source(source.quoted_in) if source.quoted_in else source

    def _get(self, kind: str, wanted: type[T], key: str) -> T:
        entry = self._by_id[kind, key]
        assert isinstance(entry, wanted)
        return entry

    def source(self, key: str) -> Source:
        """Return the source of that id; KeyError if there is none (as in all the look-ups below)."""
        return self._get("source", Source, key)

    def role(self, key: str) -> Role:
        """Return the role of that id."""
        return self._get("role", Role, key)

    def company(self, key: str) -> Company:
        """Return the company of that id."""
        return self._get("company", Company, key)

    def level(self, key: str) -> Level:
        """Return the level of that id."""
        return self._get("level", Level, key)

    def field(self, key: str) -> Field:
        """Return the field of work of that id."""
        return self._get("field", Field, key)

    def topic(self, key: str) -> Topic:
        """Return the topic of that id."""
        return self._get("topic", Topic, key)

    def intent(self, key: str) -> Intent:
        """Return the intent of that id."""
        return self._get("intent", Intent, key)

    def figure(self, key: str) -> Figure:
        """Return the figure of that id."""
        return self._get("figure", Figure, key)

    def has(self, kind: str, key: str) -> bool:
        """Whether there is one of a kind ("role", "figure" ...) with that id."""
        return (kind, key) in self._by_id

    def level_of_years(self, years: float) -> Level | None:
        """Return the level that `years` of experience fall into: `7` is 5-9, `0.5` is still below one year."""
        for level in self.vocabulary.levels:
            if years >= level.from_years and (level.to_years is None or years < level.to_years + 1):
                return level
        return None

    def averages(self, role: str) -> tuple[Figure, ...]:
        """Return a role's averages over all levels and places, one a source, in the order of the article."""
        return tuple(f for f in self._of_roles() if f.basis == "average" and f.role == role and f.company is None)

    def band(self, level: str) -> Figure | None:
        """Return the figure of an experience level (ML engineers only), if there is one."""
        bands = (f for f in self._of_roles() if f.basis == "band" and f.level == level and f.role == self.main_role)
        return next(bands, None)

    def _of_roles(self) -> Iterator[Figure]:
        """Yield the figures of roles: a few, however many companies there are, and asked for in every answer."""
        return (figure for role in self.roles for figure in role.figures)

    def range_of(self, company: str) -> Figure | None:
        """Return what a company pays the main role, from low to high in dollars, if that is on file."""
        return next((f for f in self.company(company).figures if self._is_range(f)), None)

    def figures_at(self, company: str, roles: tuple[str, ...] = (), levels: tuple[str, ...] = ()) -> list[Figure]:
        """Return a company's figures of roles (the main one by default) and levels (any by default), ranges first."""
        wanted = roles or (self.main_role,)
        figures = [f for f in self.company(company).figures if f.role in wanted and (not levels or f.level in levels)]
        return sorted(figures, key=lambda figure: not self._is_range(figure))

    def ranges(self, companies: Iterable[str]) -> list[Figure]:
        """Return the ranges of those companies that have one."""
        return [figure for company in companies if (figure := self.range_of(company)) is not None]

    def _is_range(self, figure: Figure) -> bool:
        return figure.basis == "range" and figure.role == self.main_role and figure.unit == "USD"


def _fill_in(knowledge: Knowledge) -> None:
    """Fill in what YAML may leave out: the owner of a figure, the source of a topic, the roles of an intent."""
    main = knowledge.main_role
    roles = tuple(_owned(role, role=role.id) for role in knowledge.roles)
    companies = tuple(_owned(company, role=main, company=company.id) for company in knowledge.companies)
    document = knowledge.about.document
    topics = tuple(t if t.source else dataclasses.replace(t, source=document) for t in knowledge.topics)
    about = {
        "main": (main,),
        "paid": tuple(role.id for role in roles if any(f.unit == "USD" for f in role.figures)),
        "averaged": tuple(role.id for role in roles if any(f.basis == "average" for f in role.figures)),
    }
    intents = (i if i.about else dataclasses.replace(i, about=about[SPECS[i.answer].about]) for i in knowledge.intents)
    filled = {"roles": roles, "companies": companies, "topics": topics, "intents": tuple(intents)}
    for name, value in filled.items():
        object.__setattr__(knowledge, name, value)


Owner = TypeVar("Owner", Role, Company)


def _owned(owner: Owner, **default: Any) -> Owner:
    """Return a role or company whose figures name it, where they left that out."""
    filled = tuple(
        dataclasses.replace(figure, **missing)
        if (missing := {key: value for key, value in default.items() if not getattr(figure, key)})
        else figure
        for figure in owner.figures
    )
    return owner if filled == owner.figures else dataclasses.replace(owner, figures=filled)


def figures_named(
    knowledge: Knowledge,
    companies: tuple[str, ...] = (),
    levels: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
) -> list[Figure]:
    """Return the figures that names stand for: of companies and levels first, else of sources, else of roles."""
    figures = [figure for company in companies for figure in knowledge.company(company).figures]
    figures += [band for level in levels if (band := knowledge.band(level)) is not None]
    if figures:
        return [figure for figure in figures if figure.source in sources] or figures
    if by_sources := [figure for figure in knowledge.figures if figure.source in sources]:
        return by_sources
    of_roles = [figure for role in roles for figure in knowledge.role(role).figures]
    return [figure for figure in of_roles if figure.unit == "USD" and figure.basis != "band"]


def is_of_document(figure: Figure, knowledge: Knowledge) -> bool:
    """Whether what the document says of its figures holds for one, which says nothing else of itself."""
    source = knowledge.source(figure.source)
    if knowledge.origin_of(source) != knowledge.document or figure.n is not None or figure.percentiles:
        return False
    own = (getattr(said, field) for said in (figure, source) for field in ("date", "place", "pay"))
    return not (any(own) or source.population)


def names_of(knowledge: Knowledge) -> Iterator[tuple[Kind, str, str, Place]]:
    """Yield (kind, id, alias, place) of every name with an entry of its own; a thing's name is its first alias."""
    groups: tuple[tuple[Kind, Iterable[Company | Role | Level | Source | Skill | Field]], ...] = (
        ("company", knowledge.companies),
        ("role", knowledge.roles),
        ("level", knowledge.vocabulary.levels),
        ("source", knowledge.sources),
        ("skill", knowledge.vocabulary.skills),
        ("field", knowledge.vocabulary.fields),
    )
    for kind, entries in groups:
        for entry in entries:
            if isinstance(entry, Source) and entry.kind != "publisher":
                continue
            # A level's name is a label for reading ("mid-career (5–9 years)"), not something people type.
            if not (isinstance(entry, Level) or (isinstance(entry, Source) and entry.common_word)):
                yield kind, entry.id, entry.name, Place(kind, entry.id, ("name",))
            for n, alias in enumerate(entry.aliases):
                yield kind, entry.id, alias, Place(kind, entry.id, ("aliases", n))


def recognized_names(knowledge: Knowledge) -> Iterator[tuple[Kind, str, str, Place]]:
    """Yield (kind, display name, alias, place) of every name that is recognized without figures."""
    for n, group in enumerate(knowledge.recognized):
        for name, aliases in group.names.items():
            yield group.kind, name, name, Place("recognized", str(n), ("names", name))
            for i, alias in enumerate(aliases):
                yield group.kind, name, alias, Place("recognized", str(n), ("names", name, i))
