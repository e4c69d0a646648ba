"""Read the Stack Overflow Developer Survey: answers of one year, and medians of earlier years by country and role.

The answers are what people said of themselves, in US dollars as the survey converted them. Years of coding become the
levels `years_...`. Roles are the survey's own, which change from year to year.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.datasets.counting import count
from bot.datasets.reading import (
    ImportContext,
    ImportRefusedError,
    Rows,
    Table,
    as_cells,
    number,
    period_in,
    place_named,
    read_text,
    with_places,
    with_roles,
)
from bot.storage.knowledge.tables import FEWEST

ANSWERS = ("country", "role", "years_code", "usd_year")
MEDIANS = ("country", "cut", "value", "wave", "n", "median_usd_year", "p25_usd_year", "p75_usd_year")
# Years of coding from which a level goes.
YEARS = {"years_0_4": 0, "years_5_9": 5, "years_10_19": 10, "years_20_up": 20}
GROUPS = ((), ("role",), ("level",), ("role", "level"))


def read(files: Sequence[Path], context: ImportContext) -> Table:
    """Read the answers and, beside them, the medians of other years."""
    tables = [_read(file, context) for file in files]
    dropped: dict[str, int] = {}
    for table in tables:
        for reason, n in table.dropped.items():
            dropped[reason] = dropped.get(reason, 0) + n
    cells = pl.concat([table.cells for table in tables])
    rows_in, rows_used = (sum(numbers) for numbers in zip(*((t.rows_in, t.rows_used) for t in tables), strict=True))
    return Table(cells, rows_in, rows_used, dict(sorted(dropped.items())))


def _read(file: Path, context: ImportContext) -> Table:
    frame = read_text(file, context)
    if set(ANSWERS) <= set(frame.columns):
        return _answers(frame.select(ANSWERS), period_in(file.name, r"(20\d\d)"), context)
    if set(MEDIANS) <= set(frame.columns):
        return _medians(frame.select(MEDIANS), context)
    raise ImportRefusedError(f"{file.name}: neither the columns {', '.join(ANSWERS)} nor {', '.join(MEDIANS)}")


def _answers(frame: pl.DataFrame, year: str, context: ImportContext) -> Table:
    rows = Rows(frame)
    place = place_named("country", context, "country")
    rows.frame = rows.frame.with_columns(place.alias("place"), number("usd_year"), number("years_code"))
    with_places(rows, context)
    rows.keep("no pay", pl.col("usd_year").is_not_null())
    labels = {
        occupation.title: role.id
        for role in context.roles.roles
        for occupation in role.occupations
        if occupation.classification == context.dataset.classification
    }
    level = pl.lit(None, pl.String)
    for key, years in YEARS.items():
        level = pl.when(pl.col("years_code") >= years).then(pl.lit(key)).otherwise(level)
    rows.frame = rows.frame.with_columns(
        pl.col("role").replace_strict(labels, default=None), level.alias("level"), pl.lit(year).alias("period")
    )
    groups = [
        {**{key: key if key in group else None for key in ("role", "level")}, "place": "place"} for group in GROUPS
    ]
    return rows.table(count(rows.frame, groups, {"": "usd_year"}))


def _medians(frame: pl.DataFrame, context: ImportContext) -> Table:
    """Return the cells of the years before the last one, of which the answers are there."""
    rows = Rows(frame)
    rows.keep("not by role", pl.col("cut") == "role")
    rows.keep("the year whose answers are there", pl.col("wave") != frame["wave"].max())
    rows.frame = rows.frame.with_columns(
        pl.col("country").str.to_lowercase().alias("place"),
        pl.col("value").alias("code"),
        pl.col("value").alias("title"),
        pl.col("wave").alias("period"),
        number("n"),
        *(number(f"{name}_usd_year").alias(name) for name in ("p25", "median", "p75")),
    )
    with_places(rows, context)
    with_roles(rows, context)
    rows.keep(f"fewer than {FEWEST} answers", pl.col("n") >= FEWEST)
    return rows.table(as_cells(rows))
