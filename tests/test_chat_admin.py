"""Administration: who may, what a reload tells, and that a faulty knowledge base changes nothing."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.chat import admin
from bot.chat.client import REFUSED
from bot.storage.library import Change, Library
from tests.discord_world import World, response_of, text_of

COMMANDS = ("!kb", "!kb status", "!kb check", "!kb reload")


def altered(folder: Path) -> None:
    file = folder / "companies/google.yaml"
    text = file.read_text(encoding="utf-8")
    assert "313797" in text
    file.write_text(text.replace("313797", "400000"), encoding="utf-8")


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("command", COMMANDS)
async def test_who_may_by_message(world: World, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(Library, "reload", lambda _: Change((), (), ()))
    may = [(world.manager, world.general), (world.owner, world.general)]
    for actor, channel in may:
        (reply,) = await world.hears(actor, channel, command)
        assert "facts" in reply.content
    monkeypatch.setattr(Library, "reload", lambda _: pytest.fail("it ran"))
    monkeypatch.setattr(Library, "check", lambda _: pytest.fail("it ran"))
    for actor, channel in ((world.member, world.general), (world.stranger, world.elsewhere)):
        (reply,) = await world.hears(actor, channel, command)
        assert reply.content == REFUSED
    assert len(world.env.errors) == 2


async def test_managing_one_server_is_worth_nothing_in_another(world: World) -> None:
    visitor = world.home.add_member(world.env.create_user("visitor"))
    (reply,) = await world.hears(visitor, world.general, "!kb reload")
    assert reply.content == REFUSED
    assert world.env.errors


async def test_without_a_home_server_only_the_owner_may(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, home_server=None)
    assert (await world.hears(world.manager, world.general, "!kb"))[0].content == REFUSED
    assert "facts" in (await world.hears(world.owner, world.general, "!kb"))[0].content
    assert world.env.errors


async def test_who_may_by_slash(world: World) -> None:
    # Discord shows the command to those with Manage Server, wherever; the bot checks for itself.
    result = await world.stranger.slash(world.elsewhere, "kb reload")
    assert result.ephemeral
    assert response_of(result).content == REFUSED
    result = await world.manager.slash(world.general, "kb status")
    assert result.ephemeral
    assert "facts" in response_of(result).content
    assert len(world.env.errors) == 1


async def test_who_may_in_direct_messages(world: World) -> None:
    user = world.env.create_user("ann")
    result = await user.slash("kb reload")
    assert response_of(result).content == REFUSED
    world.bot.owner_id = user.id
    result = await user.slash("kb status")
    assert "facts" in response_of(result).content
    assert world.env.errors


async def test_the_owner_is_asked_of_discord_where_nobody_is_set(world: World) -> None:
    world.bot.owner_id = None
    (reply,) = await world.hears(world.member, world.general, "!kb reload")
    assert reply.content == REFUSED
    assert any("applications/@me" in request.path for request in world.env.http_requests)
    assert world.env.errors


# ------------------------------------------------------------------ what a reload does


async def test_a_reload_says_what_changed_and_answers_from_it(
    empty_world: World, own_library: Library, folder: Path
) -> None:
    world = await empty_world.start(own_library)
    altered(folder)
    (check,) = await world.hears(world.manager, world.general, "!kb check")
    assert check.content.startswith("No faults.")
    assert "$313,797" in text_of((await world.hears(world.member, world.general, "!salary google"))[0])
    (reply,) = await world.hears(world.manager, world.general, "!kb reload")
    assert "Altered" in reply.content
    assert "google" in reply.content
    answer = text_of((await world.hears(world.member, world.general, "!salary google"))[0])
    assert "$400,000" in answer
    assert "$313,797" not in answer
    assert "Nothing has changed" in (await world.hears(world.manager, world.general, "!kb reload"))[0].content


async def test_a_reload_by_slash_is_for_the_eyes_of_the_administrator(
    empty_world: World, own_library: Library, folder: Path
) -> None:
    world = await empty_world.start(own_library)
    altered(folder)
    result = await world.manager.slash(world.general, "kb reload")
    assert result.ephemeral
    callbacks = [request.json for request in world.env.http_requests if request.path.endswith("/callback")]
    assert [body["type"] for body in callbacks if isinstance(body, dict)] == [5]  # at once: "the bot is thinking"
    assert any("Altered" in text_of(message) for message in (response_of(result), *result.followups))


@pytest.mark.parametrize("command", ["!kb reload", "!kb check"])
async def test_a_faulty_knowledge_base_is_told_by_line_and_changes_nothing(
    empty_world: World, own_library: Library, folder: Path, command: str
) -> None:
    world = await empty_world.start(own_library)
    altered(folder)
    (folder / "companies/apple.yaml").write_text("id: apple\nname: `Apple`\n", encoding="utf-8")
    before = own_library.advisor
    (reply,) = await world.hears(world.manager, world.general, command)
    assert "companies/apple.yaml:" in reply.content
    assert reply.content.count("`") == 6
    assert own_library.advisor is before
    assert "$313,797" in text_of((await world.hears(world.member, world.general, "!salary google"))[0])


async def test_many_faults_are_cut_and_counted(empty_world: World, own_library: Library, folder: Path) -> None:
    world = await empty_world.start(own_library)
    for file in (folder / "intents").glob("*.yaml"):
        file.write_text("x: " + "y" * 200 + "\n", encoding="utf-8")
    (reply,) = await world.hears(world.manager, world.general, "!kb reload")
    assert len(reply.content) <= 2_000
    assert "more\n```" in reply.content


async def test_of_two_reloads_at_once_one_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(_: Library) -> Change:
        started.set()
        assert go_on.wait(30)
        return Change((), (), ())

    monkeypatch.setattr(Library, "reload", slow)

    async def release() -> None:
        await asyncio.to_thread(started.wait, 30)
        # The first one is at work: a second one at the same time is told so. It comes from the bot's own side of the
        # simulation, which lets one person act at a time.
        ctx = await world.bot.get_context(question)
        cog = world.bot.get_cog("Administration")
        assert isinstance(cog, admin.Administration)
        again: Any = cog.reload
        await again.callback(cog, ctx)
        go_on.set()

    question = await world.manager.send(world.general, "hello")
    await asyncio.gather(world.manager.send(world.general, "!kb reload"), release())
    told = [message.content for message in world.said(world.general)]
    assert len(told) == 2
    assert told[0].startswith("A reload is already running.")
    assert told[1].startswith("**Reloaded.**")


def test_long_lists_of_changes_are_cut() -> None:
    facts = tuple(f"company.{'x' * 60}.{n}" for n in range(500))
    told = admin.changed(Change(facts, facts, facts))
    assert len(told) < 1_800
    assert "and 490 more" in told
