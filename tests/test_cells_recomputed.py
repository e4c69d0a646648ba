"""Cells of the shipped datasets, computed a second way from the publishers' files: plain Python, none of the importer.

The folder of the files is named by PUBLISHED_DATA; where it isn't, nothing is tested. It takes minutes.
"""

from __future__ import annotations

import csv
import gzip
import math
import os
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from bot.core.model.datasets import Cell, PublicData
from bot.storage.knowledge import tables
from bot.storage.knowledge.library import DEFAULT_FOLDER, load

PUBLISHED = Path(os.environ.get("PUBLISHED_DATA", "no folder"))
pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="PUBLISHED_DATA names no folder of publishers' files")

Key = tuple[str, ...]  # company, role, level, place, period, end
FIGURES = ("p10", "p25", "median", "p75", "p90", "mean")


@cache
def public() -> PublicData:
    loaded = load(DEFAULT_FOLDER, tables.ALL).public
    assert loaded is not None
    return loaded


def cells_of(dataset: str, wanted: Callable[[Cell], bool] = lambda _: True) -> dict[Key, Cell]:
    cells = filter(wanted, public().tables[dataset].scan())
    return {(cell.company, cell.role, cell.level, cell.place, cell.period, cell.end): cell for cell in cells}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    (file,) = PUBLISHED.rglob(name)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@cache
def recognition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEFAULT_FOLDER / "datasets/roles.yaml").read_text(encoding="utf-8"))
    return loaded


def role_of_code(classification: str) -> dict[tuple[str, str], str]:
    """Return the roles by code and official title."""
    return {
        (occupation.get("code", occupation["title"]), occupation["title"]): role["id"]
        for role in recognition()["roles"]
        for occupation in role.get("occupations", ())
        if occupation["classification"] == classification
    }


def published(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text.strip()) else None


def figures_of(cell: Cell) -> tuple[float | None, ...]:
    return tuple(getattr(cell, name) for name in FIGURES)


def same(found: Mapping[Key, Cell], computed: Mapping[Any, tuple[float | None, ...]]) -> None:
    assert found.keys() == computed.keys()
    assert {key: figures_of(cell) for key, cell in found.items()} == computed


# ------------------------------------------------------------------ published figures


def test_the_wage_survey_says_what_is_published() -> None:
    roles = role_of_code("soc2018")
    states = {place.name: place.id for place in public().places.values() if place.kind == "state"}
    computed: dict[Key, tuple[float | None, ...]] = {}
    for row in rows_of("oews_2025_us_state_metro.csv"):
        role = roles.get((row["soc"], row["soc_title"]))
        figures = tuple(published(row[f"annual_{name}"]) for name in FIGURES)
        if role is None or not any(figures):
            continue
        code = row["area_code"]
        area = f"us-metro-{code[2:]}" if code.startswith("00") else f"us-area-{code}"
        place = {"N": "us", "S": states.get(row["area_name"], "")}.get(row["area_type"], area)
        computed["", role, "", place, "2025-05", ""] = figures
    same(cells_of("bls_oews", lambda cell: cell.period == "2025-05"), computed)
    assert len(computed) > 13_000


def test_the_years_of_the_wage_survey_are_those_of_the_classification() -> None:
    roles = role_of_code("soc2018")
    names = ("a_pct10", "a_pct25", "a_median", "a_pct75", "a_pct90", "a_mean")
    computed = {
        ("", role, "", "us", f"{row['year']}-05", ""): figures
        for row in rows_of("oews_national_2020-2025.csv")
        if (role := roles.get((row["occ_code"], row["occ_title"])))
        and any(figures := tuple(published(row[name]) for name in names))
    }
    same(
        cells_of(
            "bls_oews", lambda cell: cell.place == "us" and (("", cell.role, "", "us", cell.period, "") in computed)
        ),
        computed,
    )
    assert ("", "data_scientist", "", "us", "2020-05", "") not in computed
    # Marketing managers' 90th percentile of 2020 is published as "#": it is nowhere.
    assert computed["", "marketing_manager", "", "us", "2020-05", ""][4] is None


def test_the_british_survey_says_what_is_published() -> None:
    roles = role_of_code("soc2020uk")
    computed = {
        ("", role, "", "gb", f"{row['year']}-04", ""): tuple(published(row[name]) for name in FIGURES)
        for row in rows_of("uk_ashe_table14_7_annual_gross_2021-2025.csv")
        if row["soc"] == "SOC2020"
        and row["employees"] == "all"
        and (role := roles.get((row["code"], row["occupation"])))
    }
    same(cells_of("ons_ashe"), computed)


OFFICES = {
    "ato_australia": "AU",
    "cbs_netherlands": "NL",
    "dst_denmark": "DK",
    "esdc_wages": "CA",
    "scb_sweden": "SE",
    "ssb_norway": "NO",
}


@pytest.mark.parametrize(("dataset", "country"), OFFICES.items())
def test_the_offices_say_what_is_published(dataset: str, country: str) -> None:
    head = public().dataset(dataset)
    roles = role_of_code(head.classification)
    own = {key: place for key, place in public().places.items() if key.partition("-")[0] == country.lower()}
    places = {name: key for key, place in own.items() for name in (place.name.lower(), *place.names)}
    computed = {
        ("", role, "", places[row["place"].lower()], row["year"], ""): tuple(
            None if (value := published(row[name])) is None else round(value, 2) for name in FIGURES
        )
        for row in rows_of("intl_official_pay.csv")
        if row["country"] == country
        and row["level"] == "all"
        and (role := roles.get((row["code"], row["occupation"].strip())))
    }
    same(cells_of(dataset), computed)


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("dol_lca_occupations", "lca_soc_by_fiscal_year_2015-2026h1.csv"),
        ("dol_perm_occupations", "perm_soc_by_fiscal_year_2015-2026h1.csv"),
    ],
)
def test_medians_by_year_are_those_published(dataset: str, name: str) -> None:
    roles = role_of_code("soc2018")
    computed = {
        (role, {"2026": "FY2026-H1"}.get(row["fiscal_year"], f"FY{row['fiscal_year']}")): (
            int(row["filings"]),
            float(row["median_annual_wage_from"]),
        )
        for row in rows_of(name)
        if row["fiscal_year"] >= "2023" and (role := roles.get((row["soc"], row["soc_title"])))
    }
    found = {(cell.role, cell.period): (cell.n, cell.median) for cell in cells_of(dataset).values()}
    assert found == {key: value for key, value in computed.items() if value[0] >= tables.FEWEST}


def test_medians_of_the_largest_filers_are_those_published() -> None:
    for name, period in (("fy2025", "FY2025"), ("fy2026_q1-q3", "FY2026-Q1-Q3")):
        computed = sorted(
            (int(row["cases"]), float(row["median_wage"])) for row in rows_of(f"lca_top100_employers_{name}.csv")
        )
        found = cells_of("dol_lca_employers", lambda cell, period=period: cell.period == period)  # type: ignore[misc]
        assert sorted((cell.n, cell.median) for cell in found.values()) == computed
        assert found["google", "", "", "us", period, "low"].median == {"FY2025": 184_000}.get(period, 193_000)


# ------------------------------------------------------------------ counted cells


def statistics_of(values: list[float]) -> tuple[float | None, ...]:
    """Return p10, p25, median, p75, p90 and mean, in whole units, halves up."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    at = {"p10": cuts[1], "p25": cuts[4], "median": cuts[9], "p75": cuts[14], "p90": cuts[17]}
    figures = {name: math.floor(value + 0.5) for name, value in at.items()}
    tenths = len(values) >= 10
    whole = (figures[name] if tenths or name not in {"p10", "p90"} else None for name in FIGURES[:-1])
    return (*whole, math.floor(statistics.fmean(values) + 0.5))


def counted(rows: Iterable[tuple[Key, float]]) -> dict[Key, tuple[int, tuple[float | None, ...]]]:
    """Return n and figures of every key that has enough rows."""
    groups: defaultdict[Key, list[float]] = defaultdict(list)
    for key, value in rows:
        groups[key].append(value)
    return {key: (len(values), statistics_of(values)) for key, values in groups.items() if len(values) >= tables.FEWEST}


def close(found: dict[Key, Cell], computed: dict[Key, tuple[int, tuple[float | None, ...]]]) -> None:
    """Compare cells with computed ones: n exactly, figures but for the last bit before rounding."""
    assert found.keys() == computed.keys()
    for key, cell in found.items():
        n, figures = computed[key]
        assert cell.n == n, key
        for one, two in zip(figures_of(cell), figures, strict=True):
            assert (one is None) == (two is None), key
            assert one is None or two is None or abs(one - two) <= 1, key
    exact = sum(figures_of(cell) == computed[key][1] for key, cell in found.items())
    assert exact >= 0.99 * len(found)


def words_of(title: str) -> str:
    return f" {' '.join(re.findall('[a-z0-9]+', title.lower()))} "


@cache
def role_and_level(title: str) -> tuple[str, str]:
    words = words_of(title)
    role = ""
    for family in recognition()["roles"]:
        for rule in family.get("titles", ()):
            inside = all(any(f" {one} " in words for one in part.split("|")) for part in rule["all"])
            if inside and not any(f" {one} " in words for one in rule.get("none", ())):
                role = role or family["id"]
    for phrase in recognition()["no_level"]:
        words = words.replace(f" {phrase} ", "  ")
    levels = (level["id"] for level in recognition()["levels"] if any(f" {word} " in words for word in level["words"]))
    return role, next(levels, "")


@cache
def brands() -> dict[str, str]:
    """Return the ids of listed employers by legal name, from the list that employers.csv was made of."""
    ids = {employer.name: key for key, employer in public().employers.items()}
    return {
        row["employer_name_normalised"].lower(): ids[row["brand"]]
        for row in rows_of("company_groups.csv")
        if row["brand"] in ids
    }


def company_of(name: str) -> str:
    return brands().get(" ".join(re.sub("[.,]", "", name.lower()).split()), "")


def keyed(row: dict[str, Any], period: str, end: str, groups: Iterable[tuple[str, ...]]) -> Iterator[Key]:
    """Yield the keys that a filing counts for."""
    role, level = role_and_level(row["title"])
    state = f"us-{row['state'].strip().lower()}" if row["state"] else ""
    city = f"{state}-{'_'.join(re.findall('[a-z]+', (row['city'] or '').lower()))}"
    values = {
        "company": company_of(row["employer"]),
        "role": role,
        "level": level,
        "state": state if state in public().places else "",
        "city": city if city in public().places else "",
    }
    for group in groups:
        if all(values[name] for name in group):
            part = {name: values[name] for name in group}
            place = part.get("state") or part.get("city") or "us"
            yield part.get("company", ""), part.get("role", ""), part.get("level", ""), place, period, end


NOW = [
    *(("company",), ("company", "role"), ("company", "level"), ("company", "role", "level"), ("company", "state")),
    *(("company", "city"), ("company", "role", "state"), ("company", "role", "city"), ("role",), ("role", "level")),
    *(("role", "state"), ("role", "city"), ("role", "level", "state")),
]
THEN = [
    *(("company",), ("company", "role"), ("role",), ("role", "level"), ("role", "state")),
    *(("company", "level"), ("company", "role", "level"), ("company", "state")),
]
PER_YEAR = {"Year": 1, "Month": 12, "Bi-Weekly": 26, "Week": 52, "Hour": 2080}


def is_of_listed(cell: Cell) -> bool:
    """Whether a cell is of no employer in particular, or of one of the brands."""
    return cell.company in {"", *brands().values()}


@pytest.mark.parametrize("year", ["2019", "2023", "2026h1"])
def test_green_card_filings_are_counted_right(year: str) -> None:
    period = {"2026h1": "FY2026-H1"}.get(year, f"FY{year}")
    (file,) = PUBLISHED.rglob(f"perm_fy{year}_tech.parquet")
    names = {"employer_name": "employer", "job_title": "title", "worksite_city": "city", "worksite_state": "state"}
    rows = pl.read_parquet(file).rename(names).to_dicts()
    groups = NOW if year == "2026h1" else THEN

    def keys() -> Iterator[tuple[Key, float]]:
        for row in rows:
            per_year = PER_YEAR[row["wage_unit"]]
            low, high = row["wage_from"] * per_year, (row["wage_to"] or 0) * per_year
            for end, pay in (("low", low), *([("high", high)] if high >= low else [])):
                yield from ((key, pay) for key in keyed(row, period, end, groups))

    close(cells_of("dol_perm", lambda cell: cell.period == period and is_of_listed(cell)), counted(keys()))


def test_work_visa_filings_are_counted_right() -> None:
    (file,) = PUBLISHED.rglob("lca_fy2024q1_certified_fulltime.parquet")
    names = {"EMPLOYER_NAME": "employer", "JOB_TITLE": "title", "WORKSITE_STATE": "state"}
    rows = pl.read_parquet(file).rename(names).with_columns(city=pl.lit("")).to_dicts()

    def keys() -> Iterator[tuple[Key, float]]:
        for row in rows:
            pay = row["WAGE_RATE_OF_PAY_FROM"] * PER_YEAR[row["WAGE_UNIT_OF_PAY"]]
            if not row["SOC_CODE"].startswith("15-11") and 20_000 <= pay <= 2_000_000:
                yield from ((key, pay) for key in keyed(row, "FY2024-Q1", "low", NOW))

    found = cells_of("dol_lca", is_of_listed)
    close(found, counted(keys()))
    # Counted apart by whoever gathered the file.
    for company, n in (("google", 1199), ("microsoft", 1578), ("facebook", 1033), ("apple", 735), ("nvidia", 267)):
        assert found[company, "", "", "us", "FY2024-Q1", "low"].n == n


def test_answers_to_the_survey_are_counted_right() -> None:
    roles = {title: role for (_, title), role in role_of_code("stackoverflow").items()}
    countries = {
        name: place.id for place in public().places.values() if place.kind == "country" for name in place.names
    }
    countries |= {place.name.lower(): place.id for place in public().places.values() if place.kind == "country"}

    def keys() -> Iterator[tuple[Key, float]]:
        for row in rows_of("so_survey_2025_reduced.csv"):
            place, role, years = countries.get(row["country"].lower()), roles.get(row["role"], ""), row["years_code"]
            at = next(
                (
                    f"years_{name}"
                    for top, name in ((5, "0_4"), (10, "5_9"), (20, "10_19"))
                    if years and float(years) < top
                ),
                "",
            )
            level = at or ("years_20_up" if years else "")
            if place:
                for one, two in {("", ""), (role, ""), ("", level), (role, level)}:
                    yield ("", one, two, place, "2025", ""), float(row["usd_year"])

    close(cells_of("stackoverflow", lambda cell: cell.period == "2025"), counted(keys()))


def test_ads_are_counted_right() -> None:
    levels = {"EN": "entry", "MI": "mid", "SE": "senior", "EX": "executive"}
    pay = {"salary", "salary_in_usd"}
    ads: set[tuple[Any, ...]] = set()
    runs = groupby(
        rows_of("aijobs_salaries_2025-01-19.csv.gz"),
        key=lambda row: tuple(sorted((k, v) for k, v in row.items() if k not in pay)),
    )
    for ad_fields, run in runs:
        amounts = [float(row["salary"]) for row in run]
        if len(amounts) % 2 == 0:
            ads |= {(ad_fields, *sorted(pair)) for pair in zip(amounts[::2], amounts[1::2], strict=True)}

    def keys() -> Iterator[tuple[Key, float]]:
        for ad_fields, low, high in ads:
            ad = dict(ad_fields)
            fits = ad["company_location"] == ad["employee_residence"] == "US" and ad["employment_type"] == "FT"
            if fits and ad["salary_currency"] == "USD" and ad["work_year"] >= "2023" and low > 15_000:
                role, level = role_and_level(ad["job_title"])[0], levels[ad["experience_level"]]
                for one, two in {("", ""), (role, ""), ("", level), (role, level)}:
                    for end, amount in (("low", low), ("high", high)):
                        yield ("", one, two, "us", ad["work_year"], end), amount

    close(cells_of("aijobs"), counted(keys()))


def test_the_share_of_legal_minimums_is_what_the_heads_say() -> None:
    (lca,) = PUBLISHED.rglob("lca_fy2024q1_certified_fulltime.parquet")
    at_minimum = pl.col("ANNUAL_WAGE") <= pl.col("ANNUAL_PREVAILING_WAGE") + 1
    current = pl.read_parquet(lca).filter(~pl.col("SOC_CODE").str.starts_with("15-11"))
    assert current.select(at_minimum.mean()).item() == pytest.approx(1 / 3, abs=0.01)
    perm = pl.concat([pl.read_parquet(file) for file in sorted(PUBLISHED.rglob("perm_fy*_tech.parquet"))])
    assert perm.select((pl.col("annual_from") <= pl.col("pw_annual") + 1).mean()).item() == pytest.approx(
        0.47, abs=0.01
    )
    assert perm["wage_to"].is_not_null().mean() == pytest.approx(0.5, abs=0.03)
