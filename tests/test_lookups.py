"""What the article lacks is looked up in tables of public pay data; here in three small ones of the tests' own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.advisor import Advisor
from bot.core.model.datasets import CellTable, Dataset, Employer, Occupation, Place, PublicData, RoleFamily, TitleLevel
from bot.core.model.dialogue import NotCovered, Query
from bot.core.query_codec import QueryCodec
from bot.core.render import markdown
from bot.core.render.chart import chart_of

OFFICIAL = Dataset(
    id="survey",
    title="Wage Survey",
    short="wage survey",
    publisher="Statistics Office",
    link="https://example.org/survey",
    license="public domain",
    credit="Source: Statistics Office",
    date="May 2025",
    population="employees, official estimates",
    pay="base",
    currency="USD",
    period="year",
    rank=10,
    layout="survey",
    classification="soc2018",
)
FILINGS = replace(
    OFFICIAL,
    id="filings",
    title="Visa Filings",
    short="visa filings",
    date="October 2025 to March 2026",
    population="visa workers only",
    counted="visa filings",
    measures="range_ends",
    rank=20,
)
KRONA = replace(OFFICIAL, id="krona", short="wage statistics", currency="SEK", period="month", date="2024", rank=30)
KRONE = replace(
    OFFICIAL, id="krone", short="earnings", pay="total", currency="DKK", period="hour", hours_of_month=150, rank=40
)
SURVEY_LINES = (
    ",data_scientist,,us,2023-05,,,0.9,60000,80000,100000,130000,170000,108000",
    ",data_scientist,,us,2025-05,,,0.7,67000,85000,120000,158000,199000,124000",
    ",data_scientist,,us-metro-1,2025-05,,,1.8,74000,86000,127000,161000,186000,126000",
    ",data_scientist,,us-tx,2025-05,,,1.5,60000,83000,122000,146000,170000,120000",
)
FILING_LINES = (  # sorted, as the tables are
    "acme_robotics,data_scientist,,us,FY2024-Q1,low,9,,,90000,99000,130000,,",
    "lowe_s,data_scientist,,us,FY2026,low,9,,,90000,110000,130000,,",
    "nvidia,,,us,FY2026,high,40,,,200000,260000,300000,,",
    "nvidia,,,us,FY2026,low,60,,,150000,190000,220000,,",
    "nvidia,,,us-tx,FY2026,low,30,,,140000,170000,200000,,",
    "nvidia,data_scientist,,us,FY2026,low,12,,,150000,185000,210000,,",
    "nvidia,data_scientist,senior,us,FY2026,low,4,,,150000,230000,250000,,",
    "target,data_scientist,,us,FY2026,low,8,,,100000,115000,130000,,",
    "walmart,,,us,FY2025,low,80,,,90000,105000,120000,,",
    "walmart,,,us,FY2026,low,90,,,90000,115000,130000,,",
    "walmart,data_scientist,,us,FY2026,low,35,,,100000,120000,140000,,",
    "waymo,data_scientist,,us,FY2026,low,50,,,150000,180000,200000,,",
)
KRONA_LINES = (
    ",data_scientist,,se,2019,,,,,,45000,,,",
    ",data_scientist,,se,2020,,,,,,46000,,,",
    ",data_scientist,,se,2021,,,,,,48000,,,",
    ",data_scientist,,se,2022-2023,,,,,,50000,,,",
    ",data_scientist,,se,2024,,,,38000,44000,52000,62000,75000,55000",
)
KRONE_LINES = (",data_scientist,,dk,2023-24,,,,200,250,300,350,400,310",)
PUBLIC = PublicData(
    datasets=(OFFICIAL, FILINGS, KRONA, KRONE),
    records={},
    tables={
        "survey": CellTable("survey", SURVEY_LINES),
        "filings": CellTable("filings", FILING_LINES),
        "krona": CellTable("krona", KRONA_LINES),
        "krone": CellTable("krone", KRONE_LINES),
    },
    employers={
        "acme_robotics": Employer(id="acme_robotics", name="Acme Robotics"),
        "lowe_s": Employer(id="lowe_s", name="Lowe's", names=("lowe's", "lowes companies")),
        "target": Employer(id="target", name="Target", names=("target", "target enterprise")),
        "nvidia": Employer(id="nvidia", name="NVIDIA", names=("nvidia corporation",)),
        "walmart": Employer(id="walmart", name="Walmart"),
        "waymo": Employer(id="waymo", name="Waymo"),
    },
    places={
        "dk": Place(id="dk", kind="country", name="Denmark"),
        "se": Place(id="se", kind="country", name="Sweden"),
        "se-lund": Place(id="se-lund", kind="city", name="Stockholm", parent="se"),
        "us": Place(id="us", kind="country", name="the US", names=("us", "usa")),
        "us-metro-1": Place(
            id="us-metro-1", kind="metro", name="Austin-Round Rock, TX", parent="us-tx", names=("austin",)
        ),
        "us-metro-2": Place(id="us-metro-2", kind="metro", name="Austin, MN", parent="us-mn", names=("austin mn",)),
        "us-mn": Place(id="us-mn", kind="state", name="Minnesota", parent="us"),
        "us-tx": Place(id="us-tx", kind="state", name="Texas", parent="us"),
        "us-wy": Place(id="us-wy", kind="state", name="Wyoming", parent="us"),
    },
    roles={
        "data_scientist": RoleFamily(
            id="data_scientist",
            name="Data scientist",
            people="data scientists",
            occupations=(Occupation(classification="soc2018", code="15-2051", title="Data Scientists"),),
        ),
        "ml_engineer": RoleFamily(
            id="ml_engineer",
            name="ML engineer",
            people="ML engineers",
            includes=("deep learning engineer",),
            nearest=("data_scientist",),
        ),
    },
    levels={"senior": TitleLevel(id="senior", name="senior", words=("senior",))},
)


@pytest.fixture(scope="module")
def informed(advisor: Advisor) -> Advisor:
    """An advisor over the tests' knowledge base with the tables."""
    return Advisor(replace(advisor.knowledge, public=PUBLIC))


def reply_to(advisor: Advisor, text: str) -> str:
    return markdown.message(advisor.ask(text)).replace("**", "")


@pytest.mark.parametrize(
    ("text", "figures", "words"),
    [
        ("data scientist salary in texas", ("$122,000", "$83,000", "$146,000"), ("Texas", "Wage survey", "May 2025")),
        ("what do data scientists make in austin", ("$127,000",), ("the Austin, TX area", "1.8%")),
        ("p90 for data scientists in texas", ("$170,000",), ("One in ten",)),
        ("data scientists in austin per month", ("$10,583",), ("÷ 12",)),
        ("data scientist in austin vs texas", ("$127,000", "$122,000", "4.1%"), ("more than",)),
        ("how much does nvidia pay", ("$190,000", "$260,000"), ("60 visa filings", "visa workers only")),
        ("data scientist at nvidia", ("$185,000",), ("only 12 visa filings",)),
        ("is 150k good for a data scientist in texas", ("$150,000", "$146,000", "$170,000"), ("between",)),
        ("data scientist in sweden", ("SEK 52,000",), ("a month",)),
        ("is 60000 sek a month good for a data scientist in sweden", ("SEK 60,000", "SEK 52,000", "SEK 62,000"), ()),
        ("is 700k sek good for a data scientist in sweden", ("SEK 58,333 a month",), ("between",)),
        ("is 52000 sek a month good for a data scientist in sweden", ("SEK 52,000 a month is the median",), ()),
        ("target data scientist", ("$115,000",), ("at Target",)),
        ("lowe's data scientist", ("$110,000",), ("at Lowe's",)),
        ("data scientist pay since 2023", ("$100,000", "$120,000", "20%"), ("2025",)),
        ("data scientist vs ml engineer in texas", ("$122,000",), ("counted by themselves",)),
        ("which companies pay data scientists most", ("$180,000",), ("Waymo", "Of 2 employers")),
    ],
)
def test_what_the_article_lacks_is_looked_up(
    informed: Advisor, text: str, figures: tuple[str, ...], words: tuple[str, ...]
) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in (*figures, *words)), message


@pytest.mark.parametrize(
    ("text", "words", "absent"),
    [
        ("median data scientist in 2023", ("$100,000", "May 2023"), "2025"),
        ("p90 data scientist 2023", ("$170,000", "May 2023"), "2025"),
        ("is 150k good for a data scientist in 2023", ("$130,000", "May 2023"), "2025"),
        ("median data scientist", ("$120,000", "May 2025"), "2023"),
        ("data scientist in sweden 2023", ("SEK 50,000", "2022-2023"), "2024"),
        ("data scientist in sweden", ("SEK 52,000", "2024"), "2023"),
        ("data scientist at walmart", ("$120,000", "October 2025 to September 2026 (fiscal year 2026)"), "March"),
        # The first quarter of a fiscal year is in the calendar year before, and asked for by that.
        ("data scientist at acme robotics", ("$99,000", "October to December 2023 (fiscal year 2024)"), "2025"),
        ("data scientist at acme robotics in 2023", ("$99,000", "October to December 2023"), "2025"),
        ("data scientist in denmark 2023", ("DKK 300", "2023-24"), "2025"),
        ("data scientist in denmark 2024", ("DKK 300", "2023-24"), "with bonus and stock"),
    ],
)
def test_figures_are_labeled_with_the_time_that_they_are_of(
    informed: Advisor, text: str, words: tuple[str, ...], absent: str
) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in words), message
    assert absent not in message


def test_a_year_of_which_there_is_nothing_is_not_told_of_another(informed: Advisor) -> None:
    assert "$99,000" not in reply_to(informed, "data scientist at acme robotics in 2024")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data scientist pay in sweden since 2021", ("in 2024", "8.3%", "than in 2021 (SEK 48,000")),
        ("data scientist pay in sweden 2020 to 2021", ("in 2021", "4.3%", "than in 2020 (SEK 46,000")),
        ("data scientist pay in sweden 2021 vs 2020", ("in 2021", "4.3%", "than in 2020 (SEK 46,000")),
        ("data scientist pay in sweden over time", ("in 2024", "15.6%", "than in 2019 (SEK 45,000")),
        ("data scientist pay in sweden since 2015", ("no figures for 2015.", "than in 2019 (SEK 45,000")),
        ("data scientist pay in sweden since 2024", ("in 2024", "than in 2019 (SEK 45,000")),
    ],
)
def test_a_change_is_told_of_the_years_asked(informed: Advisor, text: str, words: tuple[str, ...]) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in words), message
    query = informed.understand(text)
    assert isinstance(query, Query)
    line = QueryCodec(informed.knowledge).written(query)
    read = QueryCodec(informed.knowledge).read(line or "")
    assert read is not None
    assert read.lookup == query.lookup


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data scientists in wyoming", ("no figures for Wyoming", "the US is the nearest", "$120,000")),
        ("ml engineer in texas", ("nearest official occupation is data scientists", "$122,000")),
        ("senior data scientist at nvidia", ("aren't split by level", "$185,000")),
        ("data scientist with 5 years in texas", ("by experience", "$122,000")),
        ("data scientist in stockholm", ("no figures for Stockholm", "Sweden is the nearest", "SEK 52,000")),
        ("top 5% of data scientists in texas", ("nearest statistic", "One in ten", "$170,000")),
        ("90th percentile at nvidia", ("no percentiles of pay", "$190,000")),
        ("e5 at nvidia", ("by rank inside a company", "$190,000")),
        ("data scientist salary in texas in euros", ("no exchange rates", "$122,000")),
    ],
)
def test_what_is_wider_than_asked_is_said_to_be(informed: Advisor, text: str, words: tuple[str, ...]) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in words), message
    assert informed.ask(text).status == "partial"


@pytest.mark.parametrize(
    ("text", "words", "gap"),
    [
        (
            "is 700k good for a data scientist in sweden",
            "(SEK 58,333 a month) lies between",
            "take that as SEK",
        ),
        (
            "is 70 good for a data scientist in sweden",
            "(SEK 5,833 a month) is below",
            "take that as SEK",
        ),
        ("is $70k good for a data scientist in sweden", "earn SEK 52,000 a month at the median", "no exchange rates"),
        ("is €70k good for a data scientist in sweden", "earn SEK 52,000 a month at the median", "no exchange rates"),
        ("is €70k good for a data scientist in texas", "earn $122,000 a year at the median", "no exchange rates"),
    ],
)
def test_an_amount_is_held_against_figures_of_its_own_currency_only(
    informed: Advisor, text: str, words: str, gap: str
) -> None:
    answer = informed.ask(text)
    message = reply_to(informed, text)
    assert answer.status == "partial"
    assert words in message, message
    assert gap in " ".join(answer.gaps)
    assert ("$" in message) == ("texas" in text), message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data scientist salary in WY", "no figures for Wyoming; the US is the nearest"),
        ("data scientists in WY or Texas", "no figures for Wyoming"),
        ("WY vs TX for data scientists", "no figures for Wyoming"),
        ("what does nvidia pay in Berlin", "no such figures for Berlin; these are US figures"),
        ("data scientist at nvidia in Narnia", "no such figures for that place; these are US figures"),
        ("google ml engineer in berlin", "no such figures for Berlin; these are US figures"),
        ("data scientist salary in austin", "If you mean Austin MN, name the state, too."),
    ],
)
def test_a_place_is_told_apart_from_others(informed: Advisor, text: str, words: str) -> None:
    answer = informed.ask(text)
    assert words in " ".join(answer.gaps), answer
    assert answer.status == "partial"


@pytest.mark.parametrize(
    ("text", "words", "gap"),
    [
        ("mean data scientist pay in texas", "$120,000 a year on average", ""),
        ("mean pay at nvidia", "$190,000", "no mean of pay there"),
        (
            "mean data scientist pay in sweden 2021",
            "SEK 48,000 a month at the median",
            "no mean there, only the median",
        ),
        ("interquartile range of data scientists in texas", "$83,000 to $146,000", ""),
        ("what will data scientists in texas earn in two years", "$122,000", "can't tell what pay will be"),
        ("will data scientist pay in sweden rise", "SEK 52,000", "can't tell what pay will be"),
        ("did data scientist pay in sweden rise", "SEK 52,000", ""),
        ("data scientist at nvidia", "$185,000", ""),
    ],
)
def test_what_is_asked_of_a_figure_is_told_or_said_to_be_lacking(
    informed: Advisor, text: str, words: str, gap: str
) -> None:
    answer, message = informed.ask(text), reply_to(informed, text)
    assert words in message, message
    assert gap in " ".join(answer.gaps)
    assert (answer.status == "answered") == (not gap), answer.gaps
    assert "$96,000" not in message  # what the article has of all employers and places is not asked


@pytest.mark.parametrize("text", ["data scientists in texas", "data scientist salary in austin tx"])
def test_a_place_that_is_told_apart_by_itself_is_not_doubted(informed: Advisor, text: str) -> None:
    assert informed.ask(text).gaps == ()


@pytest.mark.parametrize("told", ["I work at nvidia", "i just joined nvidia"])
def test_an_employer_that_is_only_spoken_of_is_who_they_are(informed: Advisor, told: str) -> None:
    first = informed.follow(told, None)
    assert not isinstance(first.decision, Query)
    after = informed.follow("how much do they pay", first.context)
    message = markdown.message(informed.answer(after.decision)).replace("**", "")
    assert "NVIDIA offered $190,000" in message
    of_article = informed.follow("I work at google", None)
    assert of_article.context is None or of_article.context.query is None or of_article.context.query.lookup is None


def test_an_amount_goes_on_to_a_table_in_another_currency_only_where_none_was_named(informed: Advisor) -> None:
    for amount, words in (("150k", "(SEK 12,500 a month) is below"), ("$150k", "earn SEK 52,000 a month")):
        first = informed.follow(f"is {amount} good for a data scientist in texas", None)
        after = informed.follow("and in sweden?", first.context)
        assert words in markdown.message(informed.answer(after.decision)).replace("**", "")


@pytest.mark.parametrize(
    "text",
    [
        "how much does netflix pay",
        "ml engineer in berlin",
        "ml engineer salary in Nice",
        "data scientist in Narnia",
        "nvidia intern salary",
        "what does nvidia stock cost",
        "do i have to pay nvidia transaction fees in brazil",
    ],
)
def test_nothing_near_is_told_for_what_no_table_has(advisor: Advisor, informed: Advisor, text: str) -> None:
    answered, before = informed.ask(text), advisor.ask(text)
    assert (answered.status, answered.rows) == (before.status, before.rows)
    assert "by place" not in " ".join((answered.headline, *answered.gaps))  # there are figures by place now


def test_a_place_without_figures_of_what_is_asked_is_named(informed: Advisor) -> None:
    assert reply_to(informed, "ai engineer salary in denmark").startswith("I have no such figures for Denmark.")


@pytest.mark.parametrize(
    "text", ["google salary", "senior ml engineer", "average ml pay", "ml skills", "google vs apple"]
)
def test_the_article_comes_first_where_it_has_the_figure(advisor: Advisor, informed: Advisor, text: str) -> None:
    assert informed.ask(text) == advisor.ask(text)


@pytest.mark.parametrize(
    "text", ["what does nvidia pay, and is 150k good at google?", "is 150k good at google and what does nvidia pay"]
)
def test_an_amount_is_held_against_nobody_elses_pay(informed: Advisor, text: str) -> None:
    message = reply_to(informed, text)
    assert "of the way up Google's range" in message
    assert "$150,000 a year is" not in message  # at NVIDIA


def test_the_figures_of_the_article_stay_beside_a_statistic_that_is_looked_up(informed: Advisor) -> None:
    message = reply_to(informed, "top 10% of ml engineers")
    assert "$199,000" in message
    assert "$127,303" in message


@pytest.mark.parametrize(
    ("text", "included", "crossed"),
    [
        ("what does walmart pay? what does nvidia pay in texas?", ("$115,000", "NVIDIA in Texas", "$170,000"), "apart"),
        ("what does nvidia pay in texas? what does walmart pay?", ("NVIDIA in Texas", "$115,000"), "Walmart in Texas"),
        ("what does walmart pay and what does nvidia pay in texas", ("$115,000", "$170,000"), "Walmart in Texas"),
        ("walmart 2025 and nvidia 2026", ("$105,000", "$190,000"), "$115,000"),
        ("how much did walmart pay in 2025? and nvidia in 2026?", ("$105,000", "$190,000"), "$115,000"),
        ("data scientist in austin? data scientist at nvidia?", ("$127,000", "$185,000"), "too few"),
        ("is 150k good at nvidia? and what does walmart pay?", ("$150,000 a year is below", "$115,000"), "above"),
        ("what does walmart pay? google salary?", ("$115,000", "$313,797"), "too few"),
        ("what do data scientists in texas earn? and in austin?", ("$122,000", "$127,000"), "too few"),
        ("data scientist in austin and texas", ("4.1%", "$127,000", "$122,000"), "too few"),
        ("nvidia and walmart in 2026", ("$190,000", "$115,000"), "$105,000"),
    ],
)
def test_several_questions_in_one_message_are_not_crossed(
    informed: Advisor, text: str, included: tuple[str, ...], crossed: str
) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in included), message
    assert crossed not in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data scientist in sweden vs us", ("SEK 52,000", "$120,000")),
        ("us vs sweden data scientist pay", ("SEK 52,000", "$120,000")),
        ("data scientist pay in america and in sweden", ("SEK 52,000", "$120,000")),
        ("data scientists in texas vs the us", ("$122,000", "$120,000", "1.7%")),
        ("data scientists in austin, texas, us", ("Austin", "$127,000")),
    ],
)
def test_the_home_country_is_a_place_beside_another(informed: Advisor, text: str, words: tuple[str, ...]) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in words), message


def test_whose_money_is_meant_is_no_place(informed: Advisor) -> None:
    message = reply_to(informed, "data scientist in sweden in us dollars")
    assert "SEK 52,000 a month" in message
    assert "no exchange rates" in message
    assert "$120,000" not in message
    assert "no exchange rates" not in reply_to(informed, "data scientist in texas in us dollars")


def test_few_of_several_are_named_by_whose_they_are(informed: Advisor) -> None:
    message = reply_to(informed, "data scientist at nvidia vs at walmart")
    assert "Data scientists at NVIDIA: only 12 visa filings" in message
    assert "only 35" not in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data scientist in sweden per year", ("SEK 624,000 a year", "published by the month, x 12")),
        ("data scientist in sweden by the hour", ("SEK 300 an hour", "x 12 / 2,080")),
        ("data scientist in sweden per month", ("SEK 52,000 a month", "SEK 44,000 to 62,000 a month")),
        ("is 700k sek good for a data scientist in sweden", ("SEK 700,000 a year (SEK 58,333 a month)",)),
        # A publisher that says how many hours a month has is taken at its word.
        ("data scientist in denmark per month", ("DKK 45,000 a month", "published by the hour, x 150 ")),
        ("data scientist in denmark per year", ("DKK 540,000 a year", "published by the hour, x 150 x 12 ")),
        ("data scientist in denmark per week", ("DKK 10,385 a week", "published by the hour, x 150 x 12 / 52 ")),
        ("is 45k dkk a month good for a data scientist in denmark", ("DKK 45,000 a month (DKK 300 an hour) is the",)),
    ],
)
def test_pay_by_another_period_is_told_with_its_sum(informed: Advisor, text: str, words: tuple[str, ...]) -> None:
    message = reply_to(informed, text)
    assert all(part in message for part in words), message


@pytest.mark.parametrize(
    ("text", "gap", "figure"),
    [
        ("deep learning engineer in texas", "“deep learning engineer” alone", "$122,000"),
        ("sum of nvidia and walmart", "don't add up", "$190,000"),
        ("total of what nvidia and walmart pay", "don't add up", "$190,000"),
        ("google in austin", "no such figures for Austin", "$313,797"),
        ("ml skills in texas", "no such figures for Texas", ""),
    ],
)
def test_what_a_table_does_not_count_is_said(informed: Advisor, text: str, gap: str, figure: str) -> None:
    answer = informed.ask(text)
    assert answer.status == "partial"
    assert gap in " ".join(answer.gaps)
    assert figure in reply_to(informed, text)


@pytest.mark.parametrize("text", ["google and apple combined", "sum of google and apple", "total of apple and google"])
def test_a_sum_of_what_companies_pay_is_no_difference(advisor: Advisor, text: str) -> None:
    assert "$191,224 to $581,278" in reply_to(advisor, text)


def test_an_explanation_says_what_was_looked_up(informed: Advisor) -> None:
    assert "looked up nvidia data_scientist" in informed.explain("data scientist at nvidia")


def test_a_change_over_the_years_is_no_gap(informed: Advisor) -> None:
    assert informed.ask("data scientist pay over time").gaps == ()


@pytest.mark.parametrize(
    "text", ["difference between nvidia and walmart in percent", "nvidia vs walmart, percentage", "nvidia vs walmart"]
)
def test_a_difference_is_told_in_percent(informed: Advisor, text: str) -> None:
    message = reply_to(informed, text)
    assert "65.2%" in message, message
    assert "$190,000 to $260,000" in message


@pytest.mark.parametrize(
    "text",
    [
        "how much did nvidia pay for walmart",
        "what did google pay for nvidia",
        "walmart pays well",
        "nvidia pays its engineers really well",
        "nvidia pays peanuts",
    ],
)
def test_what_is_only_said_of_an_employer_gets_no_figure(informed: Advisor, text: str) -> None:
    assert "$" not in reply_to(informed, text)


@pytest.mark.parametrize("lines", [(), (",data_scientist,,us-tx,2025-05,,,,,,,,,",)])
def test_a_cell_that_nobody_published_is_as_if_it_were_not_there(advisor: Advisor, lines: tuple[str, ...]) -> None:
    public = replace(PUBLIC, datasets=(OFFICIAL,), tables={"survey": CellTable("survey", lines)})
    bare = Advisor(replace(advisor.knowledge, public=public))
    assert isinstance(bare.understand("data scientist salary in texas"), NotCovered)


def test_fragments_go_on_with_a_lookup(informed: Advisor) -> None:
    answered = []
    context = None
    for text in ("data scientist in austin", "and in texas?", "p90?", "per month", "thanks", "google salary"):
        turn = informed.follow(text, context)
        answered.append(markdown.message(informed.answer(turn.decision)).replace("**", ""))
        context = turn.context
    for message, figure in zip(answered, ("$127,000", "$122,000", "$170,000", "$14,167", "", "$313,797"), strict=True):
        assert figure in message


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("ml engineer salary", "and in texas?"), ("$122,000", "Texas")),
        (("data scientist in austin", "and at walmart?"), ("$120,000", "Data scientists at Walmart")),
        (("data scientist at nvidia", "who says that?"), ("$185,000", "Visa filings")),
        (("which companies pay data scientists most", "the least?"), ("Walmart", "the least")),
        (("data scientist in austin", "vs texas?"), ("$127,000", "$122,000")),
        (("data scientist in austin", "and in texas?", "which one is higher"), ("$127,000", "$122,000")),
        (("data scientist at nvidia", "more than walmart?"), ("NVIDIA", "$120,000")),
        (("how fast do ml jobs grow", "data scientist salary in texas"), ("$122,000", "Texas")),
        (("data scientist in austin", "and in the us?"), ("in the US", "$120,000")),
        # Where no table has both, the older of a place and an employer goes, and that is said.
        (("data scientist at nvidia", "and in sweden?"), ("no such figures for NVIDIA", "SEK 52,000")),
        (("nvidia salary", "and in sweden?"), ("no such figures for NVIDIA", "no role", "Sweden")),
        (("data scientist in sweden", "at walmart"), ("no such figures for Sweden", "$120,000")),
        # What an employer that is an ordinary word stands behind is an employer.
        (("data scientist at nvidia", "and target"), ("Data scientists at Target", "$115,000")),
        (("data scientist at nvidia", "vs target"), ("NVIDIA", "Target", "$115,000")),
        # The pay of who asks, and of who was spoken of.
        (("i am a data scientist in austin", "what would i get paid?"), ("Austin", "$127,000")),
        (("data scientist in austin", "am i underpaid at 100k?"), ("Austin", "$100,000")),
        (("what does walmart pay?", "and what do they pay their data scientists?"), ("at Walmart", "$120,000")),
        # The period that was spoken of, where what is named is nearer to it.
        (("data scientist in sweden", "per month", "they offer 60k"), ("SEK 60,000 a month",)),
        (("data scientist in sweden", "per month", "they offer 700k"), ("SEK 700,000 a year",)),
        (("data scientist in sweden", "per year"), ("SEK 624,000 a year",)),
        (("data scientist in austin", "offered 95k", "yen", "per month"), ("Austin", "$10,583 a month at the median")),
    ],
)
def test_what_was_named_stays_until_something_takes_its_place(
    informed: Advisor, texts: tuple[str, ...], words: tuple[str, ...]
) -> None:
    context = None
    for text in texts:
        turn = informed.follow(text, context)
        context = turn.context
    message = markdown.message(informed.answer(turn.decision)).replace("**", "")
    assert all(word in message for word in words), message


def test_a_company_of_the_article_takes_no_place_away(advisor: Advisor) -> None:
    google = {"google": Employer(id="google", name="Google"), **PUBLIC.employers}
    lines = tuple(sorted(("google,,,us-tx,FY2026,low,30,,,140000,171000,200000,,", *FILING_LINES)))
    tables = {**PUBLIC.tables, "filings": CellTable("filings", lines)}
    informed = Advisor(replace(advisor.knowledge, public=replace(PUBLIC, employers=google, tables=tables)))
    context = informed.follow("ml engineer in texas", None).context
    message = markdown.message(informed.answer(informed.follow("at google", context).decision))
    assert "$171,000" in message
    assert "Texas" in message


@pytest.mark.parametrize("text", ["what would a 1.5m bonus mean at nvidia", "nvidia manager salary"])
def test_a_bonus_or_another_kind_of_work_is_no_pay_to_hold_against_pay(informed: Advisor, text: str) -> None:
    assert not informed.ask(text).rows


@pytest.mark.parametrize(
    "text", ["data scientist in austin", "which companies pay data scientists most", "p90 for data scientists"]
)
def test_a_button_carries_a_lookup_and_believes_no_other(advisor: Advisor, informed: Advisor, text: str) -> None:
    query = informed.understand(text)
    assert isinstance(query, Query)
    line = QueryCodec(informed.knowledge).written(query)
    assert line is not None
    read = QueryCodec(informed.knowledge).read(line)
    assert read is not None
    assert read.lookup == query.lookup
    assert QueryCodec(advisor.knowledge).read(line) is None
    assert QueryCodec(informed.knowledge).read(line.replace("data_scientist", "astronaut")) is None


def test_pictures_show_percentiles_and_say_them(informed: Advisor) -> None:
    query = informed.understand("data scientist in austin")
    assert isinstance(query, Query)
    chart = chart_of(query, informed.knowledge)
    assert chart is not None
    assert [bar.value for bar in chart.bars] == [74000, 86000, 127000, 161000, 186000]
    assert all(amount in chart.alt for amount in ("$74,000", "$127,000", "$186,000"))
    krona = informed.understand("data scientist in sweden")
    assert isinstance(krona, Query)
    assert chart_of(krona, informed.knowledge) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("200k", "nvidia"), ("between the typical lower end ($190,000)", "($260,000) of NVIDIA")),
        (("100/h", "NVIDIA Corporation"), ("$100 an hour ($208,000 a year)", "of NVIDIA")),
        (("150k-270k", "nvidia"), ("$150,000 a year is below", "$270,000 a year is above")),
        (("130k", "Walmart"), ("$130,000 a year is above the typical lower end ($115,000)",)),
        (("150k", "google"), ("of the way up Google's range",)),
        (("150k",), ("above the average", "between the median ($120,000)", "($158,000) of data scientists")),
    ],
)
def test_an_offer_is_held_against_the_tables_too(
    informed: Advisor, fields: tuple[str, ...], words: tuple[str, ...]
) -> None:
    message = markdown.message(informed.answer(informed.offer(*fields))).replace("**", "")
    assert all(part in message for part in words), message


def test_an_offer_from_nobody_on_file_is_refused_as_before(advisor: Advisor, informed: Advisor) -> None:
    assert informed.offer("150k", "acme") == advisor.offer("150k", "acme")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NVIDIA offered me 200k base", ("$200,000 a year lies between", "of NVIDIA")),
        ("they offer a 150k base salary", ("above the average", "of data scientists in the US")),
        ("Google offered me 150k", ("Google's range",)),
    ],
)
def test_pay_in_a_message_is_held_against_the_tables_too(informed: Advisor, text: str, words: tuple[str, ...]) -> None:
    (query,) = informed.pay_in(text)
    message = markdown.message(informed.answer(query)).replace("**", "")
    assert all(part in message for part in words), message


def test_each_table_is_named_that_an_amount_is_held_against(informed: Advisor) -> None:
    details = markdown.details(informed.answer(informed.offer("200k", "nvidia")))
    assert (
        "Visa filings, October 2025 to September 2026 (fiscal year 2026): **$200,000** a year lies between" in details
    )
    assert "(60 visa filings, 40 with an upper end)" in details


def test_names_of_the_tables_are_completed_the_frequent_first(advisor: Advisor, informed: Advisor) -> None:
    assert informed.complete("nv") == ("NVIDIA",)
    assert informed.complete("wa")[0] == "Walmart"
    assert informed.complete("data scientist in tex")[0] == "data scientist in Texas"
    assert "Target" not in informed.complete("targ")  # 8 filings
    assert informed.complete("goo") == advisor.complete("goo")
    assert informed.complete("") == advisor.complete("")
