"""The bot on a knowledge base of other companies, roles, levels and sources names those, and says nothing of ours."""

from __future__ import annotations

import re

import discord
import pytest

from bot.chat.app.bot import SalaryBot
from bot.chat.demo.stage import build_world, greet
from bot.chat.services import Resources
from bot.cli.terminal import Terminal, chat
from bot.core.model.dialogue import Answer
from bot.core.model.knowledge import names_of
from bot.core.model.language import ENGLISH
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.render.markdown import details, message
from bot.core.text import normalization
from bot.settings import Settings
from bot.storage.knowledge.library import Library, load_checked
from tests import knowledge_base
from tests.discord_world import Env, World, parts_of, text_of

# The names that stand in the tests' knowledge base, as whole words in any case, and what stands there instead.
RENAMED = {
    "google": "quibble",
    "amazon": "thornby",
    "apple": "pellham",
    "facebook": "orvane",
    "meta": "zentor",
    "microsoft": "dunmore",
    "msft": "dnmr",
    "machine": "marine",
    "learning": "geology",
    "ml": "mg",
    "mle": "mge",
    "mles": "mges",
    "artificial": "ocean",
    "ai": "og",
    "scientist": "gaugist",
    "scientists": "gaugists",
    "glassdoor": "wagepane",
    "payscale": "paylist",
    "ziprecruiter": "hireplume",
    "linkedin": "peerlist",
    "fresher": "novice",
    "freshers": "novices",
    "senior": "skipper",
    "seniors": "skippers",
    "junior": "deckhand",
    "juniors": "deckhands",
    "seasoned": "barnacled",
}
_WORD = re.compile("[A-Za-z]+")


def renamed(text: str) -> str:
    """Put the other names into a text, capitals as they were."""

    def other(found: re.Match[str]) -> str:
        name = RENAMED.get(found[0].lower(), found[0].lower())
        if name == found[0].lower():
            return found[0]
        capital = name.capitalize() if found[0][0].isupper() else name
        return name.upper() if found[0].isupper() and len(found[0]) > 1 else capital

    return _WORD.sub(other, text)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The tests' knowledge base with other names in every file; ids and file names follow."""
    folder = knowledge_base.build(tmp_path_factory.mktemp("other") / "knowledge")
    for path in sorted(folder.rglob("*.yaml")):
        path.write_text(renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
        path.rename(path.with_name(f"{renamed(path.stem)}.yaml"))
    load_checked(folder)
    return Library(folder)


@pytest.fixture(scope="module")
def ours(library: Library) -> frozenset[str]:
    """The words of the names in the tests' own knowledge base that the other one doesn't have."""
    knowledge = library.advisor.knowledge
    names = [alias for kind, _, alias, _ in names_of(knowledge) if kind in {"company", "role", "level", "source"}]
    words = {word for name in names for word in normalization.words(name)}
    return frozenset(words & RENAMED.keys())


def said_of_ours(text: str, ours: frozenset[str]) -> set[str]:
    """Return the words of a text that only the tests' own knowledge base has."""
    return {word.lower() for word in _WORD.findall(text)} & ours


def all_of(answer: Answer) -> str:
    """Return all that people read of an answer, its suggestions and their buttons."""
    buttons = [f"{one.text} {one.label}" for one in answer.suggestions]
    return "\n".join((answer.title, message(answer), details(answer), *buttons))


def test_the_names_are_others(other: Library, ours: frozenset[str]) -> None:
    assert {"google", "glassdoor", "senior", "ml", "machine", "scientist"} <= ours
    assert "$72,000" in other.advisor.ask("what does quibble pay?").headline


@pytest.mark.parametrize(
    "text",
    [
        *("hi", "thanks", "help", "about", "sources", "will it rain tomorrow?", "what does netflix pay?", "salary"),
        *("which companies do you know?", "who pays the most?", "is 150k good?", "15k per month", "salary in berlin"),
        *("quibble salary", "quibble or thornby", "marine geology engineer vs reef gaugist", "skipper pay", "skiper"),
        *("!salary", "!compare", "what do nurses earn?", "pay per level", "who says so?", "what was pay in 1999?"),
    ],
)
def test_answers_name_what_is_on_file(other: Library, ours: frozenset[str], text: str) -> None:
    assert said_of_ours(all_of(other.advisor.ask(text)), ours) == set()


@pytest.mark.parametrize("fields", [("", "", "", ""), ("150k", "nobody", "x", "y"), ("abc", "", "7", "skipper")])
def test_what_is_wrong_with_an_offer_names_what_is_on_file(
    other: Library, ours: frozenset[str], fields: tuple[str, str, str, str]
) -> None:
    answer = other.advisor.answer(other.advisor.offer(*fields))
    assert said_of_ours(all_of(answer), ours) == set()


async def test_commands_are_described_without_a_name(world: World, ours: frozenset[str]) -> None:
    (sync,) = [request for request in world.env.http_requests if request.method == "PUT"]
    assert isinstance(sync.json, list)
    assert said_of_ours(repr(sync.json), ours) == set()
    assert "Who offers it" in repr(sync.json)


async def test_the_demo_opens_with_what_is_on_file(other: Library, ours: frozenset[str]) -> None:
    env = Env()
    await env.start()
    try:
        channel, _ = build_world(env, Phrasebook(ENGLISH, other.advisor.knowledge))
        assert channel.guild is not None
        await env.restart_bot(SalaryBot(Settings(home_server=channel.guild.id, cooldown=0.0), other, Resources()))
        await greet(env, channel)
        (message,) = channel.history()
        described = env.bot.get_channel(channel.id)
        assert isinstance(described, discord.TextChannel)
        opening = f"{channel.guild.name} {described.topic} {text_of(message)} {parts_of(message)}"
        assert "MG engineers" in opening
        assert said_of_ours(opening, ours) == set()
    finally:
        await env.shutdown()


def test_the_terminal_opens_with_what_is_on_file(other: Library, ours: frozenset[str]) -> None:
    console = Terminal()
    with console.capture() as shown:
        chat(other.advisor, console, ["quit"])
    assert "marine geology engineers" in " ".join(shown.get().split())
    assert said_of_ours(shown.get(), ours) == set()
