"""Answers as Discord messages: inside every limit for any answer, sources kept, text of others without effect."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.presentation.message import details_of, escape, message_of
from bot.core.model.dialogue import Answer, Points, Row, Suggestion, Table, Text
from bot.core.model.knowledge import Source
from bot.core.render.markdown import LISTED
from bot.storage.knowledge.library import Library

# Text as nasty as Python has it: controls, lone surrogates, markup, and long.
SOUP = st.text(st.characters() | st.sampled_from("*_`~|>[]()#@<:-\\\n "), max_size=300)
LONG = SOUP | st.builds(lambda text, times: text * times, SOUP, st.integers(1, 40))
NUMBERS = st.floats(0, 1e9, allow_nan=False)
SOURCES = st.builds(Source, id=st.just("glassdoor"), name=LONG, kind=st.sampled_from(["publisher", "unnamed"]))
ROWS = st.builds(
    Row,
    subject=LONG,
    sources=st.lists(SOURCES, min_size=1, max_size=3).map(tuple),
    value=NUMBERS,
    note=st.none() | LONG,
) | st.builds(Row, subject=LONG, sources=st.lists(SOURCES, min_size=1).map(tuple), low=NUMBERS, high=NUMBERS)
SENTENCES = st.builds(Text, LONG) | st.builds(Points, st.lists(LONG, max_size=40).map(tuple))
BLOCKS = SENTENCES | st.builds(Table, LONG, st.lists(ROWS, max_size=60).map(tuple))
LISTS = st.lists(LONG, max_size=30).map(tuple)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from(["answered", "partial", "not_covered", "clarify", "off_topic"]),
    title=LONG,
    headline=LONG.map("Pay {}".format),  # no answer is without one
    listed=LONG,
    also=st.lists(SENTENCES, max_size=3).map(tuple),
    shown=st.lists(ROWS, max_size=60).map(tuple),
    details=st.lists(BLOCKS, max_size=6).map(tuple),
    gaps=LISTS,
    caveats=LISTS,
    credit=LISTS,
    text_sources=st.lists(SOURCES, max_size=60).map(tuple),
    read_as=LONG,
    obvious=st.booleans(),
    suggestions=st.lists(st.builds(Suggestion, LONG, LONG), max_size=9).map(tuple),
)
INDEED = Source(id="indeed", name="Indeed")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(ANSWERS, st.booleans())
def test_any_answer_fits_a_message(answer: Answer, pictured: bool) -> None:
    content, details = message_of(answer, pictured=pictured), details_of(answer)
    assert 0 < units(content) <= 2_000
    assert content.strip()
    assert units(details) <= 2_000


def flood(rows: int) -> Answer:
    lines = tuple(Row(subject=f"Company {n}", sources=(INDEED,), low=10.0 * n, high=2e5) for n in range(rows))
    return Answer(
        status="answered",
        title="Much",
        headline="Much.",
        shown=lines,
        details=(Table("Companies", lines), Points(("Last words.",))),
        caveats=("Bear this in mind.",),
        credit=("Indeed", "article, about 2021"),
    )


def test_what_is_too_long_loses_figures_and_says_how_many() -> None:
    content, details = message_of(flood(100)), details_of(flood(100))
    for message in (content, details):
        shown = len(re.findall(r"^- Company \d+: ", message, re.MULTILINE))
        assert 2 <= shown < 100
        assert f"and {100 - shown} more" in content or f"and {102 - shown} more" in details
    assert content.endswith("-# Indeed · article, about 2021")
    assert len(content) <= LISTED


def test_no_figure_is_lost_where_there_is_room() -> None:
    assert all(f"Company {n}: " in message_of(flood(5)) for n in range(5))
    assert "more" not in message_of(flood(5))
    assert all(f"Company {n}: " in details_of(flood(30)) for n in range(30))
    assert details_of(flood(30)).split("\n")[-1] == "- Bear this in mind."


def test_figures_are_a_picture_or_a_list(library: Library) -> None:
    answer = library.advisor.ask("google vs amazon")
    assert "- Google: **$72,000 to $313,797** a year\n- Amazon: **$100,481 to $302,894**" in message_of(answer)
    assert not re.search(r"^- ", message_of(answer, pictured=True), re.MULTILINE)


def test_a_figure_that_is_said_is_not_said_again(library: Library) -> None:
    content = message_of(library.advisor.ask("!salary google"))
    assert content.count("$72,000") == content.count("$313,797") == 1


def test_what_has_no_details_is_one_message() -> None:
    answer = Answer(status="off_topic", title="Not about pay", headline="Only pay.")
    assert (message_of(answer), details_of(answer)) == ("Only pay.", "")


def test_small_print_says_how_it_was_read_unless_that_is_plain(library: Library) -> None:
    assert "Read as" not in message_of(library.advisor.ask("google ml engineer salary"))
    assert "-# Read as: pay of ML engineers, mid" in message_of(library.advisor.ask("what does an mle with 6 yoe make"))
    assert "-# Read as: pay of ML engineers at Google" in message_of(library.advisor.ask("gogle mle salary"))


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "@here",
        "<@80351110224678912>",
        "<@&80351110224678912>",
        "<#80351110224678912>",
        "<:wave:80351110224678912>",
        "</salary:80351110224678912>",
        "**bold** __under__ ~~gone~~ ||hidden|| `code`",
        "[text](https://evil.example)",
        "https://evil.example",
        "discord.gg/evil",
        "# heading",
        "-# small",
        "> quote",
        ">>> quote",
        "1. item",
        "- item\n# heading",
    ],
)
def test_text_of_others_has_no_effect(text: str) -> None:
    message = escape(text)
    assert "@everyone" not in message
    assert "@here" not in message
    assert "\n" not in message
    for mark in ("<@", "<#", "<:", "</", "**", "__", "~~", "||", "[text](", "://", "discord.gg/"):
        plain = message.replace("\\" + mark[0], "\0")
        assert mark not in plain, message
    assert not message.startswith(("#", ">", "-", "`", "1."))


@pytest.mark.parametrize("where", ["headline", "title", "also", "gaps", "subject", "caveats", "credit", "read_as"])
@pytest.mark.parametrize("text", ["-# small", "# heading", "> quote", "**bold** @everyone <@80351110224678912>"])
def test_a_text_from_a_file_is_no_markup_anywhere(text: str, where: str) -> None:
    row = Row(subject=text if where == "subject" else "Google", sources=(INDEED,), value=1.0)
    plain = Answer(
        status="answered",
        title="x",
        headline="x",
        also=(Points((text,)),) if where == "also" else (),
        shown=(row,),
        details=(Table("t", (row,)),),
        read_as="x",
        obvious=False,
    )
    several = {"gaps", "caveats", "credit"}
    changed: dict[str, Any] = {} if where in ("also", "subject") else {where: (text,) if where in several else text}
    answer = replace(plain, **changed)
    for message in (message_of(answer), details_of(answer)):
        assert "@everyone" not in message
        assert not re.search(r"(?<!\\)<@", message)
        assert not re.search(r"^(?:- |-# )?(?:#|>|-#(?! (?:Read|x|\\|$)))", message, re.MULTILINE), message


@pytest.mark.parametrize(
    "text",
    ["netflix @everyone salary", "is <@80351110224678912> **paid** well at `google`?", "https://evil.example pay"],
)
def test_a_question_is_never_echoed_with_effect(library: Library, text: str) -> None:
    answer = library.advisor.ask(f"!salary {text}")
    for mark in ("@everyone", "<@8", "https://evil"):
        assert mark not in message_of(answer) + details_of(answer)


def test_every_example_of_the_knowledge_base_fits(library: Library) -> None:
    for intent in library.advisor.knowledge.intents:
        for example in intent.examples[:3]:
            answer = library.advisor.ask(example)
            assert 0 < len(message_of(answer)) <= LISTED
            assert len(details_of(answer)) <= 2_000
