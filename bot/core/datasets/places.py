"""Links the names of places to the ids of the datasets: a city in its state, a place in its country, the home country.

Names are matched whole, as words: "Wyoming" is no "Grand Rapids-Wyoming-Kentwood".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.datasets.coverage import HOME
from bot.core.model.datasets import PublicData
from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge
from bot.core.text import normalization


class PlaceLinker:
    """Links mentions of places. Build once per knowledge base."""

    def __init__(self, knowledge: Knowledge, public: PublicData) -> None:
        self._public = public
        self._places: dict[tuple[str, ...], list[str]] = {}
        # The cities of an area, which name it where their state stands beside them: "portland maine".
        self._cities: dict[tuple[str, ...], list[str]] = {}
        for place in public.places.values():
            cities = place.name.partition(",")[0].split("-")
            for names, index in (((place.name, *place.names), self._places), (cities, self._cities)):
                for name in dict.fromkeys(map(_key, names)):
                    index.setdefault(name, []).append(place.id)
        self._versus = frozenset((*knowledge.words.grammar.versus, *knowledge.words.payers.beside_employers))
        self._words = frozenset(knowledge.vocabulary.function_words)
        currencies = knowledge.words.quantities.currencies.values()
        self._money = frozenset(name for currency in currencies for name in currency.names)
        recognized = [group for group in knowledge.recognized if group.kind == "place"]
        self._at_home = {name: group.at_home for group in recognized for name in group.names}

    def linked(self, named: Sequence[Mention], words: Sequence[str]) -> list[str | None]:
        """Return the places that are named, in their order; None for one that no dataset knows."""
        groups = _adjacent([mention for mention in named if mention.kind == "place"])
        return self._with_home([self._place(group, words) for group in groups], named, words)

    def _with_home(self, places: list[str | None], named: Sequence[Mention], words: Sequence[str]) -> list[str | None]:
        """Return the places with the home country, where it stands beside another or is held against one of its own."""
        home = next((m for m in named if m.kind == "home" and not self.is_currency(m, words)), None)
        if home is None or not places:
            return places
        abroad = any(place is not None and place.split("-")[0] != HOME for place in places)
        before = words[max(0, home.start - 2) : home.start]  # "vs the us"
        if not abroad and self._versus.isdisjoint((*before, *beside(home, words))):
            return places
        first = home.start < min(mention.start for mention in named if mention.kind == "place")
        return [HOME, *places] if first else [*places, HOME]

    def is_currency(self, mention: Mention, words: Sequence[str]) -> bool:
        """Whether the home country only says whose money is meant: "in US dollars"."""
        return mention.kind == "home" and not self._money.isdisjoint(words[mention.end : mention.end + 1])

    def state_behind(self, mention: Mention, words: Sequence[str]) -> str:
        """Return the state whose code stands behind a place ("in Kansas City MO"), "" where none does."""
        aligned = mention.text.split()[:1] == list(words[mention.start : mention.start + 1])
        code = f"{HOME}-{words[mention.end]}" if aligned and mention.end < len(words) else ""
        return code if code in self._public.places and self._at_home.get(mention.id, True) else ""

    def namesakes(self, mention: Mention, words: Sequence[str]) -> Iterator[str]:
        """Yield the areas of other states that a city's name without its state may be of: "Springfield IL"."""
        found = self._place([mention], words) if mention.kind == "place" else None
        if found is None or self.state_behind(mention, words):
            return
        state = self._state_of(found)
        for key in self._cities.get(_key(mention.text), ()):
            place = self._public.places[key]
            first = place.name.partition(",")[0].split("-")[0]
            if place.kind == "metro" and self._state_of(key) != state and _key(first) == _key(mention.text):
                yield f"{first} {place.name.rpartition(', ')[2].split('-')[0]}"

    def _state_of(self, key: str) -> str:
        inside = (key, *self._around(key))
        return next((one for one in inside if self._public.places[one].kind == "state"), "")

    def _place(self, group: Sequence[Mention], words: Sequence[str]) -> str | None:
        """Return what places that stand one behind the other name: a city in its state, a place in its country."""
        inner, *outer = group
        found = self._candidates(inner)
        within = {key for mention in outer for key in self._candidates(mention)}
        state = "" if outer else self.state_behind(inner, words)
        if not (within or outer or state):
            return found[0] if found else None
        keys = (*found, *self._cities.get(_key(inner.text), ()))
        inside = next((key for key in keys if (within or {state}).intersection(self._around(key))), None)
        # "austin or seattle" names no city of Oregon.
        odd = state[len(HOME) + 1 :] in self._words
        return found[0] if inside is None and found and odd else inside

    def _candidates(self, mention: Mention) -> list[str]:
        """Return the places of a name: those of the home country, or others, as the name is on the list of."""
        found = self._places.get(_key(mention.text)) or self._places.get(_key(mention.id)) or []
        found = found or self._only_city(_key(mention.text))
        at_home = self._at_home.get(mention.id)
        inside = [key for key in found if at_home is None or at_home == (key.split("-")[0] == HOME)]
        # Puerto Rico is a country on one list and a state on the other.
        return inside or [key for key in found if self._public.places[key].kind in ("country", "state")]

    def _only_city(self, name: tuple[str, ...]) -> list[str]:
        """Return the places that a city's name is of, where all of them lie in each other."""
        keys = self._cities.get(name, [])
        outer = [key for key in keys if all(one == key or key in self._around(one) for one in keys)]
        return sorted(keys, key=lambda key: key not in outer) if outer else []

    def _around(self, key: str) -> Iterator[str]:
        place = self._public.places.get(self._public.places[key].parent)
        while place is not None:
            yield place.id
            place = self._public.places.get(place.parent)


def beside(mention: Mention, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words right before and behind a mention."""
    return (*words[max(0, mention.start - 1) : mention.start], *words[mention.end : mention.end + 1])


def _adjacent(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Group the mentions that stand one behind the other."""
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda one: one.start):
        if groups and groups[-1][-1].end == mention.start:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _key(text: str) -> tuple[str, ...]:
    return normalization.words(text)
