"""What Discord is told of the commands: where each can be used, by whom, and its words in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.interactions import base_payload

from bot.storage.i18n.catalogs import Languages
from bot.storage.knowledge.library import Library
from tests.discord_world import World, text_of

SERVER, DIRECT, PRIVATE = range(3)
TO_SERVERS, TO_PEOPLE = range(2)
EVERYWHERE = ((TO_SERVERS, TO_PEOPLE), (SERVER, DIRECT, PRIVATE))
MANAGE_SERVER = discord.Permissions(manage_guild=True).value
WHERE: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    **dict.fromkeys(("salary", "compare", "sources", "help", "about", "privacy", "forget", "offer"), EVERYWHERE),
    "Check this pay": EVERYWHERE,
    "kb": EVERYWHERE,
    "settings": ((TO_SERVERS,), (SERVER,)),
}
LOCALES = {locale.value for locale in discord.Locale}
SUBCOMMANDS = {"kb": {"status", "reload", "check", "gaps", "forget"}}
TOO_LONG = (
    'msgid "Where my figures come from."\nmsgstr "{}"\n\nmsgid "Who I am and how I answer."\nmsgstr "Wer ich bin."\n'
)


def registered(world: World) -> dict[str, dict[str, Any]]:
    """What Discord was told of each command."""
    commands = next(request.json for request in reversed(world.env.http_requests) if request.method == "PUT")
    assert isinstance(commands, list)
    return {command["name"]: command for command in commands}


def parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command and all that stands below it."""
    yield command
    for option in command.get("options") or ():
        yield from parts(option)


def size(part: dict[str, Any], locale: str) -> int:
    """What Discord counts of a command and its options in a language."""
    own = part["name"], (part.get("description_localizations") or {}).get(locale) or part.get("description", "")
    return sum(map(len, own)) + sum(size(option, locale) for option in part.get("options") or ())


async def test_every_command_is_told_of_and_nothing_else(world: World) -> None:
    assert registered(world).keys() == WHERE.keys()
    for name, below in SUBCOMMANDS.items():
        assert {option["name"] for option in registered(world)[name]["options"]} == below


@pytest.mark.parametrize("name", WHERE)
async def test_where_a_command_can_be_used(world: World, name: str) -> None:
    command = registered(world)[name]
    assert (tuple(command["integration_types"]), tuple(command["contexts"])) == WHERE[name]


@pytest.mark.parametrize("name", WHERE)
async def test_to_whom_a_command_is_shown(world: World, name: str) -> None:
    shown_to = registered(world)[name]["default_member_permissions"]
    assert shown_to == (MANAGE_SERVER if name in ("kb", "settings") else None)


async def test_who_sees_which_commands(world: World) -> None:
    everybody = {"salary", "compare", "sources", "help", "about", "privacy", "forget", "offer"}
    administration = {f"kb {name}" for name in SUBCOMMANDS["kb"]}
    assert set(world.member.available_commands(world.general)) == everybody
    assert set(world.manager.available_commands(world.general)) == {*everybody, *administration, "settings"}
    # Discord shows everything in direct messages; who may, the bot checks itself.
    assert set(world.env.create_user("ann").available_commands()) == everybody | administration


@pytest.mark.parametrize("name", WHERE)
async def test_the_words_of_a_command_are_what_discord_takes(world: World, name: str) -> None:
    command = registered(world)[name]
    if command["type"] == discord.AppCommandType.message.value:
        assert 0 < len(name) <= 32
        assert not command.get("description")
        return
    assert len(command["options"]) <= 25
    for part in parts(command):
        assert re.fullmatch(r"[-_\w]{1,32}", part["name"])
        assert part["name"] == part["name"].lower()
        assert part.get("name_localizations") in (None, {})
        descriptions = {"en-US": part["description"], **(part.get("description_localizations") or {})}
        assert descriptions.keys() <= LOCALES
        assert all(10 < len(one) <= 100 for one in descriptions.values())
    assert all(size(command, locale) <= 8_000 for locale in LOCALES)


@pytest.mark.parametrize("code", [code for code in Languages().codes if code != "en"])
async def test_every_description_is_said_in_every_language(world: World, code: str) -> None:
    for command in registered(world).values():
        for part in parts(command):
            if part.get("description"):
                assert part["description_localizations"][code] != part["description"]


async def test_a_translation_that_is_too_long_costs_no_command(
    empty_world: World, library: Library, tmp_path: Path
) -> None:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "de.po").write_text(header + TOO_LONG.format("x" * 101), encoding="utf-8")
    empty_world.resources = replace(empty_world.resources, languages=Languages(tmp_path))
    world = await empty_world.start(library)
    assert registered(world).keys() == WHERE.keys()
    assert not registered(world)["sources"].get("description_localizations")
    assert registered(world)["about"]["description_localizations"] == {"de": "Wer ich bin."}


# ------------------------------------------------------------------ where the bot is no member


@pytest.mark.parametrize("where", [SERVER, PRIVATE])
@pytest.mark.parametrize(
    ("name", "options", "figure"),
    [("salary", {"question": "google"}, "$72,000"), ("offer", {"amount": "150k", "company": "google"}, "$150,000")],
)
async def test_people_who_installed_it_for_themselves_use_it_where_the_bot_is_no_member(
    world: World, where: int, name: str, options: dict[str, str], figure: str
) -> None:
    user = world.env.create_user("ann")
    root = world.env.backend.find_command(name, None)
    assert root is not None
    given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
    record, payload = base_payload(
        world.env.backend,
        type=2,
        channel_id=user.dm_channel.id,
        guild_id=None,
        user_id=user.id,
        data={"id": root["id"], "name": name, "type": 1, "options": given},
    )
    payload["context"] = where
    payload["authorizing_integration_owners"] = {"1": str(user.id)}
    if where == SERVER:
        server = str(world.env.backend.snowflake())
        payload["guild_id"], payload["guild"] = server, {"id": server, "locale": "en-US", "features": []}
        payload["channel"] = {
            "id": payload["channel_id"],
            "type": 0,
            "name": "general",
            "position": 0,
            "permissions": "0",
        }
        roles: list[str] = []
        member = {"user": payload.pop("user"), "roles": roles, "joined_at": "2026-01-01T00:00:00+00:00"}
        payload["member"] = {**member, "deaf": False, "mute": False, "permissions": "0", "flags": 0}
    else:
        payload["channel"] = {"id": payload["channel_id"], "type": 3, "name": None, "recipients": []}
    world.env.backend.emit("INTERACTION_CREATE", payload)
    await world.env.settle()
    response = simcord.InteractionResult(world.env, record).response
    assert response is not None
    assert figure in text_of(response)
    assert response.ephemeral == (name == "offer")
