"""Read medians that were computed over whole disclosure files: by occupation and year, and of the largest employers.

They are of the lower end of the base pay offered, and count more filings than the files that can be had as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.core.model.datasets import Employer
from bot.datasets.names import with_companies
from bot.datasets.reading import (
    ImportContext,
    Rows,
    Table,
    as_cells,
    number,
    period_in,
    read_all,
    read_text,
    with_roles,
)

BY_YEAR = ("soc", "soc_title", "fiscal_year", "filings", "median_annual_wage_from")
# The department took over the classification of 2018 within the fiscal year 2022.
FIRST_YEAR = 2023
EMPLOYERS = ("employer", "cases", "median_wage")
_NO_ID = re.compile(r"[^a-z0-9]+")


def read_by_year(files: Sequence[Path], context: ImportContext) -> Table:
    """Read medians by occupation and fiscal year; a year that the file's name gives as `2026h1` is half of one."""
    rows = Rows(read_all(files, context, BY_YEAR).rename({"soc": "code", "soc_title": "title", "filings": "n"}))
    rows.keep(
        f"before fiscal year {FIRST_YEAR}, by another classification",
        pl.col("fiscal_year").cast(pl.Int64) >= FIRST_YEAR,
    )
    with_roles(rows, context)
    half = {found[1]: f"FY{found[1]}-H1" for file in files if (found := re.search(r"(\d{4})h1", file.name))}
    rows.frame = rows.frame.with_columns(
        pl.col("fiscal_year").replace_strict(half, default="FY" + pl.col("fiscal_year")).alias("period"),
        number("median_annual_wage_from").alias("median"),
        number("n"),
    )
    rows.keep("fewer than 5 filings", pl.col("n") >= 5)  # noqa: PLR2004 - as said
    return rows.table(as_cells(rows, place="us", end="low"))


def read_employers(files: Sequence[Path], context: ImportContext) -> Table:
    """Read medians of employers, one legal entity a row and all its jobs together.

    The entity stands for the employer where it is the only one of it in the files; else each has an id of its own, as
    medians can't be put together.
    """
    rows = Rows(pl.concat([_of_employers(file, context) for file in files]))
    frame, found = with_companies(rows.frame, context, "employer")
    several = frame.group_by("company").agg(pl.col("legal").n_unique()).filter(pl.col("legal") > 1)["company"]
    entity = pl.col("legal").str.replace_all(_NO_ID.pattern, "_").str.strip_chars("_")
    frame = frame.with_columns(pl.col("company").is_in(several.to_list()).alias("shared"), entity.alias("entity"))
    entities = frame.filter("shared").sort("entity", "employer").unique("entity", keep="first", maintain_order=True)
    found |= {
        key: Employer(id=key, name=name, parent=parent)
        for key, name, parent in entities.select("entity", "employer", "company").iter_rows()
    }
    rows.frame = frame.with_columns(pl.when("shared").then("entity").otherwise("company").alias("company"))
    rows.keep("a namesake of a listed employer", pl.col("company").is_not_null())
    return rows.table(as_cells(rows, place="us", end="low"), found)


def _of_employers(file: Path, context: ImportContext) -> pl.DataFrame:
    """Return employer, n, median and the period that the file's name gives: `fy2026_q1-q3`."""
    period = period_in(file.name, r"fy(\d{4}(?:_q\d-q\d)?)").upper().replace("_", "-")
    frame = read_text(file, context).select(EMPLOYERS)
    return frame.select(
        "employer",
        number("cases").alias("n"),
        number("median_wage").alias("median"),
        pl.lit(f"FY{period}").alias("period"),
    )
