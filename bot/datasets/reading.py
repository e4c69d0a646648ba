"""What every reader of a publisher's files shares: rows with a count of what is left out, codes and titles to roles.

A reader is a function `(files, context) -> Table`. It reads text, so that numbers stay as published, and counts
the rows that it leaves out by reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import polars as pl

from bot.core.model.datasets import COLUMNS, KEY, STATISTICS, Dataset, Employer, Place, PlaceKind, Roles

NUMBERS = ("n", "rse", *STATISTICS)


class ImportRefusedError(Exception):
    """The files can't be imported; the message says which, why, and what to do."""


@dataclass(frozen=True)
class ImportContext:
    """What the knowledge base says that an importer needs: the dataset's head, and the names that rows may speak of."""

    dataset: Dataset
    roles: Roles
    places: Mapping[str, Place]
    employers: Mapping[str, Employer]
    legal_forms: frozenset[str]
    report: Callable[[str], None] = lambda _: None


@dataclass
class Table:
    """Cells, with a column for each of COLUMNS, and how they came about; `employers` are those that the files name."""

    cells: pl.DataFrame
    rows_in: int
    rows_used: int
    dropped: dict[str, int]
    employers: dict[str, Employer] = field(default_factory=dict)


class Rows:
    """Rows of which some are left out, each for a reason that is counted."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.rows_in = frame.height
        self.dropped: dict[str, int] = {}

    def keep(self, reason: str, wanted: pl.Expr) -> None:
        """Leave out the rows that are not wanted (or of which that isn't known), for a reason."""
        kept = self.frame.filter(wanted)
        left_out = self.frame.height - kept.height
        if left_out:
            self.dropped[reason] = self.dropped.get(reason, 0) + left_out
        self.frame = kept

    def table(self, cells: pl.DataFrame, employers: dict[str, Employer] | None = None) -> Table:
        """Return the table of these cells, made from the rows that are left."""
        return Table(cells, self.rows_in, self.frame.height, dict(sorted(self.dropped.items())), employers or {})


def read_text(file: Path, context: ImportContext, names: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Read a CSV, Excel or Parquet file as text, with column names in lower case; of `names` only, if there are any.

    Raises ImportRefusedError where it is none of them, or can't be read.
    """
    context.report(file.name)
    try:
        if file.suffix == ".xlsx":
            header = pl.read_excel(file, read_options={"n_rows": 0}).columns
        elif file.suffix == ".parquet":
            header = list(pl.read_parquet_schema(file))
        else:
            header = pl.read_csv(file, n_rows=0).columns
        columns = [column for column in header if not names or column.lower() in names]
        if file.suffix == ".xlsx":
            frame = pl.read_excel(file, columns=columns, infer_schema_length=0)
        elif file.suffix == ".parquet":
            frame = pl.read_parquet(file, columns=columns).cast(pl.String)
        else:
            frame = pl.read_csv(file, columns=columns, infer_schema_length=0)
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError, OSError, ValueError) as error:
        raise ImportRefusedError(f"{file.name}: not a CSV, Excel (.xlsx) or Parquet file: {error}") from None
    return frame.rename(str.lower)


def read_all(files: Iterable[Path], context: ImportContext, columns: Sequence[str]) -> pl.DataFrame:
    """Read files of one layout, one below the other. Raises ImportRefusedError where one lacks a column."""
    frames = []
    for file in files:
        frame = read_text(file, context)
        lacking = [name for name in columns if name not in frame.columns]
        if lacking:
            raise ImportRefusedError(f"{file.name}: it lacks the columns {', '.join(lacking)}: is it the right file?")
        frames.append(frame.select(columns))
    return pl.concat(frames)


def selected(rows: Rows, context: ImportContext) -> None:
    """Keep the rows that the dataset's head selects."""
    for column, value in context.dataset.select.items():
        rows.keep(f"{column} is not {value!r}", pl.col(column) == value)


def with_roles(rows: Rows, context: ImportContext) -> None:
    """Give rows with a `code` and a `title` the role that the dataset's classification has for them.

    A code whose title is another one belongs to another classification, and is left out.
    """
    found = [
        (occupation.code or occupation.title, occupation.title, role.id)
        for role in context.roles.roles
        for occupation in role.occupations
        if occupation.classification == context.dataset.classification
    ]
    listed = pl.DataFrame(found, schema=["code", "listed_title", "role"], orient="row")
    rows.frame = rows.frame.join(listed, on="code", how="left")
    rows.keep("an occupation that is no role here", pl.col("role").is_not_null())
    rows.keep("another occupation under the same code", pl.col("title").str.strip_chars() == pl.col("listed_title"))


def place_named(column: str, context: ImportContext, *kinds: PlaceKind) -> pl.Expr:
    """Return the ids of places by their names, or the names that people type; null where there is none."""
    places = [place for place in context.places.values() if place.kind in kinds]
    ids = {name: place.id for place in places for name in place.names} | {
        place.name.lower(): place.id for place in places
    }
    return pl.col(column).str.to_lowercase().replace_strict(ids, default=None, return_dtype=pl.String)


def with_places(rows: Rows, context: ImportContext) -> None:
    """Leave out rows whose `place` is not listed."""
    rows.keep("a place that is not listed", pl.col("place").is_in(list(context.places)))


def number(column: str) -> pl.Expr:
    """Return a text column as a number; what is no plain number (top-coded, not released) becomes null."""
    plain = pl.col(column).cast(pl.String).str.strip_chars().str.replace_all("[$,]", "")
    return pl.when(plain.str.contains(r"^\d+(?:\.\d+)?$")).then(plain).cast(pl.Float64).alias(column)


def as_cells(rows: Rows, **constant: str) -> pl.DataFrame:
    """Return published rows as cells: missing key columns are `constant` or "", missing figures null.

    Rows without a figure are left out. Two rows of one cell have to agree; raises ImportRefusedError where they don't.
    """
    frame = rows.frame
    keys = [
        pl.col(name).fill_null("") if name in frame.columns else pl.lit(constant.get(name, "")).alias(name)
        for name in KEY
    ]
    figures = [
        pl.col(name).cast(pl.Float64) if name in frame.columns else pl.lit(None, pl.Float64).alias(name)
        for name in NUMBERS
    ]
    rows.frame = frame.with_columns(keys).with_columns(figures)
    rows.keep("not released", pl.any_horizontal(pl.col(name).is_not_null() for name in STATISTICS))
    cells = rows.frame.select(COLUMNS).unique()
    twice = cells.filter(pl.struct(KEY).is_duplicated())
    if twice.height:
        shown = ", ".join(filter(None, twice.sort(KEY).row(0)[: len(KEY)]))
        raise ImportRefusedError(f"two rows of one cell do not agree: {shown}")
    return cells


def period_in(name: str, pattern: str) -> str:
    """Return the first group of a pattern in a file's name. Raises ImportRefusedError where it doesn't match."""
    found = re.search(pattern, name)
    if found is None:
        raise ImportRefusedError(f"{name}: its name doesn't say the year; keep the publisher's name for the file")
    return found[1]
