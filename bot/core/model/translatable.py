"""Lists the texts of the knowledge base that answers show, so that the catalogues of languages hold them too."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.model.answer_specs import SPECS
from bot.core.model.knowledge import Company, Intent, Knowledge, Role, Topic
from bot.core.text.formatting import in_sentence


def prose_of(known: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield (file, text) of each, with the references to figures as they stand; no names of companies and sources."""
    for source in known.sources:
        if source.kind != "publisher":
            yield "sources.yaml", source.name
        texts = (source.note, source.date, source.place, *source.caveats)
        yield from (("sources.yaml", text) for text in texts if text)
    for level in known.vocabulary.levels:
        yield from (("vocabulary.yaml", text) for text in (level.name, level.people) if text)
    yield from (("vocabulary.yaml", field.name) for field in known.vocabulary.fields if field.role is None)
    for role in known.roles:
        yield from ((f"roles/{role.id}.yaml", text) for text in (role.name, role.short, role.people, *_of_owner(role)))
    for company in known.companies:
        yield from ((f"companies/{company.id}.yaml", text) for text in _of_owner(company))
    for topic in known.topics:
        yield from ((f"topics/{topic.id}.yaml", text) for text in _of_topic(topic))
    for intent in known.intents:
        yield from ((f"intents/{intent.id}.yaml", text) for text in _of_intent(intent))


def _of_owner(owner: Role | Company) -> Iterator[str]:
    for figure in owner.figures:
        yield from (text for text in (figure.note, figure.date, figure.place) if text)
    yield from (remark.text for remark in owner.remarks)


def _of_topic(topic: Topic) -> Iterator[str]:
    yield from (topic.title, topic.lead, *topic.points)
    if topic.gap:
        yield topic.gap


def _of_intent(intent: Intent) -> Iterator[str]:
    if intent.answer == "no_figures":
        yield in_sentence(intent.title)
    elif SPECS[intent.answer].read_as_title:
        yield intent.title
