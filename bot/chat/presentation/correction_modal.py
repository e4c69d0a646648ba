"""The form behind "Not what I meant": how a question was read, with a menu for each part to change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.presentation.components import LONGEST_OPTION, MOST_OPTIONS, choosable, clipped, named
from bot.chat.presentation.custom_id import REDO, ComponentState, custom_id
from bot.core import query_edits
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import Language, later
from bot.core.query_edits import Parts

TITLES = {
    "answer": later("What is asked"),
    "companies": later("Companies"),
    "roles": later("Roles"),
    "levels": later("Experience"),
    "sources": later("Sources"),
}
TITLE = later("How I read it")
# What Discord's form can show.
MOST_CHOSEN = 5


def form(press: ComponentState, query: Query, known: Knowledge, language: Language) -> ui.Modal | None:
    """Return the form for a query, its menus set to how it was read; None where Discord couldn't keep or show that.

    It is not remembered here: what is sent back says by its `custom_id` what it is.
    """
    made = custom_id(ComponentState(action=REDO, asker=press.asker, about=press.about))
    if made is None or not choosable(query):
        return None
    modal = ui.Modal(title=language.say(TITLE), custom_id=made)
    for part, title in TITLES.items():
        menu = _menu(part, query, known, language)
        if menu.options:
            modal.add_item(ui.Label(text=language.say(title), component=menu))
    modal.stop()  # discord.py keeps only forms that are still awaited
    return modal


def chosen(data: Mapping[str, Any], known: Knowledge) -> Parts | None:
    """Return what somebody chose in a form, from the interaction's data; None where it names what isn't known."""
    values: dict[str, Any] = {key: tuple(said) for key, said in _values(data.get("components", ()))}
    answer = next(iter(values.pop("answer", ())), "")
    if answer not in query_edits.KINDS or not values.keys() <= TITLES.keys():
        return None
    kinds = {"companies": "company", "roles": "role", "levels": "level", "sources": "source"}
    if not all(known.has(kinds[part], key) for part, keys in values.items() for key in keys):
        return None
    return Parts(answer=answer, **values)


def _menu(part: str, query: Query, known: Knowledge, language: Language) -> ui.Select[Any]:
    if part == "answer":
        offered = [(kind, language.say(SPECS[kind].choice)) for kind in query_edits.kinds(query) if SPECS[kind].choice]
        return ui.Select(custom_id=part, options=_options(offered, (query.answer,)))
    read = getattr(query, part)
    offered = [(key, named(known, part, key, language)) for key in _possible(part, read, known)]
    options = _options(offered, read)
    most = min(MOST_CHOSEN, len(options))
    return ui.Select(custom_id=part, options=options, min_values=0, max_values=max(most, len(read), 1), required=False)


def _options(offered: Iterable[tuple[str, str]], read: Sequence[str]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=clipped(label, LONGEST_OPTION), value=key, default=key in read)
        for key, label in offered
    ]


def _possible(part: str, read: Sequence[str], known: Knowledge) -> list[str]:
    """Return the ids that a menu offers: what was read first, and as many others as it holds."""
    every: dict[str, Iterable[str]] = {
        "companies": (company.id for company in known.companies),
        "roles": (role.id for role in known.roles),
        "levels": (level.id for level in known.vocabulary.levels),
        "sources": dict.fromkeys(
            f.source for role in known.roles for f in role.figures if known.source(f.source).kind != "unnamed"
        ),
    }
    keys = dict.fromkeys([*read, *every[part]])
    return [key for key in keys if len(key) <= LONGEST_OPTION][:MOST_OPTIONS]


def _values(parts: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Sequence[str]]]:
    """Yield the name of each menu and what was chosen in it; each stands in a label of its own."""
    for part in parts:
        menu = part.get("component", {})
        if isinstance(menu, Mapping) and isinstance(menu.get("values"), list):
            yield str(menu.get("custom_id")), [str(value) for value in menu["values"]]
