"""Normalize what people type and split it into words."""

from __future__ import annotations

import re
import unicodedata

from bot.core.text import inflection
from bot.core.text.memo import memoized

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

# Cyrillic and Greek letters that look like Latin ones; only for words that mix scripts, so that real words stay whole.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u03bf\u03b1\u03bd\u03c1", "aeopcyxijsdoavp"
)


# A word with a capital behind one without, or behind a comma: no sentence begins there.
_CAPITAL = re.compile(r"(?<=[a-z,:] )[A-Z][a-z]+(?:'s)?\b")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# Longer than the words that have no capital in a headline.
_PLAIN_WORD = re.compile(r"\b[a-z]{3,}\b")
# Where so many words have capitals they say nothing: a headline.
MOST_CAPITALS = 0.4


def capitalized(text: str) -> frozenset[str]:
    """Return the words, in lower case, that a capital in the middle of a sentence makes names.

    >>> sorted(capitalized("does Square pay more than google")), capitalized("Does Square Pay More")
    (['square'], frozenset())
    """
    if text.islower():
        return frozenset()
    found = _CAPITAL.findall(text)
    words = _LONG_WORD.findall(text)
    if not found or sum(word[0].isupper() for word in words) > MOST_CAPITALS * max(len(words), 2):
        return frozenset()
    return frozenset(inflection.without_possessive(word).lower() for word in found)


def capitalized_beside_others(text: str) -> frozenset[str]:
    """Return the words with a capital in the middle of a text that has words without one, however few.

    >>> sorted(capitalized_beside_others("pay in Nice")), capitalized_beside_others("Average Pay in Tech")
    (['nice'], frozenset())
    """
    if text.islower() or _PLAIN_WORD.search(text) is None:
        return frozenset()
    return frozenset(inflection.without_possessive(word).lower() for word in _CAPITAL.findall(text))


def normalize(text: str) -> str:
    """Return the text as the matcher reads it: one case, plain quotes, no marks, emoji or invisible characters.

    >>> normalize("What\u2019s\u200b GOOGLE's  pay\u2026 \U0001f525")
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
    return " ".join(plain.split())


def prose(text: str) -> str:
    """Return a message without the links, the mentions and the code in it, its lines as they are.

    >>> prose("see https://a.b/150k <@80351110224678912>")
    'see    '
    """
    return _DISCORD.sub(" ", text[:LONGEST])


def spell_signs(text: str) -> str:
    """Return a few words with the emoji for money behind them as the word; `normalize` takes it for decoration.

    >>> spell_signs("ml \U0001f4b0")
    'ml  money'
    """
    if text.isascii() or len(text.split()) > MOST_BESIDE_SIGNS:
        return text
    return _MONEY_SIGNS.sub(" money", text)


def _without_marks(text: str) -> str:
    # One character may stand for eighteen: what stands beyond the limit is not looked at.
    spelled, limit = "", MOST_SPELLED * len(text)
    for at in range(0, len(text), PIECE):
        spelled += unicodedata.normalize("NFKD", text[at : at + PIECE])
        if len(spelled) >= limit:
            break
    bare = "".join(c for c in spelled[:limit] if not unicodedata.combining(c))
    bare = _INVISIBLE.sub("", bare)
    return "".join(" " if unicodedata.category(c) in _UNREAD else c for c in bare)


# Controls, lone surrogates, unassigned characters and emoji.
_UNREAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So"})
# Longer than any Discord message (4,000 characters with Nitro): what comes after is not read.
LONGEST = 4_000
# Nobody asks in more characters than these; of a longer text its beginning and its end are read, where people ask.
LONGEST_QUESTION = 400
PIECE = 250
# A letter with two marks on it, or an ellipsis, is spelled in so many characters.
MOST_SPELLED = 3


def question_in(text: str) -> str:
    """Return the part of a text that is read as a question: all of it, or the beginning and the end of a long one.

    >>> question_in("what does google pay?")
    'what does google pay?'
    >>> long = question_in("first " + "word " * 900 + "last")
    >>> len(long) <= LONGEST_QUESTION, long[:11], long[-9:]
    (True, 'first word ', 'word last')
    """
    if len(text) <= LONGEST_QUESTION:
        return text
    half = LONGEST_QUESTION // 2 - 2
    return f"{text[:half].rpartition(' ')[0]} . {text[-half:].partition(' ')[2]}"


def _latin(found: re.Match[str]) -> str:
    swapped = found[0].translate(_LOOKALIKES)
    return swapped if swapped.isascii() else found[0]


@memoized(1 << 14)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in the matcher's form.

    >>> words("C++ & SQL at Scale-AI")
    ('c++', 'sql', 'at', 'scale', 'ai')
    """
    return tuple(WORD.findall(normalize(text)))
