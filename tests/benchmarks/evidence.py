"""Measures what is evident without an occupation: `python -m tests.benchmarks.evidence < LINES`, a line of talk a line.

Asked are the paraphrases of tests/questions/paraphrases and the lines of ordinary talk. Of those that the rule
"no-trade" looks at, and that would be answered without it (the paraphrases rightly), it counts how many the bound lets
pass, and fits the weights of `EVIDENCE` anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.core.advisor import Advisor
from bot.core.decide.decision_list import first_decision
from bot.core.decide.policy import POLICY
from bot.core.decide.policy.cases import EVIDENCE, EVIDENT, CaseReader
from bot.core.decide.policy.outcomes import Outcomes
from bot.core.decide.word_effects import OCCUPATION
from bot.core.model.dialogue import Query
from bot.core.model.knowledge import Intent
from bot.core.nlu.classifier import Pair, Router
from bot.core.nlu.entities import EntityExtractor
from bot.storage.knowledge.library import Library
from tests.benchmarks.examples import is_read_as
from tests.benchmarks.labeled import OWN
from tests.yaml_file import content_of

# The rules whose say is measured, and of those in front of them the ones whose decision stays.
BELIEVING = frozenset({"no-trade", "unanchored"})
POLICY_WITHOUT = tuple(rule for rule in POLICY if rule.name not in BELIEVING)
OVERRULED = frozenset(rule.name for rule in POLICY[: [rule.name for rule in POLICY].index("no-trade")])
# Of the fit: its rounds, and how much large weights cost.
ROUNDS, PENALTY = 100, 0.5

Values = npt.NDArray[np.float64]


class Believer:
    """Reads texts as cases, and decides on them as if any evidence were enough."""

    def __init__(self, advisor: Advisor) -> None:
        knowledge = advisor.knowledge
        examples = [Pair(example, intent.id) for intent in knowledge.intents for example in intent.examples]
        titles = {intent.id: intent.title for intent in knowledge.intents}
        self._router = Router(EntityExtractor(knowledge), examples, titles, advisor.learned)
        self._reader = CaseReader(knowledge, self._router.stems)
        self._outcomes = Outcomes(self._reader)

    def believed(self, text: str, wanted: Intent | None) -> tuple[float, ...] | None:
        """Return the evidence for a text that is answered, and as the wanted intent; None for any other."""
        reading = self._router.read(text)
        ranked = self._router.rank(reading)
        case = self._reader.case(reading, ranked)
        left = any(word.effect != "silent" for word in case.selection.best.weighed)
        if not left or case.slots.kinds & (OCCUPATION - {"people"}):
            return None
        rule, decision = first_decision(POLICY_WITHOUT, case, self._outcomes)
        if rule in OVERRULED or not isinstance(decision, Query):
            return None
        if wanted is not None and not is_read_as(wanted, decision, self._reader.knowledge):
            return None
        return self._reader.evidence(case, ranked)


class Paraphrase(NamedTuple):
    """A question in other words, and the id of the intent that it asks for."""

    text: str
    intent: str


def paraphrases() -> Iterator[Paraphrase]:
    """Yield all paraphrases."""
    for path in sorted((OWN / "paraphrases").glob("*.yaml")):
        yield from (Paraphrase(str(text), intent) for intent, texts in content_of(path).items() for text in texts)


def fitted(meant: Values, talk: Values) -> Values:
    """Return the weights of a logistic regression that tells the rows of the one from those of the other."""
    rows = np.concatenate([meant, talk])
    wanted = np.concatenate([np.ones(len(meant)), np.zeros(len(talk))])
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        share = 1 / (1 + np.exp(-rows @ weights))
        curve = (rows * (share * (1 - share))[:, None]).T @ rows + np.eye(len(weights)) * PENALTY
        weights += np.linalg.solve(curve, rows.T @ (wanted - share) - PENALTY * weights)
    return weights


def main() -> None:
    advisor = Library().advisor
    believer, intent_of = Believer(advisor), advisor.knowledge.intent
    asked = list(paraphrases())
    right = sum(is_read_as(intent_of(one.intent), advisor.understand(one.text), advisor.knowledge) for one in asked)
    print(f"{right:,} of {len(asked):,} paraphrases are read right, {right / len(asked):.1%}")  # noqa: T201
    found = (believer.believed(one.text, intent_of(one.intent)) for one in asked)
    meant = np.array([values for values in found if values is not None])
    heard = (believer.believed(line.strip(), None) for line in sys.stdin)
    talk = np.array([values for values in heard if values is not None])
    for name, rows in (("paraphrases", meant), ("lines of talk", talk)):
        passed = int((rows @ np.array(EVIDENCE) >= EVIDENT).sum())
        print(f"{passed} of {len(rows)} {name} that only the evidence decides on are believed")  # noqa: T201
    print("fitted anew:", np.round(fitted(meant, talk), 2).tolist())  # noqa: T201


if __name__ == "__main__":
    main()
