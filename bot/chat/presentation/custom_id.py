"""The `custom_id` of buttons, menus and modals: the component's state in at most 100 characters, checked when it comes.

Discord keeps it with the message, so that a component works after a restart and without the bot remembering it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.presentation.limits import CUSTOM_ID
from bot.core.text.formatting import size

# Of the form below; one of another form is from another version of the bot.
VERSION = "pay2"
# The button that opens the modal, and the modal: of one length, so that where one fits the other does too.
CORRECT, REREAD = "mend", "redo"
# Those of the panel of `/settings` name what they change, and nothing else.
SETTINGS = "settings1"
_PARTS = 5
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LARGEST_ID = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentState:
    """What a component does (`action`), the id of the person who asked, and what the component is about.

    `about` is a query as a line (`bot.core.query_codec`), or what the action needs instead. `message` is the id of the
    answer where the component stands below another message; 0 where it stands below the answer itself.
    """

    action: str
    asker: int
    about: str
    message: int = 0


def custom_id(state: ComponentState) -> str | None:
    """Return the custom_id for a state; None where it would be too long.

    >>> custom_id(ComponentState(action="month", asker=80351110224678912, about="pay;c=google"))
    'pay2:month:lz63ag7l4ao:0:pay;c=google'
    """
    made = ":".join([VERSION, state.action, _base36(state.asker), _base36(state.message), state.about])
    return made if size(made) <= CUSTOM_ID else None


def state_of(text: str) -> ComponentState | None:
    """Return the state in a `custom_id`; None for one that this version didn't make."""
    parts = text.split(":", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != VERSION or len(text) > CUSTOM_ID:
        return None
    _, action, asker, message, about = parts
    try:
        state = ComponentState(action=action, asker=int(asker, 36), about=about, message=int(message, 36))
    except ValueError:
        return None
    in_bounds = 0 <= state.asker < LARGEST_ID and 0 <= state.message < LARGEST_ID
    return state if in_bounds and custom_id(state) == text else None


def settings_id(name: str) -> str:
    """Return the custom_id of the component of `/settings` that changes something."""
    return f"{SETTINGS}:{name}"


def setting_of(text: str) -> str | None:
    """Return what a component of `/settings` changes; None for a component of something else.

    >>> setting_of("settings1:prefix"), setting_of("pay2:month:1:0:pay")
    ('prefix', None)
    """
    panel, _, name = text.partition(":")
    return name if panel == SETTINGS else None


def _base36(number: int) -> str:
    """Write an id in base 36: 13 characters instead of 20."""
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits or "0"
