"""Leave out the years that somebody spent in another trade: they are no experience in the one that is asked about.

"I taught for 3 years, then 2 years as an ML engineer" tells of two years. A span belongs to what its own clause names.
Rules: a clause with a span is left out where it names another trade, or tells of something that is not ours where
another clause names ours; never where it asks, and never where spans are held against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.text import normalization

OURS = frozenset({"role", "field", "skill"})
_OTHERS = frozenset({"role", "employment"})


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

    def of_our_trade(self, text: str, read: Callable[[str], Utterance]) -> str:
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
        told = any(word.text in self._speakers for word in whole.words)
        several = sum(bool(one.years) for one in readings) > 1 and any(
            one.years and own for one, own in zip(readings, ours, strict=True)
        )
        kept = [
            clause
            for clause, one, own in zip(clauses, readings, ours, strict=True)
            if not (one.years and not self._asks(clause, one) and self._is_of_another(one, own, told, several))
        ]
        return " ".join(kept)

    def _asks(self, clause: str, reading: Utterance) -> bool:
        return clause.rstrip().endswith("?") or any(word.text in self._asking for word in reading.words[:2])

    def _is_of_another(self, clause: Utterance, own: bool, told: bool, several: bool) -> bool:
        """Whether a clause gives its years to another trade; `several` says that spans stand in other clauses too."""
        if own:
            return False
        if any(m.kind in _OTHERS and not m.known for m in clause.mentions):
            return True
        contents = [word.text for word in clause.loose if word.text not in self._plain]
        if any(m.kind == "condition" for m in clause.mentions) and several:
            return True
        things = any(self._classes.get(word) not in ("r", "a", "v") for word in contents)
        acts = any(self._classes.get(word) == "v" for word in contents)
        return (things and (several or told)) or (acts and several and told)


def _names_ours(clause: Utterance) -> bool:
    strange = any(m.kind == "role" and not m.known for m in clause.mentions)
    return not strange and any(m.kind in OURS and m.known for m in clause.mentions)
