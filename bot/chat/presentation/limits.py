"""Discord's limits, and how texts are made to fit them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.text.formatting import size

CONTENT = 2_000
CUSTOM_ID, BUTTON_LABEL = 100, 80
# The options of a select menu and the choices of an autocompletion: how many, and how long each.
OPTIONS, OPTION = 25, 100


def clip(text: str, most: int) -> str:
    """Cut a text that is longer than `most` at the end of a word, and show that it was cut.

    >>> clip("Pay of machine learning engineers", 20)
    'Pay of machine…'
    """
    if size(text) <= most:
        return text
    short = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return f"{short[: short.rfind(' ')] if ' ' in short[most // 2 :] else short}\N{HORIZONTAL ELLIPSIS}"


def fit(parts: Sequence[str], most: int, between: str, rest: Callable[[int], str]) -> str:
    """Join the parts that fit into `most`, and end with `rest` of the number that don't.

    >>> fit(["Google", "Amazon", "Apple"], 20, ", ", lambda count: f"and {count} more")
    'Google, and 2 more'
    """
    if size(between.join(parts)) <= most:
        return between.join(parts)
    # The widest count that can be needed is reserved, so that one pass is enough.
    left, kept = most - size(rest(len(parts))), list[str]()
    for part in parts:
        left -= size(part) + size(between)
        if left < 0:
            break
        kept.append(part)
    return between.join([*kept, rest(len(parts) - len(kept))])
