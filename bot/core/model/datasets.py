"""Public pay data: tables of published or counted pay, beside the facts of the article.

Rules of the module: a cell is what a publisher says of one employer, role, level, place and period, in the currency and
period of its dataset (`Dataset.currency`, `Dataset.period`), never converted; "" stands for "all of them". What isn't
published is None. Lines stay unparsed until they are asked for, as there are a hundred thousand of them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, overload

from bot.core.model.entry import Entry
from bot.core.text.memo import Memo

Measures = Literal["percentiles", "range_ends"]
PayPart = Literal["base", "total", "unknown"]
PayPeriod = Literal["year", "month", "hour"]
End = Literal["", "low", "high"]
PlaceKind = Literal["country", "state", "province", "metro", "region", "city"]
KEY = ("company", "role", "level", "place", "period", "end")
STATISTICS = ("p10", "p25", "median", "p75", "p90", "mean")
COLUMNS = (*KEY, "n", "rse", *STATISTICS)
HEADER = ",".join(COLUMNS)
# As many lists of a ranking are remembered.
REMEMBERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile(Entry):
    """A publisher's file that cells were made from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord(Entry):
    """What `salarybot import` did: the files, rows read and used, rows left out by reason, and the table it wrote."""

    inputs: tuple[InputFile, ...]
    rows_in: int
    rows_used: int
    dropped: dict[str, int]
    cells: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Entry):
    """The head of a table: who counted whose pay, when and how.

    `short` names it in a sentence, `population` is one clause ("visa filings, base pay offered"), `counted` what `n`
    counts (empty where there is no n). `measures` are percentiles of pay, or of the two ends of offered ranges. The
    figures are in `currency` for a `period`; `hours_of_month` is how many the publisher counts, 0 if it doesn't say.
    `caveats` are told with every figure. `names` are what people call it by ("bls"); `rank` orders the datasets that
    have an answer. For the importer: the `layout` of the publisher's files, `select` (column -> value of the rows to
    take), `codes` and `titles` (beginnings of occupation codes, words of job titles: which filings to take; all where
    both are empty), `classification` (whose occupation codes these are) and
    the `method` version.
    """

    id: str
    title: str
    short: str
    publisher: str
    link: str
    license: str
    credit: str
    date: str
    population: str
    counted: str = ""
    pay: PayPart
    measures: Measures = "percentiles"
    currency: str
    period: PayPeriod
    hours_of_month: float = 0
    caveats: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rank: int
    layout: str
    select: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    classification: str = ""
    method: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One line of a table.

    `period` is as published ("2025-05", "FY2026"), `rse` the relative standard error in percent.
    """

    dataset: str
    company: str
    role: str
    level: str
    place: str
    period: str
    end: End
    n: int | None
    rse: float | None
    p10: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None
    mean: float | None


class Lines(Sequence[str]):
    r"""The lines of a text, which are cut out of it when they are asked for: as strings they take twice the memory.

    >>> lines = Lines("a\nbc\nd")
    >>> len(lines), lines[1], lines[-1], lines[1:], lines[3:]
    (3, 'bc', 'd', ['bc', 'd'], [])
    """

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        ends = (found.start() for found in re.finditer("\n", text))
        self._starts = array("I", (0, *(end + 1 for end in ends), len(text) + 1))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        return (self._text[start : end - 1] for start, end in pairwise(self._starts))

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, int):
            n = range(len(self))[at]
            return self._text[self._starts[n] : self._starts[n + 1] - 1]
        start, end, _ = at.indices(len(self))
        return self._text[self._starts[start] : self._starts[end] - 1].split("\n") if start < end else []


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """The sorted lines of one dataset, without the header.

    >>> table = CellTable("d", (",dev,,us,2024,,,,,,90,,,", ",dev,,us,2025,,,,,,99,,,", ",dev,,us-tx,2025,,,,,,80,,,"))
    >>> [(cell.period, cell.median) for cell in table.cells(role="dev", place="us")]
    [('2024', 90.0), ('2025', 99.0)]
    >>> [cell.place for cell in table.scan(company="", role="dev", level="")]
    ['us', 'us', 'us-tx']
    """

    dataset: str
    lines: Sequence[str]
    _scanned: Memo[tuple[str | None, ...], tuple[Cell, ...]] = field(default_factory=lambda: Memo(REMEMBERED))

    def __len__(self) -> int:
        return len(self.lines)

    def cells(self, *, company: str = "", role: str = "", level: str = "", place: str) -> tuple[Cell, ...]:
        """Return the cells of exactly these ids, by period and end ("" = all of them)."""
        return tuple(self._parsed(line) for line in self._between(f"{company},{role},{level},{place},"))

    def counted(self) -> Iterator[tuple[str, str, int]]:
        """Yield (employer, place, n) of the cells of all roles and levels that have an n.

        >>> list(CellTable("d", ("x,,,us,2024,low,9,,,,90,,,", ",dev,,us,2024,,7,,,,90,,,")).counted())
        [('x', 'us', 9)]
        """
        for line in self.lines:
            company, found, rest = line.partition(",,,")
            if found and "," not in company:
                place, _, _, n, _ = rest.split(",", 4)
                if n:
                    yield company, place, int(n)

    def scan(
        self,
        *,
        company: str | None = None,
        role: str | None = None,
        level: str | None = None,
        place: str | None = None,
    ) -> tuple[Cell, ...]:
        """Return all cells of the given ids, whatever the others are (None); sorted as the table is.

        Without a company the whole table is read, which takes milliseconds; the result is remembered.
        """
        wanted = (company, role, level, place)
        found = self._scanned.get(wanted)
        return found if found is not None else self._scanned.add(wanted, tuple(self._matching(wanted)))

    def _matching(self, wanted: tuple[str | None, ...]) -> Iterator[Cell]:
        fixed = wanted.index(None) if None in wanted else len(wanted)
        checked = [(n, wanted[n]) for n in range(fixed, len(wanted)) if wanted[n] is not None]
        lines = self._between("".join(f"{key}," for key in wanted[:fixed]))
        if len(checked) == len(wanted) - fixed - 1:
            # Only a line that has them side by side is worth being parted: that takes a fifth of the time.
            beside = "".join(f",{key}" for _, key in checked)
            lines = tuple(line for line in lines if beside in line)
        for line in lines:
            parts = line.split(",", len(wanted))
            if all(parts[n] == key for n, key in checked):
                yield self._parsed(line)

    def _between(self, prefix: str) -> Sequence[str]:
        start = bisect_left(self.lines, prefix)
        # No line has a character above "~" next to a comma.
        end = bisect_left(self.lines, f"{prefix}~", start)
        return self.lines[start:end]

    def _parsed(self, line: str) -> Cell:
        company, role, level, place, period, end, n, rse, *figures = line.split(",")
        numbers = {name: _number(text) for name, text in zip(STATISTICS, figures, strict=True)}
        return Cell(
            dataset=self.dataset,
            company=company,
            role=role,
            level=level,
            place=place,
            period=period,
            end=end,  # type: ignore[arg-type] # checked when the table was written
            n=int(n) if n else None,
            rse=_number(rse),
            **numbers,
        )


def _number(text: str) -> float | None:
    return float(text) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An employer that has cells; `names` are whole names in lower case, `parent` the id of whom it belongs to."""

    id: str
    name: str
    parent: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where pay is counted: ids `us`, `us-tx`, `us-metro-12420`, `us-tx-austin` (a city), `gb`, `ca-on`.

    `names` are what people type for it, whole names in lower case; `parent` is the next wider place.
    """

    id: str
    kind: PlaceKind
    name: str
    parent: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation(Entry):
    """What a classification (official, or a survey's own) calls a role: `code` and `title` as published."""

    classification: str
    code: str = ""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRule(Entry):
    """Job titles that mean a role: each of `all` stands in them ("ai|ml": one of the two), none of `none` does."""

    all: tuple[str, ...]
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFamily(Entry):
    """A role of the tables. `name` is its title ("Data engineer"), `people` those who have it ("data engineers").

    `includes` are narrower titles that are counted among them, which an answer says ("deep learning engineer").
    `occupations` are what classifications call it, at most one each; `titles` how employers' job titles are recognized;
    `nearest` are the families to offer, as what they are, where it has no cells.
    """

    id: str
    name: str
    people: str
    aliases: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    titles: tuple[TitleRule, ...] = ()
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleLevel(Entry):
    """A level that a job title says ("senior", "ii"): its words; `aliases` are further ones that people type."""

    id: str
    name: str
    words: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles(Entry):
    """knowledge/datasets/roles.yaml: the order matters, the first family or level whose words fit a title is taken.

    `no_level` are phrases whose words say no level ("product manager").
    """

    no_level: tuple[str, ...]
    levels: tuple[TitleLevel, ...]
    roles: tuple[RoleFamily, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublicData:
    """The datasets in use, in the order of their rank, and the names that their cells speak of, by id."""

    datasets: tuple[Dataset, ...]
    records: dict[str, ImportRecord]
    tables: dict[str, CellTable]
    employers: dict[str, Employer]
    places: dict[str, Place]
    roles: dict[str, RoleFamily]
    levels: dict[str, TitleLevel]
    # What was found for a lookup: a question is decided on and then answered by it.
    found: Memo[Any, Any] = field(init=False, default_factory=lambda: Memo(REMEMBERED))

    def dataset(self, key: str) -> Dataset:
        """Return the head of a dataset; raises StopIteration where there is none of that id."""
        return next(dataset for dataset in self.datasets if dataset.id == key)

    def where(self, fits: Callable[[Dataset], bool]) -> Iterator[tuple[Dataset, CellTable]]:
        """Yield the datasets that fit, with their tables, in the order of their rank."""
        return ((dataset, self.tables[dataset.id]) for dataset in self.datasets if fits(dataset))
