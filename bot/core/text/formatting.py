"""Format English numbers, dollars and lists for reading; other languages are formatted by their `Language`."""

from __future__ import annotations


def money(amount: float) -> str:
    """Return dollars for reading, rounded to the dollar, halves up (as people round).

    >>> money(127303), money(10608.58), money(0.4)
    ('$127,303', '$10,609', '$0')
    """
    return f"${int(amount + 0.5):,}" if amount >= 0 else f"-{money(-amount)}"


def number(value: float) -> str:
    """Return a number for reading, to the hundredth (cents are typed), without a needless fraction.

    >>> number(38.6), number(127303.0), number(99.99), number(1 / 3)
    ('38.6', '127,303', '99.99', '0.33')
    """
    near = round(float(value), 2)
    return f"{int(near):,}" if near.is_integer() else f"{near:,.2f}".rstrip("0")


def listing(items: tuple[str, ...] | list[str], last: str = "and") -> str:
    """Join items as in a sentence.

    >>> listing(["Google", "Apple", "Amazon"])
    'Google, Apple and Amazon'
    """
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def in_sentence(title: str) -> str:
    """Return an English title as it stands within a sentence.

    >>> in_sentence("Pay by place")
    'pay by place'
    """
    return title[:1].lower() + title[1:]


def capital(phrase: str) -> str:
    """Capitalize a phrase that begins a sentence or a title.

    >>> capital("senior (10-19 years)")
    'Senior (10-19 years)'
    """
    return phrase[:1].upper() + phrase[1:]


def size(text: str) -> int:
    r"""Count as Discord's strictest counter does: in UTF-16 units.

    >>> size("pay \N{MONEY BAG}")
    6
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
