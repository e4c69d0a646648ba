"""Whatever parts a question names together: each is in its answer or owned up to, and "read as" claims no more."""

from collections.abc import Iterator
from itertools import combinations, islice, product

import pytest

from bot.core.advisor import Advisor
from bot.core.answers import Phrasebook
from bot.core.model.dialogue import Amount, Answer, Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH
from bot.core.phrases.wording import Wording
from bot.core.query_codec import QueryCodec
from bot.core.query_edits import KINDS, Correction, QueryEdits
from tests.reading import everything

AMOUNT = Amount(low=150_000, high=150_000, text="150k")
ROLES = ("ml_engineer", "ai_engineer", "data_scientist")
LEVELS = ("entry", "junior", "senior")
SOURCES = ("payscale", "glassdoor", "indeed", "salary", "linkedin", "ziprecruiter")
COMPANIES = ("google", "apple", "facebook")
# Of the 52,822 choices the default run looks at every 23rd: no divisor of how many there are of a kind of part.
STEP = 23


def _some(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for count in range(3):
        yield from combinations(ids, count)


def _chosen() -> Iterator[Correction]:
    for companies, roles, levels, sources in product(*map(_some, (COMPANIES, ROLES, LEVELS, SOURCES))):
        for kind in KINDS:
            yield Correction(answer=kind, companies=companies, roles=roles, levels=levels, sources=sources)


def _named_parts(parts: Correction, knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each part that was chosen with the names one of which has to be in an answer."""
    for company in parts.companies:
        yield knowledge.company(company).name, (knowledge.company(company).name, "single companies")
    for role in parts.roles:
        # ML engineers are meant wherever nobody else is.
        people = Phrasebook(ENGLISH, knowledge).plural(role)
        yield people, (people, people[:1].upper() + people[1:], *([""] if role == "ml_engineer" else []))
    for level in parts.levels:
        name = Phrasebook(ENGLISH, knowledge).level(level)
        yield name, (name, name[:1].upper() + name[1:], "by experience for")
    for source in parts.sources if parts.answer != "who_says" else ():
        yield knowledge.source(source).name, (knowledge.source(source).name,)


def _figures(answer: Answer) -> str:
    lines = [f"{row.subject} {Wording(ENGLISH).names(row.sources)}" for row in answer.rows]
    tables = [block.title for block in answer.details if hasattr(block, "title")]
    return " ".join((answer.title, answer.headline, *tables, *lines, *answer.gaps))


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), STEP])
def test_every_part_that_is_chosen_is_told_or_owned_up_to(advisor: Advisor, step: int) -> None:
    knowledge = advisor.knowledge
    asked = Query(answer="offer", intent="offer", amounts=(AMOUNT,))
    for parts in islice(_chosen(), None, None, step):
        answer = advisor.answer(QueryEdits(knowledge).reread(asked, parts))
        figures = _figures(answer)
        for part, names in _named_parts(parts, knowledge):
            assert any(name in figures for name in names), (parts, part, figures)
        lacking = " ".join(answer.gaps)
        for source in parts.sources:
            name = knowledge.source(source).name
            if name in answer.read_as.partition(" according to ")[2] and answer.status != "not_covered":
                named = any(name in Wording(ENGLISH).names(row.sources) for row in answer.rows)
                assert named or name in lacking, (parts, answer.read_as)
        for company in parts.companies:
            name = knowledge.company(company).name
            assert name not in answer.read_as or any(name in row.subject for row in answer.rows), (parts, lacking)
        if " at " in answer.read_as and parts.answer != "who_says":
            assert "scientists" not in answer.read_as, (parts, answer.read_as)
            assert "AI engineers" not in answer.read_as, (parts, answer.read_as)


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), STEP])
def test_nothing_is_dropped_where_something_is_compared(advisor: Advisor, step: int) -> None:
    knowledge = advisor.knowledge
    for parts in islice(_chosen(), None, None, step):
        if parts.answer != "pay":
            continue
        query = QueryEdits(knowledge).reread(Query(answer="pay", intent="pay"), parts)
        for key in QueryEdits(knowledge).others(query)[:2]:
            figures = _figures(advisor.answer(QueryEdits(knowledge).compared(query, key)))
            for part, names in _named_parts(parts, knowledge):
                assert any(name in figures for name in names), (parts, key, part, figures)


@pytest.mark.parametrize(
    ("parts", "gap", "never"),
    [
        (
            Correction(answer="pay", companies=("google",), roles=("data_scientist",)),
            "data scientists at Google",
            "96,000",
        ),
        (
            Correction(answer="compare", companies=("google", "apple"), roles=("ai_engineer",)),
            "AI engineers at Google or Apple",
            "125,000",
        ),
        (Correction(answer="rank_sources", roles=("data_scientist",)), "not for data scientists", "96,000"),
        (
            Correction(answer="compare", levels=("senior", "junior"), sources=("glassdoor",)),
            "from Glassdoor",
            "131,001",
        ),
        (
            Correction(answer="pay", roles=("ai_engineer",), levels=("senior",), sources=("payscale", "glassdoor")),
            "by experience for AI engineers",
            "150,360",
        ),
        (
            Correction(answer="offer", companies=("google",), roles=("ai_engineer",)),
            "AI engineers at Google",
            "313,797",
        ),
    ],
)
def test_figures_of_one_are_never_shown_as_those_of_another(
    advisor: Advisor, parts: Correction, gap: str, never: str
) -> None:
    answer = advisor.answer(QueryEdits(advisor.knowledge).reread(Query(answer="offer", amounts=(AMOUNT,)), parts))
    assert gap in " ".join(answer.gaps)
    assert never not in everything(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_on_file_stays_so_in_another_kind_of_answer(advisor: Advisor, kind: str) -> None:
    query = advisor.understand("google and netflix l5 salary in berlin")
    assert isinstance(query, Query)
    parts = Correction(answer=kind, companies=query.companies)
    lacking = (
        " ".join(advisor.answer(QueryEdits(advisor.knowledge).reread(query, parts)).gaps) if kind != "offer" else None
    )
    assert lacking is None or ("Berlin" in lacking and "Netflix" in lacking and "L5" in lacking)


def test_what_is_not_on_file_stays_so_in_a_comparison(advisor: Advisor) -> None:
    query = advisor.understand("google salary in berlin")
    assert isinstance(query, Query)
    assert "Berlin" in " ".join(advisor.answer(QueryEdits(advisor.knowledge).compared(query, "amazon")).gaps)


def test_a_name_twice_is_no_line_of_ours_and_does_no_harm(advisor: Advisor) -> None:
    assert QueryCodec(advisor.knowledge).read("pay;r=ml_engineer,ml_engineer") is None
    twice = Query(answer="pay", roles=("ml_engineer", "ml_engineer"))
    assert advisor.answer(twice).headline == advisor.answer(Query(answer="pay")).headline
