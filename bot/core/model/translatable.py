"""Lists the texts of the knowledge base that answers show, so that the catalogues of languages hold them too."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model.knowledge import ARTICLE, NOT_STATED, Company, Intent, Knowledge, Role, Topic
from bot.core.text.formatting import in_sentence

# Their questions are read as what their title says; the other answers put it in words of their own.
READ_AS_TITLE = frozenset({"employers", "sources", "who_says"})


def prose_of(known: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield (file, text) of each, with the references to figures as they stand; no names of companies and sources."""
    for source in known.sources:
        if source.id in (ARTICLE, NOT_STATED):
            yield "sources.yaml", source.name
        if source.note:
            yield "sources.yaml", source.note
    yield from (("vocabulary.yaml", level.name) for level in known.vocabulary.levels)
    yield from (("vocabulary.yaml", field.name) for field in known.vocabulary.fields if field.role is None)
    for role in known.roles:
        yield from ((f"roles/{role.id}.yaml", text) for text in (role.name, role.people, *_of_owner(role)))
    for company in known.companies:
        yield from ((f"companies/{company.id}.yaml", text) for text in _of_owner(company))
    for topic in known.topics:
        yield from ((f"topics/{topic.id}.yaml", text) for text in _of_topic(topic))
    for intent in known.intents:
        yield from ((f"intents/{intent.id}.yaml", text) for text in _of_intent(intent))


def _of_owner(owner: Role | Company) -> Iterator[str]:
    yield from (figure.note for figure in owner.figures if figure.note)
    yield from (remark.text for remark in owner.remarks)


def _of_topic(topic: Topic) -> Iterator[str]:
    yield from (topic.title, topic.lead, *topic.points)
    if topic.gap:
        yield topic.gap


def _of_intent(intent: Intent) -> Iterator[str]:
    if intent.answer == "no_figures":
        yield in_sentence(intent.title)
    elif intent.answer in READ_AS_TITLE:
        yield intent.title
