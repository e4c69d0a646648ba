"""Sorts what a reading names by what an answer can do with it, and knows the plain words of the trade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from bot.core.model.dialogue import PARTS, Amount, Direction, Gap, GapKind, Mention, Period
from bot.core.model.knowledge import Knowledge
from bot.core.model.words import GrammarWords, PayerWords, SpeechActWords
from bot.core.nlu.entities import Utterance
from bot.core.text import inflection, normalization

TRADE_NAMES = frozenset({"company", "role", "field", "skill", "source", "level", "years", "group"})
GAP_KINDS = frozenset({"condition", "currency", "grade", "employment", "statistic", "breakdown", "date"})
# What a year's pay can be; "$20" beside a card is no salary.
LEAST_SALARY, MOST_SALARY = 15_000, 3_000_000
MOST_SENSIBLE = 1_000_000
LONGEST_CODE = 3
# Between an article and its noun there are hardly more words than these: "a skeptical finance director".
MOST_TRAITS = 2


@dataclass(frozen=True, slots=True)
class WordLists:
    """The word lists as sets of stems; `*_words` hold plain words, `counting` and `own` phrases as tuples of words.

    `acts` are the words of speech acts, `payers` those around employers, `grammar` those of grammar, as they stand.
    """

    acts: SpeechActWords
    payers: PayerWords
    grammar: GrammarWords
    filler: frozenset[str]
    pay: frozenset[str]
    weak_pay: frozenset[str]
    career: frozenset[str]
    questions: frozenset[str]
    bare: frozenset[str]
    extremes: frozenset[str]
    directions: dict[str, frozenset[str]]
    speakers: frozenset[str]
    inverted: frozenset[str]
    people: frozenset[str]
    calls: frozenset[str]
    wh: frozenset[str]
    behind_wh: frozenset[str]
    sums: frozenset[str]
    smallest: frozenset[str]
    biggest: frozenset[str]
    ranges: frozenset[str]
    averages: frozenset[str]
    shares: frozenset[str]
    ranked_by_words: frozenset[str]
    held_against_words: frozenset[str]
    determiner_words: frozenset[str]
    counting: frozenset[tuple[str, ...]]
    more_by: tuple[str, ...]
    brief: tuple[str, ...]
    summed: tuple[str, ...]
    call_words: frozenset[str]
    auxiliary_words: frozenset[str]
    grammar_words: frozenset[str]
    below: frozenset[str]
    at_most: frozenset[tuple[str, ...]]
    rungs: frozenset[str]
    prepositions: frozenset[str]
    own: frozenset[tuple[str, ...]]
    roles: frozenset[str]
    subtracting: frozenset[str]

    @classmethod
    def of(cls, knowledge: Knowledge) -> WordLists:
        """Stem the lists once."""
        vocabulary, grammar, acts = knowledge.vocabulary, knowledge.words.grammar, knowledge.words.speech_acts
        return cls(
            filler=stems((*vocabulary.function_words, *vocabulary.interjections, *vocabulary.question_nouns)),
            pay=stems(vocabulary.pay_words),
            weak_pay=stems(vocabulary.weak_pay_words),
            career=stems(vocabulary.career_words),
            questions=stems(vocabulary.question_words),
            bare=stems(vocabulary.bare_words),
            extremes=stems(vocabulary.extremes),
            directions={name: stems(words) for name, words in vocabulary.directions.items()},
            speakers=stems(acts.speakers),
            inverted=stems(acts.inverted),
            people=stems(acts.people),
            calls=stems(acts.calls),
            wh=stems(acts.wh),
            behind_wh=stems(acts.behind_wh),
            sums=stems(acts.sums),
            smallest=stems(acts.smallest),
            biggest=stems(acts.biggest),
            ranges=stems(acts.ranges),
            averages=stems(acts.averages),
            shares=stems(acts.shares),
            ranked_by_words=frozenset(acts.ranked_by),
            held_against_words=frozenset((*grammar.versus, *acts.held_against)),
            acts=acts,
            payers=knowledge.words.payers,
            grammar=grammar,
            determiner_words=frozenset((*grammar.articles, *grammar.possessives, *grammar.quantifiers)),
            more_by=tuple(f" {phrase} " for phrase in acts.more_by),
            rungs=stems(acts.rungs),
            prepositions=frozenset(grammar.prepositions),
            brief=tuple(f" {phrase} " for phrase in acts.brief),
            summed=_summed(knowledge),
            call_words=frozenset((*acts.calls, *vocabulary.interjections)),
            auxiliary_words=frozenset(grammar.auxiliaries),
            grammar_words=frozenset((*vocabulary.function_words, *vocabulary.question_words)),
            below=stems(acts.below),
            at_most=frozenset(tuple(phrase.split()) for phrase in acts.at_most),
            counting=frozenset(tuple(phrase.split()) for phrase in acts.counting),
            own=frozenset(tuple(phrase.split()) for phrase in acts.own),
            roles=stems(acts.roles),
            subtracting=stems((*grammar.versus, *grammar.comparing, *acts.subtracting)),
        )


def _summed(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the phrases that ask for a sum; "in total" is said of pay too."""
    phrases = knowledge.words.follow_ups.asides.get("summed", ())
    return tuple(f" {phrase} " for phrase in phrases if phrase not in knowledge.vocabulary.neutral)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """A reading, its loose words as stems, and its names by kind (ids; `gaps` for those without figures).

    `kinds` holds the kind of every name, `kind:id` too, `pay` where a word says so, and `salary_amount`
    where an amount can be a salary; `fields` are the roles behind words like "ml". `averaged` says whether an average
    is named, `held_against` whether one thing is held against another ("google vs the average"), `than` whether by a
    comparative.
    """

    reading: Utterance
    stems: tuple[str, ...]
    kinds: frozenset[str]
    companies: tuple[str, ...]
    excluded: tuple[str, ...]
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    levels: tuple[str, ...]
    sources: tuple[str, ...]
    skills: tuple[str, ...]
    amounts: tuple[Amount, ...]
    period: Period | None
    directions: tuple[Direction, ...]
    gaps: tuple[Gap, ...]
    group: bool
    averaged: bool
    held_against: bool
    than: bool
    main_role: str

    @property
    def named(self) -> bool:
        """Whether anything with figures of its own is named."""
        return bool(self.companies or self.roles or self.levels or self.sources)

    @property
    def trade(self) -> bool:
        """Whether a name of the trade is in the text: a role, field, company, level, source, skill or group on file."""
        return not self.kinds.isdisjoint(TRADE_NAMES)

    @property
    def most(self) -> int:
        """How many things of one kind are named, at the most: two ask for a comparison."""
        return max(len(self.companies), len(self.roles), len(self.levels), len(self.sources))

    @property
    def all_roles(self) -> tuple[str, ...]:
        """The roles named, be it as a role or as a field ("ml"); fields without a role keep their own id."""
        return tuple(dict.fromkeys((*self.roles, *self.fields)))

    @property
    def other_roles(self) -> tuple[str, ...]:
        """The roles named beside the one that is meant where nobody names any."""
        return tuple(role for role in self.all_roles if role != self.main_role)

    def gap_kinds(self) -> frozenset[str]:
        """Return the kinds of what is named without figures."""
        return frozenset(gap.kind for gap in self.gaps)


def read_slots(reading: Utterance, knowledge: Knowledge, lexicon: WordLists) -> Slots:
    """Sort the names of a reading."""
    loose = tuple(inflection.stem(word.text) for word in reading.loose)
    excluded = _ids(m for m in reading.mentions if m.excluded and m.kind == "company" and m.on_file)
    companies = _ids(reading.of("company"), on_file=True)
    grouped = {m.id for m in reading.of("group")}
    groups = [one for one in knowledge.vocabulary.groups if not grouped.isdisjoint(one.names)] if grouped else []
    if groups and not companies:
        meant = [key for one in groups for key in one.companies or [company.id for company in knowledge.companies]]
        companies = tuple(key for key in dict.fromkeys(meant) if key not in excluded)
    others = [Gap(kind=GapKind.COMPANY, name=name) for one in groups for name in one.others]
    numbers = knowledge.words.quantities.numbers
    periods = [m.id for m in reading.of("period") if m.id != "year" and not _is_counted(m, reading, numbers)]
    # "machine learning quant researcher" is one trade, and not on file.
    strangers = {m.start for m in reading.of("role") if not m.on_file}
    directions = _directions(reading, loose, lexicon)
    ranked = bool(directions) and _ranks_roles(reading, loose, lexicon)
    roles = (role.id for role in knowledge.roles if role.figures) if ranked else _ids(reading.of("role"), on_file=True)
    fields = _ids(m for m in reading.of("field") if m.end not in strangers)
    return Slots(
        reading=reading,
        stems=loose,
        kinds=_kinds(reading, loose, lexicon) | ({"role"} if ranked else set()),
        companies=companies,
        excluded=excluded,
        roles=tuple(roles),
        fields=tuple(knowledge.field(key).role or key for key in fields),
        levels=_levels(reading, knowledge, lexicon),
        sources=_ids(reading.of("source"), on_file=True),
        skills=_ids(reading.of("skill")),
        amounts=reading.amounts,
        period=cast("Period", periods[0]) if periods else None,
        directions=directions,
        gaps=tuple(dict.fromkeys((*_gaps(reading, lexicon, knowledge.word_classes), *others))),
        group=bool(groups),
        averaged=not lexicon.averages.isdisjoint(loose),
        held_against=any(word.text in lexicon.held_against_words for word in reading.words),
        than=any(word.text in knowledge.words.grammar.than for word in reading.words),
        main_role=knowledge.main_role,
    )


def _is_counted(period: Mention, reading: Utterance, numbers: Mapping[str, float]) -> bool:
    """Whether a number stands before a period: "in 3 weeks" is when, not by what."""
    before = "".join(word.text for word in reading.words[max(period.start - 1, 0) : period.start])
    return before.isdecimal() or numbers.get(before, 0) > 1


def _ranks_roles(reading: Utterance, loose: tuple[str, ...], lexicon: WordLists) -> bool:
    """Whether roles are ranked, though none is named: "which role pays least", "the best paid job"."""
    named = any(m.kind in TRADE_NAMES or m.kind in ("place", "people") for m in reading.mentions)
    return not named and not lexicon.roles.isdisjoint(loose) and not (lexicon.pay | lexicon.weak_pay).isdisjoint(loose)


def _directions(reading: Utterance, loose: tuple[str, ...], lexicon: WordLists) -> tuple[Direction, ...]:
    """Return what is asked about a range; the smallest range is the narrowest, not the lowest.

    Beside an amount only a comparison asks for what is less ("under 150k"), not "at least 150k" or "a floor of 150k".
    One end of a range less the other is how wide it is ("google top minus bottom").
    """
    found = {name for name, words in lexicon.directions.items() if not words.isdisjoint(loose)}
    ends = found & {"highest", "end"} and found & {"lowest", "start"}
    if ends and not lexicon.subtracting.isdisjoint(loose) and len(reading.of("company")) == 1:
        return ("widest",)
    if reading.amounts:
        lower = not lexicon.below.isdisjoint(loose) or any(pair in lexicon.at_most for pair in pairwise(loose))
        found = found | {"lowest"} if lower else found - {"lowest"}
    for sizes, size, other in ((lexicon.smallest, "narrowest", "lowest"), (lexicon.biggest, "widest", "highest")):
        if any(
            stem in sizes and not lexicon.ranges.isdisjoint(loose[at + 1 : at + 3]) for at, stem in enumerate(loose)
        ):
            found = found - {other} | {size}
    return tuple(cast("Direction", name) for name in lexicon.directions if name in found)


def _kinds(reading: Utterance, loose: tuple[str, ...], lexicon: WordLists) -> frozenset[str]:
    named = [m for m in reading.mentions if not m.excluded]
    kinds = {m.kind for m in named} | {f"{m.kind}:{m.id}" for m in named}
    if not lexicon.pay.isdisjoint(loose):
        kinds.add("pay")
        ordered = any(not lexicon.directions[name].isdisjoint(loose) for name in ("highest", "lowest", "start"))
        if ordered and lexicon.ranked_by_words & {word.text for word in reading.loose}:
            kinds.add("ranked")
    if not lexicon.rungs.isdisjoint(loose) and not lexicon.wh.isdisjoint(loose):
        kinds.add("reach")  # "which ml levels get 140k"
    if any(LEAST_SALARY <= amount.low * PARTS[amount.period or "year"] <= MOST_SALARY for amount in reading.amounts):
        kinds.add("salary_amount")
    return frozenset(kinds)


def stems(phrases: Iterable[str]) -> frozenset[str]:
    """Return the stems of all words of some phrases."""
    return frozenset(inflection.stem(word) for phrase in phrases for word in normalization.words(phrase))


def _gaps(reading: Utterance, lexicon: WordLists, classes: Mapping[str, str]) -> Iterator[Gap]:
    for m in reading.mentions:
        if m.excluded or (m.kind == "employment" and _speaks(m, reading, lexicon, classes)):
            continue
        if m.kind == "grade" and _is_of_somebody(m, reading, lexicon):
            continue
        if m.kind in ("company", "role", "place", "source") and not m.on_file:
            yield Gap(kind=GapKind(m.kind), name=m.id if m.listed else "")
        elif m.kind == "paid_beside":
            yield Gap(kind=GapKind.ASPECT, name=m.id)
        elif m.kind in GAP_KINDS:
            # "top 10%" has lost its sign among the words.
            name = m.text if m.exact and m.kind != "statistic" else m.id
            is_code = m.kind == "grade" and len(name) <= LONGEST_CODE  # "L5", "II"; but "level 8"
            yield Gap(kind=GapKind(m.kind), name=name.upper() if is_code else name)
    for amount in reading.amounts:
        if amount.currency != "USD":
            yield Gap(kind=GapKind.CURRENCY, name=amount.currency)


def _speaks(employed: Mention, reading: Utterance, lexicon: WordLists, classes: Mapping[str, str]) -> bool:
    """Whether a word for a kind of employment says nothing of whose pay is asked for.

    Somebody is only spoken of ("my manager says ml engineers ...", not "ml engineering manager"), something of one's
    own is named ("my next contract"), or an adjective belongs to another noun ("chief duties").
    """
    after = reading.words[employed.end].text if employed.end < len(reading.words) else ""
    others = [m for m in reading.mentions if m.kind in ("role", "field", "company", "level")]
    if others and (after in lexicon.acts.saying or _turns_to_me(employed, reading, lexicon)):
        return True
    trade = [m for m in others if m.kind in ("role", "field")]
    last = "".join(word.text for word in reading.words[employed.end - 1 : employed.end])
    if trade and classes.get(last) == "a" and classes.get(after) == "n":
        return inflection.stem(after) not in lexicon.pay | lexicon.weak_pay | lexicon.filler | lexicon.roles
    if any(_is_joined(employed, m, reading, lexicon) for m in trade):
        return False
    before, near = _determiner(employed, reading, lexicon)
    does = after in lexicon.acts.said_of or any(
        classes.get(form) in ("v", "r") for form in (after, *inflection.singulars(after))
    )
    if after in lexicon.acts.earning and before in lexicon.determiner_words:
        return False  # "would a contractor earn more"
    acts = does and classes.get(after) != "r"
    # "a google recruiter says" speaks for the company; "senior recruiters make" are asked about.
    beside = any(m.end == employed.start or m.start == employed.end for m in others if m.kind != "company" or not does)
    does = does and after not in lexicon.prepositions
    company = any(m.end == employed.start and m.kind == "company" for m in others)
    told = before in lexicon.determiner_words and (near or not acts)
    return bool(others) and not beside and (told or ((company or not before) and does))


def _turns_to_me(employed: Mention, reading: Utterance, lexicon: WordLists) -> bool:
    """Whether somebody does something to the speaker, and pays them nothing: "a recruiter from google called me"."""
    at, words = employed.end, [word.text for word in reading.words]
    company = next((m for m in reading.of("company") if m.start == at + 1), None)
    if company is not None and at < len(words) and words[at] in lexicon.prepositions:
        at = company.end
    beside = any(m.end == employed.start or m.start == at for m in reading.mentions)
    if beside or at + 1 >= len(words):
        return False  # "an ml intern asked me" may ask for the intern's
    plain = lexicon.grammar_words.union(lexicon.acts.earning, lexicon.payers.verbs, lexicon.prepositions)
    return words[at] not in plain and words[at + 1] in set(lexicon.acts.storytellers).difference(
        lexicon.grammar.subjects
    )


def _is_of_somebody(grade: Mention, reading: Utterance, lexicon: WordLists) -> bool:
    """Whether a rank that heads something has one person behind it: "on the head of an ml engineer", not "of ml"."""
    of, article = (reading.words[n].text if n < len(reading.words) else "" for n in (grade.end - 1, grade.end))
    person = next((m for m in reading.of("role") if m.start == grade.end + 1), None)
    if person is None or of not in lexicon.prepositions or article not in lexicon.grammar.indefinite_articles:
        return False
    after = reading.words[person.end : person.end + 1]  # "of an ml engineer team"
    return all(word not in reading.loose or word.text in lexicon.grammar_words for word in after)


def _is_joined(employed: Mention, other: Mention, reading: Utterance, lexicon: WordLists) -> bool:
    """Whether a preposition ties a kind of employment to a trade: "contractor in ml", "ml engineer on a contract"."""
    first, second = sorted((employed, other), key=lambda m: m.start)
    between = [word.text for word in reading.words[first.end : second.start]]
    if not between or between[0] not in lexicon.prepositions or between[0] in lexicon.grammar.infinitive:
        return False
    return all(word in lexicon.determiner_words for word in between[1:])


def _determiner(employed: Mention, reading: Utterance, lexicon: WordLists) -> tuple[str, bool]:
    """Return the article or possessive of a noun, and whether it stands right in front of it: "a wary director"."""
    inside = {n for m in reading.mentions for n in range(m.start, m.end)}
    texts = [word.text for word in reading.words[: employed.start]]
    near = texts[-1] if texts else ""
    for n in range(len(texts) - 1, max(len(texts) - 2 - MOST_TRAITS, -1), -1):
        if texts[n] in lexicon.determiner_words:
            return texts[n], n == len(texts) - 1
        if n in inside or texts[n] in lexicon.grammar_words:
            break
    return near, True


def _levels(reading: Utterance, knowledge: Knowledge, lexicon: WordLists) -> tuple[str, ...]:
    """Return the levels named, and those of the years."""
    years = dict.fromkeys(year for span in reading.years for year in span)
    by_years = (level.id for year in years if (level := knowledge.level_of_years(year)) is not None)
    own = (m for m in _own_levels(reading) if not _counted_behind(m, reading, knowledge, lexicon))
    return tuple(dict.fromkeys((*_ids(own), *by_years)))


def _counted_behind(level: Mention, reading: Utterance, knowledge: Knowledge, lexicon: WordLists) -> bool:
    """Whether a level has its years right behind it, which say more than its name: "seasoned with about 8 years"."""
    for years in reading.of("years"):
        between = [word.text for word in reading.words[level.end : years.start]] if years.start > level.end else []
        joined = bool(between) and between[0] in lexicon.prepositions.difference(knowledge.words.grammar.infinitive)
        if joined and all(word in lexicon.grammar_words for word in between):
            return True
    return False


def _own_levels(reading: Utterance) -> tuple[Mention, ...]:
    """Return the levels that may be the speaker's: beside an amount and years of one's own, others are looked after."""
    levels = reading.of("level")
    if not (reading.years and reading.amounts) or len({m.id for m in levels}) > 1:
        return levels
    return tuple(m for m in levels if not inflection.singulars(m.text))


def _ids(mentions: Iterable[Mention], *, on_file: bool = False) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.id for m in mentions if m.on_file or not on_file))
