"""How messages are read: what stands around a question, options of commands, several offers, wishes of form."""

from __future__ import annotations

import pytest

from bot.core.advisor import Advisor
from bot.core.decide.focus import FocusFinder
from bot.core.model.dialogue import NotCovered, Query
from bot.core.render.markdown import message
from bot.core.text import normalization
from tests.benchmarks.examples import failing


@pytest.fixture(scope="module")
def finder(advisor: Advisor) -> FocusFinder:
    return FocusFinder(advisor.knowledge)


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("My son wants to do machine learning. What do people in that job earn? I know nothing.", "What do people"),
        ("zero experience, what would an mle pay me", "what would an mle pay me"),
        ("where are these numbers from? sounds made up", "where are these numbers from?"),
        ("the payscale average for ai engineers, i have to cite it", "the payscale average"),
    ],
)
def test_the_clause_that_asks_is_found(finder: FocusFinder, text: str, asking: str) -> None:
    cut = finder.cut(text)
    assert cut is not None
    assert cut[1].startswith(asking)


@pytest.mark.parametrize(
    "text",
    [
        "who earns more: ai engineer vs. ml engineer",
        "what does google pay, and how does apple compare",
        "candidate with 5 years wants the ml pay level. what is it",
        "google ml salary",
    ],
)
def test_a_message_that_is_one_question_is_read_whole(finder: FocusFinder, text: str) -> None:
    assert finder.cut(text) is None


def understood(advisor: Advisor, text: str) -> Query:
    query = advisor.understand(text)
    assert isinstance(query, Query), text
    return query


def test_what_stands_around_a_question_names_whose_pay_is_meant(advisor: Advisor) -> None:
    query = understood(advisor, "I have 12 yoe. What should an ml engineer be making?")
    assert (query.answer, query.levels) == ("pay", ("senior",))


@pytest.mark.parametrize("text", ["/salary company:google", "!salary employer=google", "/pay company: google"])
def test_options_of_a_command_line_are_words(advisor: Advisor, text: str) -> None:
    assert understood(advisor, text).companies == ("google",)


def test_an_option_of_years_counts_years(advisor: Advisor) -> None:
    assert understood(advisor, "/salary years:21").levels == understood(advisor, "mle with 21 years salary").levels


def test_offers_are_placed_each_with_its_company(advisor: Advisor) -> None:
    query = understood(advisor, "got 2 offers as mle, apple 190k and amazon 205k. thoughts?")
    assert query.then is not None
    placed = [(one.companies, [amount.text for amount in one.amounts]) for one in (query, query.then)]
    assert placed == [(("apple",), ["190k"]), (("amazon",), ["205k"])]


def test_how_much_more_is_asked_against_the_first_level(advisor: Advisor) -> None:
    answer = advisor.ask("how much more does a senior ml engineer make")
    assert "$53,270 a year more than fresher / entry level" in answer.headline


def test_a_line_is_given_where_a_line_is_wanted(advisor: Advisor) -> None:
    answer = advisor.ask("just the number please: average ml engineer salary")
    assert "$127,303" in answer.headline
    assert not answer.also
    assert not answer.shown
    assert len(answer.sources) == 5


def test_an_amount_above_every_level_tells_whose_range_reaches_it(advisor: Advisor) -> None:
    message = str(advisor.ask("can i make 300k as an ml engineer").also)
    assert "Ranges that reach that: Amazon" in message
    assert "Google" in message
    assert "Microsoft" not in message
    assert "the highest ends at $313,797" in str(advisor.ask("anyone getting 400k as an ml engineer?").also)


@pytest.mark.parametrize("text", ["ml engineer salary at netflix", "what do ml engineers make in texas"])
def test_the_general_pay_stands_beside_what_is_near(advisor: Advisor, text: str) -> None:
    decision = advisor.understand(text)
    assert isinstance(decision, NotCovered)
    assert decision.beside is not None
    answer = advisor.ask(text)
    assert answer.status == "not_covered"
    assert "$127,303" not in answer.headline
    assert "In general: " in str(answer.also)


@pytest.mark.parametrize("text", ["ml engineer salary in berlin", "nurse salary at netflix", "netflix salary"])
def test_nothing_stands_beside_another_country_or_trade(advisor: Advisor, text: str) -> None:
    decision = advisor.understand(text)
    assert isinstance(decision, NotCovered)
    assert decision.beside is None


def test_a_capital_in_the_middle_of_a_sentence_makes_a_name(advisor: Advisor) -> None:
    assert normalization.capitalized("is Square any good for an ml engineer") == {"square"}
    assert normalization.capitalized("Is Square Any Good For ML Engineers") == frozenset()
    answer = advisor.ask("is Square any good moneywise for an ml engineer?")
    assert answer.status == "not_covered"
    assert answer.headline == "I have no figures for that company."


@pytest.mark.long
def test_every_example_is_read_as_what_it_is_an_example_of(advisor: Advisor) -> None:
    assert [(one.text, decision.rule) for one, decision in failing(advisor.knowledge)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Uber 130k vs Amazon 120k",
        "Google offered me 150k, a local bank 130k. Which?",
        "my rent is 3k a month. I earn 130k as an ML engineer. Is it fair?",
    ],
)
def test_an_amount_that_may_be_another_employers_is_not_placed(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert answer.status == "clarify"
    assert not answer.rows


def test_years_in_another_trade_are_no_experience(advisor: Advisor) -> None:
    query = understood(advisor, "I am a nurse with 12 years on the ward. What do machine learning engineers make?")
    assert (query.answer, query.levels, query.gaps) == ("pay", (), ())


def test_what_somebody_else_named_before_makes_no_comparison(advisor: Advisor) -> None:
    query = understood(advisor, "I quit after 3 years. What does a senior ML engineer earn?")
    assert (query.answer, query.levels) == ("pay", ("senior",))


@pytest.mark.parametrize("text", ["what does Visa pay ml engineers", "how much does Target pay", "what does match pay"])
def test_a_verb_or_a_capital_in_the_payers_place_is_a_name(advisor: Advisor, text: str) -> None:
    assert advisor.ask(text).status == "not_covered"


def test_what_is_pointed_to_is_looked_at(advisor: Advisor) -> None:
    text = "My cousin just got into Brindlewick Labs as an ML engineer. What's the usual package over there?"
    assert advisor.ask(text).status == "not_covered"


@pytest.mark.parametrize("left_out", ["google", "googel"])
def test_what_is_left_out_counts_wherever_it_is_said(advisor: Advisor, left_out: str) -> None:
    query = understood(advisor, f"which company pays mles best, not {left_out}")
    assert (query.answer, query.excluded) == ("rank_companies", ("google",))


def test_an_amount_is_kept_where_its_clause_compares(advisor: Advisor) -> None:
    query = understood(advisor, "we talked for a while. is 150k more than an ml engineer gets?")
    assert [amount.text for amount in query.amounts] == ["150k"]


def test_an_unknown_employer_gets_no_figure_beside_an_aspect_that_is_not_on_file(advisor: Advisor) -> None:
    assert advisor.ask("do women earn less than men as data scientists at acme motors").status == "not_covered"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("what are seniors on and what skills do they need", ("$150,360", "PyTorch")),
        ("Two questions: what does a junior get, and how fast is the field growing?", ("$112,057", "38.6%")),
        ("ml pay at 6 yrs and at 15 yrs, plus what does google top out at", ("$138,351", "$150,360", "$313,797")),
        (
            "I study physics. What degree do I need, what skills should I learn and what's the pay?",
            ("Ph.D.", "$127,303"),
        ),
        (
            "Could you tell me (a) what a senior ML engineer earns and (b) what an AI engineer earns on ZipRecruiter?",
            ("$150,360", "$164,769"),
        ),
        ("What does an AI engineer make and how fast do ml jobs grow?", ("$125,000", "38.6%")),
        ("fresher ML pay + what interns get during the summer", ("$97,090", "interns")),
        ("average ml salary and the salary in Poland", ("$127,303", "Poland")),
        ("what do data scientists get", ("$96,000",)),
        ("what do ml engineers actually make", ("$127,303",)),
        ("what's indeed's number", ("$140,923",)),
        ("list the averages by site and tell me which company pays most", ("$121,233", "Google")),
    ],
)
def test_each_part_of_a_message_is_answered_or_its_gap_is_said(
    advisor: Advisor, text: str, says: tuple[str, ...]
) -> None:
    answer = message(advisor.ask(text))
    assert [part for part in says if part not in answer] == []


@pytest.mark.parametrize(
    ("text", "status", "says", "never"),
    [
        ("facebook sold the servers for 140k", "off_topic", "", "$"),
        ("can I buy a house on 150k at google", "partial", "$72,000 to $313,797", "$100,481"),
        # Hours a week are no amount, and no year's pay is that of part-time work.
        ("is $60 an hour ok for 25 hours a week", "partial", "25 hours a week", "$25"),
        ("everyone but apple, who pays most", "answered", "Google", "$119,224"),
    ],
)
def test_what_a_number_or_a_name_is_there_for_is_read(
    advisor: Advisor, text: str, status: str, says: str, never: str
) -> None:
    answer = advisor.ask(text)
    assert answer.status == status
    assert says in message(answer)
    assert never not in message(answer)
