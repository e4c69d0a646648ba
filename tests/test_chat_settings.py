"""The panel of `/settings`: who may use it, what each control changes, what a restart, a refusal and a loss leave."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import create_autospec

import discord
import pytest
import simcord

from bot.charts.renderer import ChartRenderer
from bot.chat.cogs.settings import COOLDOWNS, MOST_CHANNELS
from bot.chat.guilds.preferences import Preferences
from bot.storage.i18n.catalogs import Languages
from bot.storage.knowledge.library import Library
from bot.storage.records import ServerSettings, settings_cache
from tests.discord_world import DATABASE, World, parts_of, remember, response_of, text_of

QUESTION = "what does google pay?"
REFUSED = "Only members with Manage Server can change how I behave here."
BAD_PREFIX = "I can't take that. A prefix has 1 to 10 characters without spaces and starts with neither / nor @ nor <."
AWAY = "I can't keep that just now, so nothing has changed. Please try again in a few minutes."
GERMAN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Prefix of commands"
msgstr "Vorsilbe der Befehle"

msgid "Per month"
msgstr "Pro Monat"
"""
Change = Callable[[World, simcord.ResponseMessage], Awaitable[simcord.InteractionResult]]


async def panel(world: World) -> simcord.ResponseMessage:
    result = await world.manager.slash(world.general, "settings")
    assert result.ephemeral
    return response_of(result)


async def chosen(world: World, shown: simcord.ResponseMessage, name: str, *values: object) -> simcord.InteractionResult:
    return await world.manager.select(shown, values, custom_id=f"settings1:{name}")


async def typed(world: World, shown: simcord.ResponseMessage, prefix: str) -> simcord.InteractionResult:
    form = await world.manager.click(shown, custom_id="settings1:prefix")
    return await world.manager.submit_modal(form, {"prefix": prefix})


def settings_of(world: World) -> ServerSettings:
    return world.resources.records.of(world.home.id)


CHANGES: dict[str, tuple[Change, ServerSettings, str]] = {
    "channels": (
        lambda world, shown: chosen(world, shown, "channels", world.general),
        ServerSettings(channels=frozenset({-1})),
        "<#",
    ),
    "ask_channels": (
        lambda world, shown: chosen(world, shown, "ask_channels", world.general),
        ServerSettings(channels=frozenset({-1}), ask_channels=frozenset({-1})),
        "<#",
    ),
    "language": (lambda world, shown: chosen(world, shown, "language", "en"), ServerSettings(language="en"), "English"),
    "cooldown": (lambda world, shown: chosen(world, shown, "cooldown", "30"), ServerSettings(cooldown=30.0), "30"),
    "charts": (
        lambda world, shown: world.manager.click(shown, custom_id="settings1:charts_off"),
        ServerSettings(charts=False),
        "off",
    ),
    "prefix": (lambda world, shown: typed(world, shown, "?"), ServerSettings(prefix="?"), "`?`"),
}


# ------------------------------------------------------------------ who may


async def test_the_panel_is_not_offered_to_who_may_not_use_it(kept_world: World) -> None:
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await kept_world.member.slash(kept_world.general, "settings")
    with pytest.raises(simcord.SetupError, match="context"):
        await kept_world.env.create_user("ann").slash("settings")


async def test_who_is_let_see_the_panel_without_the_right_is_refused(kept_world: World) -> None:
    command = kept_world.env.backend.find_command("settings", None)
    assert command is not None
    kept_world.home.set_command_permissions(int(command["id"]), {kept_world.member: True})
    result = await kept_world.member.slash(kept_world.general, "settings")
    assert result.ephemeral
    assert response_of(result).content == REFUSED


@pytest.mark.parametrize("name", ["charts_off", "prefix", "anything"])
async def test_a_control_of_the_panel_refuses_who_may_not_use_it(kept_world: World, name: str) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Press", custom_id=f"settings1:{name}"))
    message = await kept_world.bot.get_partial_messageable(kept_world.general.id).send("a panel", view=view)
    result = await kept_world.member.click(message, label="Press")
    assert result.modal is None
    assert result.ephemeral
    assert response_of(result).content == REFUSED
    assert settings_of(kept_world) == ServerSettings()


async def test_a_menu_of_the_panel_refuses_who_may_not_use_it(kept_world: World) -> None:
    view = discord.ui.View(timeout=None)
    options = [discord.SelectOption(label="x", value="0")]
    view.add_item(discord.ui.Select(custom_id="settings1:cooldown", options=options))
    message = await kept_world.bot.get_partial_messageable(kept_world.general.id).send("a panel", view=view)
    result = await kept_world.member.select(message, ["0"])
    assert response_of(result).content == REFUSED
    assert settings_of(kept_world) == ServerSettings()


async def test_who_has_lost_the_right_meanwhile_is_refused(kept_world: World) -> None:
    world = kept_world
    shown = await panel(world)
    form = await world.manager.click(shown, custom_id="settings1:prefix")
    world.env.backend.remove_member_role(world.home.id, world.manager.id, world.home.roles["Managers"].id)
    result = await world.manager.submit_modal(form, {"prefix": "?"})
    assert response_of(result).content == REFUSED
    result = await world.manager.click(shown, custom_id="settings1:charts_off")
    assert response_of(result).content == REFUSED
    assert settings_of(world) == ServerSettings()


async def test_one_server_does_not_change_another(kept_world: World) -> None:
    result = await kept_world.stranger.slash(kept_world.elsewhere, "settings")
    form = await kept_world.stranger.click(response_of(result), custom_id="settings1:prefix")
    await kept_world.stranger.submit_modal(form, {"prefix": "?"})
    assert settings_of(kept_world) == ServerSettings()
    assert await kept_world.hears(kept_world.member, kept_world.general, "!salary google")
    assert await kept_world.hears(kept_world.stranger, kept_world.elsewhere, "?salary google")


# ------------------------------------------------------------------ what each control changes


@pytest.mark.parametrize("name", CHANGES)
async def test_each_control_changes_one_thing_and_says_so(
    kept_world: World, library: Library, tmp_path: Path, name: str
) -> None:
    world = kept_world
    change, after, message = CHANGES[name]
    here = frozenset({world.general.id})
    after = replace(after, channels=here if after.channels else after.channels)
    after = replace(after, ask_channels=here if after.ask_channels else after.ask_channels)
    shown = await panel(world)
    assert settings_of(world) == ServerSettings()
    await change(world, shown)
    assert settings_of(world) == after
    assert message in text_of(shown)
    # A restart with the same database changes nothing.
    await remember(world, tmp_path)
    await world.start(library)
    assert settings_of(world) == after
    assert text_of(await panel(world)) == text_of(shown)


async def test_the_controls_show_what_is_set(kept_world: World) -> None:
    shown = await panel(kept_world)
    for change, *_ in CHANGES.values():
        await change(kept_world, shown)
    parts = {part["custom_id"].removeprefix("settings1:"): part for part in parts_of(await panel(kept_world))}
    assert [int(value["id"]) for value in parts["channels"]["default_values"]] == [kept_world.general.id]
    menus = {
        name: [one["value"] for one in parts[name]["options"] if one.get("default")]
        for name in parts
        if "options" in parts[name]
    }
    assert menus == {"language": ["en"], "cooldown": ["30"]}
    assert parts["charts_on"]["label"] == "Switch charts on"
    form = await kept_world.manager.click(shown, custom_id="settings1:prefix")
    assert form.modal is not None
    assert form.modal["components"][0]["component"]["value"] == "?"


async def test_a_channel_that_is_chosen_is_listened_in(kept_world: World) -> None:
    world = kept_world
    assert not await world.hears(world.member, world.general, QUESTION)
    await chosen(world, await panel(world), "channels", world.general)
    assert await world.hears(world.member, world.general, QUESTION)
    assert await world.hears(world.member, world.listed, QUESTION)
    assert not await world.hears(world.stranger, world.elsewhere, QUESTION)
    await chosen(world, await panel(world), "channels")
    assert not await world.hears(world.member, world.general, QUESTION)


async def test_another_prefix_counts_at_once_and_the_old_one_no_more(kept_world: World) -> None:
    world = kept_world
    await typed(world, await panel(world), "pay?")
    assert await world.hears(world.member, world.general, "pay?salary google")
    assert not await world.hears(world.member, world.general, "!salary google")
    await typed(world, await panel(world), "")
    assert settings_of(world).prefix is None
    assert await world.hears(world.member, world.general, "!salary google")
    assert not await world.hears(world.member, world.general, "pay?salary google")


async def test_presses_too_fast_are_held_back(kept_world: World, library: Library) -> None:
    world = await kept_world.start(library, cooldown=10.0)
    shown = await panel(world)
    for to in ("off", "on", "off"):
        await world.manager.click(shown, custom_id=f"settings1:charts_{to}")
    result = await world.manager.click(shown, custom_id="settings1:charts_on")
    assert result.ephemeral
    assert response_of(result).content.startswith("One moment, please")


async def test_a_cooldown_counts_at_once(kept_world: World) -> None:
    world = kept_world
    await chosen(world, await panel(world), "cooldown", "60")
    names = ("google", "amazon", "apple", "microsoft", "facebook")
    replies = [await world.hears(world.member, world.general, f"{world.mention} {name}") for name in names]
    assert [len(messages) for messages in replies] == [1, 1, 1, 1, 0]
    assert "in 60 seconds" in replies[3][0].content
    await chosen(world, await panel(world), "cooldown", "0")
    assert await world.hears(world.member, world.general, f"{world.mention} facebook")


async def test_charts_are_switched_off_and_on(kept_world: World, library: Library) -> None:
    world = kept_world
    studio = create_autospec(ChartRenderer, instance=True)
    studio.draw.return_value = b"a picture"
    world.resources = replace(world.resources, renderer=studio)
    await world.start(library)
    for pictures in (1, 0, 1):
        (reply,) = await world.hears(world.member, world.general, "!salary google vs amazon")
        assert len(reply.attachments) == pictures
        switch = "settings1:charts_off" if pictures else "settings1:charts_on"
        await world.manager.click(await panel(world), custom_id=switch)


async def test_another_language_counts_at_once(kept_world: World, library: Library, tmp_path: Path) -> None:
    world = kept_world
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    world.resources = replace(world.resources, languages=Languages(tmp_path))
    await world.start(library)
    shown = await panel(world)
    (menu,) = [part for part in parts_of(shown) if part["custom_id"] == "settings1:language"]
    assert [option["value"] for option in menu["options"]] == ["auto", "en", "de"]
    await chosen(world, shown, "language", "de")
    assert "Vorsilbe der Befehle" in text_of(shown)
    (reply,) = await world.hears(world.member, world.general, "!salary google")
    assert " ".join(Languages().of("de").money(72000).split()) in text_of(reply)
    assert "Pro Monat" in [part.get("label") for part in parts_of(reply)]
    (reply,) = await world.hears(world.stranger, world.elsewhere, "!salary google")
    assert "72,000" in text_of(reply)
    await chosen(world, shown, "language", "auto")
    (reply,) = await world.hears(world.member, world.general, "!salary google")
    assert "72,000" in text_of(reply)


def test_the_menus_fit() -> None:
    assert MOST_CHANNELS <= 25
    assert len(COOLDOWNS) <= 25
    assert len(Languages().codes) < 25


# ------------------------------------------------------------------ what is refused, and what is lost


@pytest.mark.parametrize("prefix", ["/", "@bot", "a b", "x\u200b", "\u202ex"])
async def test_a_bad_prefix_is_refused(kept_world: World, prefix: str) -> None:
    shown = await panel(kept_world)
    before = text_of(shown)
    result = await typed(kept_world, shown, prefix)
    (line,) = result.followups
    assert line.ephemeral
    assert line.content == BAD_PREFIX
    assert settings_of(kept_world) == ServerSettings()
    assert text_of(shown) == before
    assert await kept_world.hears(kept_world.member, kept_world.general, "!salary google")


@pytest.mark.parametrize(
    ("name", "value"), [("cooldown", "1000000"), ("cooldown", "x"), ("language", "../de"), ("nothing", "1")]
)
async def test_a_forged_choice_changes_nothing(kept_world: World, name: str, value: str) -> None:
    view = discord.ui.View(timeout=None)
    options = [discord.SelectOption(label="x", value=value)]
    view.add_item(discord.ui.Select(custom_id=f"settings1:{name}", options=options))
    message = await kept_world.bot.get_partial_messageable(kept_world.general.id).send("a panel", view=view)
    result = await kept_world.manager.select(message, [value])
    assert [line.ephemeral for line in result.followups] == [True]
    assert settings_of(kept_world) == ServerSettings()


@pytest.mark.parametrize("name", CHANGES)
async def test_without_the_database_nothing_is_changed_and_that_is_said(
    kept_world: World, tmp_path: Path, name: str
) -> None:
    world = kept_world
    shown = await panel(world)
    lose(tmp_path)
    before = text_of(shown)
    result = await CHANGES[name][0](world, shown)
    (line,) = result.followups
    assert line.ephemeral
    assert line.content == AWAY
    assert settings_of(world) == ServerSettings()
    assert text_of(shown) == before
    assert await world.hears(world.member, world.general, "!salary google")
    assert await world.hears(world.member, world.listed, QUESTION)


async def test_what_was_set_counts_on_without_the_database(kept_world: World, tmp_path: Path) -> None:
    await typed(kept_world, await panel(kept_world), "?")
    lose(tmp_path)
    await chosen(kept_world, await panel(kept_world), "cooldown", "60")
    assert settings_of(kept_world) == ServerSettings(prefix="?")
    assert await kept_world.hears(kept_world.member, kept_world.general, "?salary google")


async def test_a_start_without_the_database_answers_from_the_defaults(world: World) -> None:
    await chosen(world, await panel(world), "cooldown", "60")
    assert settings_of(world) == ServerSettings()
    assert await world.hears(world.member, world.general, "!salary google")


async def test_a_start_without_the_database_knows_what_was_set(
    kept_world: World, library: Library, tmp_path: Path
) -> None:
    world = kept_world
    await typed(world, await panel(world), "?")
    await chosen(world, await panel(world), "channels", world.general)
    await chosen(world, await panel(world), "language", "de")
    before = settings_of(world)
    await world.resources.records.close()
    lose(tmp_path)
    await remember(world, tmp_path)
    await world.start(library)
    assert settings_of(world) == before
    assert await world.hears(world.member, world.general, "?salary google")
    assert await world.hears(world.member, world.general, QUESTION)
    world.env.backend.remove_guild(world.home.id)
    await world.env.settle()
    assert str(world.home.id) not in (tmp_path / settings_cache.FILE).read_text("utf-8")


@pytest.mark.parametrize("held", ["", "[]", '{"7": 5}', '{"x": {}}', "[" * 5_000, '{"-1": {"prefix": "?"}}'])
async def test_a_file_of_settings_that_holds_something_else_is_told_of(
    empty_world: World, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture, held: str
) -> None:
    (tmp_path / settings_cache.FILE).write_text(held, "utf-8")
    (tmp_path / DATABASE).mkdir()
    await remember(empty_world, tmp_path)
    world = await empty_world.start(library)
    assert settings_of(world) == ServerSettings()
    assert "the defaults count" in caplog.text
    await world.resources.records.close()


async def test_a_server_that_is_left_is_forgotten(kept_world: World, library: Library, tmp_path: Path) -> None:
    world = kept_world
    for change, *_ in CHANGES.values():
        await change(world, await panel(world))
    assert settings_of(world) != ServerSettings()
    world.env.backend.remove_guild(world.home.id)
    await world.env.settle()
    assert settings_of(world) == ServerSettings()
    await remember(world, tmp_path)
    await world.start(library)
    assert settings_of(world) == ServerSettings()


@pytest.mark.parametrize("name", ["charts_off", "prefix"])
async def test_a_press_that_discord_does_not_take_is_noted_without_a_fault(
    kept_world: World, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.INFO)
    shown = await panel(kept_world)
    kept_world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10_062)
    await kept_world.manager.click(shown, custom_id=f"settings1:{name}")
    assert [record.levelname for record in caplog.records if "can't carry out settings1" in record.getMessage()] == [
        "INFO"
    ]
    assert not kept_world.env.errors
    assert settings_of(kept_world) == ServerSettings()


def lose(folder: Path) -> None:
    """Make a database impossible to open: a folder stands in its place."""
    for file in folder.glob(f"{DATABASE}*"):
        file.unlink()
    (folder / DATABASE).mkdir()


async def test_a_server_that_removed_the_bot_while_it_was_away_is_forgotten(
    kept_world: World, library: Library
) -> None:
    world, gone = kept_world, 123_456
    await world.resources.records.change(gone, prefix="?")
    await world.resources.records.change(world.home.id, prefix="?")
    await world.start(library)
    await world.env.settle()
    assert world.resources.records.servers() == {world.home.id}


async def test_a_name_at_the_beginning_is_no_prefix(kept_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = await panel(kept_world)
    (reply,) = (await typed(kept_world, shown, "<")).followups
    assert text_of(reply).strip() == BAD_PREFIX
    assert settings_of(kept_world) == ServerSettings()
    monkeypatch.setattr(Preferences, "prefix", lambda *_: "<")  # as an older database may hold it
    assert await kept_world.hears(kept_world.member, kept_world.general, f"{kept_world.mention} {QUESTION}")


async def test_what_the_bot_as_a_whole_is_told_is_shown(kept_world: World, library: Library) -> None:
    shown = text_of(await panel(kept_world))
    assert f"always, for the whole bot: <#{kept_world.listed.id}>" in shown
    await kept_world.start(library, charts=False)
    assert "off for the whole bot" in text_of(await panel(kept_world))


async def test_a_deleted_channel_is_not_proposed(kept_world: World) -> None:
    await kept_world.resources.records.change(kept_world.home.id, channels=[kept_world.general.id, 123_456])
    (menu,) = [part for part in parts_of(await panel(kept_world)) if part["custom_id"] == "settings1:channels"]
    assert [one["id"] for one in menu["default_values"]] in ([kept_world.general.id], [str(kept_world.general.id)])
