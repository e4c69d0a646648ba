"""Typos that are forgiven, and those that are not."""

from collections import Counter

import pytest

from bot.chat.conversation.addressing import SURE_ENOUGH
from bot.core.advisor import Advisor
from bot.core.nlu.spelling import SpellingCorrector
from tests.reading import everything


def names(advisor: Advisor, text: str) -> list[str]:
    return [f"{m.kind}:{m.id}" for m in advisor.understand(text).mentions if m.on_file]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("goolge salary", "company:google"),
        ("amaon ml engineer pay", "company:amazon"),
        ("microsfot salary", "company:microsoft"),
        ("payscle average", "source:payscale"),
        ("mchine learning enginer salary", "role:ml_engineer"),
        ("ml engineersalary at apple", "role:ml_engineer"),
        ("glassdor ml pay", "source:glassdoor"),
    ],
)
def test_a_typo_in_a_long_name_is_forgiven(advisor: Advisor, text: str, named: str) -> None:
    assert named in names(advisor, text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("metal music salary", "company:facebook"),
        ("metadata engineer salary", "company:facebook"),
        ("ample salary", "company:apple"),
        ("amazing salary", "company:amazon"),
        ("indent salary", "source:indeed"),
        ("salary in indiana", "place:India"),
        ("salary in ukraine", "place:United Kingdom"),
        ("google l5", "grade:l4"),
    ],
)
def test_a_real_word_or_another_number_is_no_typo(advisor: Advisor, text: str, named: str) -> None:
    found = [f"{m.kind}:{m.id}" for m in advisor.understand(text).mentions]
    assert named not in found


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("ml engineer salary in germmany", "$127,303"),
        ("ml engineer salary ingermany", "$127,303"),
        ("aiengineer pay on glassdoor", "$131,001"),
        ("siengineer pay on glassdoor", "$131,001"),
        ("which company pays mles best, notgoogle", "$313,797"),
        ("best payer excepy google and amazon", "$302,894"),
        ("how long to applebees", "$119,224"),
    ],
)
def test_a_typo_never_turns_into_a_wrong_figure(advisor: Advisor, text: str, never: str) -> None:
    answer = advisor.ask(text)
    assert never not in answer.headline
    assert never not in [f"${row.value or row.high:,.0f}" for row in answer.rows]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("seniro ml engineer salary", "$150,360"),
        ("junoir mle pay", "$112,057"),
        ("freshher ml engineer pay", "$97,090"),
        ("seniorml engineer salary", "$150,360"),
        ("google lm salary", "$72,000"),
        ("mk engineer pay", "$127,303"),
        ("ntry level pay", "$97,090"),
        ("15 yooe mle salary", "$150,360"),
        ("10 yoemle salary", "$150,360"),
        ("is 12k a mnth good for an ml engineer", "144,000"),
        ("teh average salary of na ml engineer", "$127,303"),
        ("ml engineer salary on glassdor \U0001f4b0", "$131,001"),
        ("google 4 \U0001f525 years ml engineer pay", "$72,000"),
        ("avf mle pay", "$127,303"),  # a short form
        ("msftt mle pay", "$128,514"),
        ("emta mle pay", "$185,350"),
        ("fb l5 mletc?", "$185,350"),
        ("what is the eentry-level ml engineer salary", "$97,090"),
        ("ml engineer pay no glassdoor", "$131,001"),  # nobody says "pay no" nor "no glassdoor"
        ("usual pay of a machine earning engineer", "$127,303"),
        ("apple vs msft mle py", "$119,224"),
        ("ml engineer five yearsexperience salary", "$138,351"),
    ],
)
def test_a_slip_with_one_meaning_is_read_as_that(advisor: Advisor, text: str, figure: str) -> None:
    answer = advisor.ask(text)
    assert figure in everything(answer)
    assert answer.read_as


def test_a_name_without_figures_rivals_only_with_as_likely_a_slip() -> None:
    corrector = SpellingCorrector(Counter(paid=27, rate=9), names=["google"], others=["paisd", "ratex"], pieces=[])
    assert corrector.correct("paidd", real=False) == ("paid",)  # "paisd" has another letter, "paid" is doubled
    assert corrector.correct("ratez", real=False) == ("ratez",)  # as likely the one as the other


@pytest.mark.parametrize("text", ["seniro ml engineer salary", "mk engineer pay", "googlel4 mle salary"])
def test_what_was_guessed_is_never_sure(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert answer.status in ("answered", "partial")
    assert answer.confidence < SURE_ENOUGH


@pytest.mark.parametrize(
    "text",
    [
        "nl engineer salary",  # ml, or nlp
        "l engineer pay",  # ml, dl, ...
        "ar mle pay",  # are, or sr
        "what does ey pay ml engineers",  # an employer, no "hey"
        "ml engineer salary at ey",
        "ml engineer salary in tornto",
        "metal ml salary",  # a real word is no name
        "what does metalpay",
        "an i engineer salary",
        "googke pay",  # a product, misspelled too
        "gogo ml engineer salary",  # another company
        "is mets paying ml engineers more",
        "mst ml salary",  # msft, must or most
        "pay of a ssr ml engineer",
        "ml engineer fie years experience salary",  # a number is never mended
        "how many people ork at apple",  # work
        "what does tc ean",  # mean
        "google i",  # google it
        "can i pay for my gas using my apple wach",  # two odd words, one of them English
        "how much does mel make",  # somebody
        "is mel paid well",
        "si engs salary",  # ai, but an "is" before engineers reads as well
        "si engssalary",
        "how much do a engineers make",  # ai
        "google t",
        "linkedin is ringe",  # cringe: one letter left out, where "range" would be any other letter
        "pay me baxk",
        "what does ber pay ml engineers",
    ],
)
def test_a_slip_with_several_meanings_gets_no_figure(advisor: Advisor, text: str) -> None:
    assert not advisor.ask(text).rows


def test_a_rank_is_not_retyped(advisor: Advisor) -> None:
    assert advisor.ask("ml engineer ii salary").status != "answered"


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("google oay or apple pay", "the other company"),
        ("google aps salary", "the other company"),
        ("google salary flurb", "every word"),
    ],
)
def test_a_word_that_nobody_knows_is_owned_up_to_beside_the_figures(advisor: Advisor, text: str, gap: str) -> None:
    answer = advisor.ask(text)
    assert answer.status == "partial"
    assert any(gap in line for line in answer.gaps), answer.gaps
