"""Says what a text is about: pay or something else, asked or only told."""

from __future__ import annotations

from itertools import pairwise

from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import inflection

PEOPLE = frozenset({"role", "level", "years", "people", "source"})
SPEAKERS = stems(("i", "we", "he", "she", "they", "it", "that", "this", "my", "you", "am", "was", "not"))
CALLS = stems(("hey", "hi", "hello", "yo", "ok", "okay", "so", "and", "but", "please", "bot", "well", "also", "um"))
WH = stems(("what", "how", "which", "who", "why", "where"))
WH_FOLLOWERS = stems(("much", "many", "company", "companies", "source", "site", "skills", "degree", "well", "should"))
# Before a pronoun these ask: "can i skip it".
TURNED = stems(("can", "could", "should", "would", "will", "do", "does", "did", "is", "are", "am", "have", "has"))
LONGEST_NOUN_PHRASE = 8
HELD_AGAINST = frozenset(("versus", "against", "compare", "compared", "comparing", "than", "above", "below"))
PRONOUNS = stems(("i", "me", "we", "they", "them", "he", "she", "people", "someone", "anyone", "folks"))
SUMS = stems(("much", "average", "mean", "expect", "ballpark", "figures"))


def speaks_of_pay(slots: Slots, answer: str, lexicon: WordLists) -> bool:
    """Whether pay is asked for, and not a company's revenue or the way to its door."""
    if slots.kinds & {"pay", "salary_amount"} or answer in ("rank_sources", "ladder"):
        return True
    several = max(slots.most, len(slots.all_roles)) > 1
    people = slots.kinds & PEOPLE or not PRONOUNS.isdisjoint(slots.stems)
    if "field" in slots.kinds and not people:
        # "how much does ml pay", but not "make a new name for the ai".
        people = not SUMS.isdisjoint(slots.stems)
    if slots.companies and slots.directions and answer == "pay":
        return True
    if "field" in slots.kinds and _counts_a_noun(slots):
        return False
    bounds = slots.directions and slots.kinds & {"company", "role", "field"}
    weak = slots.period or bounds or not lexicon.weak_pay.isdisjoint(slots.stems)
    weakly = bool(people) and bool(weak)
    starts = answer == "rank_companies" and "start" in slots.directions
    return weakly or starts or (several and (answer == "compare" or slots.period is not None))


def _counts_a_noun(slots: Slots) -> bool:
    """Whether "how much" counts what is named right behind it: "how much machine learning do I need"."""
    words = [word.text for word in slots.reading.words]
    starts = {m.start for m in slots.reading.mentions if m.kind in ("field", "skill")}
    return any(pair == ("how", "much") and n + 2 in starts for n, pair in enumerate(pairwise(words)))


def is_extreme(slots: Slots, lexicon: WordLists) -> bool:
    """Whether the highest or lowest salary is asked for with no company or level: then a company's is meant."""
    whose = slots.companies or slots.levels or slots.sources or slots.other_roles
    return not whose and not lexicon.extremes.isdisjoint(slots.stems)


def is_ranked(slots: Slots) -> bool:
    """Whether one company is held against all others: "who pays less than google"."""
    others = slots.levels or slots.sources or slots.amounts or slots.gaps or slots.other_roles
    said = [word.text for word in slots.reading.words]
    ordered = {"highest", "lowest"} & {*slots.directions}
    return len(slots.companies) == 1 and bool(ordered) and "than" in said and not others and not slots.averaged


def compares_with_average(slots: Slots, *, asked: bool) -> bool:
    """Whether one level is held against the average: "junior vs average salary", "is senior pay above average"."""
    if not asked and HELD_AGAINST.isdisjoint(word.text for word in slots.reading.words):
        return False
    alone = len(slots.levels) == 1 and not (slots.companies or slots.sources or slots.other_roles)
    return alone and slots.averaged


def is_about_pay(slots: Slots, lexicon: WordLists) -> bool:
    """Whether any word speaks of pay or careers, so that "no figures" is a better answer than "off topic"."""
    return not (lexicon.pay | lexicon.career).isdisjoint(slots.stems)


def is_asked(slots: Slots, lexicon: WordLists) -> bool:
    """Whether the text is a question rather than a remark: by its mark, its first word, or "how much", "what does".

    A few words about pay without a speaker ("google ml salary") are a question too; "they pay me well" is none.
    """
    said = [inflection.stem(word.text) for word in slots.reading.words]
    first = next((word for word in said if word not in CALLS), "")
    if slots.reading.question_mark or first in lexicon.questions:
        return True
    if any(one in WH and other in lexicon.questions | WH_FOLLOWERS for one, other in pairwise(said)):
        return True
    short = len(said) <= LONGEST_NOUN_PHRASE and SPEAKERS.isdisjoint(said)
    return short and not lexicon.pay.isdisjoint(said)


def is_said_of(slots: Slots) -> bool:
    """Whether something is said of a field or a skill that begins the text: "ml is hard"."""
    first = next((m for m in slots.reading.mentions if m.start == 0 and m.kind in ("field", "skill")), None)
    words = [word.text for word in slots.reading.words]
    return first is not None and first.end < len(words) and words[first.end] in ("is", "are", "was", "has", "will")


def is_remark(slots: Slots, lexicon: WordLists) -> bool:
    """Whether somebody tells of themselves or others, asking nothing."""
    said = [inflection.stem(word.text) for word in slots.reading.words]
    turned = any(one in TURNED and other in SPEAKERS for one, other in pairwise(said))
    if turned or not WH.isdisjoint(said):
        return False
    return not is_asked(slots, lexicon) and not SPEAKERS.isdisjoint(said)
