"""Reads a fragment: what it names, which words hang it on the question before, and what it asks of the answer."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.decide.follow_ups.antecedents import PAIR, Antecedents
from bot.core.decide.follow_ups.slot_merging import SlotMerger, named_parts
from bot.core.decide.follow_ups.wording import KINDS, MOST_WORDS, FollowUpCase, FragmentWords, Lists, holds
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Amount, Decision, DialogueState, Gap, GapKind, Query
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.entities import Utterance, Word
from bot.core.nlu.slots import Slots, WordLists, read_slots, stems
from bot.core.text.patterns import any_of

# "x2", "3x", "* 4"; "/ 12".
_TIMES = re.compile(
    r"(?<![\w.])(?:[x*\N{MULTIPLICATION SIGN}] ?(\d{1,2}(?:\.\d+)?)|(\d{1,2}(?:\.\d+)?) ?x)(?![\w.])", re.IGNORECASE
)
_OVER = re.compile(r"(?<![\w.])[/\N{DIVISION SIGN}] ?(\d{1,4})(?![\w.])")
# A number that nothing is counted by.
_LAST = re.compile(r"(?<![\w.,$])\d{1,2}(?=\s*(?:[.?!,]|$|to\b))")
_THOUSAND = 1_000
MOST_YEARS = 60
# What is asked of figures, which may be worded in many ways.
RECKONING = frozenset({"apart", "compared", "ratio", "averaged", "summed", "halved", "widened"})
# One word may be left that nothing explains ("the budget is 130k, how short is that?"), and some that only describe.
MOST_LEFT = 3


class FragmentReader:
    """Reads fragments by the words of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._lexicon = lexicon = WordLists.of(knowledge)
        self.lists = Lists.of(knowledge)
        # A share of what was given before: "10% more".
        shares = any_of(knowledge.words.speech_acts.shares)
        self._share = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:\.\d+)?)\s?(?:%|{shares}\b)", re.IGNORECASE)
        self.words = FragmentWords(knowledge, lexicon, self.lists)
        self._asking = frozenset((*knowledge.vocabulary.question_words, *knowledge.words.grammar.auxiliaries))
        self.merger = SlotMerger(knowledge, lexicon)
        self.antecedents = Antecedents(knowledge)

    def slots(self, reading: Utterance) -> Slots:
        """Sort what a reading names."""
        return read_slots(reading, self.knowledge, self._lexicon)

    def case(self, text: str, slots: Slots, alone: Decision, context: DialogueState, before: Query) -> FollowUpCase:
        """Return a text with what ties it to the question before."""
        lists = self.lists
        share = self._share.search(text)
        slots = slots if share else self._with_amount(self._with_years(slots, before, text), before)
        words = tuple(word.text for word in slots.reading.words)
        aside = self._aside(slots.reading)
        judges = aside == "judged" and bool(slots.amounts)
        own = (
            self.words.of_asides
            if judges
            else self.words.of_general
            if holds(words, lists.general)
            else frozenset[str]()
        )
        first = next((word for word in words if word not in lists.calls), "")
        kinds = {m.kind for m in slots.reading.mentions}
        times = self._times(text, words)
        of_sums = self.words.of_picks if aside in RECKONING or share or times else frozenset[str]()
        own |= of_sums
        claims = self._claims(slots)
        left = [
            word
            for word, stem in zip(slots.reading.loose, slots.stems, strict=False)
            if stem not in self.words.plain | own
            and not (word.text.strip("x").isdecimal() and (times or claims or aside))
        ]
        fits = kinds <= KINDS and len(words) <= MOST_WORDS and not slots.group and not slots.reading.near
        return FollowUpCase(
            slots=slots,
            alone=alone,
            before=before,
            context=context,
            words=words,
            named=named_parts(slots),
            tied=first in lists.starts or not lists.only.isdisjoint(words[:2]) or holds(words, lists.ties),
            points=not lists.pointing.isdisjoint(words),
            corrects=holds(words, lists.corrections) or bool(slots.excluded),
            plain=fits and (not left or self._is_described(left, words, slots.reading)),
            sure=not left,
            bare=fits and self.words.bare.issuperset(slots.stems),
            aside=aside if self._is_aside(aside, slots) else "",
            share=float(share[1]) if share else 0.0,
            times=times,
            claims=claims,
        )

    def _times(self, text: str, words: tuple[str, ...]) -> float:
        """Return what a text multiplies by in digits or words ("x2", "times three", "divided by 12"), 0 for nothing."""
        if (sign := _TIMES.search(text)) is not None:
            return float(sign[1] or sign[2])
        if (sign := _OVER.search(text)) is not None:
            return 1 / (float(sign[1]) or 1)
        for n, word in enumerate(words):
            near = (self.lists.numbers.get(one, int(one) if one.isdecimal() else 0) for one in words[n + 1 : n + 3])
            number = next((number for number in near if number), 0)
            if number and word in self.lists.multiplying:
                return float(number)
            if number and word in self.lists.dividing:
                return 1 / number
        return 0.0

    def _claims(self, slots: Slots) -> bool:
        """Whether an amount in a text is a difference by the word behind it: "so 10k short", "805 apart"."""
        words, lists = slots.reading.words, self.lists
        counts = {m.end - 1 for m in slots.reading.of("amount")}
        counts |= {n for n, word in enumerate(words) if word.text.isdecimal()}
        return any(words[n + 1].text in lists.beyond | lists.gaps for n in counts if n + 1 < len(words))

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

    def query_of(self, intent: Intent, before: Query) -> Query:
        """Return a question with an intent about what was asked before."""
        topic = self.knowledge.topic(intent.topic) if intent.topic is not None else None
        gaps = (Gap(kind=GapKind.LEFT_OUT, name=topic.gap or ""),) if intent.left_out and topic is not None else ()
        kept = replace(before, gaps=gaps, amounts=(), period=None, directions=())
        return replace(kept, answer=intent.answer, intent=intent.id, topic=intent.topic)

    def _with_years(self, slots: Slots, before: Query, text: str) -> Slots:
        """Read a bare number behind a question about experience as years: "and 12?", "no, i meant 4"."""
        words = slots.reading.words
        more = (n for n, word in enumerate(words[:-1]) if words[n + 1].text in self.lists.comparatives)
        if any(words[n].text.isdecimal() for n in more):
            return slots  # "5 more years"
        numbers = [int(word.text) for word in slots.reading.loose if word.text.isdecimal()]
        numbers = numbers or [int(number) for number in _LAST.findall(text)]  # "4" is "for" elsewhere
        if not before.levels or slots.levels or slots.amounts or not 0 < len(numbers) <= PAIR:
            return slots
        levels = [self.knowledge.level_of_years(number) for number in numbers if number <= MOST_YEARS]
        found = tuple(dict.fromkeys(level.id for level in levels if level is not None))
        if len(found) < len(numbers):
            return slots
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, levels=found, stems=loose, kinds=slots.kinds | {"years"})

    def _with_amount(self, slots: Slots, before: Query) -> Slots:
        """Read a bare number as an amount: "and 300?" behind "200k", "i got 150" behind a year's pay."""
        numbers = [int(word.text) for word in slots.reading.loose if word.text.isdecimal()]
        is_statement = bool(before.amounts) or (before.answer in FIGURES and before.period in (None, "year"))
        if (
            not is_statement
            or slots.amounts
            or slots.levels
            or len(numbers) != 1
            or not numbers[0]
            or self._claims(slots)
        ):
            return slots
        old, number = next(iter(before.amounts), Amount(low=_THOUSAND, high=_THOUSAND, text="")), numbers[0]
        scale = _THOUSAND if old.low >= _THOUSAND > number else 1
        if (scale > 1 and number < MOST_YEARS) or (scale == 1 and not before.amounts):
            return slots  # "with 10?" is no pay
        text = f"{number}k" if scale > 1 else str(number)
        amount = replace(old, low=float(number * scale), high=float(number * scale), text=text)
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, amounts=(amount,), stems=loose, kinds=slots.kinds | {"amount", "salary_amount"})

    def _is_described(self, left: list[Word], words: tuple[str, ...], reading: Utterance) -> bool:
        """Whether the words left over only describe what is asked, in a text that tells nothing of anybody."""
        is_statement = not (self._lexicon.speakers - stems(self.lists.pointing)).isdisjoint(stems(words))
        asks = reading.question_mark or words[0] in self._asking or holds(words, self.lists.ties)
        return (asks or not is_statement) and self.words.are_describing(left)

    def _aside(self, reading: Utterance) -> str:
        """Return what is asked about the answer before, "" where nothing is: "next month" is no next one."""
        covered = {n for m in reading.mentions if m.kind in ("neutral", "period") for n in range(m.start, m.end)}
        words = tuple(word.text for word in reading.words)
        if self.words.asks_for_source(words):
            return self.knowledge.words.follow_ups.saying
        loose = tuple("" if n in covered else word for n, word in enumerate(words))
        for name, phrases in self.lists.asides.items():
            single = frozenset(phrase for phrase in phrases if len(phrase) == 1)
            if holds(words, phrases - single) or holds(loose, single):
                return name
            if name == "apart" and self.words.asks_apart(loose):
                return name
        return ""
