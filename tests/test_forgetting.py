"""What is forgotten is in no object that the bot can reach: walked from it and its modules, in a simulated Discord."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import CoroutineType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from bot.charts.renderer import ChartRenderer
from bot.chat import services
from bot.chat.guilds.memory import REMEMBERED, Memory
from bot.storage.knowledge.library import Library
from tests.discord_world import World, response_of

AMOUNT, WORD = "163724", "zyxomma"
# Discord itself, the tests, and what the interpreter keeps of code that ran.
NOT_THE_BOTS = ("simcord", "tests", "_pytest", "pytest", "logging")


@pytest.fixture(scope="module")
def library(small_library: Library) -> Library:
    """The small knowledge base: all that it holds is walked through, twice in each test."""
    return small_library


def reached(world: World) -> Iterator[tuple[Any, str]]:
    """Yield every object that the bot holds, and by what it is held."""
    gc.collect()
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] == "bot"]
    begins = [world.bot.services, world.bot.cogs, world.resources, *(vars(module) for module in modules)]
    stack: list[tuple[Any, str]] = [(one, "") for one in begins]
    seen = {id(stack)}
    while stack:
        one, path = stack.pop()
        home = getattr(type(one), "__module__", "")
        if id(one) in seen or isinstance(one, ModuleType | FrameType) or str(home).startswith(NOT_THE_BOTS):
            continue
        seen.add(id(one))
        yield one, path
        here = f"{path} > {type(one).__name__}"
        stack += [(inner, here) for inner in _parts(one)]


def _parts(one: Any) -> Iterable[Any]:
    """Return what an object holds by itself; the module of a function and the tasks of the loop hold everything."""
    match one:
        case FunctionType():
            return one.__closure__ or (), one.__defaults__ or ()
        case type():
            return tuple(vars(one).values()) if one.__module__.startswith("bot.") else ()
        case asyncio.Future() | CoroutineType() | asyncio.AbstractEventLoop():
            return ()
        case _:
            return gc.get_referents(one)


def held(world: World, *needles: str | int) -> list[str]:
    """Return by what the bot holds some words and ids."""
    texts = [needle for needle in needles if isinstance(needle, str)]
    return [
        f"{path}: {one!r}"[:1_000]
        for one, path in reached(world)
        if (isinstance(one, str) and any(text in one.replace(",", "").lower() for text in texts))
        or (isinstance(one, int) and not isinstance(one, bool) and one in needles)
    ]


async def told_much(world: World, library: Library) -> None:
    world.resources = replace(world.resources, renderer=ChartRenderer())
    await world.start(library, cooldown=1.0)
    await world.hears(world.member, world.general, f"{world.mention} is ${AMOUNT} good at {WORD}?")
    await world.hears(world.member, world.general, f"{world.mention} is ${AMOUNT} good at google?")
    result = await world.member.slash(world.general, "offer", amount=AMOUNT, company="google")
    assert "163,724" in response_of(result).content
    assert held(world, AMOUNT)
    assert held(world, WORD)
    assert held(world, world.member.id)
    await world.env.advance_time(1)


async def test_forgetting_leaves_nothing_of_a_person_in_memory(kept_world: World, library: Library) -> None:
    await told_much(kept_world, library)
    await kept_world.stranger.slash(kept_world.elsewhere, "forget")
    assert held(kept_world, kept_world.member.id)  # that is somebody else's
    await kept_world.member.slash(kept_world.general, "forget")
    assert held(kept_world, AMOUNT, WORD, kept_world.member.id) == []


async def test_an_administrator_has_somebody_forgotten(kept_world: World, library: Library) -> None:
    await told_much(kept_world, library)
    for wrong in ("ann", "123", f"{kept_world.member.id} x"):
        result = await kept_world.manager.slash(kept_world.general, "kb forget", person=wrong)
        assert response_of(result).content == "That isn't a person's id, which has 17 to 20 digits."
    await kept_world.env.advance_time(1)
    result = await kept_world.manager.slash(kept_world.general, "kb forget", person=f"<@{kept_world.member.id}>")
    assert response_of(result).content.startswith("Done: I deleted ")
    assert held(kept_world, AMOUNT, WORD, kept_world.member.id) == []


async def test_in_time_all_is_forgotten_by_itself(
    kept_world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = 0.0
    monkeypatch.setattr(services, "Memory", lambda clock: Memory(lambda: clock() + ahead))
    await told_much(kept_world, library)
    ahead = REMEMBERED + 1
    await kept_world.resources.records.gaps(1)  # writes what waits, as is done every two seconds
    await kept_world.bot._expire()
    assert held(kept_world, AMOUNT, WORD, kept_world.member.id) == []
