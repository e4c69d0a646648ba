"""Extract every translatable text of the program and the knowledge base, and update the catalogs with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from bot.core.model.answer_specs import SPECS
from bot.core.model.knowledge import Company, Intent, Knowledge, Role, Topic
from bot.core.text.formatting import in_sentence
from bot.storage.i18n.catalogs import FOLDER, Languages, catalog_of, forms

BOT = Path(__file__).parents[2]
TEMPLATE = "template.pot"
_NOTE = "For translators:"
# The methods of Language by their arguments that are texts: `count` has one for one thing, one for many.
_KEYWORDS = {"say": None, "later": None, "count": (1, 2)}
_WIDTH = 110
_HEADER = """\
# {about}
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
_ABOUT_TEMPLATE = (
    "Every text that the bot can say, written by `salarybot texts`: copy this file to CODE.po and translate it."
)
_ABOUT_CATALOG = "What is not translated here is said in English; `salarybot texts` brings the file up to date."


def template(knowledge: Knowledge) -> Catalog:
    """Collect the texts of the program, file by file, then those of the knowledge base."""
    catalog = Catalog(fuzzy=False)
    for path in sorted(BOT.rglob("*.py")):
        file = f"bot/{path.relative_to(BOT).as_posix()}"
        with contextlib.redirect_stderr(StringIO()):  # Babel warns of every `bytes.count`
            found = list(extract_from_file("python", path, _KEYWORDS, [_NOTE]))
        for _, text, notes, _ in found:
            catalog.add(text, locations=[(file, 0)], auto_comments=notes)
    for file, text in _knowledge_texts(knowledge):
        catalog.add(text, locations=[(f"knowledge/{file}", 0)])
    return catalog


def _knowledge_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield (file, text) of what answers show, with references to figures as they stand; no company or source names."""
    for source in knowledge.sources:
        if source.kind != "publisher":
            yield "sources.yaml", source.name
        texts = (source.note, source.date, source.place, *source.caveats)
        yield from (("sources.yaml", text) for text in texts if text)
    yield from (("about.yaml", label) for label in (*knowledge.about.suggestions, *knowledge.about.examples))
    for level in knowledge.vocabulary.levels:
        yield from (("vocabulary.yaml", text) for text in (level.name, level.people) if text)
    fields = [field.name for field in knowledge.vocabulary.fields if field.role is None]
    yield from (("vocabulary.yaml", name) for name in dict.fromkeys((*fields, knowledge.main_field)))
    for role in knowledge.roles:
        yield from (
            (f"roles/{role.id}.yaml", text) for text in (role.name, role.short, role.people, *_texts_of_owner(role))
        )
    for company in knowledge.companies:
        yield from ((f"companies/{company.id}.yaml", text) for text in _texts_of_owner(company))
    for topic in knowledge.topics:
        yield from ((f"topics/{topic.id}.yaml", text) for text in _texts_of_topic(topic))
    for intent in knowledge.intents:
        yield from ((f"intents/{intent.id}.yaml", text) for text in _texts_of_intent(intent))


def _texts_of_owner(owner: Role | Company) -> Iterator[str]:
    for figure in owner.figures:
        yield from (text for text in (figure.note, figure.date, figure.place) if text)
    yield from (remark.text for remark in owner.remarks)


def _texts_of_topic(topic: Topic) -> Iterator[str]:
    yield from (topic.title, topic.lead, *topic.also, *topic.points, *topic.limits)
    if topic.gap:
        yield topic.gap


def _texts_of_intent(intent: Intent) -> Iterator[str]:
    if intent.answer == "no_figures":
        yield in_sentence(intent.title)
    elif SPECS[intent.answer].read_as_title:
        yield intent.title


def text_of_template(knowledge: Knowledge) -> str:
    """Return what the template's file has to hold."""
    return _HEADER.format(about=_ABOUT_TEMPLATE) + "\n" + _text_of(template(knowledge))


def text_of_catalog(path: Path, knowledge: Knowledge) -> str:
    """Return what a catalog's file has to hold: the template's texts, translated as far as they were."""
    catalog = catalog_of(path)
    catalog.update(template(knowledge), no_fuzzy_matching=True)
    header = f'"Language: {path.stem}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    return f"{_HEADER.format(about=_ABOUT_CATALOG)}{header}\n{_text_of(catalog)}"


def _text_of(catalog: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalog, _WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return written.getvalue().decode("utf-8").rstrip("\n") + "\n"


def write(knowledge: Knowledge, folder: Path = FOLDER) -> dict[str, int]:
    """Write the template and bring every catalog up to date; return how many texts each still lacks.

    Raises LanguageError, with nothing written, where a catalog is broken.
    """
    Languages(folder)
    texts = {path: text_of_catalog(path, knowledge) for path in sorted(folder.glob("*.po"))}
    texts[folder / TEMPLATE] = text_of_template(knowledge)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return {path.stem: len(missing(path)) for path in texts if path.suffix == ".po"}


def missing(path: Path) -> list[str]:
    """Return the English texts for which a catalog has no translation, or one that somebody has to look at."""
    messages = [message for message in catalog_of(path) if message.id]
    return [str(message.id) for message in messages if message.fuzzy or not all(forms(message.string))]
