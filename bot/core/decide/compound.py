"""Finds the questions in one message, up to three: "average pay and growth rate", "entry pay + skills i need"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy.cases import NAMED
from bot.core.decide.query_builder import intent_of
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import Decision, Gap, GapKind, Query, Refusal
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import later
from bot.core.text import normalization

# With more joints than these a message is a list, or a post.
MOST_JOINTS = 6
# So many questions in one message are answered one behind the other.
MOST_PARTS = 3
# A longer message is a post, not two questions; it is read as a whole. People put two questions in a hundred letters.
LONGEST_DOUBLE, MOST_WORDS = 200, 40
REST = later("the other part of your question")
# A half alone has to be clearer than a whole question before it is answered.
SURE_HALF = 0.75
# ... and each of two halves is as likely as not what it is taken for.
LEAST_SURE = 0.65
# The rule by which a name or an average alone is a question.
BARE = "bare-name"
# Marks that mostly part what belongs together.
_WEAK = frozenset((",", ";", ".", "!"))
# A half in words that is no question has to be clearer still, and so have halves that only such a mark parts.
SURE_UNASKED = 0.85
# Two clear halves are believed before a whole that is hardly surer than they are.
COMPOUND_CONFIDENCE_MARGIN = 0.3


# What ranks things of one kind is another question than anything else.
RANKINGS = frozenset({"rank_companies", "rank_sources", "ladder"})
# What reads a part of a message, beside the other part.
ReadPart = Callable[[str, str], Decision]


class CompoundSplitter:
    """Finds the questions in one message, by the word lists of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        vocabulary = knowledge.vocabulary
        self._empty = frozenset((*vocabulary.function_words, *vocabulary.interjections))
        self._openers, self._calls = frozenset(vocabulary.question_words), frozenset(vocabulary.interjections)
        self._pay = intent_of(knowledge, "pay").title
        words, comparing = knowledge.words.speech_acts, knowledge.words.grammar.comparing
        joints = f"(?:{'|'.join(map(re.escape, words.joints))})" if words.joints else "(?!)"
        # Where one message may ask two things: at a mark, a joining word, or both (", and also"), or where it counts.
        words_behind = rf"(?:{joints}\s+)*"
        self._joints = re.compile(
            rf"(?:\?\s*|\s*[&+;,!.]\s+|\s\+\s*){words_behind}|\s+{joints}\s+{words_behind}"
            rf"|\s*(?<!\w)\(?[a-c1-3][).]\s+",
            re.IGNORECASE,
        )
        pairing = "|".join(map(re.escape, (*comparing, *words.pairing)))
        # Behind one of these an "and" joins two names, not two questions.
        self._pairing = re.compile(rf"\b(?:{pairing})\b" if pairing else "(?!)", re.IGNORECASE)

    def _says_something(self, part: str) -> bool:
        """Whether a part has a word that is none of grammar or of greeting: only then can it ask for something."""
        return not self._empty.issuperset(normalization.words(part))

    def _is_place_alone(self, part: str, read: Decision) -> bool:
        """Whether a part is no more than the name of a place without figures."""
        content = [word for word in normalization.words(part) if word not in self._empty]
        return len(content) == 1 and isinstance(read, Refusal) and any(gap.kind is GapKind.PLACE for gap in read.gaps)

    def _half(self, parts: tuple[str, str], read: tuple[Decision, Decision]) -> Query | None:
        """Return the one half that is on file; "ml salary n the uk" has no halves, as it is about one place."""
        alone = any(self._is_place_alone(*half) for half in zip(parts, read, strict=True))
        return None if alone else _half(*read, self._pay)

    def _pairs(self, part: str) -> bool:
        """Whether a part waits for the second of two names: "the difference between google"."""
        found = self._pairing.search(part)
        return found is not None and self._joints.search(part, found.end()) is None

    def _opens(self, part: str) -> bool:
        """Whether a part begins like a question."""
        first = next((word for word in normalization.words(part) if word not in self._calls), "")
        return first in self._openers

    def _joints_in(self, text: str) -> list[re.Match[str]]:
        """Return where a text may be parted, nowhere in a list or a post: what is read of a text is bounded by this."""
        if len(text) > LONGEST_DOUBLE or text.count(" ") >= MOST_WORDS:
            return []
        joints = [*self._joints.finditer(text)]
        return joints if len(joints) <= MOST_JOINTS else []

    def split(self, text: str, whole: Decision, read: ReadPart, most: int = MOST_PARTS) -> Query | None:
        """Return several queries in one where a text asks different things, each clear by itself.

        `whole` is what the text is read as in one piece, `read` reads a part of it beside the other part. Where only
        one part can be answered and the other is about pay too, that part is returned with the gap.
        """
        if any(m.kind == "exclusion" or m.excluded for m in whole.mentions):
            return None  # "besides google and amazon" is one thing
        for joint in self._joints_in(text):
            mark = "?" if "?" in joint[0] else ""
            parts = (text[: joint.start()] + mark, text[joint.end() :])
            if not all(self._says_something(part) or self._opens(part) for part in parts) or self._pairs(parts[0]):
                continue
            first = read(*parts)
            weak, ask = joint[0].strip() in _WEAK, [*map(self._opens, parts)]
            asks = isinstance(first, Query) and not (weak and first.confidence < SURE_UNASKED)
            if not (asks or _names_amount(first) or (isinstance(whole, Refusal) and not weak)):
                continue  # whatever the other part is
            second = read(*parts[::-1])
            if _names_amount(first) and _names_amount(second):
                return None  # two offers are held against each other
            more = self.split(parts[1], second, read, most - 1) if most > 2 else None  # noqa: PLR2004
            second = more or second
            if weak and ask[0] != ask[1]:
                continue  # "according to linkedin, what is the average"
            if isinstance(first, Query) and isinstance(second, Query):
                halves = _Halves(first, second, all(ask))
                # "python or c++, which of them pays more"
                if halves.differ(whole) and (halves.surest >= SURE_UNASKED or not weak):
                    return _both(first, second)
            half = self._half(parts, (first, second)) if isinstance(whole, Refusal) and not weak else None
            if half is not None:
                return half
        return None


def _names_amount(part: Decision) -> bool:
    return any(m.kind == "amount" for m in part.mentions)


def _both(first: Query, second: Query) -> Query:
    """Return two halves in one, each with the roles that only the other one names: "monthly and hourly mle pay"."""
    roles = [half.roles or other.roles for half, other in ((first, second), (second, first))]
    both = [
        replace(half, roles=named, gaps=tuple(gap for gap in half.gaps if gap.kind != GapKind.UNSPECIFIED or not named))
        for half, named in zip((first, second), roles, strict=True)
    ]
    return replace(both[0], then=both[1])


def _half(first: Decision, second: Decision, pay: str) -> Query | None:
    """Return the half of a question that is on file where the other half is about pay or careers, but is not.

    `pay` is the title of the intent of pay.
    """
    for answered, other in ((first, second), (second, first)):
        if isinstance(answered, Query) and isinstance(other, Refusal) and other.status == "not_covered":
            if answered.answer in SOCIAL or answered.confidence < SURE_HALF:
                continue
            # A name in the other half (a place, another role) belongs to the whole, unless each half asks for pay.
            if other.gaps and not (other.reason == pay and answered.answer in FIGURES and answered.mentions):
                continue
            return replace(answered, gaps=(*answered.gaps, *(other.gaps or (Gap(kind=GapKind.REST, name=REST),))))
    return None


def _are_apart(first: Query, second: Query) -> bool:
    """Whether two halves ask for figures of different kinds, each by itself: "new grad pay, and what google gives"."""
    kinds = [_kinds(half) for half in (first, second)]
    if first.answer == second.answer == "pay" and None not in (periods := {first.period, second.period}):
        return len(periods) > 1 and kinds[0] <= kinds[1] | {"overall"}  # "monthly and hourly"
    # "google and senior" is one question, "microsoft's range and indeed's average" are two.
    rules = {"answer", "example", BARE} if "sources" in kinds[0] | kinds[1] else {"answer", "example"}
    sure = all(half.rule in rules and not half.gaps for half in (first, second))
    return all(kinds) and kinds[0].isdisjoint(kinds[1]) and sure


def _kinds(half: Query) -> set[str]:
    """Return what kinds of figures a half asks for; the overall average is one of its own where it is asked for."""
    named = {kind for kind in ("companies", "levels", "sources") if getattr(half, kind)}
    overall = half.answer == "pay" and half.asked and not (named or half.amounts or half.directions)
    return {"overall"} if overall else named


class _Halves(NamedTuple):
    """Two halves of a message, each read by itself; `both_ask` says that each begins like a question."""

    first: Query
    second: Query
    both_ask: bool

    @property
    def surest(self) -> float:
        return min(self.first.confidence, self.second.confidence)

    def differ(self, whole: Decision) -> bool:
        """Whether they ask different things, rather than one comparison cut in two."""
        halves = (self.first, self.second)
        pair = {half.answer if half.topic is None else half.topic for half in halves}
        if pair & SOCIAL or not all(
            half.asked or half.answer in FIGURES or half.confidence >= SURE_UNASKED for half in halves
        ):
            return False  # "one number only. average pay"
        if pair & RANKINGS and pair <= FIGURES and len(pair) > 1:
            return self.both_ask and self.surest >= SURE_UNASKED
        averaged = any(half.answer == "pay" and _kinds(half) <= {"overall"} and not half.amounts for half in halves)
        named = {m.kind for half in halves for m in half.mentions} & NAMED
        if pair & FIGURES and not (named or averaged):
            return False
        if len(pair) == 1 or pair <= FIGURES:
            return pair <= FIGURES and _are_apart(self.first, self.second)
        # "average and growth" is more than growth, and so is "growth and what freshers get".
        lost = bool(averaged or pair & FIGURES)
        return isinstance(whole, Refusal) or self._say_more(whole, pair, lost=lost)

    def _say_more(self, whole: Query, pair: set[str], *, lost: bool) -> bool:
        """Whether the halves are believed before the whole; `lost` says that one of them asks for figures."""
        if whole.answer == "compare":
            return self.both_ask and self.surest >= SURE_UNASKED and "compare" not in pair
        if lost and whole.answer not in FIGURES:
            return True
        return self.surest >= LEAST_SURE and whole.confidence < self.surest + COMPOUND_CONFIDENCE_MARGIN
