"""What a button, a menu or a form says of itself: the `custom_id`, at most 100 characters, believed only once checked.

Discord keeps it with the message, so that a control works after a restart and without the bot remembering it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

LONGEST = 100
# Of the form below; one of another form is from another version of the bot.
VERSION = "pay1"
# The button that opens a form, and the form: of one length, so that where there is room for one there is for both.
MEND, REDO = "mend", "redo"
_PARTS = 5
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_PAGES = 100_000
LARGEST_ID = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentState:
    """What a control does (`action`), for whom the answer was made, its page, and what the control is about.

    `about` is a query as a line (`bot.core.coding`), or what the action needs instead.
    """

    action: str
    asker: int
    about: str
    page: int = 0


def custom_id(press: ComponentState) -> str | None:
    """Return what Discord is to keep; None where it would be too long.

    >>> custom_id(ComponentState(action="month", asker=80351110224678912, about="pay;c=google"))
    'pay1:month:lz63ag7l4ao:0:pay;c=google'
    """
    made = ":".join([VERSION, press.action, _short(press.asker), str(press.page), press.about])
    return made if len(made.encode("utf-16-le")) // 2 <= LONGEST else None


def turnable(about: str) -> bool:
    """Whether Discord could keep what an answer is about in controls that turn its pages, whoever asked."""
    return custom_id(ComponentState(action="page", asker=LARGEST_ID - 1, about=about, page=MOST_PAGES)) is not None


def pressed(said: str) -> ComponentState | None:
    """Return what a `custom_id` says; None for one that this version didn't make."""
    parts = said.split(":", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != VERSION or len(said) > LONGEST:
        return None
    _, action, asker, page, about = parts
    try:
        press = ComponentState(action=action, asker=int(asker, 36), about=about, page=int(page))
    except ValueError:
        return None
    in_bounds = 0 <= press.asker < LARGEST_ID and 0 <= press.page <= MOST_PAGES
    return press if in_bounds and custom_id(press) == said else None


@lru_cache(maxsize=1_024)  # an answer has a dozen controls, all for one asker
def _short(number: int) -> str:
    """Write an id with the most digits there are: 13 characters instead of 20."""
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits or "0"
