"""Forms as a person fills them in, in the shape in which Discord sends them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FIELD, STRING_MENU, LABEL = 4, 3, 18

# What somebody typed, or chose.
Given = str | Sequence[str]


def component(components: Sequence[Mapping[str, Any]], custom_id: str) -> Mapping[str, Any] | None:
    """Return the control of that id, wherever it stands."""
    for one in components:
        if one.get("custom_id") == custom_id:
            return one
        inner = [*one.get("components", []), *([one["accessory"]] if "accessory" in one else [])]
        if (found := component(inner, custom_id)) is not None:
            return found
    return None


def chosen(menu: Mapping[str, Any], values: Sequence[str]) -> list[str]:
    """Return what somebody chose from a menu, which lets them choose only what it offers, and as many as it says."""
    # A menu of channels, roles or people offers all that there are.
    offered = {option["value"] for option in menu["options"]} if "options" in menu else set(values)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not set(values) <= offered or not least <= len(values) <= most or len(set(values)) < len(values):
        raise LookupError(f"Discord lets nobody choose {list(values)}: {least} to {most} of {sorted(offered)}")
    return list(values)


def typed(custom_id: str, value: str) -> dict[str, Any]:
    """Return a field with what was typed into it."""
    return {"type": FIELD, "custom_id": custom_id, "value": value}


def filled_in(parts: Sequence[Mapping[str, Any]], fields: Mapping[str, Given]) -> list[dict[str, Any]]:
    """Return a form with its fields and menus filled, by their id or by what their label says.

    What is not given stays as the form came: with its default text, or the options that it says are chosen.
    """
    return [row for part in parts if (row := _answered(part, fields))]


def _answered(part: Mapping[str, Any], fields: Mapping[str, Given]) -> dict[str, Any] | None:
    if "components" in part:
        inner = [_filled(one, fields, one.get("label")) for one in part["components"]]
        return {"type": 1, "id": part.get("id", 1), "components": inner}
    if "component" in part:
        one = _filled(part["component"], fields, part.get("label"))
        return {"type": LABEL, "id": part.get("id", 1), "component": one}
    return None


def _filled(one: Mapping[str, Any], fields: Mapping[str, Given], label: str | None) -> dict[str, Any]:
    given = fields.get(one["custom_id"], fields.get(label or ""))
    if one["type"] != STRING_MENU:
        return typed(one["custom_id"], str(one.get("value") or "" if given is None else given))
    if given is None:
        given = [option["value"] for option in one["options"] if option.get("default")]
    assert not isinstance(given, str)
    return {"type": STRING_MENU, "custom_id": one["custom_id"], "values": chosen(one, given)}
