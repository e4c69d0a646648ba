"""Messages to administrators: the size and faults of the knowledge base, changes of a reload, unanswered questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

import discord

from bot.chat.presentation.limits import clip, fit
from bot.chat.presentation.message import escape
from bot.core.model.language import Language
from bot.core.text.formatting import capital
from bot.storage.knowledge.library import Change, KnowledgeError, Size
from bot.storage.knowledge.yaml_schema import Fault
from bot.storage.records import Missed
from bot.storage.sharing.leases import Process

MOST_NAMES, MOST_FAULTS = 10, 5
LONGEST_NAME, LONGEST_LINE, LONGEST_REMEDY = 50, 250, 150
LONGEST_LIST = 1_700


class AdminMessages:
    """Messages to administrators in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def size_text(self, counts: Size, folder: Path) -> str:
        """Return how much the knowledge base holds, and in which folder it is."""
        return self._language.say(
            "On file in `{folder}`: {facts} facts, {names} names (and {recognized} more that are recognized only), "
            "{examples} ways of asking for {intents} kinds of question.",
            folder=folder,
            **{name: self._language.number(value) for name, value in asdict(counts).items()},
        )

    def processes_text(self, processes: Sequence[Process]) -> str:
        """Return which revision of the knowledge base each process answers from, a line for each revision."""
        names: dict[str, list[str]] = {}
        for process in processes:
            names.setdefault(process.revision, []).append(f"`{process.name}`")
        lines = [
            self._language.say(
                "Knowledge `{revision}`: {processes}.", revision=revision, processes=", ".join(sorted(having))
            )
            for revision, having in sorted(names.items())
        ]
        return self._fit(lines)

    def check_text(self, counts: Size, folder: Path) -> str:
        """Return that a reload would succeed, and how much it would hold."""
        lead = self._language.say("No faults in the folder. After a reload:")
        return f"{lead}\n{self.size_text(counts, folder)}"

    def change_text(self, change: Change) -> str:
        """Return what a reload changed."""
        language = self._language
        done = language.say("**Reloaded.**")
        if not change:
            return " ".join((done, language.say("Nothing has changed.")))
        groups = (
            (language.count("Added {count}:", "Added {count}:", len(change.added)), change.added),
            (language.count("Removed {count}:", "Removed {count}:", len(change.removed)), change.removed),
            (language.count("Altered {count}:", "Altered {count}:", len(change.altered)), change.altered),
        )
        return "\n".join([done, *(f"{lead} {self._facts(facts)}" for lead, facts in groups if facts)])

    def faults_text(self, lead: str, error: KnowledgeError) -> str:
        """Return what is wrong with a knowledge base: a numbered list of the first faults, the remedy of each last."""
        count = self._language.count("{count} fault:", "{count} faults:", len(error.faults))
        lines = [f"{n}. {self._fault(fault)}" for n, fault in enumerate(error.faults[:MOST_FAULTS], 1)]
        if more := len(error.faults) - len(lines):
            lines.append(self._language.count("and {count} more", "and {count} more", more))
        return "\n".join((f"**{self._language.say(lead)}** {count}", *lines))

    def _fault(self, fault: Fault) -> str:
        """Return a fault with its place first and what to do about it last."""
        file = "`{}`".format(fault.file.replace("`", "'"))
        where = file if fault.line is None else self._language.say("{file}, line {line}", file=file, line=fault.line)
        what, _, remedy = fault.message.rpartition("; ")
        if not what or len(remedy) > LONGEST_REMEDY:
            return f"{where}: {escape(clip(fault.message, LONGEST_LINE))}."
        return f"{where}: {escape(clip(what, LONGEST_LINE - len(remedy)))}. **{capital(escape(remedy))}.**"

    def gaps_text(self, gaps: Sequence[Missed]) -> str:
        """Return what was asked most often without an answer; Discord shows the days in the reader's own way."""
        if not gaps:
            return self._language.say("Nobody has asked anything lately that I had no answer to.")
        lead = self._language.say("**Asked most often without an answer**, without names of people and amounts:")
        return f"{lead}\n{self._fit([self._gap(gap) for gap in gaps])}"

    def _gap(self, gap: Missed) -> str:
        language = self._language
        day = discord.utils.format_dt(datetime.combine(gap.last_day, time(12), UTC), "d")
        return language.say(
            "- {times} x `{form}` (people: {people}; last on {day})",
            times=language.number(gap.times),
            form=gap.form.replace("`", "'"),
            people=language.number(gap.people),
            day=day,
        )

    def _facts(self, facts: tuple[str, ...]) -> str:
        shown = [f"`{fact[:LONGEST_NAME]}`" for fact in facts[:MOST_NAMES]]
        if more := len(facts) - len(shown):
            shown.append(self._language.count("{count} more", "{count} more", more))
        return ", ".join(shown)

    def _fit(self, lines: Sequence[str]) -> str:
        return fit(
            lines, LONGEST_LIST, "\n", lambda count: self._language.count("and {count} more", "and {count} more", count)
        )
