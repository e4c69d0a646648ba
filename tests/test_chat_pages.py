"""Long answers, from a knowledge base of sixty companies: all of them can be reached, and no control is too large."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.chat.guilds.memory import Memory
from bot.chat.presentation.components import controls
from bot.chat.presentation.correction_modal import correction_modal
from bot.chat.presentation.custom_id import LARGEST_ID, ComponentState, custom_id, turnable
from bot.chat.presentation.limits import CUSTOM_ID, OPTIONS
from bot.chat.presentation.reply import A_PAGE, ReplyFactory
from bot.core.model.dialogue import Query
from bot.core.model.language import ENGLISH
from bot.core.query_codec import read, written
from bot.storage.knowledge.library import Library
from tests.discord_world import World, parts_of, response_of, text_of

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
        said = COMPANY.format(key=key, name=name, low=100_000 + 1_000 * n, high=200_000 + 1_000 * n)
        (folder / f"companies/{key}.yaml").write_text(said, encoding="utf-8")
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


def listed(message: discord.Message | simcord.ResponseMessage) -> list[str]:
    """The companies that stand in a list of a message."""
    return re.findall(r"^- (.+?): \*\*", text_of(message), re.MULTILINE)


def turning(message: discord.Message | simcord.ResponseMessage) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """The two controls that turn pages, and what stands between them."""
    back, shown, on = [part for part in parts_of(message) if part["custom_id"].split(":")[1] in ("page", "pages")]
    return back, shown["label"], on


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize("question", [RANKING, EVERYBODY])
async def test_every_company_stands_on_one_page(large: World, question: str) -> None:
    reply = await asked(large, question)
    seen = []
    for number in range(1, 6):
        back, shown, on = turning(reply)
        assert shown == f"Page {number} of 5"
        assert [bool(back.get("disabled")), bool(on.get("disabled"))] == [number == 1, number == 5]
        seen += listed(reply)
        assert len(listed(reply)) == A_PAGE
        assert not re.search(r"and \d+ more", text_of(reply))
        assert "Source" in text_of(reply)
        if number < 5:
            await large.member.click(reply, custom_id=on["custom_id"])
            reply = now(large, reply)
    assert sorted(seen) == sorted(names(MANY))


async def test_pages_are_turned_back(large: World) -> None:
    reply = await asked(large, RANKING)
    await large.member.click(reply, custom_id=turning(reply)[2]["custom_id"])
    second = now(large, reply)
    assert listed(second) != listed(reply)
    await large.member.click(second, custom_id=turning(second)[0]["custom_id"])
    assert text_of(now(large, reply)) == text_of(reply)


async def test_others_turn_pages_of_their_own(large: World) -> None:
    reply = await asked(large, RANKING)
    copy = response_of(await large.manager.click(reply, custom_id=turning(reply)[2]["custom_id"]))
    assert copy.ephemeral
    assert turning(copy)[1] == "Page 2 of 5"
    await large.manager.click(copy, custom_id=turning(copy)[2]["custom_id"])
    assert turning(copy)[1] == "Page 3 of 5"
    assert turning(now(large, reply))[1] == "Page 1 of 5"


async def test_pages_are_turned_after_a_restart_with_another_base(
    large: World, some: Library, library: Library
) -> None:
    reply = await asked(large, RANKING)
    for _ in range(3):
        reply = now(large, reply)
        await large.member.click(reply, custom_id=turning(reply)[2]["custom_id"])
    on = turning(now(large, reply))[2]["custom_id"]
    await large.start(some)
    await large.member.click(now(large, reply), custom_id=on)
    assert turning(now(large, reply))[1] == "Page 3 of 3"
    await large.start(library)
    back = turning(now(large, reply))[0]["custom_id"]
    await large.member.click(now(large, reply), custom_id=back)
    assert sorted(listed(now(large, reply))) == sorted(OWN)


async def test_where_the_figures_of_each_page_are_from(large: World) -> None:
    reply = await asked(large, RANKING)
    for _ in range(2):
        told = text_of(response_of(await large.manager.click(reply, label="Sources")))
        assert all(f"- {name}: $" in told for name in listed(reply))
        assert "more source" not in told
        await large.member.click(reply, custom_id=turning(reply)[2]["custom_id"])
        reply = now(large, reply)


async def test_what_cannot_be_turned_is_shown_whole(large: World) -> None:
    wanted = names(MANY)[:25]
    reply = await asked(large, f"compare {', '.join(wanted)}")
    assert sorted(listed(reply)) == sorted(wanted)
    assert not re.search(r"and \d+ more", text_of(reply))
    assert {part["custom_id"].split(":")[1] for part in parts_of(reply)} == {"up", "down", "delete"}


# ------------------------------------------------------------------ menus


async def test_a_menu_that_would_be_too_long_is_left_out(large: World) -> None:
    assert ":compare:" not in str(parts_of(await asked(large, "google")))
    assert ":compare:" in str(parts_of(await asked(large, "senior mle")))


@pytest.mark.parametrize(("named", "offered"), [(4, None), (5, 25), (6, 24)])
async def test_the_menu_to_compare_with_holds_all_others_or_is_not_there(
    empty_world: World, some: Library, named: int, offered: int | None
) -> None:
    world = await empty_world.start(some)
    reply = await asked(world, f"compare {', '.join(names(SOME)[:named])}")
    menus = [part for part in parts_of(reply) if ":compare:" in part["custom_id"]]
    assert [len(menu["options"]) for menu in menus] == ([offered] if offered else [])
    if offered and named == 5:
        other = menus[0]["options"][-1]
        await world.member.select(reply, [other["value"]], custom_id=menus[0]["custom_id"])
        assert other["label"] in listed(now(world, reply))


@pytest.mark.parametrize("question", ["google", "zzccqua holdings salary", "google vs zzccqua holdings", RANKING])
async def test_the_form_holds_what_was_read_first(large: World, question: str) -> None:
    result = await large.member.click(await asked(large, question), label="Not what I meant")
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
    assert "Not what I meant" not in [part.get("label") for part in parts_of(reply)]
    assert "Per month" in [part.get("label") for part in parts_of(reply)]
    everybody = tuple(company.id for company in many.advisor.knowledge.companies)
    query = Query(answer="pay", intent="pay", companies=everybody)
    press = ComponentState(action="mend", asker=1, about="pay;c=*")
    assert correction_modal(press, query, many.advisor.knowledge, ENGLISH) is None


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
    made = controls(reply, LARGEST_ID - 1, rated=True)
    parts = [part for row in made.to_components() for part in row["components"]] if made else []
    ids = [part["custom_id"] for part in parts]
    assert all(0 < len(one) <= CUSTOM_ID for one in ids)
    assert len(set(ids)) == len(ids)
    assert all(len(part.get("label") or "") <= 80 for part in parts)
    assert all(0 < len(part.get("options", "-")) <= OPTIONS for part in parts)
    if reply.pages > 1:
        assert sum(":page" in one for one in ids) == 3


@pytest.mark.parametrize("length", range(60, 95))
def test_what_can_be_turned_can_be_turned_for_everybody_to_every_page(length: int) -> None:
    about = "x" * length
    made = [
        custom_id(ComponentState(action="page", asker=asker, about=about, page=99_999)) for asker in (1, LARGEST_ID - 1)
    ]
    assert not turnable(about) or None not in made
    assert turnable("x" * 60)
    assert not turnable("x" * 94)


def test_all_companies_are_said_in_a_word(many: Library, library: Library) -> None:
    known = many.advisor.knowledge
    everybody = tuple(company.id for company in known.companies)
    query = Query(answer="pay", intent="pay", companies=everybody, period="month")
    assert written(query, known) == "pay;c=*;p=month"
    back = read("pay;c=*;p=month", known)
    assert back is not None
    assert back.companies == everybody
    assert read("pay;c=*", library.advisor.knowledge) is None
    assert read("pay;c=*,google", known) is None
    assert read("pay;x=*", known) is None
    assert read(f"pay;c={','.join(everybody)}", known) is None
    assert read(f"pay;c={','.join(everybody[:26])}", known) is None
    own = Query(answer="compare", intent="compare", companies=("google", "apple"), period="month")
    assert written(own, library.advisor.knowledge) == "compare;c=google,apple;p=month"
