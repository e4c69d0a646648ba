"""Reads by the words of a text whether it may be asked of the datasets, beside what it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from bot.core.datasets.linking import Linker
from bot.core.decide.speech_acts import asks_for_a_sum
from bot.core.model.datasets import PlaceKind, PublicData
from bot.core.model.dialogue import Gap, GapKind, Mention, NotCovered, OffTopic, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.slots import Slots, WordLists, stems
from bot.core.text import inflection
from bot.core.text.patterns import any_of

# What is said of the article's figures alone.
_ARTICLES = frozenset({GapKind.UNREAD, GapKind.UNCLEAR, GapKind.UNSPECIFIED, GapKind.PAIR})
# What stands right behind an employer that begins a text.
_BEHIND_EMPLOYERS = frozenset({"role", "field", "level", "grade"})


class Wording:
    """Reads texts by the words of one knowledge base and the names of its datasets."""

    def __init__(self, knowledge: Knowledge, public: PublicData, lists: WordLists, linker: Linker) -> None:
        self._linker, self._payers = linker, knowledge.words.payers
        grammar = knowledge.words.grammar
        self._auxiliaries = frozenset((*grammar.auxiliaries, *knowledge.words.speech_acts.inverted))
        self._pay_words = frozenset(knowledge.vocabulary.pay_words)
        self._grammar = frozenset(knowledge.vocabulary.function_words)
        self._heads = stems(knowledge.vocabulary.role_heads)
        self._plain = lists.filler | lists.questions
        self._lists, self._comparing = lists, stems(knowledge.words.grammar.comparing)
        self._by_year = frozenset(knowledge.vocabulary.breakdowns_by_year)
        self._since = frozenset(knowledge.vocabulary.since)
        self._means, self._ahead = frozenset(knowledge.vocabulary.means), knowledge.words.quantities.ahead
        self._who = frozenset((*grammar.subjects, *grammar.auxiliaries))
        self._forecasts, self._foretelling = (
            re.compile(rf"\b{any_of(words)}\b")
            for words in (knowledge.vocabulary.forecasts, knowledge.vocabulary.foretelling)
        )
        self._quoted = {role.id: {figure.source for figure in role.figures} for role in knowledge.roles}
        self._beside_pay = frozenset(knowledge.words.pay_detection.parts_of_offer)
        pay = knowledge.intent_of("pay")
        self._pay = pay.title if pay is not None else ""
        codes = [place.rpartition("-")[2] for place in public.places]
        trends = [word for intent in knowledge.intents if intent.trend for word in intent.anchors]
        self._general = self._plain | lists.pay | lists.weak_pay | lists.people | lists.bare | stems((*trends, *codes))

    def of_employer(self, decision: Query | NotCovered | OffTopic, read: Slots) -> Query | NotCovered | OffTopic:
        """Return what is asked of an employer that is an ordinary word, by what stands beside it."""
        mentions = read.reading.mentions
        at = next((n for n, word in enumerate(read.reading.words) if self._names_employer(n, word.typed, read)), None)
        if at is None or any(mention.kind == "company" for mention in mentions):
            return decision
        name = read.reading.words[at].typed
        employer = Mention(kind="company", id=name, text=name, start=at, end=at + 1, on_file=False)
        return self._refused(decision, (employer, *mentions), Gap(kind=GapKind.COMPANY, name=name.capitalize()))

    def _names_employer(self, at: int, word: str, read: Slots) -> bool:
        """Whether an ordinary word is an employer: "target data analyst", "salary at target", "does target pay"."""
        if word not in self._linker.ordinary:
            return False
        words, payers = [one.text for one in read.reading.words], self._payers
        behind = next((mention for mention in read.reading.mentions if mention.start == at + 1), None)
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        if not at and behind is not None and behind.kind in _BEHIND_EMPLOYERS:
            return True
        if not at and len(words) == at + 2 and after in self._pay_words:
            return True
        if before in payers.at_employers:
            return not after or behind is not None or after in self._grammar
        paying = after in payers.verbs or after in payers.verbs_after_auxiliary
        return after in payers.verbs_after_name or (paying and before in self._auxiliaries)

    def at_source(
        self, decision: Query | NotCovered | OffTopic, slots: Callable[[], Slots]
    ) -> Query | NotCovered | OffTopic:
        """Return what is asked of a site as an employer ("at indeed"), where the article has no such figure."""
        sites = [m for m in decision.mentions if m.kind == "source" and self._is_employer(m)]
        sites = [site for site in sites if self._employs(site, slots())]
        roles = {m.id for m in decision.mentions if m.kind == "role"}
        quoted = {site for role in roles for site in self._quoted.get(role, ())}
        if not sites or not roles or any(site.id in quoted for site in sites):
            return decision
        mentions = tuple(replace(m, kind="company", on_file=False) if m in sites else m for m in decision.mentions)
        return self._refused(decision, mentions, Gap(kind=GapKind.SOURCE, name=sites[0].text.capitalize()))

    def _employs(self, site: Mention, read: Slots) -> bool:
        """Whether a site stands where an employer does: "at linkedin", "does linkedin pay"; else it is who says so."""
        words, payers = [word.text for word in read.reading.words], self._payers
        before, after = (words[site.start - 1] if site.start else ""), (*words[site.end : site.end + 1], "")[0]
        paying = after in payers.verbs or after in payers.verbs_after_auxiliary
        return before in payers.at_employers or (paying and before in self._auxiliaries)

    def _is_employer(self, site: Mention) -> bool:
        return site.on_file and self._linker.linked([replace(site, kind="company")]) is not None

    def _refused(
        self, decision: Query | NotCovered | OffTopic, mentions: tuple[Mention, ...], gap: Gap
    ) -> Query | NotCovered | OffTopic:
        """Return the decision on a text as one that lacks the figures of an employer."""
        gaps = tuple(one for one in decision.gaps if one.kind not in _ARTICLES)
        return NotCovered(
            reason=self._pay,
            gaps=(gap, *gaps),
            mentions=mentions,
            confidence=decision.confidence,
            asked=decision.asked,
            rule=decision.rule,
        )

    def may_ask(self, decision: Query | NotCovered | OffTopic, read: Slots) -> bool:
        """Whether a text asks for pay as far as its words say; what the article answers does."""
        if isinstance(decision, OffTopic):
            return self._is_plain(read)
        if read.amounts and not self._beside_pay.isdisjoint(word.text for word in read.reading.loose):
            return False  # a bonus is no pay to hold against pay
        if len({mention.id for mention in read.reading.of("period")}) > 1 and "pay" not in read.kinds:
            return False  # "working hours per day"
        return isinstance(decision, Query) or decision.asked or self._asks_pay(decision, read)

    def _is_plain(self, read: Slots) -> bool:
        """Whether a text that asks for nothing by its words only names whom or what the datasets may have."""
        named = read.gap_kinds() | {mention.kind for mention in read.reading.mentions}
        several = len({mention.id for mention in read.reading.of("company")}) > 1
        two = "role" in named and not named.isdisjoint(("place", "company"))
        plain = self._plain | self._comparing if several else self._plain
        return plain.issuperset(read.stems) and (several or two)

    def unadded(self, read: Slots) -> tuple[Gap, ...]:
        """Return the gap of a sum of what several people get, which no dataset is asked for."""
        return (Gap(kind=GapKind.UNADDED, name=""),) if asks_for_a_sum(read, self._lists) else ()

    def asks_of_nobody(self, read: Slots) -> bool:
        """Whether a text that names no role asks for pay alone: each word that is left is a plain one."""
        return self._general.issuperset(read.stems) and self._heads.isdisjoint(read.stems)

    def is_by_year(self, read: Slots) -> bool:
        """Whether pay is asked for over the years: "over time", "since 2021"."""
        words = [word.text for word in read.reading.words]
        since = any(m.start and words[m.start - 1] in self._since for m in read.reading.of("date"))
        return since or any(m.id in self._by_year for m in read.reading.of("breakdown"))

    def asks_for_the_mean(self, read: Slots) -> bool:
        """Whether the mean is asked for; "I mean" and "do you mean" say something else."""
        words = [word.text for word in read.reading.words]
        return any(
            word in self._means and self._who.isdisjoint(words[max(0, n - 1) : n]) for n, word in enumerate(words)
        )

    def is_yet_to_come(self, answer: str, read: Slots) -> bool:
        """Whether pay of a time to come is asked for: "in two years", "will it rise", "a forecast"."""
        words = " ".join(word.text for word in read.reading.words)
        if any(mention.text.startswith(self._ahead) for mention in read.reading.of("date")):
            return True
        told = answer == "trend" and self._foretelling.search(words) is not None
        return told or self._forecasts.search(words) is not None

    def _asks_pay(self, decision: NotCovered, read: Slots) -> bool:
        """Whether a text that asks nothing by its words speaks of pay, or only names things."""
        named = {mention.text for mention in decision.mentions}
        left = {stem for word, stem in zip(read.reading.loose, read.stems, strict=False) if word.typed not in named}
        return "pay" in read.kinds or bool(read.amounts) or self._general.issuperset(left)


def ranks_places(words: Sequence[str]) -> bool:
    """Whether places are to be ranked ("which state pays least"), which no dataset does."""
    kinds = frozenset(get_args(PlaceKind))
    return any(form in kinds for word in words for form in (word, *inflection.singulars(word)))
