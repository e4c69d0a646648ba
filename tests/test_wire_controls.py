"""Pictures, buttons, menus, forms, edited and deleted questions, people without the bot's server: over real sockets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.charts.renderer import ChartRenderer
from bot.chat.cogs.components import COMPONENT_CALLBACKS
from bot.chat.cogs.offer import CHECK, MOST_FIGURES
from bot.chat.presentation.components import PERIODS
from bot.chat.presentation.custom_id import ComponentState, custom_id
from bot.chat.presentation.custom_id import state_of as decoded
from bot.chat.presentation.message import message_of
from bot.chat.services import Resources
from bot.core.model.dialogue import Query
from bot.core.query_edits import by
from bot.core.render.chart import Chart, chart_of
from bot.storage.i18n.catalogs import Languages
from bot.storage.knowledge.library import Library
from bot.storage.records import Records, ServerSettings, Votes
from tests.discord_server import faults as f
from tests.discord_server.interactions import ASKED, DEFERRED, DEFERRED_UPDATE, REPLIED, UPDATED, Interaction
from tests.discord_server.messages import Channel, Message
from tests.discord_server.users import User
from tests.faults.clock import simulate
from tests.wire import Loopback, living, loopback

ANSWER = ("POST", "/channels/{c}/messages")
CHANGE = ("PATCH", "/channels/{c}/messages/{m}")
REMOVE = ("DELETE", "/channels/{c}/messages/{m}")
CALLBACK = ("POST", "/interactions/{i}/{token}/callback")
LATER = ("PATCH", "/webhooks/{app}/{token}/messages/@original")
GONE = ("DELETE", "/webhooks/{app}/{token}/messages/@original")
TEXT, AMAZON = "google salary", "amazon salary"
NEVER = 1e9  # seconds
MINUTE = 10_000  # times: as often as it is tried
PASSING: list[f.RestFault] = [
    *(f.Status(status) for status in (500, 502, 503, 504, 520, 522, 524)),
    *(f.Reset(), f.Hang(), f.Slow(15.0, applied=False), f.TooMany(), f.TooMany(via=False)),
]
UNSAID: list[f.RestFault] = [
    *(f.Status(status, applied=True) for status in (500, 502, 503, 504, 520, 522, 524)),
    *(f.Reset(applied=True), f.Truncated(), f.Garbage(applied=True), f.Hang(applied=True), f.Slow(15.0)),
]


class StubRenderer(ChartRenderer):
    """Draws what can be told apart, in `seconds`; nothing where it `fails`."""

    def __init__(self, seconds: float = 0.2, *, fails: bool = False) -> None:
        super().__init__()
        self.asked: list[Chart] = []
        self._seconds, self._fails = seconds, fails

    async def draw(self, chart: Chart, owner: int | None = None) -> bytes | None:  # noqa: ARG002 - the signature
        self.asked.append(chart)
        await asyncio.sleep(self._seconds)
        return None if self._fails else png(chart)


class StubRecords(Records):
    """Votes that are kept, without a database."""

    def __init__(self) -> None:
        super().__init__("sqlite:////dev/null/none")
        self.votes: list[tuple[int, int, bool]] = []

    async def vote(self, *, person: int, answer: int, kind: str, up: bool, press: int | None, server: int = 0) -> Votes:
        del kind, press, server
        self.votes.append((person, answer, up))
        return Votes(up=sum(one[2] for one in self.votes), down=sum(not one[2] for one in self.votes))

    async def take_back(self, *, answer: int, person: int | None = None, up: bool | None = None) -> None:
        self.votes = [
            (who, on, how)
            for who, on, how in self.votes
            if on != answer or person not in (None, who) or up not in (None, how)
        ]


def png(chart: Chart) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + repr(chart).encode()


def chart(library: Library, text: str = "!salary google salary") -> Chart:
    query = library.advisor.understand(text)
    assert isinstance(query, Query)
    found = chart_of(query, library.advisor.knowledge)
    assert found is not None
    return found


def right(library: Library, text: str = "!salary google salary") -> str:
    return message_of(library.advisor.ask(text))


def monthly(library: Library) -> str:
    """What "Per month" makes of the answer."""
    query = library.advisor.understand(TEXT)
    assert isinstance(query, Query)
    return message_of(library.advisor.answer(by(query, "month")))


async def quiet() -> None:
    """Let all that was begun come to its end."""
    await asyncio.sleep(300)


async def answered(
    place: Loopback, text: str = TEXT, who: User | None = None, channel: Channel | None = None
) -> Message:
    """Ask, and return the answer once it is there."""
    asked = place.server.say(who or place.ada, channel or place.listed, f"!salary {text}")
    await place.until(lambda: place.server.replies(asked))
    (reply,) = place.server.replies(asked)
    return reply


def control(message: Message, action: str) -> str:
    """The id of the control that does something."""
    inner = [one for row in message.components for one in row["components"]]
    return next(str(one["custom_id"]) for one in inner if one["custom_id"].split(":")[1] == action)


def logged(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= level and one.name.startswith("bot.")]


def look(message: Message) -> tuple[Any, ...]:
    """What a message says, but for its picture."""
    assert not message.embeds
    return message.content, message.components


def picture(place: Loopback, message: Message) -> bytes | None:
    """The picture that is attached to a message, if there is one."""
    assert not message.embeds
    if not message.attachments:
        return None
    (file,) = message.attachments
    assert file["filename"] == "pay.png"
    assert 0 < len(file["description"]) <= 1024
    return place.server._desk.attachments[file["url"].removeprefix(place.server.base)]


def pictured(library: Library, text: str = "!salary google salary") -> str:
    """The content beside a picture, which has no list."""
    return message_of(library.advisor.ask(text), pictured=True)


# ------------------------------------------------------------------ pictures


@pytest.mark.parametrize("way", ["message", "command"])
def test_a_picture_goes_with_the_answer(library: Library, way: str) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            if way == "message":
                reply = await answered(place)
            else:
                called = place.server.slash(place.ada, place.general, "salary", question=TEXT)
                await quiet()
                (reply,) = called.messages
            assert (reply.content, picture(place, reply)) == (pictured(library), png(chart(library)))
            assert reply.attachments[0]["description"] == chart(library).alt
            await quiet()
            assert not reply.edited

    simulate(main())


def test_an_answer_does_not_wait_long_for_its_picture_and_stays_without(library: Library) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer(8.0))):
            clock = asyncio.get_running_loop().time
            began = clock()
            reply = await answered(place)
            assert clock() - began < 2
            before = look(reply)
            assert (picture(place, reply), before[0]) == (None, right(library))
            await quiet()
            assert (picture(place, reply), look(reply), reply.edited) == (None, before, False)
            assert place.listed.messages[1:] == [reply]

    simulate(main())


@pytest.mark.parametrize(
    "easel", [lambda: StubRenderer(fails=True), lambda: StubRenderer(NEVER)], ids=["fails", "hangs"]
)
def test_a_picture_that_is_never_drawn_costs_only_the_picture(
    library: Library, caplog: pytest.LogCaptureFixture, easel: Callable[[], StubRenderer]
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=easel())) as life:
            reply = await answered(place)
            before = look(reply)
            await quiet()
            assert (picture(place, reply), look(reply)) == (None, before)
            began = asyncio.get_running_loop().time()
            assert await life.ended() == 0
            assert asyncio.get_running_loop().time() - began < 3

    simulate(main())
    assert logged(caplog) == []


@pytest.mark.parametrize("fault", [f.Status(403, code=50013), f.Status(413, code=40005)], ids=str)
@pytest.mark.parametrize("way", ["message", "command"])
def test_where_a_picture_can_not_be_sent_the_answer_comes_without(
    library: Library, fault: f.RestFault, way: str
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            place.server.faults.on_rest(*(ANSWER if way == "message" else CALLBACK), fault)
            if way == "message":
                asked = place.server.say(place.ada, place.listed, f"!salary {TEXT}")
            else:
                called = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            await quiet()
            (reply,) = place.server.replies(asked) if way == "message" else called.messages
            assert (reply.content, picture(place, reply)) == (right(library), None)
            assert reply.components

    simulate(main())


def test_where_files_are_not_allowed_nothing_is_drawn(library: Library) -> None:
    async def main() -> None:
        easel = StubRenderer()
        async with loopback() as place, living(place, library, resources=Resources(renderer=easel)):
            place.listed.deny(place.server.bot, "attach_files")
            await asyncio.sleep(1)
            reply = await answered(place)
            pressed = place.server.press(place.ada, reply, control(reply, "per_month"))
            await quiet()
            assert reply.content == monthly(library)
            assert (picture(place, reply), easel.asked) == (None, [])
            assert [one["type"] for one in pressed.callbacks] == [UPDATED]

    simulate(main())


def press_month(place: Loopback, reply: Message) -> object:
    return place.server.press(place.ada, reply, control(reply, "per_month"))


def edit(place: Loopback, reply: Message) -> None:
    assert reply.reference is not None
    place.server.edit(reply.reference, "!salary google salary per month")


def delete(place: Loopback, reply: Message) -> None:
    assert reply.reference is not None
    place.server.delete(reply.reference)


@pytest.mark.parametrize("happens", [press_month, edit, delete], ids=["pressed", "edited", "question deleted"])
@pytest.mark.parametrize("after", [0.0, 0.5, 1.5])
def test_what_becomes_of_an_answer_holds_whatever_is_drawn(
    library: Library, happens: Callable[[Loopback, Message], object], after: float
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            reply = await answered(place)
            await asyncio.sleep(after)
            happens(place, reply)
            await quiet()
            assert reply.deleted == (happens is delete)
            if not reply.deleted:
                assert (reply.content, picture(place, reply)) == (monthly(library), None)
            assert [one for one in place.listed.messages if one.author is place.server.bot and one is not reply] == []

    simulate(main())


# ------------------------------------------------------------------ questions that are edited or deleted


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", [None, *PASSING, *UNSAID], ids=str)
@pytest.mark.parametrize("how", ["edited", "deleted", "no question any more", "several"])
def test_an_answer_follows_its_question(library: Library, how: str, fault: f.RestFault | None, times: int) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            reply = await answered(place)
            assert reply.reference is not None
            if fault is not None:
                place.server.faults.on_rest(*(CHANGE if how == "edited" else REMOVE), fault, times=times)
            if how == "several":
                place.server.delete(reply.reference, place.server.say(place.ada, place.listed, "hello there"))
            elif how == "deleted":
                place.server.delete(reply.reference)
            else:
                place.server.edit(reply.reference, f"!salary {AMAZON}" if how == "edited" else "never mind")
            await quiet()
            assert reply.deleted is (how != "edited")
            assert reply.deleted or reply.content == right(library, f"!salary {AMAZON}")
            assert [one for one in place.listed.messages if one.author is place.server.bot and one is not reply] == []

    simulate(main())


@pytest.mark.parametrize("fault", [f.Status(503), f.Hang(), f.Status(403, code=50001)], ids=str)
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_what_can_not_follow_its_question_is_noted_once(
    library: Library, caplog: pytest.LogCaptureFixture, how: str, fault: f.RestFault
) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> None:
        async with loopback() as place, living(place, library):
            reply = await answered(place)
            place.server.faults.on_rest(*(CHANGE if how == "edited" else REMOVE), fault, times=MINUTE)
            (edit if how == "edited" else delete)(place, reply)
            await quiet()
            assert (reply.content, reply.deleted) == (right(library), False)

    simulate(main())
    assert len([line for line in logged(caplog, logging.INFO) if "answer" in line]) == 1


@pytest.mark.parametrize("way", ["command", "mention", "dm"])
@pytest.mark.parametrize("fault", [None, f.Status(503), f.Slow(5.0), f.Slow(5.0, applied=False)], ids=str)
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_question_that_changes_while_it_is_answered(
    library: Library, how: str, fault: f.RestFault | None, way: str
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            server = place.server
            if fault is not None:
                server.faults.on_rest(*ANSWER, fault, times=2)
            channel = server.dm(place.ada) if way == "dm" else place.general
            text = f"!salary {TEXT}" if way == "command" else TEXT
            asked = server.say(place.ada, channel, text, mention_bot=way == "mention")
            if how == "deleted":
                server.delete(asked)
            else:
                server.edit(asked, asked.content.replace(TEXT, AMAZON))
            await quiet()
            found = [one for one in channel.messages if one.author is server.bot]
            assert [one.content for one in found] == ([right(library, AMAZON)] if how == "edited" else [])

    simulate(main())


# ------------------------------------------------------------------ buttons, menus, forms


@dataclass(frozen=True)
class Control:
    """A control: the type of the first response to who asked, and to others; `behind` it stands below the details."""

    action: str
    asker: int
    others: int = REPLIED
    behind: bool = False

    async def place(self, place: Loopback, who: User, reply: Message) -> Message:
        """The message that it stands below, for somebody."""
        if not self.behind:
            return reply
        opened = place.server.press(who, reply, control(reply, "details"))
        await place.until(lambda: opened.messages)
        return opened.messages[0]

    def press(self, place: Loopback, who: User, shown: Message) -> Interaction:
        return place.server.press(who, shown, control(shown, self.action))


CONTROLS = [
    Control("per_month", UPDATED),
    Control("choose", REPLIED),
    Control("details", REPLIED),
    Control("mend", ASKED, ASKED, behind=True),
    Control("up", DEFERRED, DEFERRED, behind=True),
    Control("down", DEFERRED, DEFERRED, behind=True),
    Control("delete", DEFERRED_UPDATE, behind=True),
]
SAYS = {
    "per_month": "$26,150** a month",
    "choose": "Compare with",
    "details": "no source named",
    "up": "Thanks, noted",
    "down": "Thanks, noted",
    "delete": "Only who asked",
}


def another(place: Loopback) -> User:
    bob = place.server.add_user("bob")
    next(iter(place.server.guilds.values())).add_member(bob)
    return bob


def states(message: Message) -> tuple[Any, ...]:
    return (*look(message), message.deleted)


def carried_out(
    one: Control, reply: Message, shown: Message, before: tuple[Any, ...], pressed: Interaction, *, own: bool
) -> bool:
    """Whether a control did what it is there for, once and nothing else; False where it did nothing at all."""
    seen = [message for message in pressed.messages if message not in (reply, shown)]
    assert len(seen) <= 1
    assert all(message.ephemeral and SAYS[one.action] in message.content for message in seen)
    done = bool(seen) or (one.action == "mend" and any(callback["type"] == ASKED for callback in pressed.callbacks))
    if own and one.action == "per_month":
        assert not seen
        done = states(reply) != before
        assert not done or SAYS[one.action] in reply.content
    elif own and one.action == "delete":
        assert not seen
        done = reply.deleted
    else:
        assert states(reply) == before
    return done


@pytest.mark.parametrize("own", [True, False], ids=["asker", "another"])
@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.action)
def test_what_a_control_does(library: Library, caplog: pytest.LogCaptureFixture, one: Control, own: bool) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(records=StubRecords())):
            reply, who = await answered(place), place.ada if own else another(place)
            before, shown = states(reply), await one.place(place, who, reply)
            pressed = one.press(place, who, shown)
            await quiet()
            assert carried_out(one, reply, shown, before, pressed, own=own)
            assert [callback["type"] for callback in pressed.callbacks] == [one.asker if own else one.others]
            assert pressed.acknowledged_after is not None
            assert pressed.acknowledged_after < 1

    simulate(main())
    assert logged(caplog) == []


@pytest.mark.parametrize("own", [True, False], ids=["asker", "another"])
def test_what_is_chosen_is_compared_in_the_answer_or_in_a_copy(library: Library, own: bool) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            reply, who = await answered(place), place.ada if own else another(place)
            opened = place.server.press(who, reply, control(reply, "choose"))
            await place.until(lambda: opened.messages)
            (menu,) = opened.messages
            place.server.press(who, menu, control(menu, "compare"), ("amazon",))
            await quiet()
            assert ("Amazon starts" in reply.content) is own
            assert ("Amazon starts" in menu.content) is not own

    simulate(main())


def test_nothing_is_remembered_of_a_control(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr("discord.ui.view.ViewStore.add_view", lambda _, view, number=None: kept.append((view, number)))

    async def main() -> None:
        async with (
            loopback() as place,
            living(place, library, resources=Resources(renderer=StubRenderer(), records=StubRecords())),
        ):
            bob = another(place)
            called = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            place.server.slash(place.ada, place.general, "offer", amount="150k")
            await quiet()
            for reply in (*called.messages, await answered(place)):
                for one in (*CONTROLS[1:6], CONTROLS[0], CONTROLS[6]):
                    for who in (bob, place.ada):
                        one.press(place, who, await one.place(place, who, reply))
                        await quiet()

    simulate(main())
    assert kept == []


@pytest.mark.parametrize("times", [1, 2, MINUTE])
@pytest.mark.parametrize(
    "fault",
    [
        *(f.Status(status) for status in (500, 503, 524)),
        *(f.Reset(), f.Hang(), f.TooMany(retry_after=0.3), f.TooMany(via=False)),
        *(f.Status(503, applied=True), f.Reset(applied=True), f.Truncated(), f.Hang(applied=True), f.Slow(15.0)),
        *(f.Slow(1.0), f.Slow(15.0, applied=False), f.Garbage(applied=True), f.Status(404, code=10062)),
    ],
    ids=str,
)
def test_a_control_is_carried_out_once_and_in_time_or_given_up_with_a_line(
    library: Library, caplog: pytest.LogCaptureFixture, fault: f.RestFault, times: int
) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> list[str]:
        async with loopback() as place, living(place, library, resources=Resources(records=StubRecords())):
            bob, undone = another(place), []
            ready = []
            for one, who in [(one, who) for one in CONTROLS for who in (place.ada, bob)]:
                reply = await answered(place)
                ready.append((one, who, reply, states(reply), await one.place(place, who, reply)))
            place.server.faults.on_rest(*CALLBACK, fault, times=times * len(ready))
            pressings = [(*each, each[0].press(place, each[1], each[4])) for each in ready]
            await quiet()
            for one, who, reply, before, shown, pressed in pressings:
                assert pressed.acknowledged_after is None or pressed.acknowledged_after < 3
                if not carried_out(one, reply, shown, before, pressed, own=who is place.ada):
                    undone.append(one.action)
            return undone

    undone = simulate(main())
    given_up = [line for line in logged(caplog, logging.INFO) if "carry" in line]
    assert len(given_up) >= len(undone)
    if times < 3 and fault not in (f.Hang(), f.Slow(15.0, applied=False), f.Status(404, code=10062)):
        assert undone == []


@pytest.mark.parametrize("fault", [*PASSING, *UNSAID], ids=str)
def test_what_is_not_known_to_be_acknowledged_is_carried_out_by_the_webhook(
    library: Library, fault: f.RestFault
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            replies = [await answered(place) for _ in range(3)]
            behind = await CONTROLS[-1].place(place, place.ada, replies[2])
            place.server.faults.on_rest(*CALLBACK, f.Status(503, applied=True), times=3)
            place.server.faults.on_rest(*CALLBACK, f.Status(503), times=100)
            place.server.faults.on_rest(*LATER, fault, times=2)
            place.server.faults.on_rest(*GONE, fault, times=2)
            press_month(place, replies[0])
            pressed = place.server.press(place.ada, replies[1], control(replies[1], "details"))
            CONTROLS[-1].press(place, place.ada, behind)
            await quiet()
            assert replies[0].content == monthly(library)
            assert [SAYS["details"] in message.content for message in pressed.messages] == [True]
            assert replies[2].deleted

    simulate(main())


@pytest.mark.parametrize("fault", [f.Status(503, applied=True), f.Hang(applied=True), f.Slow(1.0)], ids=str)
def test_an_answer_pressed_before_it_is_known_to_be_there_is_not_said_again(
    library: Library, fault: f.RestFault
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            place.server.faults.on_rest(*CALLBACK, fault)
            asked = place.server.slash(place.ada, place.general, "salary", question=TEXT)
            await place.until(lambda: asked.messages)
            (reply,) = asked.messages
            press_month(place, reply)
            await place.until(lambda: reply.content == monthly(library))
            for _ in range(60):
                await asyncio.sleep(1)
                assert reply.content == monthly(library)
            assert picture(place, reply) is None

    simulate(main())


@pytest.mark.parametrize("fault", [None, f.Status(503), f.Reset(applied=True), f.TooMany(retry_after=0.2)], ids=str)
@pytest.mark.parametrize("own", [True, False], ids=["asker", "another"])
def test_a_form_changes_how_a_question_was_read(library: Library, fault: f.RestFault | None, own: bool) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            reply, who = await answered(place), place.ada if own else another(place)
            behind = await CONTROLS[3].place(place, who, reply)
            opened = CONTROLS[3].press(place, who, behind)
            await place.until(lambda: opened.callbacks)
            menus = [part["component"]["custom_id"] for part in opened.form["components"]]
            assert menus == ["answer", "companies", "roles", "levels", "sources"]
            if fault is not None:
                place.server.faults.on_rest(*CALLBACK, fault, times=2)
            fields = {"answer": ["pay"], "companies": [], "levels": ["senior"]}
            sent = place.server.submit(who, opened, fields=fields)
            await quiet()
            # The form was opened from what only this person sees, and changes that.
            assert "$150,360" in behind.content
            assert sent.messages in ([], [behind])
            assert reply.content == right(library)

    simulate(main())


def test_after_a_restart_the_controls_of_before_work(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with loopback() as place:
            async with living(place, library):
                replies = [(one, own, await answered(place)) for one in CONTROLS for own in (True, False)]
            bob = another(place)
            async with living(place, library, resources=Resources(records=StubRecords())):
                for one, own, reply in replies:
                    before, who = states(reply), place.ada if own else bob
                    shown = await one.place(place, who, reply)
                    pressed = one.press(place, who, shown)
                    await quiet()
                    assert carried_out(one, reply, shown, before, pressed, own=own)

    simulate(main())
    assert logged(caplog) == []


GOOGLE = "0:pay;c=google"
FORGED = [
    *("x", "pay1:per_month:1:0:pay;c=google", "pay2:", "pay2::::", "pay2:nothing:1:0:", "a" * 100, "0:1:2:3:4"),
    *(f"pay2:{action}:1:0:pay;c=nobody" for action in ("per_month", "compare", "mend", "details", "go", "redo")),
    *(f"pay2:per_month:-1:{GOOGLE}", "pay2:details:1:-1:pay;c=google", "pay2:details:1:!:pay;c=google"),
    *(f"pay2:per_month:zzzzzzzzzzzzzzzz:{GOOGLE}", f"pay2:per_month:1:{GOOGLE};p=day;p=day", "\N{PILE OF POO}" * 50),
]


@pytest.mark.parametrize("kind", ["button", "menu", "form"])
def test_what_was_forged_or_is_anothers_gets_one_line(
    library: Library, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            for text in FORGED:
                if kind == "form":
                    pressed = place.server.submit(place.ada, place.general, text, {"answer": "pay"})
                else:
                    options = {"options": [{"label": "x", "value": "nobody"}]} if kind == "menu" else {"label": "x"}
                    one = {"type": 3 if kind == "menu" else 2, "style": 1, "custom_id": text, **options}
                    message = place.server.plant(place.general, [{"type": 1, "components": [one]}])
                    pressed = place.server.press(place.ada, message, text, ["nobody"] if kind == "menu" else [])
                await asyncio.sleep(5)
                seen = [one for one in pressed.messages if one.author is place.server.bot and one.ephemeral]
                assert [one.content[:40] for one in seen] == ["That button is older than what I know no"], text
                assert pressed.acknowledged_after is not None
                # An answer of somebody else's stays as it is.
                press = decoded(text)
                theirs = press is not None and press.action in COMPONENT_CALLBACKS
                assert kind == "form" or bool(message.components) is theirs, text

    simulate(main())
    assert logged(caplog) == []


def test_a_form_of_anybodys_make_is_not_believed(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            made = custom_id(ComponentState(action="redo", asker=place.ada.id, about="pay;c=google"))
            for fields in ({}, {"answer": "nothing"}, {"answer": "pay", "companies": "google"}):
                pressed = place.server.submit(place.ada, place.general, made, fields)
                await asyncio.sleep(5)
                assert [message.content[:11] for message in pressed.messages] == ["That button"]

    simulate(main())
    assert logged(caplog) == []


# ------------------------------------------------------------------ where the bot is not a member, or nobody else is

OFFERS = " ".join(f"Google offered me ${120 + number},000 base." for number in range(9))


@dataclass(frozen=True)
class Elsewhere:
    """A place where people ask; `home` says whether the bot may write there by itself."""

    name: str
    made: Callable[[Loopback], Channel]
    home: bool = False


def far(place: Loopback) -> Channel:
    guild = place.server.add_far_guild("Far")
    guild.add_member(place.ada)
    guild.add_member(place.server.owner)
    return guild.add_channel("general")


ELSEWHERE = [
    Elsewhere("a server of the bot's", lambda place: place.general, home=True),
    Elsewhere("a direct message", lambda place: place.server.dm(place.ada), home=True),
    Elsewhere("a server without the bot", far),
    Elsewhere("a group", lambda place: place.server.group(place.ada, place.server.owner, place.server.add_user("cy"))),
    Elsewhere("two people", lambda place: place.server.group(place.ada, place.server.owner)),
]
elsewhere = pytest.mark.parametrize("where", ELSEWHERE, ids=lambda one: one.name)


@elsewhere
def test_a_command_is_answered_and_its_controls_work_anywhere(
    library: Library, caplog: pytest.LogCaptureFixture, where: Elsewhere
) -> None:
    async def main() -> None:
        async with (
            loopback() as place,
            living(place, library, resources=Resources(renderer=StubRenderer(), records=StubRecords())),
        ):
            channel = where.made(place)
            asked = place.server.slash(place.ada, channel, "salary", question=TEXT)
            await quiet()
            (reply,) = asked.messages
            assert (reply.content, reply.ephemeral) == (pictured(library), False)
            assert picture(place, reply) == png(chart(library))
            for one in (*CONTROLS[1:6], CONTROLS[0]):
                pressed = one.press(place, place.ada, await one.place(place, place.ada, reply))
                await quiet()
                assert pressed.callbacks[0]["type"] == one.asker
                seen = [message for message in pressed.messages if message is not reply]
                assert not seen or SAYS.get(one.action, "") in seen[0].content

    simulate(main())
    assert logged(caplog) == []


@elsewhere
def test_who_else_presses_gets_a_copy_of_their_own_anywhere(library: Library, where: Elsewhere) -> None:
    if where.name == "a direct message":
        pytest.skip("nobody else is there")

    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(records=StubRecords())):
            channel = where.made(place)
            bob = place.server.owner
            if where.name == "a server of the bot's":
                bob = another(place)
            asked = place.server.slash(place.ada, channel, "salary", question=TEXT)
            await quiet()
            (reply,) = asked.messages
            for one in CONTROLS[:-1]:
                before, shown = states(reply), await one.place(place, bob, reply)
                pressed = one.press(place, bob, shown)
                await quiet()
                assert carried_out(one, reply, shown, before, pressed, own=False)

    simulate(main())


@elsewhere
def test_an_offer_is_checked_in_private_anywhere(library: Library, where: Elsewhere) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            channel = where.made(place)
            asked = place.server.slash(place.ada, channel, "offer", amount="150k", company="Google", years="6")
            await quiet()
            (reply,) = asked.messages
            assert reply.ephemeral
            assert "$150,000" in reply.content
            assert picture(place, reply) is not None
            pressed = CONTROLS[2].press(place, place.ada, reply)
            await quiet()
            assert [message.ephemeral for message in pressed.messages] == [True]

    simulate(main())


@elsewhere
@pytest.mark.parametrize("fault", [None, f.Status(503), f.Status(503, applied=True)], ids=str)
def test_the_pay_in_a_message_is_checked_within_five_follow_ups(
    library: Library, caplog: pytest.LogCaptureFixture, where: Elsewhere, fault: f.RestFault | None
) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(renderer=StubRenderer())):
            channel = where.made(place)
            who = place.ada if where.name != "a direct message" else channel.recipient
            assert who is not None
            text = place.server.say(who, channel, OFFERS)
            if fault is not None:
                place.server.faults.on_rest(*CALLBACK, fault)
            asked = place.server.message_command(place.ada, channel, CHECK, text)
            await quiet()
            assert len(asked.messages) == MOST_FIGURES
            assert all(message.ephemeral for message in asked.messages)
            assert len({message.content for message in asked.messages}) == MOST_FIGURES
            assert asked.follow_ups <= 5
            users = place.server.say(who, channel, "150k users")
            nothing = place.server.message_command(place.ada, channel, CHECK, users)
            await quiet()
            assert [message.content[:24] for message in nothing.messages] == ["I see no pay figure in t"]

    simulate(main())
    assert logged(caplog) == []


# ------------------------------------------------------------------ languages


@pytest.mark.parametrize("locale", ["en-US", "fr", "de", "pt-BR", "ja"])
def test_an_interaction_is_answered_in_the_marks_of_its_locale(library: Library, locale: str) -> None:
    async def main() -> None:
        async with loopback() as place, living(place, library):
            zoe = place.server.add_user("zoe", locale=locale)
            next(iter(place.server.guilds.values())).add_member(zoe)
            asked = place.server.slash(zoe, place.general, "salary", question=TEXT)
            await quiet()
            (reply,) = asked.messages
            # Discord is sent plain spaces.
            assert " ".join(Languages().of(locale).money(72000).split()) in reply.content
            # Others see their own copy in their own language.
            pressed = place.server.press(place.ada, reply, control(reply, "per_month"))
            await quiet()
            assert [message.content for message in pressed.messages] == [monthly(library)]

    simulate(main())


def test_an_interaction_in_german_is_answered_in_german(library: Library) -> None:

    async def main() -> None:
        async with loopback() as place, living(place, library):
            zoe = place.server.add_user("zoe", locale="de")
            next(iter(place.server.guilds.values())).add_member(zoe)
            asked = place.server.slash(zoe, place.general, "salary", question=TEXT)
            await quiet()
            (reply,) = asked.messages
            german = Languages().of("de")
            assert reply.content == message_of(library.advisor.ask(f"!salary {TEXT}", german))
            assert reply.content != right(library)
            assert german.say(PERIODS["month"]) in str(reply.components)

    simulate(main())


@pytest.mark.parametrize(("wished", "code"), [("de", "de"), ("en", "en"), (None, "fr")])
def test_a_servers_own_language_wins(library: Library, wished: str | None, code: str) -> None:

    class Wished(StubRecords):
        def of(self, server: int) -> ServerSettings:
            return replace(super().of(server), language=wished) if server else super().of(server)

    async def main() -> None:
        async with loopback() as place, living(place, library, resources=Resources(records=Wished())):
            zoe = place.server.add_user("zoe", locale="fr")
            next(iter(place.server.guilds.values())).add_member(zoe)
            asked = place.server.slash(zoe, place.general, "salary", question=TEXT)
            alone = place.server.slash(zoe, place.server.dm(zoe), "salary", question=TEXT)
            await quiet()
            for seen, language in ((asked, Languages().of(code)), (alone, Languages().of("fr"))):
                expected = message_of(library.advisor.ask(f"!salary {TEXT}", language))
                assert [message.content for message in seen.messages] == [expected]

    simulate(main())


def test_commands_are_described_in_every_language_with_a_catalog(library: Library) -> None:

    async def main() -> None:
        async with loopback() as place, living(place, library):
            german = Languages().of("de")
            described = {one["name"]: one for one in place.server.commands if one["type"] == 1}
            for one in described.values():
                text = (one.get("description_localizations") or {}).get("de", one["description"])
                assert text == german.say(one["description"])
                assert not one.get("name_localizations")
            text = german.say(described["salary"]["description"])
            assert text != described["salary"]["description"]
            assert described["salary"]["description_localizations"]["de"] == text

    simulate(main())
