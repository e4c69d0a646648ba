"""Two processes that serve the same shard do what one does: each command, component, form, reaction, edit, deletion."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.chat.app.bot import HANDLERS
from bot.chat.cogs.components import COMPONENT_CALLBACKS
from bot.chat.cogs.offer import CHECK
from bot.chat.presentation.components import DOWN, UP
from bot.chat.presentation.custom_id import CORRECT, REREAD
from bot.chat.services import Resources
from bot.storage.knowledge.library import Library
from bot.storage.records import Records, Timeouts
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.permissions import bits_of
from tests.discord_server.users import User
from tests.wire import Loopback, living, loopback

STILL = Timeouts(gather=0.2, refresh=3_600.0)
PREFIXED = ("salary google", "compare google, amazon", "sources", "help", "about", "privacy", "kb status", "kb check")
SLASHES: dict[str, dict[str, Any]] = {
    "salary": {"question": "google"},
    "compare": {"first": "google", "second": "amazon"},
    "offer": {"amount": "150k", "company": "google"},
    "kb forget": {"person": "123456789012345678"},
    **{name: {} for name in ("sources", "help", "about", "privacy", "forget", "settings")},
    **{name: {} for name in ("kb status", "kb check", "kb gaps", "kb reload")},
}
# Other periods do what one does, and another subject what a suggestion does.
ALIKE = {"go", "per_day", "per_hour", "per_week", "per_year"}


@dataclass
class Scene:
    """A Discord with so many copies of the bot; each action is another person's, in a channel of its own."""

    place: Loopback
    asked: dict[str, Message | Interaction] = field(default_factory=dict)
    pressed: set[str] = field(default_factory=set)

    def room(self, name: str) -> tuple[User, Channel]:
        """Return somebody and where they act; the same ones for the same name."""
        for channel in self.guild.channels.values():
            if channel.name == name:
                return next(user for user in self.place.server.users.values() if user.name == name), channel
        user = self.place.server.add_user(name)
        self.guild.add_member(user, permissions=bits_of("manage_guild"))
        return user, self.guild.add_channel(name)

    @property
    def guild(self) -> Any:
        return self.place.server.guilds[self.place.general.guild_id or 0]

    def say(self, name: str, text: str) -> None:
        self.asked[name] = self.place.server.say(*self.room(name), text)

    def slash(self, name: str, command: str, **options: Any) -> None:
        self.asked[name] = self.place.server.slash(*self.room(name), command, **options)

    def press(self, name: str, message: Message, action: str, values: tuple[str, ...] = ()) -> None:
        """Use the component of an action, as the person of that name."""
        person, _ = self.room(name)
        found = component(message, action)
        self.pressed.add(action)
        chosen = values or tuple(option["value"] for option in found.get("options", ())[:1])
        self.asked[f"{name}: {action}"] = self.place.server.press(person, message, found["custom_id"], chosen)

    def answer(self, name: str) -> Message:
        """Return what came of a action."""
        asked = self.asked[name]
        messages = asked.messages if isinstance(asked, Interaction) else self.place.server.replies(asked)
        assert messages, f"nothing came of {name}"
        return messages[0]

    async def settle(self) -> None:
        """Let everything come to its end."""
        requests, before = self.place.server.requests, -1
        while before != len(requests) or any(task.get_name().startswith(HANDLERS) for task in asyncio.all_tasks()):
            before = len(requests)
            await asyncio.sleep(0.3)

    def outcome(self) -> dict[str, list[str]]:
        """Return what people read, by action."""
        replies = {}
        for name, asked in self.asked.items():
            messages = asked.messages if isinstance(asked, Interaction) else self.place.server.replies(asked)
            replies[name] = [f"{one.content} {one.embeds} {labels(one)}" for one in messages]
        return replies


def component(message: Message, action: str) -> dict[str, Any]:
    inner = [one for row in message.components for one in row["components"]]
    return next(one for one in inner if one["custom_id"].split(":")[1] == action)


def labels(message: Message) -> list[str]:
    return [str(one.get("label") or one.get("placeholder")) for row in message.components for one in row["components"]]


@asynccontextmanager
async def scene(copies: int, library: Library, folder: Path) -> AsyncIterator[Scene]:
    """Start as many copies of the bot, which share a database and the secret beside it."""
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(loopback())
        guild = place.general.guild_id
        for number in range(copies):
            records = Records(f"sqlite:///{folder / 'records'}", state=folder / "shared", timeouts=STILL)
            await records.start()
            stack.push_async_callback(records.close)
            life = living(
                place,
                copy.copy(library),
                resources=Resources(records=records),
                state=folder / f"state{number}",
                home_server=guild,
            )
            await stack.enter_async_context(life)
        await place.server.until(lambda: sum(one.line is not None for one in place.server.sessions.values()) == copies)
        await asyncio.sleep(0.5)
        yield Scene(place)


async def commands(scene: Scene) -> None:
    for text in PREFIXED:
        scene.say(f"!{text}", f"!{text}")
    scene.say("mention", f"{scene.place.server.bot.mention} google salary")
    await scene.settle()
    for name, options in SLASHES.items():  # one after the other: each has three seconds
        scene.slash(f"/{name}", name, **options)
        await scene.settle()
    replies = scene.place.server.say(*scene.room("pay"), "they offered me $150k at google")
    scene.asked["menu"] = scene.place.server.message_command(*scene.room("pay"), CHECK, replies)
    await scene.settle()
    scene.say("!forget", "!forget")
    await scene.settle()


async def components(scene: Scene) -> None:
    for name in ("period", "choose", "details", "gone"):
        scene.say(name, "!salary google")
    scene.say("lost", "!salary hello there")
    await scene.settle()
    for name, action in (("period", "per_month"), ("choose", "choose"), ("details", "details"), ("gone", "details")):
        scene.press(name, scene.answer(name), action)
    scene.press("lost", scene.answer("lost"), "ask")
    await scene.settle()
    scene.press("choose", scene.answer("choose: choose"), "compare")
    scene.press("gone", scene.answer("gone: details"), "delete")
    behind = scene.answer("details: details")
    for action in ("up", "up", "up", "down", "down", "up"):
        scene.press("details", behind, action)
        await scene.settle()
    scene.press("details", behind, CORRECT)
    await scene.settle()
    form = scene.asked[f"details: {CORRECT}"]
    assert isinstance(form, Interaction)
    scene.pressed.add(REREAD)
    scene.asked["form"] = scene.place.server.submit(form.user, form)
    await scene.settle()


async def messages(scene: Scene) -> None:
    for name in ("edited", "deleted", "deleted at once", "edited at once"):
        scene.say(name, "!salary google")
        asked = scene.asked[name]
        assert isinstance(asked, Message)
        if name == "deleted at once":
            scene.place.server.delete(asked)
        if name == "edited at once":
            scene.place.server.edit(asked, "!salary amazon")
    await scene.settle()
    for name, text in (("edited", "!salary amazon"), ("deleted", "")):
        asked = scene.asked[name]
        assert isinstance(asked, Message)
        if text:
            scene.place.server.edit(asked, text)
        else:
            scene.place.server.delete(asked)
    await scene.settle()


async def reactions(scene: Scene) -> None:
    for name in ("up", "down", "both", "changed", "pressed"):
        scene.say(name, "!salary google")
    await scene.settle()
    server = scene.place.server
    for name, thumb in (("up", UP), ("down", DOWN), ("both", UP), ("changed", UP), ("pressed", UP)):
        server.react(scene.answer(name), scene.room(name)[0], thumb)
        await scene.settle()
    server.react(scene.answer("both"), scene.room("both")[0], DOWN)
    server.react(scene.answer("down"), scene.room("down")[0], DOWN, remove=True)
    await scene.settle()
    scene.press("changed", scene.answer("changed"), "per_month")
    scene.press("pressed", scene.answer("pressed"), "details")
    await scene.settle()
    behind = scene.answer("pressed: details")
    for action in ("up", "up", "down"):
        scene.press("pressed", behind, action)
        await scene.settle()


async def settings(scene: Scene) -> None:
    scene.slash("panel", "settings")
    await scene.settle()
    panel = scene.answer("panel")
    for action in ("charts_off", "charts_on", "charts_off"):
        scene.press("panel", panel, action)
        await scene.settle()
    for action, value in (("language", "de"), ("cooldown", "5"), ("channels", str(scene.room("panel")[1].id))):
        scene.press("panel", panel, action, (value,))
        await scene.settle()
    scene.press("panel", panel, "prefix")
    await scene.settle()
    form = scene.asked["panel: prefix"]
    assert isinstance(form, Interaction)
    scene.asked["form"] = scene.place.server.submit(form.user, form, fields={"prefix": "?"})
    await scene.settle()
    scene.asked["bad form"] = scene.place.server.submit(form.user, form, fields={"prefix": "/ /"})
    await scene.settle()


def stored(folder: Path) -> dict[str, list[Any]]:
    """Return what is in the database; a question without an answer may count twice."""
    with sqlite3.connect(folder / "records") as connection:
        return {
            "servers": connection.execute("SELECT server, prefix, charts, cooldown, language FROM servers").fetchall(),
            "channels": connection.execute("SELECT * FROM channels").fetchall(),
            "votes": connection.execute("SELECT kind, up FROM votes").fetchall(),
            "misses": connection.execute("SELECT DISTINCT form FROM misses").fetchall(),
        }


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param(commands, marks=pytest.mark.long),
        pytest.param(components, marks=pytest.mark.long),
        messages,
        pytest.param(reactions, marks=pytest.mark.long),
        pytest.param(settings, marks=pytest.mark.long),
    ],
)
async def test_two_copies_do_what_one_does(
    own_library: Library, tmp_path: Path, actions: Callable[[Scene], Any]
) -> None:
    seen, rows = [], []
    for copies in (1, 2):
        folder = tmp_path / str(copies)
        folder.mkdir()
        async with scene(copies, own_library, folder) as one:
            await actions(one)
            seen.append(one.outcome())
        rows.append(stored(folder))
        if actions is components:
            assert one.pressed >= {*COMPONENT_CALLBACKS} - ALIKE
    alone, doubled = seen
    assert alone
    assert {name: (alone[name], doubled[name]) for name in alone if doubled[name] != alone[name]} == {}
    assert rows[1] == rows[0]
