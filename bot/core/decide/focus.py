"""Finds the clause of a message that asks: "my son wants to do ML. what do people in that job earn?".

What stands around it (who asks, why, and thanks) names what the question is about, but is no part of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Decision, Mention, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.text import normalization

# Marks that end a clause, a dot behind a word, line ends, dashes, commas, ellipses.
_CLAUSE_END = (
    r"(?<=[?!;])\s*|(?<=[a-z]:)\s+|(?<=\w\w\.){open}\s+|\n+|\s+[-\u2013\u2014]+\s+|(?<=,)\s+|\.{{2,}}\s*|\u2026\s*"
)
# Names of one of these kinds answer the same question: where the asking clause has one, those around it have no say.
_SAME = (
    {"role", "field", "people", "employment"},
    {"level", "years", "grade"},
    {"company", "group"},
    {"source"},
    {"amount"},
)
# Shorter words that are no English are slips or initials rather than names.
LONGEST_INITIALS = 3
_WHOSE = frozenset({"company", "role", "field", "level"})
# What the surroundings say of these is not asked.
_UNASKED = frozenset({"product", "impossible", "exclusion", "neutral", "breakdown", "statistic"})


class FocusFinder:
    """Cuts messages into the clause that asks and what stands around it, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        acts, vocabulary = knowledge.words.speech_acts, knowledge.vocabulary
        self._speakers = frozenset((*acts.speakers, *knowledge.words.grammar.possessives))
        self._wh = frozenset(acts.wh)
        self._pointing = frozenset(acts.pointing)
        # "google vs. amazon" is one clause.
        dotted = (short for short, full in vocabulary.abbreviations.items() if full in knowledge.words.grammar.versus)
        self._clause_end = re.compile(_CLAUSE_END.format(open="".join(rf"(?<!\b{re.escape(one)}\.)" for one in dotted)))
        self._paying = frozenset((*vocabulary.pay_words, *acts.earning))
        self._versus = frozenset((*knowledge.words.grammar.versus, *acts.held_against))
        self._starts = frozenset(vocabulary.directions["start"])
        self._openers = frozenset((*vocabulary.question_words, *acts.wh))
        self._before = frozenset((*vocabulary.interjections, *acts.calls, *acts.joints))
        self._empty = frozenset((*vocabulary.function_words, *self._before, *acts.wh)) - self._paying
        self._short = knowledge.vocabulary.abbreviations
        self._payers = frozenset(knowledge.words.payers.pointing)
        self._ordinary = (knowledge.english, knowledge.people, self._short)
        self._english, self._work = knowledge.english, frozenset(knowledge.words.payers.work)

    def cut(self, text: str) -> tuple[str, str] | None:
        """Return (surroundings, asking clause) where exactly one of several clauses asks."""
        clauses = self._clauses(text)
        asking = [n for n, clause in enumerate(clauses) if self._asks(clause)]
        asking = asking or [n for n, clause in enumerate(clauses) if not self._tells(clause)]
        if len(clauses) == 1 or len(asking) != 1 or self._empty.issuperset(self._words(clauses[asking[0]])):
            return None  # "what is it" asks nothing by itself
        around = " . ".join(clause for n, clause in enumerate(clauses) if n != asking[0])
        return around, clauses[asking[0]]

    def questions(self, text: str) -> tuple[str, str]:
        """Return (surroundings, questions): what stands from the first clause that asks to the last, where some do."""
        clauses = self._clauses(text)
        asking = [n for n, clause in enumerate(clauses) if self._asks(clause)]
        if not asking or len(clauses) == 1:
            return "", text
        first, last = asking[0], asking[-1] + 1
        return " . ".join((*clauses[:first], *clauses[last:])), " ".join(clauses[first:last])

    def _clauses(self, text: str) -> list[str]:
        """Return the clauses; one that a comma ends is one of its own only before or behind a clause that asks."""
        parts = [part for part in self._clause_end.split(text) if normalization.WORD.search(part)]
        clauses: list[str] = []
        for part in parts:
            more = clauses and clauses[-1].endswith(",") and not (self._opens(part) or self._tells(part))
            if more or (clauses and clauses[-1].endswith(":") and self._asks(clauses[-1])):
                clauses[-1] += f" {part}"
            else:
                clauses.append(part)
        return clauses

    def _added(self, around: Utterance, settled: set[str], *, points: bool) -> Iterator[Mention]:
        """Yield the names that the clause takes from its surroundings; what is left out counts wherever it is said."""
        for m in around.mentions:
            if m.excluded or (m.kind not in settled and (m.listed or (points and self._is_employer(m, around)))):
                yield m

    def _stranger(self, around: Utterance, asking: Utterance) -> tuple[Mention, ...]:
        """Return the payer whom "they" may be, where a story names somebody that is no word of English."""
        if self._payers.isdisjoint(word.text for word in asking.words):
            return ()
        alpha = (word.typed for word in around.loose if word.typed.isalpha())
        names = (word for word in alpha if not any(word in ordinary for ordinary in self._ordinary))
        return tuple(
            Mention(kind="company", id=name, text=name, start=0, end=0, on_file=False, listed=False)
            for name in islice((name for name in names if len(name) > LONGEST_INITIALS), 1)
        )

    def _is_employer(self, m: Mention, around: Utterance) -> bool:
        """Whether a name by its place alone is no ordinary noun of a story ("at lunch"), or is said of work."""
        work = any(word.text in self._work for word in around.words)
        return work or any(word not in self._english for word in m.text.split())

    def _asks(self, clause: str) -> bool:
        return clause.rstrip().endswith("?") or self._opens(clause) or not self._wh.isdisjoint(self._words(clause))

    def _tells(self, clause: str) -> bool:
        """Whether a clause begins with who tells something: "i have to cite it", "my prof will ask"."""
        return next(iter(self._words(clause)), "") in self._speakers

    def _opens(self, clause: str) -> bool:
        """Whether a clause begins with a question word, behind "so" or "hey" or not."""
        first = next((word for word in self._words(clause) if word not in self._before), "")
        return first in self._openers

    def _words(self, clause: str) -> list[str]:
        return [word for raw in normalization.words(clause) for word in self._short.get(raw, raw).split()]

    def join(self, around: Utterance, asking: Utterance, *, apart: bool) -> Utterance:
        """Return the asking clause with the names that stand around it; the other words there are not looked at.

        They are where the clause points to what stands before it in its own sentence, not `apart` from it.
        """
        kinds = {m.kind for m in asking.mentions}
        if not self._starts.isdisjoint(word.text for word in asking.loose):
            kinds.add("level")  # "9 years of teaching: what would I start at"
        roles = {m.id for m in asking.mentions if m.kind == "role"}
        if roles and any(m.kind == "role" and m.id not in roles for m in around.mentions):
            kinds.add("level")  # "i am a nurse with 12 years"
        settled = {kind for same in _SAME if kinds & same for kind in same}
        if not self._versus.isdisjoint(word.text for word in asking.words):
            settled = set()  # "if i wait until 5 yoe, how much more than a junior"
        settled |= _UNASKED
        if kinds & _WHOSE and not self._paying.isdisjoint(word.text for word in asking.loose):
            settled.add("amount")  # "i make 90k now, what does google pay"
        points = not self._pointing.isdisjoint(word.text for word in asking.words)
        points = points or (not kinds & _WHOSE and any(m.kind in _WHOSE for m in around.mentions))
        beside = points and not apart
        if not points:
            settled.add("employment")  # "even interns get more"
        added = tuple(self._added(around, settled, points=points))
        if points and not {m.kind for m in (*added, *asking.mentions)} & {"company", "group"}:
            added += self._stranger(around, asking)
        return replace(
            asking,
            words=(*around.words, *asking.words) if beside else asking.words,
            mentions=_placed(asking, added, len(around.words)) if beside else _behind(asking, added),
            years=(*(around.years if "years" not in settled else ()), *asking.years),
            amounts=(*(around.amounts if "amount" not in settled else ()), *asking.amounts),
            tokens=(*(_token(m) for m in added if not m.excluded), *asking.tokens),
        )


def _placed(asking: Utterance, added: tuple[Mention, ...], offset: int) -> tuple[Mention, ...]:
    """Return the names where the clause stands behind its surroundings: it points to them ("what do they pay")."""
    return (*added, *(replace(m, start=m.start + offset, end=m.end + offset) for m in asking.mentions))


def _behind(asking: Utterance, added: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return the names where the clause stands alone: the added ones behind it, and no word of it beside them."""
    at = len(asking.words) + 1
    return (*asking.mentions, *(replace(m, start=at, end=at) for m in added))


def is_narrower(asked: Decision, whole: Query) -> bool:
    """Whether the clause that asks leaves out a level or an amount that only its surroundings name."""
    if not isinstance(asked, Query) or asked.answer not in FIGURES:
        return False
    return set(asked.levels) < set(whole.levels) or bool(whole.amounts and not asked.amounts)


def _token(m: Mention) -> str:
    return f"<{m.kind}:{m.id}>" if m.on_file else f"<{m.kind}:?>"
