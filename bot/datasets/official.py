"""Read what statistical offices publish by occupation: the British ASHE, and tables of other countries.

The figures are as published, per hour, month or year. Codes are of the office's own classification, which the dataset's
head names; a code that meant another occupation in an earlier edition is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.core.model.datasets import STATISTICS
from bot.datasets.reading import (
    ImportContext,
    Rows,
    Table,
    as_cells,
    number,
    place_named,
    read_all,
    selected,
    with_places,
    with_roles,
)

ASHE = ("year", "soc", "code", "occupation", "employees", "cv_median_pct", *STATISTICS)
TABLE = (
    *("country", "place_kind", "place", "code_system", "code", "occupation", "year", "period", "currency"),
    *("basis", "level", "n", *STATISTICS),
)
# The month in which ASHE's employees were asked.
ASKED_IN = "04"


def read_ashe(files: Sequence[Path], context: ImportContext) -> Table:
    """Read the Annual Survey of Hours and Earnings, table 14.7a, of several years."""
    rows = Rows(read_all(files, context, ASHE))
    selected(rows, context)
    rows.frame = rows.frame.with_columns(
        (pl.col("year") + f"-{ASKED_IN}").alias("period"),
        pl.col("occupation").alias("title"),
        pl.col("cv_median_pct").alias("rse"),
    )
    with_roles(rows, context)
    rows.frame = rows.frame.with_columns(number(name) for name in ("rse", *STATISTICS))
    return rows.table(as_cells(rows, place="gb"))


def read_table(files: Sequence[Path], context: ImportContext) -> Table:
    """Read one country's rows of a table of several; the dataset's head selects the country and the kind of pay.

    Places are countries, provinces and regions by their names. `n` is kept where the head says what it counts.
    """
    rows = Rows(read_all(files, context, TABLE))
    selected(rows, context)
    dataset = context.dataset
    rows.keep("in another currency", pl.col("currency") == dataset.currency)
    rows.keep("per another period", pl.col("period") == dataset.period)
    rows.frame = rows.frame.with_columns(
        place_named("place", context, "country", "province", "region"),
        pl.col("year").alias("period"),
        pl.col("occupation").alias("title"),
        pl.lit("").alias("level"),
    )
    with_places(rows, context)
    with_roles(rows, context)
    figures = ("n", *STATISTICS) if dataset.counted else STATISTICS
    rows.frame = rows.frame.drop("n", *STATISTICS).hstack(rows.frame.select(number(name) for name in figures))
    return rows.table(as_cells(rows))
