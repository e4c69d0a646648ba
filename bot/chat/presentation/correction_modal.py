"""The modal behind "Not what I meant": how a question was read, with a menu to change each part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.presentation.components import fits_menus, name_of
from bot.chat.presentation.custom_id import REREAD, ComponentState, custom_id
from bot.chat.presentation.limits import OPTION, OPTIONS, clip
from bot.core import query_edits
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import later
from bot.core.phrases.phrasebook import Phrasebook
from bot.core.query_edits import Correction

TITLES = {
    "answer": later("What is asked"),
    "companies": later("Companies"),
    "roles": later("Roles"),
    "levels": later("Experience"),
    "sources": later("Sources"),
}
TITLE = later("How I read it")
# As many as people choose at once.
MOST_CHOSEN = 5


def correction_modal(state: ComponentState, query: Query, phrases: Phrasebook) -> ui.Modal | None:
    """Return the modal for a query, its menus set to how it was read; None where Discord couldn't keep or show it.

    Nothing of it is remembered here: its `custom_id` comes back with what was chosen.
    """
    made = custom_id(ComponentState(action=REREAD, asker=state.asker, about=state.about))
    if made is None or not fits_menus(query):
        return None
    modal = ui.Modal(title=phrases.say(TITLE), custom_id=made)
    for part, title in TITLES.items():
        menu = _menu(part, query, phrases)
        if menu.options:
            modal.add_item(ui.Label(text=phrases.say(title), component=menu))
    modal.stop()  # discord.py keeps only modals that are still awaited
    return modal


def chosen(data: Mapping[str, Any], knowledge: Knowledge) -> Correction | None:
    """Return what somebody chose in the modal, from the interaction's data; None where it names what isn't on file."""
    values: dict[str, Any] = {key: tuple(ids) for key, ids in _values(data.get("components", ()))}
    answer = next(iter(values.pop("answer", ())), "")
    if answer not in query_edits.KINDS or not values.keys() <= TITLES.keys():
        return None
    kinds = {"companies": "company", "roles": "role", "levels": "level", "sources": "source"}
    if not all(knowledge.has(kinds[part], key) for part, keys in values.items() for key in keys):
        return None
    return Correction(answer=answer, **values)


def _menu(part: str, query: Query, phrases: Phrasebook) -> ui.Select[Any]:
    if part == "answer":
        offered = [(kind, phrases.say(SPECS[kind].choice)) for kind in query_edits.kinds(query) if SPECS[kind].choice]
        return ui.Select(custom_id=part, options=_options(offered, (query.answer,)))
    read = getattr(query, part)
    offered = [(key, name_of(part, key, phrases)) for key in _possible(part, read, phrases.knowledge)]
    options = _options(offered, read)
    most = min(MOST_CHOSEN, len(options))
    return ui.Select(custom_id=part, options=options, min_values=0, max_values=max(most, len(read), 1), required=False)


def _options(offered: Iterable[tuple[str, str]], read: Sequence[str]) -> list[discord.SelectOption]:
    return [discord.SelectOption(label=clip(label, OPTION), value=key, default=key in read) for key, label in offered]


def _possible(part: str, read: Sequence[str], knowledge: Knowledge) -> list[str]:
    """Return the ids that a menu offers: those that were read first, then as many others as it holds."""
    every: dict[str, Iterable[str]] = {
        "companies": (company.id for company in knowledge.companies),
        "roles": (role.id for role in knowledge.roles),
        "levels": (level.id for level in knowledge.vocabulary.levels),
        "sources": dict.fromkeys(
            f.source for role in knowledge.roles for f in role.figures if knowledge.source(f.source).kind != "unnamed"
        ),
    }
    keys = dict.fromkeys([*read, *every[part]])
    return [key for key in keys if len(key) <= OPTION][:OPTIONS]


def _values(parts: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Sequence[str]]]:
    """Yield the id of each menu and what was chosen in it; each menu stands in a label of its own."""
    for part in parts:
        menu = part.get("component", {})
        if isinstance(menu, Mapping) and isinstance(menu.get("values"), list):
            yield str(menu.get("custom_id")), [str(value) for value in menu["values"]]
