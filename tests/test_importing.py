"""`salarybot import`: each layout of publishers' files on a few rows of its own, what is left out, what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.core.model.datasets import CellTable
from bot.datasets.importing import Written, import_files
from bot.datasets.reading import ImportRefusedError
from bot.storage.knowledge import tables
from bot.storage.knowledge.parsed_files import ParsedFiles

ROLES = """\
no_level: [technical staff]
levels:
  - {id: staff, name: staff, words: [staff, principal]}
  - {id: senior, name: senior, words: [senior, sr]}
  - {id: ii, name: II, words: [ii]}
  - {id: mid, name: mid-level, words: [mid level]}
  - {id: entry, name: entry, words: [junior]}
  - {id: years_5_9, name: 5 to 9 years, words: []}
  - {id: years_10_19, name: 10 to 19 years, words: []}
roles:
  - id: robot_tamer
    name: Robot tamer
    people: robot tamers
    titles: [{all: [robot|android, tamer|taming], none: [toy robot]}]
    occupations:
      - {classification: soc2018, code: 15-9999, title: Robot Tamers}
      - {classification: soc2020uk, code: "2134", title: Tamers of robots}
      - {classification: isco08, code: "2512", title: Tamers}
      - {classification: stackoverflow, title: "Tamer, robot"}
  - id: technical_staff
    name: Member of technical staff
    people: members of technical staff
    titles: [{all: [technical staff]}]
"""
PLACES = """\
id,kind,name,parent,names
us,country,United States,,usa
us-tx,state,Texas,us,
us-tx-austin,city,"Austin, TX",us-tx,austin
us-metro-12420,metro,"Austin-Round Rock, TX",us-tx,
gb,country,United Kingdom,,uk
no,country,Norway,,
"""
EMPLOYERS = "id,name,parent,names\nacme,Acme,,acme|acme inc|acme robotics llc\n"


class Base:
    """A folder of datasets with names of its own, into which a test imports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "datasets").mkdir()
        for name, text in (
            ("roles.yaml", ROLES),
            ("places.csv", PLACES),
            ("employers.csv", EMPLOYERS),
            ("legal_forms.txt", "inc\nllc\n"),
        ):
            (folder / "datasets" / name).write_text(text, encoding="utf-8")

    def head(self, layout: str, more: str = "", **fields: str) -> None:
        columns = {
            "id": "some",
            "title": "Some pay",
            "short": "some pay",
            "publisher": "An office",
            "link": "https://example.org",
            "license": "CC0 1.0",
            "credit": "An office",
            "date": "then",
            "population": "employees",
            "pay": "base",
            "currency": "USD",
            "period": "year",
            "rank": "10",
            "layout": layout,
            **fields,
        }
        (self.folder / "datasets/some").mkdir(exist_ok=True)
        text = "".join(f"{key}: {value}\n" for key, value in columns.items())
        (self.folder / "datasets/some/dataset.yaml").write_text(text + more, encoding="utf-8")

    def file(self, name: str, columns: str, *rows: str) -> Path:
        file = self.folder / name
        file.write_text("\n".join((columns, *rows)) + "\n", encoding="utf-8")
        return file

    def run(self, *files: Path) -> Written:
        return import_files(self.folder, "some", files)

    @property
    def lines(self) -> list[str]:
        return (self.folder / "datasets/some/cells.csv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return Base(tmp_path)


OEWS = (
    "area_type,area_code,area_name,soc,soc_title,annual_p10,annual_p25,annual_median,annual_p75,annual_p90,annual_mean,"
    "wage_rse_pct"
)


def test_the_wage_survey_keeps_what_is_published_and_nothing_in_place_of_the_rest(base: Base) -> None:
    base.head("oews", classification="soc2018")
    written = base.run(
        base.file(
            "oews_2025.csv",
            OEWS,
            "N,0000000,National,15-9999,Robot Tamers,40000,50000,60000,70000,#,65000,1.5",
            'M,0012420,"Austin-Round Rock, TX",15-9999,Robot Tamers,,50000,61000,*,**,65000,12.0',
            'M,0099999,"Nowhere, TX",15-9999,Robot Tamers,,50000,61000,,,65000,12.0',
            "S,4800000,Texas,15-9999,Robot Tamers,,,,,,,",
            "S,4800000,Texas,15-8888,Robots,1,2,3,4,5,6,7",
            "S,4800000,Texas,15-9999,Robot Makers,1,2,3,4,5,6,7",
        )
    )
    assert base.lines == [
        ",robot_tamer,,us,2025-05,,,1.5,40000,50000,60000,70000,,65000",
        ",robot_tamer,,us-metro-12420,2025-05,,,12,,50000,61000,,,65000",
    ]
    assert written.record.rows_in == 6
    assert written.record.rows_used == 2
    assert written.record.dropped == {
        "a place that is not listed": 1,
        "an occupation that is no role here": 1,
        "another occupation under the same code": 1,
        "not released": 1,
    }


def test_the_wage_survey_is_read_from_its_own_workbooks(base: Base) -> None:
    base.head("oews", classification="soc2018")
    columns = "AREA AREA_TITLE AREA_TYPE OCC_CODE OCC_TITLE A_MEAN MEAN_PRSE A_PCT10 A_PCT25 A_MEDIAN A_PCT75 A_PCT90"
    rows = ["12420|Austin-Round Rock, TX|4|15-9999|Robot Tamers|65000|12|40000|50000|60000|70000|#"]
    workbook = xlsx(base.folder / "MSA_M2025_dl.xlsx", [columns.split(), *(row.split("|") for row in rows)])
    base.run(workbook)
    assert base.lines == [",robot_tamer,,us-metro-12420,2025-05,,,12,40000,50000,60000,70000,,65000"]


def xlsx(file: Path, rows: list[list[str]]) -> Path:
    """Write a workbook of one sheet of texts."""
    main, rel = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    package = "http://schemas.openxmlformats.org/package/2006"

    def row(values: list[str]) -> str:
        return "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values) + "</row>"

    cells = "".join(map(row, rows))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType='
        '"application/xml"/><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file


# ------------------------------------------------------------------ filings

OFFICIAL = (
    "CASE_STATUS,DECISION_DATE,JOB_TITLE,SOC_CODE,EMPLOYER_NAME,WORKSITE_CITY,WORKSITE_STATE,"
    "WAGE_RATE_OF_PAY_FROM,WAGE_RATE_OF_PAY_TO,WAGE_UNIT_OF_PAY,FULL_TIME_POSITION"
)


def filing(**fields: Any) -> str:
    columns = {
        "status": "Certified",
        "decided": "2025-11-03",
        "title": "Robot Tamer",
        "code": "15-9999",
        "employer": "Acme Inc.",
        "city": "Austin",
        "state": "TX",
        "low": 100_000,
        "high": "",
        "unit": "Year",
        "full": "Y",
        **fields,
    }
    return ",".join(f'"{value}"' for value in columns.values())


@pytest.fixture
def filings(base: Base) -> Base:
    base.head("filings", measures="range_ends", counted="filings")
    return base


def test_filings_in_the_official_layout_are_counted_by_employer_role_level_and_place(filings: Base) -> None:
    rows = [filing(low=100_000 + n * 1_000, high=200_000 if n < 5 else "") for n in range(6)]
    rows += [filing(title="Sr. Robot-Tamer", low=150_000) for _ in range(5)]
    written = filings.run(filings.file("LCA_Disclosure_Data_FY2026_Q1.csv", OFFICIAL, *rows))
    cells = CellTable("some", tuple(filings.lines))
    (high, low) = cells.cells(company="acme", role="robot_tamer", place="us")
    assert (high.period, high.end, high.n, high.median) == ("FY2026", "high", 5, 200_000)
    assert (low.n, low.p25, low.median, low.p75, low.p10, low.mean) == (11, 102_500, 105_000, 150_000, 101_000, 124_091)
    (senior,) = cells.cells(role="robot_tamer", level="senior", place="us-tx")
    assert (senior.n, senior.median, senior.p10) == (5, 150_000, None)
    assert cells.cells(company="acme", place="us-tx-austin")[1].n == 11
    assert written.record.rows_used == 11


def test_filings_for_green_cards_are_read_in_the_layout_of_their_new_form(filings: Base) -> None:
    columns = (
        "CASE_STATUS,DECISION_DATE,JOB_TITLE,PWD_SOC_CODE,EMP_BUSINESS_NAME,PRIMARY_WORKSITE_CITY,"
        "PRIMARY_WORKSITE_STATE,JOB_OPP_WAGE_FROM,JOB_OPP_WAGE_TO,JOB_OPP_WAGE_PER"
    )
    fields = {
        "status": "CERTIFIED",
        "decided": "2026-10-01 00:00:00",
        "state": "TEXAS",
        "low": "$100,000.00",
        "high": 120_000,
    }
    rows = [filing(**fields).rpartition(",")[0]] * 5
    filings.run(filings.file("PERM_Disclosure_Data_FY2027_Q1.csv", columns, *rows))
    cells = CellTable("some", tuple(filings.lines))
    high, low = cells.cells(company="acme", role="robot_tamer", place="us-tx")
    assert (low.period, low.median, high.median) == ("FY2027", 100_000, 120_000)


def test_fewer_than_five_are_nobody(filings: Base) -> None:
    few = [filing(state="TX")] * 4 + [filing(state="CA")] * 3
    filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *few))
    assert {line.split(",")[3] for line in filings.lines} == {"us"}
    with pytest.raises(ImportRefusedError, match="no row makes a cell"):
        filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *few[:4]))


@pytest.mark.parametrize(
    ("unit", "low", "median"),
    [("Hour", 50, 104_000), ("Week", 2_000, 104_000), ("Bi-Weekly", 4_000, 104_000), ("Month", 9_000, 108_000)],
)
def test_pay_is_made_yearly_by_its_unit(filings: Base, unit: str, low: int, median: int) -> None:
    filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *[filing(unit=unit, low=low)] * 5))
    assert {line.split(",")[10] for line in filings.lines} == {str(median)}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "Denied"}, "not certified"),
        ({"full": "N"}, "part time"),
        ({"code": "15-1132"}, "a code of an older classification"),
        ({"unit": "Day"}, "no unit of pay"),
        ({"low": 1_200}, "pay below 20,000 or above 2,000,000 a year"),
        ({"code": "29-1141", "title": "Nurse"}, "another kind of job"),
    ],
)
def test_what_is_left_out_is_counted(base: Base, fields: dict[str, Any], reason: str) -> None:
    more = "codes: [15-]\ntitles: [tamer]\n"
    base.head("filings", more, measures="range_ends", counted="filings", classification="soc2018")
    written = base.run(base.file("LCA_FY2026.csv", OFFICIAL, *[filing()] * 5, filing(**fields)))
    assert written.record.dropped == {reason: 1}


def test_an_upper_end_below_the_lower_one_is_none(filings: Base) -> None:
    filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *[filing(low=100_000, high=0)] * 5))
    assert {line.split(",")[5] for line in filings.lines} == {"low"}


def test_employers_are_recognized_by_whole_names(filings: Base) -> None:
    names = ["ACME ROBOTICS, LLC", "Acme Dentistry LLC", "ACME DENTISTRY, LLC.", "Acme LLC", "Zebra, Inc."]
    rows = [filing(employer=name) for name in names for _ in range(5)]
    filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *rows))
    cells = CellTable("some", tuple(filings.lines))
    counted = {cell.company: cell.n for cell in cells.scan(role="robot_tamer", level="", place="us")}
    # "Acme LLC" is not listed among Acme's names: it counts, but for nobody.
    assert counted == {"": 25, "acme": 5, "acme_dentistry": 10, "zebra": 5}
    own = (filings.folder / "datasets/some/employers.csv").read_text(encoding="utf-8")
    assert own == "id,name,parent,names\nacme_dentistry,Acme Dentistry,,acme dentistry\nzebra,Zebra,,zebra\n"


@pytest.mark.parametrize(
    ("title", "role", "level"),
    [
        ("Senior Robot Tamer II", "robot_tamer", "senior"),
        ("ROBOT-TAMER (Android)", "robot_tamer", ""),
        ("Robot Tamer II", "robot_tamer", "ii"),
        ("Toy Robot Tamer", "", ""),
        ("Robotic Tamer", "", ""),
        ("Member of Technical Staff", "technical_staff", ""),
        ("Principal Member of Technical Staff", "technical_staff", "staff"),
    ],
)
def test_titles_say_roles_and_levels(filings: Base, title: str, role: str, level: str) -> None:
    filings.run(filings.file("LCA_FY2026.csv", OFFICIAL, *[filing(title=title)] * 5))
    kept = {tuple(line.split(",")[1:3]) for line in filings.lines}
    assert {role for role, _ in kept} == {"", role}
    assert {level for _, level in kept} == {"", level}


def test_a_cut_without_dates_takes_the_year_from_its_name(filings: Base) -> None:
    columns = ["employer_name", "job_title", "soc_code", "worksite_city", "worksite_state", "wage_from", "wage_to"]
    rows: dict[str, list[Any]] = {name: ["x"] * 5 for name in columns}
    rows |= {"job_title": ["Robot Tamer"] * 5, "wage_unit": ["Year"] * 5}
    rows |= {"wage_from": [90_000.5] * 5, "wage_to": [None] * 5}
    file = filings.folder / "perm_fy2026h1_tech.parquet"
    pl.DataFrame(rows, strict=False).write_parquet(file)
    filings.run(file)
    assert filings.lines == [
        ",robot_tamer,,us,FY2026-H1,low,5,,,90001,90001,90001,,90001",
        "x,,,us,FY2026-H1,low,5,,,90001,90001,90001,,90001",
        "x,robot_tamer,,us,FY2026-H1,low,5,,,90001,90001,90001,,90001",
    ]


def test_medians_of_employers_stand_for_one_legal_entity(base: Base) -> None:
    base.head("filings_of_employers", measures="range_ends", counted="filings")
    columns = "rank,employer,cases,median_wage"
    base.run(base.file("top_fy2025.csv", columns, "1,Acme Inc.,90,150000.0", "2,Acme Robotics LLC,30,120000.0"))
    assert base.lines == [
        "acme_inc,,,us,FY2025,low,90,,,,150000,,,",
        "acme_robotics_llc,,,us,FY2025,low,30,,,,120000,,,",
    ]
    own = (base.folder / "datasets/some/employers.csv").read_text(encoding="utf-8")
    assert own.splitlines()[1:] == ["acme_inc,Acme Inc.,acme,", "acme_robotics_llc,Acme Robotics LLC,acme,"]
    base.run(base.file("top_fy2026_q1-q3.csv", columns, "1,Acme Inc.,90,150000.0"))
    assert base.lines == ["acme,,,us,FY2026-Q1-Q3,low,90,,,,150000,,,"]


def test_medians_by_year_begin_with_the_classification(base: Base) -> None:
    base.head("filings_by_year", measures="range_ends", counted="filings", classification="soc2018")
    columns = "soc,soc_title,fiscal_year,filings,certified,median_annual_wage_from"
    years = [
        f"15-9999,Robot Tamers,{year},{n},{n},{100_000 + n}" for year, n in ((2022, 9), (2024, 4), (2025, 8), (2026, 7))
    ]
    written = base.run(base.file("by_fiscal_year_2022-2026h1.csv", columns, *years))
    assert [line.split(",")[4:7] for line in base.lines] == [["FY2025", "low", "8"], ["FY2026-H1", "low", "7"]]
    assert written.record.dropped == {
        "before fiscal year 2023, by another classification": 1,
        "fewer than 5 filings": 1,
    }


# ------------------------------------------------------------------ other publishers


def test_the_british_survey_leaves_the_older_classification_out(base: Base) -> None:
    base.head("ashe", "select: {soc: SOC2020, employees: all}\n", classification="soc2020uk", currency="GBP")
    columns = "year,soc,code,occupation,employees,median,mean,p10,p25,p75,p90,cv_median_pct"
    base.run(
        base.file(
            "ashe.csv",
            columns,
            "2021,SOC2010,2134,IT project managers,all,50000,,,,,,3",
            "2024,SOC2020,2134,Tamers of robots,all,53501,x,29787,38705,69994,..,3.3",
            "2024,SOC2020,2134,Tamers of robots,full-time,60000,,,,,,3.3",
        )
    )
    assert base.lines == [",robot_tamer,,gb,2024-04,,,3.3,29787,38705,53501,69994,,"]


def test_a_table_of_countries_is_taken_as_published(base: Base) -> None:
    more = 'select: {country: "NO", level: all}\n'
    base.head("official_table", more, classification="isco08", currency="NOK", period="month", counted="employees")
    columns = (
        "country,place_kind,place,code_system,code,occupation,year,period,currency,basis,level,mean,"
        "p10,p25,median,p75,p90,n"
    )
    base.run(
        base.file(
            "pay.csv",
            columns,
            "NO,country,Norway,STYRK-08,2512,Tamers,2025,month,NOK,total,all,81050.55,,63330,77420,93820,,8281",
            "NO,country,Norway,STYRK-08,2512,Tamers,2025,year,NOK,total,all,1,,,1,,,8281",
            "NO,country,Norway,STYRK-08,2512,Tamers,2025,month,EUR,total,all,1,,,1,,,8281",
            "NO,country,Norway,STYRK-08,2512,Tamers,2025,month,NOK,total,age 55+,1,,,1,,,8281",
            "SE,country,Sweden,SSYK,2512,Tamers,2025,month,NOK,total,all,1,,,1,,,8281",
        )
    )
    assert base.lines == [",robot_tamer,,no,2025,,8281,,,63330,77420,93820,,81050.55"]


def test_two_rows_of_one_cell_have_to_agree(base: Base) -> None:
    base.head("oews", classification="soc2018")
    row = "N,0000000,National,15-9999,Robot Tamers,40000,50000,60000,70000,80000,65000,1.5"
    files = [base.file("a_2025.csv", OEWS, row), base.file("b_2025.csv", OEWS, row)]
    assert base.run(*files).record.cells == 1
    with pytest.raises(ImportRefusedError, match="two rows of one cell do not agree: robot_tamer, us, 2025-05"):
        base.run(files[0], base.file("b_2025.csv", OEWS, row.replace("60000", "61000")))


def test_ads_are_pairs_of_lines_and_count_once(base: Base) -> None:
    base.head("job_ads", "select: {company_location: US}\n", measures="range_ends", counted="job ads")
    columns = (
        "work_year,experience_level,employment_type,job_title,salary,salary_currency,salary_in_usd,"
        "employee_residence,remote_ratio,company_location,company_size"
    )

    def ad(pay: int, year: int = 2024, place: str = "US", money: str = "USD") -> str:
        return f"{year},SE,FT,Robot Tamer,{pay},{money},{pay},{place},0,{place},M"

    ads = [ad(pay) for n in range(5) for pay in (200_000 + n, 100_000 + n)]
    british = [ad(90_000, place="GB"), ad(80_000, place="GB")]
    lines = [*ads, ad(70_000, year=2022), *ads[:2], *british, ad(300_000), ad(200_000), ad(100_000)]
    written = base.run(base.file("ads.csv", columns, *lines))
    assert base.lines[:2] == [
        ",,,us,2024,high,5,,,200001,200002,200003,,200002",
        ",,,us,2024,low,5,,,100001,100002,100003,,100002",
    ]
    assert {line.split(",")[2] for line in base.lines} == {"", "senior"}
    assert written.record.dropped["the upper of two ends, which is taken with the lower"] == 6
    assert written.record.dropped["not one of the two ends of a range"] == 4
    assert written.record.dropped["the same ad again"] == 1
    assert written.record.rows_used + sum(written.record.dropped.values()) == written.record.rows_in == len(lines)


def test_the_survey_counts_answers_by_country_role_and_years(base: Base) -> None:
    base.head("survey", classification="stackoverflow", counted="answers")
    answers = [f'United Kingdom,"Tamer, robot",{years},bachelor,{50_000 + years}' for years in (5, 6, 7, 8, 9, 12)]
    answers += ["Atlantis,Other,3,bachelor,99000"] * 5
    medians = ['GB,role,"Tamer, robot",2024,40,60000,,', 'GB,role,"Tamer, robot",2025,40,60000,,']
    written = base.run(
        base.file("survey_2025.csv", "country,role,years_code,education,usd_year", *answers),
        base.file("by_year.csv", "country,cut,value,wave,n,median_usd_year,p25_usd_year,p75_usd_year", *medians),
    )
    assert base.lines == [
        ",,,gb,2025,,6,,,50006,50008,50009,,50008",
        ",,years_5_9,gb,2025,,5,,,50006,50007,50008,,50007",
        ",robot_tamer,,gb,2024,,40,,,,60000,,,",
        ",robot_tamer,,gb,2025,,6,,,50006,50008,50009,,50008",
        ",robot_tamer,years_5_9,gb,2025,,5,,,50006,50007,50008,,50007",
    ]
    assert written.record.dropped == {"a place that is not listed": 5, "the year whose answers are there": 1}


# ------------------------------------------------------------------ refusals


def many(base: Base, years: dict[str, int], ratio: float | None = None) -> list[Path]:
    """Write a wage survey of a dozen cities and these years, each so many dollars above the first."""
    places = [f"us-metro-{10000 + n}" for n in range(12)]
    text = PLACES + "".join(f"{place},metro,{place},us-tx,\n" for place in places)
    (base.folder / "datasets/places.csv").write_text(text, encoding="utf-8")
    base.head("oews", classification="soc2018")
    files = []
    for year, more in years.items():
        rows = []
        for n in range(12):
            median = 60_000 + n * n * 137 + more
            top = round(median * ratio) if ratio else median + 9_000 + n * 311
            rows.append(f"M,00{10000 + n},x,15-9999,Robot Tamers,,,{median},{top},,,1.5")
        files.append(base.file(f"oews_{year}.csv", OEWS, *rows))
    return files


def test_honest_years_are_taken(base: Base) -> None:
    assert base.run(*many(base, {"2023": 0, "2024": 1_500})).record.cells == 24


def test_figures_that_are_one_times_a_constant_are_refused(base: Base) -> None:
    with pytest.raises(ImportRefusedError, match=r"in 12 of 12 cells p75 is 1\.35 times the median"):
        base.run(*many(base, {"2024": 0}, ratio=1.35))


def test_years_that_repeat_each_other_are_refused(base: Base) -> None:
    with pytest.raises(ImportRefusedError, match="12 of 12 cells of 2023-05 and 2024-05 are the same to the dollar"):
        base.run(*many(base, {"2023": 0, "2024": 0}))


def test_a_refused_import_changes_nothing(base: Base) -> None:
    base.run(*many(base, {"2023": 0}))
    before = {path.name: path.read_bytes() for path in (base.folder / "datasets/some").iterdir()}
    with pytest.raises(ImportRefusedError):
        base.run(*many(base, {"2023": 0, "2024": 0}))
    assert {path.name: path.read_bytes() for path in (base.folder / "datasets/some").iterdir()} == before


def test_percentiles_that_do_not_rise_are_refused(base: Base) -> None:
    base.head("oews", classification="soc2018")
    row = "N,0000000,National,15-9999,Robot Tamers,40000,70000,60000,70000,80000,65000,1.5"
    with pytest.raises(ImportRefusedError, match=r"cells\.csv:2: the percentiles do not rise"):
        base.run(base.file("a_2025.csv", OEWS, row))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "one,two\n1,2\n", "it lacks the columns employer_name"),
        ("a.xlsx", "nothing", "not a CSV, Excel"),
        ("a.parquet", "nothing", "not a CSV, Excel"),
    ],
)
def test_a_wrong_file_is_named(filings: Base, name: str, content: str, expected: str) -> None:
    file = filings.folder / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=f"{name}: {expected}"):
        filings.run(file)


def test_a_file_without_a_year_is_refused(filings: Base) -> None:
    columns = OFFICIAL.replace("DECISION_DATE", "OTHER")
    with pytest.raises(ImportRefusedError, match="its name doesn't say the year"):
        filings.run(filings.file("filings.csv", columns, filing()))


def test_the_same_files_give_the_same_bytes_and_the_table_loads(filings: Base) -> None:
    file = filings.file("LCA_FY2026.csv", OFFICIAL, *(filing(low=90_000 + n * n) for n in range(40)))
    filings.run(file)
    folder = filings.folder / "datasets"
    before = {path.name: path.read_bytes() for path in (folder / "some").iterdir()}
    written = filings.run(file)
    assert {path.name: path.read_bytes() for path in (folder / "some").iterdir()} == before
    assert (written.added, written.changed, written.gone) == (0, 0, 0)
    files = {
        path.relative_to(filings.folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    reader = tables.Tables(ParsedFiles(files))
    public = reader.public(tables.ALL)
    assert reader.faults == []
    assert public is not None
    assert tables.faults_of(public) == []


# ------------------------------------------------------------------ the command


def test_the_command_reports_what_it_did(filings: Base) -> None:
    file = filings.file("LCA_FY2026.csv", OFFICIAL, *[filing()] * 5, filing(status="Denied"))
    ended = CliRunner().invoke(app, ["--knowledge", str(filings.folder), "import", "some", str(file)])
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines() == [
        "6 rows read, 5 used",
        "  1 left out: not certified",
        "9 cells (9 new, 0 changed, 0 gone)",
    ]
    listed = CliRunner().invoke(app, ["--knowledge", str(filings.folder), "import", "other", str(file)])
    assert listed.exit_code == 1
    assert "there is no head datasets/other/dataset.yaml" in listed.output
    gone = CliRunner().invoke(app, ["--knowledge", str(filings.folder), "import", "some", str(file) + "x"])
    assert gone.exit_code == 2
