"""The words and numbers of one language: sentences looked up by their English, numbers in the marks of a locale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.core.text import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How the bot speaks to somebody. ENGLISH, the default everywhere, needs no catalog.

    `code` is that of the words ("de"), `locale` that of the numbers ("de-AT"); dates are left to Discord to show. What
    a catalog lacks is said in English. Catalogs are read, and formats made, in `bot.storage.languages`.
    """

    code: str = "en"
    locale: str = "en-US"
    sentences: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    plurals: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    plural: Callable[[int], int] = field(default=lambda count: int(count != 1), compare=False)
    money: Callable[[float], str] = field(default=formatting.money, compare=False)
    number: Callable[[float], str] = field(default=formatting.number, compare=False)

    def say(self, sentence: str, /, **parts: object) -> str:
        """Return a sentence in this language, its `{parts}` filled in.

        >>> ENGLISH.say("{company} pays {amount}.", company="Google", amount="$1")
        'Google pays $1.'
        """
        translated = self.sentences.get(sentence, sentence)
        return translated.format(**parts) if parts else translated

    def count(self, one: str, many: str, number: int, /, **parts: object) -> str:
        """Return a sentence in the form that goes with a number, which it may show as `{count}`.

        >>> ENGLISH.count("{count} vote", "{count} votes", 2)
        '2 votes'
        """
        forms = self.plurals.get(one, (one, many))
        return forms[self.plural(number)].format(count=self.number(number), **parts)

    def listing(self, items: Sequence[str], last: str = "and") -> str:
        """Join items as in a sentence; `last` (AND or OR) stands before the last one.

        >>> ENGLISH.listing(["Google", "Apple", "Amazon"])
        'Google, Apple and Amazon'
        """
        return formatting.listing(list(items), self.say(last))


def later(sentence: str) -> str:
    """Mark a sentence that stands in one place and is said in another: the template of the catalogs needs both."""
    return sentence


AND, OR = later("and"), later("or")
ENGLISH = Language()
