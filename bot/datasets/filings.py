"""Read the disclosure files of the US Department of Labor: LCA (H-1B, H-1B1, E-3) and PERM (green cards).

One row is one filing: an employer's offer for a job title at a place, from a lower end, mostly to an upper one. Read
are the files as published (.xlsx, of which the columns were renamed several times), and cuts of them as Parquet or CSV.
The fiscal year is that of the decision or, where a cut lacks its date, that in the file's name (`fy2024q1`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bot.core.model.datasets import Employer
from bot.datasets.counting import count
from bot.datasets.names import contains, with_companies, with_titles
from bot.datasets.reading import ImportContext, ImportRefusedError, Rows, Table, number, period_in, read_text
from bot.storage.knowledge.tables import FEWEST

# What a filing says -> the columns that say so, in files of different years.
NAMES = {
    "employer": ("employer_name", "emp_business_name"),
    "title": ("job_title", "job_info_job_title"),
    "code": ("soc_code", "pw_soc_code", "pwd_soc_code"),
    "city": ("worksite_city", "primary_worksite_city", "job_info_work_city"),
    "state": ("worksite_state", "primary_worksite_state", "job_info_work_state"),
    "low": ("wage_from", "wage_rate_of_pay_from", "wage_offer_from", "job_opp_wage_from", "wage_offered_from_9089"),
    "high": ("wage_to", "wage_rate_of_pay_to", "wage_offer_to", "job_opp_wage_to", "wage_offered_to_9089"),
    "unit": (
        "wage_unit",
        "wage_unit_of_pay",
        "wage_offer_unit_of_pay",
        "job_opp_wage_per",
        "wage_offer_unit_of_pay_9089",
    ),
    "status": ("case_status",),
    "full_time": ("full_time_position",),
    "decided": ("decision_date",),
}
NEEDED = ("employer", "title", "code", "state", "low", "unit")
PER_YEAR = {
    "year": 1,
    "yr": 1,
    "month": 12,
    "mth": 12,
    "bi-weekly": 26,
    "bi": 26,
    "week": 52,
    "wk": 52,
    "hour": 2080,
    "hr": 2080,
}
# A year's pay below or above is a slip of whoever filled in the form.
LOWEST, HIGHEST = 20_000, 2_000_000
# Codes of the classification before 2018: filings withdrawn years later, with the pay of then.
OLD_CODES = "15-11"
# What of company, role, level and place is looked at together: of the last period, and of those before it.
NOW = (
    ("company",),
    ("company", "role"),
    ("company", "level"),
    ("company", "role", "level"),
    ("company", "state"),
    ("company", "city"),
    ("company", "role", "state"),
    ("company", "role", "city"),
    ("role",),
    ("role", "level"),
    ("role", "state"),
    ("role", "city"),
    ("role", "level", "state"),
)
THEN = (("company",), ("company", "role"), ("role",), ("role", "level"), ("role", "state"))
# Of listed employers, which people ask for, more is kept.
THEN_LISTED = (("company", "level"), ("company", "role", "level"), ("company", "state"))


def read(files: Sequence[Path], context: ImportContext) -> Table:
    """Read disclosure files of one kind."""
    rows = Rows(pl.concat([_file(file, context) for file in files], how="diagonal"))
    rows.keep("not certified", pl.col("status").fill_null("certified").str.to_lowercase().str.contains("certified"))
    rows.keep("part time", pl.col("full_time").fill_null("Y") != "N")
    if context.dataset.classification == "soc2018":
        rows.keep("a code of an older classification", ~pl.col("code").fill_null("").str.starts_with(OLD_CODES))
    rows.frame = with_titles(rows.frame, context, "title")
    _keep_wanted(rows, context)
    _annualize(rows)
    rows.keep("pay below 20,000 or above 2,000,000 a year", pl.col("low").is_between(LOWEST, HIGHEST))
    context.report("the employers")
    rows.frame, found = with_companies(rows.frame, context, "employer")
    _locate(rows, context)
    context.report("the cells")
    cells = _count(rows.frame, context)
    cells, employers = _of_interest(cells, context, found)
    return rows.table(cells, employers)


def _file(file: Path, context: ImportContext) -> pl.DataFrame:
    frame = read_text(file, context, frozenset(name for names in NAMES.values() for name in names))
    taken = {key: next((name for name in names if name in frame.columns), None) for key, names in NAMES.items()}
    lacking = [NAMES[key][0] for key in NEEDED if taken[key] is None]
    if lacking:
        raise ImportRefusedError(f"{file.name}: it lacks the columns {', '.join(lacking)}: is it a disclosure file?")
    columns = [pl.col(name).alias(key) if name else pl.lit(None, pl.String).alias(key) for key, name in taken.items()]
    return frame.select(columns).with_columns(_period(file, dated=taken["decided"] is not None))


def _period(file: Path, *, dated: bool) -> pl.Expr:
    """Return the fiscal year, which begins in October: of the decision, or in the file's name."""
    if not dated:
        year = period_in(file.name.lower(), r"fy(\d{4}(?:[hq]\d)?)").upper()
        return pl.lit(f"FY{year[:4]}" + (f"-{year[4:]}" if year[4:] else "")).alias("period")
    decided = pl.col("decided").str.slice(0, 10).str.to_date(strict=False)
    return ("FY" + (decided.dt.year() + (decided.dt.month() >= 10).cast(pl.Int32)).cast(pl.String)).alias("period")  # noqa: PLR2004 - October


def _keep_wanted(rows: Rows, context: ImportContext) -> None:
    """Keep the filings whose code or title the dataset is about."""
    codes, titles = context.dataset.codes, context.dataset.titles
    if codes or titles:
        by_code = pl.col("code").fill_null("").str.contains(f"^(?:{'|'.join(codes)})")
        rows.keep("another kind of job", by_code | contains(pl.col("words"), titles))


def _annualize(rows: Rows) -> None:
    unit = pl.col("unit").fill_null("").str.to_lowercase().str.strip_chars()
    rows.keep("no unit of pay", unit.is_in(list(PER_YEAR)))
    per_year = unit.replace_strict(PER_YEAR, return_dtype=pl.Int64)
    rows.frame = rows.frame.with_columns(number("low"), number("high")).with_columns(
        pl.col("low") * per_year, (pl.col("high") * per_year).alias("high")
    )
    # Zero, or less than the lower end: the field was not meant.
    rows.frame = rows.frame.with_columns(pl.when(pl.col("high") >= pl.col("low")).then(pl.col("high")).alias("high"))


def _locate(rows: Rows, context: ImportContext) -> None:
    """Add the ids of country, state and city; null where that is not listed."""
    words = pl.col("city").fill_null("").str.to_lowercase().str.replace_all(r"[^a-z]+", "_").str.strip_chars("_")
    names = {place.name.lower(): place.id for place in context.places.values() if place.kind == "state"}
    spelled = pl.col("state").fill_null("").str.to_lowercase().str.strip_chars()
    state = pl.coalesce(spelled.replace_strict(names, default=None, return_dtype=pl.String), "us-" + spelled)
    rows.frame = rows.frame.with_columns(
        _listed(state, context, "state"), _listed(state + "-" + words, context, "city")
    )
    rows.frame = rows.frame.with_columns(pl.lit("us").alias("country"))


def _listed(place: pl.Expr, context: ImportContext, kind: str) -> pl.Expr:
    ids = [place.id for place in context.places.values() if place.kind == kind]
    return pl.when(place.is_in(ids)).then(place).alias(kind)


def _count(rows: pl.DataFrame, context: ImportContext) -> pl.DataFrame:
    """Count the cells: all of the last period, fewer of earlier ones, which would fill the most of the table."""
    ends = {"low": "low", "high": "high"}
    last = pl.col("period") == rows["period"].max()
    listed = pl.col("company").is_in(list(context.employers))
    return pl.concat(
        [
            count(rows.filter(last), map(_keys, NOW), ends),
            count(rows.filter(~last), map(_keys, THEN), ends),
            count(rows.filter(~last, listed), map(_keys, THEN_LISTED), ends),
        ]
    )


def _keys(group: tuple[str, ...]) -> dict[str, str | None]:
    place = next((kind for kind in ("state", "city") if kind in group), "country")
    return {**{key: key if key in group else None for key in ("company", "role", "level")}, "place": place}


def _of_interest(
    cells: pl.DataFrame, context: ImportContext, found: dict[str, Employer]
) -> tuple[pl.DataFrame, dict[str, Employer]]:
    """Leave out the employers without a cell of some role, unless they are listed."""
    with_role = cells.filter(pl.col("role") != "", pl.col("n") >= FEWEST)["company"].unique()
    kept = {*with_role, *context.employers, ""}
    cells = cells.filter(pl.col("company").is_in(list(kept)))
    used = set(cells["company"].unique())
    return cells, {key: employer for key, employer in found.items() if key in used}
