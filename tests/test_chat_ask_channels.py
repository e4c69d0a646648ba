"""Channels in which every message is answered, and what counts as a call or as a place elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest
import simcord

from bot.chat.conversation.addressing import THUMB, AddressedMessage, place_of, question_in
from bot.storage.knowledge.library import Library
from tests.discord_world import World, text_of
from tests.score_dialogues import dialogues, judged

GOOGLE, AMAZON = "$72,000", "$100,481"
README = Path(__file__).parent.parent / "README.md"


async def asked(world: World, **settings: frozenset[int]) -> World:
    """A world whose listed channel answers everything."""
    await world.resources.records.change(world.home.id, **(settings or {"ask_channels": frozenset({world.listed.id})}))
    return world


def reactions(channel: simcord.ChannelHandle, message: discord.Message) -> list[str]:
    now = next(one for one in channel.history() if one.id == message.id)
    return [str(reaction.emoji) for reaction in now.reactions]


def table_lines() -> Iterator[str]:
    """What README's tables say that one can type."""
    table = README.read_text(encoding="utf-8").partition("## What it understands")[2].partition("\n## ")[0]
    for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE):
        yield from (typed for pair in re.findall(r"“(.+?)”|\"(.+?)\"|`(.+?)`", row) for typed in pair if typed)


@pytest.mark.parametrize("text", [*table_lines()])
async def test_each_line_of_the_readme_is_answered(kept_world: World, text: str) -> None:
    world = await asked(kept_world)
    (reply,) = await world.hears(world.member, world.listed, text)
    assert "only know" not in text_of(reply)


@pytest.mark.parametrize(
    "text",
    [
        *("thanks!", "lol", "ok", "\N{FACE WITH TEARS OF JOY}", "https://example.com/a", "<:kek:1>"),
        *("we won", "i love this song", "nvm", "stop", "test"),
    ],
)
async def test_what_wants_no_answer_gets_a_reaction(kept_world: World, text: str) -> None:
    world = await asked(kept_world)
    message = await world.member.send(world.listed, text)
    assert not world.replies_in(world.listed)
    assert reactions(world.listed, message) == [THUMB]


@pytest.mark.parametrize(
    "text",
    [
        "best pizza in town?",
        "asdf",
        "hi",
        "netflix?",
        "!google",
        "is that good?",
        "???",
        "that's wrong",
        "i'm a data scientist",
        "tell me a joke",
    ],
)
async def test_nothing_that_is_said_there_is_met_with_silence(kept_world: World, text: str) -> None:
    world = await asked(kept_world)
    assert len(await world.hears(world.member, world.listed, text)) == 1


async def test_a_listed_channel_stays_strict(world: World) -> None:
    for text in ("best pizza in town?", "netflix?", "thanks!", "hi"):
        message = await world.member.send(world.listed, text)
        assert not reactions(world.listed, message)
    assert not world.replies_in(world.listed)


async def test_each_person_goes_on_with_their_own_question(kept_world: World) -> None:
    world = await asked(kept_world)
    await world.hears(world.member, world.listed, "what does google pay per month?")
    await world.hears(world.manager, world.listed, "is 180k at facebook good")
    (reply,) = await world.hears(world.member, world.listed, "and amazon?")
    assert "$8,373" in text_of(reply)
    (reply,) = await world.hears(world.manager, world.listed, "and at google?")
    assert GOOGLE in text_of(reply)


async def test_what_people_say_to_each_other_gets_a_reaction_unless_it_asks(kept_world: World) -> None:
    world = await asked(kept_world)
    offer = await world.manager.send(world.listed, "just got 145k from microsoft as an ML engineer")
    talk = await world.member.send(world.listed, "they pay like 400k lol", reply_to=offer)
    assert reactions(world.listed, talk) == [THUMB]
    replies = len(world.replies_in(world.listed))
    await world.owner.send(world.listed, f"congratulations {world.manager.mention}")
    assert len(world.replies_in(world.listed)) == replies
    await world.member.send(world.listed, "is this good?", reply_to=offer)
    assert "$128,514" in text_of(world.replies_in(world.listed)[-1])


@pytest.mark.parametrize("call", ["{me} is this good?", "{me}"])
async def test_a_call_under_somebodys_message_reads_it(world: World, call: str) -> None:
    offer = await world.manager.send(world.general, "got 160k from google, what do you think")
    await world.member.send(world.general, call.format(me=world.mention), reply_to=offer)
    (reply,) = world.replies_in(world.general)
    assert GOOGLE in text_of(reply)
    assert "160,000" in text_of(reply)


async def test_a_reply_to_an_answer_goes_on_from_that(world: World) -> None:
    await world.hears(world.member, world.general, f"{world.mention} google salary per month")
    (first,) = world.replies_in(world.general)
    await world.hears(world.manager, world.general, f"{world.mention} senior mle pay")
    await world.manager.send(world.general, "and amazon?", reply_to=first)
    assert "$8,373" in text_of(world.replies_in(world.general)[-1])


async def test_a_picture_in_a_direct_message_is_answered_with_what_can_be_read(world: World) -> None:
    picture = {
        "id": "1",
        "filename": "offer.png",
        "size": 3,
        "url": "https://a.test/1",
        "proxy_url": "https://a.test/1",
    }
    user = world.env.create_user("ann")
    await user.send_dm("", attachments=[picture])
    assert user.dm_channel.last_message is not None
    assert "only text" in text_of(user.dm_channel.last_message)


async def test_threads_of_a_listed_channel_are_heard(world: World) -> None:
    channel = world.bot.get_channel(world.listed.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="pay", type=discord.ChannelType.public_thread)
    (thread,) = world.listed.threads
    (reply,) = await world.hears(world.member, thread, "what does google pay ml engineers?")
    assert GOOGLE in text_of(reply)


def posted(thread_id: int, content: str) -> Any:
    """The first message of a post in a forum."""
    thread = Mock(spec=discord.Thread, id=thread_id, parent_id=7, category_id=8)
    thread.name = "what does google pay ml engineers?"
    message: Any = Mock(spec=discord.Message, id=9, channel=thread, content=content, webhook_id=None, guild=None)
    message.type, message.reference, message.mentions = discord.MessageType.default, None, []
    message.author.bot, message.mention_everyone = False, False
    message.raw_role_mentions = []
    return message


def test_the_title_of_a_post_is_part_of_its_first_question() -> None:
    first = question_in(posted(9, "asking for a friend"), me=1, command=False, listens=True)
    later = question_in(posted(8, "asking for a friend"), me=1, command=False, listens=True)
    assert first is not None
    assert later is not None
    assert first.text.split("\n") == ["what does google pay ml engineers? ", "asking for a friend"]
    assert later.text == "asking for a friend"


def test_a_post_is_in_its_forum_and_category() -> None:
    assert place_of(posted(9, "").channel) == {9, 7, 8}


@pytest.mark.parametrize(("own", "called"), [(True, True), (False, False)])
def test_a_mention_of_the_bots_own_role_is_a_call(*, own: bool, called: bool) -> None:
    message = posted(8, "<@&5> google salary")
    message.guild = Mock(spec=discord.Guild, self_role=Mock(id=5 if own else 6))
    message.guild.me.name = message.guild.me.display_name = "salarybot"
    message.raw_role_mentions = [5]
    question = question_in(message, me=1, command=False, listens=False)
    assert question == (AddressedMessage("google salary", "called", fragment="google salary") if called else None)


def test_the_labels_of_dialogues_are_judged(library: Library) -> None:
    file = Path(__file__).parent / "questions/dialogues/ask_channel.jsonl"
    turns = dialogues(file)["D01"]
    knowledge = library.advisor.knowledge
    assert [turn["opening"] for turn in turns] == [True, False, False, False]
    assert not judged(turns[0], "answered", "**$72,000** to $313,797", "", knowledge).why
    assert judged(turns[0], "answered", "$72,000", "", knowledge).why == "answered, lacks 313,797"
    assert judged(turns[0], "answered", "72,000, 313,797, 100,481", "", knowledge).wrong_figure
    assert judged(turns[0], "off_topic", "", "", knowledge).why
    assert judged(turns[3], "silent", "", "", knowledge).why == "silent"
    assert not judged(turns[3], "reaction", "", "", knowledge).why
    assert judged(turns[3], "answered", "$72,000", "", knowledge).wrong_figure


async def test_an_id_that_is_no_channel_is_told(
    empty_world: World, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    await empty_world.start(library, channels=frozenset({empty_world.listed.id, 5}))
    message = [record.getMessage() for record in caplog.records if "SALARYBOT_CHANNELS" in record.getMessage()]
    assert [line.split()[1] for line in message] == ["5"]
