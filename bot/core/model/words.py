"""Define the word lists of the code that reads questions, amounts, offers and messages.

Each list is explained where it stands, in the file of knowledge/words/ that is named like the field of `Words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

from bot.core.model.entry import Entry

# What an entry of a list is: validation refuses a space in a word, but not in a phrase.
Word = Annotated[str, "word"]
Phrase = Annotated[str, "phrase"]
PeriodName = Literal["year", "month", "week", "day", "hour"]
# What is asked about an answer, beside what an intent answers.
ASIDES = frozenset(
    {
        *("explained", "apart", "averaged", "summed", "halved", "widened", "compared", "judged", "dated", "next"),
        *("repeated", "reversed", "ratio"),
    }
)
# Kinds of entity that may stand behind an amount of pay.
BehindKind = Literal["company", "field", "grade", "home", "level", "people", "place", "role", "years"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency(Entry):
    """What one currency is called."""

    signs: tuple[Word, ...] = ()
    names: tuple[Phrase, ...] = ()
    scales: dict[Word, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InThousands(Entry):
    """The words beside which a number of two or three digits is one of thousands."""

    paid: tuple[Phrase, ...] = ()
    hedges: tuple[Phrase, ...] = ()
    ends: tuple[Word, ...] = ()
    judged: tuple[Phrase, ...] = ()
    behind: tuple[Word, ...] = ()
    not_behind: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityWords(Entry):
    """The words by which years, amounts, dates and ranks are read."""

    numbers: dict[Phrase, int]
    indefinite: tuple[Word, ...]
    hundreds: tuple[Word, ...]
    hundred_joiners: tuple[Word, ...]
    fractions: dict[Phrase, float]
    and_a_half: tuple[Phrase, ...]
    units: tuple[Word, ...]
    years: tuple[Phrase, ...]
    or_more: tuple[Phrase, ...]
    less_than: tuple[Phrase, ...]
    year_ranges: tuple[Word, ...]
    hours: tuple[Word, ...]
    weeks: tuple[Word, ...]
    not_experience_after: tuple[Phrase, ...]
    not_experience_before: tuple[Phrase, ...]
    of_age: tuple[Phrase, ...]
    lasting: tuple[Word, ...]
    within: tuple[Word, ...]
    ahead: tuple[Word, ...]
    experience: tuple[Phrase, ...]
    none: tuple[Phrase, ...]
    never: tuple[Phrase, ...]
    jobs: tuple[Word, ...]
    earlier: tuple[Word, ...]
    never_worked: tuple[Phrase, ...]
    clause_ends: tuple[Word, ...]
    experience_labels: tuple[Word, ...]
    experience_links: tuple[Word, ...]
    months: tuple[Word, ...]
    experience_in_months: tuple[Phrase, ...]
    spans: dict[Phrase, float]
    decades: dict[Phrase, int]
    currencies: dict[str, Currency]
    foreign_money: tuple[Word, ...]
    scales: dict[Word, int]
    in_thousands: InThousands
    approximate: tuple[Word, ...]
    negatives: tuple[Word, ...]
    worded_amounts: dict[Phrase, Word]
    amount_ranges: tuple[Word, ...]
    not_amounts: dict[Word, Word]
    per: tuple[Word, ...]
    every: tuple[Word, ...]
    periods: dict[PeriodName, tuple[Word, ...]]
    unclear_periods: tuple[Word, ...]
    date_ranges: tuple[Word, ...]
    percentiles: tuple[Word, ...]
    ordinal_endings: tuple[Word, ...]
    highest_shares: tuple[Word, ...]
    lowest_shares: tuple[Word, ...]
    shares: tuple[Phrase, ...]
    ranks: tuple[Word, ...]
    short_ranks: tuple[Word, ...]
    ranked_titles: tuple[Word, ...]
    titles: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindPay(Entry):
    """What has to stand behind a preposition that stands behind an amount of pay: a kind of name, or a word."""

    kinds: tuple[BehindKind, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayDetectionWords(Entry):
    """The words by which an amount in a message is taken for pay."""

    labels: tuple[Word, ...]
    spent_labels: tuple[Word, ...]
    base: tuple[Word, ...]
    base_behind: tuple[Word, ...]
    verbs: tuple[Word, ...]
    passive_verbs: tuple[Word, ...]
    be_paid: tuple[Word, ...]
    spent_verbs: tuple[Word, ...]
    spenders: tuple[Word, ...]
    spenders_of_verbs: tuple[Word, ...]
    offers: tuple[Word, ...]
    before_companies: tuple[Word, ...]
    paid_beside: tuple[Word, ...]
    parts_of_offer: tuple[Word, ...]
    changes: tuple[Word, ...]
    unrelated: tuple[Word, ...]
    changed: tuple[Word, ...]
    unrelated_forms: tuple[Word, ...]
    unrelated_phrases: tuple[Phrase, ...]
    other_work: tuple[Word, ...]
    numbered: tuple[Word, ...]
    denials: tuple[Word, ...]
    part_time: tuple[Phrase, ...]
    hours: tuple[Word, ...]
    weeks: tuple[Word, ...]
    other_periods: tuple[Word, ...]
    past: tuple[Word, ...]
    behind_pay: tuple[Word, ...]
    behind_pay_with: dict[Word, BehindPay]
    jobs: tuple[Word, ...]
    tax: tuple[Phrase, ...]
    clause_ends: tuple[Word, ...]
    two_amounts: tuple[Word, ...]
    range_openers: tuple[Word, ...]
    experience: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFormWords(Entry):
    """The words that may stand in a field of the offer form beside what it asks for."""

    beside_amount: tuple[Word, ...]
    beside_company: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymizationWords(Entry):
    """The words by which a question is put into its anonymous form."""

    work: tuple[Word, ...]
    numbers: tuple[Word, ...]
    amounts: tuple[Word, ...]
    not_numbers: tuple[Word, ...]
    number_joiners: tuple[Word, ...]
    before_places: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressingWords(Entry):
    """The words by which a message among others is taken as put to the bot."""

    passing: tuple[Phrase, ...]
    continuations: tuple[Phrase, ...]
    options: tuple[Word, ...]
    year_options: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrammarWords(Entry):
    """Words of English grammar that several parts of the code need."""

    auxiliaries: tuple[Word, ...]
    be: tuple[Word, ...]
    short_is: tuple[Word, ...]
    articles: tuple[Word, ...]
    indefinite_articles: tuple[Word, ...]
    possessives: tuple[Word, ...]
    purpose: tuple[Word, ...]
    demonstratives: tuple[Word, ...]
    quantifiers: tuple[Word, ...]
    subjects: tuple[Word, ...]
    infinitive: tuple[Word, ...]
    denials: tuple[Word, ...]
    negations: tuple[Word, ...]
    prepositions: tuple[Word, ...]
    before_places: tuple[Word, ...]
    versus: tuple[Word, ...]
    than: tuple[Word, ...]
    one_letter: tuple[Word, ...]
    comparing: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerWords(Entry):
    """The words by which employers, and what they pay, are found around names."""

    verbs: tuple[Word, ...]
    verbs_after_auxiliary: tuple[Word, ...]
    verbs_after_name: tuple[Word, ...]
    verbs_of_sites: tuple[Word, ...]
    at_employers: tuple[Word, ...]
    work: tuple[Word, ...]
    before_employers: tuple[Word, ...]
    before_unknown: tuple[Word, ...]
    beside_employers: tuple[Word, ...]
    adverbs: tuple[Word, ...]
    naming: tuple[Word, ...]
    sites: tuple[Word, ...]
    paying: tuple[Word, ...]
    may_pay: tuple[Word, ...]
    products_do: tuple[Word, ...]
    inside_names: tuple[Word, ...]
    asking: tuple[Word, ...]
    behind_pay: tuple[Word, ...]
    before_pay: tuple[Word, ...]
    source_joiners: tuple[Word, ...]
    averages: tuple[Word, ...]
    languages: tuple[Word, ...]
    bought: tuple[Word, ...]
    setting_aside: tuple[Phrase, ...]
    exclusion_joiners: tuple[Word, ...]
    pointing: tuple[Word, ...]
    before_media: tuple[Word, ...]
    media: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypoWords(Entry):
    """The words by which typos are guessed at."""

    before_names: tuple[Word, ...]
    behind_names: tuple[Word, ...]
    behind_people: tuple[Word, ...]
    before_trade: tuple[Word, ...]
    cut_short: tuple[Word, ...]
    cut_short_before_plurals: tuple[Word, ...]
    numerals: tuple[Word, ...]
    apart: dict[Word, Phrase]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechActWords(Entry):
    """The words by which is told what a text is about, and whether it asks."""

    speakers: tuple[Word, ...]
    inverted: tuple[Word, ...]
    people: tuple[Word, ...]
    calls: tuple[Word, ...]
    wh: tuple[Word, ...]
    behind_wh: tuple[Word, ...]
    ranked_by: tuple[Word, ...]
    sums: tuple[Word, ...]
    counting: tuple[Phrase, ...]
    more_by: tuple[Phrase, ...]
    brief: tuple[Phrase, ...]
    rungs: tuple[Word, ...]
    steps: tuple[Word, ...]
    earning: tuple[Word, ...]
    restricting: tuple[Word, ...]
    on_pay: tuple[Word, ...]
    pointing: tuple[Word, ...]
    held_against: tuple[Word, ...]
    said_of: tuple[Word, ...]
    smallest: tuple[Word, ...]
    biggest: tuple[Word, ...]
    ranges: tuple[Word, ...]
    averages: tuple[Word, ...]
    shares: tuple[Word, ...]
    own: tuple[Phrase, ...]
    joints: tuple[Phrase, ...]
    pairing: tuple[Word, ...]
    repairs: tuple[Phrase, ...]
    clause_starts: tuple[Word, ...]
    storytellers: tuple[Word, ...]
    saying: tuple[Word, ...]
    choosing: tuple[Word, ...]
    roles: tuple[Word, ...]
    subtracting: tuple[Word, ...]
    below: tuple[Word, ...]
    at_most: tuple[Phrase, ...]
    misread: tuple[Phrase, ...]
    running: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpWords(Entry):
    """The words by which a text is hung on the question before it.

    `asides` holds what is asked about an answer: under the id of an intent, or one of the `ASIDES`; `explaining` is
    the intent that says why pay is what it is, `saying` the one that says who tells it. `ordinals` are places, from
    the end where they are negative; `multiples` are in percent of what was told, `fractions` the parts of a whole.
    """

    starts: tuple[Word, ...]
    versus: tuple[Word, ...]
    ties: tuple[Phrase, ...]
    alike: tuple[Word, ...]
    adding: tuple[Word, ...]
    calls: tuple[Word, ...]
    beside: tuple[Word, ...]
    corrections: tuple[Phrase, ...]
    pointing: tuple[Word, ...]
    several: tuple[Word, ...]
    laughing: tuple[Word, ...]
    greetings: tuple[Word, ...]
    comparatives: tuple[Word, ...]
    by_source: tuple[Word, ...]
    to_come: tuple[Word, ...]
    retold_by: tuple[Word, ...]
    homes: tuple[Word, ...]
    before_homes: tuple[Word, ...]
    unclear: tuple[Phrase, ...]
    general: tuple[Phrase, ...]
    asides: dict[str, tuple[Phrase, ...]]
    explaining: str
    ordinals: dict[Word, int]
    multiples: dict[Word, int]
    more: tuple[Word, ...]
    less: tuple[Word, ...]
    others: tuple[Phrase, ...]
    rest: tuple[Word, ...]
    both: tuple[Phrase, ...]
    previous: tuple[Phrase, ...]
    agreeing: tuple[Word, ...]
    only: tuple[Word, ...]
    work: tuple[Word, ...]
    saying: str
    gaps: tuple[Word, ...]
    beyond: tuple[Word, ...]
    counting: tuple[Phrase, ...]
    by: tuple[Word, ...]
    own: tuple[Word, ...]
    figures: tuple[Word, ...]
    multiplying: tuple[Word, ...]
    dividing: tuple[Word, ...]
    fractions: dict[Word, int]
    partitives: tuple[Word, ...]
    every: tuple[Word, ...]
    dropping: tuple[Word, ...]
    dropping_apart: dict[Word, Word]
    anyone: tuple[Word, ...]
    addressed: tuple[Word, ...]
    tips: tuple[Word, ...]
    later: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All word lists, one field for each file of knowledge/words/."""

    quantities: QuantityWords
    pay_detection: PayDetectionWords
    offer_form: OfferFormWords
    anonymization: AnonymizationWords
    addressing: AddressingWords
    grammar: GrammarWords
    payers: PayerWords
    typos: TypoWords
    speech_acts: SpeechActWords
    follow_ups: FollowUpWords


# The files of knowledge/words/ by name.
WORD_FILES: dict[str, type[Entry]] = get_type_hints(Words)


class WordList(NamedTuple):
    """One list of a file: the keys that lead to it, its entries, whether they are single words, and keys themselves."""

    path: tuple[str, ...]
    entries: tuple[str, ...]
    single: bool
    keyed: bool = False


def word_lists(part: Entry) -> Iterator[WordList]:
    """Yield all word lists of one file; the keys of a mapping are a list too, if they are words."""
    yield from _lists(part, type(part), ())


def _lists(value: object, hint: Any, path: tuple[str, ...]) -> Iterator[WordList]:
    if is_dataclass(value):
        hints = get_type_hints(type(value), include_extras=True)
        for one in fields(value):
            yield from _lists(getattr(value, one.name), hints[one.name], (*path, one.name))
    elif isinstance(value, dict):
        kind, of_values = get_args(hint)
        if kind in (Word, Phrase):
            yield WordList(path, tuple(value), kind == Word, keyed=True)
        for key, inner in value.items():
            yield from _lists(inner, of_values, (*path, key))
    elif isinstance(value, tuple) and get_args(hint)[0] in (Word, Phrase):
        yield WordList(path, value, get_args(hint)[0] == Word)
    elif hint in (Word, Phrase):
        yield WordList(path, (str(value),), hint == Word)
