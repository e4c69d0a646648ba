"""Weigh the words of a question that no name covers, each once and whatever is asked.

Rules: a word of grammar, of pay or of the asked subject's own examples is silent, and so is any adverb, and where
something of the trade is named any adjective or verb. Another noun, or a string nobody knows, narrows the question by
something the figures are not split by. A person, place, animal, plant or food behind a preposition or right before the
role is a subject of its own. A negation denies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.core.model.answer_specs import family
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import inflection
from bot.core.text.inflection import singulars
from bot.core.text.memo import Memo

Effect = Literal["silent", "narrows", "denies", "subject"]
_SUBJECTS = frozenset("plo")
OCCUPATION = frozenset({"role", "field", "skill", "level", "years", "people"})
FIGURES = family("figures")
REMEMBERED = 4_096


class WeighedWord(NamedTuple):
    """A word as typed, and what it does to the question."""

    typed: str
    effect: Effect


class _Side(NamedTuple):
    """Words with their effects on one kind of question, the stems of those that narrow it, and how many aren't silent.

    The stems are of the words that an intent's examples may explain.
    """

    words: tuple[WeighedWord, ...]
    narrowing: frozenset[str]
    open: int


class Weighing:
    """The loose words of one utterance with their effects: on a question of figures, and on any other."""

    def __init__(
        self,
        words: Sequence[tuple[str, str, Effect, Effect]],
        explained: Mapping[str, frozenset[str]],
        in_figures: frozenset[str],
    ) -> None:
        self._stems = [stem for _, stem, _, _ in words]
        self._figures = self._side([WeighedWord(typed, figures) for typed, _, figures, _ in words])
        self._others = self._side([WeighedWord(typed, others) for typed, _, _, others in words])
        self._explained = explained
        self._in_figures = in_figures

    def _side(self, words: Sequence[WeighedWord]) -> _Side:
        opened = [(stem, word.effect) for stem, word in zip(self._stems, words, strict=True) if word.effect != "silent"]
        return _Side(tuple(words), frozenset(stem for stem, effect in opened if effect != "denies"), len(opened))

    def of(self, intent: str) -> tuple[tuple[WeighedWord, ...], int]:
        """Return each word with its effect on a question with that intent, and how many of them are not silent.

        The words of the intent's examples are silent.
        """
        words, narrowing, count = self._figures if intent in self._in_figures else self._others
        explained = self._explained.get(intent)
        if not narrowing or explained is None or narrowing.isdisjoint(explained):
            return words, count
        words = tuple(
            WeighedWord(word.typed, "silent") if stem in explained and word.effect != "denies" else word
            for stem, word in zip(self._stems, words, strict=True)
        )
        return words, sum(word.effect != "silent" for word in words)


class WordWeigher:
    """Weighs the loose words of utterances by the word lists and classes of one knowledge base."""

    def __init__(self, knowledge: Knowledge, lists: WordLists, explained: Mapping[str, frozenset[str]]) -> None:
        vocabulary = knowledge.vocabulary
        directions: frozenset[str] = frozenset().union(*lists.directions.values())
        modifiers = stems((*vocabulary.pay_modifiers, *vocabulary.generic_payers, *vocabulary.generic_people))
        common = lists.pay | lists.weak_pay | lists.questions | lists.bare | lists.extremes
        self._career = lists.career
        self._silent = lists.filler | common | directions | modifiers | stems(knowledge.words.speech_acts.joints)
        self._explained = explained
        grammar = knowledge.words.grammar
        self._negations, self._prepositions = frozenset(grammar.negations), frozenset(grammar.prepositions)
        self._determiners, self._articles = lists.determiner_words, frozenset(grammar.indefinite_articles)
        self._for, self._possessives = frozenset(grammar.purpose), frozenset(grammar.possessives)
        self._in_figures = frozenset(i.id for i in knowledge.intents if i.answer in FIGURES)
        self._classes = knowledge.word_classes
        self._english = knowledge.english
        self._people = knowledge.people
        self._effects = Memo[tuple[str, bool, bool, bool], Effect](REMEMBERED)

    def weigh(self, slots: Slots) -> Weighing:
        """Weigh the loose words of an utterance once; what an intent's own words change is left to the result."""
        words = slots.reading.words
        covered = {n for m in slots.reading.mentions for n in range(m.start, m.end)}
        starts = {m.start: m for m in slots.reading.mentions}
        # Where nothing of the trade is named, an adjective or a verb has to be the intent's own to be silent.
        strict = (not slots.trade, slots.kinds.isdisjoint(OCCUPATION - {"level", "years"}))
        weighed: list[tuple[str, str, Effect, Effect]] = []
        before = ""
        # "after 12 years of yakking": what is done for years is no subject.
        counted = {m.end + 1 for m in slots.reading.mentions if m.kind == "years"}
        # "for my school report" says what the answer is for, where it is said whose pay is asked for.
        purpose = self._purpose([word.text for word in words]) if strict != (True, True) else range(0)
        for n, word in enumerate(words):
            if n in purpose and n not in covered:
                weighed.append((word.typed, inflection.stem(word.text), "silent", "silent"))
            elif n not in covered:
                follows = starts.get(n + 1)
                behind = before in self._prepositions
                if behind and self._class(word.text) is None:
                    spent = n in counted and inflection.is_gerund(word.text)
                    # "for a whizkid ml engineer of 10 years" names nobody.
                    described = slots.levels and follows is not None and words[n - 1].text in self._articles
                    behind = not (spent or described)
                named = behind or (follows is not None and follows.kind in ("role", "field"))
                figures, others = (self._effect(word.text, named=named, behind=behind, strict=one) for one in strict)
                if others == "silent" and self._class(word.text) == "t":
                    others = self._effect_of_time(
                        word.text
                    )  # what pay is on Monday is harmless; a birthday's age is not
                weighed.append((word.typed, inflection.stem(word.text), figures, others))
            before = before if word.text in self._determiners else word.text
        return Weighing(weighed, self._explained, self._in_figures)

    def _purpose(self, words: list[str]) -> range:
        """Return where the words behind "for my" stand, to the end."""
        for n, (one, other) in enumerate(pairwise(words)):
            if one in self._for and other in self._possessives:
                return range(n + 2, len(words))
        return range(0)

    def _effect(self, word: str, *, named: bool, behind: bool, strict: bool) -> Effect:
        """Return what a word does, which is remembered: the same words come again and again."""
        key = (word, named, behind, strict)
        effect = self._effects.get(key)
        return self._effects.add(key, self._weighed(*key)) if effect is None else effect

    def _weighed(self, word: str, named: bool, behind: bool, strict: bool) -> Effect:
        if word in self._negations:
            return "denies"
        if inflection.stem(word) in self._silent:
            return "silent"
        kind = self._class(word)
        if kind is None:
            named_so = behind and word.isalpha() and word not in self._people
            return "subject" if named_so and inflection.stem(word) not in self._career else "narrows"
        # Behind a preposition a verb is a noun, or a name.
        as_noun = kind == "v" and behind and not inflection.is_gerund(word)
        # A person who speaks or is spoken of ("my cousin says ...") changes nothing.
        modest = kind in ("a", "v", "t") or (kind == "p" and not named)
        if kind == "r" or (modest and not as_noun and not strict):
            return "silent"
        return "subject" if named and kind in _SUBJECTS else "narrows"

    def _effect_of_time(self, word: str) -> Effect:
        """Return what a noun of time does to a question in words."""
        return "silent" if inflection.stem(word) in self._silent else "narrows"

    def is_group(self, word: str) -> bool:
        """Whether a word names a group, of which one may be asked for by name: "which university"."""
        return self._class(word) == "g"

    def is_verb(self, word: str) -> bool:
        """Whether a word is mostly a verb."""
        return self._class(word) == "v"

    def is_plural_noun(self, word: str) -> bool:
        """Whether a word is the plural of a noun."""
        singular = next((self._class(form) for form in inflection.singulars(word) if self._class(form)), None)
        return singular not in (None, "v", "a", "r")

    def is_adverb(self, word: str) -> bool:
        """Whether a word is mostly an adverb."""
        return self._class(word) == "r"

    def is_nominal(self, word: str) -> bool:
        """Whether a word may name somebody or something: a noun, or a string that is no English word."""
        return self._class(word) not in ("v", "a", "r")

    def _class(self, word: str) -> str | None:
        """Return the class of a word: "n" for an English word without one, None for what is no English."""
        for form in (word, *singulars(word)):
            if form in self._classes:
                return self._classes[form]
        return "n" if word in self._english else None


def words_with(effect: Effect, weighed: tuple[WeighedWord, ...]) -> tuple[str, ...]:
    """Return the words of one effect, each once."""
    return tuple(dict.fromkeys(word.typed for word in weighed if word.effect == effect))
