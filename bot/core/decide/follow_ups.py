"""Reads a text as it stands in a conversation: by itself, or together with the question that was asked before it.

An ordered list of rules, of which the first that applies decides, as in `policy`. A question about the answer ("why?",
"how old is that?") is put to what that answer was about. What a fragment names takes the place of its like, joins a
comparison of its like, or stands beside it ("vs"); the rest comes from the question before. A text with a word that
none of this explains stands alone. Each rule is a function (FollowUpCase, FollowUpResolver) -> Decision or None; the
last one answers. tests/test_following.py shows that each of them decides some text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.query_builder import NOT_ALL_READ
from bot.core.decide.slot_merging import LIMITS, NAMES, Join, Part, SlotMerger, accepts, named_parts
from bot.core.decide.word_effects import FIGURES
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import Ambiguous, Decision, Direction, Gap, GapKind, NotCovered, Query, Refusal, Turn
from bot.core.model.knowledge import Intent, Knowledge
from bot.core.nlu.entities import Utterance, Word
from bot.core.nlu.slots import Slots, WordLists, read_slots, stems
from bot.core.text import formatting, inflection, normalization

KINDS = frozenset({*NAMES, *LIMITS, "field", "years", "amount", "period", "neutral", "home", "exclusion"})
MOST_WORDS, LONGEST = 12, 120
MOST_YEARS = 60
# The classes of words that a fragment may have besides: verbs, adjectives, adverbs.
DESCRIBING = frozenset("var")
COMPARED_WITH_WHAT = Ambiguous(gaps=(Gap(kind=GapKind.COMPARED_WITH, name=""),), asked=True, rule="judged")
OPPOSITE: dict[Direction, Direction] = {
    "highest": "lowest",
    "lowest": "highest",
    "widest": "narrowest",
    "narrowest": "widest",
    "start": "end",
    "end": "start",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """The words that tie a text to the question before it, as they are; phrases as tuples of words."""

    starts: frozenset[str]
    ties: frozenset[tuple[str, ...]]
    alike: frozenset[str]
    adding: frozenset[str]
    versus: frozenset[str]
    calls: frozenset[str]
    corrections: frozenset[tuple[str, ...]]
    pointing: frozenset[str]
    greetings: frozenset[str]
    by_source: frozenset[str]
    before_homes: frozenset[str]
    articles: frozenset[str]
    unclear: frozenset[tuple[str, ...]]
    general: frozenset[tuple[str, ...]]
    wh: frozenset[str]
    asides: dict[str, frozenset[tuple[str, ...]]]

    @classmethod
    def of(cls, knowledge: Knowledge) -> _Lists:
        words, grammar, acts = knowledge.words.follow_ups, knowledge.words.grammar, knowledge.words.speech_acts
        return cls(
            starts=frozenset((*words.starts, *grammar.versus, *words.versus)),
            ties=_phrases((*words.ties, *words.alike)),
            alike=frozenset(words.alike),
            adding=frozenset(words.adding),
            versus=frozenset((*grammar.versus, *words.versus)),
            calls=frozenset((*words.calls, *knowledge.vocabulary.interjections)),
            corrections=_phrases(words.corrections),
            pointing=frozenset((*words.pointing, *acts.pointing)),
            greetings=frozenset(words.greetings),
            by_source=frozenset(words.by_source),
            before_homes=frozenset(words.before_homes),
            articles=frozenset(grammar.articles),
            unclear=_phrases(words.unclear),
            general=_phrases(words.general),
            wh=frozenset(acts.wh),
            asides={name: _phrases(phrases) for name, phrases in words.asides.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCase:
    """A text in its conversation: its slots, what it asks for by itself, and the question before it.

    `tied` says that a word ties it to that question, `points` that one points to it, `corrects` that it takes
    something of it back; `plain` that no word has a meaning of its own, `sure` that not even a verb or an adjective
    was passed over for it, `bare` that the names stand for themselves.
    """

    slots: Slots
    alone: Decision
    before: Query
    words: tuple[str, ...]
    named: frozenset[Part]
    tied: bool
    points: bool
    corrects: bool
    plain: bool
    sure: bool
    bare: bool
    aside: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule, and what it is for in a line."""

    name: str
    decide: Callable[[FollowUpCase, FollowUpResolver], Decision | None]
    reason: str


class FollowUpResolver:
    """Reads the turns of conversations about one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._lexicon = lexicon = WordLists.of(knowledge)
        self.lists = lists = _Lists.of(knowledge)
        self.merger = SlotMerger(knowledge, lexicon)
        words = knowledge.words.follow_ups
        directions = frozenset[str]().union(*lexicon.directions.values())
        beside = stems(
            (*words.beside, *words.starts, *words.versus, *words.ties, *words.alike, *words.adding, *words.corrections)
        )
        calls = stems(lists.calls)
        self._bare = lexicon.bare | beside | calls | stems(lists.starts)
        spoken = lexicon.filler | lexicon.questions | lexicon.pay | lexicon.weak_pay | lexicon.people
        self._plain = self._bare | spoken | directions
        self.directions = directions
        self._of_asides = stems(word for phrases in lists.asides.values() for phrase in phrases for word in phrase)
        self._of_general = stems(words.general)

    def turn(self, reading: Utterance, alone: Decision, before: Query | None, *, whole: bool, stray: bool) -> Turn:
        """Return what a text asks for behind the question `before`, and what the next one may hang on.

        A `whole` text hangs on nothing, such as a command; a `stray` digit in it belongs to no quantity.
        """
        slots = read_slots(reading, self.knowledge, self._lexicon)
        if reading.question_mark and isinstance(alone, Query) and alone.answer == "thanks":
            alone = COMPARED_WITH_WHAT  # "is that good?" thanks nobody
        case = self.case(slots, alone, before) if before is not None and reading.words and not whole else None
        # Such a digit may mean anything ("back in 2 hours"), unless it is read as years.
        if case is None or before is None or (stray and case.slots is slots):
            return Turn(decision=alone, context=self._context(alone, slots, before))
        rule, decision = self.decided(case)
        # What a fragment asks for and is not on file changes nothing: "in euros?".
        kept = rule == "filled" and isinstance(decision, NotCovered)
        if decision is alone:
            return Turn(decision=alone, rule=rule, context=before if kept else self._context(alone, slots, before))
        sure = 1.0 if case.sure else NOT_ALL_READ
        decision = replace(decision, rule=rule, confidence=decision.confidence * sure)
        context = before if kept else self._context(decision, slots, before)
        return Turn(decision=decision, rule=rule, follow_up=True, tied=case.tied, context=context)

    def decided(self, case: FollowUpCase) -> tuple[str, Decision]:
        """Return the rule that decides what a text asks for, and that decision."""
        for rule in RULES:
            decision = rule.decide(case, self)
            if decision is not None:
                return rule.name, decision
        raise AssertionError("the last rule answers")

    def case(self, slots: Slots, alone: Decision, before: Query) -> FollowUpCase:
        """Return a text with what ties it to the question before."""
        lists = self.lists
        slots = self._with_years(slots, before)
        words = tuple(word.text for word in slots.reading.words)
        aside = self._aside(slots.reading)
        judges = aside == "judged" and bool(slots.amounts)
        own = self._of_asides if judges else self._of_general if _holds(words, lists.general) else frozenset[str]()
        first = next((word for word in words if word not in lists.calls), "")
        kinds = {m.kind for m in slots.reading.mentions}
        left = [w for w, s in zip(slots.reading.loose, slots.stems, strict=False) if s not in self._plain | own]
        fits = kinds <= KINDS and len(words) <= MOST_WORDS and not slots.group and not slots.reading.near
        return FollowUpCase(
            slots=slots,
            alone=alone,
            before=before,
            words=words,
            named=named_parts(slots),
            tied=first in lists.starts or _holds(words, lists.ties),
            points=not lists.pointing.isdisjoint(words),
            corrects=_holds(words, lists.corrections) or bool(slots.excluded),
            plain=fits and (not left or self._is_described(left, words)),
            sure=not left,
            bare=fits and self._bare.issuperset(slots.stems),
            aside=aside if (self._plain | self._of_asides).issuperset(slots.stems) else "",
        )

    def query_of(self, intent: Intent, before: Query) -> Query:
        """Return a question with an intent about what was asked before."""
        topic = self.knowledge.topic(intent.topic) if intent.topic is not None else None
        gaps = (Gap(kind=GapKind.LEFT_OUT, name=topic.gap or ""),) if intent.left_out and topic is not None else ()
        return replace(before, answer=intent.answer, intent=intent.id, topic=intent.topic, gaps=gaps, amounts=())

    def _with_years(self, slots: Slots, before: Query) -> Slots:
        """Read a bare number behind a question about experience as years: "and 12?"."""
        numbers = [int(word.text) for word in slots.reading.loose if word.text.isdecimal()]
        if not before.levels or slots.levels or slots.amounts or len(numbers) != 1 or numbers[0] > MOST_YEARS:
            return slots
        level = self.knowledge.level_of_years(numbers[0])
        if level is None:
            return slots
        loose = tuple(stem for stem in slots.stems if not stem.isdecimal())
        return replace(slots, levels=(level.id,), stems=loose, kinds=slots.kinds | {"years"})

    def _is_described(self, left: list[Word], words: tuple[str, ...]) -> bool:
        """Whether the words left over only describe what is asked, in a text that tells nothing of anybody."""
        classes = self.knowledge.word_classes
        told = not (self._lexicon.speakers - stems(self.lists.pointing)).isdisjoint(stems(words))
        forms = ([word.text, *inflection.singulars(word.text)] for word in left)
        return not told and all(any(classes.get(form) in DESCRIBING for form in ways) for ways in forms)

    def _aside(self, reading: Utterance) -> str:
        """Return what is asked about the answer before, "" where nothing is: "next month" is no next one."""
        covered = {n for m in reading.mentions if m.kind in ("neutral", "period") for n in range(m.start, m.end)}
        words = tuple(word.text for word in reading.words)
        loose = tuple("" if n in covered else word for n, word in enumerate(words))
        for name, phrases in self.lists.asides.items():
            single = frozenset(phrase for phrase in phrases if len(phrase) == 1)
            if _holds(words, phrases - single) or _holds(loose, single):
                return name
        return ""

    def _context(self, decision: Decision, slots: Slots, before: Query | None) -> Query | None:
        """Return the question that the next text may hang on.

        Small talk, and questions about the answer, change nothing. What was refused leaves what it named, so that the
        next text can name something else in its place.
        """
        if isinstance(decision, Query):
            if SPECS[decision.answer].aside or decision.rule in ASIDES:
                return before
            # What holds one thing against another goes on from the first.
            return goes_on(replace(decision, then=None) if decision.rule == "compared" else decision)
        if decision.status == "off_topic" or any(gap.kind.of_field for gap in decision.gaps):
            return before
        gaps = tuple(gap for gap in (*decision.gaps, *slots.gaps) if gap.kind != GapKind.OWN)
        if isinstance(decision, NotCovered) and decision.reason and not gaps:
            gaps = (Gap(kind=GapKind.ASPECT, name=formatting.in_sentence(decision.reason)),)
        if not (slots.named or decision.gaps or isinstance(decision, Ambiguous)):
            return before  # nothing was named in its place
        names = (slots.companies, slots.levels, slots.sources, slots.all_roles)
        return Query(
            answer="compare" if max(map(len, names)) > 1 else "pay",
            companies=slots.companies,
            roles=tuple(role for role in slots.all_roles if self.knowledge.has("role", role)),
            levels=slots.levels,
            sources=slots.sources,
            period=slots.period,
            gaps=tuple(dict.fromkeys(gaps)),
            mentions=slots.reading.mentions,
        )


def goes_on(decision: Decision) -> Query | None:
    """Return the question that a next one may hang on, behind a question by itself."""
    alone = isinstance(decision, Query) and decision.then is None and not SPECS[decision.answer].aside
    return decision if alone else None  # type: ignore[return-value]


# ------------------------------------------------------------------ the rules


def _small_talk(case: FollowUpCase, _: FollowUpResolver) -> Decision | None:
    """Leave greetings, thanks and questions about the bot what they are, where they name nothing."""
    social = isinstance(case.alone, Query) and case.alone.answer in SOCIAL
    return case.alone if social and not case.named and not case.aside else None


def _other(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Leave alone what only looks like a fragment: "an apple", "in 7 years", "and us?", "hey google", "$20"."""
    lists, reading, words = resolver.lists, case.slots.reading, case.words
    before = {m.start: words[m.start - 1] if m.start else "" for m in reading.mentions}
    periods = {m.kind for m in reading.mentions} == {"period"}
    articles = not lists.articles.isdisjoint(words)
    other = (
        words[0] in lists.greetings
        or any(m.kind == "company" and before[m.start] in lists.articles for m in reading.mentions)
        or any(m.kind == "years" and before[m.start] == "in" for m in reading.mentions)
        or any(m.text == "us" and before[m.start] not in lists.before_homes for m in reading.of("home"))
        or any(m.kind != "company" for m in reading.mentions if m.excluded)
        or _holds(words, lists.unclear)
        or (bool(case.slots.amounts) and ("salary_amount" not in case.slots.kinds or len(case.slots.amounts) > 1))
        # "in an hour" is when somebody comes back; "by the hour" and "an hour" say how pay is to be told.
        or (periods and not reading.question_mark and words[0] in lists.starts - {"by", "per"} and articles)
    )
    return case.alone if other else None


def _judged(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Check the amount of the question before once more, or ask for one: "is that good?"."""
    before = case.before
    if case.aside != "judged" or case.named - {"direction"} or before.answer not in FIGURES:
        return None
    if not (case.points or case.slots.reading.question_mark) or case.words[0] in resolver.lists.wh:
        return None
    if before.amounts:
        return replace(before, answer="offer" if before.answer != "convert" else before.answer)
    return replace(COMPARED_WITH_WHAT, mentions=before.mentions)


def _about_the_answer(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Put a question about the answer to what that was about: "who says so?", "is stock in there?"."""
    knowledge = resolver.knowledge
    if not knowledge.has("intent", case.aside) or case.named - {"direction", "limit"}:
        return None
    return resolver.query_of(knowledge.intent(case.aside), case.before)


def _explained(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Tell why two roles differ where they were compared, else what the pay depends on: "why so low?"."""
    if case.aside != "explained" or case.named - {"direction"}:
        return None
    knowledge = resolver.knowledge
    roles = {*case.before.roles, knowledge.main_role}
    topics = [topic.id for topic in knowledge.topics if topic.compares and set(topic.compares) == roles]
    intents = [intent for intent in knowledge.intents if intent.topic in topics]
    if topics and not intents:
        return replace(case.before, answer="topic", intent="", topic=topics[0], gaps=())
    explaining = knowledge.words.follow_ups.explaining
    if not intents and not knowledge.has("intent", explaining):
        return None
    return resolver.query_of(intents[0] if intents else knowledge.intent(explaining), case.before)


def _compared(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Hold what was asked about before against what is named now: "how does that compare to google?"."""
    if case.aside != "compared" or case.before.answer not in FIGURES | {"topic"}:
        return None
    before = _base(case)
    if case.slots.averaged and not case.named and (before.companies or before.levels):
        return replace(before, then=Query(answer="pay", roles=before.roles, period=before.period))
    if not case.named & set(NAMES):
        several = max(len(before.companies), len(before.roles), len(before.levels), len(before.sources)) > 1
        return replace(before, answer="compare", directions=()) if several and before.answer != "offer" else None
    if not (case.points or case.tied or case.words[0] in resolver.lists.versus):
        return None
    old = {"company": before.companies, "role": before.roles, "level": before.levels, "source": before.sources}
    kinds = case.named & set(NAMES)
    if all(old[kind] for kind in kinds) or (kinds == {"role"} and not before.companies):
        return resolver.merger.merged(replace(case.slots, directions=()), replace(before, directions=()), "beside")
    return _across(case, before, resolver)


def _across(case: FollowUpCase, before: Query, resolver: FollowUpResolver) -> Decision | None:
    """Hold two things of different kinds against each other: each is told for itself, the later one behind."""
    alone = case.alone if isinstance(case.alone, Query) else None
    if alone is None or alone.answer not in ("pay", "compare"):
        return None
    roles = [role for role in alone.roles if role != resolver.knowledge.main_role]
    if before.companies and roles and not alone.companies:
        merger, main = resolver.merger, resolver.knowledge.main_role
        general = replace(before, answer="compare", companies=(), roles=(main,), directions=())
        compared = merger.merged(replace(case.slots, directions=()), general, "beside")
        firms = tuple(resolver.knowledge.company(key).name for key in before.companies)
        names = (resolver.knowledge.role(role).people for role in roles)
        gaps = tuple(Gap(kind=GapKind.PAIR, name=name, at=firms) for name in names)
        return replace(compared, gaps=(*gaps, *compared.gaps)) if isinstance(compared, Query) else compared
    return replace(before, directions=(), then=replace(alone, answer="pay", gaps=()))


def _reversed(case: FollowUpCase, _: FollowUpResolver) -> Decision | None:
    """Turn round what was ranked or compared: "and the other way round?"."""
    before = case.before
    if case.aside != "reversed" or case.named - {"direction"}:
        return None
    if before.answer.startswith("rank_"):
        ways = before.directions or ("highest",)
        return replace(before, directions=tuple(OPPOSITE[way] for way in ways))
    if before.answer == "compare":
        return replace(before, companies=before.companies[::-1], roles=before.roles[::-1], levels=before.levels[::-1])
    return None


def _next(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Rank again, for who comes behind the first: "who's next after google?"."""
    before = case.before
    if case.aside != "next" or case.named - {"company", "direction"}:
        return None
    if before.answer == "rank_sources":
        return before
    if before.answer == "rank_companies":
        return replace(before, companies=())
    intent = resolver.knowledge.intent_of("rank_companies")
    if intent is None or not before.companies:
        return None
    return Query(
        answer="rank_companies", intent=intent.id, directions=("highest",), mentions=case.slots.reading.mentions
    )


def _identified(case: FollowUpCase, _: FollowUpResolver) -> Decision | None:
    """Tell again what was told, with whom it is about: "is that ml or ai?"."""
    periods = {m.id for m in case.slots.reading.of("period")}
    two = max(map(len, (case.slots.all_roles, case.slots.levels, periods))) > 1
    asks = case.points and two and case.named <= {"role", "level", "period"} and case.plain and not case.tied
    return case.before if asks and case.before.answer in FIGURES else None


def _whole(case: FollowUpCase, _: FollowUpResolver) -> Decision | None:
    """Leave a question alone that says what it asks and of whom."""
    fragment = case.bare and len(case.named & set(NAMES)) == 1 and case.slots.most == 1
    if case.tied or case.corrects or case.points or fragment:
        return None
    slots, alone = case.slots, case.alone
    if isinstance(alone, Refusal):
        strangers = slots.gap_kinds() & {"company", "role", "source"}
        return alone if strangers or (slots.kinds & {"role", "field"} and alone.status == "not_covered") else None
    if alone.rule == "bare-name":
        several = slots.most > 1 or (slots.named and len(case.named & set(NAMES)) > 1)
        return alone if several or alone.answer == "compare" else None
    if alone.answer in SOCIAL:
        return None
    if alone.answer not in FIGURES or alone.answer.startswith("rank_") or alone.answer == "ladder":
        return alone
    subject = slots.kinds & {"role", "field"} or slots.companies
    return alone if subject else None


def _corrected(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Put a name into the place of one that was not meant: "no, amazon", "not google, amazon"."""
    if not case.corrects or not case.plain or not case.named & {*NAMES, "amount", "period"}:
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
    return resolver.merger.merged(slots, before, "replace") if fits else None


def _beside(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Compare what is named with its like in the question before: "vs apple?"."""
    versus = not resolver.lists.versus.isdisjoint(case.words)
    if not versus or not case.plain or not accepts(case.before, case.named) or not case.named:
        return None
    return resolver.merger.merged(case.slots, case.before, "beside") or case.alone


def _filled(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Put what a fragment names into the place of its like: "and amazon?", "per month?", "with 7 years"."""
    if not case.plain or not case.named or not _hangs(case, resolver):
        return None
    before = _narrowed(_figures(case.before, case), case.named)
    if not accepts(before, case.named) or case.slots.gap_kinds() & {"company", "role", "source"}:
        return None
    if "direction" in case.named and not _is_superlative(case, resolver):
        return None
    by_source = not resolver.lists.by_source.isdisjoint(case.words)
    asked = case.tied or case.slots.reading.question_mark
    if case.named == {"source"} and not (by_source or (asked and not before.companies)):
        return None  # LinkedIn is an employer too, and "indeed" a word
    lists = resolver.lists
    adds, alike = not lists.adding.isdisjoint(case.words), not lists.alike.isdisjoint(case.words)
    join: Join = "add" if adds else "alike" if alike else "replace"
    merged = resolver.merger.merged(case.slots, before, join)
    return case.alone if isinstance(merged, NotCovered) and isinstance(case.alone, NotCovered) else merged


def _pay_of_it(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Tell the pay of what was asked about: "and how much do they get paid?"."""
    pays = "pay" in case.slots.kinds or not resolver.merger.lists.weak_pay.isdisjoint(case.slots.stems)
    hangs = case.points or case.tied
    if not pays or not hangs or not case.plain or case.named:
        return None
    return resolver.merger.merged(case.slots, _base(case), "replace")


def _in_general(case: FollowUpCase, resolver: FollowUpResolver) -> Decision | None:
    """Leave out the company, or the source, of the question before: "and seniors in general?"."""
    if not _holds(case.words, resolver.lists.general) or not case.plain or case.named & {"company", "source"}:
        return None
    before = _base(case)
    if not (before.companies or before.sources) or before.answer not in ("pay", "compare", "offer"):
        return None
    levels = before.levels if not case.slots.levels else ()
    before = replace(before, answer="pay", companies=(), sources=(), levels=levels, directions=(), gaps=())
    return resolver.merger.merged(case.slots, before, "replace")


def _alone(case: FollowUpCase, _: FollowUpResolver) -> Decision:
    return case.alone


RULES: tuple[Rule, ...] = (
    Rule("small-talk", _small_talk, "a greeting, thanks, or a question about the bot"),
    Rule("no-fragment", _other, "looks like a fragment, and is none"),
    Rule("judged", _judged, "asks whether what was told is good"),
    Rule("about-the-answer", _about_the_answer, "asks about the answer before"),
    Rule("explained", _explained, "asks why"),
    Rule("compared", _compared, "holds what was told against something else"),
    Rule("reversed", _reversed, "asks for the other way round"),
    Rule("next", _next, "asks who comes next"),
    Rule("identified", _identified, "asks whom the answer was about"),
    Rule("whole", _whole, "says what it asks, and of whom"),
    Rule("in-general", _in_general, "leaves out the company"),
    Rule("corrected", _corrected, "takes back a name"),
    Rule("beside", _beside, "names something to compare with"),
    Rule("filled", _filled, "names what takes the place of its like"),
    Rule("pay-of-it", _pay_of_it, "asks for the pay of what was asked about"),
    Rule("alone", _alone, "hangs on nothing"),
)
# A question about an answer leaves that to hang on.
ASIDES = frozenset({"judged", "about-the-answer", "explained", "identified"})


def _is_superlative(case: FollowUpCase, resolver: FollowUpResolver) -> bool:
    """Whether the highest or lowest is asked for where there is one: of companies, or of what was ranked."""
    before, slots = case.before, case.slots
    words = [word.text for word in slots.reading.loose]
    directed = [word for word in words if not resolver.directions.isdisjoint(stems([word]))]
    comparatives = resolver.knowledge.words.follow_ups.comparatives
    if any(word in comparatives or word.endswith("er") for word in directed):
        return False
    if before.answer.startswith("rank_") or slots.directions == ("start",):
        return True
    whose = before.levels or before.sources or set(before.roles) - {resolver.knowledge.main_role}
    lexicon = resolver.merger.lists
    ends = lexicon.directions["start"] | lexicon.directions["end"] if before.companies else frozenset[str]()
    extremes = lexicon.extremes | ends | (lexicon.directions["highest"] if case.tied else frozenset())
    return extremes.issuperset(stems(directed)) and not (whose and not before.companies)


def _hangs(case: FollowUpCase, resolver: FollowUpResolver) -> bool:
    """Whether a fragment goes on with the question before, rather than telling something."""
    asked = case.slots.reading.question_mark or case.words[0] in resolver.knowledge.vocabulary.question_words
    lexicon = resolver.merger.lists
    told = not lexicon.speakers.isdisjoint(stems(case.words))
    return case.tied or case.bare or asked or case.points or not told


def _base(case: FollowUpCase) -> Query:
    """Return the question before as one of figures."""
    before = case.before
    if before.answer in FIGURES:
        return before
    several = len(before.roles) > 1 or len(before.companies) > 1
    return replace(before, answer="compare" if several else "pay", intent="", topic=None, gaps=())


def _figures(before: Query, case: FollowUpCase) -> Query:
    """Return the question before as one of figures where the text speaks of pay."""
    slots = case.slots
    spoken = slots.kinds & {"pay", "years"} or slots.directions or slots.companies or slots.reading.of("period")
    return _base(replace(case, before=before)) if spoken and before.answer not in FIGURES else before


def _narrowed(before: Query, named: frozenset[Part]) -> Query:
    """Return a ranking, or the pay of all levels, as one of pay where a role or a company is named behind it."""
    overview = before.answer in ("rank_companies", "rank_sources", "ladder")
    if not overview or accepts(before, named) or not named & {"role", "company"}:
        return before
    return replace(before, answer="pay", intent="", companies=(), levels=(), directions=(), excluded=())


def _holds(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether a text holds one of some phrases."""
    singles, pairs = set(zip(words)), set(pairwise(words))
    if not phrases.isdisjoint(singles | pairs):
        return True
    line = f" {' '.join(words)} "
    return any(f" {' '.join(phrase)} " in line for phrase in phrases if len(phrase) > 2)  # noqa: PLR2004


def _phrases(texts: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(normalization.words(text)) for text in texts)
