"""Answers as Discord messages: inside every limit for any answer, sources kept, user text without effect."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.presentation import embeds
from bot.chat.presentation.embeds import escape, message_of
from bot.core.model.dialogue import Answer, Points, Row, Table, Text
from bot.core.model.knowledge import Source
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
BLOCKS = st.one_of(
    st.builds(Text, LONG),
    st.builds(Points, st.lists(LONG, max_size=40).map(tuple)),
    st.builds(Table, LONG, st.lists(ROWS, max_size=60).map(tuple)),
)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from(list(embeds.COLORS)),
    title=LONG,
    headline=LONG,
    blocks=st.lists(BLOCKS, max_size=6).map(tuple),
    gaps=st.lists(LONG, max_size=30).map(tuple),
    caveats=st.lists(LONG, max_size=30).map(tuple),
    said_by=st.lists(SOURCES, max_size=60).map(tuple),
    read_as=LONG,
    suggestions=st.lists(LONG, max_size=30).map(tuple),
)
INDEED = Source(id="indeed", name="Indeed")


def units(text: str | None) -> int:
    return len((text or "").encode("utf-16-le")) // 2


@settings(deadline=None)
@given(ANSWERS)
def test_any_answer_fits_a_message(answer: Answer) -> None:
    content, embed = message_of(answer)
    assert 0 < units(content) <= 2_000
    assert content.strip()
    if embed is None:
        return
    sizes = [units(embed.title), units(embed.description), units(embed.footer.text)]
    assert all(size <= most for size, most in zip(sizes, (256, 4_096, 2_048), strict=True))
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert field.name
        assert (field.value or "").strip()
        assert units(field.name) <= 256
        assert units(field.value) <= 1_024
        sizes += [units(field.name), units(field.value)]
    assert sum(sizes) <= 6_000


def flood(rows: int, sources: int = 1) -> Answer:
    named = tuple(Source(id=f"s{n}", name=f"Source {n}") for n in range(sources))
    lines = tuple(Row(subject=f"Company {n}", sources=named, low=10.0 * n, high=2e5) for n in range(rows))
    said = tuple(f"Sentence number {n}, which is of some length." for n in range(50))
    return Answer(
        status="partial",
        title="Much",
        headline="Much.",
        blocks=(Text("First words."), Table("Companies", lines), Points(("Last words.",))),
        gaps=said,
        caveats=said,
        read_as="pay of ML engineers at Google",
    )


def test_what_is_too_long_loses_rows_first_and_says_how_many() -> None:
    _, embed = message_of(flood(100, sources=30))
    assert embed is not None
    assert embed.description is not None
    assert embed.description.startswith("First words.")
    assert embed.description.endswith("Last words.")
    shown = embed.description.count("Company ")
    assert f"and {100 - shown} more" in embed.description
    assert embed.footer.text is not None
    assert all(f"Source {n}" in embed.footer.text for n in range(30))
    assert embed.footer.text.endswith("Read as: pay of ML engineers at Google")
    assert [field.name for field in embed.fields] == ["Not on file", "Bear in mind"]
    assert all((field.value or "").endswith("more") for field in embed.fields)


def test_no_row_is_lost_where_there_is_room() -> None:
    _, embed = message_of(flood(5))
    assert embed is not None
    assert all(f"Company {n}" in (embed.description or "") for n in range(5))
    assert "more" not in (embed.description or "")


def test_a_figure_alone_is_not_said_twice(library: Library) -> None:
    content, embed = message_of(library.advisor.ask("!salary google"))
    assert "$72,000 to $313,797 a year" in content
    assert embed is not None
    assert "$72,000 to $313,797" not in (embed.description or "")


def test_off_topic_is_one_line() -> None:
    answer = Answer(status="off_topic", title="Not about pay", headline="Only pay.", suggestions=("help",))
    assert message_of(answer) == ("Only pay.", None)


def test_a_headline_alone_needs_no_embed() -> None:
    assert message_of(Answer(status="answered", title="Thanks", headline="You're welcome!"))[1] is None


def test_an_unstated_source_is_told_as_such() -> None:
    row = Row(
        subject="Google", sources=(Source(id="not_stated", name="source not stated", kind="unnamed"), INDEED), value=1.0
    )
    _, embed = message_of(Answer(status="answered", title="x", headline="y", blocks=(Table("t", (row,)),)))
    assert embed is not None
    assert embed.footer.text == "Sources: not stated, Indeed"


@pytest.mark.parametrize(
    "said",
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
        "> quote",
        "- item\n# heading",
    ],
)
def test_user_text_has_no_effect(said: str) -> None:
    told = escape(said)
    assert "@everyone" not in told
    assert "@here" not in told
    assert "\n" not in told
    for mark in ("<@", "<#", "<:", "</", "**", "__", "~~", "||", "[text](", "://", "discord.gg/"):
        plain = told.replace("\\" + mark[0], "\0")
        assert mark not in plain, told
    assert not told.startswith(("#", ">", "-", "`"))


@pytest.mark.parametrize(
    "said",
    ["netflix @everyone salary", "is <@80351110224678912> **paid** well at `google`?", "https://evil.example pay"],
)
def test_a_question_is_never_echoed_with_effect(library: Library, said: str) -> None:
    content, embed = message_of(library.advisor.ask(f"!salary {said}"))
    told = content + str(embed.to_dict() if embed else "")
    for mark in ("@everyone", "<@8", "https://evil"):
        assert mark not in told


def test_every_example_of_the_knowledge_base_fits(library: Library) -> None:
    for intent in library.advisor.knowledge.intents:
        for example in intent.examples[:3]:
            content, embed = message_of(library.advisor.ask(example))
            assert content
            assert embed is None or isinstance(embed, discord.Embed)
            assert embed is None or len(embed) <= 6_000
