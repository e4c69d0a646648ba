"""What holds of every message, over all our own questions, in English and in German."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.core.advisor import Advisor
from bot.core.model.dialogue import Answer, Gap, GapKind, NotCovered, OffTopic, Query
from bot.core.model.language import ENGLISH, Language
from bot.core.phrases.wording import Wording
from bot.core.render.chart import Chart, chart_of
from bot.core.render.markdown import SMALL, amounts, details, message
from bot.storage.i18n.catalogs import Languages
from tests.yaml_file import content_of

FOLDERS = ("questions", "tables")
LONGEST, WIDEST_HEADLINE_FIGURES = 420, 2
_SUM = re.compile(r" = |\d\)? / ")


class Exchange(NamedTuple):
    """A question with its answer, and the message with a picture where there is one, and without."""

    question: str
    language: Language
    answer: Answer
    chart: Chart | None
    pictured: str
    listed: str


def texts(content: Any) -> Iterator[str]:
    """Yield every text that stands under `ask`, `first`, `then` and the like in our own tables."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key in ("ask", "first", "then", "text", "said") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(content, list):
        for one in content:
            yield from texts(one)


def questions() -> list[str]:
    root = Path(__file__).parent
    files = sorted(path for name in FOLDERS for path in (root / name).rglob("*.yaml"))
    return sorted({text for path in files for text in texts(content_of(path))})


@pytest.fixture(scope="module", params=["en", "de"])
def exchanges(request: pytest.FixtureRequest, advisor: Advisor) -> list[Exchange]:
    language = Languages().of(request.param) if request.param != "en" else ENGLISH
    every = []
    for question in questions():
        decision = advisor.understand(question)
        answer = advisor.answer(decision, language)
        shown = isinstance(decision, Query) and bool(answer.shown)
        drawn = chart_of(decision, advisor.knowledge, language) if isinstance(decision, Query) and shown else None
        pictured = message(answer, pictured=drawn is not None)
        every.append(Exchange(question, language, answer, drawn, pictured, message(answer)))
    return every


def small(content: str) -> str:
    return "\n".join(line for line in content.split("\n") if line.startswith(SMALL))


def body(content: str) -> str:
    return "\n".join(line for line in content.split("\n") if not line.startswith(SMALL))


def test_there_are_many_of_each_kind(exchanges: list[Exchange]) -> None:
    assert len(exchanges) > 350
    assert sum(one.chart is not None for one in exchanges) > 50


def test_a_message_is_short(exchanges: list[Exchange]) -> None:
    assert [(one.question, len(one.pictured)) for one in exchanges if len(one.pictured) > LONGEST] == []


def test_no_amount_stands_twice(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        for content in {one.pictured, one.listed}:
            found = Counter(re.findall(r"\$[\d,]+|[\d.]+\xa0\$", body(content).replace("**", "")))
            typed = {amount.replace(",", "") for amount in re.findall(r"\d[\d,]+", one.question)}
            twice = {amount for amount, count in found.items() if count > 1 and amount.strip("$\xa0") not in typed}
            assert not twice, (one.question, content)


def test_beside_a_picture_is_no_list_of_its_figures(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        if one.chart is not None:
            bullets = [line for line in one.pictured.split("\n") if line.startswith("- ")]
            assert not [line for line in bullets if amounts(line, Wording(one.language))], one.question


def test_a_headline_names_two_of_the_pictures_amounts_at_most(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        if one.chart is not None and isinstance(one.answer, Answer) and ";" not in one.answer.title:
            drawn = {amount for bar in one.chart.bars for amount in amounts(bar.text, Wording(one.language))}
            headline = one.answer.headline.split(". ")[0]
            assert len(amounts(headline, Wording(one.language)) & drawn) <= WIDEST_HEADLINE_FIGURES, one.question


def test_small_print_says_each_thing_once(exchanges: list[Exchange]) -> None:
    unnamed, article = {"en": "no source named", "de": "keine quelle genannt"}, {"en": "article,", "de": "artikel,"}
    for one in exchanges:
        print_, code = small(one.pictured).casefold(), one.language.code
        assert print_.count(unnamed[code]) <= 1, (one.question, print_)
        assert print_.count(article[code]) <= 1, (one.question, print_)


def test_no_sum_stands_in_a_message(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        assert not _SUM.search(one.listed), (one.question, one.listed)


def test_every_derived_figure_has_its_sum_in_the_details(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        text = details(one.answer).replace("**", "")
        for row in (*one.answer.shown, *one.answer.cited):
            if row.working is not None and len(text) < 1_500:
                assert row.working in text, (one.question, row)


def test_every_caveat_stands_in_the_details(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        text = details(one.answer).replace("**", "")
        if len(text) < 1_500:
            assert [caveat for caveat in one.answer.caveats if caveat not in text] == [], one.question


def test_no_refusal_that_names_something_is_a_dead_end(exchanges: list[Exchange]) -> None:
    for one in exchanges:
        named = [mention for mention in one.answer.mentions if not mention.on_file]
        if one.answer.status == "not_covered" and named:
            assert amounts(one.listed, Wording(one.language)) or one.answer.suggestions, one.question


# What 312 pixels of a phone hold: the letters of three buttons, or of two, by Discord's widths.
IN_A_ROW = {2: 33, 3: 29}


@pytest.mark.parametrize("code", ["en", "de"])
def test_every_suggestion_leads_to_an_answer(advisor: Advisor, code: str) -> None:
    """Over our own questions, hundreds of refusals, and one of each kind of gap."""
    language = ENGLISH if code == "en" else Languages().of(code)
    gaps = [NotCovered(gaps=(Gap(kind=kind, name="x"),)) for kind in GapKind if not kind.of_field]
    decisions = [*map(advisor.understand, (*questions(), *REFUSED)), NotCovered(reason="Pay by place"), *gaps]
    offered = {one for made in decisions for one in advisor.answer(made, language).suggestions}
    assert len(offered) > 20
    for suggestion in offered:
        answer = advisor.ask(suggestion.text, language)
        assert answer.status in ("answered", "partial"), suggestion
        assert answer.gaps == (), suggestion


@pytest.mark.parametrize("code", ["en", "de"])
def test_what_is_offered_beside_a_refusal_stands_in_one_row_on_a_phone(advisor: Advisor, code: str) -> None:
    language = ENGLISH if code == "en" else Languages().of(code)
    for kind in (*(kind for kind in GapKind if not kind.of_field), None):
        gaps = (Gap(kind=kind, name="x"),) if kind is not None else ()
        for refusal in (NotCovered(gaps=gaps), OffTopic(gaps=gaps)):
            labels = [one.label for one in advisor.answer(refusal, language).suggestions][:3]
            assert sum(map(len, labels)) <= IN_A_ROW[len(labels)], labels


# A made-up word, and one that is English and no name of anybody.
STRANGE = ("zorblaxian", "idiots")


# Refused in many ways, and off topic.
REFUSED = (
    *("netflix pay", "mle in london", "nurse salary", "l7 pay", "google in 2030", "best pizza in town?", "asdf"),
    *("what is the bonus at google", "after taxes?", "remote ml salary", "tesla autopilot engineer salary", "150?"),
    *(
        "is 150 a good salary?",
        "junior at google",
        "pay by gender",
        "how do i negotiate",
        "zzz vs qqq",
        "google on indeed",
    ),
)


def strange_questions() -> Iterator[str]:
    """Yield our own questions with a word that stands on no list: put in, and in the place of one."""
    for number, question in enumerate(questions()):
        words, strange = question.split(), STRANGE[number % 2]
        at = number % (len(words) + 1)
        yield " ".join((*words[:at], strange, *words[at:]))
        yield " ".join((*words[:at], strange, *words[at + 1 :]))
    for strange in STRANGE:
        yield from (
            f"what does {strange} pay?",
            f"google vs {strange}",
            f"i hate {strange} workers salary",
            f"{strange} engineer salary",
            f"is 150k at {strange} good",
            f"google {strange} ml engineer pay",
        )


@pytest.mark.parametrize("code", ["en", "de"])
def test_no_word_that_is_on_no_list_is_said_by_the_bot(advisor: Advisor, code: str) -> None:
    language = ENGLISH if code == "en" else Languages().of(code)
    for question in strange_questions():
        decision = advisor.understand(question)
        for one in (decision, *advisor.pay_in(question)):
            answer = advisor.answer(one, language)
            chart = chart_of(one, advisor.knowledge, language) if isinstance(one, Query) else None
            shown = " ".join(
                (
                    message(answer),
                    details(answer),
                    answer.title,
                    *(one.text for one in answer.suggestions),
                )
            )
            shown += repr(chart)
            assert not [word for word in STRANGE if word in shown.casefold()], (question, shown)
