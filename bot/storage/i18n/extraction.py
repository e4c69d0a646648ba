"""Writes the template of the catalogues, all that the bot can say, and brings the catalogues up to date with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.core.model.knowledge import Knowledge
from bot.core.model.translatable import prose_of
from bot.storage.i18n.catalogs import FOLDER, Languages, catalogue_of, forms

BOT = Path(__file__).parents[2]
TEMPLATE = "template.pot"
_NOTE = "# For translators:"
# What `count` is told first: the text for one, the text for many.
_FORMS = ("one", "many")
_Text = str | tuple[str, str]
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
_ABOUT_CATALOGUE = "What is not translated here is said in English; `salarybot texts` brings the file up to date."


def template(known: Knowledge) -> Catalog:
    """Collect the texts of the program, file by file, then those of the knowledge base."""
    catalogue = Catalog(fuzzy=False)
    for file, text, notes in _of_program():
        catalogue.add(text, locations=[(file, 0)], auto_comments=notes)
    for file, prose in prose_of(known):
        catalogue.add(prose, locations=[(f"knowledge/{file}", 0)])
    return catalogue


def _of_program() -> Iterator[tuple[str, _Text, list[str]]]:
    """Find what is said in the code. Babel's own extractor reads any call of a `count` and fails at that of bytes."""
    for path in sorted(BOT.rglob("*.py")):
        written = path.read_text(encoding="utf-8")
        lines = written.split("\n")
        for call in _calls(ast.parse(written)):
            above = lines[call.lineno - 2].strip()
            notes = [above.removeprefix("# ")] if above.startswith(_NOTE) else []
            yield from ((f"bot/{path.relative_to(BOT).as_posix()}", text, notes) for text in _said(call))


def _calls(tree: ast.AST) -> list[ast.Call]:
    """Return the calls of a module as they are read, from top to bottom."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _said(call: ast.Call) -> Iterator[_Text]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in ("say", "later") and len(said) == len(call.args) == 1:
        yield said[0]
    elif name == "count" and len(said) == len(_FORMS):
        yield (said[0], said[1])


def text_of_template(known: Knowledge) -> str:
    """Return what the template's file has to hold."""
    return _HEADER.format(about=_ABOUT_TEMPLATE) + "\n" + _text_of(template(known))


def text_of_catalogue(path: Path, known: Knowledge) -> str:
    """Return what a catalogue's file has to hold: the template's texts, translated as far as they were."""
    catalogue = catalogue_of(path)
    catalogue.update(template(known), no_fuzzy_matching=True)
    header = f'"Language: {path.stem}\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    return f"{_HEADER.format(about=_ABOUT_CATALOGUE)}{header}\n{_text_of(catalogue)}"


def _text_of(catalogue: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalogue, _WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return written.getvalue().decode("utf-8").rstrip("\n") + "\n"


def write(known: Knowledge, folder: Path = FOLDER) -> dict[str, int]:
    """Write the template and bring every catalogue up to date; return how many texts each still lacks.

    Raises LanguageError, with nothing written, where a catalogue is broken.
    """
    Languages(folder)
    texts = {path: text_of_catalogue(path, known) for path in sorted(folder.glob("*.po"))}
    texts[folder / TEMPLATE] = text_of_template(known)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return {path.stem: len(missing(path)) for path in texts if path.suffix == ".po"}


def missing(path: Path) -> list[str]:
    """Return the English texts for which a catalogue has no translation, or one that somebody has to look at."""
    messages = [message for message in catalogue_of(path) if message.id]
    return [str(message.id) for message in messages if message.fuzzy or not all(forms(message.string))]
