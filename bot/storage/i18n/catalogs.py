"""Read the translation catalogs (gettext's .po files) and make a Language for each of Discord's locales.

Texts come from the catalog of the locale's language, English by default; numbers follow the locale.
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
from bot.core.text.memo import memoized
from bot.storage.knowledge.yaml_schema import Fault

FOLDER = Path(__file__).parents[2] / "languages"
# Cached amounts and numbers of a locale: Babel takes 30 microseconds for one.
REMEMBERED = 4_096
# No language has a plural form only for numbers beyond this.
MOST_COUNTED = 1_000
_LINE = re.compile(r'(?:#.*|(?:(?:msgid|msgid_plural|msgstr(?:\[\d\])?) )?"(?:[^"\\]|\\.)*")?')
_PART = re.compile(r"\{([^{}]*)\}")


class LanguageError(Exception):
    """A catalog can't be used; `faults` lists why, by file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Words(NamedTuple):
    """The usable translations of a catalog."""

    sentences: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


class Languages:
    """All languages of the bot. Reads every catalog when it is made; raises LanguageError if one is broken."""

    def __init__(self, folder: Path = FOLDER) -> None:
        catalogs = {path.stem: path for path in sorted(folder.glob("*.po"))}
        faults = [fault for path in catalogs.values() for fault in faults_of(path)]
        if faults:
            raise LanguageError(faults)
        self._words = {code: _words(catalog_of(path)) for code, path in catalogs.items()}
        self._made: dict[str, Language] = {"en-US": ENGLISH, "en": ENGLISH}

    @property
    def codes(self) -> dict[str, str]:
        """The languages with texts, by their own names, for a menu."""
        return {code: _own_name(code) for code in ("en", *self._words)}

    def of(self, locale: str) -> Language:
        """Return the language for one of Discord's locales ("de", "pt-BR"); English if it is none."""
        if locale not in self._made:
            parsed = _locale(locale)
            if parsed is None:
                return ENGLISH
            self._made[locale] = self._make(locale, parsed)
        return self._made[locale]

    def _make(self, locale: str, parsed: Locale) -> Language:
        money = memoized(REMEMBERED)(partial(_money, parsed))
        number = memoized(REMEMBERED)(partial(_number, parsed))
        code = next((code for code in (locale, locale.partition("-")[0]) if code in self._words), None)
        if code is None:
            return Language(locale=locale, money=money, number=number)
        return Language(code=code, locale=locale, money=money, number=number, **self._words[code]._asdict())


@lru_cache(maxsize=1)
def bundled() -> Languages:
    """Return the languages that come with the bot, read once in a process: that takes a tenth of a second."""
    return Languages()


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


def _own_name(code: str) -> str:
    locale = _locale(code)
    name = (locale and locale.get_display_name()) or code
    return name[:1].upper() + name[1:]


def _money(locale: Locale, amount: float) -> str:
    """Format whole dollars, rounding halves up as in English, with CLDR's sign for US dollars in that locale."""
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    whole = int(abs(amount) + 0.5)
    return str(pattern.apply(whole if amount >= 0 else -whole, locale, currency="USD", currency_digits=False))


def _number(locale: Locale, value: float) -> str:
    """Format a number with up to two decimals, rounded as in English."""
    near = round(float(value), 2)
    whole = near.is_integer()
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (0, 0 if whole else 2)
    return str(pattern.apply(int(near) if whole else near, locale))


def faults_of(path: Path) -> list[Fault]:
    """Return what makes a catalog unusable. Missing translations are no fault: those texts stay English."""
    try:
        data = path.read_bytes()
        lines = data.decode("utf-8").splitlines()
    except OSError as error:
        return [Fault(path.name, None, f"can't be read: {error.strerror}; mend or remove it")]
    except UnicodeDecodeError as error:
        return [Fault(path.name, data.count(b"\n", 0, error.start) + 1, "not UTF-8 text; save the file as UTF-8")]
    faults = [
        Fault(path.name, n, "neither a comment nor a quoted text behind msgid, msgid_plural or msgstr")
        for n, line in enumerate(lines, 1)
        if not _LINE.fullmatch(line.strip())
    ]
    if _locale(path.stem) is None:
        faults.append(Fault(path.name, None, "no language has this code; name the file as Discord does: pt-BR.po"))
    return faults or list(_faults_within(path))


def _faults_within(path: Path) -> Iterator[Fault]:
    try:
        catalog = catalog_of(path)
    except PoFileError as error:
        yield Fault(path.name, error.lineno + 1, str(error).rpartition(" on ")[0])
        return
    yield from (fault for message in catalog if message.id for fault in _faults_of_message(path.name, message))
    try:
        plural = c2py(catalog.plural_expr)
        counted = {plural(n) for n in range(MOST_COUNTED)}
    except (ValueError, ArithmeticError):
        counted = {-1}
    if not counted <= set(range(catalog.num_plurals)):
        yield Fault(path.name, 1, "Plural-Forms doesn't name one of its forms for every number")


def _faults_of_message(file: str, message: Message) -> Iterator[Fault]:
    """Yield a fault for each form whose parts in braces differ from the English, or whose braces are unbalanced."""
    translated = [form for form in forms(message.string) if form]
    english = {part for form in forms(message.id) for part in _PART.findall(form)}
    required = english - {"count"} if len(forms(message.id)) > 1 else english
    for form in translated:
        parts = set(_PART.findall(form))
        if not required <= parts <= english or set("{}") & set(_PART.sub("", form)):
            wanted = ", ".join(f"{{{part}}}" for part in sorted(english)) or "none"
            yield Fault(file, message.lineno or 1, f"the parts in braces have to be those of the English: {wanted}")


def catalog_of(path: Path) -> Catalog:
    """Parse a .po file."""
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=_locale(path.stem), ignore_obsolete=False, abort_invalid=True)


def _words(catalog: Catalog) -> _Words:
    usable = [message for message in catalog if message.id and not message.fuzzy and all(forms(message.string))]
    plurals = {forms(message.id)[0]: forms(message.string) for message in usable if len(forms(message.id)) > 1}
    plural = c2py(catalog.plural_expr)
    # A text with plural forms may also be used without a number: in the singular, as in gettext.
    sentences = {forms(message.id)[0]: forms(message.string)[0] for message in usable}
    return _Words(sentences, plurals, plural)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or its plural forms; an empty one if it is missing."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)
