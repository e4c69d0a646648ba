"""What people think of answers, what could not be answered, what is kept of them, and how they have it deleted."""

from __future__ import annotations

# ruff: noqa: ASYNC240 - nobody else waits for the loop of a test
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.chat.cogs.privacy import KEPT
from bot.chat.cogs.reactions import WASTEBASKET
from bot.chat.presentation.components import DOWN, UP
from bot.chat.presentation.custom_id import ComponentState, custom_id
from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests.discord_world import DATABASE, World, parts_of, remember, response_of, text_of

AWAY = "I can't reach my notes just now. Please try again in a few minutes."
UNKNOWN = "what does a zookeeper earn in berlin?"


async def asked(world: World, text: str = "google", actor: simcord.MemberActor | None = None) -> discord.Message:
    (reply,) = await world.hears(actor or world.member, world.general, f"{world.mention} {text}")
    return reply


async def vote(actor: simcord.MemberActor, reply: discord.Message, action: str) -> str:
    behind = response_of(await actor.click(reply, label="Details"))
    (made,) = [part["custom_id"] for part in parts_of(behind) if part["custom_id"].split(":")[1] == action]
    result = await actor.click(behind, custom_id=made)
    assert result.ephemeral
    return response_of(result).content


def counted(up: int, down: int) -> str:
    return f"Thanks, noted. So far: {up} \N{THUMBS UP SIGN}, {down} \N{THUMBS DOWN SIGN}. Press again to take it back."


def rows(folder: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a test's own word


def lose(folder: Path) -> None:
    """Make a database impossible to open: a folder stands in its place."""
    for file in folder.glob(f"{DATABASE}*"):
        file.unlink()
    (folder / DATABASE).mkdir()


# ------------------------------------------------------------------ reactions


def votes(folder: Path) -> list[tuple[str, int | None]]:
    """The kinds of answer that were voted on, and whether up; None where a vote was taken back."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return sorted(connection.execute("SELECT kind, up FROM votes").fetchall(), key=repr)


async def test_thumbs_as_reactions_count(kept_world: World, tmp_path: Path) -> None:
    world = kept_world
    reply = await asked(world)
    await world.member.react(reply, f"{UP}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}")
    assert votes(tmp_path) == [("pay", 1)]
    await world.manager.react(reply, DOWN)
    assert votes(tmp_path) == [("pay", 0), ("pay", 1)]
    assert await vote(world.owner, reply, "up") == counted(2, 1)
    await world.member.unreact(reply, f"{UP}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}")
    assert await vote(world.owner, reply, "up") == counted(0, 1)


async def test_other_reactions_and_those_on_other_messages_do_not_count(kept_world: World, tmp_path: Path) -> None:
    world = kept_world
    praise = await world.manager.send(world.general, "google pays well")
    greeting = await asked(world, "hi")
    for message, emoji in ((praise, UP), (greeting, UP), (await asked(world), "\N{FIRE}")):
        await world.member.react(message, emoji)
    assert votes(tmp_path) == []


async def test_thumbs_go_when_the_answer_changes(kept_world: World, tmp_path: Path) -> None:
    world = kept_world
    question = await world.member.send(world.general, f"{world.mention} google")
    (reply,) = world.replies_in(world.general)
    await world.manager.react(reply, UP)
    await world.member.edit(question, f"{world.mention} amazon")
    assert votes(tmp_path) == [("pay", None)]
    await world.owner.react(reply, DOWN)
    assert votes(tmp_path) == [("pay", 0), ("pay", None)]
    await world.member.click(world.replies_in(world.general)[0], label="Per month")
    assert votes(tmp_path) == [("pay", None), ("pay", None)]


async def test_thumbs_as_reactions_are_forgotten(kept_world: World, tmp_path: Path) -> None:
    reply = await asked(kept_world)
    await kept_world.manager.react(reply, UP)
    result = await kept_world.manager.slash(kept_world.general, "forget")
    assert "1 note" in response_of(result).content
    assert votes(tmp_path) == []


async def test_the_asker_deletes_an_answer_by_a_reaction(kept_world: World) -> None:
    world = kept_world
    reply = await asked(world)
    await world.manager.react(reply, WASTEBASKET)
    assert [one.id for one in world.replies_in(world.general)] == [reply.id]
    await world.member.react(reply, f"{WASTEBASKET}\N{VARIATION SELECTOR-16}")
    assert world.replies_in(world.general) == []


async def test_an_answer_survives_the_loss_of_a_reaction(kept_world: World, library: Library, tmp_path: Path) -> None:
    """A database that is away costs the vote, and nothing else."""
    reply = await asked(kept_world)
    await kept_world.resources.records.close()
    lose(tmp_path)
    await remember(kept_world, tmp_path)
    await kept_world.start(library)
    await kept_world.member.react(reply, UP)
    assert await asked(kept_world, "amazon")


# ------------------------------------------------------------------ thumbs


async def test_a_person_has_one_vote_on_an_answer(kept_world: World) -> None:
    world = kept_world
    reply = await asked(world)
    assert await vote(world.member, reply, "up") == counted(1, 0)
    assert await vote(world.manager, reply, "up") == counted(2, 0)
    assert await vote(world.member, reply, "down") == counted(1, 1)
    assert await vote(world.member, reply, "down") == counted(1, 0)
    assert await vote(world.owner, reply, "down") == counted(1, 1)
    other = await asked(world, "amazon")
    assert await vote(world.owner, other, "up") == counted(1, 0)


async def test_votes_outlive_a_restart(kept_world: World, library: Library, tmp_path: Path) -> None:
    reply = await asked(kept_world)
    assert await vote(kept_world.member, reply, "up") == counted(1, 0)
    await remember(kept_world, tmp_path)
    await kept_world.start(library)
    assert await vote(kept_world.manager, reply, "up") == counted(2, 0)
    assert await vote(kept_world.member, reply, "up") == counted(1, 0)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("google", "pay"),
        ("google vs amazon", "compare"),
        ("who pays most?", "rank_companies"),
    ],
)
async def test_a_vote_is_on_a_kind_of_answer_in_a_server(
    kept_world: World, tmp_path: Path, question: str, kind: str
) -> None:
    reply = await asked(kept_world, question)
    await vote(kept_world.member, reply, "up")
    ((answer, person, answer_kind, up, _, server, _),) = rows(tmp_path, "votes")
    assert (answer, answer_kind, up, server) == (reply.id, kind, 1, kept_world.home.id)
    assert str(kept_world.member.id).encode() not in person


async def test_a_forged_kind_is_not_kept(kept_world: World, tmp_path: Path) -> None:
    view = discord.ui.View(timeout=None)
    forged = custom_id(ComponentState(action="up", asker=kept_world.member.id, about="my name is Bob"))
    view.add_item(discord.ui.Button(label="Up", custom_id=forged))
    message = await kept_world.bot.get_partial_messageable(kept_world.general.id).send("hm", view=view)
    await kept_world.member.click(message, label="Up")
    assert not rows(tmp_path, "votes")


async def test_votes_in_direct_messages_count(kept_world: World) -> None:
    user = kept_world.env.create_user("ann")
    await user.send_dm("google")
    reply = user.dm_channel.last_message
    assert reply is not None
    behind = (await user.click(reply, label="Details")).response
    (up,) = [part["custom_id"] for part in parts_of(behind) if part["custom_id"].split(":")[1] == "up"]
    result = await user.click(behind, custom_id=up)
    assert result.response.content == counted(1, 0)


async def test_a_vote_without_the_database_is_not_thanked_for(kept_world: World, tmp_path: Path) -> None:
    reply = await asked(kept_world)
    lose(tmp_path)
    assert await vote(kept_world.member, reply, "up") == AWAY
    assert await vote(kept_world.member, reply, "up") == AWAY
    assert "$72,000" in text_of(await asked(kept_world))


async def test_votes_of_a_server_go_with_it(kept_world: World, tmp_path: Path) -> None:
    await vote(kept_world.member, await asked(kept_world), "up")
    assert rows(tmp_path, "votes")
    kept_world.env.backend.remove_guild(kept_world.home.id)
    await kept_world.env.settle()
    assert not rows(tmp_path, "votes")


# ------------------------------------------------------------------ questions without an answer


async def gaps(world: World, actor: simcord.MemberActor) -> str:
    result = await actor.slash(world.general, "kb gaps")
    assert result.ephemeral
    return response_of(result).content


async def test_what_could_not_be_answered_is_counted_for_administrators(kept_world: World, advisor: Advisor) -> None:
    world = kept_world
    assert "Nobody has asked anything lately" in await gaps(world, world.manager)
    for actor, times in ((world.member, 2), (world.owner, 1)):
        for _ in range(times):
            await asked(world, UNKNOWN, actor)
    await asked(world, "netflix salary")
    await asked(world, "google")
    await asked(world, "hello")
    message = await gaps(world, world.manager)
    lines = [line for line in message.splitlines() if " x " in line]
    assert len(lines) == 2
    assert lines[0].startswith(f"- 3 x `{advisor.form(UNKNOWN)}` (people: 2;")
    assert lines[1].startswith(f"- 1 x `{advisor.form('netflix salary')}` (people: 1;")
    (replies,) = await world.hears(world.owner, world.general, "!kb gaps")
    assert replies.content == "Please use `/kb gaps`: only you see its answer."


async def test_what_nobody_asked_of_the_bot_is_not_counted(kept_world: World) -> None:
    for text in (UNKNOWN, "netflix salary", "good morning"):
        assert not await kept_world.hears(kept_world.member, kept_world.listed, text)
    assert "Nobody has asked anything lately" in await gaps(kept_world, kept_world.manager)


@pytest.mark.parametrize("way", ["prefix", "slash", "direct"])
async def test_every_way_of_asking_is_counted(kept_world: World, advisor: Advisor, way: str) -> None:
    if way == "prefix":
        await kept_world.hears(kept_world.member, kept_world.general, "!salary netflix")
        await kept_world.hears(kept_world.member, kept_world.general, f"{kept_world.mention} netflix")
    elif way == "slash":
        await kept_world.member.slash(kept_world.general, "salary", question="netflix")
    else:
        await kept_world.env.create_user("ann").send_dm("!salary netflix")
    times = 2 if way == "prefix" else 1
    assert f"{times} x `{advisor.form('netflix')}` (people: 1;" in await gaps(kept_world, kept_world.manager)


async def test_gaps_are_for_administrators_alone(kept_world: World) -> None:
    await asked(kept_world, UNKNOWN)
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await kept_world.member.slash(kept_world.general, "kb gaps")
    for actor, channel in ((kept_world.member, kept_world.general), (kept_world.stranger, kept_world.elsewhere)):
        (refused,) = await kept_world.hears(actor, channel, "!kb gaps")
        assert "Only the bot's owners" in refused.content
        assert "zookeeper" not in refused.content
    assert len(kept_world.env.errors) == 2  # the framework's, behind the two refusals


async def test_gaps_without_the_database_are_not_shown(kept_world: World, tmp_path: Path) -> None:
    lose(tmp_path)
    assert await gaps(kept_world, kept_world.manager) == AWAY


# ------------------------------------------------------------------ what is kept, and how it is deleted


@pytest.mark.parametrize("days", [90, 7])
async def test_privacy_names_the_days_of_the_settings(kept_world: World, library: Library, days: int) -> None:
    await kept_world.start(library, keep_days=days)
    result = await kept_world.member.slash(kept_world.general, "privacy")
    assert result.ephemeral
    output = [response_of(result).content, *(message.content for message in result.followups)]
    assert "\n\n".join(output) == "\n\n".join(str(part).format(days=days) for part in KEPT)
    assert "\n".join(output).count(f"for {days} days") == 2
    replies = await kept_world.hears(kept_world.member, kept_world.general, "!privacy")
    assert [message.content for message in replies] == output


async def test_privacy_names_the_policy_and_who_runs_the_bot(kept_world: World, library: Library) -> None:
    links = {"privacy_url": "https://example.org/privacy", "contact": "ann@example.org"}
    await kept_world.start(library, **links, support_server="https://discord.gg/example")
    replies = await kept_world.hears(kept_world.member, kept_world.general, "!privacy")
    for address in (*links.values(), "https://discord.gg/example"):
        assert address in replies[-1].content


async def test_forgetting_deletes_votes_misses_and_what_is_in_memory(kept_world: World, tmp_path: Path) -> None:
    world = kept_world
    reply = await asked(world)
    await vote(world.member, reply, "up")
    await vote(world.manager, reply, "down")
    for actor in (world.member, world.manager):
        await asked(world, UNKNOWN, actor)
    await gaps(world, world.manager)  # which writes them
    await asked(world, "netflix salary")
    assert [len(rows(tmp_path, table)) for table in ("votes", "misses")] == [2, 2]
    result = await world.member.slash(world.general, "forget")
    assert result.ephemeral
    # Three exchanges and the last question in memory, one miss on its way; a vote and a miss in the database.
    assert response_of(result).content == "Done: I deleted 7 notes."
    assert [len(rows(tmp_path, table)) for table in ("votes", "misses")] == [1, 1]
    assert "netflix" not in await gaps(world, world.manager)
    assert await vote(world.member, reply, "up") == counted(1, 1)
    result = await world.stranger.slash(world.elsewhere, "forget")
    assert response_of(result).content == "I held nothing."


async def test_what_was_forgotten_is_not_gone_on_with(kept_world: World) -> None:
    world = kept_world
    question = await world.member.send(world.general, f"{world.mention} what does google pay per month?")
    await world.member.slash(world.general, "forget")
    assert "by the month" not in text_of(await asked(world, "and amazon?"))
    answer = world.replies_in(world.general)[0]
    await world.member.edit(question, f"{world.mention} what does apple pay?")
    assert text_of(world.replies_in(world.general)[0]) == text_of(answer)


async def test_forgetting_without_the_database_is_not_said_to_be_done(kept_world: World, tmp_path: Path) -> None:
    await asked(kept_world)
    lose(tmp_path)
    result = await kept_world.member.slash(kept_world.general, "forget")
    assert response_of(result).content == AWAY


async def test_nothing_that_was_typed_enters_the_database(kept_world: World, tmp_path: Path) -> None:
    world = kept_world
    secret = world.home.add_member(world.env.create_user("zebulon"))
    typed = ("Zyxomma", "Quillfeather", "163724", "zebulon", str(secret.id), "80351110224678912", "x7@example.com")
    for text in (
        "does Zyxomma Inc pay Quillfeather 163724?",
        "netflix salary for <@80351110224678912> x7@example.com",
        "is $163,724 at zyxomma good for zebulon",
    ):
        reply = await asked(world, text, secret)
        if "Details" in [part.get("label") for part in parts_of(reply)]:
            await vote(secret, reply, "up")
        await world.hears(secret, world.general, f"!salary {text}")
        await secret.slash(world.general, "offer", amount="163724", company="zyxomma")
    message = await gaps(world, world.manager)
    assert " x " in message
    await world.resources.records.close()
    assert rows(tmp_path, "misses")
    held = b"".join(file.read_bytes() for file in tmp_path.glob(f"{DATABASE}*"))
    assert b"netflix" in held  # the words that everybody uses are there, so this looks in the right place
    for word in typed:
        assert word.lower().encode() not in held.lower(), word
        assert word not in message
    assert secret.id.to_bytes(8) not in held
