"""Reads a fragment: what it names, which words hang it on the question before, and what it asks of the answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from bot.core.decide.follow_ups.antecedents import Antecedents
from bot.core.decide.follow_ups.numbers import NumberReader, Numbers
from bot.core.decide.follow_ups.slot_merging import SlotMerger, named_parts
from bot.core.decide.follow_ups.wording import KINDS, MOST_WORDS, FollowUpCase, FragmentWords, Lists, holds
from bot.core.decide.intent_selection import SOCIAL
from bot.core.model.dialogue import Decision, DialogueState, Gap, GapKind, Query, Refusal
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.entities import Utterance, Word
from bot.core.nlu.slots import Slots, WordLists, read_slots, stems

# What is asked of figures, which may be worded in many ways.
RECKONING = frozenset({"apart", "compared", "ratio", "averaged", "summed", "halved", "widened"})
JUDGED, DATED = "judged", "dated"
# One word may be left that nothing explains ("the budget is 130k, how short is that?"), and some that only describe.
MOST_LEFT = 3


class FragmentReader:
    """Reads fragments by the words of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._lexicon = lexicon = WordLists.of(knowledge)
        self.lists = Lists.of(knowledge)
        self._numbers = NumberReader(knowledge, self.lists)
        self.words = FragmentWords(knowledge, lexicon, self.lists)
        grammar = knowledge.words.grammar
        self._asking = frozenset((*knowledge.vocabulary.question_words, *grammar.auxiliaries, *grammar.be))
        self.merger = SlotMerger(knowledge, lexicon)
        self.antecedents = Antecedents(knowledge)

    def slots(self, reading: Utterance) -> Slots:
        """Sort what a reading names."""
        return read_slots(reading, self.knowledge, self._lexicon)

    def case(self, text: str, slots: Slots, alone: Decision, context: DialogueState, before: Query) -> FollowUpCase:
        """Return a text with what ties it to the question before."""
        lists, numbers = self.lists, self._numbers.read(text, slots, before)
        slots = numbers.slots
        words = tuple(word.text for word in slots.reading.words)
        aside = self._aside(slots.reading, dated=self._is_dated(before))
        first = self.lists.opener(words)
        fits = self._fits(slots)
        left = self._left(slots, aside, numbers)
        return FollowUpCase(
            slots=slots,
            alone=alone,
            before=before,
            context=context,
            words=words,
            opener=first,
            named=named_parts(slots),
            tied=first in lists.starts or not lists.only.isdisjoint(words[:2]) or holds(words, lists.ties),
            points=not lists.pointing.isdisjoint(words),
            corrects=holds(words, lists.corrections) or any(m.excluded for m in slots.reading.mentions),
            plain=fits and (not left or self._is_described(left, words, slots.reading)),
            sure=not left,
            bare=fits and self.words.bare.issuperset(slots.stems),
            aside=aside if self._is_aside(aside, slots) else "",
            share=numbers.share,
            times=numbers.times,
            claims=numbers.claims,
            counts=any(
                other.isdecimal() and (one in lists.articles or one in lists.several) for one, other in pairwise(words)
            ),
        )

    def asks_whether_good(self, slots: Slots, alone: Decision) -> bool:
        """Whether a text asks only whether something is good that it doesn't name: "is that good"."""
        words = tuple(word.text for word in slots.reading.words)
        thanks = isinstance(alone, Query) and alone.answer == "thanks"  # "is that good?" thanks nobody
        if thanks and slots.reading.question_mark:
            return True
        asks = self.lists.opener(words) in self._asking
        points = not (self.lists.pointing | self.lists.own).isdisjoint(words)
        doubted = isinstance(alone, Refusal) or alone.answer in SOCIAL
        if not (words and doubted and asks and points) or named_parts(slots) or slots.gaps:
            return False
        return self._aside(slots.reading) == JUDGED and self._is_aside(JUDGED, slots)

    def _fits(self, slots: Slots) -> bool:
        """Whether a text is no longer than a fragment, and names only what one may name."""
        kinds, words = {m.kind for m in slots.reading.mentions}, slots.reading.words
        return kinds <= KINDS and len(words) <= MOST_WORDS and not slots.group and not slots.reading.near

    def _left(self, slots: Slots, aside: str, numbers: Numbers) -> list[Word]:
        """Return the words that nothing explains, neither as plain ones nor by what the text asks for."""
        plain, words = self.words.plain, tuple(word.text for word in slots.reading.words)
        calculates = aside in RECKONING or bool(numbers.share or numbers.times)
        if aside == "judged" and slots.amounts:
            plain |= self.words.of_asides
        elif holds(words, self.lists.general):
            plain |= self.words.of_general
        if calculates:
            plain |= self.words.of_picks
        counts = bool(aside or numbers.times or numbers.claims)
        loose = zip(slots.reading.loose, slots.stems, strict=False)
        return [word for word, stem in loose if stem not in plain and not (counts and word.text.strip("x").isdecimal())]

    def _asks_who(self, slots: Slots) -> bool:
        return self.words.asks_for_source(tuple(word.text for word in slots.reading.words))

    def _is_aside(self, aside: str, slots: Slots) -> bool:
        """Whether every word of a text is explained by what it asks about the answer before."""
        left = [
            word
            for word, stem in zip(slots.reading.loose, slots.stems, strict=False)
            if stem not in self.words.plain | self.words.of_asides
        ]
        if not left or (aside == self.knowledge.words.follow_ups.saying and self._asks_who(slots)):
            return True
        names = {m.kind for m in slots.reading.mentions} <= KINDS and not slots.gap_kinds()
        return aside in RECKONING and names and len(left) <= MOST_LEFT and self.words.are_describing(left[1:])

    def chosen(self, reading: Utterance, offered: tuple[str, ...]) -> str | None:
        """Return which of the questions that the bot asked back a text chooses: "yes", "the second one"."""
        words = [word.text for word in reading.words]
        if not offered or not words or not self.words.of_picks.issuperset(stems(words) - stems(self.lists.agreeing)):
            return None
        places = [self.lists.ordinals[word] for word in words if word in self.lists.ordinals]
        if places and -len(offered) <= places[0] <= len(offered):
            return offered[places[0] - 1 if places[0] > 0 else places[0]]
        return offered[0] if words[0] in self.lists.agreeing else None

    def has_own_words(self, reading: Utterance) -> bool:
        """Whether a text has words beside those that any fragment may have, all of them English."""
        return self.words.are_own([word.text for word in reading.loose])

    def query_of(self, intent: Intent, before: Query) -> Query:
        """Return a question with an intent about what was asked before."""
        topic = self.knowledge.topic(intent.topic) if intent.topic is not None else None
        gaps = (Gap(kind=GapKind.LEFT_OUT, name=topic.gap or ""),) if intent.left_out and topic is not None else ()
        kept = replace(before, gaps=gaps, amounts=(), period=None, directions=())
        return replace(kept, answer=intent.answer, intent=intent.id, topic=intent.topic)

    def _is_described(self, left: list[Word], words: tuple[str, ...], reading: Utterance) -> bool:
        """Whether the words left over only describe what is asked, in a text that tells nothing of anybody."""
        is_statement = not (self._lexicon.speakers - stems(self.lists.pointing)).isdisjoint(stems(words))
        asks = reading.question_mark or self.lists.opener(words) in self._asking or holds(words, self.lists.ties)
        return (asks or not is_statement) and self.words.are_describing(left)

    def _is_dated(self, before: Query) -> bool:
        """Whether what was told says of which years it is, as a projection does."""
        return before.topic is not None and bool(self.knowledge.topic(before.topic).figures)

    def _aside(self, reading: Utterance, *, dated: bool = False) -> str:
        """Return what is asked about the answer before, "" where nothing is: "next month" is no next one."""
        covered = {n for m in reading.mentions if m.kind in ("neutral", "period") for n in range(m.start, m.end)}
        words = tuple(word.text for word in reading.words)
        if self.words.asks_for_source(words):
            return self.knowledge.words.follow_ups.saying
        called = next((n for n, word in enumerate(words) if word not in self.lists.calls), 0)
        loose = tuple("" if n in covered or n < called else word for n, word in enumerate(words))
        for name, phrases in self.lists.asides.items():
            single = frozenset(phrase for phrase in phrases if len(phrase) == 1)
            if name == DATED and not dated:
                continue
            # "How big is the gap" asks for no range.
            gap = name == "widened" and not self.lists.gaps.isdisjoint(loose)
            if not gap and (holds(words, phrases - single) or holds(loose, single)):
                return name
            if name == "apart" and self.words.asks_apart(loose):
                return name
        return ""
