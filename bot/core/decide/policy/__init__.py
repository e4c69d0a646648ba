"""Decide what a question asks for: an ordered list of rules, of which the first that applies decides.

A rule is a function (Case, Outcomes) -> Decision or None. Their order is that of certainty: what can be told by a word
or two, be it refused or answered, comes before what needs the intent. What an answer can't honor becomes a gap. The
last rule answers, so every question gets a decision. `salarybot explain TEXT` shows the rule that decided;
tests/test_policy.py shows that each of them decides some question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.decide.decision_list import Rule, first_decision
from bot.core.decide.policy import answers, refusals
from bot.core.decide.policy.cases import TRADE, Case, CaseReader
from bot.core.decide.policy.outcomes import Outcomes
from bot.core.model.dialogue import Decision, Query
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.classifier import RankedIntent
from bot.core.nlu.entities import Utterance
from bot.core.nlu.slots import read_slots

POLICY: tuple[Rule[Case, Outcomes], ...] = (
    Rule("empty", refusals.empty, "nothing to read"),
    Rule("product", refusals.product, "a product with a company's name in it"),
    Rule("impossible", refusals.impossible, "a number that can't be meant"),
    Rule("purchase", refusals.purchase, "what an employer was bought for"),
    Rule("no-amount-of-pay", refusals.no_amount_of_pay, "a number of things, or what something costs"),
    Rule("unwanted", refusals.unwanted, "said not to be told"),
    Rule("verdict", refusals.verdict, "how somebody pays is said, not asked"),
    Rule("near-level", refusals.near_level, "a level may be misspelled"),
    Rule("example", answers.example, "an example of the knowledge base, word for word"),
    Rule("bare-name", answers.bare_name, "a name alone asks for its pay"),
    Rule("misread", answers.misread, "said that an answer was not what was asked for"),
    Rule("running", answers.running, "how the bot is run, and what it keeps"),
    Rule("small-talk", answers.small_talk, "a greeting, thanks, or a question about the bot"),
    Rule("cited-figure", answers.cited_figure, "a figure on file, quoted to the dollar"),
    Rule("elsewhere", refusals.elsewhere, "ordinary talk"),
    Rule("no-trade", refusals.no_trade, "no occupation, and little evidence for words that nothing explains"),
    Rule("not-on-file", refusals.not_on_file, "understood, and known to be missing"),
    Rule("denied", refusals.denied, "a negation that no answer can honor"),
    Rule("subject", refusals.subject, "about somebody or something that is not on file"),
    Rule("other-verb", refusals.other_verb, "asked by a verb that is none of pay"),
    Rule("which-one", refusals.which_one, "one of a group is asked for by its name"),
    Rule("no-pay", refusals.no_pay, "figures, but pay is not asked for"),
    Rule("off-the-subject", refusals.off_the_subject, "too many words that narrow the question"),
    Rule("remark", refusals.remark, "a statement, not a question"),
    Rule("unanchored", refusals.unanchored, "no word of the subject, and no name of the trade"),
    Rule("unsure", answers.unsure, "another intent is nearly as likely"),
    Rule("not-covered", refusals.not_covered, "the data lack what the question is about"),
    Rule("answer", answers.answer, "understood"),
)

# What these refuse was understood: no other spelling of it is tried.
UNDERSTOOD = frozenset({"no-amount-of-pay", "unwanted"})


class Policy:
    """Decides on utterances. Build once per knowledge base; `explained` holds the word stems of each intent."""

    def __init__(self, knowledge: Knowledge, explained: dict[str, frozenset[str]]) -> None:
        self.reader = CaseReader(knowledge, explained)
        self._outcomes = Outcomes(self.reader)
        self.lists = self.reader.lists

    def decide(self, utterance: Utterance, ranked: Sequence[RankedIntent], example: str | None = None) -> Decision:
        """Decide on one utterance. `ranked` are the intents, the likeliest first."""
        return self.decided(utterance, ranked, example)[1]

    def decided(
        self, utterance: Utterance, ranked: Sequence[RankedIntent], example: str | None = None
    ) -> tuple[Case, Decision]:
        """Return what was decided on, and the decision, which names its rule."""
        case = self.reader.case(utterance, ranked, example)
        rule, decision = first_decision(POLICY, case, self._outcomes)
        return case, replace(decision, rule=rule)

    def is_founded(self, query: Query, utterance: Utterance) -> bool:
        """Whether an utterance itself names what a query is about: by a name, by pay, or by a word of the subject."""
        slots = read_slots(utterance, self.reader.knowledge, self.lists)
        named = slots.kinds & {*TRADE, "people", "pay"}
        return bool(named) or self.reader.selector.is_anchored(query.intent, slots)
