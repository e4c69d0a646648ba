"""Long answers, from a knowledge base of sixty companies: the first are shown and the others counted; controls fit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.chat.guilds.memory import Memory
from bot.chat.presentation.components import choices, controls, detail_controls
from bot.chat.presentation.correction_modal import correction_modal
from bot.chat.presentation.custom_id import LARGEST_ID, ComponentState
from bot.chat.presentation.limits import CUSTOM_ID, OPTIONS
from bot.chat.presentation.reply import ReplyFactory
from bot.core.model.dialogue import Query
from bot.core.model.language import ENGLISH
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.query_codec import QueryCodec
from bot.core.render.markdown import LISTED
from bot.storage.knowledge.library import Library
from tests.discord_world import World, details_of, parts_of, response_of, text_of

MANY, SOME = 60, 30
OWN = ("Amazon", "Apple", "Facebook", "Google", "Microsoft")
COMPANY = """\
id: {key}
name: {name}
figures:
  - id: {key}.range
    basis: range
    company: {key}
    low: {low}
    high: {high}
    source: glassdoor
    section: Popular Employers and Their Average Machine Learning Engineer Salary
"""
RANKING, EVERYBODY = "who pays most?", "what do big companies pay?"


def names(count: int) -> list[str]:
    """The names of all companies of a base of so many."""
    made = [f"Zz{chr(97 + n // 26)}{chr(97 + n % 26)}qua Holdings" for n in range(count - len(OWN))]
    return [*OWN, *made]


def grown(base: Path, folder: Path, count: int) -> Library:
    """Return a knowledge base with so many companies."""
    shutil.copytree(base, folder)
    for n, name in enumerate(names(count)[len(OWN) :]):
        key = f"{name[:6].lower()}_holdings"
        content = COMPANY.format(key=key, name=name, low=100_000 + 1_000 * n, high=200_000 + 1_000 * n)
        (folder / f"companies/{key}.yaml").write_text(content, encoding="utf-8")
    return Library(folder)


@pytest.fixture(scope="module")
def many(small_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return grown(small_base, tmp_path_factory.mktemp("many") / "knowledge", MANY)


@pytest.fixture(scope="module")
def some(small_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return grown(small_base, tmp_path_factory.mktemp("some") / "knowledge", SOME)


@pytest.fixture
async def large(empty_world: World, many: Library) -> World:
    return await empty_world.start(many)


async def asked(world: World, text: str) -> discord.Message:
    (reply,) = await world.hears(world.member, world.general, f"{world.mention} {text}")
    return reply


def now(world: World, message: discord.Message) -> discord.Message:
    return next(one for one in world.general.history() if one.id == message.id)


def listed(message: discord.Message | simcord.ResponseMessage | str) -> list[str]:
    """The companies that stand in a list of a message."""
    output = message if isinstance(message, str) else text_of(message)
    return re.findall(r"^- (?!and \d)(.+?): (?=\$)", output, re.MULTILINE)


# ------------------------------------------------------------------ bounds


@pytest.mark.parametrize("question", [RANKING, EVERYBODY])
async def test_the_first_are_shown_and_the_others_counted(large: World, question: str) -> None:
    reply = await asked(large, question)
    message = await details_of(large.member, reply)
    for shown, text in ((listed(reply), text_of(reply)), (listed(message), message)):
        assert 2 <= len(shown) < MANY
        assert len(shown) == len(set(shown))
        assert re.search(r"and \d+ more", text)
    assert f"and {MANY - len(listed(reply))} more" in text_of(reply)
    assert len(text_of(reply)) <= LISTED
    assert listed(message)[: len(listed(reply))] == listed(reply)
    assert len(listed(message)) > len(listed(reply))


async def test_what_no_button_can_carry_has_none(large: World) -> None:
    wanted = names(MANY)[:25]
    reply = await asked(large, f"compare {', '.join(wanted)}")
    assert set(listed(reply)) < set(wanted)
    assert parts_of(reply) == []


# ------------------------------------------------------------------ menus


async def test_a_menu_that_would_be_too_long_is_left_out(large: World) -> None:
    assert ":choose:" not in str(parts_of(await asked(large, "google")))
    assert ":choose:" in str(parts_of(await asked(large, "senior mle")))


@pytest.mark.parametrize(("named", "offered"), [(4, None), (5, 25), (6, None)])
async def test_the_menu_to_compare_with_holds_all_others_or_is_not_there(
    empty_world: World, some: Library, named: int, offered: int | None
) -> None:
    world = await empty_world.start(some)
    reply = await asked(world, f"compare {', '.join(names(SOME)[:named])}")
    assert (":choose:" in str(parts_of(reply))) == bool(offered)
    if offered:
        menu = response_of(await world.member.click(reply, label="Add one"))
        (choice,) = parts_of(menu)
        assert len(choice["options"]) == offered
        other = choice["options"][-1]
        await world.member.select(menu, [other["value"]], custom_id=choice["custom_id"])
        assert other["label"] in await details_of(world.member, now(world, reply))


@pytest.mark.parametrize("question", ["google", "zzccqua holdings salary", "google vs zzccqua holdings", RANKING])
async def test_the_form_holds_what_was_read_first(large: World, question: str) -> None:
    behind = response_of(await large.member.click(await asked(large, question), label="Details"))
    result = await large.member.click(behind, label="Not what I meant")
    assert result.modal is not None
    menus = {part["component"]["custom_id"]: part["component"] for part in result.modal["components"]}
    assert all(len(menu["options"]) <= OPTIONS for menu in menus.values())
    assert all(menu.get("max_values", 1) <= len(menu["options"]) for menu in menus.values())
    read = [option["label"] for option in menus["companies"]["options"] if option.get("default")]
    named = [name for name in names(MANY) if name.lower() in question]
    assert read == named
    assert [option["label"] for option in menus["companies"]["options"]][: len(named)] == named


async def test_what_the_form_cannot_show_is_not_offered_in_it(large: World, many: Library) -> None:
    reply = await asked(large, EVERYBODY)
    behind = response_of(await large.member.click(reply, label="Details"))
    assert "Not what I meant" not in [part.get("label") for part in parts_of(behind)]
    assert "Per month" in [part.get("label") for part in parts_of(reply)]
    everybody = tuple(company.id for company in many.advisor.knowledge.companies)
    query = Query(answer="pay", intent="pay", companies=everybody)
    press = ComponentState(action="mend", asker=1, about="pay;c=*")
    assert correction_modal(press, query, Phrasebook(ENGLISH, many.advisor.knowledge)) is None


async def test_completion_holds_no_more_than_discord_takes(large: World) -> None:
    for command, option in (("salary", "question"), ("compare", "first"), ("offer", "company")):
        assert len(await large.member.autocomplete(large.general, command, option, "zz")) == 25


# ------------------------------------------------------------------ what a control says of itself


QUESTIONS = (
    "google",
    "google per month",
    RANKING,
    EVERYBODY,
    "what do big companies pay per month?",
    "senior mle",
    "is 150k good at google?",
    "is 150-160k at zzccqua holdings with 7 yoe good?",
    "netflix?",
    "hello",
    *(f"compare {', '.join(names(MANY)[:count])}" for count in range(2, 26)),
    *(f"{', '.join(names(MANY)[:count])} per month" for count in range(2, 12)),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_control_is_too_large_and_no_two_are_the_same(many: Library, question: str) -> None:
    reply = ReplyFactory(many, Memory(lambda: 0.0)).to_text(question, ENGLISH)
    who, message = LARGEST_ID - 1, LARGEST_ID - 1
    below, behind = controls(reply, who), detail_controls(reply, who, message)
    for made in (below, behind, choices(reply, who, message)):
        rows = made.to_components() if made else []
        assert len(rows) <= 2
        assert all(len(row["components"]) <= 3 for row in rows)
        assert_fits([part for row in rows for part in row["components"]])


def assert_fits(parts: list[Any]) -> None:
    ids = [part["custom_id"] for part in parts]
    assert all(0 < len(one) <= CUSTOM_ID for one in ids)
    assert len(set(ids)) == len(ids)
    assert all(len(part.get("label") or "") <= 80 for part in parts)
    assert all(0 < len(part.get("options", "-")) <= OPTIONS for part in parts)


def test_all_companies_are_said_in_a_word(many: Library, library: Library) -> None:
    knowledge = many.advisor.knowledge
    everybody = tuple(company.id for company in knowledge.companies)
    query = Query(answer="pay", intent="pay", companies=everybody, period="month")
    assert QueryCodec(knowledge).written(query) == "pay;c=*;p=month"
    back = QueryCodec(knowledge).read("pay;c=*;p=month")
    assert back is not None
    assert back.companies == everybody
    assert QueryCodec(library.advisor.knowledge).read("pay;c=*") is None
    assert QueryCodec(knowledge).read("pay;c=*,google") is None
    assert QueryCodec(knowledge).read("pay;x=*") is None
    assert QueryCodec(knowledge).read(f"pay;c={','.join(everybody)}") is None
    assert QueryCodec(knowledge).read(f"pay;c={','.join(everybody[:26])}") is None
    own = Query(answer="compare", intent="compare", companies=("google", "apple"), period="month")
    assert QueryCodec(library.advisor.knowledge).written(own) == "compare;c=google,apple;p=month"
