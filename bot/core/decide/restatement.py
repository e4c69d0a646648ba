"""Restate a text as the question it comes to, before anything of it is decided on.

What a speaker takes back is replaced by what they put in its place ("google - sorry, amazon", "not google, amazon").
The terms are those of research on disfluency: an editing term ("sorry", "I mean") stands between the reparandum, which
is taken back, and the repair, which takes the place of the last name of its own kind in front of the editing term.

The years that somebody spent in another trade are left out: "I taught for 3 years, then 2 years as an ML engineer" has
two years. A span belongs to what its own clause names. A clause with a span is left out where it names another trade,
or tells of something that is not ours where another clause names ours; never where it asks, and never where spans are
held against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.text import normalization
from bot.core.text.patterns import any_of

Read = Callable[[str], Utterance]
REPAIRABLE = frozenset({"company", "role", "field", "level", "source", "place", "amount"})
# A repair stands right behind its editing term, with an article or a preposition between at the most.
MOST_BETWEEN = 2
_MARKS = " ,;:.-\u2013\u2014("
OURS = frozenset({"role", "field", "skill"})
_OTHERS = frozenset({"role", "employment"})


class SelfRepairs:
    """Carries out the repairs in texts, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._editing = re.compile(rf"\b{any_of(knowledge.words.speech_acts.repairs, gap=' ?,? ?')}\b", re.IGNORECASE)
        vocabulary, words = knowledge.vocabulary, knowledge.words.follow_ups
        self._denying = frozenset(
            word
            for phrase in (*words.corrections, *vocabulary.interjections, *words.calls)
            for word in normalization.words(phrase)
        )
        self._exclusions = re.compile(rf"\b{any_of(knowledge.vocabulary.exclusions)}\b", re.IGNORECASE)

    def repaired(self, text: str, read: Read) -> str:
        """Return a text with its first repair carried out, or as it is. `read` finds the names in a piece of it."""
        for left, right in self._cuts(text, read):
            if self._only_denies(left) and any(m.kind in REPAIRABLE and m.listed for m in read(right).mentions):
                return right.lstrip(_MARKS)  # "no, i meant amazon" takes back what nobody remembers
            if (whole := self._put(left.rstrip(_MARKS), right.lstrip(_MARKS), read)) is not None:
                return whole
        return text

    def _only_denies(self, text: str) -> bool:
        """Whether a text says no more than that something was not meant."""
        return self._denying.issuperset(normalization.words(text))

    def _cuts(self, text: str, read: Read) -> Iterator[tuple[str, str]]:
        """Yield what stands on both sides of an editing term, or of an excluded name that was named before."""
        if found := self._editing.search(text):
            yield text[: found.start()], text[found.end() :]
        elif self._exclusions.search(text):
            mentions = read(text).mentions
            for m in mentions:
                taken_back = m.excluded and any(
                    one.start < m.start and not one.excluded and (one.kind, one.id) == (m.kind, m.id)
                    for one in mentions
                )
                if taken_back and (place := self._excluded(text, m)):
                    yield text[: place.start()], text[place.end() :]

    def _put(self, left: str, right: str, read: Read) -> str | None:
        """Return the left side with the repair in the place of the reparandum, and what stands behind the repair."""
        behind = read(right).mentions
        repair = next((m for m in behind if m.kind in REPAIRABLE and not m.excluded), None)
        if not left or repair is None or repair.start > MOST_BETWEEN or (place := _place(right, repair)) is None:
            return None
        taken_back = [m for m in read(left).mentions if m.kind == repair.kind and not m.excluded]
        if not taken_back or (old := _place(left, taken_back[-1])) is None:
            return None
        rest = right[place.end() :]
        for m in behind:
            if m.excluded and (excluded := self._excluded(rest, m)):
                rest = rest[: excluded.start()] + rest[excluded.end() :]
        rest = rest.strip(_MARKS + ")")
        return f"{left[: old.start()]}{place[0]}{left[old.end() :]}" + (f" {rest}" if rest else "")

    def _excluded(self, text: str, m: Mention) -> re.Match[str] | None:
        return re.search(rf"{self._exclusions.pattern}\s+{_pattern(m)}", text, re.IGNORECASE)


def _place(text: str, m: Mention) -> re.Match[str] | None:
    """Return the last place of a name in a text as it was typed."""
    return max(re.finditer(_pattern(m), text, re.IGNORECASE), key=re.Match.start, default=None)


def _pattern(m: Mention) -> str:
    words = r"\s+".join(map(re.escape, m.text.split()))
    return rf"(?<!\w){words}(?!\w)"


class LifeStories:
    """Leaves out other trades' years, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        vocabulary, acts, grammar = knowledge.vocabulary, knowledge.words.speech_acts, knowledge.words.grammar
        starts = "|".join(map(re.escape, acts.clause_starts))
        self._clause_ends = re.compile(rf"(?<=[,;:.!?])\s+|\s+(?=(?:{starts})\b)|\s+[-\u2013\u2014|]\s+", re.IGNORECASE)
        self._compared = frozenset((*grammar.versus, *grammar.comparing, *acts.held_against))
        self._speakers = frozenset((*acts.storytellers, *grammar.possessives))
        self._asking = frozenset((*vocabulary.question_words, *acts.wh))
        phrases = (*vocabulary.function_words, *vocabulary.interjections, *vocabulary.question_nouns)
        self._plain = frozenset(
            word
            for phrase in (*phrases, *vocabulary.pay_words, *vocabulary.weak_pay_words)
            for word in normalization.words(phrase)
        )
        self._classes = knowledge.word_classes

    def of_our_trade(self, text: str, read: Read) -> str:
        """Return a text without the clauses that give years to another trade. `read` finds the names in a piece."""
        whole = read(text)
        if not whole.years or not self._compared.isdisjoint(word.text for word in whole.words):
            return text
        clauses = self._clause_ends.split(text)
        if len(clauses) == 1:
            return text
        readings = [read(clause) for clause in clauses]
        ours = [_names_ours(one) for one in readings]
        if not any(ours):
            return text
        has_speaker = any(word.text in self._speakers for word in whole.words)
        several = sum(bool(one.years) for one in readings) > 1 and any(
            one.years and own for one, own in zip(readings, ours, strict=True)
        )
        kept = [
            clause
            for clause, one, own in zip(clauses, readings, ours, strict=True)
            if not (one.years and not self._asks(clause, one) and self._is_of_another(one, own, has_speaker, several))
        ]
        return " ".join(kept)

    def _asks(self, clause: str, reading: Utterance) -> bool:
        return clause.rstrip().endswith("?") or any(word.text in self._asking for word in reading.words[:2])

    def _is_of_another(self, clause: Utterance, own: bool, has_speaker: bool, several: bool) -> bool:
        """Whether a clause gives its years to another trade; `several` says that spans stand in other clauses too."""
        if own:
            return False
        if any(m.kind in _OTHERS and not m.on_file for m in clause.mentions):
            return True
        contents = [word.text for word in clause.loose if word.text not in self._plain]
        if any(m.kind == "condition" for m in clause.mentions) and several:
            return True
        things = any(self._classes.get(word) not in ("r", "a", "v") for word in contents)
        acts = any(self._classes.get(word) == "v" for word in contents)
        return (things and (several or has_speaker)) or (acts and several and has_speaker)


def _names_ours(clause: Utterance) -> bool:
    strange = any(m.kind == "role" and not m.on_file for m in clause.mentions)
    return not strange and any(m.kind in OURS and m.on_file for m in clause.mentions)
