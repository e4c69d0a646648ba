"""What happens in one run, drawn from its seed: questions, and faults laid on the way to and from Discord."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.discord_server import faults as f

ANSWER = ("POST", "/channels/{c}/messages")
CALLBACK = ("POST", "/interactions/{i}/{token}/callback")
EDIT = ("PATCH", "/webhooks/{app}/{token}/messages/@original")
ANSWERING = frozenset({ANSWER, CALLBACK, EDIT})
CHANGED, REMOVED = ("PATCH", "/channels/{c}/messages/{m}"), ("DELETE", "/channels/{c}/messages/{m}")
START = (
    *(("GET", "/users/@me"), ("GET", "/oauth2/applications/@me"), ("GET", "/gateway/bot")),
    ("PUT", "/applications/{app}/commands"),
)
SERVER_ERRORS = (500, 502, 503, 504, 520, 522, 524)
CLOSE_CODES = (1000, 1001, 1006, *range(4000, 4004), 4005, 4007, 4008, 4009)
# What a server's managers may take from the bot; without the first two it can't answer there.
RIGHTS = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
FOREVER = 1_000_000
LENGTH = 90.0  # seconds in which everything of a run begins
LONG = 400.0  # seconds in which all that was begun must come to its end


@dataclass(frozen=True)
class Question:
    """Somebody asks: in a channel by `mention`, `prefix` or (listed) just so, in a `dm`, or by a `slash` command."""

    way: str
    text: str


@dataclass(frozen=True)
class Rest:
    """The next requests of a route fail."""

    route: tuple[str, str]
    fault: f.RestFault
    times: int


@dataclass(frozen=True)
class Upload:
    """The next requests that bring a file fail."""

    fault: f.RestFault
    times: int


@dataclass(frozen=True)
class Denied:
    """The bot's permissions in all channels, but for these; everything again where there are none."""

    rights: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """The next dispatch of any kind, or of messages, comes to grief."""

    fault: f.FrameFault
    event: str | None


@dataclass(frozen=True)
class Handshake:
    """The next connections to the gateway fail."""

    fault: f.HandshakeFault
    times: int


@dataclass(frozen=True)
class Strike:
    """All gateway connections are struck at once: "abort", "reconnect", "invalid", "zombie", "forget", a close code."""

    what: str | int


@dataclass(frozen=True)
class Reload:
    """The owner reloads: knowledge that is `good` (and other than before), or broken."""

    good: bool


@dataclass(frozen=True)
class ComponentState:
    """Who asked (`own`) or somebody else has the answer to a question told by the month."""

    which: int
    own: bool


@dataclass(frozen=True)
class Change:
    """Who asked edits the question, in the same channel."""

    which: int
    text: str


@dataclass(frozen=True)
class Take:
    """Who asked deletes the question."""

    which: int


After = ComponentState | Change | Take
Action = After | Question | Rest | Upload | Denied | Frame | Handshake | Strike | Reload
WAYS = ("mention", "prefix", "listed", "dm", "slash", "slash")


@dataclass(frozen=True)
class Plan:
    """One run: faults that are there from the start, and actions at their times (seconds); `charts` brings pictures."""

    seed: int
    charts: bool
    start: tuple[Rest | Handshake, ...]
    actions: tuple[tuple[float, Action], ...]
    quiet: float
    """Seconds from the last action until the bot is stopped."""


def drawn(seed: int, texts: Sequence[str]) -> Plan:
    """Draw a run: the same for the same seed and texts."""
    chance = random.Random(seed)  # noqa: S311 - a dice
    start: list[Rest | Handshake] = []
    if chance.random() < 0.4:
        start += [Rest(chance.choice(START), _rest(chance), chance.randint(1, 7)) for _ in range(chance.randint(1, 2))]
        start += [_handshake(chance)] if chance.random() < 0.5 else []
    charts = chance.random() < 0.5
    actions: list[Action] = [Question(chance.choice(WAYS), chance.choice(texts)) for _ in range(chance.randint(3, 8))]
    # Runs in which nothing but uploads fails show whether words wait for them.
    faulty = (_upload,) if charts and chance.random() < 0.2 else _FAULTY
    actions += [chance.choice(faulty)(chance) for _ in range(chance.randint(1, 8))]
    if chance.random() < 0.08:
        actions += [Reload(good=chance.random() < 0.6) for _ in range(chance.randint(1, 2))]
    timed = [(chance.uniform(0, LENGTH), action) for action in actions]
    # Trouble seldom comes alone: half of it comes just before a question.
    asked = [at for at, action in timed if isinstance(action, Question)]
    timed = [
        (max(0.0, chance.choice(asked) - 0.01), action)
        if not isinstance(action, Question) and chance.random() < 0.5
        else (at, action)
        for at, action in timed
    ]
    timed += _afterward(chance, sorted(asked), texts)
    quiet = chance.uniform(0, 5) if chance.random() < 0.2 else LONG
    return Plan(seed, charts, tuple(start), tuple(sorted(timed, key=lambda one: one[0])), quiet)


def kinds(plan: Plan) -> Iterator[str]:
    """Name each fault of a run, for the count of what was tried."""
    for action in (*plan.start, *(action for _, action in plan.actions)):
        match action:
            case Rest(route, fault):
                yield f"{_named(fault)} {route[1]}"
            case Upload(fault) | Frame(fault) | Handshake(fault):
                yield f"{type(action).__name__} {_named(fault)}"
            case Denied(rights):
                yield f"Denied {', '.join(rights) or 'nothing any more'}"
            case Strike(what):
                yield f"Strike {what}"
            case Reload(good):
                yield f"Reload {'good' if good else 'bad'}"
            case ComponentState(_, own):
                yield f"Press by {'who asked' if own else 'another'}"
            case Change() | Take():
                yield type(action).__name__
            case Question():
                pass


def _named(fault: f.RestFault | f.FrameFault | f.HandshakeFault) -> str:
    return f"{type(fault).__name__} {getattr(fault, 'status', getattr(fault, 'scope', getattr(fault, 'code', '')))}"


def _afterward(chance: random.Random, asked: Sequence[float], texts: Sequence[str]) -> Iterator[tuple[float, After]]:
    """Draw what becomes of some questions, or of their answers: one thing each, in their order."""
    for which, at in enumerate(asked):
        kinds: tuple[After, ...] = (
            *(ComponentState(which, own=True), ComponentState(which, own=True), ComponentState(which, own=False)),
            *(Change(which, chance.choice(texts)), Take(which)),
        )
        if chance.random() < 0.5:
            yield min(LENGTH, at + chance.choice((0.01, 0.3, 1.0, 5.0, 30.0)) * chance.random()), chance.choice(kinds)


def _rest(chance: random.Random) -> f.RestFault:
    applied = chance.random() < 0.5
    makers: tuple[Callable[[], f.RestFault], ...] = (
        lambda: f.Status(chance.choice(SERVER_ERRORS), applied=applied),
        lambda: f.Status(chance.choice(SERVER_ERRORS), applied=applied),
        lambda: f.TooMany(chance.choice(("user", "global", "shared")), chance.uniform(0.2, 12), chance.random() < 0.8),
        lambda: f.Reset(applied=applied),
        lambda: f.Slow(chance.uniform(0.2, 15), applied=applied),
        lambda: f.Hang(applied=applied),
        f.Truncated,
        # A 200 says that it is done, whatever else is in it.
        lambda: f.Garbage(applied=True),
    )
    return chance.choice(makers)()


def _answer(chance: random.Random) -> Rest:
    route = chance.choice((ANSWER, ANSWER, CALLBACK, CALLBACK, EDIT, CHANGED, REMOVED))
    return Rest(route, _rest(chance), chance.choice((1, 1, 2, 3, 6)))


def _upload(chance: random.Random) -> Upload:
    fault = f.Status(403, code=50013) if chance.random() < 0.3 else _rest(chance)
    return Upload(fault, chance.choice((1, 2, FOREVER)))


def _refused(chance: random.Random) -> Rest:
    """Refuse for ever what no look at the permissions foretells."""
    route = chance.choice((ANSWER, ANSWER, CALLBACK, EDIT, CHANGED, REMOVED))
    return Rest(route, f.Status(403, code=50013), chance.choice((1, FOREVER)))


def _denied(chance: random.Random) -> Denied:
    return Denied(tuple(right for right in RIGHTS if chance.random() < 0.3))


def _frame(chance: random.Random) -> Frame:
    makers: tuple[Callable[[], f.FrameFault], ...] = (
        *(f.Abort, f.Malformed, f.TruncatedFrame, lambda: f.TruncatedFrame(cut=False), f.WrongShape, f.UnknownEvent),
        *(f.Duplicate, f.Duplicate, f.Reorder, lambda: f.Close(chance.choice(CLOSE_CODES)), f.Reconnect, f.Zombie),
        lambda: f.InvalidSession(resumable=chance.random() < 0.5),
    )
    return Frame(chance.choice(makers)(), chance.choice((None, "MESSAGE_CREATE", "INTERACTION_CREATE")))


def _handshake(chance: random.Random) -> Handshake:
    makers: tuple[Callable[[], f.HandshakeFault], ...] = (
        lambda: f.Status(chance.choice(SERVER_ERRORS)),
        *(f.Reset, f.Hang, f.NoHello),
        lambda: f.CloseAt(chance.choice(CLOSE_CODES)),
    )
    return Handshake(chance.choice(makers)(), chance.randint(1, 5))


def _strike(chance: random.Random) -> Strike:
    return Strike(chance.choice(("abort", "reconnect", "resumable", "invalid", "zombie", "forget", *CLOSE_CODES)))


_FAULTY: tuple[Callable[[random.Random], Action], ...] = (
    *(_answer, _answer, _answer, _upload, _refused, _denied),
    *(_frame, _frame, _handshake, _strike),
)
