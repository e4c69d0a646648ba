"""Read the Occupational Employment and Wage Statistics of the US Bureau of Labor Statistics.

Read are the workbooks as published (columns OCC_CODE, A_MEDIAN ..., one file a year and kind of area), the same as CSV,
and the survey's flat files joined into one table (soc, annual_median ...). All years and areas make one dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.datasets.reading import (
    ImportContext,
    Rows,
    Table,
    as_cells,
    number,
    period_in,
    read_text,
    with_places,
    with_roles,
)

FIGURES = ("p10", "p25", "median", "p75", "p90", "mean", "rse")
# As published -> here: in the workbooks, and in the flat files.
WORKBOOK = {
    "occ_code": "code",
    "occ_title": "title",
    "a_pct10": "p10",
    "a_pct25": "p25",
    "a_median": "median",
    "a_pct75": "p75",
    "a_pct90": "p90",
    "a_mean": "mean",
    "mean_prse": "rse",
}
FLAT = {
    "soc": "code",
    "soc_title": "title",
    **{f"annual_{name}": name for name in ("p10", "p25", "median", "p75", "p90", "mean")},
    "wage_rse_pct": "rse",
}
# The kinds of area: national, state, metropolitan, nonmetropolitan.
AREA_TYPES = {"1": "N", "2": "S", "3": "S", "4": "M", "6": "M"}


def read(files: Sequence[Path], context: ImportContext) -> Table:
    """Read files of the survey."""
    rows = Rows(pl.concat([_file(file, context) for file in files]))
    rows.keep("a place that is not listed", pl.col("place").is_not_null())
    with_places(rows, context)
    with_roles(rows, context)
    rows.frame = rows.frame.with_columns(number(name) for name in FIGURES)
    return rows.table(as_cells(rows))


def _file(file: Path, context: ImportContext) -> pl.DataFrame:
    frame = read_text(file, context)
    flat = "annual_median" in frame.columns
    names = FLAT if flat else WORKBOOK
    frame = frame.rename({old: new for old, new in names.items() if old in frame.columns})
    frame = frame.with_columns(_period(file, frame), _place(frame, context))
    return frame.select("code", "title", "place", "period", *FIGURES)


def _period(file: Path, frame: pl.DataFrame) -> pl.Expr:
    """Return the month of the survey: May of the year that a column or the file's name tells."""
    if "year" in frame.columns:
        return (pl.col("year") + "-05").alias("period")
    return pl.lit(period_in(file.name, r"(20\d\d)") + "-05").alias("period")


def _place(frame: pl.DataFrame, context: ImportContext) -> pl.Expr:
    """Return the id of each row's area, from its type, code and name."""
    states = {place.name: place.id for place in context.places.values() if place.kind == "state"}
    if "area_type" not in frame.columns:
        return pl.lit("us").alias("place")
    kind = pl.col("area_type").replace(AREA_TYPES)
    code = pl.col("area_code" if "area_code" in frame.columns else "area").str.zfill(7)
    name = pl.col("area_name" if "area_name" in frame.columns else "area_title")
    metropolitan = code.str.starts_with("00")
    return (
        pl.when(kind == "N")
        .then(pl.lit("us"))
        .when(kind == "S")
        .then(name.replace_strict(states, default=None))
        .when(metropolitan)
        .then("us-metro-" + code.str.slice(2))
        .otherwise("us-area-" + code)
        .alias("place")
    )
