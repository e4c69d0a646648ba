"""Plays labeled dialogues in a simulated Discord and scores them: `python -m tests.score_dialogues FILE [--bars]`.

FILE holds a line a turn; tests/questions/dialogues/README.md says what is in it. Each dialogue is played in a channel
of its own in which every message is answered, by the real bot, each speaker a member. Printed are the shares of the
openings and of the follow-ups that are right, and each failure with the rule that decided. With --bars it exits 1 below
the bars.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.chat.presentation.reply import Reply
from bot.chat.transport.outgoing import Sent
from bot.core.model.dialogue import Decision, Query
from bot.core.model.knowledge import Knowledge
from bot.storage.knowledge.library import Library
from tests.discord_world import Env, World, populate, remember, text_of

BARS = {"openings": 0.9, "follow-ups": 0.94, "wrong figures": 0, "silent": 0}
# Words by which something missing is said.
_GAP = re.compile(r"\b(no|not|only|without|unknown|nothing|beyond|outside)\b|n't\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
Turn = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a turn: how it was answered, all that was said, by which rule; and whether that is right."""

    turn: Turn
    status: str
    text: str
    rule: str
    why: str
    wrong_figure: bool

    @property
    def opening(self) -> bool:
        """Whether the turn is its speaker's first, which hangs on nothing."""
        return bool(self.turn["opening"])


def judged(turn: Turn, status: str, text: str, rule: str, knowledge: Knowledge) -> Outcome:
    """Judge what was said to a turn by its label."""
    wrong = [one for one in turn["must_not"] if _says(text, one)]
    if turn["class"] in ("off_topic", "social"):
        wrong += [figure for figure in _pay_figures(knowledge) if _says(text, figure)]
    why = f"says {', '.join(wrong)}" if wrong else _fault(turn, status, text)
    return Outcome(turn=turn, status=status, text=text, rule=rule, why=why, wrong_figure=bool(wrong))


def _fault(turn: Turn, status: str, text: str) -> str:
    """Say what is wrong with how a turn was answered, "" where nothing is."""
    if status == "silent":
        return "silent"
    answered = status in ("answered", "partial")
    if status in turn["also_ok"] and not answered:
        return ""
    if turn["class"] in ("answerable", "partial") or (
        turn["class"] == "command" and (turn["must"] or turn["must_any"])
    ):
        return _lack(turn, status, text)
    lacking = not answered or status == "partial"
    refused = {"not_covered": lacking, "command": lacking, "off_topic": not answered, "social": status != "not_covered"}
    return "" if refused[turn["class"]] or status in turn["also_ok"] else f"{status}, which it should not be"


def _lack(turn: Turn, status: str, text: str) -> str:
    """Say what an answer lacks, "" where nothing is."""
    groups = [[one] for one in turn["must"]] + turn["must_any"]
    missing = [" | ".join(group) for group in groups if not any(_says(text, one) for one in group)]
    if missing:
        return f"{status}, lacks {'; '.join(missing)}"
    partly = turn["class"] == "partial"
    if partly and status == "answered" and status not in turn["also_ok"] and not _GAP.search(text):
        return "the gap is not said"
    return "" if status in ("answered", "partial") or (partly and status == "not_covered") else status


def _says(text: str, wanted: str) -> bool:
    """Whether a text holds a figure or a word."""
    plain = re.sub(r"[*`|~\\]|__", "", text)
    if _NUMBER.fullmatch(wanted):
        return wanted in _NUMBER.findall(plain)
    word = wanted.strip("=*")
    end = "" if wanted.endswith("*") else r"(?!\w)"
    case = re.NOFLAG if wanted.startswith("=") else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(word)}{end}", plain, case) is not None


def _pay_figures(knowledge: Knowledge) -> set[str]:
    values = (value for figure in knowledge.figures for value in (figure.value, figure.low, figure.high))
    return {f"{value:,.0f}" for value in values if value is not None and value >= 1_000}


def dialogues(file: Path) -> dict[str, list[Turn]]:
    """Return the turns of each dialogue; each is marked as its speaker's opening or as a follow-up."""
    found: dict[str, list[Turn]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        before = found.setdefault(turn["dialogue"], [])
        turn["opening"] = turn["kind"] == "message" and all(one["speaker"] != turn["speaker"] for one in before)
        before.append(turn)
    return found


class Player:
    """Plays dialogues to the real bot in a simulated Discord, and notes what it replies."""

    def __init__(self, world: World, people: tuple[simcord.MemberActor, ...]) -> None:
        self._world, self._people = world, people
        self._reply: Reply | None = None
        self._answer: int | None = None
        presenter = world.bot.services.presenter
        for name in ("send", "edit"):
            setattr(presenter, name, self._noted(getattr(presenter, name)))

    async def play(self, turns: list[Turn], channel: simcord.ChannelHandle) -> list[Outcome]:
        """Return what comes of each turn of one dialogue."""
        sent: dict[int, discord.Message] = {}
        speakers = dict.fromkeys(turn["speaker"] for turn in turns)
        actors = dict(zip(speakers, self._people, strict=False))
        return [await self._turn(turn, actors[turn["speaker"]], channel, sent) for turn in turns]

    async def _turn(
        self, turn: Turn, actor: simcord.MemberActor, channel: simcord.ChannelHandle, sent: dict[int, discord.Message]
    ) -> Outcome:
        self._reply = self._answer = None
        kind, _, number = turn["kind"].partition(":")
        if kind == "edit_of":
            message = sent[int(number)]
            await actor.edit(message, turn["q"])
        else:
            original = sent[int(number)] if kind == "reply_to" else None
            message = await actor.send(channel, turn["q"], reply_to=original)
        sent[turn["turn"]] = message
        status, text, rule = self._outcome(message, channel)
        return judged(turn, status, text, rule, self._world.bot.services.library.advisor.knowledge)

    def _outcome(self, message: discord.Message, channel: simcord.ChannelHandle) -> tuple[str, str, str]:
        """Return how a message was answered, what was said, and by which rule."""
        messages = {one.id: one for one in channel.history()}
        if self._reply is not None and self._answer is not None:
            return self._reply.answer.status, text_of(messages[self._answer]), _rule_of(self._reply.query)
        return ("reaction" if messages[message.id].reactions else "silent"), "", ""

    def _noted(self, deliver: Callable[..., Awaitable[Sent | None]]) -> Callable[..., Awaitable[Sent | None]]:
        """Return a presenter's method that notes which reply it delivers, and in which message."""

        async def noting(*args: Any, **options: Any) -> Sent | None:
            sent = await deliver(*args, **options)
            self._reply = next(one for one in args if isinstance(one, Reply))
            self._answer = sent.id if sent is not None else None
            return sent

        return noting


def _rule_of(query: Decision) -> str:
    kind = query.answer if isinstance(query, Query) else query.status
    return f"{query.rule or 'follow-up'} -> {kind}"


async def played(library: Library, file: Path) -> list[Outcome]:
    """Play all dialogues of a file; answers are without pictures, so that every figure is in the text."""
    env = Env()
    await env.start()
    with tempfile.TemporaryDirectory() as folder:
        try:
            world = populate(env)
            await remember(world, Path(folder))
            turns = dialogues(file)
            channels = {name: world.home.create_text_channel(name.lower()) for name in turns}
            await world.start(library, charts=False)
            await world.bot.services.records.change(
                world.home.id, ask_channels=frozenset(channel.id for channel in channels.values())
            )
            player = Player(world, (world.member, world.manager, world.owner))
            return [one for name in turns for one in await player.play(turns[name], channels[name])]
        finally:
            await env.shutdown()
            await world.resources.records.close()


def report(outcomes: Iterable[Outcome]) -> tuple[str, dict[str, float]]:
    """Return a table with each failure, and what was reached."""
    outcomes = list(outcomes)
    lines = []
    for one in outcomes:
        if one.why:
            turn = one.turn
            lines += [f"{turn['dialogue']}.{turn['turn']} {turn['q']!r} [{one.rule or one.status}]: {one.why}"]
            lines += [f"      {' / '.join(one.text.splitlines())[:240]}"] if one.text else []
    reached: dict[str, float] = {}
    for name, opening in (("openings", True), ("follow-ups", False)):
        group = [one for one in outcomes if one.opening is opening]
        right = [one for one in group if not one.why]
        silent, wrong = (
            sum(marks) for marks in zip(*((o.status == "silent", o.wrong_figure) for o in group), strict=True)
        )
        lines.append(
            f"{name}: {len(right)} of {len(group)} right, {len(right) / len(group):.1%}; "
            f"wrong figures {wrong}, silent {silent}"
        )
        reached[name] = len(right) / len(group)
        reached["wrong figures"] = reached.get("wrong figures", 0) + wrong
        reached["silent"] = reached.get("silent", 0) + silent
    return "\n".join(lines), reached


def passes(reached: dict[str, float]) -> bool:
    """Whether the bars are met."""
    least = all(reached[name] >= BARS[name] for name in ("openings", "follow-ups"))
    return least and all(reached[name] <= BARS[name] for name in ("wrong figures", "silent"))


def main(file: Path, *, bars: bool) -> int:
    table, reached = report(asyncio.run(played(Library(), file)))
    verdict = "passed" if passes(reached) else "FAILED"
    print(f"{table}\nbars {BARS}: {verdict}")  # noqa: T201
    return 0 if passes(reached) or not bars else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), bars="--bars" in sys.argv))
