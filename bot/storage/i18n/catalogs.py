"""Reads the catalogues of the languages (gettext's .po files) and makes a Language for each locale of Discord's.

Words come from the catalogue of the locale's language, English where there is none; numbers are in the locale's marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import lru_cache, partial
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.core.model.language import ENGLISH, Language
from bot.storage.knowledge.yaml_schema import Fault

FOLDER = Path(__file__).parents[2] / "languages"
# The amounts and numbers of a locale that are remembered: Babel takes 30 microseconds for one.
REMEMBERED = 4_096
# No language has a form of its own only for what lies beyond.
MOST_COUNTED = 1_000
_LINE = re.compile(r'(?:#.*|(?:(?:msgid|msgid_plural|msgstr(?:\[\d\])?) )?"(?:[^"\\]|\\.)*")?')
_PART = re.compile(r"\{([^{}]*)\}")


class LanguageError(Exception):
    """A catalogue can't be used; `faults` says why, file by file and line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Words(NamedTuple):
    """What a catalogue says."""

    sentences: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


class Languages:
    """Every language that the bot speaks. Built once; the catalogues are read at that moment, all or none."""

    def __init__(self, folder: Path = FOLDER) -> None:
        catalogues = {path.stem: path for path in sorted(folder.glob("*.po"))}
        faults = [fault for path in catalogues.values() for fault in faults_of(path)]
        if faults:
            raise LanguageError(faults)
        self._words = {code: _words(catalogue_of(path)) for code, path in catalogues.items()}
        self._made: dict[str, Language] = {"en-US": ENGLISH, "en": ENGLISH}

    @property
    def codes(self) -> dict[str, str]:
        """The languages that have words of their own, by what they call themselves: for a menu."""
        return {code: _own_name(code) for code in ("en", *self._words)}

    def of(self, locale: str) -> Language:
        """Return the language for a locale as Discord names it ("de", "pt-BR"); English for what is none."""
        if locale not in self._made:
            known = _locale(locale)
            if known is None:
                return ENGLISH
            self._made[locale] = self._make(locale, known)
        return self._made[locale]

    def _make(self, locale: str, known: Locale) -> Language:
        money = lru_cache(REMEMBERED)(partial(_money, known))
        number = lru_cache(REMEMBERED)(partial(_number, known))
        code = next((code for code in (locale, locale.partition("-")[0]) if code in self._words), None)
        if code is None:
            return Language(locale=locale, money=money, number=number)
        return Language(code=code, locale=locale, money=money, number=number, **self._words[code]._asdict())


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


def _own_name(code: str) -> str:
    known = _locale(code)
    name = (known and known.get_display_name()) or code
    return name[:1].upper() + name[1:]


def _money(locale: Locale, amount: float) -> str:
    """Return whole dollars, halves up as in English; CLDR's sign says which dollars where a locale has its own."""
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    whole = int(abs(amount) + 0.5)
    return str(pattern.apply(whole if amount >= 0 else -whole, locale, currency="USD", currency_digits=False))


def _number(locale: Locale, value: float) -> str:
    """Return a number without a needless fraction, else with up to two decimals, rounded as in English."""
    near = round(float(value), 2)
    whole = near.is_integer()
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (0, 0 if whole else 2)
    return str(pattern.apply(int(near) if whole else near, locale))


def faults_of(path: Path) -> list[Fault]:
    """Return what makes a catalogue unusable. Sentences that it lacks are no fault: they are said in English."""
    try:
        data = path.read_bytes()
        lines = data.decode("utf-8").splitlines()
    except OSError as error:
        return [Fault(path.name, 1, f"can't be read: {error.strerror}; mend or remove it")]
    except UnicodeDecodeError as error:
        return [Fault(path.name, data.count(b"\n", 0, error.start) + 1, "not UTF-8 text; save the file as UTF-8")]
    faults = [
        Fault(path.name, n, "neither a comment nor a quoted text behind msgid, msgid_plural or msgstr")
        for n, line in enumerate(lines, 1)
        if not _LINE.fullmatch(line.strip())
    ]
    if _locale(path.stem) is None:
        faults.append(Fault(path.name, 1, "no language has this code; name the file as Discord does: de.po, pt-BR.po"))
    return faults or list(_faults_within(path))


def _faults_within(path: Path) -> Iterator[Fault]:
    try:
        catalogue = catalogue_of(path)
    except PoFileError as error:
        yield Fault(path.name, error.lineno + 1, str(error).rpartition(" on ")[0])
        return
    yield from (fault for message in catalogue if message.id for fault in _faults_of_message(path.name, message))
    try:
        plural = c2py(catalogue.plural_expr)
        counted = {plural(n) for n in range(MOST_COUNTED)}
    except (ValueError, ArithmeticError):
        counted = {-1}
    if not counted <= set(range(catalogue.num_plurals)):
        yield Fault(path.name, 1, "Plural-Forms doesn't name one of its forms for every number")


def _faults_of_message(file: str, message: Message) -> Iterator[Fault]:
    """Yield the parts that would be lost or made up, and the braces that belong to no part."""
    said = [form for form in forms(message.string) if form]
    asked = {part for form in forms(message.id) for part in _PART.findall(form)}
    needed = asked - {"count"} if len(forms(message.id)) > 1 else asked
    for form in said:
        parts = set(_PART.findall(form))
        if not needed <= parts <= asked or set("{}") & set(_PART.sub("", form)):
            wanted = ", ".join(f"{{{part}}}" for part in sorted(asked)) or "none"
            yield Fault(file, message.lineno or 1, f"the parts in braces have to be those of the English: {wanted}")


def catalogue_of(path: Path) -> Catalog:
    """Read a .po file as it is."""
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=_locale(path.stem), ignore_obsolete=False, abort_invalid=True)


def _words(catalogue: Catalog) -> _Words:
    usable = [message for message in catalogue if message.id and not message.fuzzy and all(forms(message.string))]
    plurals = {forms(message.id)[0]: forms(message.string) for message in usable if len(forms(message.id)) > 1}
    plural = c2py(catalogue.plural_expr)
    # What is counted in one place may be said in another: then it is the form for one, as gettext does it.
    sentences = {forms(message.id)[0]: forms(message.string)[0] for message in usable}
    return _Words(sentences, plurals, plural)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or what is said of one thing, of two, of many; an empty one where it is none."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)
