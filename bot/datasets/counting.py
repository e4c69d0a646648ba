"""Make cells of rows that are one offer each: count them, and take their percentiles.

Percentiles are interpolated linearly between the two nearest offers, and rounded to whole units. Cells of fewer than
FEWEST rows are left out; the 10th and 90th percentiles take more rows, as each has to have one beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import polars as pl

from bot.core.model.datasets import COLUMNS, KEY, STATISTICS
from bot.storage.knowledge.tables import FEWEST

AT = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
FOR_TENTHS = 10


def count(rows: pl.DataFrame, groups: Iterable[dict[str, str | None]], ends: dict[str, str]) -> pl.DataFrame:
    """Return the cells of rows for every group.

    A group names the column that each key is taken from, None where it is "" (all). `ends` are the columns of pay by
    the end they are ("" where pay is one number). Rows that lack the pay, or a key, are in no such cell.
    """
    cells = [_cells(rows, keys, end, column) for keys, (end, column) in product(groups, ends.items())]
    return pl.concat(cells).select(COLUMNS)


def _cells(rows: pl.DataFrame, keys: dict[str, str | None], end: str, column: str) -> pl.DataFrame:
    taken = {key: source for key, source in keys.items() if source is not None}
    present = rows.drop_nulls([*taken.values(), column])
    pay = pl.col(column)
    figures = {name: pay.quantile(at, "linear") for name, at in AT.items()} | {"mean": pay.mean()}
    grouped = present.group_by(*(pl.col(source).alias(key) for key, source in taken.items()), "period").agg(
        pl.len().alias("n"), *(figure.alias(name) for name, figure in figures.items())
    )
    tenth = pl.col("n") >= FOR_TENTHS
    rounded = [(pl.col(name) + 0.5).floor().alias(name) for name in STATISTICS]
    return (
        grouped.filter(pl.col("n") >= FEWEST)
        .with_columns(rounded)
        .with_columns(pl.when(tenth).then(pl.col(name)).alias(name) for name in ("p10", "p90"))
        .with_columns(pl.lit("").alias(key) for key in KEY if key not in {*taken, "period"})
        .with_columns(pl.lit(end).alias("end"), pl.lit(None, pl.Float64).alias("rse"), pl.col("n").cast(pl.Float64))
        .select(COLUMNS)
    )
