"""Cuts a message of several questions into them, where one lookup would cross what belongs apart.

"data scientists in austin and boston" is one question about two places; "netflix in 2022 and nvidia in 2023" are two,
as each employer has its own year, and so is "what does tesla pay? what does nvidia pay in texas?". What a later part
leaves out is carried from the one before, as in a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.core.model.dialogue import Ambiguous, Decision, DialogueState, Mention, Query, Turn
from bot.core.model.knowledge import Knowledge
from bot.core.text import normalization

# So many questions in one message are answered one behind the other; a longer message is a post.
MOST_PARTS, LONGEST = 3, 200
# What a question is about, and by what it is narrowed; names of one sort stand for each other.
_SORTS = {
    "company": "employer",
    "role": "role",
    "field": "role",
    "place": "place",
    "home": "place",
    "level": "level",
    "grade": "level",
    "years": "level",
    "employment": "level",
    "date": "date",
    "statistic": "statistic",
    "amount": "amount",
}
_WHOSE = frozenset({"employer", "role"})
_Read = Callable[[str], Sequence[Mention]]
# Takes a text behind the state of a conversation.
_TakeTurn = Callable[[str, DialogueState | None], Turn]
_Names = dict[str, frozenset[str]]


class MessageParts:
    """Finds the questions of a message, by the joining words of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        acts, grammar = knowledge.words.speech_acts, knowledge.words.grammar
        short = knowledge.vocabulary.abbreviations
        versus = (*grammar.versus, *(one for one, full in short.items() if full in grammar.versus))
        joints, versus_ = ("|".join(map(re.escape, words)) or "(?!)" for words in (acts.joints, versus))
        self._ends = re.compile(rf"[?!;\n]+\s*(?:(?:{joints})\s+)?|(?<=\w\w)\.\s+", re.IGNORECASE)
        self._joints = re.compile(
            rf"\s*[,;&+]\s*(?:(?:{joints})\s+)?|\s+(?:{joints}|(?:{versus_})\.?)\s+", re.IGNORECASE
        )
        self._openers = frozenset((*knowledge.vocabulary.question_words, *acts.wh))

    def joined(self, text: str, whole: Decision, read: _Read, turn: _TakeTurn) -> Decision:
        """Return the answers to the questions of a message, where the datasets have some of it; else the `whole`."""
        context: DialogueState | None = None
        decisions = []
        for part in () if isinstance(whole, Ambiguous) else self._parts(text, whole.mentions, read):
            taken = turn(part, context)
            context = taken.context
            decisions.append(taken.decision)
        return _chained(decisions, whole) if decisions else whole

    def _parts(self, text: str, mentions: Sequence[Mention], read: _Read) -> tuple[str, ...]:
        """Return the questions of a text, () where it is one; `mentions` are its names, `read` those of a part."""
        names = _names(mentions)
        several = {sort for sort, keys in names.items() if len(keys) > 1}
        if not (several or (len(names) > 1 and text.count("?") > 1)) or len(text) > LONGEST:
            return ()
        sentences = tuple(self._sentences(text))
        if 1 < len(sentences) <= MOST_PARTS:
            return sentences if _are_apart([_names(read(one)) for one in sentences], several) else ()
        return self._pairs(text, several, read) if len(several) > 1 else ()

    def _sentences(self, text: str) -> Iterator[str]:
        """Yield the sentences, and of two questions that a word joins each."""
        for sentence in self._ends.split(text):
            begins = 0
            for joint in self._joints.finditer(sentence):
                if self._opens(sentence[begins:]) and self._opens(sentence[joint.end() :]):
                    yield sentence[begins : joint.start()]
                    begins = joint.end()
            if normalization.WORD.search(sentence[begins:]):
                yield sentence[begins:]

    def _opens(self, text: str) -> bool:
        return next(iter(normalization.words(text)), "") in self._openers

    def _pairs(self, text: str, several: set[str], read: _Read, most: int = MOST_PARTS) -> tuple[str, ...]:
        """Return the parts of a text each of which has its own names of every sort of which there are several."""
        for joint in self._joints.finditer(text) if most > 1 else ():
            parts = (text[: joint.start()], text[joint.end() :])
            named = tuple(map(read, parts))
            first, second = map(_names, named)
            own = all(len(first.get(sort, ())) == 1 and second.get(sort) for sort in several)
            if own and not any(first[sort] & second[sort] for sort in several) and not _is_one_place(*named):
                return (parts[0], *(self._pairs(parts[1], several, read, most - 1) or parts[1:]))
        return ()


def _names(mentions: Sequence[Mention]) -> _Names:
    """Return the names by what they are of; a city and its state behind it are one place."""
    names: dict[str, set[str]] = {}
    last: Mention | None = None
    for mention in sorted(mentions, key=lambda one: one.start):
        sort = _SORTS.get(mention.kind)
        if sort is not None and not mention.excluded:
            inside = sort == "place" and last is not None and last.end == mention.start
            names.setdefault(sort, set()).update(() if inside else (mention.id or mention.text,))
            last = mention if sort == "place" else None
    return {sort: frozenset(keys) for sort, keys in names.items()}


def _is_one_place(first: Sequence[Mention], second: Sequence[Mention]) -> bool:
    """Whether a cut is between a city and its state: "austin, tx"."""
    last = max(first, key=lambda one: one.end, default=None)
    next_ = min(second, key=lambda one: one.start, default=None)
    return last is not None and next_ is not None and last.kind == next_.kind == "place" and next_.start == 0


def _are_apart(sentences: list[_Names], several: set[str]) -> bool:
    """Whether sentences ask of different things, each by itself or going on with the one before.

    Of what only the first names more ("data scientists in austin? in boston?") one lookup asks as well.
    """
    if not all(sentences) or not (several or all(_WHOSE & one.keys() for one in sentences)):
        return False
    sorts = [frozenset(one) for one in sentences]
    if len(several) > 1 and any(not several.isdisjoint(one) for one in sorts[1:]):
        return True
    return any(not one <= sorts[0] or (one & _WHOSE and one != sorts[0]) for one in sorts[1:])


def _chained(decisions: Sequence[Decision], whole: Decision) -> Decision:
    """Return the answers to the parts of a message one behind the other, with what those lack that have none.

    That is the `whole` where no part of it is looked up.
    """
    queries = [one for one in decisions if isinstance(one, Query)]
    gaps = tuple(gap for one in decisions if not isinstance(one, Query) for gap in one.gaps)
    if not any(one.lookup is not None for query in queries for one in _chain(query)):
        return whole
    if len(queries) < len(decisions) and not gaps:
        return whole
    joined = queries[-1]
    for query in reversed(queries[:-1]):
        for one in reversed(tuple(_chain(query))):
            joined = replace(one, then=joined)
    return replace(joined, gaps=tuple(dict.fromkeys((*gaps, *joined.gaps))))


def _chain(query: Query | None) -> Iterator[Query]:
    """Yield the parts of an answer; what is told beside a lookup for want of better is none of several."""
    while query is not None:
        if not query.brief:
            yield query
        query = query.then
