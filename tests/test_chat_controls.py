"""What can be pressed below an answer: what it does, for whom, after a restart, and when it is too old or forged."""

from __future__ import annotations

import logging
from typing import Any

import discord
import pytest
import simcord

from bot.chat.presentation.custom_id import ComponentState, custom_id, state_of
from bot.chat.presentation.limits import CUSTOM_ID
from bot.core.query_codec import QueryCodec
from bot.storage.knowledge.library import Library
from tests.discord_world import World, details_of, parts_of, response_of, text_of

GOOGLE = "Google pays ML engineers $72,000 to $313,797 a year."


async def asked(world: World, text: str = "google", actor: simcord.MemberActor | None = None) -> discord.Message:
    (reply,) = await world.hears(actor or world.member, world.general, f"{world.mention} {text}")
    return reply


def now(world: World, message: discord.Message) -> discord.Message:
    return next(one for one in world.general.history() if one.id == message.id)


def labels(message: discord.Message | simcord.ResponseMessage) -> list[str]:
    return [one["label"] for one in parts_of(message)]


def control(message: discord.Message | simcord.ResponseMessage, action: str) -> dict[str, Any]:
    """The control of a message that does something."""
    return next(one for one in parts_of(message) if one["custom_id"].split(":")[1] == action)


# ------------------------------------------------------------------ what each does


async def test_another_period_and_back(world: World) -> None:
    reply = await asked(world)
    await world.member.click(reply, label="Per month")
    message = text_of(now(world, reply))
    assert message.startswith("Google pays ML engineers $6,000 to $26,150 a month.")
    assert "$72,000 to $313,797 a year \N{DIVISION SIGN} 12" in message
    assert "Per month" not in labels(now(world, reply))
    await world.member.click(now(world, reply), label="Per year")
    assert text_of(now(world, reply)).startswith(GOOGLE)


@pytest.mark.parametrize(("label", "figure"), [("Per week", "$1,385 to $6,035"), ("Per hour", "$35 to $151")])
async def test_weeks_and_hours_are_behind_the_details(world: World, label: str, figure: str) -> None:
    reply = await asked(world)
    behind = response_of(await world.member.click(reply, label="Details"))
    await world.member.click(behind, label=label)
    assert figure in text_of(behind)
    assert text_of(now(world, reply)).startswith(GOOGLE)


@pytest.mark.parametrize("question", ["who pays most?", "glassdoor vs payscale", "what skills raise pay?", "hello"])
async def test_no_period_where_the_answer_has_none(world: World, question: str) -> None:
    assert "Per month" not in labels(await asked(world, question))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("google", ["Details", "Per month", "Compare"]),
        ("google vs amazon", ["Details", "Per month", "Add one"]),
        ("who pays most?", ["Details", "Rank by start", "By level"]),
        ("average mle salary", ["Details", "Per month", "Compare"]),
        ("senior mle pay", ["Details", "Per month", "Compare"]),
        ("is 150k at google with 6 yoe good?", ["Details", "Not what I meant"]),
        ("what do ml engineers do?", ["Details", "Requirements"]),
        ("hello", ["Google's pay", "Who pays most?", "Check my offer", "Help"]),
        ("what does acme pay ml engineers", ["Details", "The companies", "Average pay"]),
        ("help", ["Details", "Google's pay", "Who pays most?", "Check my offer"]),
        ("best pizza in town?", ["Google's pay", "Who pays most?"]),
        ("thanks", []),
    ],
)
async def test_one_row_of_at_most_three(world: World, question: str, expected: list[str]) -> None:
    reply = await asked(world, question)
    assert labels(reply) == expected
    # Greeting and help are there to be pressed.
    rows: list[Any] = [row.to_dict() for row in reply.components]
    wanted = [2, 2] if len(expected) > 3 else [len(expected)] if expected else []
    assert [len(row["components"]) for row in rows] == wanted


async def test_details_are_private_and_hold_every_sum_source_and_heading(world: World) -> None:
    message = await details_of(world.manager, await asked(world, "google vs amazon"))
    for part in (
        "Google: $72,000 to $313,797 a year (no source named)",
        "Amazon: $100,481 to $302,894 a year (Glassdoor)",
        "100,481 - 72,000 = 28,481",
        "313,797 - 302,894 = 10,903",
        "A range, not an average",
        "Under “Popular Employers and Their Average Machine Learning Engineer Salary”",
    ):
        assert part in message


async def test_two_questions_in_one_have_their_details(world: World) -> None:
    message = await details_of(world.member, await asked(world, "average mle salary and growth rate"))
    assert "$113,358" in message
    assert "38.6%" in message


@pytest.mark.parametrize(
    ("question", "other", "expected"),
    [
        ("google", "amazon", ("$72,000", "$100,481", "Amazon starts $28,481 higher")),
        ("google vs amazon", "apple", ("$313,797", "$302,894", "Apple")),
        ("senior mle", "junior", ("$150,360", "earns $38,303 a year more")),
        ("data scientist", "ml_engineer", ("data scientists", "ML engineers make more")),
        ("glassdoor", "indeed", ("Glassdoor", "Indeed", "higher")),
    ],
)
async def test_comparing_with_another(world: World, question: str, other: str, expected: tuple[str, ...]) -> None:
    reply = await asked(world, question)
    menu = await choosing(world.member, reply)
    await world.member.select(menu, [other], custom_id=control(menu, "compare")["custom_id"])
    message = text_of(now(world, reply))
    assert all(word in message for word in expected)
    assert menu.content == "Done."


async def test_others_compare_in_a_copy_of_their_own(world: World) -> None:
    reply = await asked(world)
    menu = await choosing(world.manager, reply)
    await world.manager.select(menu, ["amazon"], custom_id=control(menu, "compare")["custom_id"])
    assert "Amazon starts" in menu.content
    assert text_of(now(world, reply)).startswith(GOOGLE)


async def choosing(actor: simcord.MemberActor, reply: discord.Message) -> simcord.ResponseMessage:
    """The private menu of what an answer can be compared with."""
    result = await actor.click(reply, label="Add one" if "Add one" in labels(reply) else "Compare")
    assert result.ephemeral
    return response_of(result)


async def test_what_is_compared_already_is_not_offered(world: World) -> None:
    menu = await choosing(world.member, await asked(world, "google vs amazon"))
    offered = [option["value"] for option in control(menu, "compare")["options"]]
    assert offered == ["apple", "facebook", "microsoft"]


async def test_how_it_was_read_can_be_changed(world: World) -> None:
    reply = await asked(world, "what does an mle with 2 yoe make at google")
    form = await world.member.click(reply, label="Not what I meant")
    assert form.modal is not None
    read = {part["component"]["custom_id"]: chosen_in(part["component"]) for part in form.modal["components"]}
    assert (read["companies"], read["levels"]) == (["google"], ["junior"])
    await world.member.submit_modal(form, {"answer": ["pay"], "companies": [], "levels": ["senior"]})
    assert "$150,360" in text_of(now(world, reply))


async def test_what_is_plain_can_be_changed_behind_the_details(world: World) -> None:
    reply = await asked(world)
    behind = response_of(await world.member.click(reply, label="Details"))
    form = await world.member.click(behind, label="Not what I meant")
    await world.member.submit_modal(form, {"answer": ["ladder"], "companies": ["google"]})
    message = text_of(behind)
    assert "pay climbs with experience" in message
    assert "I have no figures by experience for Google" in message


def chosen_in(menu: dict[str, Any]) -> list[str]:
    return [option["value"] for option in menu["options"] if option.get("default")]


async def test_another_subject_is_a_message_of_its_own(world: World) -> None:
    refusal = await asked(world, "what does acme pay ml engineers")
    for label, figure in (("Average pay", "$127,303"), ("The companies", "Facebook")):
        result = await world.manager.click(refusal, label=label)
        assert not result.ephemeral
        assert figure in text_of(response_of(result))
    ranking = await asked(world, "who pays most?")
    result = await world.member.click(ranking, label="By level")
    assert "$97,090" in text_of(response_of(result))
    assert "tops out highest" in text_of(now(world, ranking))


# ------------------------------------------------------------------ for whom


async def test_others_get_a_copy_of_their_own(world: World) -> None:
    reply = await asked(world)
    result = await world.manager.click(reply, label="Per month")
    assert result.ephemeral
    assert "$26,150 a month" in text_of(response_of(result))
    assert text_of(now(world, reply)).startswith(GOOGLE)


async def test_a_copy_belongs_to_who_got_it(world: World) -> None:
    reply = await asked(world)
    copy = response_of(await world.manager.click(reply, label="Per month"))
    await world.manager.click(copy, label="Per year")
    assert text_of(copy).startswith(GOOGLE)
    assert text_of(now(world, reply)).startswith(GOOGLE)


async def deleting(actor: simcord.MemberActor, reply: discord.Message) -> simcord.ResponseMessage:
    behind = response_of(await actor.click(reply, label="Details"))
    await actor.click(behind, label="Delete")
    return behind


async def test_the_asker_deletes_an_answer(world: World) -> None:
    reply = await asked(world)
    behind = await deleting(world.member, reply)
    assert world.replies_in(world.general) == []
    assert behind.content == "Deleted."


async def test_moderators_delete_an_answer_and_others_do_not(world: World) -> None:
    reply = await asked(world)
    await deleting(world.manager, reply)
    assert world.replies_in(world.general) != []
    role = world.home.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    moderator = world.home.add_member(world.env.create_user("moderator"), roles=[role])
    await deleting(moderator, reply)
    assert world.replies_in(world.general) == []


async def test_nothing_but_an_answer_of_the_bot_is_deleted(world: World) -> None:
    others = await world.manager.send(world.general, "good morning")
    view = discord.ui.View(timeout=None)
    state = custom_id(ComponentState(action="delete", asker=world.member.id, about="", message=others.id))
    view.add_item(discord.ui.Button(label="Delete", custom_id=state))
    message = await world.bot.get_partial_messageable(world.general.id).send("forged", view=view)
    await world.member.click(message, label="Delete")
    assert others.id in [one.id for one in world.general.history()]


# ------------------------------------------------------------------ after a restart, when old, when forged


async def test_controls_outlive_a_restart(world: World, library: Library) -> None:
    reply = await asked(world, "googel")
    form = await world.member.click(reply, label="Not what I meant")
    await world.start(library)
    await world.member.click(reply, label="Per month")
    assert "$6,000" in text_of(now(world, reply))
    await world.member.submit_modal(form, {"answer": ["pay"], "companies": ["amazon"]})
    assert "$100,481" in text_of(now(world, reply))
    assert "Glassdoor" in await details_of(world.manager, now(world, reply))


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
    assert QueryCodec(world.bot.services.library.advisor.knowledge).read(about) is None


@pytest.mark.parametrize(
    "text",
    [
        "pay2:per_month:{me}:0:pay;c=netflix",
        "pay1:per_month:1:0:pay;c=google",
        "pay2:fly:1:0:pay;c=google",
        "pay",
        "x" * 100,
    ],
)
async def test_an_old_or_forged_control_is_switched_off(world: World, text: str) -> None:
    message = await old(world, text)
    (output,) = (await world.member.click(message, label="Per month")).followups
    assert output.ephemeral
    assert "older than what I know" in output.content
    assert now(world, message).components == []
    assert now(world, message).content == "an old answer"


async def test_who_did_not_ask_takes_no_control_off(world: World) -> None:
    message = await old(world, "pay2:per_month:{me}:0:pay;c=netflix")
    result = await world.manager.click(message, label="Per month")
    assert result.ephemeral
    assert "older than what I know" in response_of(result).content
    assert now(world, message).components != []


async def old(world: World, text: str) -> discord.Message:
    """An answer with a control of long ago, or of somebody else's make; `{me}` is the member's id in it."""
    me = custom_id(ComponentState(action="x", asker=world.member.id, about=""))
    assert me is not None
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Per month", custom_id=text.format(me=me.split(":")[2])))
    return await world.bot.get_partial_messageable(world.general.id).send("an old answer", view=view)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pay2",
        "pay1:per_month:1:0:pay",
        "pay2:per_month:!:0:pay",
        "pay2:per_month:1:-1:pay",
        "pay2:per_month:1:zzzzzzzzzzzzzzzz:pay",
        "pay2:per_month:1:1.5:pay",
        "pay2:per_month:01:0:pay",
        "pay2:per_month:1:\u0661:pay",
        "pay2:per_month:zzzzzzzzzzzzzzzz:0:pay",
        f"pay2:per_month:1:0:{'x' * 100}",
    ],
)
def test_what_the_bot_did_not_make_is_not_read(text: str) -> None:
    assert state_of(text) is None


def test_a_control_says_all_it_is_about() -> None:
    press = ComponentState(action="per_month", asker=2**63, about="pay;c=google", message=7)
    made = custom_id(press)
    assert made is not None
    assert len(made) <= CUSTOM_ID
    assert state_of(made) == press


def test_what_does_not_fit_has_no_control() -> None:
    assert custom_id(ComponentState(action="per_month", asker=1, about="x" * 90)) is None


async def test_what_a_control_is_about_is_not_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    view = discord.ui.View(timeout=None)
    state = custom_id(ComponentState(action="per_month", asker=world.member.id, about="offer;a=151515~151515~USD~"))
    view.add_item(discord.ui.Button(label="Per month", custom_id=state))
    message = await world.bot.get_partial_messageable(world.general.id).send("an old answer", view=view)
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10_062)
    await world.member.click(message, label="Per month")
    assert "can't carry out per_month (interaction " in caplog.text
    assert "151515" not in caplog.text
