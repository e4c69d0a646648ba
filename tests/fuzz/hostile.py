"""Kinds of hostile text: each makes as much of it as is asked for, the same for the same seed."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from bot.core.nlu.entities import MOST_WORDS
from bot.core.nlu.lexicon import MOST_MENDED

Kind = Callable[[int, random.Random], str]


def repeated(piece: str) -> Kind:
    """Return the kind of text that says one thing again and again."""
    return lambda length, _: (piece * (length // len(piece) + 1))[:length]


def picked(pieces: str | list[str], between: str = "") -> Kind:
    """Return the kind of text that is put together from some pieces at random."""

    def text(length: int, rng: random.Random) -> str:
        parts: list[str] = []
        size = 0
        while size < length:
            parts.append(rng.choice(pieces))
            size += len(parts[-1]) + len(between)
        return between.join(parts)[:length]

    return text


def gibberish(shortest: int, longest: int, letters: str = string.ascii_lowercase) -> Kind:
    """Return the kind of text that is words of random letters."""

    def text(length: int, rng: random.Random) -> str:
        sizes = [rng.randint(shortest, longest) for _ in range(length // shortest + 1)]
        return " ".join("".join(rng.choices(letters, k=size)) for size in sizes)[:length]

    return text


NAMES = ["google", "amazon", "apple", "microsoft", "senior", "mle", "data scientist", "glassdoor", "berlin", "python"]
SLIPS = ["gooogle", "amzaon", "aplle", "mircosoft", "senoir", "enginer", "salery", "glasdoor", "machne", "payscael"]
# Ordinary words so rare that the bot looks at the text a second time.
RARE = ["rang", "gouge", "salvo", "abler", "paver", "meat", "marcel", "goggle", "sallow", "offal"]
COUNTED = ["1-2 years", "$100,000", "100k", "7 yoe", "l5", "2014", "10-20 lakh", "401k", "half a year", "5", "$20/h"]
MARKS = "*_~`|>#-[]()<>@!?.,;:'\"\\/{}^&%+= \n\t"


def crammed(length: int, rng: random.Random) -> str:
    """Return as much as the bot reads at all: misspelled and rare words, then names and quantities up to the limit."""
    odd = gibberish(20, 24)(length, rng).split()[: MOST_MENDED - len(RARE)]
    rest = rng.choices(NAMES + COUNTED, k=MOST_WORDS)
    return " ".join([*RARE, *odd, *rest][: MOST_WORDS * 2 // 3])[:length]


KINDS: dict[str, Kind] = {
    "one long word": gibberish(4_000, 4_000),
    "gibberish": gibberish(3, 20),
    "gibberish of nine letters": gibberish(9, 9, "etaoinshrdlu"),
    "gibberish of cut words": gibberish(20, 24, "aeinrst"),
    "letters": gibberish(1, 1),
    "names": picked(NAMES, " "),
    "names with commas": picked(NAMES, ", "),
    "one name": repeated("google "),
    "misspelled names": picked(SLIPS, " "),
    "rare words": picked(RARE, " "),
    "rare words and names": picked(RARE + NAMES, " "),
    "as much as is read": crammed,
    "quantities": picked(COUNTED, " "),
    "years": repeated("1-2 years "),
    "occupations": picked(["petroleum engineer", "rust developer", "analyst", "x scientist"], " "),
    "offers": repeated("google offered 180k\n"),
    "parts of offers": repeated("Base salary is 150k. TC 400k (200k base, 150k stock, 50k bonus). "),
    "stories": repeated("I taught for 3 years, then 2 years as an ml engineer, "),
    "words of the trade": picked([*NAMES, *COUNTED, "salary", "is", "at", "what", "pays", ","], " "),
    "questions": repeated("how much does google pay? "),
    "two questions": picked(["google pay", "growth rate", "entry salary", "skills"], " and "),
    "exclusions": repeated("not google and "),
    "digits": repeated("9"),
    "numbers": picked(["1", "22", "333", "4444"], " "),
    "numbers in threes": repeated("123 456 "),
    "numbers with commas": repeated("123,"),
    "money": picked(["$", "1", ",", "k", " ", "-", "to", "rs."]),
    "dollars": repeated("$$ "),
    "money bags": repeated("\U0001f4b0"),
    "marks": picked(MARKS),
    "brackets": repeated("([{<"),
    "backticks": repeated("```a"),
    "mentions": repeated("<@80351110224678912> "),
    "mentions cut off": repeated("<@8"),
    "everyone": repeated("@everyone "),
    "links": repeated("https://evil.example "),
    "invites": repeated("discord.gg/a "),
    "quotes": repeated("a'"),
    "initials": repeated("ph. d "),
    "zalgo": lambda length, rng: "".join(
        rng.choice("google pay") + "".join(chr(rng.randint(0x300, 0x36F)) for _ in range(20)) for _ in range(length)
    )[:length],
    "ligatures": repeated("\ufdfa"),
    "invisible": picked("go\u200bo\u200dg\u2060l\ufeffe "),
    "right to left": picked("\u202e\u202d\u2066\u2069google pay"),
    "homoglyphs": picked(["g\u043e\u043egle", "s\u0430l\u0430ry", "\u0440\u0430y", "m\u217c\u0435"], " "),
    "another script": picked("абвгдежзик "),
    "no spaces": picked("谷歌薪水多少機器學習"),
    "emoji": repeated("\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466\U0001f3fd\ufe0f"),
    "lone surrogates": picked("\ud800\udfffa "),
    "nulls": picked("google\0 "),
    "anything": lambda length, rng: "".join(chr(rng.randrange(0x110000)) for _ in range(length)),
}
