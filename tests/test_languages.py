"""Languages: every locale of Discord's has words and numbers of its own, and a broken catalog is refused by line."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal
from pathlib import Path

import discord
import pytest
from babel import Locale
from babel.numbers import format_currency, get_decimal_symbol, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.language import ENGLISH, OR, Language
from bot.core.text import formatting
from bot.storage.i18n.catalogs import LanguageError, Languages, _locale, _money, _number

LOCALES = [locale.value for locale in discord.Locale]
HEADER = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


def as_in_babel(locale: str, dollars: int) -> str:
    """Whole dollars by the marks of the Babel that is installed: each release may bring others."""
    return re.sub(r"\D00(?=\D*$)", "", format_currency(dollars, "USD", locale=Locale.parse(locale, sep="-")))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_of_discord_has_words(languages: Languages, locale: str) -> None:
    language = languages.of(locale)
    assert language.locale == locale
    assert language.code == ("de" if locale == "de" else "en")
    assert languages.of(locale) is language


@pytest.mark.parametrize("locale", [*LOCALES, "de-CH"])
def test_dollars_are_told_in_the_marks_of_the_locale(languages: Languages, locale: str) -> None:
    marks = Locale.parse(locale, sep="-")
    with_cents = format_currency(127303, "USD", locale=marks)
    assert languages.of(locale).money(127303) == with_cents.replace(f"{get_decimal_symbol(marks)}00", "")


@pytest.mark.parametrize("locale", ["", "xx", "tlh", "de_DE", "e" * 99, "../de", "en"])
def test_what_is_no_locale_gets_english(languages: Languages, locale: str) -> None:
    assert languages.of(locale) is ENGLISH


def test_a_country_of_its_own_has_the_words_of_the_language(languages: Languages) -> None:
    swiss = languages.of("de-CH")
    assert (swiss.code, swiss.locale) == ("de", "de-CH")
    assert swiss.say("Sources") == "Quellen"


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False) | st.integers(min_value=0, max_value=10**9))
def test_english_rounds_as_every_other_language(value: float) -> None:
    american = _locale("en-US")
    assert american is not None
    assert re.sub(r"\D", "", formatting.money(value)) == re.sub(r"\D", "", _money(american, value))
    assert Decimal(formatting.number(value).replace(",", "")) == parse_decimal(_number(american, value), american)


def test_a_menu_lists_the_languages_by_their_own_names(languages: Languages) -> None:
    assert list(languages.codes) == ["en", "de"]
    for code, name in languages.codes.items():
        assert name[0].isupper()
        assert name.casefold() == str(Locale(code).get_language_name(code)).casefold()


def test_languages_are_told_apart_by_code_and_locale(languages: Languages) -> None:
    assert len({languages.of("de"), languages.of("de-AT"), languages.of("fr"), ENGLISH, Language()}) == 4


# ------------------------------------------------------------------ what a language says


def small(folder: Path, text: str, code: str = "de") -> Language:
    (folder / f"{code}.po").write_text(HEADER + text, encoding="utf-8")
    return Languages(folder).of(code)


def test_what_a_catalog_lacks_is_said_in_english(tmp_path: Path) -> None:
    catalog = 'msgid "Hello"\nmsgstr "Hallo"\n\nmsgid "Sources"\nmsgstr ""\n\n#, fuzzy\nmsgid "Try"\nmsgstr "Falsch"\n'
    german = small(tmp_path, catalog)
    assert [german.say(one) for one in ("Hello", "Sources", "Try", "Spread")] == ["Hallo", "Sources", "Try", "Spread"]


def test_what_is_counted_takes_the_form_of_its_number(tmp_path: Path) -> None:
    catalog = (
        'msgid "{count} vote"\nmsgid_plural "{count} votes"\n'
        'msgstr[0] "{count} głos"\nmsgstr[1] "{count} głosy"\nmsgstr[2] "{count} głosów"\n'
    )
    forms = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    (tmp_path / "pl.po").write_text(HEADER.replace("nplurals=2; plural=(n != 1);", forms) + catalog, encoding="utf-8")
    polish = Languages(tmp_path).of("pl")
    counts = [polish.count("{count} vote", "{count} votes", number) for number in (1, 2, 5, 22, 10_000)]
    assert counts == ["1 głos", "2 głosy", "5 głosów", "22 głosy", f"{polish.number(10_000)} głosów"]
    assert polish.say("{count} vote", count="7") == "7 głos"


def test_lists_end_in_the_word_of_the_language(languages: Languages) -> None:
    assert languages.of("de").listing(["A", "B", "C"]) == "A, B und C"
    assert languages.of("de").listing(["A", "B"], OR) == "A oder B"


PARTS = "the parts in braces have to be those of the English: "


@pytest.mark.parametrize(
    ("code", "text", "line", "cause"),
    [
        ("de", 'msgid "Hello"\nmsgstr Hallo\n', 5, "neither a comment nor a quoted text"),
        ("de", 'msgid "Hello"\nmsgstr "Hal"lo"\n', 5, "neither a comment nor a quoted text"),
        ("de", 'msgid "Hello"\nmsgtsr "Hallo"\n', 5, "neither a comment nor a quoted text"),
        ("de", 'msgid "Hello"\n\nmsgid "Sources"\nmsgstr "Quellen"\n', 4, ""),  # in Babel's words
        ("de", 'msgid "{a} x"\nmsgstr "x"\n', 4, f"{PARTS}{{a}}"),
        ("de", 'msgid "{a} x"\nmsgstr "{a} {b}"\n', 4, f"{PARTS}{{a}}"),
        ("de", 'msgid "x"\nmsgstr "{0}"\n', 4, f"{PARTS}none"),
        ("de", 'msgid "{a} x"\nmsgstr "{a} {"\n', 4, f"{PARTS}{{a}}"),
        ("de", 'msgid "{count} {a}"\nmsgid_plural "{count} {a}s"\nmsgstr[0] "{a}"\nmsgstr[1] "{count}"\n', 4, PARTS),
        (
            "de",
            'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\nmsgstr[2] "e"\n',
            4,
            "",
        ),
        ("xx", 'msgid "Hello"\nmsgstr "Hallo"\n', None, "no language has this code"),
    ],
)
def test_a_broken_catalog_is_refused_with_its_line(
    tmp_path: Path, code: str, text: str, line: int | None, cause: str
) -> None:
    with pytest.raises(LanguageError) as refused:
        small(tmp_path, text, code)
    where = f"{code}.po" if line is None else f"{code}.po:{line}"
    assert str(refused.value).startswith(f"{where}: {cause}")


@pytest.mark.parametrize("plural", ["2", "n", "n +", "1/0", "__import__", "n != 1 ? 5 : 0"])
def test_plurals_that_name_no_form_are_refused(tmp_path: Path, plural: str) -> None:
    written = HEADER.replace("(n != 1)", plural) + 'msgid "Hello"\nmsgstr "Hallo"\n'
    (tmp_path / "de.po").write_text(written, encoding="utf-8")
    with pytest.raises(LanguageError, match=r"^de\.po:1: Plural-Forms"):
        Languages(tmp_path)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_bytes(HEADER.encode() + b'msgid "Hello"\nmsgstr "\xff"\n')
    with pytest.raises(LanguageError, match=r"^de\.po:5: not UTF-8"):
        Languages(tmp_path)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "de.po").mkdir()
    with pytest.raises(LanguageError, match=r"^de\.po: can't be read: "):
        Languages(tmp_path)


@given(text=st.text(alphabet=st.sampled_from('msgidtr_plu[01]" \n{}a#,~\\fuzzy'), max_size=80))
def test_whatever_stands_in_a_catalog_is_read_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("languages")
    with contextlib.suppress(LanguageError):
        assert small(folder, text).code == "de"
