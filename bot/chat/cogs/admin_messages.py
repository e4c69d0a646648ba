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


def size_text(counts: Size, folder: Path, language: Language) -> str:
    """Return how much the knowledge base holds, and in which folder it is."""
    return language.say(
        "On file in `{folder}`: {facts} facts, {names} names (and {recognized} more that are recognized only), "
        "{examples} ways of asking for {intents} kinds of question.",
        folder=folder,
        **{name: language.number(value) for name, value in asdict(counts).items()},
    )


def processes_text(processes: Sequence[Process], language: Language) -> str:
    """Return which revision of the knowledge base each process answers from, a line for each revision."""
    names: dict[str, list[str]] = {}
    for process in processes:
        names.setdefault(process.revision, []).append(f"`{process.name}`")
    lines = [
        language.say("Knowledge `{revision}`: {processes}.", revision=revision, processes=", ".join(sorted(having)))
        for revision, having in sorted(names.items())
    ]
    return _fit(lines, language)


def check_text(counts: Size, folder: Path, language: Language) -> str:
    """Return that a reload would succeed, and how much it would hold."""
    lead = language.say("No faults in the folder. After a reload:")
    return f"{lead}\n{size_text(counts, folder, language)}"


def change_text(change: Change, language: Language) -> str:
    """Return what a reload changed."""
    done = language.say("**Reloaded.**")
    if not change:
        return " ".join((done, language.say("Nothing has changed.")))
    groups = (
        (language.count("Added {count}:", "Added {count}:", len(change.added)), change.added),
        (language.count("Removed {count}:", "Removed {count}:", len(change.removed)), change.removed),
        (language.count("Altered {count}:", "Altered {count}:", len(change.altered)), change.altered),
    )
    return "\n".join([done, *(f"{lead} {_facts(facts, language)}" for lead, facts in groups if facts)])


def faults_text(lead: str, error: KnowledgeError, language: Language) -> str:
    """Return what is wrong with a knowledge base: a numbered list of the first faults, the remedy of each last."""
    count = language.count("{count} fault:", "{count} faults:", len(error.faults))
    lines = [f"{n}. {_fault(fault, language)}" for n, fault in enumerate(error.faults[:MOST_FAULTS], 1)]
    if more := len(error.faults) - len(lines):
        lines.append(language.count("and {count} more", "and {count} more", more))
    return "\n".join((f"**{lead}** {count}", *lines))


def _fault(fault: Fault, language: Language) -> str:
    """Return a fault with its place first and what to do about it last."""
    file = "`{}`".format(fault.file.replace("`", "'"))
    where = file if fault.line is None else language.say("{file}, line {line}", file=file, line=fault.line)
    what, _, remedy = fault.message.rpartition("; ")
    if not what or len(remedy) > LONGEST_REMEDY:
        return f"{where}: {escape(clip(fault.message, LONGEST_LINE))}."
    return f"{where}: {escape(clip(what, LONGEST_LINE - len(remedy)))}. **{capital(escape(remedy))}.**"


def gaps_text(gaps: Sequence[Missed], language: Language) -> str:
    """Return what was asked most often without an answer; Discord shows the days in the reader's own way."""
    if not gaps:
        return language.say("Nobody has asked anything lately that I had no answer to.")
    lead = language.say("**Asked most often without an answer**, without names of people and amounts:")
    return f"{lead}\n{_fit([_gap(gap, language) for gap in gaps], language)}"


def _gap(gap: Missed, language: Language) -> str:
    day = discord.utils.format_dt(datetime.combine(gap.last_day, time(12), UTC), "d")
    return language.say(
        "- {times} x `{form}` (people: {people}; last on {day})",
        times=language.number(gap.times),
        form=gap.form.replace("`", "'"),
        people=language.number(gap.people),
        day=day,
    )


def _facts(facts: tuple[str, ...], language: Language) -> str:
    shown = [f"`{fact[:LONGEST_NAME]}`" for fact in facts[:MOST_NAMES]]
    if more := len(facts) - len(shown):
        shown.append(language.count("{count} more", "{count} more", more))
    return ", ".join(shown)


def _fit(lines: Sequence[str], language: Language) -> str:
    return fit(lines, LONGEST_LIST, "\n", lambda count: language.count("and {count} more", "and {count} more", count))
