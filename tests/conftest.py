"""What several tests share: the knowledge base, read once, and a simulated Discord with the real bot in it."""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

# Read when numpy is imported. The matrices are small: with a thread a core, beside other processes, fitting the
# classifier takes five times as long (7 seconds of a processor instead of 1.3).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import discord
import hypothesis
import pytest
import pytest_asyncio

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests import knowledge_base
from tests.discord_world import Env, World, opened, populate, remember
from tests.postgresql import NotInstalledError, Postgresql

NUMBERS = {"times", "after"}


def is_long(config: pytest.Config) -> bool:
    """Whether the long tests are run, alone or with the others."""
    return "not long" not in config.option.markexpr


def pytest_configure(config: pytest.Config) -> None:
    """Have a property looked at on few examples, and in the long run on many."""
    hypothesis.settings.register_profile(
        "salarybot",
        max_examples=400 if is_long(config) else 40,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
        derandomize="CI" in os.environ,  # a check of the same commit gives the same result
    )
    hypothesis.settings.load_profile("salarybot")


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the long run what differs from another test only in a fault's number, or how often or when it comes.

    Properties are in both runs.
    """
    seen = set()
    for item in items:
        if is_long(config) and isinstance(item, pytest.Function) and hypothesis.is_hypothesis_test(item.obj):
            item.add_marker("long")
        parameters = dict(item.callspec.params) if isinstance(item, pytest.Function) and "[" in item.name else {}
        if "fault" not in parameters:
            continue
        fault = parameters.pop("fault")
        others = repr(sorted((name, repr(value)) for name, value in parameters.items() if name not in NUMBERS))
        key = (item.nodeid.split("[")[0], type(fault), getattr(fault, "applied", None), others)
        if key in seen:
            item.add_marker("long")
        seen.add(key)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, base: Path, unused_folders: Iterator[Path]) -> None:
    """Keep settings of the machine that runs the tests out of them, and what the bot remembers out of its home.

    The bot runs on the tests' knowledge base, also in processes that a test starts.
    """
    for name in os.environ:
        if name.startswith(("SALARYBOT_", "DISCORD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SALARYBOT_KNOWLEDGE", str(base))
    monkeypatch.setenv("SALARYBOT_STATE", str(next(unused_folders)))


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Undo what a start of the bot does to the log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def unused_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that nobody has made yet: most tests keep nothing, and making a `tmp_path` takes longer than many do."""
    place = tmp_path_factory.getbasetemp()
    return (place / f"state{number}" for number in count())


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tests' knowledge base. Not to be changed: see `folder`."""
    return knowledge_base.build(tmp_path_factory.mktemp("base") / "knowledge")


@pytest.fixture(scope="session")
def library(base: Path) -> Library:
    """The tests' knowledge base. Not to be reloaded: see `own_library`."""
    return Library(base)


@pytest.fixture(scope="session")
def advisor(library: Library) -> Advisor:
    """The advisor over the tests' knowledge base; it never changes."""
    return library.advisor


@pytest.fixture(scope="session")
def small_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small knowledge base. Not to be changed: see `folder`."""
    return knowledge_base.small(tmp_path_factory.mktemp("small") / "knowledge")


@pytest.fixture(scope="session")
def small_library(small_base: Path) -> Library:
    """The small knowledge base. Not to be reloaded: see `own_library`."""
    return Library(small_base)


@pytest.fixture
def folder(small_base: Path, tmp_path: Path) -> Path:
    """A copy of the small knowledge base that a test may change."""
    return Path(shutil.copytree(small_base, tmp_path / "knowledge"))


@pytest.fixture
def own_library(folder: Path, small_library: Library) -> Library:
    """A library of that copy, which a test may reload; it starts with the advisor that is there already."""
    own = copy.copy(small_library)
    own.folder = folder
    return own


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL that runs; where none is installed, its tests are left out."""
    try:
        server = Postgresql()
    except NotInstalledError as error:
        pytest.skip(str(error))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest_asyncio.fixture
async def empty_world() -> AsyncIterator[World]:
    """A world whose bot is still to be started."""
    env = Env()
    await env.start()
    try:
        yield populate(env)
    finally:
        await env.shutdown()
        # What a test looked at through env.errors was meant to happen.
        env._raise_errors_since(env._errors_acknowledged)


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database: copying it takes a tenth of the time of making its tables."""
    folder = tmp_path_factory.mktemp("records")

    async def make() -> None:
        await (await opened(folder)).close()

    asyncio.run(make())
    return folder


@pytest_asyncio.fixture
async def kept_world(empty_world: World, library: Library, empty_records: Path, tmp_path: Path) -> AsyncIterator[World]:
    """A world with the bot in it, without a cooldown, and a database."""
    shutil.copytree(empty_records, tmp_path, dirs_exist_ok=True)
    await remember(empty_world, tmp_path)
    try:
        yield await empty_world.start(library)
    finally:
        await empty_world.resources.records.close()


@pytest_asyncio.fixture
async def world(empty_world: World, library: Library) -> World:
    """A world with the bot in it, without a cooldown."""
    return await empty_world.start(library)


@pytest_asyncio.fixture
async def world_without_content(library: Library) -> AsyncIterator[World]:
    """A world where Discord has not granted the Message Content intent, and the bot does not ask for it."""
    approved = discord.Intents.all()
    approved.message_content = False
    env = Env(approved_intents=approved)
    await env.start()
    try:
        yield await populate(env).start(library, message_content=False)
    finally:
        await env.shutdown()
        env._raise_errors_since(env._errors_acknowledged)
