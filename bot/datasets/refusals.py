"""Refuse tables whose numbers nobody counted: figures that are one times a constant, years that repeat each other.

Such tables are met among those that others have put together: one in which every 75th percentile was 1.35 times the
median, one whose four years held the same numbers. Nothing else about them looked wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, islice

import polars as pl

from bot.core.model.datasets import KEY, STATISTICS, Employer, PublicData
from bot.datasets.reading import ImportContext, ImportRefusedError
from bot.storage.knowledge import tables

# Fewer cells than these show no pattern.
ENOUGH = 10
# Where so many of the ratios are one number, that number made them. Real tables have hardly two alike.
MOST_ALIKE = 0.5


def refuse(cells: pl.DataFrame) -> None:
    """Look at the cells of a dataset: columns COLUMNS, figures as numbers or null.

    Raises ImportRefusedError, which says how many of the cells show it.
    """
    _refuse_constant_ratios(cells)
    _refuse_repeated_periods(cells)


def refuse_faulty(context: ImportContext, lines: Sequence[str], employers: Mapping[str, Employer]) -> None:
    """Look at the lines of a table as `salarybot check` does. Raises ImportRefusedError."""
    names = PublicData(
        datasets=(context.dataset,),
        records={},
        tables={},
        employers={**context.employers, **employers},
        places=dict(context.places),
        roles={role.id: role for role in context.roles.roles},
        levels={level.id: level for level in context.roles.levels},
    )
    faults = list(islice(tables.faults_of_lines(lines, context.dataset, names), tables.MOST_FAULTS))
    if not lines:
        raise ImportRefusedError("no row makes a cell; are they the right files?")
    if faults:
        raise ImportRefusedError("\n".join(f"{tables.CELLS}:{line}: {message}" for line, message in faults))


def _refuse_constant_ratios(cells: pl.DataFrame) -> None:
    for name in STATISTICS:
        if name == "median":
            continue
        both = cells.filter(pl.col(name) > 0, pl.col("median") > 0, pl.col(name) != pl.col("median"))
        ratios = both.select((pl.col(name) / pl.col("median")).round(3).alias("ratio"))["ratio"]
        if ratios.len() < ENOUGH:
            continue
        times, most = ratios.value_counts(sort=True).row(0)
        if most > MOST_ALIKE * ratios.len():
            fault = f"in {most:,} of {ratios.len():,} cells {name} is {times} times the median"
            raise ImportRefusedError(f"{fault}: it was computed, not counted; look for the publisher's own file")


def _refuse_repeated_periods(cells: pl.DataFrame) -> None:
    others = [name for name in KEY if name != "period"]
    figures = ["n", *STATISTICS]
    for one, two in combinations(sorted(cells["period"].unique()), 2):
        joined = cells.filter(pl.col("period") == one).join(cells.filter(pl.col("period") == two), on=others)
        same = joined.filter(pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_right")) for name in figures))
        if joined.height >= ENOUGH and same.height > MOST_ALIKE * joined.height:
            fault = f"{same.height:,} of {joined.height:,} cells of {one} and {two} are the same to the dollar"
            raise ImportRefusedError(
                f"{fault}: one of the periods is false; import them from the publisher's own files"
            )
