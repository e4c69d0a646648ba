"""Checks a knowledge base across its parts: what the types alone can't refuse, each with the place it stands at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.model.answer_specs import SPECS
from bot.core.model.knowledge import (
    Company,
    Field,
    Figure,
    Intent,
    Knowledge,
    Level,
    Place,
    Role,
    Skill,
    Source,
    Topic,
    names_of,
    recognized_names,
)
from bot.core.model.words import ASIDES, WORD_FILES, WordList, word_lists
from bot.core.text import normalization, references
from bot.core.text.inflection import singulars

# What an intent may need of a question, beside kind:ID.
NEEDS = frozenset(
    (
        "amount",
        "company",
        "field",
        "group",
        "level",
        "pay",
        "people",
        "ranked",
        "role",
        "salary_amount",
        "skill",
        "source",
        "years",
    )
)
PAIR = 2
# A year's pay in US dollars; and how far from the middle figure an amount may lie before somebody has to look at it.
LEAST_PAY, MOST_PAY = 10_000, 3_000_000
OFTEN_LESS, OFTEN_MORE = 5, 8
CLAIM = re.compile(r"(?P<one>[\w.]+) (?P<sign>[<>]) (?P<others>[\w.]+(?:, [\w.]+)*)")
# "in Japan" may stand in an example or two; a word that three intents say is a word of questions.
MANY_INTENTS = 3


class Problem(NamedTuple):
    """What is wrong with a knowledge base whose parts are each well-formed.

    `absence` marks what may only be the consequence of a file that could not be read.
    """

    place: Place
    message: str
    absence: bool = False


def problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield everything that is wrong across the parts of a knowledge base, each with the place it stands at."""
    yield from _double_ids(knowledge)
    yield from _missing_parts(knowledge)
    yield from _bad_figures(knowledge)
    yield from _odd_amounts(knowledge)
    yield from _shared_aliases(knowledge)
    yield from _bad_sources(knowledge)
    yield from _bad_claims(knowledge)
    yield from _bad_groups(knowledge)
    yield from _bad_topics(knowledge)
    yield from _bad_intents(knowledge)
    yield from _bad_levels(knowledge)
    yield from _unused_sources(knowledge)
    yield from _bad_words(knowledge)
    yield from _bad_word_lists(knowledge)
    yield from _bad_asides(knowledge)


def _double_ids(knowledge: Knowledge) -> Iterator[Problem]:
    kinds: tuple[tuple[str, Iterable[Source | Role | Company | Topic | Intent | Level | Skill | Field]], ...] = (
        ("source", knowledge.sources),
        ("role", knowledge.roles),
        ("company", knowledge.companies),
        ("topic", knowledge.topics),
        ("intent", knowledge.intents),
        ("level", knowledge.vocabulary.levels),
        ("skill", knowledge.vocabulary.skills),
        ("field", knowledge.vocabulary.fields),
    )
    for kind, entries in kinds:
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                yield Problem(Place(kind, entry.id, ("id",)), f"the id {entry.id!r} is used twice; rename one")
            seen.add(entry.id)
    figures: set[str] = set()
    for place, figure in _placed_figures(knowledge):
        if figure.id in figures:
            yield Problem(place, f"the figure id {figure.id!r} is used twice; rename one")
        figures.add(figure.id)


def _missing_parts(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield what the answers rely on and is not there."""
    for company in knowledge.companies:
        place = Place("company", company.id, ("figures",))
        kinds = Counter((figure.basis, figure.role, figure.level, figure.unit) for figure in company.figures)
        if not kinds:
            yield Problem(place, "a company needs a figure; add one", absence=True)
        for (basis, role, _, _), count in kinds.items():
            if count > 1:
                yield Problem(
                    place, f"a company has one figure of the basis `{basis}` for {role}; this one has {count}"
                )
    yield from _missing_figures(knowledge)
    for level in knowledge.vocabulary.levels:
        if not level.aliases:
            yield Problem(
                Place("level", level.id, ("aliases",)), "a level needs an alias, the word people use; add one"
            )
        if knowledge.band(level.id) is None:
            why = f"no figure of the basis `band` has this level; add one to roles/{knowledge.main_role}.yaml"
            yield Problem(Place("level", level.id, ("id",)), why, absence=True)
    for intent in knowledge.intents:
        if not intent.examples:
            yield Problem(Place("intent", intent.id, ("examples",)), "an intent needs examples; add what people say")
    yield from _missing_whole(knowledge)


def _missing_figures(knowledge: Knowledge) -> Iterator[Problem]:
    for role in knowledge.roles:
        if not any(figure.unit == "USD" for figure in role.figures):
            yield Problem(Place("role", role.id, ("figures",)), "a role needs a figure in dollars; add one")
        if role.id == knowledge.main_role and not knowledge.averages(role.id):
            why = f"{role.id} needs a figure of the basis `average`; add one"
            yield Problem(Place("role", role.id, ("figures",)), why)


def _missing_whole(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the kinds of thing that have to be there; told at the first thing of the kind that is."""
    place = Place("source", knowledge.sources[0].id, ("id",)) if knowledge.sources else None
    if place is None:
        return
    for kind, field, key in (
        ("role", "main_role", knowledge.main_role),
        ("source", "document", knowledge.about.document),
    ):
        if not knowledge.has(kind, key):
            yield Problem(
                Place("about", "", (field,)), f"there is no {kind} {key!r}; add it or correct the id", absence=True
            )
    if knowledge.has("source", knowledge.about.document) and knowledge.document.kind != "document":
        yield Problem(
            Place("source", knowledge.about.document, ("id",)), "topics quote this: it needs `kind: document`"
        )
    for answer in (spec.id for spec in SPECS.values() if spec.required):
        if not any(intent.answer == answer for intent in knowledge.intents):
            yield Problem(
                place, f"no intent has `answer: {answer}`; copy one from another knowledge base", absence=True
            )
    if not knowledge.companies:
        yield Problem(place, "there is no company; add a file to companies/", absence=True)
    if not knowledge.vocabulary.levels:
        yield Problem(place, "there is no level; add `levels` to vocabulary.yaml", absence=True)


def _placed_figures(knowledge: Knowledge) -> Iterator[tuple[Place, Figure]]:
    groups: tuple[tuple[str, Iterable[Role | Company]], ...] = (
        ("role", knowledge.roles),
        ("company", knowledge.companies),
    )
    for kind, owners in groups:
        for owner in owners:
            for n, figure in enumerate(owner.figures):
                yield Place(kind, owner.id, ("figures", n)), figure


def _bad_figures(knowledge: Knowledge) -> Iterator[Problem]:
    for place, f in _placed_figures(knowledge):
        yield from (
            Problem(Place(place.kind, place.id, (*place.path, key)), why, absence=why.startswith("there is no"))
            for key, why in _figure_faults(knowledge, f)
        )
        mine = f.company if place.kind == "company" else f.role
        if mine != place.id:
            yield Problem(place, f"this figure names the {place.kind} {mine!r}; in this file it has to be {place.id!r}")


def _figure_faults(knowledge: Knowledge, f: Figure) -> Iterator[tuple[str, str]]:
    for kind, key in (("source", f.source), ("role", f.role), ("level", f.level)):
        if key is not None and not knowledge.has(kind, key):
            yield kind, f"there is no {kind} {key!r}; add it or correct the spelling"
    one, two = f.value is not None, f.low is not None or f.high is not None
    if one == two or (two and (f.low is None or f.high is None)):
        yield "id", "give either `value`, or both `low` and `high`"
    elif f.low is not None and f.high is not None and f.low >= f.high:
        yield "low", f"low {f.low} is above high {f.high}; swap them" if f.low > f.high else "low and high are the same"
    if any(number is not None and number <= 0 for number in (f.value, f.low, f.high)):
        yield "id", "an amount has to be above zero"
    yield from _basis_faults(f)
    yield from _percentile_faults(f)


def _basis_faults(f: Figure) -> Iterator[tuple[str, str]]:
    if f.basis == "band" and f.level is None:
        yield "basis", "a figure of the basis `band` needs a `level`"
    if (f.basis == "range") != (f.low is not None):
        yield "basis", "`low` and `high` go with the basis `range`, a single `value` with the others"
    if f.basis == "range" and f.company is None:
        yield "basis", "only a company's figure has the basis `range`"
    if f.unit != "percent" and f.period != "year":
        yield "period", "pay is given by the year; leave `period` out"
    if (f.basis == "growth") != (f.unit == "percent"):
        yield "unit", "a figure of the basis `growth` has the unit `percent`, and only that one"


def _percentile_faults(f: Figure) -> Iterator[tuple[str, str]]:
    if any(not 0 < one.at < 100 for one in f.percentiles):  # noqa: PLR2004 - percent
        yield "percentiles", "`at` lies between 0 and 100"
    values = [one.value for one in sorted(f.percentiles, key=lambda one: one.at)]
    if values != sorted(values):
        yield "percentiles", "a higher percentile has a lower amount; correct one of them"


def _odd_amounts(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the dollar figures that look like a slip: too few or many digits, or pay by the month."""
    figures = [(place, f) for place, f in _placed_figures(knowledge) if f.unit == "USD" and not f.checked]
    figures = [(place, f) for place, f in figures if (f.low or 0) <= (f.high or 0)]  # else told already
    amounts = sorted(end for _, f in figures for end in (f.value, f.low, f.high) if end is not None)
    middle = amounts[len(amounts) // 2] if amounts else 0
    for place, f in figures:
        for key, amount in (("value", f.value), ("low", f.low), ("high", f.high)):
            if amount is None or amount <= 0:
                continue
            odd = not LEAST_PAY <= amount <= MOST_PAY or not middle / OFTEN_LESS <= amount <= middle * OFTEN_MORE
            if odd:
                why = f"{amount:,.0f} dollars a year is unlike the other figures (the middle one is {middle:,.0f})"
                how = "give a year's pay in dollars, or write `checked: true` beside it"
                yield Problem(Place(place.kind, place.id, (*place.path, key)), f"{why}; {how}")


def _bad_sources(knowledge: Knowledge) -> Iterator[Problem]:
    for source in knowledge.sources:
        place = Place("source", source.id, ("quoted_in",))
        if source.quoted_in and not knowledge.has("source", source.quoted_in):
            yield Problem(place, f"there is no source {source.quoted_in!r}; add it or correct the id", absence=True)
        elif source.quoted_in and knowledge.source(source.quoted_in).kind != "document":
            yield Problem(place, f"{source.quoted_in!r} quotes nobody; it needs `kind: document`")
        if source.link and not source.link.startswith("https://"):
            yield Problem(Place("source", source.id, ("link",)), "a link starts with https://")


def _bad_claims(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield what the words say of the figures and the figures do not bear out."""
    for place, claim in _claims(knowledge):
        found = CLAIM.fullmatch(claim)
        if found is None:
            yield Problem(place, f"{claim!r} is no claim; write FIGURE > FIGURE, FIGURE or FIGURE < FIGURE, FIGURE")
            continue
        keys = [found["one"], *found["others"].replace(" ", "").split(",")]
        values = [_value_of(knowledge, key) for key in keys]
        for key, value in zip(keys, values, strict=True):
            if value is None:
                yield Problem(place, f"there is no figure {key!r} to compare; correct it, and the words", absence=True)
        one, *others = values
        for key, other in zip(keys[1:], others, strict=True):
            if one is not None and other is not None and not (one > other if found["sign"] == ">" else one < other):
                yield Problem(
                    place, f"{keys[0]} ({one:,.0f}) {found['sign']} {key} ({other:,.0f}) is not so; correct the words"
                )


def _claims(knowledge: Knowledge) -> Iterator[tuple[Place, str]]:
    for topic in knowledge.topics:
        yield from ((Place("topic", topic.id, ("claims", n)), claim) for n, claim in enumerate(topic.claims))
    owners: tuple[tuple[str, Iterable[Role | Company]], ...] = (
        ("company", knowledge.companies),
        ("role", knowledge.roles),
    )
    for kind, entries in owners:
        for entry in entries:
            for n, remark in enumerate(entry.remarks):
                for i, claim in enumerate(remark.claims):
                    yield Place(kind, entry.id, ("remarks", n, "claims", i)), claim


def _value_of(knowledge: Knowledge, reference: str) -> float | None:
    """Return what `google.range.low` or `ml_engineer.payscale` refers to."""
    if knowledge.has("figure", reference):
        return knowledge.figure(reference).value
    key, _, end = reference.rpartition(".")
    if end not in ("low", "high") or not knowledge.has("figure", key):
        return None
    return knowledge.figure(key).low if end == "low" else knowledge.figure(key).high


def _bad_groups(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the members of groups that are listed as having no figures and have some, or the other way around."""
    on_file = {normalization.words(alias): key for kind, key, alias, _ in names_of(knowledge) if kind == "company"}
    for n, group in enumerate(knowledge.vocabulary.groups):
        for i, name in enumerate(group.others):
            if key := on_file.get(normalization.words(name)):
                why = f"{name!r} has figures now: move it to the `companies` of this group, as {key}"
                yield Problem(Place("vocabulary", "", ("groups", n, "others", i)), why)
        for i, key in enumerate(group.companies):
            if not knowledge.has("company", key):
                why = f"there is no company {key!r}; correct the id, or move its name to `others`"
                yield Problem(Place("vocabulary", "", ("groups", n, "companies", i)), why, absence=True)


def _shared_aliases(knowledge: Knowledge) -> Iterator[Problem]:
    owners: dict[str, tuple[str, str]] = {}
    for kind, key, alias, place in (*names_of(knowledge), *recognized_names(knowledge)):
        words = " ".join(normalization.words(alias))
        if not words:
            yield Problem(place, f"the name {alias!r} has no letter or digit in it; write it out")
        elif owners.setdefault(words, (kind, key)) != (kind, key):
            other = " ".join(owners[words])
            yield Problem(place, f"the name {alias!r} already belongs to {other}; remove it from one of the two")


def _bad_topics(knowledge: Knowledge) -> Iterator[Problem]:
    for topic in knowledge.topics:
        if not knowledge.has("source", topic.source):
            why = f"there is no source {topic.source!r}; add it or correct the spelling"
            yield Problem(Place("topic", topic.id, ("source",)), why, absence=True)
        if topic.compares and len(set(topic.compares)) != PAIR:
            yield Problem(Place("topic", topic.id, ("compares",)), "name two different roles, as [one, other]")
        named = (
            ("figure", "figures", topic.figures),
            ("role", "compares", topic.compares),
            ("topic", "next", topic.next),
        )
        for kind, field, keys in named:
            for n, key in enumerate(keys):
                if not knowledge.has(kind, key):
                    yield Problem(
                        Place("topic", topic.id, (field, n)),
                        f"there is no {kind} {key!r}; correct the id",
                        absence=True,
                    )
    for place, text in _prose(knowledge):
        yield from _bad_prose(knowledge, place, text)


def _prose(knowledge: Knowledge) -> Iterator[tuple[Place, str]]:
    """Yield every text of the knowledge base that people will read."""
    for topic in knowledge.topics:
        yield Place("topic", topic.id, ("lead",)), topic.lead
        yield from ((Place("topic", topic.id, ("points", n)), text) for n, text in enumerate(topic.points))
        if topic.gap is not None:
            yield Place("topic", topic.id, ("gap",)), topic.gap
    owners: tuple[tuple[str, Iterable[Role | Company]], ...] = (
        ("company", knowledge.companies),
        ("role", knowledge.roles),
    )
    for kind, entries in owners:
        for entry in entries:
            yield from (
                (Place(kind, entry.id, ("remarks", n, "text")), remark.text) for n, remark in enumerate(entry.remarks)
            )


def _bad_prose(knowledge: Knowledge, place: Place, text: str) -> Iterator[Problem]:
    for key, part in references.figure_references(text):
        if not knowledge.has("figure", key):
            yield Problem(place, f"there is no figure {key!r}; correct the id between the braces", absence=True)
        elif getattr(knowledge.figure(key), part or "id") is None:
            yield Problem(place, f"the figure {key!r} has no {part!r}; write {{figure:{key}}}")
    if "{" in references.fill_references(text, lambda *_: ""):
        yield Problem(place, "a brace that is no reference; write {figure:ID}, {figure:ID.low} or {figure:ID.high}")
    if references.typed_amounts(text):
        amount = references.typed_amounts(text)[0]
        yield Problem(place, f"{amount!r} is typed into prose; write {{figure:ID}} so that it has a source")


def _bad_intents(knowledge: Knowledge) -> Iterator[Problem]:
    examples: dict[str, str] = {}
    for intent in knowledge.intents:
        if intent.topic is not None and not knowledge.has("topic", intent.topic):
            why = f"there is no topic {intent.topic!r}; add its file or correct the spelling"
            yield Problem(Place("intent", intent.id, ("topic",)), why, absence=True)
        if (intent.answer == "topic") != (intent.topic is not None):
            yield Problem(Place("intent", intent.id, ("answer",)), "`answer: topic` and `topic:` go together")
        yield from _bad_needs(knowledge, intent)
        for n, example in enumerate(intent.examples):
            text = " ".join(normalization.words(example))
            place = Place("intent", intent.id, ("examples", n))
            if not text:
                yield Problem(place, f"the example {example!r} has no letter or digit in it; write a question")
            elif text in examples:
                yield Problem(
                    place, f"the example {example!r} already stands in the intent {examples[text]!r}; keep one"
                )
            examples.setdefault(text, intent.id)
    for topic in knowledge.topics:
        if not topic.compares and not any(intent.topic == topic.id for intent in knowledge.intents):
            yield Problem(
                Place("topic", topic.id, ("id",)), "no intent leads to this topic; add one with `topic:`", absence=True
            )


def _bad_words(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield phrases in the lists that hold single words, names that are filler, and fields of unknown roles."""
    vocabulary = knowledge.vocabulary
    place = Place("level", vocabulary.levels[0].id) if vocabulary.levels else None
    if place is None:
        return
    lists: dict[str, tuple[str, ...]] = {
        "pay_words": vocabulary.pay_words,
        "weak_pay_words": vocabulary.weak_pay_words,
        **{f"directions.{name}": words for name, words in vocabulary.directions.items()},
    }
    for name, words in lists.items():
        for word in words:
            if len(normalization.words(word)) != 1:
                yield Problem(place, f"{name}: {word!r} is not one word; each word of it would count by itself")
    for field in vocabulary.fields:
        if field.role is not None and not knowledge.has("role", field.role):
            yield Problem(
                Place("field", field.id, ("role",)), f"there is no role {field.role!r}; correct the id", absence=True
            )
    yield from _ordinary_names(knowledge)
    yield from _stolen_names(knowledge)


def _bad_asides(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield what is asked about answers and has no intent that answers it."""
    words = knowledge.words.follow_ups
    of_words = [(("explaining",), words.explaining), (("saying",), words.saying)]
    for key, intent in [*((("asides", name), name) for name in words.asides), *of_words]:
        if intent not in ASIDES and not knowledge.has("intent", intent):
            why = f"there is no intent {intent!r}; correct the id, or take it out"
            yield Problem(Place("words", "follow_ups", key), why, absence=True)


def _bad_word_lists(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the entries of knowledge/words/ that would never match, or stand twice."""
    for file in WORD_FILES:
        for words in word_lists(getattr(knowledge.words, file)):
            for n, why in _bad_entries(words):
                key = words.entries[n] if words.keyed else n
                yield Problem(Place("words", file, (*words.path, key)), why)


def _bad_entries(words: WordList) -> Iterator[tuple[int, str]]:
    """Yield the positions of bad entries with what is wrong with them."""
    for n, entry in enumerate(words.entries):
        normalized = normalization.normalize(entry)
        if not normalized:
            yield n, "an empty entry; remove it"
        elif normalized != entry:
            yield n, f"texts are matched in lower case and plain letters; write {normalized!r} for {entry!r}"
        elif words.single and " " in entry:
            yield n, f"{entry!r} is not one word; this list holds single words"
        elif entry in words.entries[:n]:
            yield n, f"{entry!r} stands twice; remove one"


def _ordinary_names(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the names that would take a word away from every question, as written or with a short form spelled out."""
    vocabulary = knowledge.vocabulary
    short = {
        " ".join(normalization.words(short)): " ".join(normalization.words(full))
        for short, full in vocabulary.abbreviations.items()
    }
    lists = (*vocabulary.function_words, *vocabulary.pay_words, *vocabulary.question_words)
    ordinary = {" ".join(normalization.words(word)) for word in lists}
    for _, _, alias, where in (*names_of(knowledge), *recognized_names(knowledge)):
        words = " ".join(normalization.words(alias))
        # A single letter is not spelled out: "R" the language is no "are".
        if words in ordinary or (len(alias) > 1 and short.get(words) in ordinary):
            yield Problem(where, f"the name {alias!r} is also an ordinary word of every question; leave it out")


def _stolen_names(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the names without figures that would take a word of the examples, or the plural of a name with figures."""
    intents: dict[str, set[str]] = defaultdict(set)
    for intent in knowledge.intents:
        for word in {word for example in intent.examples for word in normalization.words(example)}.intersection(
            knowledge.english
        ):
            intents[word].add(intent.id)
    on_file = {normalization.words(alias) for _, _, alias, _ in names_of(knowledge)}
    for _, _, alias, where in recognized_names(knowledge):
        *first, last = normalization.words(alias) or ("",)
        if not first and len(intents.get(last, ())) >= MANY_INTENTS:
            why = (
                f"the name {alias!r} is an English word that examples of {len(intents[last])} intents say; leave it out"
            )
            yield Problem(where, why)
        if any((*first, one) in on_file for one in singulars(last)):
            yield Problem(where, f"the name {alias!r} is the plural of a name with figures; leave it out")


def _bad_needs(knowledge: Knowledge, intent: Intent) -> Iterator[Problem]:
    for n, role in enumerate(intent.about):
        if not knowledge.has("role", role):
            yield Problem(
                Place("intent", intent.id, ("about", n)), f"there is no role {role!r}; correct the id", absence=True
            )
    for path, kinds in (("needs", intent.needs), ("expects", intent.expects), ("near", intent.near)):
        for n, need in enumerate(kinds):
            for kind in need.split("|"):
                if not _is_need(knowledge, kind):
                    kinds_known = ", ".join(sorted(NEEDS))
                    why = f"a question can't hold {kind!r}; write one of {kinds_known}, or kind:ID"
                    yield Problem(Place("intent", intent.id, (path, n)), why)


def _is_need(knowledge: Knowledge, kind: str) -> bool:
    name, colon, key = kind.partition(":")
    return knowledge.has(name, key) if colon else name in NEEDS


def _bad_levels(knowledge: Knowledge) -> Iterator[Problem]:
    expected = 0
    for level in knowledge.vocabulary.levels:
        if level.from_years != expected:
            why = (
                f"the levels have to follow each other: this one starts at {level.from_years}, not at {expected} years"
            )
            yield Problem(Place("level", level.id, ("from_years",)), why)
        if (level.to_years is None) != (level is knowledge.vocabulary.levels[-1]):
            yield Problem(
                Place("level", level.id, ("to_years",)), "the last level is open (no to_years), and only that one"
            )
        if level.to_years is not None and level.to_years < level.from_years:
            yield Problem(Place("level", level.id, ("to_years",)), "to_years is below from_years; swap them")
        expected = (level.from_years if level.to_years is None else level.to_years) + 1


def _unused_sources(knowledge: Knowledge) -> Iterator[Problem]:
    used = (
        {f.source for f in knowledge.figures}
        | {topic.source for topic in knowledge.topics}
        | {knowledge.about.document}
    )
    used |= {source.quoted_in for source in knowledge.sources if source.quoted_in}
    for source in knowledge.sources:
        if source.id not in used:
            yield Problem(
                Place("source", source.id, ("id",)), "no fact names this source; use it or remove it", absence=True
            )
