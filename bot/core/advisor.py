"""The door to the core: a question in, an answer out. An Advisor is built once for a knowledge base."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from bot.core.answers import Phrasebook, answer_of
from bot.core.datasets.lookups import DatasetLookups
from bot.core.datasets.message_parts import MessageParts
from bot.core.datasets.names import with_names
from bot.core.decide.compound import CompoundSplitter
from bot.core.decide.focus import FocusFinder, is_narrower
from bot.core.decide.follow_ups.antecedents import remembered
from bot.core.decide.follow_ups.resolver import FollowUpResolver
from bot.core.decide.follow_ups.wording import LONGEST
from bot.core.decide.intent_selection import SOCIAL
from bot.core.decide.policy import UNDERSTOOD, Policy
from bot.core.decide.restatement import LifeStories, SelfRepairs
from bot.core.decide.trace import explain, explain_turn
from bot.core.model.answer_specs import SPECS
from bot.core.model.dialogue import (
    Ambiguous,
    Answer,
    Decision,
    DialogueState,
    GapKind,
    NotCovered,
    OffTopic,
    Query,
    Refusal,
    Turn,
)
from bot.core.model.knowledge import Knowledge
from bot.core.model.language import ENGLISH, Language
from bot.core.nlu.anonymizer import Anonymizer
from bot.core.nlu.autocomplete import Autocompleter
from bot.core.nlu.classifier import Learned, Pair, RankedIntent, Router
from bot.core.nlu.entities import EntityExtractor, Utterance
from bot.core.nlu.rewrites import CommandLines, FragmentMender, NameGuard, PlaceCodes, Rewriter
from bot.core.nlu.slots import read_slots
from bot.core.offers.offer_form import OfferForm
from bot.core.offers.pay_detector import PayDetector
from bot.core.text import normalization

# What was read only after guessing at a word is never so sure that the bot would say it unasked.
RETYPED = 0.85
# Where readings disagree the likeliest has to be this many times as likely as all others together.
MARGIN = 20
# So many ways to mend a fragment are tried, the likeliest first.
MOST_TRIED = 4
# A text refused by one of these may ask of somebody who was spoken of before ...
_ASKED_OF_NOBODY = frozenset({"unanchored", "no-trade", "unsure"})
_OF_THE_TRADE = frozenset({"topic", "rank_companies"})
# ... where it is so sure then what it asks, with words of its own and without.
SURELY_ASKED, PLAINLY_ASKED = 0.75, 0.95
# What stands between two clauses of a text.
_BETWEEN_CLAUSES = re.compile(r"[.?!,;:]+(?:\s+|$)|\s+-+\s+|\n+")
# A reading that names one of these without figures is a sound one too.
_NAMED = frozenset({"company", "role", "place", "source", "employment", "grade", "currency"})


class Advisor:
    """Understands questions and answers them from one knowledge base. Pure: no disk, no clock, no state.

    `learned` is what an earlier one learned from the same knowledge base; learning it again takes most of the start.
    """

    def __init__(self, knowledge: Knowledge, learned: Learned | None = None) -> None:
        self.knowledge = knowledge = with_names(knowledge)
        self._lines, self._codes = CommandLines(knowledge), PlaceCodes(knowledge)
        self._completer = Autocompleter(knowledge)
        examples = [Pair(example, intent.id) for intent in knowledge.intents for example in intent.examples]
        titles = {intent.id: intent.title for intent in knowledge.intents}
        reader = EntityExtractor(knowledge)
        self._quantities = reader.quantities
        self._router = Router(reader, examples, titles, learned)
        self.learned = self._router.learned
        self._policy = Policy(knowledge, self._router.stems)
        self._components = _Components(
            router=self._router,
            policy=self._policy,
            splitter=CompoundSplitter(knowledge),
            focus=FocusFinder(knowledge),
            repairs=SelfRepairs(knowledge),
            stories=LifeStories(knowledge),
            rewriter=Rewriter(knowledge, reader.lexicon, self._router.pairs),
            name_guard=NameGuard(knowledge, reader.lexicon),
            contents=partial(_contents, Phrasebook(ENGLISH, knowledge)),
        )
        self._lookups = DatasetLookups(knowledge, self._policy.lists)
        self._parts = MessageParts(knowledge) if knowledge.public is not None else None
        self._slots = partial(read_slots, knowledge=knowledge, lexicon=self._policy.lists)
        self._follower = FollowUpResolver(knowledge)
        self._rereading = _Rereading(knowledge, self._components, self._follower)
        self._mender = FragmentMender(knowledge, reader.lexicon)
        self._offer_form = OfferForm(knowledge, self._quantities, self._router.read)
        self._spotter = PayDetector(knowledge, self._quantities, self._router.read)
        self._forms = Anonymizer(knowledge, reader.lexicon, self._router.read)

    def ask(self, text: str, language: Language = ENGLISH) -> Answer:
        """Understand a text, which has to be English, and answer it in a language. Never raises for any text."""
        return self.answer(self.understand(text), language)

    def understand(self, text: str) -> Decision:
        """Say what a text asks for. Lines such as `!salary google` are read as that command."""
        text = self._lines.spelled(self._question(" ".join(text[: normalization.LONGEST].split())))
        command, question = self._lines.command(text), _Question(self._components)
        decision = self._command(*command) if command else question.understand(text)
        filled = self._lookups.filled(decision, text, lambda: self._slots(question.read(text)))
        if command or self._parts is None:
            return filled
        return self._parts.joined(text, filled, lambda part: self._router.read(part).mentions, self._turn)

    def _question(self, text: str) -> str:
        """Return what is read of a text, with the codes of places spelled out."""
        return self._codes.spelled(normalization.question_in(text))

    def ranked(self, text: str) -> list[RankedIntent]:
        """Return the likeliest intents of a text by its words alone, best first."""
        return self._router.rank(self._router.read(text))

    def explain(self, text: str, after: Sequence[str] = ()) -> tuple[str, ...]:
        """Return at most twenty-odd lines on how a text is decided on: entities, words, intents, and the rule.

        `after` are the texts before it in its conversation, the oldest first.
        """
        context: DialogueState | None = None
        for previous in after:
            context = self.follow(previous, context).context
        return (*self._explained(text), *(explain_turn(self.follow(text, context), context) if after else ()))

    def _explained(self, text: str) -> tuple[str, ...]:
        utterance = self._router.read(self._question(text))
        case, _ = self._policy.decided(utterance, self._router.rank(utterance), self._router.example(utterance))
        return explain(case, self.understand(text))

    def follow(self, text: str, context: DialogueState | None) -> Turn:
        """Read a text in its conversation: by itself, or behind what was asked before ("and amazon?").

        A text that makes no sense is read as the one that it was probably meant to be.
        """
        turn = self._turn(text, context)
        unanswered = isinstance(turn.decision, Ambiguous)
        if (turn.follow_up and not unanswered) or context is None or len(text) > LONGEST:
            return turn
        if not _is_doubted(turn.decision):
            return turn
        likeliest = sorted(self._components.rewriter.rewrites(text), key=lambda rewrite: -rewrite.odds)[:MOST_TRIED]
        for rewrite in dict.fromkeys((self._mender.mended(text), *(rewrite.text for rewrite in likeliest))):
            meant = self._turn(rewrite, context)
            if meant.follow_up and isinstance(meant.decision, Query):
                return meant
        asking = self._rereading.asking_clause(text, turn, lambda clause: self._turn(clause, context))
        named = self._rereading.named(text, asking, context)
        return self._rereading.anchored(text, named, context)

    def _turn(self, text: str, context: DialogueState | None) -> Turn:
        whole = len(text) > LONGEST or self._lines.command(text) is not None
        text = self._question(text)
        reading = self._router.read(text)
        chosen = self._follower.fragments.chosen(reading, context.offered) if context is not None else None
        if context is not None and chosen is not None:
            return replace(self._turn(chosen, replace(context, offered=())), follow_up=True, tied=True)
        stray = not whole and self._quantities.has_stray_digits(text)
        alone = self.understand(text)
        turn = self._follower.turn(text, reading, alone, context, whole=whole, stray=stray)
        return turn if whole else self._lookups.turned(turn, context, alone, lambda: self._slots(reading))

    def offer(self, amount: str, company: str = "", years: str = "", level: str = "") -> Decision:
        """Read an offer given in separate fields; what is wrong with any of them is said, each by its name."""
        fill = self._offer_form.fill
        decision, offers = fill(amount, company, years, level), self._lookups.offers
        return decision if offers is None else offers.of_form(decision, fill(amount, "", years, level), company, years)

    def pay_in(self, message: str) -> tuple[Query, ...]:
        """Return an offer for each distinct amount of pay that any message names, the plainest first; mostly none."""
        queries, offers, start = self._spotter.pay_in(message), self._lookups.offers, message[: normalization.LONGEST]
        return queries if offers is None else offers.in_message(queries, lambda: self._router.read(start))

    def form(self, text: str) -> str:
        """Return the form under which a question is counted; it holds nothing that could tell who asked it."""
        return self._forms.anonymize(text)

    def answer(self, query: Decision, language: Language = ENGLISH) -> Answer:
        """Answer a query; what the knowledge base lacks is said in the answer's gaps."""
        return answer_of(query, Phrasebook(language, self.knowledge))

    def complete(self, typed: str, limit: int = 25) -> tuple[str, ...]:
        """Return names with figures that what was typed so far may become: same beginning first, then look-alikes."""
        return self._completer.complete(typed, limit)

    def _command(self, name: str, rest: str) -> Decision:
        if name in ("sources", "help", "about"):
            return self.plain_query(name)
        if not rest.strip():
            return self.plain_query("pay" if name == "salary" else "help")
        asked = _Question(self._components).understand(rest)
        if isinstance(asked, Query) or len(rest) > LONGEST:
            return asked
        # The command's name is a word of the question: "!salary senior" asks what a senior is paid.
        again = _Question(self._components).understand(f"{rest} {name}")
        if isinstance(again, Refusal) and again.status == "off_topic":
            return NotCovered(
                gaps=again.gaps, mentions=again.mentions, confidence=again.confidence, asked=True, rule=again.rule
            )
        return again

    def plain_query(self, answer: str) -> Query:
        """Return the question of a kind of answer that names nothing."""
        intent = self.knowledge.intent_of(answer)
        return Query(answer=answer, intent=intent.id if intent is not None else "", rule="command")


class _Components(NamedTuple):
    """What questions are read and decided on with; `contents` returns what a decision tells."""

    router: Router
    policy: Policy
    splitter: CompoundSplitter
    focus: FocusFinder
    repairs: SelfRepairs
    stories: LifeStories
    rewriter: Rewriter
    name_guard: NameGuard
    contents: Callable[[Query], tuple[object, ...]]


class _Rereading:
    """Reads texts that go on with nothing once more: a clause of them, or as asked of who was spoken of."""

    def __init__(self, knowledge: Knowledge, components: _Components, follower: FollowUpResolver) -> None:
        self._knowledge, self._components, self._fragments = knowledge, components, follower.fragments
        self._greetings = frozenset(knowledge.words.follow_ups.greetings)

    def asking_clause(self, text: str, turn: Turn, read: Callable[[str], Turn]) -> Turn:
        """Read the one clause of a text that goes on with its conversation: "haha wow. and by how much"."""
        clauses = [clause for clause in _BETWEEN_CLAUSES.split(text) if clause.strip()]
        if len(clauses) < 2 or not isinstance(turn.decision, OffTopic | Ambiguous):  # noqa: PLR2004
            return turn
        turns = [read(clause) for clause in clauses]
        asking = [one for one in turns if isinstance(one.decision, Query) and one.decision.answer not in SOCIAL]
        if asking and self._greetings.issuperset(normalization.words(clauses[0])) and not asking[0].tied:
            return turn  # "hi, ai?" may be said to anybody
        last = bool(asking) and asking[0] is turns[-1]
        return asking[0] if len(asking) == 1 and (asking[0].follow_up or last) else turn

    def named(self, text: str, turn: Turn, context: DialogueState) -> Turn:
        """Return the turn with the field said by name that a text points to: "is that the same as ai?"."""
        before, words = context.query, normalization.words(text)
        pointing = [word for word in words if word in self._fragments.lists.pointing]
        if before is None or before.topic is None or turn.decision.rule not in _ASKED_OF_NOBODY or len(pointing) != 1:
            return turn
        said = " ".join(self._knowledge.main_field if word == pointing[0] else word for word in words)
        meant = _Question(self._components).understand(said)
        if not isinstance(meant, Query) or meant.answer != "topic" or meant.gaps or meant.confidence < PLAINLY_ASKED:
            return turn
        return replace(turn, decision=replace(meant, guessed=True), follow_up=True, context=remembered(meant, context))

    def anchored(self, text: str, turn: Turn, context: DialogueState) -> Turn:
        """Return the turn with the question that a text asks of the role before: "what would she do all day?"."""
        before = context.query
        if before is None or turn.decision.rule not in _ASKED_OF_NOBODY or turn.decision.gaps:
            return turn
        router, policy = self._components.router, self._components.policy
        role = before.roles[0] if len(before.roles) == 1 else self._knowledge.main_role
        asking = router.read(normalization.question_in(text))
        if any(word.mended for word in asking.loose):
            return turn  # two guesses are one too many
        joined = self._components.focus.join(router.read(self._knowledge.role(role).name), asking, apart=True)
        meant = policy.decide(joined, router.rank(joined), router.example(joined))
        least = SURELY_ASKED if self._fragments.has_own_words(asking) else PLAINLY_ASKED
        if not isinstance(meant, Query) or meant.answer not in _OF_THE_TRADE or meant.gaps or meant.confidence < least:
            return turn
        return replace(turn, decision=replace(meant, guessed=True), follow_up=True, context=remembered(meant, context))


class _Question:
    """One question while it is being understood. The pieces of it that are read twice are remembered."""

    def __init__(self, components: _Components) -> None:
        self._components = components
        self._readings: dict[str, Utterance] = {}
        self._decisions: dict[str, Decision] = {}

    def understand(self, text: str) -> Decision:
        """Say what a text asks for."""
        text = self._components.repairs.repaired(text, self.read)
        text = self._components.stories.of_our_trade(text, self.read)
        asked = self._whole(text)
        if isinstance(asked, Refusal) and (spelled := normalization.spell_signs(text)) != text:
            # "ml" with a bag of money asks for its pay; beside a question the bag says nothing.
            asked = replace(again := self._whole(spelled), confidence=again.confidence * RETYPED)
        if asked.rule in UNDERSTOOD:
            return asked
        if isinstance(asked, Refusal) or self._is_doubtful(asked, text):
            return self._retyped(text) or asked
        return asked

    def read(self, text: str) -> Utterance:
        """Read a text, or a piece of it, once."""
        reading = self._readings.get(text)
        if reading is None:
            reading = self._readings[text] = self._components.router.read(text)
        return reading

    def _is_doubtful(self, query: Query, text: str) -> bool:
        """Whether an answer leaves a word open that may be a typo of one that changes the question."""
        if any(gap.kind in (GapKind.ROLE, GapKind.UNREAD) for gap in query.gaps):
            return True
        return SPECS[query.answer].family == "words" and self._components.rewriter.has_odd_word(text)

    def _whole(self, text: str) -> Decision:
        whole = self._one(text)
        if whole.rule == "example":
            return whole
        return self._split(text, whole) or self._focused(text, whole) or whole

    def _split(self, text: str, whole: Decision) -> Query | None:
        """Read a message as several questions: all of it, or from the first clause that asks to the last."""
        splitter, (around, asking) = self._components.splitter, self._components.focus.questions(text)
        several = splitter.split(text, whole, partial(self._part, ""))
        return several or (splitter.split(asking, whole, partial(self._part, around)) if around else None)

    def _part(self, around: str, part: str, other: str) -> Decision:
        """Read one of several questions in a message, with the names that stand in front of them.

        What names nothing by itself is asked of what the other part names ("google's range, and what do they want").
        """
        alone = self._one(part)
        beside = around or ("" if isinstance(alone, Query) and _is_whole(alone) else other)
        if not beside:
            return alone
        joined = self._plan(self._components.focus.join(self.read(beside), self.read(part), apart=True))
        if isinstance(joined, Query):
            sure = alone.confidence if isinstance(alone, Query) else joined.confidence
            return replace(joined, confidence=min(joined.confidence, sure))
        return joined if isinstance(alone, OffTopic) else alone

    def _focused(self, text: str, whole: Decision) -> Query | None:
        """Read the one clause that asks, with the names that stand around it; None where the whole is clearer."""
        focus = self._components.focus
        cut = focus.cut(text)
        asked: Decision = whole
        if cut:
            around, asking = cut
            joined = focus.join(self.read(around), self.read(asking), apart=not around.endswith(","))
            asked = self._plan(joined)
            if isinstance(asked, Query) and not self._components.policy.is_founded(asked, joined):
                return None  # "i have no card yet. how do i get one?" is no question of ours
        if isinstance(asked, Query) and asked.rule == "bare-name" and not _is_whole(asked):
            return None  # "for a week now" in a story asks for nobody's pay
        clearer = isinstance(whole, Refusal) or asked.confidence > whole.confidence or is_narrower(asked, whole)
        return asked if isinstance(asked, Query) and asked.answer not in SOCIAL and clearer else None

    def _retyped(self, text: str) -> Query | None:
        """Read a text that makes no sense as the one it was meant to be, where one meaning is by far the likeliest."""
        rewrites = self._components.rewriter.rewrites(text)
        unlisted = {m.text for m in self.read(text).mentions if not m.listed} if rewrites else set()
        rewrites = tuple(
            rewrite
            for rewrite in rewrites
            if not unlisted or self._components.name_guard.allows(text, rewrite, unlisted)
        )
        readings = [self._whole(rewrite.text) for rewrite in rewrites]
        common = frozenset.intersection(*(frozenset(one.gaps) for one in readings)) if readings else frozenset()
        meanings: dict[tuple[object, ...], float] = defaultdict(float)
        best: dict[tuple[object, ...], Query] = {}
        doubt = 0.0
        for rewrite, one in zip(rewrites, readings, strict=True):
            if isinstance(one, Query):
                contents = self._components.contents(one)
                meanings[contents] += rewrite.odds * one.confidence
                best[contents] = max(one, best.get(contents, one), key=lambda query: query.confidence)
            elif any(gap.kind in _NAMED for gap in {*one.gaps} - common):
                return None
            else:
                doubt = max(doubt, rewrite.odds * (MARGIN if _is_sound(one) else 1))
        contents = max(best, key=meanings.__getitem__, default=())
        if not best or meanings[contents] < max(MARGIN * (sum(meanings.values()) - meanings[contents]), doubt):
            return None
        return replace(best[contents], confidence=best[contents].confidence * RETYPED, guessed=True)

    def _one(self, text: str) -> Decision:
        decision = self._decisions.get(text)
        if decision is None:
            decision = self._decisions[text] = self._decide(text)
        return decision

    def _decide(self, text: str) -> Decision:
        reading = self.read(text)
        planned = self._plan(reading)
        if isinstance(planned, Query) or not self._components.router.mends_english(reading):
            return planned
        again = self._plan(self._components.router.read(text, mend_english=True))
        return again if isinstance(again, Query) else planned

    def _plan(self, reading: Utterance) -> Decision:
        router = self._components.router
        return self._components.policy.decide(reading, router.rank(reading), router.example(reading))


def _is_whole(query: Query) -> bool:
    """Whether a question says itself whose pay it asks for, or asks for none."""
    return all(gap.kind not in (GapKind.UNSPECIFIED, GapKind.UNCLEAR) for gap in query.gaps)


def _is_doubted(decision: Decision) -> bool:
    """Whether a text by itself makes no sense, or only after mending it."""
    mended = any(not mention.exact for mention in decision.mentions)
    return isinstance(decision, Refusal) or decision.guessed or mended


def _is_sound(refusal: Refusal) -> bool:
    """Whether a question was understood, though there is no answer to it ("after tax")."""
    return refusal.status == "not_covered" and bool(refusal.reason)


def _contents(phrases: Phrasebook, query: Query) -> tuple[object, ...]:
    """Return what an answer tells, without how it was asked for."""
    answer = answer_of(query, phrases)
    return (answer.headline, answer.details, answer.gaps)
