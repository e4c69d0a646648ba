"""Has the names of the datasets recognized: employers, roles, places, and the datasets themselves.

Left out is what is an ordinary word: that is a name by what stands beside it alone ("at target", "mobile, alabama").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from bot.core.datasets.coverage import HOME
from bot.core.model.datasets import Employer, Place
from bot.core.model.knowledge import Knowledge, Recognized, names_of, recognized_names
from bot.core.text import normalization

# A name of one word has at least so many letters to be one wherever it stands; that of a dataset fewer ("bls").
SHORTEST_NAME, SHORTEST_DATASET = 4, 3
# One that only filings have, and no list: typing errors make many a short one ("for ml" is no Infor).
SHORTEST_FOUND = 6
# The class of the English words that are places.
_PLACE = "l"


def with_names(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge base in which the names of its datasets are recognized wherever they stand."""
    public = knowledge.public
    if public is None:
        return knowledge
    taken = {
        normalization.words(alias)
        for names in (names_of(knowledge), recognized_names(knowledge))
        for _, _, alias, _ in names
    }
    words = knowledge.vocabulary
    for phrases in (words.homes, words.grades, words.conditions, words.employments, words.neutral, words.products):
        taken.update(map(normalization.words, phrases))
    function, english = frozenset(words.function_words), knowledge.english
    # English words without a class are names of people and places.
    plain: dict[str, tuple[str, ...]] = {"place": (_PLACE,), "company": ("",)}

    def is_name(text: str, kind: str) -> bool:
        words = normalization.words(text)
        if len(words) == 1:
            shortest = SHORTEST_DATASET if kind == "source" else SHORTEST_NAME
            ordinary = words[0] in english and knowledge.word_classes.get(words[0], "") not in plain.get(kind, ())
            return words not in taken and len(words[0]) >= shortest and not ordinary
        return bool(words) and words not in taken and (len(words) > 2 or function.isdisjoint(words))  # noqa: PLR2004

    def group(
        kind: Literal["company", "role", "source", "place"], named: Iterable[tuple[str, ...]], *, at_home: bool = False
    ) -> Recognized:
        names = filter(None, (tuple(text for text in texts if is_name(text, kind)) for texts in named))
        return Recognized(kind=kind, names={name: tuple(aliases) for name, *aliases in names}, at_home=at_home)

    places = public.places.values()
    home = [place for place in places if place.id.startswith(HOME)]
    abroad = [place for place in places if not place.id.startswith(HOME)]
    groups = (
        group("company", (_employer_names(one) for one in public.employers.values())),
        group("role", ((one.name, *one.aliases, *one.includes) for one in public.roles.values())),
        group("source", (dataset.names for dataset in public.datasets)),
        group("place", map(_place_names, home), at_home=True),
        group("place", map(_place_names, abroad)),
    )
    return replace(knowledge, recognized=(*knowledge.recognized, *groups))


def _employer_names(employer: Employer) -> tuple[str, ...]:
    """Return the names of an employer, as a text has them without an "'s" too ("lowe's")."""
    if len(employer.names) == 1 and len(employer.name) < SHORTEST_FOUND:
        return ()
    names = (employer.name, *employer.names)
    return tuple(dict.fromkeys((*names, *(name[:-2] for name in names if name.endswith("'s")))))


def _place_names(place: Place) -> tuple[str, ...]:
    """Return the names of a place, and the first city of an area."""
    return (place.name.partition(",")[0].split("-")[0], *place.names)
