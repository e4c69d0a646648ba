"""What flows through the bot: what a question named, what it asked for, and the answer; all frozen, all plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.core.model.knowledge import Source, Unit

Status = Literal["answered", "partial", "not_covered", "clarify", "off_topic"]
Period = Literal["year", "month", "week", "day", "hour"]
# A year of pay in other periods: 12 months, 52 weeks, 260 working days, 2,080 working hours.
PARTS: dict[Period, int] = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2_080}
Direction = Literal["highest", "lowest", "widest", "narrowest", "start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that a text holds: `known` if there are figures for it, `exact` unless a typo was mended.

    `listed` is false for what is a name by its place alone.

    `start` and `end` count the words of the normalised text; `text` is what the person typed, normalised.
    """

    kind: str
    id: str
    text: str
    start: int
    end: int
    known: bool = True
    exact: bool = True
    excluded: bool = False
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money that the person named: `low` to `high` (equal for a single amount), as typed, not yet yearly."""

    low: float
    high: float
    text: str
    currency: str = "USD"
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of the question that the knowledge base says nothing about, e.g. kind `place`, name `Berlin`.

    `at` names the companies of a `pair`: a role with figures, companies with figures, and none for both at once.
    """

    kind: str
    name: str
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question as understood: which answer (a key of ANSWERS), about whom, and how sure the reading is (0 to 1)."""

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
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A text that gets no figures: why not, and what might have been meant. One of the three kinds below.

    `reason` is a word that was not understood, or the title of the intent that has no figures.
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
    """A question that was understood, and that the knowledge base has nothing on."""

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
class Row:
    """One line of figures. It can't be built without a source; `working` is the arithmetic of a derived figure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot says. The `headline` has to make sense alone; the blocks give the rest."""

    status: Status
    title: str
    headline: str
    blocks: tuple[Block, ...] = ()
    gaps: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    said_by: tuple[Source, ...] = ()
    read_as: str = ""
    suggestions: tuple[str, ...] = ()
    intent: str = ""
    confidence: float = 0.0
    asked: bool = True
    mentions: tuple[Mention, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every figure of the answer, in reading order."""
        return tuple(row for block in self.blocks if isinstance(block, Table) for row in block.rows)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the figures and of what is said in words, each once, in reading order."""
        named = [source for row in self.rows for source in row.sources] + list(self.said_by)
        return tuple(dict.fromkeys(named))
