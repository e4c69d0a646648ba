"""Checks topics, intents and prose: ids that lead somewhere, examples said once, figures quoted by their id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import Formatter

from bot.core.model.knowledge import (
    Company,
    Intent,
    Knowledge,
    Place,
    Role,
)
from bot.core.model.validation.problem import Problem
from bot.core.model.words import ASIDES
from bot.core.text import normalization, references

# What an intent may need of a question, beside kind:ID.
NEEDS = frozenset(
    (
        "amount",
        "company",
        "field",
        "group",
        "level",
        "pay",
        "people",
        "ranked",
        "role",
        "salary_amount",
        "skill",
        "source",
        "years",
    )
)
PAIR = 2


class QuestionChecks:
    """Checks what one knowledge base says, and which questions it answers."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, each with the place it stands at."""
        yield from self._faulty_topics()
        yield from self._faulty_questions()
        yield from self._faulty_intents()
        yield from self._faulty_asides()

    def _faulty_topics(self) -> Iterator[Problem]:
        """Yield the topics that name what is not there, and prose with an amount typed into it."""
        knowledge = self._knowledge
        for topic in knowledge.topics:
            if not knowledge.has("source", topic.source):
                why = f"there is no source {topic.source!r}; add it or correct the spelling"
                yield Problem(Place("topic", topic.id, ("source",)), why, absence=True)
            if topic.compares and len(set(topic.compares)) != PAIR:
                yield Problem(Place("topic", topic.id, ("compares",)), "name two different roles, as [one, other]")
            named = (
                ("figure", "figures", topic.figures),
                ("role", "compares", topic.compares),
                ("topic", "next", topic.next),
            )
            for kind, field, keys in named:
                for n, key in enumerate(keys):
                    if not knowledge.has(kind, key):
                        yield Problem(
                            Place("topic", topic.id, (field, n)),
                            f"there is no {kind} {key!r}; correct the id",
                            absence=True,
                        )
        for place, text in self._prose():
            yield from self._bad_prose(place, text)

    def _faulty_questions(self) -> Iterator[Problem]:
        """Yield the bot's own questions that leave out what they are about, or have a brace that nothing fills."""
        for name, parts in _PARTS.items():
            question = getattr(self._knowledge.about.questions, name)
            try:
                named = {part for _, part, *_ in Formatter().parse(question) if part is not None}
            except ValueError:
                named = {question}
            if named != set(parts):
                wanted = ", ".join(f"{{{part}}}" for part in parts)
                yield Problem(
                    Place("about", "", ("questions", name)), f"write the question with {wanted} in it, each once"
                )

    def _prose(self) -> Iterator[tuple[Place, str]]:
        """Yield every text of the knowledge base that people will read."""
        knowledge = self._knowledge
        for topic in knowledge.topics:
            yield Place("topic", topic.id, ("lead",)), topic.lead
            yield from ((Place("topic", topic.id, ("points", n)), text) for n, text in enumerate(topic.points))
            if topic.gap is not None:
                yield Place("topic", topic.id, ("gap",)), topic.gap
        owners: tuple[tuple[str, Iterable[Role | Company]], ...] = (
            ("company", knowledge.companies),
            ("role", knowledge.roles),
        )
        for kind, entries in owners:
            for entry in entries:
                yield from (
                    (Place(kind, entry.id, ("remarks", n, "text")), remark.text)
                    for n, remark in enumerate(entry.remarks)
                )

    def _bad_prose(self, place: Place, text: str) -> Iterator[Problem]:
        for key, part in references.figure_references(text):
            if not self._knowledge.has("figure", key):
                yield Problem(place, f"there is no figure {key!r}; correct the id between the braces", absence=True)
            elif getattr(self._knowledge.figure(key), part or "id") is None:
                yield Problem(place, f"the figure {key!r} has no {part!r}; write {{figure:{key}}}")
        if "{" in references.fill_references(text, lambda *_: ""):
            yield Problem(place, "a brace that is no reference; write {figure:ID}, {figure:ID.low} or {figure:ID.high}")
        if references.typed_amounts(text):
            amount = references.typed_amounts(text)[0]
            yield Problem(place, f"{amount!r} is typed into prose; write {{figure:ID}} so that it has a source")

    def _faulty_intents(self) -> Iterator[Problem]:
        """Yield the intents that lead nowhere, and examples that are empty or stand in two intents."""
        knowledge = self._knowledge
        examples: dict[str, str] = {}
        for intent in knowledge.intents:
            if intent.topic is not None and not knowledge.has("topic", intent.topic):
                why = f"there is no topic {intent.topic!r}; add its file or correct the spelling"
                yield Problem(Place("intent", intent.id, ("topic",)), why, absence=True)
            if (intent.answer == "topic") != (intent.topic is not None):
                yield Problem(Place("intent", intent.id, ("answer",)), "`answer: topic` and `topic:` go together")
            yield from self._bad_needs(intent)
            for n, example in enumerate(intent.examples):
                text = " ".join(normalization.words(example))
                place = Place("intent", intent.id, ("examples", n))
                if not text:
                    yield Problem(place, f"the example {example!r} has no letter or digit in it; write a question")
                elif text in examples:
                    yield Problem(
                        place, f"the example {example!r} already stands in the intent {examples[text]!r}; keep one"
                    )
                examples.setdefault(text, intent.id)
        for topic in knowledge.topics:
            if not topic.compares and not any(intent.topic == topic.id for intent in knowledge.intents):
                yield Problem(
                    Place("topic", topic.id, ("id",)),
                    "no intent leads to this topic; add one with `topic:`",
                    absence=True,
                )

    def _bad_needs(self, intent: Intent) -> Iterator[Problem]:
        for n, role in enumerate(intent.about):
            if not self._knowledge.has("role", role):
                yield Problem(
                    Place("intent", intent.id, ("about", n)), f"there is no role {role!r}; correct the id", absence=True
                )
        for path, kinds in (("needs", intent.needs), ("expects", intent.expects), ("near", intent.near)):
            for n, need in enumerate(kinds):
                for kind in need.split("|"):
                    if not self._is_need(kind):
                        kinds_known = ", ".join(sorted(NEEDS))
                        why = f"a question can't hold {kind!r}; write one of {kinds_known}, or kind:ID"
                        yield Problem(Place("intent", intent.id, (path, n)), why)

    def _is_need(self, kind: str) -> bool:
        name, colon, key = kind.partition(":")
        return self._knowledge.has(name, key) if colon else name in NEEDS

    def _faulty_asides(self) -> Iterator[Problem]:
        """Yield what is asked about answers and has no intent that answers it."""
        words = self._knowledge.words.follow_ups
        of_words = [(("explaining",), words.explaining), (("saying",), words.saying)]
        for key, intent in [*((("asides", name), name) for name in words.asides), *of_words]:
            if intent not in ASIDES and not self._knowledge.has("intent", intent):
                why = f"there is no intent {intent!r}; correct the id, or take it out"
                yield Problem(Place("words", "follow_ups", key), why, absence=True)


# What the questions are filled with.
_PARTS = {
    "pay": ("name",),
    "average": ("name",),
    "comparison": ("first", "second"),
    "highest": ("people",),
    "converted": ("amount", "period"),
    "is_good": ("amount", "period"),
    "at": ("name",),
    "of_level": ("name",),
}
