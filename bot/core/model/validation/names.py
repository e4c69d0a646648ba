"""Checks names and word lists: each name belongs to one thing, takes no word from questions, and can match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.core.model.knowledge import (
    Knowledge,
    Place,
    names_of,
    recognized_names,
)
from bot.core.model.validation.problem import Problem
from bot.core.model.words import WORD_FILES, WordList, word_lists
from bot.core.text import normalization
from bot.core.text.inflection import singulars

# "in Japan" may stand in an example or two; a word that three intents say is a word of questions.
MANY_INTENTS = 3


class NameChecks:
    """Checks the names and word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, each with the place it stands at."""
        yield from self._shared_aliases()
        yield from self._faulty_groups()
        yield from self._faulty_vocabulary()
        yield from self._faulty_word_lists()

    def _shared_aliases(self) -> Iterator[Problem]:
        """Yield the names that two things have, and those without a letter or digit."""
        owners: dict[str, tuple[str, str]] = {}
        for kind, key, alias, place in (*names_of(self._knowledge), *recognized_names(self._knowledge)):
            words = " ".join(normalization.words(alias))
            if not words:
                yield Problem(place, f"the name {alias!r} has no letter or digit in it; write it out")
            elif owners.setdefault(words, (kind, key)) != (kind, key):
                other = " ".join(owners[words])
                yield Problem(place, f"the name {alias!r} already belongs to {other}; remove it from one of the two")

    def _faulty_groups(self) -> Iterator[Problem]:
        """Yield the members of groups that are listed as having no figures and have some, or the other way around."""
        knowledge = self._knowledge
        on_file = {normalization.words(alias): key for kind, key, alias, _ in names_of(knowledge) if kind == "company"}
        for n, group in enumerate(knowledge.vocabulary.groups):
            for i, name in enumerate(group.others):
                if key := on_file.get(normalization.words(name)):
                    why = f"{name!r} has figures now: move it to the `companies` of this group, as {key}"
                    yield Problem(Place("vocabulary", "", ("groups", n, "others", i)), why)
            for i, key in enumerate(group.companies):
                if not knowledge.has("company", key):
                    why = f"there is no company {key!r}; correct the id, or move its name to `others`"
                    yield Problem(Place("vocabulary", "", ("groups", n, "companies", i)), why, absence=True)

    def _faulty_vocabulary(self) -> Iterator[Problem]:
        """Yield phrases in the lists that hold single words, names that are filler, and fields of unknown roles."""
        vocabulary = self._knowledge.vocabulary
        place = Place("level", vocabulary.levels[0].id) if vocabulary.levels else None
        if place is None:
            return
        lists: dict[str, tuple[str, ...]] = {
            "pay_words": vocabulary.pay_words,
            "weak_pay_words": vocabulary.weak_pay_words,
            **{f"directions.{name}": words for name, words in vocabulary.directions.items()},
        }
        for name, words in lists.items():
            for word in words:
                if len(normalization.words(word)) != 1:
                    yield Problem(place, f"{name}: {word!r} is not one word; each word of it would count by itself")
        for field in vocabulary.fields:
            if field.role is not None and not self._knowledge.has("role", field.role):
                yield Problem(
                    Place("field", field.id, ("role",)),
                    f"there is no role {field.role!r}; correct the id",
                    absence=True,
                )
        yield from self._ordinary_names()
        yield from self._stolen_names()

    def _ordinary_names(self) -> Iterator[Problem]:
        """Yield the names that would take a word away from every question, as written or spelled out."""
        knowledge = self._knowledge
        vocabulary = knowledge.vocabulary
        short = {
            " ".join(normalization.words(short)): " ".join(normalization.words(full))
            for short, full in vocabulary.abbreviations.items()
        }
        lists = (*vocabulary.function_words, *vocabulary.pay_words, *vocabulary.question_words)
        ordinary = {" ".join(normalization.words(word)) for word in lists}
        for _, _, alias, where in (*names_of(knowledge), *recognized_names(knowledge)):
            words = " ".join(normalization.words(alias))
            # A single letter is not spelled out: "R" the language is no "are".
            if words in ordinary or (len(alias) > 1 and short.get(words) in ordinary):
                yield Problem(where, f"the name {alias!r} is also an ordinary word of every question; leave it out")

    def _stolen_names(self) -> Iterator[Problem]:
        """Yield names without figures that would take a word of the examples, or the plural of a name with figures."""
        knowledge = self._knowledge
        intents: dict[str, set[str]] = defaultdict(set)
        for intent in knowledge.intents:
            for word in {word for example in intent.examples for word in normalization.words(example)}.intersection(
                knowledge.english
            ):
                intents[word].add(intent.id)
        on_file = {normalization.words(alias) for _, _, alias, _ in names_of(knowledge)}
        for _, _, alias, where in recognized_names(knowledge):
            *first, last = normalization.words(alias) or ("",)
            if not first and len(intents.get(last, ())) >= MANY_INTENTS:
                many = len(intents[last])
                why = f"the name {alias!r} is an English word that examples of {many} intents say; leave it out"
                yield Problem(where, why)
            if any((*first, one) in on_file for one in singulars(last)):
                yield Problem(where, f"the name {alias!r} is the plural of a name with figures; leave it out")

    def _faulty_word_lists(self) -> Iterator[Problem]:
        """Yield the entries of knowledge/words/ that would never match, or stand twice."""
        for file in WORD_FILES:
            for words in word_lists(getattr(self._knowledge.words, file)):
                for n, why in _bad_entries(words):
                    key = words.entries[n] if words.keyed else n
                    yield Problem(Place("words", file, (*words.path, key)), why)


def _bad_entries(words: WordList) -> Iterator[tuple[int, str]]:
    """Yield the positions of bad entries with what is wrong with them."""
    for n, entry in enumerate(words.entries):
        normalized = normalization.normalize(entry)
        if not normalized:
            yield n, "an empty entry; remove it"
        elif normalized != entry:
            yield n, f"texts are matched in lower case and plain letters; write {normalized!r} for {entry!r}"
        elif words.single and " " in entry:
            yield n, f"{entry!r} is not one word; this list holds single words"
        elif entry in words.entries[:n]:
            yield n, f"{entry!r} stands twice; remove one"
