"""Decides what a fragment asks for: an ordered list of rules, of which the first that applies decides.

A question about the answer ("why?", "how old is that?") is put to what that answer was about; arithmetic ("by how
much?", "average of those", "10% more") is done with what was told; one of several ("the second one") is picked. A rule
is a function (FollowUpCase, FragmentReader) -> Decision or None; the last one answers. tests/test_following.py shows
that each of them decides some text.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.decide.decision_list import Rule
from bot.core.decide.follow_ups.antecedents import PAIR, strangers_of, told
from bot.core.decide.follow_ups.fragments import DATED, FragmentReader
from bot.core.decide.follow_ups.reckoning import again, compares, general_average, picked, reckoned, without
from bot.core.decide.follow_ups.references import counted
from bot.core.decide.follow_ups.slot_merging import LIMITS, NAMES, Join, Part, accepts
from bot.core.decide.follow_ups.wording import FollowUpCase, holds
from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy.cases import BARE_NAME
from bot.core.decide.query_builder import intent_of
from bot.core.decide.word_effects import FIGURES
from bot.core.model.dialogue import (
    Ambiguous,
    Amount,
    Decision,
    Direction,
    Gap,
    GapKind,
    NotCovered,
    OffTopic,
    Query,
    Refusal,
)
from bot.core.nlu.slots import stems
from bot.core.text import inflection

# Names that nothing is on file of make a question of a fragment: "google vs netflix".
# "The bottom" has no more words.
MOST_OF_END = 3
THOUSAND = 1_000
STRANGERS = frozenset({"company", "role", "source"})
COMPARED_WITH_WHAT = Ambiguous(gaps=(Gap(kind=GapKind.COMPARED_WITH, name=""),), asked=True, rule="judged")
OPPOSITE: dict[Direction, Direction] = {
    "highest": "lowest",
    "lowest": "highest",
    "widest": "narrowest",
    "narrowest": "widest",
    "start": "end",
    "end": "start",
}


def _small_talk(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Leave greetings, thanks and questions about the bot what they are, where they name nothing."""
    social = isinstance(case.alone, Query) and case.alone.answer in SOCIAL
    asks = case.slots.averaged and case.plain and case.opener in reader.lists.wh
    return case.alone if social and not (case.named or case.aside or asks) else None


def _laughing(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Take a remark for one that asks nothing: it only mentions what there are no figures on, or says "the same"."""
    lists, words = reader.lists, {*case.words}
    mentioned = isinstance(case.alone, NotCovered) and bool(case.alone.reason) and not case.alone.gaps
    mentioned = mentioned or not words.isdisjoint(lists.alike)
    asks = _asks(case, reader) or not words.isdisjoint(lists.wh) or case.opener in reader.merger.lists.auxiliary_words
    if not mentioned or asks or case.named or words.isdisjoint(lists.laughing):
        return None
    return Query(answer="thanks", intent=intent_of(reader.knowledge, "thanks").id, asked=False)


def _other(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Leave alone what only looks like a fragment: "an apple", "in 7 years", "and us?", "hey google", "$20"."""
    lists, reading, words = reader.lists, case.slots.reading, case.words
    before = {m.start: words[m.start - 1] if m.start else "" for m in reading.mentions}
    other = (
        words[0] in lists.greetings
        or any(
            m.kind == "company" and before[m.start] in lists.articles and m.end == len(words) for m in reading.mentions
        )
        or any(m.kind == "years" and before[m.start] in lists.to_come for m in reading.mentions)
        or any(m.text in lists.homes and before[m.start] not in lists.before_homes for m in reading.of("home"))
        or holds(words, lists.unclear)
        or (
            bool(case.slots.amounts)
            and not case.claims
            and ("salary_amount" not in case.slots.kinds or len(case.slots.amounts) > 1)
        )
        or _is_a_time(case, reader)
    )
    return case.alone if other else None


def _is_a_time(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a period says when: "in an hour" is when somebody comes back, "an hour" how pay is to be told."""
    lists, reading = reader.lists, case.slots.reading
    if {m.kind for m in reading.mentions} != {"period"} or _asks(case, reader):
        return False
    fronts = ("", "", *case.words)
    before = [(fronts[m.start], fronts[m.start + 1]) for m in reading.of("period")]
    return any(first in lists.starts - lists.retold_by and second in lists.articles for first, second in before)


def _asks(case: FollowUpCase, reader: FragmentReader) -> bool:
    return case.slots.reading.question_mark or holds(case.words, reader.lists.counting)


def _judged(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Check the amount of the question before once more, or ask for one: "is that good?"."""
    before = case.before
    if case.named - {"direction"} or before.answer not in FIGURES or case.opener in reader.lists.wh:
        return None
    own = not reader.lists.own.isdisjoint(case.words) and bool(before.amounts)
    stands = bool(before.amounts) and case.plain and not reader.lists.beyond.isdisjoint(case.words)
    if case.aside != "judged" and not stands and not reader.words.judges(case):
        return None
    if not (case.points or own or case.slots.reading.question_mark):
        return None
    if before.amounts:
        return replace(before, answer="offer" if before.answer != "convert" else before.answer)
    return replace(COMPARED_WITH_WHAT, mentions=before.mentions)


def _about_the_answer(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Put a question about the answer to what that was about: "who says so?", "is stock in there?"."""
    knowledge, before = reader.knowledge, case.before
    if case.aside == DATED:
        return before  # a projection says of which years it is
    if _is_of_words(case, reader):
        return replace(before, gaps=(*before.gaps, Gap(kind=GapKind.SUBJECT, name="")))
    if not knowledge.has("intent", case.aside) or case.named - {"direction", "limit"}:
        return None
    alone = case.alone
    whole = isinstance(alone, Query) and alone.intent == case.aside and alone.topic is not None
    if whole and not (case.points or case.tied) and before.topic is not None:
        return alone  # "what does pay depend on?" behind another topic asks by itself, and is what is gone on from
    query = reader.query_of(knowledge.intent(case.aside), case.before)
    # Who says what a topic tells is asked of that topic.
    return replace(query, topic=case.before.topic) if query.answer == "who_says" else query


def _is_of_words(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether one or some are asked for of what was told in words: "which ones?", "which of them pays most?"."""
    in_words = case.before.topic is not None and not case.named - {"direction"} and case.plain
    of_them = not reader.lists.several.isdisjoint(case.words) and not reader.lists.who.isdisjoint(case.words)
    asks_whom = not case.aside and reader.lists.figures.isdisjoint(case.words)  # not "where are these numbers from"
    return in_words and ((of_them and asks_whom) or case.aside == "employers")


def _explained(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell why two roles differ where they were compared, else what the pay depends on: "why so low?"."""
    knowledge = reader.knowledge
    roles = {*case.before.roles, *case.slots.all_roles, knowledge.main_role}
    compared = "role" in case.named and len(roles) == PAIR and case.plain
    counts = counted(case, reader) is not None  # "why two of them?" is about the figures, not the pay
    if case.aside != "explained" or counts or case.named - {"direction", *({"role"} if compared else ())}:
        return None
    topics = [topic.id for topic in knowledge.topics if topic.compares and set(topic.compares) == roles]
    intents = [intent for intent in knowledge.intents if intent.topic in topics]
    if topics and not intents:
        return replace(case.before, answer="topic", intent="", topic=topics[0], gaps=())
    explaining = knowledge.words.follow_ups.explaining
    if not intents and not knowledge.has("intent", explaining):
        return None
    return reader.query_of(intents[0] if intents else knowledge.intent(explaining), case.before)


def _compared(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Hold what was asked about before against what is named now: "how does that compare to google?"."""
    if case.aside != "compared" or case.before.answer not in FIGURES | {"topic"}:
        return None
    before = _base(case)
    if not case.named & set(NAMES):
        several = max(len(before.companies), len(before.roles), len(before.levels), len(before.sources)) > 1
        fits = several and before.answer != "offer" and case.plain and not case.slots.gap_kinds() & STRANGERS
        return replace(before, answer="compare", directions=()) if fits else None
    begins = case.opener in reader.lists.versus | reader.lists.comparatives
    if not (case.points or case.tied or begins):
        return None
    old = {"company": before.companies, "role": before.roles, "level": before.levels, "source": before.sources}
    kinds = case.named & set(NAMES)
    if all(old[kind] for kind in kinds) or (kinds == {"role"} and not before.companies):
        return reader.merger.merged(replace(case.slots, directions=()), replace(before, directions=()), "beside")
    return _across(case, before, reader)


def _across(case: FollowUpCase, before: Query, reader: FragmentReader) -> Decision | None:
    """Hold two things of different kinds against each other: each is told for itself, the later one behind."""
    alone = case.alone if isinstance(case.alone, Query) else None
    if alone is None or alone.answer not in ("pay", "compare"):
        return None
    roles = [role for role in alone.roles if role != reader.knowledge.main_role]
    if before.companies and roles and not alone.companies:
        merger, main = reader.merger, reader.knowledge.main_role
        general = replace(before, answer="compare", companies=(), roles=(main,), directions=())
        compared = merger.merged(replace(case.slots, directions=()), general, "beside")
        firms = tuple(reader.knowledge.company(key).name for key in before.companies)
        names = (reader.knowledge.role(role).people for role in roles)
        gaps = tuple(Gap(kind=GapKind.PAIR, name=name, at=firms) for name in names)
        return replace(compared, gaps=(*gaps, *compared.gaps)) if isinstance(compared, Query) else compared
    return replace(before, directions=(), then=replace(alone, answer="pay", gaps=()))


def _reversed(case: FollowUpCase, _: FragmentReader) -> Decision | None:
    """Turn round what was ranked or compared: "and the other way round?"."""
    before = case.before
    if case.aside != "reversed" or case.named - {"direction"}:
        return None
    if before.answer.startswith("rank_"):
        directions = before.directions or ("highest",)
        return replace(before, directions=tuple(OPPOSITE[direction] for direction in directions))
    if before.answer == "compare":
        return replace(before, companies=before.companies[::-1], roles=before.roles[::-1], levels=before.levels[::-1])
    return None


def _next(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Rank again, for who comes behind the first: "who's next after google?"."""
    before, steps = case.before, _steps(case, reader)
    if steps and case.plain and len(before.levels) == 1 and before.answer in ("pay", "offer"):
        return _next_level(before, reader, steps)
    if case.aside != "next" or case.named - {"company", "direction"}:
        return None
    if before.answer.startswith("rank_"):
        return replace(before, companies=())
    if len(before.levels) == 1 and before.answer == "pay":
        return _next_level(before, reader, 1)
    intent = reader.knowledge.intent_of("rank_companies")
    if intent is None or not before.companies:
        return None
    return Query(
        answer="rank_companies", intent=intent.id, directions=("highest",), mentions=case.slots.reading.mentions
    )


def _anyone(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Rank the companies where it is asked whether any pays more than the one told: "does anyone start higher"."""
    intent = reader.knowledge.intent_of("rank_companies")
    asks = not reader.lists.anyone.isdisjoint(case.words) and bool(case.slots.directions) and case.plain
    if intent is None or not asks or case.named - {"direction"} or len(case.before.companies) != 1:
        return None
    mentions = case.slots.reading.mentions
    return Query(
        answer=intent.answer, intent=intent.id, directions=case.slots.directions, mentions=mentions, asked=True
    )


def _steps(case: FollowUpCase, reader: FragmentReader) -> int:
    """Return how many levels a text goes up, or down where it is negative: "the one above", "next level down"."""
    lists, words = reader.lists, {*case.words}
    counts = holds(case.words, lists.counting) or case.named - {"direction"} or case.aside == "apart"
    ordered = any(lists.ordinals.get(word, 0) for word in words)
    ones = lists.rungs | {word for word, number in lists.numbers.items() if number == 1}
    if counts or ordered or not any(word in ones and not inflection.is_plural(word) for word in words):
        return 0
    lower = not words.isdisjoint(lists.less) or "lowest" in case.slots.directions
    higher = not words.isdisjoint((lists.more | lists.beyond) - lists.retold_by) or case.aside == "next"
    return -1 if lower else int(higher)


def _next_level(before: Query, reader: FragmentReader, steps: int) -> Query | None:
    levels = [level.id for level in reader.knowledge.vocabulary.levels if reader.knowledge.band(level.id) is not None]
    at = levels.index(before.levels[0]) + steps if before.levels[0] in levels else len(levels)
    return replace(before, levels=(levels[at],), mentions=()) if 0 <= at < len(levels) else None


def _identified(case: FollowUpCase, _: FragmentReader) -> Decision | None:
    """Tell again what was told, with whom it is about: "is that ml or ai?"."""
    periods = {m.id for m in case.slots.reading.of("period")}
    two = max(map(len, (case.slots.all_roles, case.slots.levels, periods))) > 1
    asks = case.points and two and case.named <= {"role", "level", "period"} and case.plain and not case.tied
    return case.before if asks and case.before.answer in FIGURES else None


def _roles_apart(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Compare the roles that were told of in words or figures: "so who earns more?", "but ml is higher, not ai?"."""
    before, knowledge = case.before, reader.knowledge
    compared = knowledge.topic(before.topic).compares if before.topic is not None else ()
    roles = compared or (before.roles if before.answer in ("compare", "topic") else ())
    named = {*case.slots.all_roles}
    asks = bool(named) or not reader.lists.who.isdisjoint(case.words)
    if len(roles) != PAIR or not asks or not named <= {*roles} or case.named - {"direction", "role", "exclusion"}:
        return None
    if not (case.slots.directions and case.plain and compares(case, reader)):
        return None
    whole = replace(_base(case), answer="compare", intent=intent_of(knowledge, "compare").id, directions=())
    return replace(whole, companies=(), roles=roles)


def _asks_a_site(case: FollowUpCase) -> bool:
    """Whether a text names a site and the one role that is asked of it, and no more."""
    return len(case.slots.sources) == len(case.slots.all_roles) == 1 and case.named == {"source", "role"}


def _whole(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Leave a question alone that says what it asks and of whom."""
    fragment = case.bare and len(case.named & set(NAMES)) == 1 and case.slots.most == 1
    fragment = fragment or (case.sure and case.named == {"direction"} and len(case.words) <= MOST_OF_END)
    if isinstance(case.alone, Query) and case.alone.rule == "answer" and _asks_a_site(case):
        return case.alone
    hangs = case.tied or case.corrects or (fragment and not case.slots.gap_kinds() & STRANGERS)
    if not hangs and _ranks_sites(case.alone) and not (case.points and case.before.companies):
        return _of_those(case, reader)
    if hangs or case.points:
        return None
    slots, alone = case.slots, case.alone
    strangers = slots.gap_kinds() & STRANGERS
    if isinstance(alone, Refusal):
        return alone if strangers or (slots.kinds & {"role", "field"} and alone.status == "not_covered") else None
    if alone.rule == "bare-name":
        several = slots.most > 1 or strangers or (slots.named and len(case.named & set(NAMES)) > 1)
        return alone if several or alone.answer == "compare" else None
    of_words = alone.answer not in FIGURES | SOCIAL or alone.answer.startswith("rank_") or alone.answer == "ladder"
    subject = alone.answer in FIGURES and (slots.kinds & {"role", "field"} or slots.companies)
    return alone if of_words or subject else None


def _ranks_sites(alone: Decision) -> bool:
    return isinstance(alone, Query) and alone.answer == "rank_sources" and not alone.roles


def _cited(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell the one figure that a round amount stands for behind several: "who has the 164k?"."""
    before, slots, words = case.before, case.slots, reader.knowledge.words
    earns = "pay" in slots.kinds or not {*words.speech_acts.earning, *words.payers.verbs}.isdisjoint(case.words)
    one = case.named == {"amount"} and len(slots.amounts) == 1 and case.plain and before.answer in FIGURES
    if earns or not one or case.opener not in reader.lists.who:
        return None
    roles = before.roles or (reader.knowledge.main_role,)
    whole = replace(_base(case), answer="pay", companies=(), levels=(), amounts=(), period=None, gaps=())
    figures = (one for role in roles for one in reader.antecedents.by_source(replace(whole, roles=(role,))))
    found = [figure for figure in figures if _is_about(reader.antecedents.value(figure), slots.amounts[0])]
    return found[0] if len(found) == 1 else None


def _is_about(value: float, amount: Amount) -> bool:
    """Whether an amount in thousands is a figure cut or rounded to these."""
    low, thousands = amount.low, {value // THOUSAND * THOUSAND, round(value / THOUSAND) * THOUSAND}
    return low == amount.high and amount.period in (None, "year") and low in thousands


def _of_those(case: FollowUpCase, reader: FragmentReader) -> Query:
    """Rank the sites by the role that was told last."""
    assert isinstance(case.alone, Query)
    said = {m.id for m in case.before.mentions}
    roles = (role for role in case.before.roles if reader.knowledge.averages(role))
    return replace(case.alone, roles=tuple(sorted(roles, key=lambda role: role not in said)))


def _level_of_ours(case: FollowUpCase, _: FragmentReader) -> Decision | None:
    """Leave alone what names a level and pay, behind a role that has no levels: "entry level pay?"."""
    foreign = bool(case.before.roles) and case.slots.main_role not in case.before.roles
    named = "level" in case.named and "pay" in case.slots.kinds and not case.tied and not case.points
    return case.alone if foreign and named and isinstance(case.alone, Query) else None


def _corrected(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Put a name into the place of one that was not meant: "no, amazon", "not google, amazon"."""
    if not case.corrects or not case.named & {*NAMES, "amount", "period"} or case.opener in reader.lists.wh:
        return None
    described = not case.slots.gaps and reader.words.describes(case)
    if not (case.plain or described or (case.named & set(NAMES) and reader.words.calls_out(case))):
        return None
    before, slots = case.before, replace(case.slots, excluded=())
    wrong = set(case.slots.excluded)
    kept = tuple(key for key in before.companies if key not in wrong)
    if wrong and not wrong & set(before.companies):
        return None
    if wrong and kept and slots.companies:
        slots = replace(slots, companies=(*slots.companies, *kept))
    elif not wrong:
        before = replace(before, answer="pay" if before.answer == "compare" else before.answer)
        kinds = {"company": "companies", "role": "roles", "level": "levels", "source": "sources"}
        cleared = {kinds[kind]: () for kind in case.named if kind in kinds}
        before = replace(before, **cleared)  # type: ignore[arg-type]
    fits = accepts(before, case.named - {"exclusion"})
    return reader.merger.merged(slots, before, "replace") if fits else None


def _beside(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Compare what is named with its like in the question before: "vs apple?"."""
    versus = not reader.lists.versus.isdisjoint(case.words)
    if not versus or not case.plain or not accepts(case.before, case.named) or not case.named:
        return None
    return reader.merger.merged(case.slots, case.before, "beside") or case.alone


def _filled(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Put what a fragment names into the place of its like: "and amazon?", "per month?", "with 7 years"."""
    # "will ai take my job" is a clause of its own.
    of_work = not reader.lists.work.isdisjoint(case.words) and "pay" not in case.slots.kinds
    clause = (of_work or not case.sure) and case.opener in reader.merger.lists.auxiliary_words
    clause = clause and not (case.points and not of_work and reader.words.requests(case.words))
    if clause or not case.plain or not case.named or not _hangs(case, reader):
        return None
    before = _narrowed(_figures(case.before, case), case.named)
    leader = reader.antecedents.single(before) if before.answer == "rank_companies" else None
    if leader is not None and case.named == {"period"}:
        before = leader
    if before.answer == "offer" and "direction" in case.named and "amount" not in case.named:
        before = replace(before, answer="pay", intent="", amounts=())
    if not accepts(before, case.named) or case.slots.gap_kinds() & {"company", "role", "source"}:
        return None
    if "direction" in case.named and not _is_superlative(case, reader):
        return None
    by_source = not reader.lists.by_source.isdisjoint(case.words)
    asked = case.tied or case.slots.reading.question_mark or case.opener in reader.lists.wh
    if case.named == {"source"} and not (by_source or (asked and not before.companies)):
        return None  # LinkedIn is an employer too, and "indeed" a word
    lists = reader.lists
    adds, alike = not lists.adding.isdisjoint(case.words), not lists.alike.isdisjoint(case.words)
    join: Join = "add" if adds else "alike" if alike else "replace"
    merged = reader.merger.merged(case.slots, before, join)
    return _lacking(merged, case, before) if isinstance(merged, NotCovered) else _briefly(merged, case, reader)


def _lacking(merged: NotCovered, case: FollowUpCase, before: Query) -> Decision:
    """Say what is lacking; what was told already is told again where only its currency is another: "in euros?"."""
    if case.named == {"limit"} and case.slots.gap_kinds() == {"currency"}:
        return replace(before, gaps=(*before.gaps, *case.slots.gaps))
    if isinstance(case.alone, Query) and case.alone.lookup is not None:
        return case.alone  # the datasets have what the article lacks
    return case.alone if isinstance(case.alone, NotCovered) else merged


def _briefly(merged: Query | None, case: FollowUpCase, reader: FragmentReader) -> Query | None:
    only = merged is not None and not reader.lists.only.isdisjoint(case.words[:2])
    return replace(merged, brief=True) if merged is not None and only else merged


def _figures_of(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell the pay of what was told in words: "show me the numbers"."""
    if case.named or case.aside or reader.lists.figures.isdisjoint(case.words) or not case.plain:
        return None
    before = case.before
    if before.topic is None:
        return None
    about = tuple(dict.fromkeys((reader.knowledge.main_role, *before.roles)))
    compared = reader.knowledge.topic(before.topic).compares or about
    if len(compared) < PAIR:
        return None
    return replace(_base(case), answer="compare", roles=compared)


def _pay_of_it(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell the pay of what was asked about: "and how much do they get paid?"."""
    lists = reader.merger.lists
    if case.named or not case.sure:
        return None
    pays = "pay" in case.slots.kinds or not lists.weak_pay.isdisjoint(case.slots.stems)
    return reader.merger.merged(case.slots, _base(case), "replace") if pays and (case.points or case.tied) else None


def _in_general(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Leave out the company, the source, or a limit of the question before: "and in general?", "not in spain"."""
    before, denied = _base(case), {m.kind for m in case.slots.reading.mentions if m.excluded}
    gaps = tuple(gap for gap in before.gaps if gap.kind not in denied & LIMITS)
    if len(gaps) < len(before.gaps) and reader.words.describes(case):
        return reader.merger.merged(case.slots, replace(before, gaps=gaps), "replace")
    if not holds(case.words, reader.lists.general) or case.named & {"company", "source"}:
        return None
    placed = any(gap.kind in LIMITS for gap in before.gaps)
    if not case.plain and not (placed and not case.named):
        return None
    if not (before.companies or before.sources or placed) or before.answer not in ("pay", "compare", "offer"):
        return None
    levels = before.levels if not case.slots.levels else ()
    before = replace(before, answer="pay", companies=(), sources=(), levels=levels, directions=(), gaps=())
    return reader.merger.merged(case.slots, before, "replace")


def _lacked(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Say what a fragment asks for that no figures are split by: "how much more does a manager get"."""
    gaps = tuple(gap for gap in case.slots.gaps if gap.kind in LIMITS)
    asks = case.slots.reading.question_mark or case.opener in reader.lists.wh
    if not (gaps and case.plain and asks and isinstance(case.alone, OffTopic)):
        return None
    return NotCovered(gaps=gaps, mentions=case.slots.reading.mentions, confidence=BARE_NAME, asked=True)


def _told_again(case: FollowUpCase, reader: FragmentReader) -> Decision | None:
    """Tell what was told once more where a text asks on without a word of its own: "and after that?"."""
    refused = isinstance(case.alone, Refusal) and not case.slots.gaps and case.alone.rule != "unanchored"
    asks = case.slots.reading.question_mark or case.opener in reader.lists.wh
    points = case.points and not holds(case.words, reader.lists.ties)  # "what about it?"
    if not (refused and case.sure and case.plain and asks and points) or case.named - {"direction"}:
        return None
    return told(case.before)


def _alone(case: FollowUpCase, _: FragmentReader) -> Decision:
    return case.alone


RULES: tuple[Rule[FollowUpCase, FragmentReader], ...] = (
    Rule("small-talk", _small_talk, "a greeting, thanks, or a question about the bot"),
    Rule("laughing", _laughing, "only mentions something in a remark"),
    Rule("no-fragment", _other, "looks like a fragment, and is none"),
    Rule("judged", _judged, "asks whether what was told is good"),
    Rule("about-the-answer", _about_the_answer, "asks about the answer before"),
    Rule("explained", _explained, "asks why"),
    Rule("reckoned", reckoned, "asks for a difference, a mean, a sum or a multiple of what was told"),
    Rule("without", without, "leaves out a part of what was told together"),
    Rule("again", again, "asks for the same once more"),
    Rule("compared", _compared, "holds what was told against something else"),
    Rule("reversed", _reversed, "asks for the other way round"),
    Rule("next", _next, "asks who comes next"),
    Rule("anyone", _anyone, "asks whether anybody else pays more"),
    Rule("picked", picked, "picks one of several things that were told, or both"),
    Rule("identified", _identified, "asks whom the answer was about"),
    Rule("figures", _figures_of, "asks for the figures behind what was told"),
    Rule("general-average", general_average, "asks for the average"),
    Rule("roles-apart", _roles_apart, "asks which of two roles is paid more"),
    Rule("level-of-ours", _level_of_ours, "names a level, which only the main role has"),
    Rule("cited", _cited, "asks whose a figure is"),
    Rule("whole", _whole, "says what it asks, and of whom"),
    Rule("in-general", _in_general, "leaves out the company"),
    Rule("corrected", _corrected, "takes back a name"),
    Rule("beside", _beside, "names something to compare with"),
    Rule("filled", _filled, "names what takes the place of its like"),
    Rule("pay-of-it", _pay_of_it, "asks for the pay of what was asked about"),
    Rule("lacked", _lacked, "asks for what no figures are split by"),
    Rule("told-again", _told_again, "asks on without a word of its own"),
    Rule("alone", _alone, "hangs on nothing"),
)
# A question about an answer leaves that in place for the next text.
ASIDES = frozenset({"judged", "about-the-answer", "explained", "identified", "again", "told-again"})
# What is reckoned from answers leaves them, too, and can itself be asked about.
RECKONED = frozenset({"reckoned"})


def _is_superlative(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether the highest or lowest is asked for where there is one: of companies, or of what was ranked."""
    before, slots = case.before, case.slots
    words = [word.text for word in slots.reading.loose]
    directed = [word for word in words if not reader.words.directions.isdisjoint(stems([word]))]
    end = [word for word, one in zip(words[1:], words, strict=False) if one in reader.lists.articles]
    if before.companies and len(before.companies) == 1 and set(directed) <= set(end):
        return True  # "the lower"
    comparatives = reader.knowledge.words.follow_ups.comparatives
    if any(word in comparatives or inflection.is_comparative(word) for word in directed):
        return False
    if before.answer.startswith("rank_") or slots.directions == ("start",):
        return True
    whose = before.levels or before.sources or set(before.roles) - {reader.knowledge.main_role}
    lexicon = reader.merger.lists
    ends = lexicon.directions["start"] | lexicon.directions["end"] if before.companies else frozenset[str]()
    extremes = lexicon.extremes | ends | (lexicon.directions["highest"] if case.tied else frozenset())
    return extremes.issuperset(stems(directed)) and not (whose and not before.companies)


def _hangs(case: FollowUpCase, reader: FragmentReader) -> bool:
    """Whether a fragment goes on with the question before, rather than telling something."""
    asked = case.slots.reading.question_mark or case.opener in reader.knowledge.vocabulary.question_words
    lexicon = reader.merger.lists
    is_statement = not lexicon.speakers.isdisjoint(stems(case.words))
    # "i have 6 years" goes on with whose pay it is, "i get 160k" with who else gets that.
    own = case.sure and bool(case.before.amounts or case.slots.amounts or "years" in case.slots.kinds)
    return case.tied or case.bare or asked or case.points or own or not is_statement


def _base(case: FollowUpCase) -> Query:
    """Return the question before as one of figures."""
    before = case.before
    if before.answer in FIGURES:
        return before
    several = len(before.roles) > 1 or len(before.companies) > 1
    answer = "compare" if several else "pay"
    return replace(before, answer=answer, intent="", topic=None, gaps=strangers_of(before))


def _figures(before: Query, case: FollowUpCase) -> Query:
    """Return the question before as one of figures where the text speaks of pay."""
    slots = case.slots
    whose = slots.companies or (slots.levels if case.points else ())
    about_pay = slots.kinds & {"pay", "years"} or slots.directions or whose or slots.reading.of("period")
    return _base(replace(case, before=before)) if about_pay and before.answer not in FIGURES else before


def _narrowed(before: Query, named: frozenset[Part]) -> Query:
    """Return a ranking, or the pay of all levels, as one of pay where a role or a company is named behind it."""
    several = len(before.levels) > 1 or len(before.sources) > 1
    if before.answer == "compare" and "company" in named and several and not before.companies:
        return replace(before, answer="pay", intent="", levels=(), sources=(), directions=())
    overview = before.answer in ("rank_companies", "rank_sources", "ladder")
    if not overview or accepts(before, named) or not named & {"role", "company"}:
        return before
    return replace(before, answer="pay", intent="", companies=(), levels=(), directions=(), excluded=())
