"""What can be pressed below an answer: what it does, for whom, after a restart, and when it is too old or forged."""

from __future__ import annotations

import logging
from typing import Any

import discord
import pytest
import simcord

from bot.chat.presentation.custom_id import ComponentState, custom_id, state_of
from bot.chat.presentation.limits import CUSTOM_ID
from bot.core.query_codec import read
from bot.storage.knowledge.library import Library
from tests.discord_world import World, response_of, text_of

GOOGLE = "Google pays ML engineers $72,000 to $313,797 a year (source not stated)."


async def asked(world: World, text: str = "google", actor: simcord.MemberActor | None = None) -> discord.Message:
    (reply,) = await world.hears(actor or world.member, world.general, f"{world.mention} {text}")
    return reply


def now(world: World, message: discord.Message) -> discord.Message:
    return next(one for one in world.general.history() if one.id == message.id)


def controls_of(message: discord.Message) -> list[dict[str, Any]]:
    rows: list[Any] = [row.to_dict() for row in message.components]
    return [part for row in rows for part in row["components"]]


def control(message: discord.Message, action: str) -> dict[str, Any]:
    """The control of a message that does something."""
    return next(one for one in controls_of(message) if one["custom_id"].split(":")[1] == action)


# ------------------------------------------------------------------ what each does


@pytest.mark.parametrize(
    ("label", "figure", "working"),
    [
        ("Per month", "$6,000 to $26,150 a month", "72,000 / 12 = 6,000"),
        ("Per week", "$1,385 to $6,035 a week", "72,000 / 52 = 1,385"),
        ("Per hour", "$35 to $151 an hour", "72,000 / 2,080 = 35"),
    ],
)
async def test_another_period(world: World, label: str, figure: str, working: str) -> None:
    reply = await asked(world)
    await world.member.click(reply, label=label)
    told = text_of(now(world, reply))
    assert figure in told
    assert working in told
    await world.member.click(now(world, reply), label="Per year")
    assert now(world, reply).content == GOOGLE


async def test_the_period_shown_cannot_be_pressed(world: World) -> None:
    reply = await asked(world)
    assert control(reply, "per_year")["disabled"]
    await world.member.click(reply, label="Per month")
    assert control(now(world, reply), "per_month")["disabled"]
    assert not control(now(world, reply), "per_year").get("disabled")


@pytest.mark.parametrize("question", ["who pays most?", "glassdoor vs payscale", "what skills raise pay?", "hello"])
async def test_no_period_where_the_answer_has_none(world: World, question: str) -> None:
    reply = await asked(world, question)
    assert "Per month" not in [one.get("label") for one in controls_of(reply)]


@pytest.mark.parametrize(
    ("question", "other", "expected"),
    [
        ("google", "amazon", ("$72,000", "$100,481", "Amazon starts higher")),
        ("google vs amazon", "apple", ("$313,797", "$302,894", "Apple")),
        ("senior mle", "junior", ("$150,360", "difference")),
        ("data scientist", "ml_engineer", ("data scientists", "ML engineers")),
        ("glassdoor", "indeed", ("Glassdoor", "Indeed", "higher")),
    ],
)
async def test_comparing_with_another(world: World, question: str, other: str, expected: tuple[str, ...]) -> None:
    reply = await asked(world, question)
    await world.member.select(reply, [other], custom_id=control(reply, "compare")["custom_id"])
    told = text_of(now(world, reply)).lower()
    assert all(word.lower() in told for word in expected)
    assert "read as: comparison of" in told


async def test_what_is_compared_already_is_not_offered(world: World) -> None:
    reply = await asked(world, "google vs amazon")
    offered = [option["value"] for option in control(reply, "compare")["options"]]
    assert offered == ["apple", "facebook", "microsoft"]


async def test_where_figures_are_from(world: World) -> None:
    reply = await asked(world, "google vs amazon")
    result = await world.member.click(reply, label="Sources")
    told = text_of(response_of(result))
    assert result.ephemeral
    assert "**Glassdoor**\n- Amazon: $100,481 to $302,894 a year, under" in told
    assert "without saying who it is from" in told


async def test_how_it_was_read_can_be_changed(world: World) -> None:
    reply = await asked(world)
    form = await world.member.click(reply, label="Not what I meant")
    assert form.modal is not None
    read = {part["component"]["custom_id"]: chosen_in(part["component"]) for part in form.modal["components"]}
    assert read == {"answer": ["pay"], "companies": ["google"], "roles": [], "levels": [], "sources": []}
    values = {"answer": ["pay"], "companies": [], "levels": ["senior"]}
    await world.member.submit_modal(form, values)
    told = text_of(now(world, reply))
    assert "$150,360" in told
    assert "Read as: pay of ML engineers (senior (10-19 years))" in told


def chosen_in(menu: dict[str, Any]) -> list[str]:
    return [option["value"] for option in menu["options"] if option.get("default")]


async def test_what_a_kind_of_answer_has_no_use_for_is_not_said_to_be_read(world: World) -> None:
    reply = await asked(world)
    form = await world.member.click(reply, label="Not what I meant")
    await world.member.submit_modal(form, {"answer": ["ladder"], "companies": ["google"]})
    told = text_of(now(world, reply))
    assert "Read as: pay by experience of ML engineers" in told
    assert "of ML engineers at" not in told
    assert "I have no figures by experience for Google" in told


async def test_what_was_proposed_can_be_pressed(world: World) -> None:
    reply = await asked(world, "what does acme pay ml engineers")
    await world.member.click(reply, label="average ML engineer salary")
    assert "$127,303" in text_of(now(world, reply))


# ------------------------------------------------------------------ for whom


@pytest.mark.parametrize("label", ["Per month", "Per hour"])
async def test_others_get_a_copy_of_their_own(world: World, label: str) -> None:
    reply = await asked(world)
    result = await world.manager.click(reply, label=label)
    assert result.ephemeral
    assert "Google: $" in text_of(response_of(result))
    assert now(world, reply).content == GOOGLE


async def test_a_copy_belongs_to_who_got_it(world: World) -> None:
    reply = await asked(world)
    copy = response_of(await world.manager.click(reply, label="Per month"))
    await world.manager.click(copy.message, label="Per hour")
    assert "an hour" in copy.content
    assert now(world, reply).content == GOOGLE


async def test_the_asker_deletes_an_answer(world: World) -> None:
    reply = await asked(world)
    await world.member.click(reply, custom_id=control(reply, "delete")["custom_id"])
    assert world.said(world.general) == []


async def test_moderators_delete_an_answer_and_others_do_not(world: World) -> None:
    reply = await asked(world)
    result = await world.manager.click(reply, custom_id=control(reply, "delete")["custom_id"])
    assert result.ephemeral
    assert "Only who asked" in response_of(result).content
    assert world.said(world.general) != []
    role = world.home.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    moderator = world.home.add_member(world.env.create_user("moderator"), roles=[role])
    await moderator.click(reply, custom_id=control(reply, "delete")["custom_id"])
    assert world.said(world.general) == []


# ------------------------------------------------------------------ after a restart, when old, when forged


async def test_controls_outlive_a_restart(world: World, library: Library) -> None:
    reply = await asked(world)
    form = await world.member.click(reply, label="Not what I meant")
    await world.start(library)
    await world.member.click(reply, label="Per month")
    assert "$6,000" in text_of(now(world, reply))
    await world.member.submit_modal(form, {"answer": ["pay"], "companies": ["amazon"]})
    assert "$100,481" in text_of(now(world, reply))
    result = await world.manager.click(now(world, reply), label="Sources")
    assert "Glassdoor" in text_of(response_of(result))


@pytest.mark.parametrize(
    "about",
    [
        "",
        "pay;c=netflix",
        "pay;c=google;c=amazon",
        "pay;x",
        "pay;p=fortnight",
        "convert",
        "offer",
        "offer;a=nan~nan~USD~",
        "offer;a=-1~5~USD~",
        "offer;a=1e99~1e99~USD~",
        "offer;a=1~2~USD~;a=3",
        "topic;t=nothing",
        "greeting;t=skills",
        "no_figures",
        "pay;g=color~red",
        "__class__",
        "pay;c=google;d=sideways",
        "compare;l=senior,nobody",
        "pay;i=__init__",
    ],
)
async def test_a_forged_query_is_not_read(world: World, about: str) -> None:
    assert read(about, world.bot.services.library.advisor.knowledge) is None


@pytest.mark.parametrize(
    "said",
    [
        "pay1:per_month:{me}:0:pay;c=netflix",
        "pay0:per_month:1:0:pay;c=google",
        "pay1:fly:1:0:pay;c=google",
        "pay",
        "x" * 100,
    ],
)
async def test_an_old_or_forged_control_is_switched_off(world: World, said: str) -> None:
    message = await old(world, said)
    (told,) = (await world.member.click(message, label="Per month")).followups
    assert told.ephemeral
    assert "older than what I know" in told.content
    assert now(world, message).components == []
    assert now(world, message).content == "an old answer"


async def test_who_did_not_ask_takes_no_control_off(world: World) -> None:
    message = await old(world, "pay1:per_month:{me}:0:pay;c=netflix")
    result = await world.manager.click(message, label="Per month")
    assert result.ephemeral
    assert "older than what I know" in response_of(result).content
    assert now(world, message).components != []


async def old(world: World, said: str) -> discord.Message:
    """An answer with a control of long ago, or of somebody else's make; `{me}` is the member's id in it."""
    me = custom_id(ComponentState(action="x", asker=world.member.id, about=""))
    assert me is not None
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Per month", custom_id=said.format(me=me.split(":")[2])))
    return await world.bot.get_partial_messageable(world.general.id).send("an old answer", view=view)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "pay1",
        "pay0:per_month:1:0:pay",
        "pay1:per_month:!:0:pay",
        "pay1:per_month:1:-1:pay",
        "pay1:per_month:1:99999999999:pay",
        "pay1:per_month:1:1.5:pay",
        "pay1:per_month:01:0:pay",
        "pay1:per_month:1:\u0661:pay",
        "pay1:per_month:zzzzzzzzzzzzzzzz:0:pay",
        f"pay1:per_month:1:0:{'x' * 100}",
    ],
)
def test_what_the_bot_did_not_make_is_not_read(said: str) -> None:
    assert state_of(said) is None


def test_a_control_says_all_it_is_about() -> None:
    press = ComponentState(action="per_month", asker=2**63, about="pay;c=google", page=7)
    made = custom_id(press)
    assert made is not None
    assert len(made) <= CUSTOM_ID
    assert state_of(made) == press


def test_what_does_not_fit_has_no_control() -> None:
    assert custom_id(ComponentState(action="per_month", asker=1, about="x" * 90)) is None


async def test_what_a_control_is_about_is_not_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    view = discord.ui.View(timeout=None)
    said = custom_id(ComponentState(action="per_month", asker=world.member.id, about="offer;a=151515~151515~USD~"))
    view.add_item(discord.ui.Button(label="Per month", custom_id=said))
    message = await world.bot.get_partial_messageable(world.general.id).send("an old answer", view=view)
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10_062)
    await world.member.click(message, label="Per month")
    assert "can't carry out per_month (interaction " in caplog.text
    assert "151515" not in caplog.text
