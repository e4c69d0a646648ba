"""The bot among people: every command, whom it listens to, what it does when asked too fast or when sending fails."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import pytest

from bot.charts.renderer import ChartRenderer
from bot.chat.app.errors import SORRY
from bot.chat.conversation.addressing import SURE_ENOUGH
from bot.core.model.dialogue import Answer, Mention
from bot.core.model.knowledge import Source
from bot.storage.knowledge.library import Library
from tests.discord_world import World, response_of, text_of

QUESTION = "what does google pay?"
GOOGLE = ("$72,000", "$313,797")

COMMANDS = [
    ("salary", {"question": "google"}, GOOGLE),
    ("salary", {"question": "amazon vs google"}, ("$100,481", "$313,797")),
    ("salary", {"question": "7 yoe"}, ("$138,351",)),
    ("salary", {}, ("$127,303",)),
    ("compare", {"first": "google", "second": "amazon"}, ("$100,481", "$302,894", *GOOGLE)),
    ("compare", {}, ("Ask me",)),
    ("sources", {}, ("Glassdoor", "PayScale", "Indeed", "LinkedIn")),
    ("help", {}, ("google", "mle or data scientist")),
    ("about", {}, ("salarybot",)),
]


def prefix_of(name: str, options: dict[str, str]) -> str:
    return f"!{name} {' and '.join(options.values())}".strip()


@pytest.mark.parametrize(("name", "options", "expected"), COMMANDS)
async def test_prefix_commands(world: World, name: str, options: dict[str, str], expected: tuple[str, ...]) -> None:
    question = await world.member.send(world.general, prefix_of(name, options))
    (reply,) = world.replies_in(world.general)
    assert all(word in text_of(reply) for word in expected)
    assert reply.reference is not None
    assert reply.reference.message_id == question.id


@pytest.mark.parametrize(("name", "options", "expected"), COMMANDS)
async def test_slash_commands(world: World, name: str, options: dict[str, str], expected: tuple[str, ...]) -> None:
    result = await world.member.slash(world.general, name, **options)
    assert all(word in text_of(response_of(result)) for word in expected)
    assert not result.ephemeral


async def test_a_quote_in_a_prefix_command_does_no_harm(world: World) -> None:
    (reply,) = await world.hears(world.member, world.general, '!compare google "amazon')
    assert "$100,481" in text_of(reply)


async def test_another_prefix(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, prefix="pay?")
    assert await world.hears(world.member, world.general, "pay?salary google")
    assert not await world.hears(world.member, world.general, "!salary google")


@pytest.mark.parametrize("typed", ["", "goo", "GOOGLE", "gogle", "x" * 150, "@everyone", "*"])
async def test_autocomplete_offers_a_list_that_discord_takes(world: World, typed: str) -> None:
    for command, option in (("salary", "question"), ("compare", "first"), ("compare", "second")):
        choices = await world.member.autocomplete(world.general, command, option, typed)
        assert len(choices) <= 25
        assert all(0 < len(choice["name"]) <= 100 for choice in choices)
        if typed.lower() in ("goo", "google", "gogle"):
            assert choices[0]["value"] == "Google"


# ------------------------------------------------------------------ whom it listens to


async def test_it_answers_where_it_is_mentioned(world: World) -> None:
    (reply,) = await world.hears(world.member, world.general, f"{world.mention} {QUESTION}")
    assert all(figure in text_of(reply) for figure in GOOGLE)


async def test_a_bare_mention_gets_help(world: World) -> None:
    (reply,) = await world.hears(world.member, world.general, world.mention)
    assert "Ask me" in reply.content


async def test_it_answers_in_direct_messages(world: World) -> None:
    user = world.env.create_user("ann")
    for text in (QUESTION, "!salary google"):
        await user.send_dm(text)
        reply = user.dm_channel.last_message
        assert reply is not None
        assert all(figure in text_of(reply) for figure in GOOGLE)
    result = await user.slash("salary", question="google")
    assert "$72,000" in text_of(result.response)


async def test_it_answers_replies_to_it(world: World) -> None:
    (first,) = await world.hears(world.member, world.general, "!salary google")
    (second,) = await world.hears(world.member, world.general, "and apple?", reply_to=first)
    assert "$119,224" in text_of(second)


async def test_it_leaves_replies_to_others_alone(world: World) -> None:
    message = await world.manager.send(world.general, "good morning")
    assert not await world.hears(world.member, world.general, QUESTION, reply_to=message)


@pytest.mark.parametrize("text", [QUESTION, "google salary?", "compare google and amazon"])
async def test_in_a_listed_channel_it_leaves_alone_what_is_said_to_others(world: World, text: str) -> None:
    other, role = world.manager.mention, world.home.create_role("Experts")
    message = await world.manager.send(world.listed, "good morning")
    assert not await world.hears(world.member, world.listed, text, reply_to=message)
    assert not await world.hears(world.member, world.listed, f"{other} {text}")
    assert not await world.hears(world.member, world.listed, f"{role.mention} {text}")
    assert await world.hears(world.member, world.listed, f"{other} {world.mention} {text}")
    assert await world.hears(world.member, world.listed, f"{world.mention} {text}", reply_to=message)
    own = await world.member.send(world.listed, "hm")
    assert await world.hears(world.member, world.listed, text, reply_to=own)


async def test_what_hangs_on_a_question_is_not_said_to_others_either(world: World) -> None:
    (first,) = await world.hears(world.member, world.listed, QUESTION)
    assert not await world.hears(world.member, world.listed, f"{world.manager.mention} and facebook?")
    assert not await world.hears(
        world.manager, world.general, "and amazon?", reply_to=await world.member.send(world.general, "hm")
    )
    assert await world.hears(world.member, world.listed, "and facebook?", reply_to=first)


@pytest.mark.parametrize(
    "text",
    [
        "google?",
        "and amazon?",
        "what about microsoft",
        "at facebook?",
        "data scientists?",
        "apple or google?",
        "senior mle?",
    ],
)
async def test_a_bare_name_is_no_question_among_people(world: World, text: str) -> None:
    assert not await world.hears(world.member, world.listed, text)
    assert await world.hears(world.member, world.listed, f"{world.mention} {text}")


@pytest.mark.parametrize("text", ["google salary?", "google salary", "what does google pay", "google comp?"])
async def test_a_name_with_a_word_of_pay_is_one(world: World, text: str) -> None:
    assert await world.hears(world.member, world.listed, text)


async def test_whom_it_was_told_to_listen_to_and_nobody_else(world: World) -> None:
    assert await world.hears(world.member, world.listed, "compare google and amazon")
    assert not await world.hears(world.member, world.general, "compare google and amazon")
    assert not await world.hears(world.stranger, world.elsewhere, "compare google and amazon")


@pytest.mark.parametrize("text", ["good morning", "google is down again", "who wants lunch?", "lol", "netflix salary"])
async def test_in_a_listed_channel_it_is_silent_unless_sure(world: World, text: str) -> None:
    assert not await world.hears(world.member, world.listed, text)


def answer(**changed: Any) -> Answer:
    source = Source(id="indeed", name="Indeed")
    role = Mention(kind="role", id="ml_engineer", text="mle", start=0, end=1)
    sure = {
        "status": "answered",
        "title": "t",
        "headline": "h",
        "asked": True,
        "confidence": 1.0,
        "text_sources": (source,),
    }
    return Answer(**{**sure, "mentions": (role,), **changed})


@pytest.mark.parametrize(
    ("given", "speaks"),
    [
        (answer(), True),
        (answer(status="partial"), False),  # a gap is for those who asked
        (answer(confidence=SURE_ENOUGH), True),
        (answer(confidence=SURE_ENOUGH - 0.01), False),
        (answer(asked=False), False),
        (answer(text_sources=()), False),
        (answer(mentions=()), False),
        (answer(status="not_covered"), False),
        (answer(status="clarify"), False),
        (answer(status="off_topic"), False),
    ],
)
async def test_what_it_is_sure_enough_of(
    world: World, monkeypatch: pytest.MonkeyPatch, given: Answer, *, speaks: bool
) -> None:
    monkeypatch.setattr(type(world.bot.services.library.advisor), "answer", lambda *_: given)
    assert bool(await world.hears(world.member, world.listed, "words")) is speaks
    assert await world.hears(world.member, world.listed, f"{world.mention} words")


async def test_addressed_it_answers_off_topic_in_one_line(world: World) -> None:
    (reply,) = await world.hears(world.member, world.general, f"{world.mention} will it rain tomorrow?")
    assert reply.content
    assert not reply.embeds
    assert "\n" not in reply.content


@pytest.mark.parametrize("text", ["!play despacito", "!", "!!", "!salaries google"])
async def test_other_bots_commands_get_no_answer(world: World, text: str) -> None:
    assert not await world.hears(world.member, world.general, text)
    assert not await world.hears(world.member, world.listed, text)


@pytest.mark.parametrize("text", ["compare google and amazon", "!salary google", "{mention} google salary"])
async def test_bots_and_webhooks_get_no_answer(world: World, text: str) -> None:
    text = text.format(mention=world.mention)
    robot = world.home.add_member(world.env.create_user("robot", bot=True))
    assert not await world.hears(robot, world.listed, text)
    await world.home.create_webhook(world.listed).send(text)
    assert not world.replies_in(world.listed)


async def test_its_own_words_start_nothing(world: World) -> None:
    await world.bot.get_partial_messageable(world.listed.id).send("compare google and amazon")
    await world.env.settle()
    assert len(world.replies_in(world.listed)) == 1


@pytest.mark.parametrize("text", ["", "<@80351110224678912>", "\N{GRINNING FACE}", "```\ncode\n```"])
async def test_messages_without_words(world: World, text: str) -> None:
    assert not await world.hears(world.member, world.listed, text, attachments=[("cat.txt", b"meow")])


# ------------------------------------------------------------------ the Message Content intent


async def test_without_message_content_all_but_prefix_and_listed_channels_works(
    world_without_content: World,
) -> None:
    world = world_without_content
    assert not await world.hears(world.member, world.general, "!salary google")
    assert not await world.hears(world.member, world.listed, "compare google and amazon")
    (reply,) = await world.hears(world.member, world.general, f"{world.mention} {QUESTION}")
    assert all(figure in text_of(reply) for figure in GOOGLE)
    # A reply pings, as Discord has it by default, and so comes with its words.
    (reply,) = await world.hears(world.member, world.general, "and apple?", reply_to=reply)
    assert "$119,224" in text_of(reply)
    user = world.env.create_user("ann")
    await user.send_dm("!salary google")
    assert user.dm_channel.last_message is not None
    assert "$72,000" in text_of(user.dm_channel.last_message)
    assert "$72,000" in text_of(response_of(await world.member.slash(world.general, "salary", question="google")))


# ------------------------------------------------------------------ pings


async def test_nobody_is_ever_pinged(world: World) -> None:
    for text in ("@everyone google salary", f"@here what does {world.manager.mention} earn at netflix?"):
        await world.hears(world.member, world.general, f"{world.mention} {text}")
        await world.hears(world.member, world.general, f"!salary {text}")
    sent = [request.json for request in world.env.http_requests if request.path.endswith("/messages")]
    assert len(sent) == 4
    for body in sent:
        assert isinstance(body, dict)
        assert body["allowed_mentions"]["parse"] == []
        assert not body["allowed_mentions"].get("replied_user")
    assert all(not message.mentions and not message.mention_everyone for message in world.replies_in(world.general))


# ------------------------------------------------------------------ too fast


async def test_one_person_too_fast_is_told_once(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    for company in ("google", "amazon", "apple"):
        assert await world.hears(world.member, world.general, f"!salary {company}")
    (notice,) = await world.hears(world.member, world.general, "!salary facebook")
    assert notice.content == "One moment, please: I can take your next question in 10 seconds."
    assert not await world.hears(world.member, world.general, "!salary facebook")
    assert not await world.hears(world.member, world.general, f"{world.mention} {QUESTION}")
    assert "facebook" in text_of((await world.hears(world.manager, world.general, "!salary facebook"))[0]).lower()
    await world.env.advance_time(10)
    assert "microsoft" in text_of((await world.hears(world.member, world.general, "!salary microsoft"))[0]).lower()
    assert len(world.env.errors) == 2  # the framework's errors behind the two commands that came too soon


async def test_who_is_too_fast_in_one_server_is_not_in_another(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    user, other = world.env.create_user("ann"), world.elsewhere.guild
    assert other is not None
    here, there = world.home.add_member(user), other.add_member(user)
    names = ("google", "amazon", "apple", "meta")
    replies = [await world.hears(here, world.general, f"{world.mention} {name} salary") for name in names]
    assert "One moment" in replies[-1][0].content
    (reply,) = await world.hears(there, world.elsewhere, f"{world.mention} google salary")
    assert all(figure in text_of(reply) for figure in GOOGLE)


async def test_free_text_too_fast_is_told_once(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    companies = ("google", "amazon", "apple", "facebook", "microsoft")
    replies = [await world.hears(world.member, world.general, f"{world.mention} {company}?") for company in companies]
    assert [len(messages) for messages in replies] == [1, 1, 1, 1, 0]
    assert "One moment" in replies[3][0].content


async def test_edits_too_fast_change_nothing_and_are_told_once(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    message = await world.member.send(world.general, f"{world.mention} google?")
    for company in ("amazon", "apple"):
        await world.member.edit(message, f"{world.mention} {company}?")
    assert "Apple" in world.replies_in(world.general)[0].content
    for company in ("facebook", "microsoft", "google"):
        await world.member.edit(message, f"{world.mention} {company}?")
    answer, notice = world.replies_in(world.general)
    assert "Apple" in answer.content
    assert notice.content.startswith("One moment, please")
    await world.env.advance_time(30)
    await world.member.edit(message, f"{world.mention} amazon?")
    assert "Amazon" in world.replies_in(world.general)[0].content


async def test_who_types_too_fast_is_shown_nothing_for_a_while(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=8.0)
    shown = [await world.member.autocomplete(world.general, "salary", "question", "goog") for _ in range(33)]
    assert [bool(names) for names in shown] == [True] * 30 + [False] * 3
    assert await world.manager.autocomplete(world.general, "salary", "question", "goog")
    await world.env.advance_time(1)
    assert await world.member.autocomplete(world.general, "salary", "question", "goog")
    assert await world.hears(world.member, world.general, "!salary google")  # a question waits for no keys


async def test_slash_too_fast_is_told_each_time_and_privately(empty_world: World, library: Library) -> None:
    world = await empty_world.start(library, cooldown=10.0)
    for _ in range(3):
        await world.member.slash(world.general, "salary", question="google")
    for _ in range(2):
        result = await world.member.slash(world.general, "salary", question="google")
        assert result.ephemeral
        assert "One moment" in response_of(result).content
    assert len(world.env.errors) == 2


# ------------------------------------------------------------------ when something fails


async def test_a_fault_of_the_bot_is_noted_once_and_told_in_a_line(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(type(world.bot.services.library.advisor), "understand", fail)
    (reply,) = await world.hears(world.member, world.general, "!salary google")
    assert reply.content == SORRY
    result = await world.member.slash(world.general, "salary", question="google")
    assert result.ephemeral
    assert response_of(result).content == SORRY
    assert not await world.hears(world.member, world.general, f"{world.mention} {QUESTION}")
    faults = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(faults) == 3
    assert faults[0].getMessage() == "failed in the command salary"
    assert all(fault.exc_info and fault.exc_info[0] is ZeroDivisionError for fault in faults)
    assert len(world.env.errors) == 3


@pytest.mark.parametrize(("status", "code"), [(403, 50_013), (404, 10_003)])
async def test_where_it_may_not_speak_it_notes_that(
    world: World, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    caplog.set_level(logging.INFO)
    world.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=None)
    assert not await world.hears(world.member, world.general, "!salary google")
    assert not await world.hears(world.member, world.general, f"{world.mention} {QUESTION}")
    noted = [record for record in caplog.records if "can't answer" in record.getMessage()]
    assert [record.levelno for record in noted] == [logging.INFO] * 2


async def test_where_files_are_forbidden_figures_and_source_are_said(empty_world: World, library: Library) -> None:
    studio = create_autospec(ChartRenderer, instance=True)
    studio.draw.return_value = b"a picture"
    empty_world.resources = replace(empty_world.resources, renderer=studio)
    world = await empty_world.start(library)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50_013, times=1)
    [replies] = await world.hears(world.member, world.general, "!salary google vs amazon")
    assert not replies.attachments
    assert not replies.embeds
    assert "Amazon: **$100,481 to $302,894**" in replies.content
    assert "Glassdoor" in replies.content


async def test_a_question_that_was_deleted_is_still_answered(world: World) -> None:
    await world.hears(world.member, world.general, "!salary google")
    sent = [request.json for request in world.env.http_requests if request.path.endswith("/messages")]
    assert isinstance(sent[0], dict)
    assert sent[0]["message_reference"]["fail_if_not_exists"] is False


async def test_commands_that_cannot_be_synchronized_are_no_end(
    empty_world: World, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    empty_world.env.inject_error("PUT", "/applications/*/commands", status=400, times=None)
    world = await empty_world.start(library)
    assert "slash commands couldn't be synchronized" in caplog.text
    assert await world.hears(world.member, world.general, "!salary google")


async def test_the_commands_are_synchronized_once_and_described(world: World) -> None:
    syncs = [request for request in world.env.http_requests if request.method == "PUT"]
    assert len(syncs) == 1
    commands = syncs[0].json
    assert isinstance(commands, list)
    names = {"salary", "compare", "sources", "help", "about", "offer", "Check this pay", "privacy", "forget"}
    assert {command["name"] for command in commands} == {*names, "settings", "kb"}
    assert all(len(command["description"]) > 10 for command in commands if command["type"] == 1)


@pytest.mark.parametrize("text", ["!Salary google", "! salary google", "!SALARY google", "@salarybot google salary"])
async def test_calls_as_phones_and_people_type_them(world: World, text: str) -> None:
    assert world.bot.user is not None
    text = text.replace("salarybot", world.bot.user.name)
    (reply,) = await world.hears(world.member, world.general, text)
    assert "$72,000" in text_of(reply)
