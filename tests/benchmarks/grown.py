"""Grows the bot's own knowledge base for benchmarks: real names from files, or invented ones, and more examples.

Names come without figures, as under knowledge/recognized: the honest answer to them is "I have none". As whoever adds
names to that folder has to, this leaves out what ordinary questions are made of: names the base has already, or that
stand in an example; employers and cities all of whose words are English or of the trade ("Data Inc", "Target", "Apple
Farm"); names with a grade or a name with figures in them ("Senior Machine Learning Engineer II", "Principal Engineer");
and titles of one word or without an occupation at their end. Names count as they are read: "HW&" is "how".
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, product
from pathlib import Path
from typing import Literal, NamedTuple

from bot.core.model.knowledge import Company, Figure, Intent, Knowledge, Recognized, names_of, recognized_names
from bot.core.nlu.gazetteer import Gazetteer
from bot.core.text import normalization
from bot.core.text.inflection import singulars

EMPLOYERS, TITLES, CITIES = (
    "lca_employers_fy2022-2025.csv.gz",
    "lca_job_titles_fy2022-2025.csv.gz",
    "geonames_cities_pop50k.json.gz",
)
# How many of ten names are of which kind, in the order in which they are taken.
Kind = Literal["company", "role", "place"]
OF_TEN: tuple[Kind, ...] = (
    "company", "company", "role", "company", "company", "role", "company", "company", "role", "place",
)  # fmt: skip
# What a filing writes behind an employer's name and nobody types.
LEGAL = re.compile(
    r"\b(?:inc|llc|llp|lp|ltd|limited|corp|corporation|co|company|pc|pllc|pa|na|the)\b\.?", re.IGNORECASE
)
SYLLABLES = [first + second for first in "bcdfghklmnprst" for second in ("a", "e", "i", "or", "um")]
HELLOS = ("hey", "hi all", "quick question", "so", "ok", "just wondering", "anyone know", "please")
GOODBYES = ("", "thanks", "please", "pls", "folks", "lol", "right now", "roughly")
LONGEST_NAME = 60
MOST_WORDS = 8


class Name(NamedTuple):
    """A name to add, and of what it is the name."""

    kind: Kind
    name: str


def names(knowledge: Knowledge, folder: Path | None) -> Iterator[Name]:
    """Yield the names to add, employers, titles and cities mixed; invented ones without a folder, or when it ends."""
    rng = random.Random(1)  # noqa: S311 - noise, not secrets
    real = {kind: _read(kind, folder) if folder else iter(()) for kind in OF_TEN}
    fits = _Fitting(knowledge)
    while True:
        for kind in OF_TEN:
            found = next((name for name in chain(real[kind], _invented(kind, rng)) if fits(kind, name)), "")
            yield Name(kind, found)


def with_names(knowledge: Knowledge, added: list[Name]) -> Knowledge:
    """Add names without figures."""
    groups = {kind: {name.name: () for name in added if name.kind == kind} for kind in dict.fromkeys(OF_TEN)}
    more = tuple(Recognized(kind=kind, names=dict(group)) for kind, group in groups.items() if group)
    return replace(knowledge, recognized=(*knowledge.recognized, *more))


def with_companies(knowledge: Knowledge, added: list[Name]) -> Knowledge:
    """Add names with figures: companies, whatever they are the names of."""
    more = tuple(_company(f"grown_{n}", name.name, n) for n, name in enumerate(added))
    return replace(knowledge, companies=(*knowledge.companies, *more))


def with_examples(knowledge: Knowledge, wanted: int) -> Knowledge:
    """Cut the examples to so many, evenly over the intents, or grow them by what people say around a question."""
    share = -(-wanted // len(knowledge.intents))
    seen = {normalization.words(example) for intent in knowledge.intents for example in intent.examples}
    taken = [list(islice(_examples(intent, seen), share)) for intent in knowledge.intents]
    over = sum(map(len, taken)) - wanted
    cut = [text[:-1] if n < over and len(text) > 1 else text for n, text in enumerate(taken)]
    intents = (replace(i, examples=tuple(text)) for i, text in zip(knowledge.intents, cut, strict=True))
    return replace(knowledge, intents=tuple(intents))


def _examples(intent: Intent, seen: set[tuple[str, ...]]) -> Iterator[str]:
    yield from intent.examples
    for hello, goodbye, example in product(HELLOS, GOODBYES, intent.examples):
        text = f"{hello} {example} {goodbye}".strip()
        if normalization.words(text) not in seen:
            seen.add(normalization.words(text))
            yield text


def _company(key: str, name: str, n: int) -> Company:
    figure = Figure(
        id=f"{key}.range",
        basis="range",
        source="not_stated",
        section="grown",
        company=key,
        low=90_000 + n,
        high=400_000,
    )
    return Company(id=key, name=name, figures=(figure,))


class _Fitting:
    """Says which names may be added to a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        with_figures = {normalization.words(alias) for kind, _, alias, _ in names_of(knowledge) if kind != "field"}
        self._taken = with_figures | {normalization.words(alias) for _, _, alias, _ in recognized_names(knowledge)}
        self._figures = with_figures | set(map(normalization.words, knowledge.vocabulary.grades))
        self._names = Gazetteer(knowledge)
        self._heads = set(knowledge.vocabulary.role_heads)
        lists = (knowledge.vocabulary.function_words, knowledge.vocabulary.pay_words, knowledge.vocabulary.career_words)
        text = [normalization.words(example) for intent in knowledge.intents for example in intent.examples]
        self._taken |= {part for words in text for part in _parts(words)}
        self._plain = set(knowledge.english) | {
            word for words in (*text, *map(normalization.words, chain(*lists))) for word in words
        }

    def __call__(self, kind: Kind, name: str) -> bool:
        words = tuple(self._names.spell_out(name))
        forms = {form for text in (words, normalization.words(name)) if text for form in _with_singular(text)}
        if not words or len(name) > LONGEST_NAME or not self._taken.isdisjoint(forms):
            return False
        plain = all(word in self._plain or word.isdecimal() for word in words)
        title = len(words) > 1 and words[-1] in self._heads
        if not (title if kind == "role" else not plain) or any(part in self._figures for part in _parts(words)):
            return False
        self._taken |= forms
        return True


def _with_singular(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    yield from ((*words[:-1], one) for one in singulars(words[-1]))


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (words[i:j] for i in range(len(words)) for j in range(i + 1, min(len(words), i + MOST_WORDS) + 1))


def _read(kind: Kind, folder: Path) -> Iterator[str]:
    """Yield the real names of a kind, the commonest first."""
    if kind == "place":
        cities = json.loads(gzip.decompress((folder / CITIES).read_bytes()))
        yield from (city["name"] for city in cities)
        return
    file, column = (EMPLOYERS, "employer") if kind == "company" else (TITLES, "job_title")
    with gzip.open(folder / file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield " ".join(LEGAL.sub(" ", row[column]).split()).title()


def _invented(kind: Kind, rng: random.Random) -> Iterator[str]:
    while True:
        parts = ["".join(rng.choices(SYLLABLES, k=rng.choice((3, 4)))).title() for _ in range(rng.choice((1, 2)))]
        yield " ".join([*parts, "Engineer"] if kind == "role" else parts)
