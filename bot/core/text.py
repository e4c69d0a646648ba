"""Text on the way in (`normalise`, `words`) and numbers on the way out (`money`, `amount`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Letters with marks and digits make words; "c++" and "c#" are the two words of the trade that end otherwise.
WORD = re.compile(r"c\+\+|c#|[^\W_]+(?:'[^\W_]+)*")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_QUOTES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
        "\u00b4": "'",
        "\u2032": "'",
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    }
)
_DISCORD = re.compile(r"<(?:@[!&]?|#|a?:\w+:|t:)\d+(?::\w)?>|https?://\S+|```.*?```|```", re.DOTALL)
# "ml $$" asks for pay; no number belongs to these dollars.
_DOLLARS = re.compile(r"\${2,}(?!\d)")
_MONEY_SIGNS = re.compile("[\U0001f4b0\U0001f4b5\U0001f911]+$")
# Behind more words than these it is decoration.
MOST_BESIDE_SIGNS = 3
_REFERENCE = re.compile(r"\{figure:([a-z0-9_]+\.[a-z0-9_]+)(?:\.(low|high))?\}")
_TYPED = re.compile(
    r"(?<![\w.,{])\$?\d{2,3}(?:,\d{3})+|(?<![\w.,{])\$\s?\d[\d,.]*k?|(?<![\w.,{])\d+(?:\.\d+)?\s?(?:%|k\b)"
)

# Cyrillic and Greek letters that look like Latin ones; only for words that mix scripts, so that real words stay whole.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u03bf\u03b1\u03bd\u03c1", "aeopcyxijsdoavp"
)


def normalise(text: str) -> str:
    """Return the text as the matcher reads it: one case, plain quotes, no marks, emoji or invisible characters.

    >>> normalise("What\u2019s\u200b GOOGLE's  pay\u2026 \U0001f525")
    "what's google's pay..."
    """
    # Each step is looked for before it is taken: most questions are plain ASCII and need none of them.
    plain = text[:LONGEST]
    if "<" in plain or "://" in plain or "```" in plain:
        plain = _DISCORD.sub(" ", plain)
    if "$" in plain:
        plain = _DOLLARS.sub(" money ", plain)
    if not plain.isascii():
        plain = _without_marks(plain)
    plain = plain.translate(_QUOTES).casefold()
    if not plain.isascii():
        plain = re.sub(r"\w+", _latin, plain)
    plain = "".join(max(c, " ") for c in plain) if not plain.isprintable() else plain
    return " ".join((_PHD.sub("phd", plain) if "ph" in plain else plain).split())


def prose(text: str) -> str:
    """Return a message without the links, the mentions and the code in it, its lines as they are.

    >>> prose("see https://a.b/150k <@80351110224678912>")
    'see    '
    """
    return _DISCORD.sub(" ", text[:LONGEST])


def spell_signs(text: str) -> str:
    """Return a few words with the emoji for money behind them as the word; `normalise` takes it for decoration.

    >>> spell_signs("ml \U0001f4b0")
    'ml  money'
    """
    if text.isascii() or len(text.split()) > MOST_BESIDE_SIGNS:
        return text
    return _MONEY_SIGNS.sub(" money", text)


def _without_marks(text: str) -> str:
    # One character may stand for eighteen: what stands beyond the limit is not read either.
    bare = "".join(c for c in unicodedata.normalize("NFKD", text)[:LONGEST] if not unicodedata.combining(c))
    bare = _INVISIBLE.sub("", bare)
    return "".join(" " if unicodedata.category(c) in _UNREAD else c for c in bare)


# Controls, lone surrogates, unassigned characters and emoji.
_UNREAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So"})
# "Ph.D.", "Ph. D", "ph d": one word, not two initials.
_PHD = re.compile(r"\bph\.?\s?d(?:\b|(?=s\b))\.?")
# Longer than any Discord message (4,000 characters with Nitro): what comes after is not read.
LONGEST = 4_000


def _latin(found: re.Match[str]) -> str:
    swapped = found[0].translate(_LOOKALIKES)
    return swapped if swapped.isascii() else found[0]


@lru_cache(maxsize=1 << 14)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in the matcher's form.

    >>> words("C++ & Ph.D. at Scale-AI")
    ('c++', 'phd', 'at', 'scale', 'ai')
    """
    return tuple(WORD.findall(normalise(text)))


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return a word without its commonest endings, so that "pays", "paying" and "pay" count as one.

    >>> [stem(w) for w in ("pays", "increasing", "increase", "companies", "news", "need")]
    ['pay', 'increas', 'increas', 'compani', 'new', 'need']
    """
    if word.endswith("ies") and len(word) > SHORTEST_STEM + 2:
        return word[:-2]
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= kept:
            word = word[: -len(ending)]
            break
    if word.endswith("y") and len(word) > SHORTEST_STEM:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > SHORTEST_STEM else word


SHORTEST_STEM = 3
_ENDINGS = (("ingly", 3), ("edly", 3), ("ings", 3), ("ing", 3), ("ed", 3), ("es", 3), ("ly", 4), ("s", 3))


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


def figure_references(prose: str) -> list[tuple[str, str | None]]:
    """Return (id, part) of the figures that a text of the knowledge base refers to.

    >>> figure_references("from {figure:google.range.low} a year")
    [('google.range', 'low')]
    """
    return [(found[1], found[2]) for found in _REFERENCE.finditer(prose)]


def fill_references(prose: str, shown: Callable[[str, str | None], str]) -> str:
    """Put `shown(id, part)` in the place of each reference; `part` is None, "low" or "high"."""
    return _REFERENCE.sub(lambda found: shown(found[1], found[2]), prose)


def typed_amounts(prose: str) -> list[str]:
    """Return pay figures and percentages typed into a text, which would have no source there.

    >>> typed_amounts("between $72,000 and 100k, after 10-19 years")
    ['$72,000', '100k']
    """
    return _TYPED.findall(prose)
