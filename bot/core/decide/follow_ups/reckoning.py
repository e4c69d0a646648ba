"""Rules of what is reckoned from figures that were told: held apart, averaged, summed, changed; or told once more.

A text names an operation; what it refers to are the operands (`references`), else those that were told last. A text
that names no operation goes on with the last one where it changes a part of that: its period, end, share, or name.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from bot.core.decide.follow_ups.antecedents import FIELDS, PAIR, named, told
from bot.core.decide.follow_ups.fragments import RECKONING, FragmentReader
from bot.core.decide.follow_ups.references import beside, by_place, counted, ends_of, referred, those, together
from bot.core.decide.follow_ups.slot_merging import NAMES, accepts
from bot.core.decide.follow_ups.wording import FollowUpCase, holds
from bot.core.decide.query_builder import intent_of
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import PARTS, Amount, Decision, Gap, GapKind, NotCovered, Operation, Period, Query
from bot.core.nlu.slots import LEAST_SALARY
from bot.core.text import inflection

HUNDRED, HALF = 100, 0.5
# More figures than these are no sum that anybody meant.
MOST_SUMMED = 6


def reckoned(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Do with figures that were told what a text asks for: "by how much?", "average of those", "10% more"."""
    # "Midpoint" is also a statistic that surveys have.
    limited = "limit" in case.named and (case.aside != "halved" or case.slots.gap_kinds() != {"statistic"})
    if limited or _is_of_work(case, reader):
        return None
    if case.before.lookup is not None:
        # What was looked up is held apart by who knows what the datasets have beside it.
        asks = (
            case.plain and not case.named & {*NAMES, "amount"} and (_asks_apart(case, reader) or _ranks(case, reader))
        )
        return replace(case.before, operation="difference") if asks else None
    for operation in (_by_width, _changed, _held_own, _averaged, _partway, _apart, _continued):
        decision = operation(case, reader)
        if decision is not None:
            return decision
    return None


def _is_of_work(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a difference of what people do is asked for, not of pay: "what is the difference in the job"."""
    return not reader.lists.work.isdisjoint(case.words) and "pay" not in case.slots.kinds


def _by_width(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Rank the companies by how wide their ranges are, behind one of these: "which one has the largest gap"."""
    words, widths = {*case.words}, reader.knowledge.words.speech_acts.subtracting
    ends = ends_of(case, reader) if case.before.companies and not case.points else ()
    if len(ends) != 1 or case.named - {"direction"} or words.isdisjoint(widths) or words.isdisjoint(reader.lists.who):
        return None
    intent, widest = intent_of(reader.knowledge, "rank_companies").id, ends == ("end",)
    return Query(answer="rank_companies", intent=intent, directions=("widest" if widest else "narrowest",), asked=True)


def _asks_apart(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a difference is asked for, or which of two is more: "whose ceiling is higher?"."""
    which = not reader.lists.who.isdisjoint(case.words) and compares(case, reader) and bool(case.slots.directions)
    # "From the bottom to the top that's how much".
    spans = len(ends_of(case, reader)) == PAIR and holds(case.words, reader.merger.lists.counting)
    asks = case.aside in ("apart", "compared", "ratio") or ((which or spans or case.claims) and case.plain)
    return asks or _in_percent(case, reader)


def _ranks(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether the first or last of those that were told is asked for: "the highest of those"."""
    return bool(case.slots.directions) and not reader.lists.several.isdisjoint(case.words)


def _in_percent(case: FollowUpCase, reader: FragmentReader) -> bool:
    return case.plain and not reader.merger.lists.shares.isdisjoint(case.slots.stems)


def compares(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a text holds a comparative: "higher", "narrower"."""
    er = (word for word in case.words if inflection.is_comparative(word) and reader.words.directions_of([word]))
    return not reader.lists.comparatives.isdisjoint(case.words) or any(er)


def _changed(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Raise or cut what was told by a share, or multiply it: "with 10% more?", "double that", "three of those"."""
    last = _as_figures(case.context.reckoned)
    fits = reader.words.changes(case) and (case.aside not in RECKONING or bool(case.share or case.times))
    factor = _factor(case, reader) if fits else None
    if factor is None or factor <= 0 or "amount" in case.named:
        return None
    if factor in _PERIODS:
        return _retold(last or case.before, _PERIODS[factor])
    again = last is not None and last.operation == "change"
    if again and last is not None:
        # "Double that", and then "half of that".
        factor = factor * last.factor if case.points else factor
        operands = last.operands
    else:
        found = () if case.share and not case.named & {*NAMES} else referred(case, reader)
        operands = found or ((_result(last, reader),) if last is not None else ()) or _those_told(case, reader)
    if factor == 1:
        return case.before
    return _by_period(reader.antecedents.calculation("change", operands, factor), case) if operands else None


def _those_told(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    return reader.antecedents.referents(case.before)[:MOST_SUMMED]


def _factor(case: FollowUpCase, reader: FragmentReader) -> float | None:
    """Return what a text multiplies by; None where it does not, or doesn't say which way."""
    lists, words, last = reader.lists, case.words, case.context.reckoned
    if case.share:
        more, less = not lists.more.isdisjoint(words), not lists.less.isdisjoint(words)
        if more == less and last is not None and last.operation == "change":
            more, less = last.factor > 1, last.factor < 1  # "and 20%?"
        share = case.share / HUNDRED
        return 1 + share if more and not less else 1 - share if less and not more else None
    if case.times:
        return case.times
    multiples = [lists.multiples[word] / HUNDRED for word in words if word in lists.multiples]
    count = counted(case, reader)
    if multiples or count is None:
        return multiples[0] if multiples else None
    # "Two of those", not "the mean of those two".
    of_it = case.points and any(
        word in lists.partitives and (lists.numbers.get(words[n]) or words[n].isdecimal())
        for n, word in enumerate(words[1:])
    )
    single = reader.antecedents.single(case.before) is not None and not case.before.answer.startswith("rank_")
    went_on = last is not None and last.operation == "change" and last.factor.is_integer() and case.tied
    return float(count) if (of_it and single) or went_on else None


# Who divides a year's pay by 12 wants it by the month.
_PERIODS: dict[float, Period] = {1 / parts: period for period, parts in PARTS.items() if parts > 1}


def _as_figures(query: Query | None) -> Query | None:
    """Return what was reckoned last, where it can be reckoned with: one's own pay is on no file."""
    return None if query is None or query.amounts else query


def _result(query: Query, reader: FragmentReader) -> Query:
    """Return what was reckoned as a figure to go on from: the width of a range as the difference of its ends."""
    if query.answer == "pay":
        ends = (replace(query, directions=("end",)), replace(query, directions=("start",)))
        return reader.antecedents.calculation("difference", ends)
    if query.answer == "compare":
        return reader.antecedents.calculation("difference", reader.antecedents.referents(query)[:PAIR])
    return query


def _held_own(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Hold one's own pay, told now or before, against what is asked about: "how short is that?", "than my offer"."""
    asked, before = _asks_apart(case, reader), case.before
    offer = before.answer == "offer" and bool(before.amounts)
    # A cut, or a raise, is one of somebody's own pay.
    changes = reader.words.leaves_open(case.words) and reader.lists.gaps.isdisjoint(case.words)
    own = not reader.lists.own.isdisjoint(case.words) or changes
    if case.claims and not offer:
        return None
    claims = case.claims
    amounts = before.amounts if claims else case.slots.amounts or before.amounts
    if not amounts and own and asked:
        amounts = next((query.amounts for query in case.context.earlier if query.amounts), ())
    if not amounts or not (asked or claims or (offer and own and _is_own_gap(case, reader))):
        return None
    if not (offer or own or case.slots.amounts) or len(amounts) > 1 or case.slots.most > 1:
        return None
    base = before if offer else reader.antecedents.single(before)
    return None if base is None else _offered(case, base, amounts, reader)


def _is_own_gap(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether it is asked how much somebody's own pay is off: "how much am i missing"."""
    counting = holds(case.words, reader.merger.lists.counting)
    return counting and not case.named - {"direction"} and reader.words.describes(case)


def _offered(case: FollowUpCase, base: Query, amounts: tuple[Amount, ...], reader: FragmentReader) -> Decision | None:
    """Return the offer of some amounts, held against what was told, or what is named now."""
    intent, names = intent_of(reader.knowledge, "offer").id, case.named & set(NAMES)
    base = replace(base, answer="offer", intent=intent, amounts=amounts, period=None)
    if names and not accepts(base, names):
        return None
    slots = replace(case.slots, directions=(), amounts=amounts)
    merged = reader.merger.merged(slots, base, "replace") if names else base
    operation: Operation = "ratio" if _in_percent(case, reader) else "difference"
    if not isinstance(merged, Query):
        return merged
    # The amounts told now are named now; those told before were named then.
    stated = tuple(mention for mention in case.slots.reading.of("amount") if mention not in merged.mentions)
    mentions = (*merged.mentions, *stated)
    return replace(merged, directions=ends_of(case, reader), operation=operation, mentions=mentions)


def _averaged(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Take the mean, or the sum, of what was told: "average of those?"; of ranges there is no mean."""
    if case.aside not in ("averaged", "summed"):
        return None
    operands = referred(case, reader) if case.named - {"period"} else ()
    operands = operands if len(operands) > 1 else () if case.named - {"period", "direction"} else those(case, reader)
    if not PAIR <= len(operands) <= MOST_SUMMED:
        return None
    whole = any(operand.companies and not operand.directions for operand in operands)
    if case.aside == "averaged" and whole:
        return NotCovered(gaps=(Gap(kind=GapKind.AVERAGE, name=""),), mentions=case.before.mentions, asked=True)
    operation: Operation = "mean" if case.aside == "averaged" else "sum"
    return _by_period(reader.antecedents.calculation(operation, operands), case)


def _partway(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Say how wide a range is that was told, or what lies halfway: "how big is that range?", "middle of that?"."""
    if case.aside not in ("widened", "halved") or case.named - {"period", "direction", "company", "limit"}:
        return None
    single = reader.antecedents.single(case.before)
    each = (single,) if single is not None and single.companies else reader.antecedents.pair(case.context)
    if case.slots.companies:
        each = tuple(
            Query(answer="pay", companies=(company,), mentions=case.slots.reading.mentions)
            for company in case.slots.companies
        )
    each = tuple(replace(one, directions=()) for one in each)
    if case.aside == "widened":
        alone = len(each) == 1 and bool(each[0].companies)
        return _by_period(replace(each[0], directions=("widest",)), case) if alone else None
    fits = bool(each) and (all(one.companies for one in each) or len(each) == PAIR)
    fraction = next((1 / reader.lists.fractions[word] for word in case.words if word in reader.lists.fractions), HALF)
    return _by_period(reader.antecedents.calculation("fraction", each, fraction), case) if fits else None


def _apart(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Say how far apart two things are that were told: "by how much?", "gap between the first and the third?"."""
    names = bool(case.named & set(NAMES))
    asked = _asks_apart(case, reader) or (names and _is_more(case, reader))
    # A ranking holds all of them against each other.
    ranked = case.aside == "compared" and case.before.answer.startswith("rank_") and not names
    if not asked or ranked or ("amount" in case.named and not case.claims):
        return None
    pair = _pair(case, reader)
    if len(pair) == PAIR:
        return _held_apart(pair, case, reader)
    last = case.context.reckoned
    if last is None or last.operation not in (None, "difference"):
        last = case.before if case.before.answer == "compare" else None
    return None if last is None or names else _by_period(_at_ends(last, case, reader), case)


def _held_apart(pair: tuple[Query, ...], case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return how far apart two things are, in percent or times where that is asked for; no range has one of these."""
    if case.aside != "ratio" and not _in_percent(case, reader):
        return _by_period(_at_ends(reader.antecedents.held_against(*pair), case, reader), case)
    operation: Operation = "ratio" if case.aside == "ratio" else "difference"
    ranges = any(one.companies and not one.directions for one in pair)
    return None if ranges else _by_period(reader.antecedents.calculation(operation, pair[::-1]), case)


def _pair(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the two things that a text holds against each other; () where they are those reckoned with last."""
    found = referred(case, reader)
    if len(found) >= PAIR:
        return (found[0], found[-1])
    if found and not found[0].directions:
        return _beside_one(found[0], case, reader)
    if case.named & set(NAMES):
        return ()
    single = reader.antecedents.single(case.before)
    if not case.slots.averaged:
        return _pair_before(single, case, reader)
    alone = single is not None and len(reader.antecedents.figures(single)) == 1
    mean = _mean_beside(single) if single is not None and alone else None
    return (single, mean) if single is not None and mean is not None else ()


def _beside_one(found: Query, case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Hold what a text refers to against the average, or what was told last: "how much less than indeed?"."""
    single = reader.antecedents.single(case.before)
    names = case.named & set(NAMES)
    if case.slots.averaged and names == {"role"}:
        found = replace(found, sources=())  # "than the ml average" is no site's
    mean = _mean_beside(found) if case.slots.averaged else None
    if mean is not None:
        other: Query | None = mean
    elif names and single is not None and named(single) != named(found):
        other = single
    else:
        other = beside(case, reader, found)  # "so seniors get more? by how much?"
    return (other, found) if other is not None else ()


def _pair_before(single: Query | None, case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the two things reckoned with or told last; the ends of a range where that is all that was told."""
    last, antecedents = case.context.reckoned, reader.antecedents
    if last is not None and last.operation in (None, "difference"):
        return (last.operands or antecedents.referents(last)) if _in_percent(case, reader) else ()
    if last is not None and len(last.operands) == PAIR:
        return last.operands
    pair = antecedents.pair(case.context)
    if len(pair) > PAIR and case.before.answer == "compare":
        return ()
    return (pair[0], pair[-1]) if pair else _own_ends(single) if case.aside != "compared" else ()


def _own_ends(single: Query | None) -> tuple[Query, ...]:
    """Return the two ends of a range, where that is all that was told."""
    if single is None or not single.companies:
        return ()
    return (replace(single, directions=("end",)), replace(single, directions=("start",)))


def _mean_beside(one: Query) -> Query | None:
    mean = replace(one, companies=(), levels=(), sources=(), roles=(), directions=())
    return mean if named(one) != named(mean) else None


def _is_more(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a text holds what it names against what was told by a comparative alone: "so google pays more?"."""
    comparative = not reader.lists.comparatives.isdisjoint(case.words)
    called = case.words[0] in reader.lists.calls  # "but ai pays more"
    asks = case.slots.reading.question_mark and case.slots.than
    return comparative and case.plain and (case.tied or called or case.points or asks)


def _at_ends(query: Query, case: FollowUpCase, reader: FragmentReader) -> Query:
    """Return a calculation at the ends of ranges that a text names, if it does."""
    ends = ends_of(case, reader)
    if not ends or query.answer not in ("calculation", "compare"):
        return query
    if any(one.directions for one in query.operands):
        # "And at the bottom?" behind the tops of two ranges.
        alike = len({one.directions for one in query.operands}) == 1
        swapped = tuple(replace(one, directions=ends) for one in query.operands)
        return replace(query, operands=swapped) if alike and len(ends) == 1 else query
    if query.answer == "compare" and len(query.companies) == PAIR:
        each = (replace(one, directions=ends) for one in reader.antecedents.referents(query))
        return reader.antecedents.calculation("difference", tuple(each))
    return replace(query, directions=ends) if query.answer == "calculation" else query


def _continued(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Reckon once more with another period, end or name: "per month?", "and at the bottom?", "and google's?"."""
    last, before = case.context.reckoned, case.before
    asked = case.tied or case.bare or case.points or case.slots.reading.question_mark
    picks = not reader.lists.ordinals.keys().isdisjoint(case.words)
    if not case.plain or not asked or case.aside or picks:
        return None
    if (last is None or last.answer == "offer") and before.answer == "offer" and case.named == {"period"}:
        return _by_part_of_year(before, case) or _converted(before.amounts, case, reader)
    if last is None:
        return None
    if case.named and case.named <= {"direction", "period"}:
        return _by_period(_at_ends(last, case, reader), case)
    unary = last.answer == "pay" or last.operation in ("change", "fraction")
    if not unary or case.named - {"period"} != {"company"} or case.slots.most > 1:
        return None
    swapped = (replace(one, companies=case.slots.companies, levels=(), roles=()) for one in last.operands[:1])
    whole = replace(last, companies=case.slots.companies) if last.companies else replace(last, operands=tuple(swapped))
    return _by_period(replace(whole, mentions=case.slots.reading.mentions), case)


def _by_part_of_year(before: Query, case: FollowUpCase) -> Query | None:
    """Return an offer with the period that its amount can only have been meant by: "12k at google", "per month"."""
    amount, period = before.amounts[0], case.slots.period
    if len(before.amounts) > 1 or amount.period is not None or amount.high >= LEAST_SALARY or period is None:
        return None
    return replace(before, amounts=(replace(amount, period=period),), gaps=())


def _converted(amounts: tuple[Amount, ...], case: FollowUpCase, reader: FragmentReader) -> Query:
    """Return the question what one's own pay comes to by another period."""
    period = case.slots.period or "year"
    return Query(answer="convert", intent=intent_of(reader.knowledge, "convert").id, amounts=amounts, period=period)


def _by_period(query: Query, case: FollowUpCase) -> Query:
    """Return a question told by the period that a text names, if it does."""
    return _retold(query, case.slots.period) if case.slots.reading.of("period") else query


def _retold(query: Query, period: Period | None) -> Query:
    operands = tuple(_retold(operand, period) for operand in query.operands)
    return replace(query, operands=operands, period=None if operands else period)


def without(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell what was told together without a part of it: "without amazon", "drop the last one"."""
    left_out = _left_out(case, reader)
    if not left_out or "amount" in case.named:
        return None
    last = case.context.reckoned
    before = last if last is not None and last.operation == "mean" else _all_of_it(case, reader)
    whole = reader.antecedents.single(before)
    general = before.answer == "pay" and whole is not None and not any(named(whole))
    if before.answer == "rank_companies":
        firms = tuple(one.id for one in reader.knowledge.companies if one.id in left_out)
        return replace(before, excluded=(*before.excluded, *firms)) if firms else None
    operands = reader.antecedents.by_source(before) if general else before.operands
    if operands:
        kept = tuple(one for one in operands if left_out.isdisjoint(_keys(one)))
        fits = 1 < len(kept) < len(operands)
        return reader.antecedents.calculation("mean", kept) if fits else None
    names: dict[str, Any] = {
        field: tuple(key for key in getattr(before, field) if key not in left_out) for field in FIELDS
    }
    rest = [len(names[field]) for field in FIELDS if len(getattr(before, field)) > len(names[field])]
    several = before.answer in ("pay", "compare") and rest and min(rest) > 0
    return replace(before, answer="compare" if max(rest) > 1 else "pay", intent="", **names) if several else None


def _all_of_it(case: FollowUpCase, reader: FragmentReader) -> Query:
    """Return what was told together before one of it was picked: "the last one?", and then "leave that one out"."""
    single = reader.antecedents.single(case.before)
    if single is None or case.named or not case.points:
        return case.before
    keys = {*_keys(single)}
    wholes = (query for query in case.context.earlier if query.answer == "compare" and keys < {*_keys(query)})
    return next(wholes, case.before)


def _left_out(case: FollowUpCase, reader: FragmentReader) -> set[str]:
    """Return the ids of what a text leaves out, and of nothing where it names something in its place."""
    mentions = [m for m in case.slots.reading.mentions if m.kind in NAMES]
    drops = not reader.lists.dropping.isdisjoint(case.words[:2])
    drops = drops or not reader.lists.dropping_apart.isdisjoint(combinations(case.words, 2))
    if not mentions and drops and reader.words.picks(case):
        single = reader.antecedents.single(case.before) if case.points else None
        found = referred(case, reader) or ((single,) if single is not None else ())
        return {key for one in found for key in _keys(one)}
    return {m.id for m in mentions} if mentions and (drops or all(m.excluded for m in mentions)) else set()


def _keys(query: Query) -> tuple[str, ...]:
    return tuple(key for field in FIELDS for key in getattr(query, field))


def picked(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell one of several things that were told, or both: "the second one?", "the other one", "and the rest?"."""
    if (ladder := _ladder(case, reader)) is not None or not reader.words.picks(case):
        return ladder
    found = (
        _both(case, reader)
        or _placed(case, reader)
        or _rest(case, reader)
        or _other(case, reader)
        or _first(case, reader)
        or _their(case, reader)
        or _same(case, reader)
    )
    if found is None:
        return None
    ends = ends_of(case, reader)
    return _by_period(replace(found, directions=ends) if ends and len(found.companies) == 1 else found, case)


def _placed(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    found = by_place(case, reader)
    return found[0] if len(found) == 1 else together(found, reader) if found else None


def _both(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    if not holds(case.words, reader.lists.both):
        return None
    pair = reader.antecedents.pair(case.context)
    if len(pair) > PAIR or case.before.answer == "compare":
        return case.before
    return reader.antecedents.held_against(*pair) if len(pair) == PAIR else None


def _other(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return the one of two that was not told last, or what was asked before that."""
    if holds(case.words, reader.lists.previous):
        return case.context.earlier[0] if case.context.earlier else None
    if not holds(case.words, reader.lists.others):
        return None
    single, group = reader.antecedents.single(case.before), reader.antecedents.group(case.context, PAIR)
    others = [one for one in group if single is None or named(one) != named(single)]
    return others[0] if single is not None and len(others) == 1 else None


def _rest(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return the comparison of all others of the kind that was told last."""
    single = reader.antecedents.single(case.before)
    if single is None or reader.lists.rest.isdisjoint(case.words):
        return None
    kinds = [name for name in FIELDS if getattr(single, name)]
    every = reader.antecedents.every(single, kinds[0]) if len(kinds) == 1 else ()
    rest = tuple(key for key in every if key not in getattr(single, kinds[0])) if every else ()
    names: dict[str, Any] = {kinds[0]: rest} if rest else {}
    compare = intent_of(reader.knowledge, "compare").id
    return replace(single, answer="compare", intent=compare, **names) if len(rest) > 1 else None


def _first(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return who leads among what was told: "which one starts highest?", "highest of these is from where?"."""
    directions, single = case.slots.directions, reader.antecedents.single(case.before)
    if not directions or compares(case, reader) or single is None or single.levels:
        return None
    which = not reader.lists.who.isdisjoint(case.words)
    if single.companies and (which or _ranks_on(case, reader)):
        group = reader.antecedents.group(case.context, PAIR + 1)
        companies = tuple(one.companies[0] for one in group if one.companies)
        intent = intent_of(reader.knowledge, "rank_companies").id
        return Query(answer="rank_companies", intent=intent, companies=companies, directions=directions)
    ranked = case.before.answer.startswith("rank_")
    if ranked or single.companies or not ((case.points and which) or (case.tied and single.sources)):
        return None
    figures = reader.antecedents.by_source(single)
    end = max if "highest" in directions else min
    return end(figures, key=reader.antecedents.value) if len(figures) > 1 else None


def _ranks_on(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a text asks for the other end of the ranking that one was picked of: "who's second", "and last"."""
    ranked = any(query.answer == "rank_companies" for query in case.context.earlier[:1])
    an_end = not reader.lists.articles.isdisjoint(case.words)  # "and the lowest?" is the end of its range
    return ranked and case.before.rule == "picked" and case.tied and not an_end


def _their(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return the leader of a ranking, of which an end is asked for: "what's their top?"."""
    if not case.before.answer.startswith("rank_") or reader.lists.possessives.isdisjoint(case.words):
        return None
    return reader.antecedents.single(case.before) if ends_of(case, reader) else None


def _same(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Tell whether two rankings have the same first: the pay of that one, else of both ("is it the same one?")."""
    ranked = case.before.answer == "rank_companies" and bool(case.context.earlier)
    if not ranked or reader.lists.alike.isdisjoint(case.words):
        return None
    firsts = [reader.antecedents.single(query) for query in (case.context.earlier[0], case.before)]
    both = [first for first in firsts if first is not None and first.companies]
    if len(both) < PAIR or named(both[0]) == named(both[1]):
        return both[-1] if len(both) == PAIR else None
    return reader.antecedents.held_against(both[0], both[1])


def _ladder(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return the pay at all levels: "no, the levels"."""
    several = any(word in reader.lists.rungs and inflection.is_plural(word) for word in case.words)
    intent = intent_of(reader.knowledge, "ladder")
    period = case.before.period
    fits = case.plain and case.named <= {"source", "period"} and not reader.merger.lists.wh & {*case.words}
    return Query(answer="ladder", intent=intent.id, period=period) if several and fits else None


def general_average(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell the overall average behind whatever was asked: "just give me the average"."""
    asked = case.alone if isinstance(case.alone, Query) else None
    whole = asked is not None and asked.answer in ("pay", "compare", "offer") and asked.rule != "bare-name"
    whole = whole or bool(case.slots.gaps) or case.corrects  # "monthly i mean"
    if not case.slots.averaged or case.named - {"period", "direction"} or not case.plain or whole:
        return None
    before = case.before
    roles = tuple(role for role in before.roles if role != reader.knowledge.main_role)
    gaps = (Gap(kind=GapKind.AVERAGE, name=""),) if before.companies else ()
    mentions = case.slots.reading.mentions
    period = case.slots.period if case.slots.reading.of("period") else before.period
    intent = intent_of(reader.knowledge, "pay").id
    return Query(answer="pay", intent=intent, roles=roles, period=period, gaps=gaps, mentions=mentions)


def again(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell what was told once more, in a line where that is asked for: "just the number"."""
    brief = f" {' '.join(case.words)} "
    short = any(phrase in brief for phrase in reader.merger.lists.brief)
    counts = holds(case.words, reader.merger.lists.counting) and case.plain and not case.slots.reading.mentions
    counts = counts and not case.aside and case.before.answer in FIGURES
    if case.named or not (case.aside == "repeated" or short or counts):
        return None
    last = case.context.reckoned or case.before
    return told(replace(last, brief=short or last.brief))
