"""Resolves what a text refers to among the figures that were told: by place, rank, end, or name, or just "those".

A referent is a question about the pay of a single thing; of a range its `directions` may say which end is meant.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.decide.follow_ups.antecedents import FIELDS, PAIR, named
from bot.core.decide.follow_ups.fragments import FragmentReader
from bot.core.decide.follow_ups.slot_merging import NAMES
from bot.core.decide.follow_ups.wording import FollowUpCase
from bot.core.decide.query_builder import intent_of
from bot.core.model.dialogue import Direction, Query
from bot.core.text import inflection

ENDS: dict[Direction, Direction] = {"highest": "end", "end": "end", "lowest": "start", "start": "start"}
# "The first two", and hardly more.
MOST_PLACES = 5
# What stays of a thing told before where another is named in its place.
_KEPT = {"companies": (), "levels": (), "sources": ("roles",), "roles": ("sources",)}


def referred(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the figures that a text refers to by words of its own; () where it has none for that."""
    return by_place(case, reader) or _by_rank(case, reader) or _by_name(case, reader) or _by_end(case, reader)


def ends_of(case: FollowUpCase, reader: FragmentReader) -> tuple[Direction, ...]:
    """Return the ends of ranges that a text names: "at the top", "the lower end"; "is it higher" names none."""
    words = [word.text for word in case.slots.reading.loose]
    tips = reader.lists.tips
    which: list[str] = []
    for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
        compared = word in reader.lists.comparatives or inflection.is_comparative(word)
        an_end = before in reader.lists.articles and (after in tips or not after)
        # "The lower end" is the start.
        if not (compared and not an_end) and not (word in tips and which and before == which[-1]):
            which.append(word)
    found = reader.words.directions_of(which)
    return tuple(dict.fromkeys(ENDS[one] for one in found if one in ENDS))


def places_of(case: FollowUpCase, reader: FragmentReader) -> list[int]:
    """Return the places that a text names, negative from the end; a number behind one says how many."""
    ordinals, numbers = reader.lists.ordinals, reader.lists.numbers
    places: list[int] = []
    for word, behind in zip(case.words, (*case.words[1:], ""), strict=True):
        if word in ordinals:
            count = numbers.get(behind, int(behind) if behind.isdecimal() else 1)
            step = 1 if ordinals[word] > 0 else -1
            places += range(ordinals[word], ordinals[word] + step * min(count, MOST_PLACES), step)
    return places


def counted(case: FollowUpCase, reader: FragmentReader) -> int | None:
    """Return how many things a text speaks of ("those three", "the top 2"); None where it says no number."""
    numbers = [reader.lists.numbers.get(word, int(word) if word.isdecimal() else 0) for word in case.words]
    several = [number for number in numbers if number > 1]
    return several[0] if len(several) == 1 else None


def those(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the figures that "those" are; where a text says their number ("those three") so many."""
    antecedents, before = reader.antecedents, case.before
    single = antecedents.single(before)
    alone = antecedents.figures(single) if single is not None and not before.answer.startswith("rank_") else ()
    count = counted(case, reader)
    every = antecedents.referents(before) if before.answer.startswith("rank_") else ()
    together = antecedents.group(case.context, count or PAIR) if case.points or count else ()
    groups = [
        alone,
        *(antecedents.figures(part) for part in antecedents.referents(before)),
        antecedents.pair(case.context),
        together,
        every,
    ]
    groups = [group for group in groups if len(group) >= PAIR]
    if count is not None:
        last = antecedents.last(case.context)[:count][::-1]
        return next((group for group in (*groups, last) if len(group) == count), ())
    if reader.lists.every.isdisjoint(case.words):
        return next(iter(groups), ())
    # "Of all the sites", where two of them were told.
    sites = antecedents.by_source(single) if not every and single is not None and single.sources else ()
    return max((every, sites, *groups), key=len)


def by_place(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return what stood at the places that a text names: "the first and the third", "the first two"."""
    places = places_of(case, reader)
    least = max(map(abs, places), default=0)
    last = case.context.reckoned
    # "How far apart are they?", and then "the first one".
    group = (last.operands or reader.antecedents.referents(last)) if last is not None else ()
    if places and (len(group) < max(least, PAIR) or any(one.answer == "calculation" for one in group)):
        group = reader.antecedents.group(case.context, least)
    return tuple(dict.fromkeys(group[at - 1 if at > 0 else at] for at in places)) if places and group else ()


def together(found: tuple[Query, ...], reader: FragmentReader) -> Query | None:
    """Return the comparison of several things of one kind; None where they differ in more than that."""
    differ = [name for name in FIELDS if len({getattr(one, name) for one in found}) > 1]
    if len(differ) != 1 or not all(getattr(one, differ[0]) for one in found):
        return None
    names: dict[str, Any] = {differ[0]: tuple(key for one in found for key in getattr(one, differ[0]))}
    return replace(found[0], answer="compare", intent=intent_of(reader.knowledge, "compare").id, **names)


def _by_rank(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the highest or lowest of several figures, or both: "the top two", "highest and lowest"."""
    ends, count = ends_of(case, reader), counted(case, reader)
    if not ends or case.named & {*NAMES} or (len(ends) < PAIR and count is None):
        return ()
    group = [one for one in _ranked(case, reader) if not one.companies]
    if len(group) <= (count or PAIR) - 1:
        return ()
    ordered = sorted(group, key=reader.antecedents.value, reverse=True)
    if len(ends) == PAIR:
        return (ordered[0], ordered[-1])
    assert count is not None
    return tuple(ordered[:count] if ends == ("end",) else ordered[-count:])


def _ranked(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the figures that a highest and a lowest is looked for among."""
    single = reader.antecedents.single(case.before)
    by_source = (
        reader.antecedents.by_source(single) if single is not None and not (single.companies or single.levels) else ()
    )
    return (
        by_source if len(by_source) > 1 and not by_source[0].companies else reader.antecedents.group(case.context, PAIR)
    )


def _by_name(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return each thing of one kind that a text names ("between entry level and senior"), or a role on a site."""
    slots = case.slots
    names = {"companies": slots.companies, "levels": slots.levels, "sources": slots.sources, "roles": slots.all_roles}
    fields = [field for field, keys in names.items() if keys]
    if fields == ["sources", "roles"] and slots.most == 1:
        return reader.antecedents.figures(_pay(case, reader, sources=slots.sources, roles=slots.all_roles))
    if len(fields) != 1 or not all(reader.knowledge.has("role", role) for role in slots.all_roles):
        return ()
    field, single = fields[0], reader.antecedents.single(case.before)
    kept: dict[str, Any] = {key: getattr(single, key) for key in _KEPT[field]} if single is not None else {}
    each: list[dict[str, Any]] = [{field: (key,)} for key in names[field]]
    found = (_pay(case, reader, **{**kept, **one}) for one in each)
    return tuple(
        one if reader.antecedents.has_figures(one) else _pay(case, reader, **of)
        for one, of in zip(found, each, strict=True)
    )


def _pay(case: FollowUpCase, reader: FragmentReader, **names: tuple[str, ...]) -> Query:
    bare = Query(answer="pay", intent=intent_of(reader.knowledge, "pay").id, mentions=case.slots.reading.mentions)
    main = (reader.knowledge.main_role,)
    whole = replace(bare, **names)  # type: ignore[arg-type]
    return replace(whole, roles=()) if whole.roles == main else whole


def _by_end(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the ends of a range that a text names, or of several: "the top", "those two starts"."""
    ends, single = ends_of(case, reader), reader.antecedents.single(case.before)
    if not ends:
        return ()
    ranged = single is not None and bool(single.companies) and not case.before.answer.startswith("rank_")
    if single is not None and ranged and counted(case, reader) is None:
        return tuple(replace(single, directions=(end,)) for end in ends[::-1])
    pair = reader.antecedents.pair(case.context)
    of_ranges = len(pair) == PAIR and all(one.companies for one in pair) and len(ends) == 1
    return tuple(replace(one, directions=ends) for one in pair) if of_ranges else ()


def beside(case: FollowUpCase, reader: FragmentReader, one: Query) -> Query | None:
    """Return the thing told last that is another than the one referred to."""
    return next((other for other in reader.antecedents.last(case.context) if named(other) != named(one)), None)
