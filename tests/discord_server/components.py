"""The limits of buttons, menus and forms, and those of single values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Error = tuple[str, str]  # where, such as "embeds.0.title", and what

ROW, BUTTON, STRING_MENU, FIELD, LABEL = 1, 2, 3, 4, 18
MENUS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6  # styles of buttons that have no custom_id
ROWS, IN_A_ROW, IN_ALL = 5, 5, 40
CUSTOM_ID, BUTTON_LABEL, PLACEHOLDER = 100, 80, 150


def text(where: str, value: Any, *, most: int, least: int = 1) -> Iterator[Error]:
    """Check the length of a text that may be absent."""
    if value is None:
        return
    if not isinstance(value, str):
        yield where, f"not a text: {value!r}"
    elif not least <= len(value) <= most:
        yield where, f"{len(value)} characters, between {least} and {most} are taken"


def number(where: str, value: Any, *, most: int) -> Iterator[Error]:
    """Check a whole number that may be absent."""
    if value is not None and (not isinstance(value, int) or not 0 <= value <= most):
        yield where, f"not a number up to {most}: {value!r}"


def is_list(where: str, value: Any, *, most: int) -> Iterator[Error]:
    """Check the length of a list that may be absent."""
    if value is None:
        return
    if not isinstance(value, list):
        yield where, f"not a list: {value!r}"
    elif len(value) > most:
        yield where, f"{len(value)} entries, {most} at most"


def choice(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    """Check a choice of an option."""
    yield from text(f"{where}.name", one.get("name", ""), most=100)
    if isinstance(one.get("value"), str):
        yield from text(f"{where}.value", one["value"], most=100)
    elif not isinstance(one.get("value"), int | float):
        yield f"{where}.value", f"neither a text nor a number: {one.get('value')!r}"


def message(parts: Sequence[Mapping[str, Any]] | None, *, modern: bool) -> Iterator[Error]:
    """Check the components of a message; `modern` ones (flag 1 << 15) stand in no rows."""
    if parts is None:
        return
    yield from is_list("components", parts, most=IN_ALL if modern else ROWS)
    seen: list[str] = []
    for place, part in enumerate(parts):
        where = f"components.{place}"
        if part.get("type") != ROW:
            if not modern:
                yield where, "a row must be at the top"
            continue
        yield from _row(where, part)
        seen += [one["custom_id"] for one in part.get("components", []) if one.get("custom_id")]
    if len(set(seen)) < len(seen):
        yield "components", "a custom_id twice"


def _row(where: str, row: Mapping[str, Any]) -> Iterator[Error]:
    inner = row.get("components") or []
    yield from is_list(f"{where}.components", inner, most=IN_A_ROW)
    if not inner:
        yield f"{where}.components", "an empty row"
    if len(inner) > 1 and any(one["type"] != BUTTON for one in inner):
        yield f"{where}.components", "a menu stands alone in its row"
    for place, one in enumerate(inner):
        at = f"{where}.components.{place}"
        if one["type"] == BUTTON:
            yield from _button(at, one)
        elif one["type"] in MENUS:
            yield from _menu(at, one)
        else:
            yield at, f"no component of a row: {one['type']}"


def _button(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    yield from text(f"{where}.label", one.get("label"), most=BUTTON_LABEL, least=0)
    yield from text(f"{where}.custom_id", one.get("custom_id"), most=CUSTOM_ID)
    if one.get("style") == LINK:
        if not one.get("url") or one.get("custom_id"):
            yield where, "a link has a url and no custom_id"
    elif one.get("style") != PREMIUM and not one.get("custom_id"):
        yield f"{where}.custom_id", "required"
    if one.get("style") != PREMIUM and not one.get("label") and not one.get("emoji"):
        yield f"{where}.label", "a button has a label or an emoji"


def _menu(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    yield from text(f"{where}.custom_id", one.get("custom_id", ""), most=CUSTOM_ID)
    yield from text(f"{where}.placeholder", one.get("placeholder"), most=PLACEHOLDER, least=0)
    if one["type"] != STRING_MENU:
        return
    options = one.get("options") or []
    if not 1 <= len(options) <= 25:
        yield f"{where}.options", f"{len(options)} options, between 1 and 25 are taken"
    for place, part in enumerate(options):
        for key in ("label", "value", "description"):
            yield from text(f"{where}.options.{place}.{key}", part.get(key), most=100, least=key != "description")
    values = [part.get("value") for part in options]
    if len(set(values)) < len(values):
        yield f"{where}.options", "a value twice"
    least, most = one.get("min_values", 1), one.get("max_values", 1)
    if not 0 <= least <= most <= 25 or most > len(options):
        yield f"{where}.max_values", f"{least} to {most} of {len(options)} options"
    if sum(bool(part.get("default")) for part in options) > most:
        yield f"{where}.options", "more are chosen by default than can be"


def _labeled(where: str, one: Mapping[str, Any]) -> Iterator[Error]:
    if one.get("type") in MENUS:
        yield from _menu(where, one)
    elif one.get("type") == FIELD:
        yield from text(f"{where}.custom_id", one.get("custom_id", ""), most=CUSTOM_ID)
        yield from text(f"{where}.value", one.get("value"), most=one.get("max_length", 4000), least=0)
    else:
        yield where, f"no component of a form: {one.get('type')}"


def modal(data: Mapping[str, Any]) -> Iterator[Error]:
    """Check a form."""
    yield from text("data.custom_id", data.get("custom_id", ""), most=CUSTOM_ID)
    yield from text("data.title", data.get("title", ""), most=45)
    parts = data.get("components") or []
    if not 1 <= len(parts) <= ROWS:
        yield "data.components", f"{len(parts)} parts, between 1 and {ROWS} are taken"
    for place, part in enumerate(parts):
        where = f"data.components.{place}"
        if part.get("type") == LABEL:
            yield from text(f"{where}.label", part.get("label", ""), most=45)
            yield from text(f"{where}.description", part.get("description"), most=100)
            yield from _labeled(f"{where}.component", part["component"])
        for one in part.get("components") or []:
            yield from text(f"{where}.custom_id", one.get("custom_id", ""), most=CUSTOM_ID)
            if one.get("type") == FIELD:
                yield from text(f"{where}.label", one.get("label"), most=45)
