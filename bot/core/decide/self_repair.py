"""Replace what a speaker takes back by what they put in its place: "google - sorry, amazon", "not google, amazon".

The terms are those of research on disfluency: an editing term ("sorry", "I mean") stands between the reparandum, which
is taken back, and the repair. A repair takes the place of the last name of its own kind in front of the editing term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.entities import Utterance
from bot.core.text.patterns import any_of

Read = Callable[[str], Utterance]
REPAIRABLE = frozenset({"company", "role", "field", "level", "source", "place", "amount"})
# A repair stands right behind its editing term, with an article or a preposition between at the most.
MOST_BETWEEN = 2
_MARKS = " ,;:.-\u2013\u2014("


class SelfRepairs:
    """Carries out the repairs in texts, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._editing = re.compile(rf"\b{any_of(knowledge.words.speech_acts.repairs, gap=' ?,? ?')}\b", re.IGNORECASE)
        self._exclusions = re.compile(rf"\b{any_of(knowledge.vocabulary.exclusions)}\b", re.IGNORECASE)

    def repaired(self, text: str, read: Read) -> str:
        """Return a text with its first repair carried out, or as it is. `read` finds the names in a piece of it."""
        for left, right in self._cuts(text, read):
            if (whole := self._put(left.rstrip(_MARKS), right.lstrip(_MARKS), read)) is not None:
                return whole
        return text

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
        taken_back = [m for m in read(left).mentions if m.kind == repair.kind]
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
