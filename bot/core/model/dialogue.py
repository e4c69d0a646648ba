"""What flows through the bot: what a question named, what it asked for, and the answer; all frozen, all plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, Literal, NamedTuple, Self

from bot.core.model.knowledge import Pay, Population, Source, Unit
from bot.core.model.language import ENGLISH, Language, later

Status = Literal["answered", "partial", "not_covered", "clarify", "off_topic"]
Period = Literal["year", "month", "week", "day", "hour"]
# A year of pay in other periods: 12 months, 52 weeks, 260 working days, 2,080 working hours.
PARTS: dict[Period, int] = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2_080}
Direction = Literal["highest", "lowest", "widest", "narrowest", "start", "end"]
# What can be calculated from figures that were given before: how far apart two are, how many times the lower one the
# higher is, their mean or sum, a figure changed by a factor, what lies a fraction of the way up a range.
Operation = Literal["difference", "ratio", "mean", "sum", "change", "fraction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that a text holds: `on_file` if there are figures for it, `exact` unless a typo was mended.

    `listed` is false for what is a name by its place alone. Occupations and products that stand on no list have no id.

    `start` and `end` count the words of the normalized text; `text` is what the person typed, normalized.
    """

    kind: str
    id: str
    text: str
    start: int
    end: int
    on_file: bool = True
    exact: bool = True
    excluded: bool = False
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money that the person named: `low` to `high` (equal for a single amount), as typed, not yet yearly.

    `assumed` says that the thousands were left out ("is 150 good"), `named` that the person named a
    currency, not only a number ("is 150k good").
    """

    low: float
    high: float
    text: str
    currency: str = "USD"
    period: Period | None = None
    assumed: bool = False
    named: bool = field(default=True, compare=False)

    def to_the_cent(self) -> Amount:
        """Return the amount as its sums show it, so that they are right for what is shown: "$33.33 an hour"."""
        return replace(self, low=round(self.low, 2), high=round(self.high, 2))


class GapKind(StrEnum):
    """What can be lacking, each with the sentence that says so; those of a form's field start with `field_`."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> Self:
        """Make a member that is its value and knows its sentence."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    COMPANY = "company", later("I have no figures for {names}.")
    ROLE = "role", later("I have no pay figures for {names} jobs.")
    ONLY_MAIN_ROLE = "only_main_role", later("I have that for {people} only, not for {names}.")
    PAIR = "pair", later("I have no figures for {names}.")
    TOPIC_COMPANY = "topic_company", later("I have that in general only, not for {names}.")
    OWN = "own", later("I can't know {names}; ask me about a company, a level or a role.")
    PLACE = "place", later("I have no figures by place, so none for {names}.")
    GRADE = "grade", later("I have no figures by rank inside a company, so none for {names}.")
    EMPLOYMENT = "employment", later("My figures aren't split by kind of employment, so I have none for {names}.")
    PERIOD = "period", later("I have that by the year only, not {names}.")
    RANGE = "range", later("I have no pay range for {names}, only other figures: ask me about it alone.")
    AVERAGE = "average", later("I have no averages for that.")
    STATISTIC = "statistic", later("I have no {names}, only averages and ranges.")
    PERCENTILE = "percentile", later("I have no {names}; this is the nearest statistic that I have.")
    BREAKDOWN = "breakdown", later("I have no figures {names}.")
    DATE = "date", later("I have no figures for {names}: {dates}.")
    CURRENCY = "currency", later("I only know US dollars and have no exchange rates, so nothing in {names}.")
    UNCONVERTED = (
        "unconverted",
        later("I have no exchange rates, so this is in the currency that it was published in."),
    )
    TAKEN_AS = "taken_as", later("You named no currency, so I take that as {names}, like these figures.")
    LEVEL = "level", later("I have no figures by experience for {names}.")
    SOURCE = "source", later("I have no such figure from {names}.")
    REST = "rest", later("I have no figures for {names}.")
    INCLUDED = (
        "included",
        later("I have no figures for “{names}” alone; that title is counted among the jobs named here."),
    )
    UNADDED = "unadded", later("I don't add up what different people get; here is what each does.")
    NOT_THERE = "not_there", later("I have no such figures for {names}.")
    ABROAD = "abroad", later("I have no such figures for {names}; these are US figures.")
    FORECAST = "forecast", later("I can't tell what pay will be; this is the latest that I have.")
    NAMESAKE = "namesake", later("If you mean {names}, name the state, too.")
    SUBJECT = "subject", later("I have no figures for that.")
    LEFT_OUT = "left_out", later("{names}")
    ASPECT = "aspect", later("I have no figures on {names}.")
    CONDITION = "condition", later("My figures aren't split that way, so I have none for “{names}”.")
    UNREAD = "unread", later("I didn't take every word into account.")
    UNCLEAR = "unclear", later("I'm not sure what you would like to know; this is what {people} earn on average.")
    UNSPECIFIED = "unspecified", later("You named no role, so this is about {people}.")
    COMPARED_WITH = "compared_with", later("Good compared with what? Tell me an amount, like “is 150k good?”.")
    FIELD_AMOUNT_MISSING = (
        "field_amount_missing",
        later("Amount: give pay in dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour."),
    )
    FIELD_AMOUNT = (
        "field_amount",
        later('Amount: I can\'t read "{text}"; give dollars, such as 150k, 150-180k, 12.5k/month or $70 an hour.'),
    )
    FIELD_AMOUNTS = (
        "field_amounts",
        later('Amount: "{text}" holds several; give one amount, or one range such as 150-180k.'),
    )
    FIELD_AMOUNT_TWO_WAYS = (
        "field_amount_two_ways",
        later('Amount: "{text}" can be read in two ways; write it like 150,000 or 150k.'),
    )
    FIELD_AMOUNT_PERIOD = (
        "field_amount_period",
        later('Amount: for what time is "{text}"? Write it like 150k, 12.5k/month or $70 an hour.'),
    )
    FIELD_AMOUNT_ODD = (
        "field_amount_odd",
        later('Amount: "{text}" isn\'t pay that I can place; give dollars, such as 150k or $70 an hour.'),
    )
    FIELD_COMPANY = (
        "field_company",
        later('Company: I have no figures for "{text}"; give one company on file, such as {companies}.'),
    )
    FIELD_YEARS = (
        "field_years",
        later('Years: I can\'t read "{text}"; give years of experience, such as 5 or 7+.'),
    )
    FIELD_LEVEL = "field_level", later('Level: I don\'t know "{text}"; give one of {levels}.')
    FIELD_CONTRADICTION = (
        "field_contradiction",
        later("Years and level: they contradict each other ({text}); give one of the two."),
    )

    @property
    def of_field(self) -> bool:
        """Whether a field of a form is wrong, rather than a figure lacking."""
        return self.value.startswith("field_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of the question that the knowledge base says nothing about, e.g. kind `place`, name `Berlin`.

    The name is one that stands on a list. What stands on none has no name here: what people type is never echoed.
    `at` names the companies of a `pair`: a role with figures, companies with figures, and none for both at once.
    """

    kind: GapKind
    name: str
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is looked up in the datasets: ids of theirs, "" or nothing where it isn't named.

    `statistic` is a percentile, the median or the mean, `year` four digits. `trend` asks for all years, since `year` or
    between two ("2020-2022"), `ranked` for the employers in order. Several employers, roles or places are told each by
    itself, and compared where they can be. `datasets` are those that were named; all where none was.
    """

    employers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    level: str = ""
    places: tuple[str, ...] = ()
    statistic: str = ""
    year: str = ""
    trend: bool = False
    ranked: Literal["", "highest", "lowest"] = ""
    datasets: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """The only or the first role, "" where none is named."""
        return self.roles[0] if self.roles else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as understood: which answer (a key of ANSWERS), about whom, and how sure the reading is (0 to 1).

    `brief` wants the answer in a line. `guessed` says that some of it doesn't stand in the text: typos were mended, or
    the question before was gone on with; `carried` that something of that question was taken over. A calculation does
    its `operation` with the figures of its `operands`, a change by a `factor`; `lookup` is asked of the datasets.
    """

    answer: str
    intent: str = ""
    topic: str | None = None
    companies: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    period: Period | None = None
    directions: tuple[Direction, ...] = ()
    gaps: tuple[Gap, ...] = ()
    mentions: tuple[Mention, ...] = ()
    confidence: float = 1.0
    asked: bool = True
    then: Query | None = None
    lookup: Lookup | None = None
    rule: str = ""
    brief: bool = False
    guessed: bool = False
    carried: bool = False
    operation: Operation | None = None
    operands: tuple[Query, ...] = ()
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A text that gets no figures: why not, and what might have been meant. One of the three kinds below.

    `reason` is the title of the intent that has no figures.
    """

    status: ClassVar[Status]
    reason: str = ""
    gaps: tuple[Gap, ...] = ()
    mentions: tuple[Mention, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 0.0
    asked: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCovered(Refusal):
    """A question that was understood, and that the knowledge base has nothing on.

    `beside` is what is nearest and stands apart from that: the general pay, for an employer or a place not on file.
    """

    beside: Query | None = None

    status: ClassVar[Status] = "not_covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous(Refusal):
    """A question that may mean several things: which of them is asked back."""

    status: ClassVar[Status] = "clarify"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffTopic(Refusal):
    """A text that is not about pay or careers."""

    status: ClassVar[Status] = "off_topic"


Decision = Query | NotCovered | Ambiguous | OffTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """What the next text of a conversation may refer to.

    `query` is the question before, and `earlier` are those before it, the latest first. `reckoned` is what was last
    calculated from them, and `offered` what the bot asked back, if it just did.
    """

    query: Query | None = None
    earlier: tuple[Query, ...] = ()
    reckoned: Query | None = None
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A text as read in its conversation, and the `context` that the next text of the same person may refer to.

    `rule` is the one of `follow_ups` that decided, `follow_up` says that the text continues the question before, `tied`
    that a word of it says so ("and amazon").
    """

    decision: Decision
    rule: str = ""
    follow_up: bool = False
    tied: bool = False
    context: DialogueState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a figure means: who says it, in which document (`origin`), and of when, where and what it is.

    Where a company's figure says some of it itself, other than its source, `own` has those fields, `whose` the company.
    """

    source: Source
    origin: Source
    date: str | None = None
    place: str | None = None
    pay: Pay = "unknown"
    population: Population = "unknown"
    whose: str = ""
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of figures. It can't be built without a source; `working` is the arithmetic of a derived figure.

    `section` is the heading of the document that the figure stands under; `yearly` are the ends that it was converted
    from.
    """

    subject: str
    sources: tuple[Source, ...]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    and_above: bool = False
    unit: Unit = "USD"
    period: str = "year"
    working: str | None = None
    note: str | None = None
    section: str = ""
    yearly: tuple[float, ...] = ()
    terms: tuple[Terms, ...] = ()

    def __post_init__(self) -> None:
        if not self.sources:
            message = f"the figure of {self.subject!r} has no source"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under a heading."""

    title: str
    rows: tuple[Row, ...]


Block = Text | Points | Table


class Suggestion(NamedTuple):
    """A question that an answer offers, as it could be typed; `label` names it on a button, "" if it does so itself."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot says: a message that is read at a glance, and everything behind it in `details`.

    The message is the gaps, the `headline` (a sentence that makes sense alone, without sums and sources), what it says
    `also`, and the figures `shown` as a picture; where there is none they are a list, and the headline is `listed`,
    which leaves their amounts to it. The small print says how the question was read, unless that is `obvious`, and
    gives `credit`: who says the figures, of when they are, and what they are not. `cited` are the figures that it is
    for, `limits` what it adds. `details` hold each figure with its sum, `headings` are those that words stand under,
    and `caveats` say what to bear in mind. All of it is in one `language`.
    """

    status: Status
    title: str
    headline: str
    listed: str = ""
    also: tuple[Text | Points, ...] = ()
    shown: tuple[Row, ...] = ()
    details: tuple[Block, ...] = ()
    gaps: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    cited: tuple[Row, ...] = ()
    limits: tuple[str, ...] = ()
    text_sources: tuple[Source, ...] = ()
    headings: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    read_as: str = ""
    obvious: bool = True
    suggestions: tuple[Suggestion, ...] = ()
    intent: str = ""
    rule: str = ""
    confidence: float = 0.0
    asked: bool = True
    mentions: tuple[Mention, ...] = ()
    language: Language = ENGLISH

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every figure of the answer, in reading order."""
        return tuple(row for block in self.details if isinstance(block, Table) for row in block.rows)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the figures and of what is said in words, each once, in reading order."""
        named = [source for row in self.rows for source in row.sources] + list(self.text_sources)
        return tuple(dict.fromkeys(named))
