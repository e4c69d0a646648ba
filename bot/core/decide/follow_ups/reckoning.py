"""Rules of what is done with figures that were told: held apart, averaged, changed by a share; one of them picked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.decide.follow_ups.antecedents import FIELDS, PAIR, named
from bot.core.decide.follow_ups.fragments import FragmentReader
from bot.core.decide.follow_ups.slot_merging import NAMES, accepts
from bot.core.decide.follow_ups.wording import FollowUpCase, holds
from bot.core.decide.query_builder import intent_of
from bot.core.model.dialogue import Amount, Decision, Direction, Gap, GapKind, NotCovered, Operation, Query
from bot.core.nlu.slots import stems
from bot.core.text import inflection

HUNDRED = 100
# More figures than these are no sum that anybody meant.
MOST_SUMMED = 6
ENDS: dict[Direction, Direction] = {"highest": "end", "end": "end", "lowest": "start", "start": "start"}


def apart(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Say how far apart two things that were told are: "by how much?", "gap between them?"."""
    context, asked = case.context, _asks_apart(case, reader)
    if "limit" in case.named or _is_of_work(case, reader):
        return None
    if context.reckoned is not None and not asked and _is_rest(case):
        return _by_period(_at_ends(context.reckoned, case, reader), case)
    if (own := _own_apart(case, reader, asked=asked)) is not None or "amount" in case.named:
        return own
    if case.named & set(NAMES):
        asked = case.aside == "apart" or _is_more(case, reader)
        return (_apart_as_named(case, reader) or _apart_from_named(case, reader)) if asked else None
    if not reader.merger.lists.shares.isdisjoint(case.slots.stems):
        result = _in_percent(case, reader)
    elif not asked:
        result = None
    elif case.slots.averaged:
        result = _beside_average(case, reader)
    elif context.reckoned is not None and context.reckoned.operation in (None, "difference"):
        result = context.reckoned
    else:
        result = _pair_apart(case, reader)
    return result if result is None else _by_period(_at_ends(result, case, reader), case)


def _asks_apart(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a difference is asked for, or which of two is more: "whose ceiling is higher?"."""
    which = not reader.lists.who.isdisjoint(case.words) and _compares(case, reader) and bool(case.slots.directions)
    return case.aside in ("apart", "compared") or (which and case.plain)


def _compares(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a text holds a comparative: "higher", "narrower"."""
    er = (word for word in case.words if inflection.is_comparative(word) and reader.words.directions_of([word]))
    return not reader.lists.comparatives.isdisjoint(case.words) or any(er)


def _own_apart(case: FollowUpCase, reader: FragmentReader, *, asked: bool) -> Decision | None:
    """Hold one's own pay, told now or before, against what is asked about: "how short is that?", "than my offer"."""
    amounts = case.slots.amounts or case.before.amounts
    offer = case.before.answer == "offer" and bool(case.before.amounts)
    own = not reader.lists.own.isdisjoint(case.words)
    if not amounts and own and asked:
        amounts = next((query.amounts for query in (*case.context.earlier,) if query.amounts), ())
    if not amounts or not (asked or (offer and own and _is_own_gap(case, reader))):
        return None
    if not (offer or own or case.slots.amounts) or len(amounts) > 1 or case.slots.most > 1:
        return None
    base = case.before if offer else reader.antecedents.single(case.before)
    return None if base is None else _offered(case, base, amounts, reader)


def _offered(case: FollowUpCase, base: Query, amounts: tuple[Amount, ...], reader: FragmentReader) -> Decision | None:
    """Return the offer of some amounts, held against what was told, or what is named now."""
    intent, names = intent_of(reader.knowledge, "offer").id, case.named & set(NAMES)
    base = replace(base, answer="offer", intent=intent, amounts=amounts, period=None)
    if names and not accepts(base, names):
        return None
    slots = replace(case.slots, directions=())
    merged = reader.merger.merged(slots, base, "replace") if names else base
    return replace(merged, directions=_ends(case, reader)) if isinstance(merged, Query) else merged


def _in_percent(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Say in percent how far apart two figures are; ranges have no single one."""
    reckoned = case.context.reckoned
    pair = (
        reckoned.operands or reader.antecedents.referents(reckoned)
        if reckoned is not None
        else reader.antecedents.pair(case.context)
    )
    if len(pair) != PAIR or any(one.companies for one in pair) or not case.plain:
        return None
    return reader.antecedents.calculation("difference", pair[::-1])


def _is_rest(case: FollowUpCase) -> bool:
    """Whether a text only says how a difference is to be told: "and at the bottom?", "per month?"."""
    return case.plain and case.tied and bool(case.named) and case.named <= {"direction", "period"}


def _is_of_work(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a difference of what people do is asked for, not of pay: "what is the difference in the job"."""
    return not reader.lists.work.isdisjoint(case.words) and "pay" not in case.slots.kinds


def _is_more(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a text holds what it names against what was told by a comparative alone: "so google pays more?"."""
    comparative = not reader.lists.comparatives.isdisjoint(case.words)
    called = case.words[0] in reader.lists.calls  # "but ai pays more"
    return comparative and case.plain and (case.tied or called)


def _is_own_gap(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether it is asked how much somebody's own pay is off: "how much am i missing"."""
    counted = holds(case.words, reader.merger.lists.counting)
    return counted and not case.named - {"direction"} and reader.words.describes(case)


def _beside_average(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    single = reader.antecedents.single(case.before)
    if single is None or len(reader.antecedents.figures(single)) > 1:
        return None
    mean = replace(single, companies=(), levels=(), sources=(), roles=())
    return reader.antecedents.held_against(single, mean) if named(single) != named(mean) else None


def _pair_apart(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    pair = reader.antecedents.pair(case.context)
    if case.aside == "compared" and case.before.answer.startswith("rank_"):
        return None  # a ranking holds all of them against each other
    if len(pair) > PAIR and case.before.answer == "compare":
        return case.before
    if len(pair) > PAIR:
        pair = (pair[0], pair[-1])
    return reader.antecedents.held_against(*pair) if len(pair) == PAIR else None


def _apart_as_named(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Hold two things that are named against each other: "so from 4 to 5 years you jump how much?"."""
    if case.slots.most != PAIR or len(case.named & set(NAMES)) != 1 or not case.slots.levels:
        return None
    compare = intent_of(reader.knowledge, "compare").id
    mentions = case.slots.reading.mentions
    return Query(answer="compare", intent=compare, levels=case.slots.levels, mentions=mentions)


def _apart_from_named(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Hold the thing told last against the one that is named: "how much less than indeed?"."""
    single = reader.antecedents.single(case.before)
    slots = replace(case.slots, directions=(), amounts=())
    if single is None or case.slots.most > 1 or len(case.named & set(NAMES)) != 1:
        return None  # a question by itself
    if not accepts(single, case.named & set(NAMES)):
        return None
    other = reader.merger.merged(slots, single, "replace")
    if not isinstance(other, Query) or other.gaps:
        return None
    other = reader.antecedents.single(replace(other, answer="pay"))
    if other is not None and named(other) == named(single):
        return _pair_apart(case, reader) or case.context.reckoned  # "so seniors get more? by how much?"
    held = reader.antecedents.held_against(single, other) if other is not None else None
    return held if held is None else _by_period(_at_ends(held, case, reader), case)


def _ends(case: FollowUpCase, reader: FragmentReader) -> tuple[Direction, ...]:
    """Return the end of ranges that a text names ("at the top"); "more" and "higher" name none."""
    comparatives = reader.lists.comparatives
    words = [
        w.text for w in case.slots.reading.loose if w.text not in comparatives and not inflection.is_comparative(w.text)
    ]
    found = reader.words.directions_of(words)
    return tuple(dict.fromkeys(ENDS[one] for one in found if one in ENDS))


def _at_ends(query: Query, case: FollowUpCase, reader: FragmentReader) -> Query:
    return replace(query, directions=_ends(case, reader)) if query.answer == "calculation" else query


def _by_period(query: Query, case: FollowUpCase) -> Query:
    """Return a question told by the period that a text names, if it does."""
    if not case.slots.reading.of("period"):
        return query
    operands = tuple(replace(operand, period=case.slots.period) for operand in query.operands)
    return replace(query, operands=operands, period=None if operands else case.slots.period)


def averaged(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Take the mean, or the sum, of what was told: "average of those?"; of ranges there is no mean."""
    if case.aside not in ("averaged", "summed") or case.named - {"period", "direction"}:
        return None
    operands = _several(case, reader)
    if not PAIR <= len(operands) <= MOST_SUMMED:
        return None
    if case.aside == "averaged" and any(operand.companies for operand in operands):
        return NotCovered(gaps=(Gap(kind=GapKind.AVERAGE, name=""),), mentions=case.before.mentions, asked=True)
    operation: Operation = "mean" if case.aside == "averaged" else "sum"
    return _by_period(reader.antecedents.calculation(operation, operands), case)


def _several(case: FollowUpCase, reader: FragmentReader) -> tuple[Query, ...]:
    """Return the figures that "those" are; where their number is named ("those three") so many."""
    antecedents, before = reader.antecedents, case.before
    single = antecedents.single(before)
    alone = antecedents.figures(single) if single is not None and not before.answer.startswith("rank_") else ()
    groups = [
        alone,
        antecedents.pair(case.context),
        *(antecedents.figures(part) for part in antecedents.referents(before)),
    ]
    groups = [group for group in groups if len(group) >= PAIR]
    numbers = {reader.lists.numbers.get(word) for word in case.words}
    counted = [group for group in groups if len(group) in numbers]
    return next(iter(counted or groups), ())


def ranged(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Say how wide a range is that was told, or what lies halfway: "how big is that range?", "middle of that?"."""
    if case.aside not in ("widened", "halved") or case.named - {"period", "direction", "company"}:
        return None
    single = reader.antecedents.single(case.before)
    if case.slots.companies:
        single = Query(answer="pay", companies=case.slots.companies[:1], mentions=case.slots.reading.mentions)
    if single is None or not single.companies or len(case.slots.companies) > 1:
        return None
    if case.aside == "widened":
        return _by_period(replace(single, directions=("widest",)), case)
    return _by_period(reader.antecedents.calculation("midpoint", (single,)), case)


def changed(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Raise or cut what was told by a share, or multiply it: "with 10% more?", "double that"."""
    lists, words = reader.lists, case.words
    multiples = [lists.multiples[word] for word in words if word in lists.multiples]
    if not (case.share or multiples) or not reader.words.changes(case):
        return None
    more, less = not lists.more.isdisjoint(words), not lists.less.isdisjoint(words)
    if case.share and more == less:
        return None
    factor = 1 + (case.share if more else -case.share) / HUNDRED if case.share else multiples[0] / HUNDRED
    reckoned = case.context.reckoned
    if multiples and not case.share and case.points and reckoned is not None and reckoned.operation == "change":
        factor *= reckoned.factor  # "double that", and then "half of that"
    if factor == 1:
        return case.before
    operands = reader.antecedents.referents(case.before)[:MOST_SUMMED]
    return (
        _by_period(reader.antecedents.calculation("change", operands, factor), case)
        if operands and factor > 0
        else None
    )


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
    )
    if found is None:
        return None
    ends = _ends(case, reader)
    return _by_period(replace(found, directions=ends) if ends and len(found.companies) == 1 else found, case)


def _placed(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    places = [reader.lists.ordinals[word] for word in case.words if word in reader.lists.ordinals]
    if len(places) != 1:
        return None
    place = places[0]
    group = reader.antecedents.group(case.context, abs(place))
    return group[place - 1 if place > 0 else place] if group else None


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
    if not directions or _compares(case, reader) or single is None or single.levels:
        return None
    which = not reader.lists.who.isdisjoint(case.words)
    if single.companies and which:
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


def _their(case: FollowUpCase, reader: FragmentReader) -> Query | None:
    """Return the leader of a ranking, of which an end is asked for: "what's their top?"."""
    if not case.before.answer.startswith("rank_") or reader.lists.possessives.isdisjoint(case.words):
        return None
    return reader.antecedents.single(case.before) if _ends(case, reader) else None


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
    whole = whole or bool(case.slots.gaps)
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
    if case.named or not (case.aside == "repeated" or short):
        return None
    of_words = stems(word for phrase in reader.merger.lists.brief for word in phrase.split())
    return replace(case.before, brief=short or case.before.brief) if case.plain or of_words else None
