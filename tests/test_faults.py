"""A short set of the runs with faults, the same at each check; `python -m tests.faults` plays as many as one likes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.app import gateway
from bot.chat.app.gateway import Parser
from bot.chat.transport.outgoing import Outgoing
from tests.discord_server.faults import Status
from tests.faults import books
from tests.faults.judging import Books
from tests.faults.plan import LONG, Plan, Question, Upload, drawn
from tests.faults.runs import play

RUNS = 120


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return books.made(tmp_path_factory.mktemp("books"))


@pytest.mark.parametrize("tenth", [0, *(pytest.param(tenth, marks=pytest.mark.long) for tenth in range(1, 10))])
def test_every_question_is_answered_once_or_reported(shelf: Books, tenth: int) -> None:
    texts = books.texts()
    outcomes = [play(drawn(seed, texts), shelf) for seed in range(tenth * RUNS // 10, (tenth + 1) * RUNS // 10)]
    assert {outcome.plan.seed: outcome.faults for outcome in outcomes if outcome.faults} == {}
    answered = sum(outcome.answered for outcome in outcomes)
    # A run in which nothing was answered would prove nothing.
    assert answered > 2 * sum(outcome.given_up + outcome.unheard for outcome in outcomes)


def test_a_run_is_the_same_for_the_same_seed() -> None:
    texts = books.texts()
    assert drawn(7, texts) == drawn(7, texts) != drawn(8, texts)


def test_a_bot_that_drops_questions_is_found_out(shelf: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(parse: Parser) -> Parser:
        count = 0

        def parsed(data: Any) -> None:
            nonlocal count
            count += 1
            if count % 3:
                parse(data)

        return parsed

    monkeypatch.setattr(gateway, "_once", forgetful)
    texts = books.texts()
    assert any(play(drawn(seed, texts), shelf).faults for seed in range(10))


@pytest.mark.parametrize(
    "deaf",
    [
        "conversation.conversations.Conversations.question_edited",
        "conversation.conversations.Conversations.message_deleted",
        "cogs.components.ComponentDispatcher.dispatch",
    ],
)
def test_a_bot_that_does_not_follow_a_question_is_found_out(
    shelf: Books, monkeypatch: pytest.MonkeyPatch, deaf: str
) -> None:
    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(f"bot.chat.{deaf}", nothing)
    texts = books.texts()
    assert any(play(drawn(seed, texts), shelf).faults for seed in range(20))


@pytest.mark.parametrize("waiting", [False, True])
def test_a_bot_whose_words_wait_for_a_picture_is_found_out(
    shelf: Books, monkeypatch: pytest.MonkeyPatch, waiting: bool
) -> None:
    if waiting:
        monkeypatch.setattr(Outgoing, "reduced", lambda _: None)
    # The faults of a run end with its last action.
    questions = [(at, Question("mention", "google salary")) for at in (1.0, 300.0)]
    away = (0.0, Upload(Status(500), times=100))
    plan = Plan(0, charts=True, start=(), actions=(away, *questions), quiet=LONG)
    assert bool(play(plan, shelf).faults) == waiting


@pytest.mark.long
def test_much_of_what_becomes_of_questions_is_followed(shelf: Books) -> None:
    texts = books.texts()
    assert sum(play(drawn(seed, texts), shelf).followed for seed in range(16)) > 3
