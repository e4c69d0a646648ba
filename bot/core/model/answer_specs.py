"""The one table of answer kinds: what each can use, how it is read back, and which fragments may follow it.

The functions that make the answers and their charts are bound to these ids in `answers` and `render`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.model.language import later

AnswerKind = Literal[
    "about", "calculation", "compare", "convert", "employers", "greeting", "help", "ladder", "lookup", "misread",
    "no_figures", "off_topic", "offer", "pay", "provenance", "rank_companies", "rank_sources", "sources", "thanks",
    "topic", "who_says",
]  # fmt: skip

# `figures` answers need pay to be the subject, `words` answers a name of the trade; `social` ones neither.
Family = Literal["figures", "words", "social", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpec:
    """What an answer kind is.

    - `kin`: kinds of one kin do not compete; the names in the text decide between them.
    - `uses`: the fields of a Query that are kept when a question is read as this kind.
    - `follow_up`: the parts that a fragment may name after it; `aside`: the question before it stays open.
    - `tells_pay`: a company or role is told by its own figures.
    - `by_period`: its figures are told by the month or hour too.
    - `looked_up`: what it lacks, the datasets may have.
    - `unsplit`: what is ranked, where the figures are not split by level.
    - `about`: the roles of an intent whose YAML lists none: the main one, those with dollar figures, with averages.
    - `subject` reads a question back ("" for the intent's title); `choice` is its name in the correction form.
    - `required`: commands and bare names build it, so every knowledge base has an intent for it.
    """

    id: AnswerKind
    family: Family
    kin: str = ""
    uses: frozenset[str] = frozenset()
    follow_up: frozenset[str] = frozenset()
    aside: bool = False
    tells_pay: bool = False
    by_period: bool = False
    looked_up: bool = False
    unsplit: str = ""
    needs_amount: bool = False
    about: Literal["main", "paid", "averaged"] = "main"
    subject: str = ""
    choice: str = ""
    required: bool = False

    @property
    def restricted(self) -> bool:
        """Whether a question is restricted to what the answer can use; the others take no names."""
        return bool(self.uses)

    @property
    def read_as_title(self) -> bool:
        """Whether a question is read back by its intent's title."""
        return self.family == "words" and self.id != "topic"


_NAMES = frozenset({"companies", "roles", "levels", "sources"})

_TABLE = (
    AnswerSpec(
        id="pay",
        family="figures",
        looked_up=True,
        kin="pay",
        uses=_NAMES | {"period"},
        follow_up=frozenset({"company", "role", "level", "source", "amount", "period", "direction", "home"}),
        tells_pay=True,
        by_period=True,
        about="paid",
        subject=later("pay of {people}"),
        choice=later("What somebody is paid"),
        required=True,
    ),
    AnswerSpec(
        id="compare",
        family="figures",
        looked_up=True,
        kin="pay",
        uses=_NAMES | {"period"},
        follow_up=frozenset({"company", "role", "level", "source", "amount", "period", "direction"}),
        tells_pay=True,
        by_period=True,
        about="paid",
        subject=later("comparison of {people}"),
        choice=later("A comparison"),
        required=True,
    ),
    AnswerSpec(
        id="ladder",
        family="figures",
        looked_up=True,
        uses=frozenset({"roles", "levels", "period"}),
        follow_up=frozenset({"role", "level", "period"}),
        by_period=True,
        about="paid",
        subject=later("pay by experience of {people}"),
        choice=later("Pay by experience"),
    ),
    AnswerSpec(
        id="rank_companies",
        family="figures",
        looked_up=True,
        uses=frozenset({"companies", "sources", "excluded", "directions"}),
        follow_up=frozenset({"company", "level", "source", "period", "direction", "exclusion"}),
        unsplit=later("companies"),
        subject=later("companies ranked by the pay of {people}"),
        choice=later("Companies, ranked"),
    ),
    AnswerSpec(
        id="rank_sources",
        family="figures",
        kin="source",
        uses=frozenset({"roles", "directions"}),
        follow_up=frozenset({"role", "source", "direction"}),
        unsplit=later("sources"),
        about="averaged",
        subject=later("sources ranked by their average of {people}"),
        choice=later("Sources, ranked"),
    ),
    AnswerSpec(
        id="offer",
        family="figures",
        looked_up=True,
        kin="pay",
        uses=_NAMES | {"amounts", "directions"},
        follow_up=frozenset({"company", "role", "level", "source", "amount"}),
        needs_amount=True,
        about="paid",
        subject=later("an offer"),
        choice=later("Where an amount lies"),
    ),
    AnswerSpec(
        id="who_says",
        family="words",
        kin="source",
        uses=frozenset({"companies", "roles", "levels"}),
        aside=True,
        about="paid",
        choice=later("Who says so"),
    ),
    AnswerSpec(id="provenance", family="words", kin="source", aside=True),
    AnswerSpec(id="calculation", family="figures", subject=later("a calculation with what I told you before")),
    AnswerSpec(id="convert", family="figures", follow_up=frozenset({"amount", "period"}), needs_amount=True),
    AnswerSpec(id="lookup", family="figures", by_period=True),
    AnswerSpec(id="topic", family="words"),
    AnswerSpec(id="sources", family="words", kin="source", aside=True, required=True),
    AnswerSpec(id="employers", family="words"),
    AnswerSpec(id="help", family="social", kin="social", aside=True, required=True),
    AnswerSpec(id="about", family="social", kin="social", aside=True, required=True),
    AnswerSpec(id="greeting", family="social", kin="social", aside=True),
    AnswerSpec(id="misread", family="social", kin="social", aside=True),
    AnswerSpec(id="thanks", family="social", kin="social", aside=True),
    AnswerSpec(id="no_figures", family="none"),
    AnswerSpec(id="off_topic", family="none"),
)
SPECS: dict[str, AnswerSpec] = {spec.id: spec for spec in _TABLE}


def family(name: Family) -> frozenset[str]:
    """Return the answer kinds of one family."""
    return frozenset(spec.id for spec in _TABLE if spec.family == name)
