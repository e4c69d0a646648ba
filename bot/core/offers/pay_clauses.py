"""Says of an amount in a clause of a message whether its words make it pay, a part of an offer, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, get_args

from bot.core.answers.offer import MOST_PLAUSIBLE
from bot.core.model.dialogue import PARTS, Amount, Mention, Period
from bot.core.nlu import quantities
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import LEAST_SALARY, MOST_SENSIBLE, stems
from bot.core.text import inflection, normalization

NEAR = 3
MOST_IN_TITLE = 12

LABELS = frozenset(
    (
        *("salary", "salaries", "wage", "wages", "compensation", "comp", "tc", "base", "pay", "ctc", "ote", "package"),
        *("stipend", "remuneration", "paycheck", "payband", "underpaid", "overpaid"),
    )
)
VERBS = frozenset(
    (
        *("offer", "offers", "offered", "offering", "earn", "earns", "earned", "earning", "make", "makes", "making"),
        *("pays", "paid", "paying", "lowballed"),
    )
)
# Parts of an offer that are not the pay, and changes of it: an amount beside one is its amount.
PARTS_OF_OFFER = frozenset(
    (
        *("bonus", "bonuses", "equity", "stock", "stocks", "rsu", "rsus", "options", "option", "signing", "signon"),
        *("sign", "relocation", "vesting", "vest", "grant", "grants", "shares", "refresher", "retention", "severance"),
        *("raise", "increase", "bump", "hike", "cut", "difference", "more", "less", "extra", "another", "additional"),
    )
)
# What money is spent on or counted in, and how pay changes: in such a clause no amount is taken for pay.
OTHER = stems(
    (
        """
        rent mortgage loan debt tuition house car apartment condo bill fee raised funding valuation revenue
        profit budget cost price priced spent spend bought buy sold sell invest invested investing
        lawsuit settlement prize won bounty hackathon donate donated saved save savings owe lost lose users
        followers subscribers employees customers views tokens lines rows points tax taxes crypto bitcoin
        networth obo insurance refund scholarship went bumped increased jumped grew promoted doubled negotiated
        dropped threshold rising
    """,
    )
)
# Where other trades work; what is paid there is no pay of ours, and "Apple Bank" is no Apple.
OTHER_WORK = frozenset(
    normalization.words(
        """
        warehouse warehouses fulfillment fulfilment delivery deliveries courier store stores retail restaurant hotel
        hospital clinic school kitchen bank banks factory shop shops checkout till call-center callcenter picker packer
        """
    )
)
# A number behind one of these counts no money.
NUMBERED = frozenset(("id", "ids", "ref", "reference", "requisition", "ticket", "number", "no", "nr", "code", "zip"))
DENIALS = frozenset(("not", "never", "isn't", "wasn't", "ain't"))
_PART_TIME = re.compile(
    r"\bpart[- ]?time\b|\b(?:\d{1,3}\s?-\s?)?(\d{1,3})\+?\s?(?:hours?|hrs?|h)\s?(?:/|a|per|each|every)?\s?(?:week|wk)"
)
LEAST_FULL, MOST_FULL = 35, 45  # hours a week
# Their stem is that of "fine".
FINES = frozenset(("fined", "fines"))
OFFERS = VERBS | LABELS | {"wants", "gave", "bonus"}
# Behind these words a verb of pay is about what somebody spends.
SPENDERS = frozenset(("i", "to", "you", "we", "must", "should", "still", "im", "just"))
BE_PAID = frozenset(("get", "gets", "getting", "got", "am", "is", "are", "was", "were", "be", "being", "been"))
# What may stand behind an amount of pay ...
AFTER = frozenset(
    normalization.words(
        """
        year yearly annually annual base salary pay comp compensation tc total gross pretax before after plus
        and or with at is was are would good fair ok okay bad decent low high enough offer package range usd
        dollars depending if because so then which that when while remote now currently today already here there
        thoughts though lol too not great reasonable yoe cash ote starting fixed should doe negotiable what how
        am i do does
        """
    )
)
# ... and these only with one of such words or names behind them.
JOBS = frozenset(("role", "position", "job", "work", "title"))
BEHIND: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "for": (frozenset({"role", "level", "years", "field", "people", "grade"}), JOBS),
    "as": (frozenset({"role", "level", "people"}), frozenset()),
    "in": (
        frozenset({"place", "home", "company", "field", "role"}),
        frozenset(("total", "base", "cash", "salary", "compensation", "tc")),
    ),
    "to": (frozenset(), frozenset(("start", "begin"))),
    "up": (frozenset(), frozenset(("to",))),
    "a": (frozenset(), frozenset(("good", "fair", "decent", "bad", "low", "high", "great", "reasonable", "lot"))),
    "from": (frozenset({"company"}), frozenset(("startup", "company", "them", "recruiter"))),
}
NAMES = frozenset({"company", "role", "level", "years", "field"})
PLAIN_KINDS = NAMES | {"amount", "place", "home", "grade", "period", "neutral", "people", "source", "group", "date"}
# Names that may stand right behind an amount, and those of them that are counted.
BEHIND_PAY = NAMES | {"place", "home", "grade", "period", "neutral"}
COUNTED = frozenset({"role", "level", "field"})
# Pay by other times than the amount says; "monthly salary: 20k" is no 20k a year.
OTHER_TIMES = frozenset(("biweekly", "fortnight", "fortnightly", "quarterly", "quarter", "paycheck", "daily", "weekly"))
PER = frozenset(("a", "an", "per", "each", "every"))
PERIODS_OF_PAST = frozenset(("worked", "former", "ex", "left", "leaving", "previously", "formerly", "used", "acquired"))


class Clause(NamedTuple):
    """A part of a sentence, read, and the sign that it ends with."""

    reading: Utterance
    words: tuple[str, ...]
    end: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line or a sentence in its clauses."""

    said: str
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> tuple[Mention, ...]:
        """Return the names of one kind."""
        return tuple(m for clause in self.clauses for m in clause.reading.of(kind))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for clause in self.clauses for word in clause.words)


def has_digit(line: str) -> bool:
    return any(c.isdigit() for c in line)


def yearly(amount: Amount) -> tuple[float, float]:
    parts = PARTS[amount.period or "year"]
    return amount.low * parts, amount.high * parts


def amounts(clause: Clause) -> Iterator[tuple[int, Amount]]:
    """Yield the amounts of a clause with their places among its words."""
    places = [m.start for m in clause.reading.mentions if m.kind == "amount"]
    yield from zip(places, clause.reading.amounts, strict=False)


def can_be_pay(amount: Amount) -> bool:
    low, high = yearly(amount)
    sensible = low >= LEAST_SALARY and high <= MOST_SENSIBLE and amount.currency == "USD"
    return sensible and not quantities.reads_two_ways(amount.text)


def is_part_time(sentence: Sentence, amount: Amount) -> bool:
    """Whether pay by the hour, day or week is for so little time that no year's pay can be told from it.

    >>> [bool(_PART_TIME.search(said)) for said in ("20 hours a week", "part-time", "an hour")]
    [True, True, False]
    """
    if amount.period in (None, "year", "month"):
        return False
    found = _PART_TIME.finditer(normalization.normalize(sentence.said))
    return any(m[1] is None or not LEAST_FULL <= int(m[1]) <= MOST_FULL for m in found)


def is_other_pay(sentences: Sequence[Sentence], at: int, amount: Amount) -> bool:
    """Whether what is said around an amount makes it the pay of another time or another trade, or no pay at all."""
    near = sentences[max(0, at - 1) : at + 1]
    timed = any(is_by_other_time(one, amount) for one in near)
    part = any(is_part_time(one, amount) for one in sentences[max(0, at - 1) : at + 2])
    return timed or part or any(map(is_of_other_work, near)) or is_numbered(sentences[at], amount)


def is_denied(clause: Clause, place: int) -> bool:
    """Whether it is said that pay is not so much: "isn't 150k"."""
    return not DENIALS.isdisjoint(clause.words[max(0, place - 2) : place])


def is_numbered(sentence: Sentence, amount: Amount) -> bool:
    """Whether an amount is the number of something: "job id 150000"."""
    before, found, _ = normalization.normalize(sentence.said).partition(amount.text)
    return bool(found) and amount.text.isdecimal() and not NUMBERED.isdisjoint(before.split()[-2:])


def is_by_other_time(sentence: Sentence, amount: Amount) -> bool:
    """Whether an amount without a time may be meant by one that the sentence names: "monthly salary: 20k"."""
    if amount.period is not None:
        return False
    if not OTHER_TIMES.isdisjoint(sentence.words):
        return True
    for clause in sentence.clauses:
        for m in clause.reading.of("period"):
            # "100k salary a month" says so; "150k, paid monthly" may be 150k a year.
            said = (*clause.words[: m.start][-1:], *clause.words[m.start : m.end])
            most = MOST_PLAUSIBLE if not PER.isdisjoint(said) else MOST_SENSIBLE
            named = (period for period in get_args(Period) if m.id == period != "year")
            if any(amount.high * PARTS[period] <= most for period in named):
                return True
    return False


def is_other(clause: Clause, place: int, amount: Amount, label: Sequence[str]) -> bool:
    """Whether an amount is no pay by what it comes to, what it is a part of, or what is counted or bought."""
    if ("best", "offer") in pairwise(clause.words) or not FINES.isdisjoint(clause.words):
        return True  # on a market, before a court
    if is_denied(clause, place):
        return True
    if not can_be_pay(amount) or not OTHER.isdisjoint(map(inflection.stem, (*clause.words, *label))):
        return True
    return is_part(clause, place, label) or not ends_well(clause, place)


def label(clauses: Sequence[Clause], n: int) -> tuple[str, ...]:
    """Return the words before a colon (or a dash) that say what the amount behind it is."""
    if n and clauses[n - 1].end in (":", "=", "-") and len(clauses[n - 1].words) <= NEAR:
        return clauses[n - 1].words
    return ()


def is_part(clause: Clause, place: int, label: Sequence[str]) -> bool:
    """Whether an amount is that of a bonus, of stock, of a raise, and not labelled as the base."""
    after = clause.words[place + 1 : place + 1 + NEAR]
    if after[:1] in (("base",), ("salary",)) or "base" in clause.words[max(0, place - 2) : place]:
        return False
    before = clause.words[max(0, place - NEAR) : place]
    return not PARTS_OF_OFFER.isdisjoint((*before, *after, *label))


def ends_well(clause: Clause, place: int) -> bool:
    """Whether what stands behind an amount can stand behind pay: nothing that is counted."""
    after = clause.words[place + 1 :]
    if not after:
        return clause.end != ">"
    if after[0] in BEHIND:
        kinds, words = BEHIND[after[0]]
        named = any(m.kind in kinds and place + 1 < m.start <= place + 1 + NEAR for m in clause.reading.mentions)
        return named or not words.isdisjoint(after[1 : 1 + NEAR])
    behind = names_at(clause, place + 1)
    if behind:
        # "150k ml engineers" are many people.
        return all(m.kind in BEHIND_PAY and not (m.kind in COUNTED and m.text.endswith("s")) for m in behind)
    return after[0] in AFTER


def names_at(clause: Clause, place: int) -> tuple[Mention, ...]:
    return tuple(m for m in clause.reading.mentions if m.start == place and m.kind in PLAIN_KINDS - {"amount"})


def labelled(clause: Clause, place: int, label: Sequence[str]) -> bool:
    """Whether "salary", "base" and their like stand before an amount or right behind it."""
    words = clause.words
    before, after = words[:place], words[place + 1 : place + 1 + NEAR]
    nouns = LABELS - {"pay"} if is_spent(words) else LABELS
    return not nouns.isdisjoint((*before, *after, *label))


def is_spent(words: Sequence[str]) -> bool:
    return any(word == "pay" and at and words[at - 1] in SPENDERS for at, word in enumerate(words))


def has_verb(words: Sequence[str]) -> bool:
    """Whether somebody offers, earns or is paid."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word == "paid" and before not in BE_PAID:
            continue
        if word == "paying" and (before in SPENDERS or before in ("am", "")):
            continue
        if word in VERBS:
            return True
    return False


def speaks_of_pay(words: Sequence[str]) -> bool:
    return has_verb(words) or "bonus" in words or (not LABELS.isdisjoint(words) and not is_spent(words))


def offers(clause: Clause, company: Mention) -> bool:
    """Whether a company is said to offer: "an offer from Google", "Google offered me"."""
    words = clause.words
    before, after = words[max(0, company.start - NEAR) : company.start], words[company.end : company.end + 2]
    offer = before[-1:] in (("from",), ("at",), ("by",)) and not OFFERS.isdisjoint(before)
    return offer or not OFFERS.isdisjoint(after)


def is_behind(clause: Clause, amount: Amount) -> bool:
    """Whether a company stands behind the amount: "150k at Google", "150k base from Google"."""
    places = [place for place, found in amounts(clause) if found == amount]
    starts = [m.start for m in clause.reading.of("company")]
    words = clause.words
    return any(
        start - place <= NEAR and words[start - 1] in ("at", "from", "by")
        for place in places
        for start in starts
        if start > place
    )


def title(sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the first line where it is the title of a posting: a role and little else."""
    first = sentences[0] if sentences else None
    return first if first is not None and first.of("role") and len(first.words) <= MOST_IN_TITLE else None


def is_of_other_work(sentence: Sentence) -> bool:
    """Whether a sentence is about somebody of another trade, with nobody of ours beside."""
    return bool(strangers(sentence) or not OTHER_WORK.isdisjoint(sentence.words)) and not any(
        m.known for m in sentence.of("role")
    )


def strangers(sentence: Sentence) -> tuple[Mention, ...]:
    """Return the occupations without figures."""
    return tuple(m for kind in ("role", "employment") for m in sentence.of(kind) if not m.known)
