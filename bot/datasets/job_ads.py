"""Read the salaries of aijobs.net: advertised pay ranges, one line an end.

An ad is two lines that follow each other and differ in pay alone, the upper end first. What is no such pair is left
out: it came from a survey that was given up in 2022. The same ad stands there up to a thousand times, and counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.datasets.counting import count
from bot.datasets.names import with_titles
from bot.datasets.reading import ImportContext, Rows, Table, number, read_all, selected

SAME = (
    "work_year",
    "experience_level",
    "employment_type",
    "job_title",
    "salary_currency",
    "employee_residence",
    "remote_ratio",
    "company_location",
    "company_size",
)
LEVELS = {"EN": "entry", "MI": "mid", "SE": "senior", "EX": "executive"}
# Before, most lines were single answers.
FIRST_YEAR = "2023"
# A year's pay below is a slip, or another period's.
LOWEST = 15_000
GROUPS = ((), ("role",), ("level",), ("role", "level"))


def read(files: Sequence[Path], context: ImportContext) -> Table:
    """Read the file; the dataset's head selects the country and the kind of employment."""
    rows = Rows(_paired(read_all(files, context, (*SAME, "salary"))))
    rows.keep("not one of the two ends of a range", pl.col("paired"))
    rows.keep(f"before {FIRST_YEAR}, when most lines were answers to a survey", pl.col("work_year") >= FIRST_YEAR)
    selected(rows, context)
    rows.keep("in another currency", pl.col("salary_currency") == context.dataset.currency)
    rows.keep(f"pay of {LOWEST:,} a year or less", pl.col("low") > LOWEST)
    rows.keep("the upper of two ends, which is taken with the lower", pl.col("upper").not_())
    first = pl.int_range(pl.len()).over(*SAME, "low", "high") == 0
    rows.keep("the same ad again", first)
    frame = with_titles(rows.frame, context, "job_title").with_columns(
        pl.col("experience_level").replace_strict(LEVELS, default=None).alias("level"),
        pl.col("company_location").str.to_lowercase().alias("country"),
        pl.col("work_year").alias("period"),
    )
    groups = [
        {**{key: key if key in group else None for key in ("role", "level")}, "place": "country"} for group in GROUPS
    ]
    return rows.table(count(frame, groups, {"low": "low", "high": "high"}))


def _paired(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `paired`, `upper` and the two ends: lines 1 and 2, 3 and 4 ... of a run of lines that differ in pay alone.

    Nobody knows which line of an odd run stands alone, so none of it is a pair.
    """
    run = pl.struct(SAME).rle_id().alias("run")
    frame = frame.with_columns(number("salary"), run).with_columns(
        (pl.len().over("run") % 2 == 0).alias("paired"), (pl.int_range(pl.len()).over("run") % 2 == 0).alias("upper")
    )
    salary = pl.col("salary")
    other = pl.when("upper").then(salary.shift(-1).over("run")).otherwise(salary.shift(1).over("run"))
    return frame.with_columns(other.alias("other")).with_columns(
        pl.min_horizontal("salary", "other").alias("low"), pl.max_horizontal("salary", "other").alias("high")
    )
