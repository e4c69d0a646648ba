"""Conversations on Discord: what hangs on the question before, edits, deletions, and the same answer twice in a row."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.chat.app.bot import EXPIRY_INTERVAL
from bot.chat.conversation.addressing import is_clear_follow_up
from bot.chat.conversation.conversations import SAME_AGAIN
from bot.chat.conversation.history import Exchange, History
from bot.chat.guilds.memory import MOST, REMEMBERED, Memory
from bot.chat.presentation.presenter import Presenter
from bot.chat.presentation.reply import ReplyFactory
from bot.chat.transport.hybrid import Context
from bot.core.model.dialogue import DialogueState, Query
from bot.core.model.language import ENGLISH
from bot.storage.knowledge.library import Library
from tests.discord_world import World, response_of, text_of

GOOGLE = "$72,000"
AMAZON = "$100,481"
APPLE = "$119,224"
PAY = DialogueState(query=Query(answer="pay", intent="pay", companies=("google",)))


async def reply_to(
    world: World, text: str, *, actor: simcord.MemberActor | None = None, channel: simcord.ChannelHandle | None = None
) -> str:
    """All that the bot says to a message that calls it."""
    replies = await world.hears(actor or world.member, channel or world.general, f"{world.mention} {text}")
    return "\n".join(map(text_of, replies))


def now(channel: simcord.ChannelHandle, message: discord.Message) -> str:
    """What a message says now."""
    return next(text_of(one) for one in channel.history() if one.id == message.id)


# ------------------------------------------------------------------ what hangs on the question before


@pytest.mark.parametrize(
    ("first", "then", "figures", "read_as"),
    [
        ("what does google pay?", "and amazon?", (AMAZON,), "Read as: pay of ML engineers at Amazon"),
        ("what does google pay?", "per month?", ("$6,000",), "Read as: pay of ML engineers at Google by the month"),
        ("average mle pay", "what about seniors", ("$150,360",), "Read as: pay of ML engineers, senior (10–19 years)"),
        (
            "google vs amazon",
            "and apple?",
            (GOOGLE, AMAZON, APPLE),
            "Read as: comparison of ML engineers at Google, Amazon and Apple",
        ),
        (
            "what does google pay?",
            "vs apple",
            (GOOGLE, APPLE),
            "Read as: comparison of ML engineers at Google and Apple",
        ),
    ],
)
async def test_a_fragment_hangs_on_the_question_before(
    world: World, first: str, then: str, figures: tuple[str, ...], read_as: str
) -> None:
    await reply_to(world, first)
    text = await reply_to(world, then)
    assert all(figure in text for figure in figures)
    assert read_as in text


async def test_a_fragment_hangs_on_what_hung_on_a_question(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    assert "Read as: pay of ML engineers at Amazon by the month" in await reply_to(world, "and amazon?")
    assert "Read as: pay of ML engineers at Apple by the month" in await reply_to(world, "and apple?")


async def test_small_talk_in_between_changes_nothing(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    await reply_to(world, "thanks!")
    assert "by the month" in await reply_to(world, "and amazon?")


async def test_what_is_asked_about_an_answer_changes_nothing(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    await reply_to(world, "who says so?")
    assert "by the month" in await reply_to(world, "and amazon?")


@pytest.mark.parametrize(
    "refused", ["what is the bonus at google?", "what does netflix pay?", "what are the stock options at google?"]
)
async def test_nothing_hangs_on_what_was_refused(world: World, refused: str) -> None:
    await reply_to(world, "what does google pay per month?")
    await reply_to(world, refused)
    assert "by the month" not in await reply_to(world, "and amazon?")


async def test_nothing_hangs_behind_what_nobody_answered(world: World) -> None:
    assert await world.hears(world.member, world.listed, "what does google pay?")
    assert not await world.hears(world.member, world.listed, "what is the bonus at google?")
    assert not await world.hears(world.member, world.listed, "and amazon?")


@pytest.mark.parametrize("question", ["what does google pay per month?", "what do all companies pay"])
async def test_nothing_hangs_on_what_is_no_longer_on_file(
    empty_world: World, folder: Path, own_library: Library, question: str
) -> None:
    world = await empty_world.start(own_library)
    await reply_to(world, question)
    (folder / "companies" / "google.yaml").unlink()
    for file in ("companies/facebook.yaml", "vocabulary.yaml"):  # what compares it, and its group
        text = (folder / file).read_text(encoding="utf-8").partition("remarks:")[0].replace("  - google\n", "")
        (folder / file).write_text(text, encoding="utf-8")
    own_library.reload()
    reply = await reply_to(world, "and amazon?")
    assert "Amazon" in reply
    assert "by the month" not in reply


async def test_a_fragment_of_another_person_or_in_another_channel_hangs_on_nothing(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    assert "by the month" not in await reply_to(world, "and amazon?", actor=world.manager)
    assert "by the month" not in await reply_to(world, "and amazon?", channel=world.listed)
    assert "by the month" in await reply_to(world, "and amazon?")


@pytest.mark.parametrize(("seconds", "hangs"), [(595, True), (605, False)])
async def test_a_fragment_hangs_on_a_question_for_ten_minutes(world: World, seconds: float, *, hangs: bool) -> None:
    await reply_to(world, "what does google pay per month?")
    await world.env.advance_time(seconds)
    assert ("by the month" in await reply_to(world, "and amazon?")) is hangs


async def test_a_fragment_hangs_on_nothing_after_a_restart(world: World, library: Library) -> None:
    await reply_to(world, "what does google pay per month?")
    await world.start(library)
    assert "by the month" not in await reply_to(world, "and amazon?")


async def test_a_clear_fragment_in_a_listed_channel_needs_no_call(world: World) -> None:
    assert not await world.hears(world.member, world.listed, "and amazon?")
    (first,) = await world.hears(world.member, world.listed, "what does google pay per month?")
    assert "$6,000" in text_of(first)
    assert not await world.hears(world.member, world.listed, "per year?")
    (second,) = await world.hears(world.member, world.listed, "and amazon?")
    assert "by the month" in text_of(second)
    assert not await world.hears(world.member, world.listed, "and lunch?")
    (third,) = await world.hears(world.member, world.listed, "what about apple")
    assert "by the month" in text_of(third)
    assert not await world.hears(world.manager, world.listed, "and microsoft?")


async def test_who_says_something_in_between_ends_the_talk(world: World) -> None:
    robot = world.home.add_member(world.env.create_user("robot", bot=True))
    for other in (world.manager, robot):
        assert await world.hears(world.member, world.listed, "what does google pay?")
        await world.hears(world.member, world.listed, "hm")
        assert await world.hears(world.member, world.listed, "and amazon?")
        await world.hears(other, world.listed, "hm")
        assert not await world.hears(world.member, world.listed, "and apple?")
        assert await world.hears(world.member, world.listed, f"{world.mention} and apple?")


@pytest.mark.parametrize(("seconds", "hangs"), [(115, True), (125, False)])
async def test_a_fragment_that_calls_nobody_has_to_come_soon(world: World, seconds: float, *, hangs: bool) -> None:
    assert await world.hears(world.member, world.listed, "what does google pay?")
    await world.env.advance_time(seconds)
    assert bool(await world.hears(world.member, world.listed, "and amazon?")) is hangs


@pytest.mark.parametrize(
    ("fragment", "speaks"),
    [
        ("and amazon?", True),
        ("And Amazon", True),
        ("what about seniors", True),
        ("how about data scientists?", True),
        ("vs apple", True),
        ("vs. apple?", True),
        ("and on glassdoor?", True),
        ("amazon?", False),
        ("ok google?", False),
        ("at amazon", False),
        ("at facebook?", False),
        ("or apple?", False),
        ("in an hour?", False),
        ("per month?", False),
        ("and per month?", False),
        ("for 5 years", False),
        ("and 5 years?", False),
        ("on top", False),
        ("at the start", False),
        ("and at the start?", False),
        ("with 100k", False),
        ("and 100k?", False),
        ("what about 100k?", False),
        ("and gogle?", False),
        ("and lunch?", False),
        ("android?", False),
    ],
)
def test_what_goes_on_though_nobody_called(library: Library, fragment: str, *, speaks: bool) -> None:
    advisor, replies = library.advisor, ReplyFactory(library, Memory(lambda: 0.0))
    for question in ("what does google pay?", *(() if speaks else ("average mle pay",))):
        before = advisor.understand(question)
        assert isinstance(before, Query)
        reply = replies.to_turn(advisor.follow(fragment, DialogueState(query=before)), ENGLISH)
        assert is_clear_follow_up(fragment, reply) is speaks, question


def held(memory: Memory) -> list[Any]:
    """The keys in all caches, those included that have expired and are still there."""
    return [key for cache in memory._caches for key in vars(cache)["_Cache__data"]]


async def test_nothing_of_what_people_said_outlives_its_time(world: World) -> None:
    memory = world.bot.services.memory
    await reply_to(world, "what does google pay?")
    await world.hears(world.member, world.listed, "we got 150k at google, it said")
    texts = vars(world.bot.services.replies._replies)["_Cache__data"]
    assert [text for text, _ in texts] == ["what does google pay?"]
    assert held(memory)
    await world.env.advance_time(REMEMBERED + EXPIRY_INTERVAL)
    # What a cache lets go of it has let go of: nothing is left to be found in memory.
    assert held(memory) == []


async def test_forgetting_takes_what_was_typed(world: World) -> None:
    await reply_to(world, "what does google pay?")
    await world.member.slash(world.general, "forget")
    assert not vars(world.bot.services.replies._replies)["_Cache__data"]


async def test_nothing_about_a_person_is_left_once_they_are_forgotten(world: World) -> None:
    for actor in (world.member, world.manager):
        await reply_to(world, "what does google pay?", actor=actor)
    personal = [vars(cache)["_Cache__data"] for cache, _, _ in world.bot.services.memory._personal]
    assert str(world.member.id) in str(personal)
    await world.member.slash(world.general, "forget")
    assert str(world.member.id) not in str(personal)
    assert str(world.manager.id) in str(personal)


def test_a_person_who_was_forgotten_has_no_turn() -> None:
    memory = Memory(lambda: 0.0)
    history = History(memory)
    history.give_turn(1, 7)
    history.give_turn(2, 8)
    memory.forget(7)
    assert (history.has_turn(1, 7), history.has_turn(2, 8)) == (False, True)


async def test_a_fragment_in_a_channel_that_is_not_listed_needs_a_call(world: World) -> None:
    await reply_to(world, "what does google pay?")
    assert not await world.hears(world.member, world.general, "and amazon?")


async def test_fragments_in_direct_messages(world: World) -> None:
    user = world.env.create_user("ann")
    reply = []
    for text in ("what does google pay per month?", "and amazon?", "!salary and apple?"):
        await user.send_dm(text)
        assert user.dm_channel.last_message is not None
        reply.append(text_of(user.dm_channel.last_message))
    assert [part in whole for part, whole in zip(("Google", "Amazon", "Apple"), reply, strict=True)] == [True] * 3
    assert all(" a month" in whole for whole in reply)


async def test_fragments_after_and_in_commands(world: World) -> None:
    await world.member.slash(world.general, "salary", question="what does google pay per month?")
    assert "by the month" in await reply_to(world, "and amazon?")
    (reply,) = await world.hears(world.member, world.general, "!salary and apple?")
    assert "Read as: pay of ML engineers at Apple by the month" in text_of(reply)
    result = await world.member.slash(world.general, "salary", question="and microsoft?")
    assert "Read as: pay of ML engineers at Microsoft by the month" in text_of(response_of(result))


async def test_other_commands_hang_on_nothing(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    result = await world.member.slash(world.general, "compare", first="google", second="amazon")
    assert "by the month" not in text_of(response_of(result))
    assert "Glassdoor" in text_of(response_of(await world.member.slash(world.general, "sources")))


def test_what_is_remembered_is_bounded_and_ends() -> None:
    time = 0.0
    memory = Memory(lambda: time)
    history = History(memory)
    for number in range(MOST + 10):
        history.set_last(number, 1, PAY)
        exchange = Exchange(
            channel=number, answer=2, asker=3, content="", context=PAY, before=None, at=time, answer_hash=7
        )
        history.add_exchange(number, exchange)
    assert [history.last(number, 1) is not None for number in (9, 10, MOST + 9)] == [False, True, True]
    assert [history.exchange(number) is not None for number in (9, 10, MOST + 9)] == [False, True, True]
    assert [history.has_answer(number, 7, 1.0) for number in (9, 10, MOST + 9)] == [False, True, True]
    time = REMEMBERED + 1
    assert history.last(MOST + 9, 1) is None
    assert history.exchange(MOST + 9) is None
    assert memory.forget(3) == 0


# ------------------------------------------------------------------ an edited question


@pytest.mark.parametrize(
    ("first", "then", "figure"),
    [
        ("{me} what does google pay?", "{me} what does amazon pay?", AMAZON),
        ("{me} what does google pay?", "{me} will it rain?", "I only know machine learning pay"),
        ("!salary google", "!salary amazon", AMAZON),
        ("!salary google", "!salary\namazon", AMAZON),
        ("!salary google", "!compare google amazon", "Amazon starts $28,481 higher"),
        ("!compare google apple", "!compare google amazon", AMAZON),
        ("!salary google", "!salary", "$127,303"),
        ("!salary google", "!help", "Ask me"),
        ("!salary google", "{me} what does amazon pay?", AMAZON),
        ("{me} what does google pay?", "!salary amazon", AMAZON),
    ],
)
async def test_an_edited_question_edits_its_answer(world: World, first: str, then: str, figure: str) -> None:
    question = await world.member.send(world.general, first.format(me=world.mention))
    (answer,) = world.replies_in(world.general)
    before = text_of(answer)
    await world.member.edit(question, then.format(me=world.mention))
    (after,) = world.replies_in(world.general)
    assert after.id == answer.id
    assert text_of(after) != before
    assert figure in text_of(after)


async def test_an_edit_gives_what_the_question_would_have_got(world: World) -> None:
    for number, text in enumerate(("!compare google amazon", "!salary is 150k good", "!sources", "!salary 7 yoe")):
        (fresh,) = await world.hears(world.manager, world.general, text)
        question = await world.member.send(world.general, "!salary google")
        answer = world.replies_in(world.general)[-1]
        await world.member.edit(question, text)
        assert now(world.general, answer) == text_of(fresh), number


async def test_an_edited_question_of_a_server_with_another_prefix(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, prefix="pay?")
    question = await world.member.send(world.general, "pay?salary google")
    (answer,) = world.replies_in(world.general)
    await world.member.edit(question, "pay?salary amazon")
    assert AMAZON in now(world.general, answer)


async def test_an_edited_question_in_a_listed_channel_and_in_direct_messages(world: World) -> None:
    question = await world.member.send(world.listed, "what does google pay?")
    (answer,) = world.replies_in(world.listed)
    await world.member.edit(question, "what does amazon pay?")
    assert AMAZON in now(world.listed, answer)
    user = world.env.create_user("ann")
    question = await user.send_dm("what does google pay?")
    last = user.dm_channel.last_message
    assert last is not None
    await user.edit(question, "what does amazon pay?")
    assert AMAZON in now(user.dm_channel, last)


@pytest.mark.parametrize(
    ("where", "first", "then"),
    [
        ("general", "{me} what does google pay?", "never mind"),
        ("listed", "what does google pay?", "never mind"),
        ("listed", "what does google pay?", "netflix salary"),
        ("general", "!salary google", "!play despacito"),
        ("general", "!salary google", "!"),
        ("general", "!salary google", "!kb status"),
        ("general", "!salary google", "salary google"),
    ],
)
async def test_what_is_edited_into_no_question_loses_its_answer(
    world: World, where: str, first: str, then: str
) -> None:
    channel = {"general": world.general, "listed": world.listed}[where]
    question = await world.member.send(channel, first.format(me=world.mention))
    assert len(world.replies_in(channel)) == 1
    await world.member.edit(question, then)
    assert not world.replies_in(channel)
    await world.member.edit(question, first.format(me=world.mention))
    assert not world.replies_in(channel)


@pytest.mark.parametrize(("seconds", "figure"), [(115, AMAZON), (125, GOOGLE)])
async def test_an_edit_after_two_minutes_changes_nothing(world: World, seconds: float, figure: str) -> None:
    question = await world.member.send(world.general, "!salary google")
    (answer,) = world.replies_in(world.general)
    await world.env.advance_time(seconds)
    await world.member.edit(question, "!salary amazon")
    assert figure in now(world.general, answer)


async def test_the_picture_of_a_link_is_no_edit(world: World) -> None:
    question = await world.member.send(world.general, "!salary google https://example.com")
    (answer,) = world.replies_in(world.general)
    requests = len(world.env.http_requests)
    world.env.backend.edit_message(world.general.id, question.id, {"embeds": [{"title": "Example"}]})
    await world.env.settle()
    assert now(world.general, answer) == text_of(answer)
    assert len(world.env.http_requests) == requests


async def test_what_bots_edit_is_no_question(world: World) -> None:
    robot = world.home.add_member(world.env.create_user("robot", bot=True))
    message = await robot.send(world.listed, "what does google pay?")
    await robot.edit(message, "what does amazon pay?")
    own = await world.bot.get_partial_messageable(world.listed.id).send("what does google pay?")
    await own.edit(content="what does amazon pay?")
    await world.env.settle()
    assert [one.id for one in world.replies_in(world.listed)] == [own.id]


async def test_an_edit_of_what_was_not_answered_changes_nothing(world: World) -> None:
    question = await world.member.send(world.listed, "good morning")
    await world.member.edit(question, "what does google pay?")
    assert not world.replies_in(world.listed)


async def test_an_edited_fragment_hangs_on_the_question_before_it(world: World) -> None:
    await reply_to(world, "what does google pay per month?")
    question = await world.member.send(world.general, f"{world.mention} and amazon per week?")
    answer = world.replies_in(world.general)[-1]
    await world.member.edit(question, f"{world.mention} and apple?")
    assert "Read as: pay of ML engineers at Apple by the month" in now(world.general, answer)


async def test_an_edited_question_does_not_hang_on_itself(world: World) -> None:
    question = await world.member.send(world.general, f"{world.mention} google vs apple")
    (answer,) = world.replies_in(world.general)
    await world.member.edit(question, f"{world.mention} amazon?")
    assert APPLE not in now(world.general, answer)
    assert AMAZON in now(world.general, answer)


async def test_a_fragment_hangs_on_the_question_as_edited(world: World) -> None:
    question = await world.member.send(world.general, f"{world.mention} what does google pay?")
    await world.member.edit(question, f"{world.mention} what does amazon pay?")
    assert "Read as: pay of ML engineers at Amazon by the month" in await reply_to(world, "per month?")


async def test_a_fragment_hangs_on_the_last_question_though_an_older_one_is_edited(world: World) -> None:
    question = await world.member.send(world.general, f"{world.mention} what does google pay?")
    await reply_to(world, "what does apple pay?")
    await world.member.edit(question, f"{world.mention} what does amazon pay?")
    assert "Read as: pay of ML engineers at Apple by the month" in await reply_to(world, "per month?")


# ------------------------------------------------------------------ deleted questions and answers


@pytest.mark.parametrize("where", ["general", "listed"])
async def test_a_deleted_question_deletes_its_answer(world: World, where: str) -> None:
    channel = {"general": world.general, "listed": world.listed}[where]
    first = await world.member.send(channel, f"{world.mention} what does google pay?")
    await world.member.send(channel, f"{world.mention} what does amazon pay?")
    await world.member.delete(first)
    (left,) = world.replies_in(channel)
    assert AMAZON in text_of(left)


async def test_a_deleted_question_in_direct_messages(world: World) -> None:
    user = world.env.create_user("ann")
    question = await user.send_dm("what does google pay?")
    await user.delete(question)
    assert user.dm_channel.last_message is None


async def test_questions_deleted_together_delete_their_answers(world: World) -> None:
    asked = [await world.member.send(world.general, f"!salary {name}") for name in ("google", "amazon", "apple")]
    world.env.backend.bulk_delete_messages(world.general.id, [asked[0].id, asked[2].id])
    await world.env.settle()
    (left,) = world.replies_in(world.general)
    assert AMAZON in text_of(left)


async def test_a_deleted_answer_is_no_trouble_later(world: World, caplog: pytest.LogCaptureFixture) -> None:
    role = world.home.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    moderator = world.home.add_member(world.env.create_user("moderator"), roles=[role])
    for change in ("edit", "delete", "bulk"):
        question = await world.member.send(world.general, "!salary google")
        (answer,) = world.replies_in(world.general)
        await moderator.delete(answer)
        if change == "edit":
            await world.member.edit(question, "!salary amazon")
        elif change == "delete":
            await world.member.delete(question)
        else:
            world.env.backend.bulk_delete_messages(world.general.id, [question.id, answer.id])
            await world.env.settle()
        assert not world.replies_in(world.general)
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("change", ["delete", "edit"])
async def test_what_becomes_of_a_question_while_it_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, change: str
) -> None:
    send = Presenter.send

    async def meanwhile(presenter: Presenter, ctx: Context, *given: Any, **options: Any) -> Any:
        sent = await send(presenter, ctx, *given, **options) if where == "after" else None
        if change == "delete":
            world.env.backend.delete_message(ctx.channel.id, ctx.message.id)
        else:
            world.env.backend.edit_message(ctx.channel.id, ctx.message.id, {"content": "!salary amazon"})
        await asyncio.sleep(0)  # Discord tells of it at once
        return sent or await send(presenter, ctx, *given, **options)

    monkeypatch.setattr(Presenter, "send", meanwhile)
    await world.member.send(world.general, "!salary google")
    replies = world.replies_in(world.general)
    assert len(replies) == (change == "edit")
    assert all(AMAZON in text_of(one) for one in replies)


async def test_a_message_that_was_no_question_is_deleted_in_peace(world: World) -> None:
    message = await world.member.send(world.general, "good morning")
    await reply_to(world, "google")
    await world.member.delete(message)
    assert len(world.replies_in(world.general)) == 1


# ------------------------------------------------------------------ the same answer twice in a row


@pytest.fixture
async def patient(empty_world: World, library: Library) -> World:
    """A world whose bot says the same unasked in a channel only after 20 seconds."""
    return await empty_world.start(library, cooldown=2.0)


async def test_the_same_answer_is_not_given_twice_in_a_row_to_nobody_in_particular(patient: World) -> None:
    assert await patient.hears(patient.member, patient.listed, "what does google pay?")
    assert not await patient.hears(patient.manager, patient.listed, "what does google pay?")
    (other,) = await patient.hears(patient.manager, patient.listed, "what does google pay vs amazon ml engineer")
    assert "Amazon" in text_of(other)
    await patient.env.advance_time(2.0 * SAME_AGAIN)
    assert await patient.hears(patient.manager, patient.listed, "what does google pay?")


async def test_a_person_who_calls_the_bot_gets_the_same_answer_again(patient: World) -> None:
    for actor in (patient.member, patient.manager):
        assert GOOGLE in await reply_to(patient, "google", actor=actor)
        (reply,) = await patient.hears(actor, patient.general, "!salary google")
        assert GOOGLE in text_of(reply)


async def test_an_answer_that_was_never_sent_is_not_held_against_the_next(patient: World) -> None:
    patient.env.inject_error("POST", "/channels/*/messages", status=404, code=10_003, times=1)
    assert not await patient.hears(patient.member, patient.listed, "what does google pay?")
    assert await patient.hears(patient.manager, patient.listed, "what does google pay?")


async def test_without_a_cooldown_the_same_is_said_again(world: World) -> None:
    for _ in range(3):
        assert await world.hears(world.member, world.listed, "what does google pay?")
