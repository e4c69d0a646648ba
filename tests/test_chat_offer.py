"""Offers checked in private: `/offer` with its fields and completion, and "Check this pay" on what somebody wrote."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest
import simcord

from bot.charts.renderer import ChartRenderer
from bot.chat.cogs.offer import CHECK
from bot.chat.conversation import message_text
from bot.chat.presentation.presenter import Presenter
from bot.chat.transport import interaction_reply
from bot.core.text.normalization import LONGEST
from bot.storage.knowledge.library import Library
from tests.discord_world import World, parts_of, response_of, text_of

WITHIN = "$150,000 is about a third of the way up Google's range"
NONE = "I see no pay figure in that message that I could be sure of. `/offer` takes one."
TWO = "TC 400k (200k base, 150k stock, 50k bonus)"


async def offer(world: World, **fields: str) -> simcord.ResponseMessage:
    result = await world.member.slash(world.general, "offer", **fields)
    assert result.ephemeral
    assert not result.followups
    return response_of(result)


async def checked(world: World, text: str) -> list[simcord.ResponseMessage]:
    """What a member is told of the pay in somebody's message."""
    message = await world.manager.send(world.general, text)
    result = await world.member.context_menu(world.general, CHECK, message)
    return [response_of(result), *result.followups]


# ------------------------------------------------------------------ /offer


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "150k", "company": "Google"}, WITHIN),
        ({"amount": "$150,000", "company": "goog", "years": "6"}, WITHIN),
        ({"amount": "12.5k/month", "company": "google"}, "$150,000"),
        ({"amount": "70/h"}, "$145,600"),
        ({"amount": "150k", "level": "senior"}, "$150,360"),
        ({"amount": "150k", "years": "12"}, "$150,360"),
        ({"amount": "150k"}, "$22,697 above the average"),
        ({"amount": "140-160k", "company": "Google"}, "$140,000"),
    ],
)
async def test_an_offer_is_told_with_its_figures(world: World, fields: dict[str, str], expected: str) -> None:
    reply = await offer(world, **fields)
    assert expected in text_of(reply)
    assert "about 2021\N{EN DASH}22" in text_of(reply)
    assert not world.replies_in(world.general)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "a lot"}, ['Amount: I can\'t read "a lot"']),
        ({"amount": "5,000"}, ['Amount: for what time is "5,000"?']),
        ({"amount": "150k", "company": "netflix"}, ['Company: I have no figures for "netflix"']),
        ({"amount": "150k", "years": "many"}, ['Years: I can\'t read "many"']),
        ({"amount": "150k", "level": "boss"}, ['Level: I don\'t know "boss"']),
        ({"amount": "150k", "years": "2", "level": "senior"}, ["Years and level: they contradict each other"]),
        ({"amount": "x", "company": "x", "years": "x", "level": "x"}, ["Amount:", "Company:", "Years:", "Level:"]),
        ({"amount": "150k eur"}, ["I only know US dollars"]),
        ({"amount": "9" * 3_000}, ["Amount:"]),
    ],
)
async def test_what_is_wrong_is_told_by_its_field(world: World, fields: dict[str, str], expected: list[str]) -> None:
    reply = text_of(await offer(world, **fields))
    assert all(line in reply for line in expected)


async def test_an_offer_in_direct_messages(world: World) -> None:
    result = await world.env.create_user("ann").slash("offer", amount="150k", company="google")
    assert WITHIN in text_of(result.response)


async def test_the_controls_of_an_offer_work_for_its_asker_and_nobody_else_sees_them(world: World) -> None:
    reply = await offer(world, amount="150k", company="google")
    with pytest.raises(simcord.SetupError, match="not visible"):
        await world.manager.click(reply, label="Details")
    shown = await world.member.click(reply, label="Details")
    assert shown.ephemeral
    assert "(150,000 - 72,000) / (313,797 - 72,000)" in text_of(response_of(shown))
    # It goes with the session, and nobody else could judge it.
    assert [part.get("label") for part in parts_of(response_of(shown))] == ["Not what I meant"]
    form = await world.member.click(response_of(shown), label="Not what I meant")
    await world.member.submit_modal(form, {"answer": ["offer"], "companies": ["amazon"]})
    assert "Amazon's range" in text_of(response_of(shown))


# ------------------------------------------------------------------ completion


@pytest.mark.parametrize(
    ("option", "typed", "first"),
    [
        ("amount", "150k", ("150k = $150,000 a year", "150k")),
        ("amount", "12.5k/month", ("12.5k/month = $150,000 a year", "12.5k/month")),
        ("amount", "70/h", ("70/h = $145,600 a year", "70/h")),
        ("amount", "$150,000 a year", ("$150,000 a year", "$150,000 a year")),
        ("amount", "a lot", None),
        ("amount", "", None),
        ("company", "goo", ("Google", "Google")),
        ("company", "gogle", ("Google", "Google")),
        ("company", "glassdoor", None),
        ("level", "sen", ("senior (10–19 years)", "senior")),
        ("level", "zz", None),
        ("years", "12", ("12: senior (10–19 years)", "12")),
        ("years", "", ("0: fresher / entry level", "0")),
        ("years", "-1", ("0: fresher / entry level", "0")),
    ],
)
async def test_completion(world: World, option: str, typed: str, first: tuple[str, str] | None) -> None:
    filled = {} if option == "amount" else {"amount": "150k"}
    choices = await world.member.autocomplete(world.general, "offer", option, typed, **filled)
    assert [(one["name"], one["value"]) for one in choices[:1]] == ([first] if first else [])


@pytest.mark.parametrize("option", ["amount", "company", "years", "level"])
@pytest.mark.parametrize(
    "typed", ["", " ", "150k", "9" * 400, "1" * 99 + "k", "x" * 150, "@everyone", "*", "\N{THUMBS UP SIGN}" * 60]
)
async def test_completion_is_what_discord_takes(world: World, option: str, typed: str) -> None:
    choices = await world.member.autocomplete(world.general, "offer", option, typed)
    assert len(choices) <= 25
    assert all(0 < len(part) <= 100 for choice in choices for part in (choice["name"], choice["value"]))


@pytest.mark.parametrize("option", ["company", "years", "level"])
async def test_what_is_completed_is_understood(world: World, option: str) -> None:
    choices = await world.member.autocomplete(world.general, "offer", option, "", amount="150k")
    assert len(choices) >= 5
    for choice in choices:
        assert "can't read that offer" not in text_of(await offer(world, amount="150k", **{option: choice["value"]}))


# ------------------------------------------------------------------ "Check this pay"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("google offered me 180k", ["**$180,000** is about halfway up Google's range"]),
        ("I make 120k as a junior mle", ["$120,000"]),
        (TWO, ["$200,000", "$400,000"]),
    ],
)
async def test_the_pay_that_a_message_names(world: World, text: str, expected: list[str]) -> None:
    replies = await checked(world, text)
    assert len(replies) == len(expected)
    assert all(figure in one.content for figure, one in zip(expected, replies, strict=True))
    assert all(one.ephemeral for one in replies)
    assert not world.replies_in(world.general)


@pytest.mark.parametrize("text", ["good morning", "we have 150k users", "call me at 5", "contract pays $85/hr"])
async def test_a_message_without_pay_is_not_guessed_at(world: World, text: str) -> None:
    (replies,) = await checked(world, text)
    assert replies.ephemeral
    assert replies.content == NONE


async def test_at_most_five_figures_are_told(world: World) -> None:
    many = "\n".join(f"offer {number}: salary {100 + 10 * number}k" for number in range(1, 9))
    replies = await checked(world, many)
    assert len(replies) == 5
    assert len({one.content for one in replies}) == 5
    assert all(one.ephemeral for one in replies)


async def test_the_pay_that_an_embed_names(world: World) -> None:
    webhook = world.home.create_webhook(world.general, "jobs")
    embed = discord.Embed(title="New offer", description="at the usual place")
    embed.add_field(name="Salary", value="$180,000").set_footer(text="posted today")
    message = await webhook.send("", embed=embed)
    result = await world.member.context_menu(world.general, CHECK, message)
    assert "**$180,000**" in response_of(result).content


async def test_the_pay_that_a_forwarded_message_names(world: World) -> None:
    message = await world.manager.send(world.listed, "google offered me 180k")
    forwarded = await world.manager.forward(message, world.general)
    result = await world.member.context_menu(world.general, CHECK, forwarded)
    assert "**$180,000** is about halfway up Google's range" in response_of(result).content
    assert not world.replies_in(world.general)


async def test_a_forwarded_offer_in_private_is_answered(world: World) -> None:
    message = await world.manager.send(world.general, "google offered me 180k")
    user = world.member.user
    await user.send_dm("hi")
    await world.member.forward(message, user.dm_channel)
    replies = world.replies_in(user.dm_channel)[-1]
    assert "$180,000" in replies.content


def test_the_text_of_components_is_read_and_no_label() -> None:
    texts = {"type": 17, "components": [{"type": 10, "content": "google offered me 180k"}]}
    button = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Salary 900k", "custom_id": "x"}]}
    parts = [Mock(**{"to_dict.return_value": part}) for part in (button, texts)]
    message = Mock(content="", embeds=[], message_snapshots=[], components=parts)
    assert message_text.text_of(message) == "google offered me 180k"


def test_of_the_longest_embeds_no_more_is_read_than_of_a_message() -> None:
    embed = discord.Embed(description="x" * 4_096)
    message = Mock(content="", embeds=[embed] * 10, message_snapshots=[], components=[])
    assert len(message_text.text_of(message)) == LONGEST


async def test_each_figure_stays_where_the_answer_is_late(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    send = Presenter.send

    async def slow(*given: Any, **options: Any) -> Any:
        await asyncio.sleep(0.05)
        return await send(*given, **options)

    monkeypatch.setattr(interaction_reply, "LATE", 0.01)
    monkeypatch.setattr(Presenter, "send", slow)
    replies = await checked(world, TWO)
    assert ["$200,000" in replies[0].content, "$400,000" in replies[1].content] == [True, True]
    assert all(one.ephemeral for one in replies)


async def test_each_figure_gets_its_own_picture(world: World, library: Library) -> None:
    studio = create_autospec(ChartRenderer, instance=True)
    studio.draw.side_effect = lambda chart, _: chart.alt.encode()
    world.resources = replace(world.resources, renderer=studio)
    await world.start(library)
    replies = await checked(world, f"Google offered {TWO}")
    assert studio.draw.await_count == 2
    assert ["$200,000" in replies[0].content, "$400,000" in replies[1].content] == [True, True]
    assert [len(one.attachments) for one in replies] == [1, 1]
    assert all(
        part in str(one.attachments[0].description) for part, one in zip(("200,000", "400,000"), replies, strict=True)
    )


async def test_the_controls_of_each_figure_are_its_own(world: World) -> None:
    first, second = await checked(world, TWO)
    behind = response_of(await world.member.click(second, label="Details"))
    form = await world.member.click(behind, label="Not what I meant")
    await world.member.submit_modal(form, {"answer": ["offer"], "companies": ["google"]})
    assert "$400,000" in behind.content
    assert "Google's range" in behind.content
    assert "Google's range" not in first.content


async def test_a_message_that_is_only_a_picture_names_no_pay(world: World) -> None:
    message = await world.manager.send(world.general, "", attachments=[("offer.png", b"png")])
    result = await world.member.context_menu(world.general, CHECK, message)
    assert response_of(result).content == NONE


async def test_offers_too_fast_are_held_back(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    message = await world.manager.send(world.general, "google offered me 180k")
    for _ in range(2):
        assert WITHIN in text_of(await offer(world, amount="150k", company="google"))
    result = await world.member.context_menu(world.general, CHECK, message)
    assert "$180,000" in response_of(result).content
    wait = "One moment, please: I can take your next question in "
    assert (await offer(world, amount="150k")).content.startswith(wait)
    result = await world.member.context_menu(world.general, CHECK, message)
    assert result.ephemeral
    assert response_of(result).content.startswith(wait)
    await world.env.advance_time(10)
    assert "$22,697" in text_of(await offer(world, amount="150k"))
    assert await world.member.autocomplete(world.general, "offer", "amount", "150k")


def test_the_right_click_is_for_messages(world: World) -> None:
    menu = world.bot.tree.get_command(CHECK, type=discord.AppCommandType.message)
    assert menu is not None


async def test_a_fault_tells_the_log_no_amount(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(type(world.bot.services.library.advisor), "offer", fail)
    await world.member.slash(world.general, "offer", amount="151515 dollars")
    assert "failed in the command offer" in caplog.text
    assert "151515" not in caplog.text
    assert len(world.env.errors) == 1
