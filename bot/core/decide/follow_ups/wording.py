"""Holds the words that tie a text to what was answered before it, and tells what a text says by these alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from bot.core.decide.follow_ups.slot_merging import LIMITS, NAMES, Part
from bot.core.model.dialogue import Decision, DialogueState, Direction, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Word
from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import inflection, normalization

KINDS = frozenset({*NAMES, *LIMITS, "field", "years", "amount", "period", "neutral", "home", "exclusion"})
MOST_WORDS, LONGEST = 12, 120
# "Who reported that" has so many words at the least.
FEWEST_WORDS = 3
# The classes of words that a fragment may have besides: verbs, adjectives, adverbs.
DESCRIBING = frozenset("var")
# The lists that are taken as they are: sets of words, and sets of phrases.
_SETS = (
    *("alike", "adding", "greetings", "by_source", "to_come", "retold_by", "homes", "before_homes", "more", "less"),
    *("rest", "agreeing", "only", "comparatives", "gaps", "beyond", "own", "work", "by", "figures", "multiplying"),
    *("dividing", "partitives", "every", "dropping", "tips", "several", "laughing", "anyone"),
)
_PHRASES = ("corrections", "unclear", "general", "others", "both", "previous", "counting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The words that tie a text to the question before it, as they are; phrases as tuples of words."""

    starts: frozenset[str]
    ties: frozenset[tuple[str, ...]]
    alike: frozenset[str]
    adding: frozenset[str]
    versus: frozenset[str]
    calls: frozenset[str]
    corrections: frozenset[tuple[str, ...]]
    pointing: frozenset[str]
    greetings: frozenset[str]
    by_source: frozenset[str]
    to_come: frozenset[str]
    retold_by: frozenset[str]
    homes: frozenset[str]
    before_homes: frozenset[str]
    articles: frozenset[str]
    unclear: frozenset[tuple[str, ...]]
    general: frozenset[tuple[str, ...]]
    wh: frozenset[str]
    asides: dict[str, frozenset[tuple[str, ...]]]
    ordinals: dict[str, int]
    multiples: dict[str, int]
    more: frozenset[str]
    less: frozenset[str]
    others: frozenset[tuple[str, ...]]
    rest: frozenset[str]
    both: frozenset[tuple[str, ...]]
    previous: frozenset[tuple[str, ...]]
    agreeing: frozenset[str]
    only: frozenset[str]
    comparatives: frozenset[str]
    gaps: frozenset[str]
    beyond: frozenset[str]
    counting: frozenset[tuple[str, ...]]
    own: frozenset[str]
    possessives: frozenset[str]
    addressed: frozenset[str]
    changes: frozenset[str]
    work: frozenset[str]
    who: frozenset[str]
    by: frozenset[str]
    numbers: dict[str, int]
    figures: frozenset[str]
    rungs: frozenset[str]
    multiplying: frozenset[str]
    dividing: frozenset[str]
    fractions: dict[str, int]
    partitives: frozenset[str]
    every: frozenset[str]
    dropping: frozenset[str]
    tips: frozenset[str]
    several: frozenset[str]
    laughing: frozenset[str]
    anyone: frozenset[str]
    dropping_apart: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge) -> Lists:
        words, grammar, acts = knowledge.words.follow_ups, knowledge.words.grammar, knowledge.words.speech_acts
        alike: dict[str, Any] = {
            **{name: frozenset(getattr(words, name)) for name in _SETS},
            **{name: _phrases(getattr(words, name)) for name in _PHRASES},
            "dropping_apart": frozenset(words.dropping_apart.items()),
            **{name: dict(getattr(words, name)) for name in ("ordinals", "multiples", "fractions")},
        }
        return cls(
            starts=frozenset((*words.starts, *grammar.versus, *words.versus)),
            ties=_phrases((*words.ties, *words.alike)),
            versus=frozenset((*grammar.versus, *words.versus)),
            calls=frozenset((*words.calls, *knowledge.vocabulary.interjections)),
            pointing=frozenset((*words.pointing, *acts.pointing)),
            articles=frozenset(grammar.articles),
            wh=frozenset(acts.wh),
            asides={name: _phrases(phrases) for name, phrases in words.asides.items()},
            possessives=frozenset(grammar.possessives),
            addressed=frozenset(words.addressed),
            changes=frozenset((*words.more, *words.less, *words.gaps)),
            who=frozenset(acts.ranked_by),
            numbers=dict(knowledge.words.quantities.numbers),
            rungs=frozenset(acts.rungs),
            **alike,
        )

    def opener(self, words: tuple[str, ...]) -> str:
        """Return the first word behind those that only call ("ok so what ..."); the first of all where all do."""
        return next((word for word in words if word not in self.calls), words[0] if words else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCase:
    """A text in its conversation: its slots, what it asks for by itself, and the question before it.

    `tied` says that a word ties it to that question, `points` that one points to it, `corrects` that it takes
    something of it back; `plain` that no word has a meaning of its own, `sure` that not even a verb or an adjective
    was passed over for it, `bare` that the names stand for themselves. `share` is a percentage in it, `times` what it
    multiplies by, 0 where none is; `claims` that an amount in it is a difference ("10k short"), `counts` that a number
    in it says how many of what was told are meant ("those 2"). `opener` is its first
    word behind calls ("ok so what ..."), which open no question.
    """

    slots: Slots
    alone: Decision
    before: Query
    context: DialogueState
    words: tuple[str, ...]
    opener: str
    named: frozenset[Part]
    tied: bool
    points: bool
    corrects: bool
    plain: bool
    sure: bool
    bare: bool
    aside: str
    share: float
    times: float
    claims: bool
    counts: bool


class FragmentWords:
    """The words of fragments, and what a text says by no other words than these."""

    def __init__(self, knowledge: Knowledge, lexicon: WordLists, lists: Lists) -> None:
        self._classes, self._english = knowledge.word_classes, knowledge.english
        self._lexicon, self._lists, self._payers = lexicon, lists, knowledge.words.payers
        words = knowledge.words.follow_ups
        directions = frozenset[str]().union(*lexicon.directions.values())
        beside = stems(
            (
                *(*words.beside, *words.starts, *words.versus, *words.ties, *words.alike, *words.adding),
                *(*words.corrections, *words.only, *words.ordinals),
            )
        )
        calls = stems(lists.calls)
        self.bare = lexicon.bare | beside | calls | stems(lists.starts)
        conversational = lexicon.filler | lexicon.questions | lexicon.pay | lexicon.weak_pay | lexicon.people
        self.plain = self.bare | conversational | directions
        self.directions = directions
        of_gaps = (
            *words.gaps,
            *words.beyond,
            *words.more,
            *words.less,
            *(word for phrase in lists.counting for word in phrase),
        )
        asked = (word for phrases in lists.asides.values() for phrase in phrases for word in phrase)
        self.of_asides = stems((*asked, *of_gaps))
        self.of_general = stems(words.general)
        apart = (*words.dropping_apart, *words.dropping_apart.values())
        picking = (*words.ordinals, *words.others, *words.rest, *words.both, *words.previous, *words.dropping, *apart)
        self.of_picks = self.plain | stems(picking)
        changing = (*words.multiples, *words.more, *words.less, *words.multiplying, *words.dividing, *picking)
        self._of_changes = self.plain | stems(changing)

    def asks_apart(self, words: tuple[str, ...]) -> bool:
        """Whether a text asks for a difference: by a noun for one, or by how much something is more or less."""
        lists = self._lists
        gap = not lists.gaps.isdisjoint(words) or words[-1] in lists.by or self.leaves_open(words)
        return gap or (holds(words, lists.counting) and not lists.beyond.isdisjoint(words))

    def leaves_open(self, words: tuple[str, ...]) -> bool:
        """Whether a text leaves open, or asks, how large a change is: "that's a cut of ...", "a bump of how much"."""
        lists = self._lists
        ends = (
            n for n, (word, of) in enumerate(pairwise(words), 2) if word in lists.changes and of in lists.partitives
        )
        return any(len(words) == end or holds(words[end:], lists.counting) for end in ends)

    def requests(self, words: tuple[str, ...]) -> bool:
        """Whether a text asks the bot to do something: "could you tell that by the month"."""
        return any(
            one in self._lexicon.auxiliary_words and you in self._lists.addressed for one, you in pairwise(words)
        )

    def asks_payer(self, words: tuple[str, ...]) -> bool:
        """Whether a text says what somebody pays who was spoken of: "what do they pay"; not what they are paid."""
        told = [word for word in words if word not in self._payers.adverbs]
        verbs = self._payers.verbs_after_auxiliary
        return any(one in self._payers.pointing and verb in verbs for one, verb in pairwise(told))

    def directions_of(self, words: list[str]) -> tuple[Direction, ...]:
        """Return the directions that some words name."""
        found = stems(words)
        return tuple(
            cast("Direction", name) for name, of in self._lexicon.directions.items() if not of.isdisjoint(found)
        )

    def asks_for_source(self, words: tuple[str, ...]) -> bool:
        """Whether a text asks by a verb of its own who told what was told: "who reported that?"."""
        while words and words[-1] in self._lists.figures:  # "who made those numbers"
            words = words[:-1]
        if len(words) < FEWEST_WORDS or words[0] not in self._lists.who or words[-1] not in self._lists.pointing:
            return False
        verbs = [word for word in words[1:-1] if inflection.stem(word) not in self.plain]
        return all(self._classes.get(word) == "v" for word in verbs) and bool(verbs)

    def describes(self, case: FollowUpCase) -> bool:
        """Whether no word of a text stands for a thing of its own, whoever it speaks of."""
        loose = zip(case.slots.reading.loose, case.slots.stems, strict=False)
        return self.are_describing([word for word, stem in loose if stem not in self.plain])

    def judges(self, case: FollowUpCase) -> bool:
        """Whether an amount is judged by any adjective: "so i'm fine?", "is that crazy?"."""
        asks = case.slots.reading.question_mark and bool(case.before.amounts) and not case.named
        classes = [self._classes.get(word) for word in case.words]
        return asks and "a" in classes and self.describes(case)

    def are_own(self, words: list[str]) -> bool:
        """Whether some words are none that any fragment may have, and those are English."""
        own = [word for word in words if inflection.stem(word) not in self.plain]
        return bool(own) and all(word in self._english for word in own)

    def calls_out(self, case: FollowUpCase) -> bool:
        """Whether the words that nothing explains are no English, and say no more than "argh"."""
        loose = zip(case.slots.reading.loose, case.slots.stems, strict=False)
        left = [word.text for word, stem in loose if stem not in self.plain]
        fits = {m.kind for m in case.slots.reading.mentions} <= KINDS and len(case.words) <= MOST_WORDS
        called = left[:1] == [case.words[0]] and case.words[0] not in self._english
        return fits and called and all(self._classes.get(word) in DESCRIBING for word in left[1:])

    def picks(self, case: FollowUpCase) -> bool:
        """Whether a text does no more than point to one of several things that were told.

        What is counted may be called anything: "the last group".
        """
        nouns = stems(noun for place, noun in pairwise(case.words) if place in self._lists.ordinals)
        fits = len(case.words) <= MOST_WORDS and case.named <= {"period", "direction"}
        return fits and self.of_picks.issuperset({*case.slots.stems} - nouns)

    def changes(self, case: FollowUpCase) -> bool:
        """Whether a text does no more than raise or cut what was told."""
        stems_ = {stem for stem in case.slots.stems if not stem.strip("x").isdecimal()}
        return case.named <= {"period", "direction"} and self._of_changes.issuperset(stems_)

    def are_describing(self, words: list[Word]) -> bool:
        """Whether words are mostly adjectives and adverbs, which only describe what is asked."""
        classes = self._classes
        forms = ([word.text, *inflection.singulars(word.text)] for word in words)
        return all(any(classes.get(form) in DESCRIBING for form in ways) for ways in forms)


def holds(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether a text holds one of some phrases."""
    singles, pairs = set(zip(words)), set(pairwise(words))
    if not phrases.isdisjoint(singles | pairs):
        return True
    line = f" {' '.join(words)} "
    return any(f" {' '.join(phrase)} " in line for phrase in phrases if len(phrase) > 2)  # noqa: PLR2004


def _phrases(texts: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(normalization.words(text)) for text in texts)
