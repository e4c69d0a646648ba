"""Says what a text is about: pay or something else, asked or only told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import dropwhile, pairwise

from bot.core.decide.word_effects import WordWeigher
from bot.core.nlu.slots import Slots, WordLists
from bot.core.text import inflection

PEOPLE = frozenset({"role", "level", "years", "people", "source"})
LONGEST_NOUN_PHRASE = 8
# A subject has hardly more words before its verb: "does the ml team at google".
LONGEST_SUBJECT = 5


def speaks_of_pay(slots: Slots, answer: str, lexicon: WordLists) -> bool:
    """Whether pay is asked for, and not a company's revenue or the way to its door."""
    if slots.kinds & {"pay", "salary_amount"} or answer in ("rank_sources", "ladder"):
        return True
    several = max(slots.most, len(slots.all_roles)) > 1
    people = slots.kinds & PEOPLE or not lexicon.people.isdisjoint(slots.stems)
    if "field" in slots.kinds and not people:
        # "how much does ml pay", but not "make a new name for the ai".
        people = not lexicon.sums.isdisjoint(slots.stems)
    if slots.companies and slots.directions and answer == "pay":
        return True
    if "field" in slots.kinds and _counts_a_noun(slots, lexicon):
        return False
    bounds = slots.directions and slots.kinds & {"company", "role", "field"}
    weak = "period" in slots.kinds or bounds or not lexicon.weak_pay.isdisjoint(slots.stems)
    weakly = bool(people) and bool(weak)
    starts = answer == "rank_companies" and "start" in slots.directions
    return weakly or starts or (several and (answer == "compare" or slots.period is not None))


def _counts_a_noun(slots: Slots, lexicon: WordLists) -> bool:
    """Whether "how much" counts what is named right behind it: "how much machine learning do I need"."""
    words = [word.text for word in slots.reading.words]
    starts = {m.start for m in slots.reading.mentions if m.kind in ("field", "skill")}
    return any(pair in lexicon.counting and n + 2 in starts for n, pair in enumerate(pairwise(words)))


def main_verb(slots: Slots, lexicon: WordLists, is_verb: Callable[[str], bool]) -> str:
    """Return the verb of a yes-or-no question that begins with an auxiliary ("does google sponsor ..."), or nothing."""
    words = slots.reading.words
    named = {n: m for m in slots.reading.mentions for n in range(m.start, m.end)}
    first = next((n for n, word in enumerate(words) if word.text not in lexicon.call_words), len(words))
    if first == len(words) or words[first].text not in lexicon.auxiliary_words:
        return ""
    behind = [(n, words[n].text) for n in range(first + 1, min(first + 1 + LONGEST_SUBJECT, len(words)))]
    if behind and behind[0][0] not in named and is_verb(behind[0][1]):
        return ""  # "would love to know" asks for nothing by itself
    return next((word for n, word in behind[1:] if n not in named and is_verb(word)), "")


def asks_what_is_earned(slots: Slots, lexicon: WordLists, is_adverb: Callable[[str], bool]) -> bool:
    """Whether it is asked what somebody earns: "what do freshers actually make", "what is a junior on".

    Behind the question word stand an auxiliary, who it is, and a verb of earning, and nothing that the verb is of.
    """
    if not slots.kinds & {"role", "level", "years", "people"}:
        return False
    named = {n for m in slots.reading.mentions for n in range(m.start, m.end)}
    words = ["" if n in named else word.text for n, word in enumerate(slots.reading.words)]
    words = [word for word in words if word in lexicon.acts.on_pay or not (word and is_adverb(word))]
    on_pay = bool(words) and words[-1] in lexicon.acts.on_pay
    for n, (asking, verb) in enumerate(pairwise(words)):
        if asking in lexicon.acts.choosing:
            behind = _behind_whom(words[n + 2 : -1 if on_pay else None], lexicon)
            if verb in lexicon.auxiliary_words and _earns(behind, lexicon):
                return True
            if on_pay and not behind and verb in lexicon.acts.said_of:
                return True
    return False


def _behind_whom(words: list[str], lexicon: WordLists) -> list[str]:
    """Return what follows whom a question is about: names ("") and the words of grammar around them."""
    grammar = lexicon.grammar_words.difference(lexicon.acts.earning)
    return list(dropwhile(lambda word: not word or word in grammar, words))


def _earns(words: list[str], lexicon: WordLists) -> bool:
    """Whether a verb of earning comes first, and behind it nothing but when, where and how."""
    if not words or words[0] not in lexicon.acts.earning:
        return False
    return all(not word or inflection.stem(word) in lexicon.filler for word in words[1:])


def asked_for_by_name(slots: Slots, lexicon: WordLists) -> str:
    """Return the noun behind "which" or "what", the last of several ("which university degree"), or nothing."""
    words = slots.reading.words
    named = {n for m in slots.reading.mentions for n in range(m.start, m.end)}
    if not words or words[0].text not in lexicon.acts.choosing:
        return ""
    head = ""
    for n, word in enumerate(words[1:], 1):
        if n in named or word.text in lexicon.grammar_words:
            break
        head = word.text
    return head


def decides_how_much(slots: Slots, lexicon: WordLists) -> tuple[str, ...]:
    """Return the stems of what is asked for in front of a "how much" that is no question by itself, or nothing.

    "What factors decide how much they earn" asks for the factors: a noun and a verb stand between.
    """
    words = [word.text for word in slots.reading.words]
    at = next((n for n, pair in enumerate(pairwise(words)) if pair in lexicon.counting), 0)
    if not words or words[0] not in lexicon.acts.choosing or at < len(("what", "noun", "verb")):
        return ()
    between = words[1:at]
    if not {*lexicon.acts.earning, *lexicon.payers.verbs}.isdisjoint(between):
        return ()  # "which employer pays how much" asks just that
    return tuple(inflection.stem(word) for word in between if word not in lexicon.grammar_words)


def asks_whose(slots: Slots, lexicon: WordLists) -> bool:
    """Whether a figure is asked about, rather than held against pay: "is it from indeed", "how is it computed"."""
    compared = slots.companies or slots.levels or slots.other_roles or slots.period
    return not compared and (bool(slots.sources) or not lexicon.wh.isdisjoint(slots.stems))


def is_extreme(slots: Slots, lexicon: WordLists) -> bool:
    """Whether the highest or lowest salary is asked for with no company or level: then a company's is meant."""
    whose = slots.companies or slots.levels or slots.sources or slots.other_roles
    return not whose and not lexicon.extremes.isdisjoint(slots.stems)


def names_ends(slots: Slots, lexicon: WordLists) -> frozenset[str]:
    """Return the words for the ends of ranges where the text names one: "lowest minimum", "google top minus bottom"."""
    apart = "widest" in slots.directions and len(slots.companies) == 1
    if lexicon.extremes.isdisjoint(slots.stems) and not apart:
        return frozenset()
    return lexicon.extremes.union(lexicon.subtracting, *lexicon.directions.values())


def is_ranked(slots: Slots) -> bool:
    """Whether one company is held against all others: "who pays less than google"."""
    others = slots.levels or slots.sources or slots.amounts or slots.gaps or slots.other_roles
    ordered = {"highest", "lowest"} & {*slots.directions}
    return len(slots.companies) == 1 and bool(ordered) and slots.than and not others and not slots.averaged


def compares_with_average(slots: Slots, *, asked: bool) -> bool:
    """Whether one level or one source is held against the average: "junior vs average salary"."""
    whose = len(slots.levels) + len(slots.sources) == 1 and not (slots.companies or slots.other_roles)
    # A source's figure is an average itself: only what is held against another is held against the overall one.
    return whose and slots.averaged and (slots.held_against or (asked and bool(slots.levels)))


def asks_for_all(slots: Slots, lexicon: WordLists) -> bool:
    """Whether each step between two levels is asked for: "the whole ladder", "every level from fresher to senior"."""
    return any(word.text in lexicon.acts.steps for word in slots.reading.words)


def asks_how_much_more(slots: Slots, lexicon: WordLists) -> bool:
    """Whether it is asked by how much a level is ahead: "how much more does a senior make"."""
    return _says_one_of(slots, lexicon.more_by)


def wants_a_line(slots: Slots, lexicon: WordLists) -> bool:
    """Whether the answer is wanted in a line: "just the number"."""
    return _says_one_of(slots, lexicon.brief)


def asks_for_a_sum(slots: Slots, lexicon: WordLists) -> bool:
    """Whether what several people get is to be added up: "sum of google and amazon"."""
    return _says_one_of(slots, lexicon.summed)


def _says_one_of(slots: Slots, phrases: tuple[str, ...]) -> bool:
    words = f" {' '.join(word.text for word in slots.reading.words)} "
    return any(phrase in words for phrase in phrases)


def is_about_pay(slots: Slots, lexicon: WordLists) -> bool:
    """Whether any word speaks of pay or careers, so that "no figures" is a better answer than "off topic"."""
    return not (lexicon.pay | lexicon.career).isdisjoint(slots.stems)


def is_asked(slots: Slots, lexicon: WordLists) -> bool:
    """Whether the text is a question rather than a remark: by its mark, its first word, or "how much", "what does".

    A few words about pay without a speaker ("google ml salary") are a question too; "they pay me well" is none.
    """
    words = [inflection.stem(word.text) for word in slots.reading.words]
    first = next((word for word in words if word not in lexicon.calls), "")
    if slots.reading.question_mark or first in lexicon.questions:
        return True
    if any(one in lexicon.wh and other in lexicon.questions | lexicon.behind_wh for one, other in pairwise(words)):
        return True
    short = len(words) <= LONGEST_NOUN_PHRASE and lexicon.speakers.isdisjoint(words)
    return short and not lexicon.pay.isdisjoint(words)


def is_statement_about(slots: Slots, lexicon: WordLists) -> bool:
    """Whether something is said of a field or a skill that begins the text: "ml is hard"."""
    first = next((m for m in slots.reading.mentions if m.start == 0 and m.kind in ("field", "skill")), None)
    words = [word.text for word in slots.reading.words]
    return first is not None and first.end < len(words) and words[first.end] in lexicon.acts.said_of


def is_about_a_purchase(slots: Slots, lexicon: WordLists) -> bool:
    """Whether an employer is said to pay for another one, or for a thing: "how much did ibm pay for red hat"."""
    mentions, words = slots.reading.mentions, [word.text for word in slots.reading.words]
    company = min((m.start for m in mentions if m.kind == "company"), default=len(words))
    paid = next((n for n, word in enumerate(words) if n > company and word in lexicon.payers.verbs), len(words))
    at = next((n for n in range(paid + 1, len(words) - 1) if words[n] in lexicon.payers.bought), None)
    if at is None:
        return False
    behind = next((m for m in mentions if m.start == at + 1), None)
    if behind is not None:
        # "what does google pay for meta engineers" has more behind the name.
        return behind.kind in ("company", "product") and behind.end == len(words)
    plain = lexicon.people | lexicon.filler | lexicon.pay | lexicon.weak_pay | lexicon.career | lexicon.roles
    return at + 2 == len(words) and inflection.stem(words[-1]) not in plain


def is_no_pay(slots: Slots, lexicon: WordLists, spent: frozenset[str], weigher: WordWeigher) -> bool:
    """Whether an amount counts things or people, or is what something costs, and nobody speaks of pay.

    "Acme has 180k users", "the rent is 3000 a month", "is 3000 ok for rent". `spent` are the stems of what money is
    spent on.
    """
    reading, words = slots.reading, [word.text for word in slots.reading.words]
    at = next((m.start for m in reading.mentions if m.kind == "amount"), None)
    if at is None or "pay" in slots.kinds or not lexicon.weak_pay.isdisjoint(slots.stems):
        return False
    purposes = [after for before, after in pairwise(words[at:]) if before in lexicon.grammar.purpose]
    if not spent.isdisjoint(map(inflection.stem, (*words[:at], *purposes))):
        return not (slots.named and is_asked(slots, lexicon))  # "can I buy a house with 150k at google" asks
    amount = reading.amounts[0]
    if amount.named or amount.period is not None or at + 1 >= len(words):
        return False
    behind = next((m for m in reading.mentions if m.start == at + 1), None)
    if behind is not None and behind.kind == "people":
        return True
    if behind is not None and not (behind.kind in ("role", "level", "field") and inflection.is_plural(behind.text)):
        return False
    counted = behind is not None or weigher.is_plural_noun(words[at + 1]) or weigher.is_group(words[at + 1])
    return counted and any(map(weigher.is_verb, words[:at]))


def denies_pay(slots: Slots, lexicon: WordLists, denials: Collection[str]) -> bool:
    """Whether it is asked who does not pay or earn so much: "which of them do not pay over 200k"."""
    words = [word.text for word in slots.reading.words]
    verbs = {*lexicon.payers.verbs, *lexicon.acts.earning}
    denied = any(
        n and words[n] in lexicon.auxiliary_words and words[n + 1] in denials and words[n + 2] in verbs
        for n in range(len(words) - 2)
    )
    return denied and bool(slots.directions or slots.amounts)


def is_unwanted(slots: Slots, lexicon: WordLists) -> bool:
    """Whether somebody says what not to tell: "don't tell me what google pays"."""
    return _says_one_of(slots, tuple(f" {phrase} " for phrase in lexicon.acts.unwanted))


def is_misread(slots: Slots, lexicon: WordLists) -> bool:
    """Whether somebody only says that an answer was not what was asked for: "that's wrong", "i didn't mean that"."""
    words = [word.text for word in slots.reading.words]
    said = f" {' '.join(words)} "
    found = [phrase for phrase in lexicon.acts.misread if f" {phrase} " in said]
    asks = slots.reading.question_mark or (bool(words) and words[0] in lexicon.acts.wh)
    if not found or asks or slots.reading.mentions:
        return False
    about = {word for phrase in found for word in phrase.split()} | lexicon.grammar_words | lexicon.call_words
    about |= {*lexicon.acts.speakers, *lexicon.acts.pointing}
    return about.issuperset(words)


def is_about_running(slots: Slots, lexicon: WordLists) -> bool:
    """Whether it is asked how the bot is run, or what it keeps: "where are the settings", "delete my data"."""
    of_pay = is_about_pay(slots, lexicon) or not lexicon.weak_pay.isdisjoint(slots.stems)
    return _says_one_of(slots, tuple(f" {phrase} " for phrase in lexicon.acts.running)) and not (
        of_pay or slots.reading.mentions
    )


def is_verdict(slots: Slots, lexicon: WordLists) -> bool:
    """Whether it is said how an employer pays, and nothing asked: "google pays really well", "they say X pays peanuts".

    That names nobody and nothing beside the employer and its people.
    """
    reading = slots.reading
    company = next((m for m in reading.mentions if m.kind == "company"), None)
    if company is None or reading.question_mark or slots.directions or slots.averaged or slots.amounts:
        return False
    if any(m.kind not in ("company", "people", "neutral") or (m.start and m is company) for m in reading.mentions):
        return False
    words = [word.text for word in reading.words]
    if company.end >= len(words) or words[company.end] not in lexicon.payers.verbs_after_name:
        return False
    named = {n for m in reading.mentions for n in range(m.start, m.end)}
    behind = [inflection.stem(word) for n, word in enumerate(words) if n > company.end and n not in named]
    asking = lexicon.wh | lexicon.questions | lexicon.pay | lexicon.weak_pay
    return asking.isdisjoint(behind) and not lexicon.grammar_words.issuperset(behind)


def is_remark(slots: Slots, lexicon: WordLists) -> bool:
    """Whether somebody tells of themselves or others, asking nothing."""
    words = [inflection.stem(word.text) for word in slots.reading.words]
    turned = any(one in lexicon.inverted and other in lexicon.speakers for one, other in pairwise(words))
    if turned or not lexicon.wh.isdisjoint(words):
        return False
    return not is_asked(slots, lexicon) and not lexicon.speakers.isdisjoint(words)
