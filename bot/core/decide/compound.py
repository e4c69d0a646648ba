"""Finds two questions in one message: "average pay and growth rate", "entry pay + skills i need"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy.cases import NAMED
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Decision, Gap, GapKind, Query, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import later
from bot.core.text import normalization

MOST_JOINTS = 4
# A longer message is a post, not two questions; it is read as a whole. People put two questions in a hundred letters.
LONGEST_DOUBLE = 200
REST = later("the other part of your question")
# A half alone has to be clearer than a whole question before it is answered.
SURE_HALF = 0.75
# The rule by which a name or an average alone is a question.
BARE = "bare-name"
# Marks that mostly part what belongs together.
_WEAK = frozenset((",", ";", ".", "!"))
# A half in words that is no question has to be clearer still, and so have halves that only such a mark parts.
SURE_UNASKED = 0.9
# Two clear halves are believed before a whole that is hardly surer than they are.
COMPOUND_CONFIDENCE_MARGIN = 0.3


class CompoundSplitter:
    """Finds two questions in one message, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        vocabulary = knowledge.vocabulary
        self._empty = frozenset((*vocabulary.function_words, *vocabulary.interjections))
        words, comparing = knowledge.words.speech_acts, knowledge.words.grammar.comparing
        joints = f"(?:{'|'.join(map(re.escape, words.joints))})" if words.joints else "(?!)"
        # Where one message may ask two things.
        self._joints = re.compile(rf"\s+{joints}\s+|\s*[&+;,?!.]\s+|\s\+\s*|\?\s*", re.IGNORECASE)
        pairing = "|".join(map(re.escape, (*comparing, *words.pairing)))
        # Behind one of these an "and" joins two names, not two questions.
        self._pairing = re.compile(rf"\b(?:{pairing})\b" if pairing else "(?!)", re.IGNORECASE)

    def _says_something(self, part: str) -> bool:
        """Whether a part has a word that is none of grammar or of greeting: only then can it ask for something."""
        return not self._empty.issuperset(normalization.words(part))

    def split(self, text: str, whole: Decision, read: Callable[[str], Decision]) -> Query | None:
        """Return two queries in one where a text asks two different things, each clear by itself.

        `whole` is what the text is read as in one piece, `read` reads a piece of it. Where only one half can be
        answered and the other is about pay too, that half is returned with the gap.
        """
        if len(text) > LONGEST_DOUBLE or any(m.kind == "exclusion" or m.excluded for m in whole.mentions):
            return None  # "besides google and amazon" is one thing
        for joint in list(self._joints.finditer(text))[:MOST_JOINTS]:
            mark = "?" if "?" in joint[0] else ""
            parts = (text[: joint.start()] + mark, text[joint.end() :])
            if not all(map(self._says_something, parts)) or self._pairing.search(parts[0]):
                continue
            first, second = map(read, parts)
            if all(any(m.kind == "amount" for m in half.mentions) for half in (first, second)):
                return None  # two offers are held against each other
            weak = joint[0].strip() in _WEAK
            if isinstance(first, Query) and isinstance(second, Query) and _differ(first, second, whole):
                if weak and min(first.confidence, second.confidence) < SURE_UNASKED:
                    continue  # "python or c++, which of them pays more"
                return _both(first, second)
            half = _half(first, second) if isinstance(whole, Refusal) and not weak else None
            if half is not None:
                return half
        return None


def _both(first: Query, second: Query) -> Query:
    """Return two halves in one, each with the roles that only the other one names: "monthly and hourly mle pay"."""
    roles = [half.roles or other.roles for half, other in ((first, second), (second, first))]
    both = [
        replace(half, roles=named, gaps=tuple(gap for gap in half.gaps if gap.kind != GapKind.UNSPECIFIED or not named))
        for half, named in zip((first, second), roles, strict=True)
    ]
    return replace(both[0], then=both[1])


def _half(first: Decision, second: Decision) -> Query | None:
    """Return the half of a question that is on file where the other half is about pay or careers, but is not."""
    for answered, other in ((first, second), (second, first)):
        if isinstance(answered, Query) and isinstance(other, Refusal) and other.status == "not_covered":
            # A name in the other half (a place, another role) belongs to the whole question: then there is no half.
            if answered.answer in SOCIAL or answered.confidence < SURE_HALF or other.gaps:
                continue
            return replace(answered, gaps=(*answered.gaps, Gap(kind=GapKind.REST, name=REST)))
    return None


def _are_apart(first: Query, second: Query) -> bool:
    """Whether two halves ask for figures of different kinds, each by itself: "new grad pay, and what google gives"."""
    kinds = [_kinds(half) for half in (first, second)]
    if first.answer == second.answer == "pay" and None not in (periods := {first.period, second.period}):
        return len(periods) > 1 and kinds[0] <= kinds[1] | {"overall"}  # "monthly and hourly"
    # "google and senior" is one question, "microsoft's range and indeed's average" are two.
    rules = {"answer", "example", BARE} if "sources" in kinds[0] | kinds[1] else {"answer"}
    sure = all(half.rule in rules and not half.gaps for half in (first, second))
    return all(kinds) and kinds[0].isdisjoint(kinds[1]) and sure


def _kinds(half: Query) -> set[str]:
    """Return what kinds of figures a half asks for; the overall average is one of its own where it is asked for."""
    named = {kind for kind in ("companies", "levels", "sources") if getattr(half, kind)}
    overall = half.answer == "pay" and half.asked and not (named or half.amounts or half.directions)
    return {"overall"} if overall else named


def _differ(first: Query, second: Query, whole: Decision) -> bool:
    """Whether two halves ask different things, rather than one comparison cut in two."""
    pair = {
        first.answer if first.topic is None else first.topic,
        second.answer if second.topic is None else second.topic,
    }
    named = {m.kind for query in (first, second) for m in query.mentions} & NAMED
    if not all(half.asked or half.answer in FIGURES or half.confidence >= SURE_UNASKED for half in (first, second)):
        return False  # "one number only. average pay"
    averaged = any(
        half.answer == "pay" and _kinds(half) <= {"overall"} and not half.amounts for half in (first, second)
    )
    if pair & SOCIAL or (pair & FIGURES and not (named or averaged)):
        return False
    if len(pair) == 1 or pair <= FIGURES:
        return pair <= FIGURES and _are_apart(first, second)
    if isinstance(whole, Refusal):
        return True
    if whole.answer == "compare" or len(pair & FIGURES) > 1:
        return False
    # "average and growth" is more than growth, and so is "growth and what freshers get".
    lost = (averaged or pair & FIGURES) and whole.answer not in FIGURES
    return lost or whole.confidence < min(first.confidence, second.confidence) + COMPOUND_CONFIDENCE_MARGIN
