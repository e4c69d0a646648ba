"""Says to administrators how the knowledge base is, what a reload changed, and what people asked in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

import discord

from bot.core.model.language import Language
from bot.storage.knowledge.library import Change, KnowledgeError, Size
from bot.storage.records import Missed

MOST_NAMES = 10
LONGEST_NAME, LONGEST_LINE = 50, 300
LONGEST_LIST = 1_700


def on_file(counts: Size, folder: Path, language: Language) -> str:
    """Say how much the knowledge base holds, and in which folder it is."""
    return language.say(
        "On file in `{folder}`: {facts} facts, {names} names (and {recognised} more that are recognised only), "
        "{examples} ways of asking for {intents} kinds of question.",
        folder=folder,
        **{name: language.number(value) for name, value in asdict(counts).items()},
    )


def sound(counts: Size, folder: Path, language: Language) -> str:
    """Say that a reload would succeed, and how much it would hold."""
    lead = language.say("No faults in the folder. After a reload:")
    return f"{lead}\n{on_file(counts, folder, language)}"


def changed(change: Change, language: Language) -> str:
    """Say what a reload changed."""
    done = language.say("**Reloaded.**")
    if not change:
        return " ".join((done, language.say("Nothing has changed.")))
    groups = (
        (language.count("Added {count}:", "Added {count}:", len(change.added)), change.added),
        (language.count("Removed {count}:", "Removed {count}:", len(change.removed)), change.removed),
        (language.count("Altered {count}:", "Altered {count}:", len(change.altered)), change.altered),
    )
    return "\n".join([done, *(f"{lead} {_facts(facts, language)}" for lead, facts in groups if facts)])


def faulty(lead: str, error: KnowledgeError, language: Language) -> str:
    """Say what is wrong with a knowledge base, fault by fault."""
    count = language.count("{count} fault:", "{count} faults:", len(error.faults))
    return f"**{lead}** {count}\n```\n{_cut(map(str, error.faults), language)}\n```"


def missed(forms: Sequence[Missed], language: Language) -> str:
    """Say what was asked most often without an answer; days are Discord's to show, in the reader's own way."""
    if not forms:
        return language.say("Nobody has asked anything lately that I had no answer to.")
    lead = language.say("**Asked most often without an answer**, without names of people and amounts:")
    return f"{lead}\n{_fitted([_asked(one, language) for one in forms], language)}"


def _asked(one: Missed, language: Language) -> str:
    day = discord.utils.format_dt(datetime.combine(one.last_day, time(12), UTC), "d")
    return language.say(
        "- {times} x `{form}` (people: {people}; last on {day})",
        times=language.number(one.times),
        form=one.form.replace("`", "'"),
        people=language.number(one.people),
        day=day,
    )


def _facts(facts: tuple[str, ...], language: Language) -> str:
    shown = [f"`{fact[:LONGEST_NAME]}`" for fact in facts[:MOST_NAMES]]
    if more := len(facts) - len(shown):
        shown.append(language.count("{count} more", "{count} more", more))
    return ", ".join(shown)


def _cut(lines: Iterable[str], language: Language) -> str:
    return _fitted([line.replace("`", "'")[:LONGEST_LINE] for line in lines], language)


def _fitted(lines: Sequence[str], language: Language) -> str:
    """Return the lines that fit a message, and how many more there are."""
    kept: list[str] = []
    for line in lines:
        if sum(len(k) + 1 for k in kept) + len(line) > LONGEST_LIST:
            break
        kept.append(line)
    if more := len(lines) - len(kept):
        kept.append(language.count("and {count} more", "and {count} more", more))
    return "\n".join(kept)
