"""AdminCog: who may, what a reload tells, and that a faulty knowledge base changes nothing."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import discord
import pytest
import simcord

from bot.chat.app.errors import REFUSED
from bot.chat.cogs import admin, admin_messages
from bot.core.model.language import ENGLISH
from bot.storage.knowledge.library import Change, Library
from tests.discord_world import World, response_of, text_of

SLASH_COMMANDS = ("kb status", "kb check", "kb reload")
COMMANDS = ("kb", *SLASH_COMMANDS)


def altered(folder: Path) -> None:
    file = folder / "companies/google.yaml"
    text = file.read_text(encoding="utf-8")
    assert "313797" in text
    file.write_text(text.replace("313797", "400000"), encoding="utf-8")


# ------------------------------------------------------------------ who may


class Caller(NamedTuple):
    """Somebody who calls an administrator's command in one place, by message and, where Discord lets them, by slash."""

    place: simcord.ChannelHandle
    send: Callable[[str], Awaitable[object]]
    slash: Callable[[str], Awaitable[simcord.InteractionResult]] | None


def in_channel(actor: simcord.MemberActor, place: simcord.ChannelHandle) -> Caller:
    return Caller(place, partial(actor.send, place), partial(actor.slash, place))


def alone(user: simcord.UserHandle) -> Caller:
    return Caller(user.dm_channel, user.send_dm, user.slash)


def with_permission(server: simcord.GuildHandle, name: str, *, bot: bool = False, **may: bool) -> simcord.MemberActor:
    """Make a member of a server who has one permission there."""
    role = server.create_role(name, permissions=discord.Permissions(**may))
    return server.add_member(server._env.create_user(name, bot=bot), roles=[role])


def visiting(actor: simcord.MemberActor, server: simcord.GuildHandle, place: simcord.ChannelHandle) -> Caller:
    """Let somebody call from another server, of which they are a plain member."""
    return in_channel(server.add_member(actor.user), place)


def by_webhook(world: World) -> Caller:
    hook = world.home.create_webhook(world.general, "manager")
    return Caller(world.general, hook.send, None)


def by_a_bot(world: World) -> Caller:
    bot = with_permission(world.home, "robot", bot=True, manage_guild=True)
    return Caller(world.general, partial(bot.send, world.general), None)


def other_server(world: World) -> simcord.GuildHandle:
    return world.stranger.guild


ALLOWED: dict[str, Callable[[World], Caller]] = {
    "manager of the home server": lambda w: in_channel(w.manager, w.general),
    "administrator of the home server": lambda w: in_channel(
        with_permission(w.home, "admin", administrator=True), w.general
    ),
    "owner of the application": lambda w: in_channel(w.owner, w.general),
    "owner of the application elsewhere": lambda w: visiting(w.owner, other_server(w), w.elsewhere),
    "owner of the application in a direct message": lambda w: alone(w.owner.user),
}
REFUSED_TO: dict[str, Callable[[World], Caller]] = {
    "member": lambda w: in_channel(w.member, w.general),
    "moderator": lambda w: in_channel(
        with_permission(w.home, "mod", manage_messages=True, kick_members=True, manage_roles=True), w.general
    ),
    "manager of another server": lambda w: in_channel(w.stranger, w.elsewhere),
    "administrator of another server": lambda w: in_channel(
        with_permission(other_server(w), "admin", administrator=True), w.elsewhere
    ),
    "manager of another server at home": lambda w: visiting(w.stranger, w.home, w.general),
    "manager of the home server elsewhere": lambda w: visiting(w.manager, other_server(w), w.elsewhere),
    "manager of the home server in a direct message": lambda w: alone(w.manager.user),
    "somebody in a direct message": lambda w: alone(w.env.create_user("ann")),
}
UNHEARD: dict[str, Callable[[World], Caller]] = {"webhook": by_webhook, "bot": by_a_bot}


async def everybody_sees_the_commands(world: World) -> None:
    """Lift what hides the commands: a server may show them to whom it likes, so hiding protects nothing."""
    (kb,) = [command for command in await world.bot.tree.fetch_commands() if command.name == "kb"]
    for server in (world.home, other_server(world)):
        server.set_command_permissions(kb, {server.default_role: True})


async def said_to(world: World, caller: Caller, command: str) -> list[str]:
    before = len(world.replies_in(caller.place))
    await caller.send(f"!{command}")
    return [message.content for message in world.replies_in(caller.place)[before:]]


@pytest.mark.parametrize("who", ALLOWED)
async def test_administrators_may(
    empty_world: World, small_library: Library, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    world = await empty_world.start(small_library)
    ran: list[str] = []

    def reload(_: Library) -> Change:
        ran.append("reload")
        return Change((), (), ())

    monkeypatch.setattr(Library, "reload", reload)
    caller = ALLOWED[who](world)
    await everybody_sees_the_commands(world)
    for command in COMMANDS:
        (reply,) = await said_to(world, caller, command)
        assert "facts" in reply
    assert caller.slash is not None
    for command in SLASH_COMMANDS:
        result = await caller.slash(command)
        assert result.ephemeral
        assert any("facts" in text_of(message) for message in (*result.followups, response_of(result)))
    assert ran == ["reload", "reload"]


@pytest.mark.parametrize("who", REFUSED_TO)
async def test_nobody_else_may(world: World, library: Library, who: str) -> None:
    before, caller = library.advisor, REFUSED_TO[who](world)
    await everybody_sees_the_commands(world)
    for command in COMMANDS:
        assert await said_to(world, caller, command) == [REFUSED]
    assert caller.slash is not None
    for command in SLASH_COMMANDS:
        result = await caller.slash(command)
        assert result.ephemeral
        assert response_of(result).content == REFUSED
        assert not result.followups
    assert library.advisor is before
    assert len(world.env.errors) == len(COMMANDS) + len(SLASH_COMMANDS)


@pytest.mark.parametrize("who", UNHEARD)
async def test_what_is_no_person_is_not_even_refused(world: World, library: Library, who: str) -> None:
    before, caller = library.advisor, UNHEARD[who](world)
    for command in COMMANDS:
        assert await said_to(world, caller, command) == []
    assert library.advisor is before


async def test_without_a_home_server_only_the_owner_may(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, home_server=None)
    assert (await world.hears(world.manager, world.general, "!kb"))[0].content == REFUSED
    assert "facts" in (await world.hears(world.owner, world.general, "!kb"))[0].content
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
    assert check.content.startswith("No faults in the folder.")
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
    assert "\n1. `companies/apple.yaml`, line " in reply.content
    assert reply.content.count("`") == 2
    assert own_library.advisor is before
    assert "$313,797" in text_of((await world.hears(world.member, world.general, "!salary google"))[0])


async def test_many_faults_are_cut_and_counted(empty_world: World, own_library: Library, folder: Path) -> None:
    world = await empty_world.start(own_library)
    for file in (folder / "intents").glob("*.yaml"):
        file.write_text("x: " + "y" * 200 + "\n", encoding="utf-8")
    (reply,) = await world.hears(world.manager, world.general, "!kb reload")
    assert len(reply.content) <= 2_000
    faults = [line for line in reply.content.split("\n") if re.match(r"\d\. `intents/", line)]
    assert len(faults) == 5
    assert all(fault.endswith(".**") for fault in faults)
    assert re.fullmatch(r"and \d+ more", reply.content.split("\n")[-1])


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
        cog = world.bot.get_cog("AdminCog")
        assert isinstance(cog, admin.AdminCog)
        again: Any = cog.reload
        await again.callback(cog, ctx)
        go_on.set()

    question = await world.manager.send(world.general, "hello")
    await asyncio.gather(world.manager.send(world.general, "!kb reload"), release())
    output = [message.content for message in world.replies_in(world.general)]
    assert len(output) == 2
    assert output[0].startswith("A reload is already running.")
    assert output[1].startswith("**Reloaded.**")


def test_long_lists_of_changes_are_cut() -> None:
    facts = tuple(f"company.{'x' * 60}.{n}" for n in range(500))
    message = admin_messages.AdminMessages(ENGLISH).change_text(Change(facts, facts, facts))
    assert len(message) < 1_800
    assert ", 490 more" in message


async def test_an_unknown_word_is_not_taken_for_the_status(world: World) -> None:
    (replies,) = await world.hears(world.owner, world.general, "!kb nonsense")
    assert replies.content == "I don't know that. Use status, reload, check, gaps or forget."
    (replies,) = await world.hears(world.owner, world.general, "!kb")
    assert f"On file in `{os.environ['SALARYBOT_KNOWLEDGE']}`" in replies.content
