"""Knows which words are ours (the trade's, the examples', the names') and which only English, and mends the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from bot.core.model.knowledge import Knowledge, Vocabulary
from bot.core.nlu.gazetteer import Gazetteer
from bot.core.nlu.quantities import QuantityParser
from bot.core.nlu.spelling import SHORTEST_MENDED_WORD, SHORTEST_TYPO, SpellingCorrector, is_one_typo
from bot.core.text.inflection import singulars
from bot.core.text.memo import Memo

# English words beyond this rank are rarer in chat than a typo of a word of the trade ("rang" for "range").
RARE_ENGLISH = 11_000
# Of 86,000 lines of talk none has more than five unknown words; with more than these it is another language or noise.
MOST_MENDED = 16
# The answers to questions of single words are remembered: the same words come again and again.
REMEMBERED = 4_096

Mended = dict[str, tuple[str, ...]]


class Lexicon:
    """The words of one knowledge base: build, `learn`, `finish`; from then on nothing changes."""

    def __init__(self, knowledge: Knowledge, names: Gazetteer, quantities: QuantityParser) -> None:
        self.plain: Counter[str] = Counter()
        self.names = names
        self.number_words = quantities.number_words
        self.units = quantities.units
        self._rank = knowledge.english
        self._one_letter = knowledge.words.grammar.one_letter
        self._mender: SpellingCorrector | None = None
        self._real = Memo[tuple[str, bool], bool](REMEMBERED)
        self._odd = Memo[str, bool](REMEMBERED)
        self.learn(word for phrase in _plain_phrases(knowledge.vocabulary) for word in names.spell_out(phrase))
        self.learn(self.units)
        self.learn(short for short in names.abbreviations if len(short) >= SHORTEST_MENDED_WORD)

    def learn(self, words: Iterable[str]) -> None:
        """Add plain words that a typo may be mended to (the words of the examples)."""
        self.plain.update(word for word in words if word.isalpha() and word not in self.names.exact)

    def finish(self) -> None:
        """Build the index of misspellings; call after the last `learn`. Until then nothing is mended."""
        names = self.names
        pieces = {*self.plain, *names.words, *names.first_words_on_file, *names.others, *names.abbreviations}
        pieces = {word for word in pieces if len(word) > 1 or word in self._one_letter}
        # What is one slip from a short name or a level may be that: it is not taken for a plain word.
        others = names.others | {word for word in names.words_on_file | names.exact if len(word) >= SHORTEST_TYPO}
        # A number is never mended: "fie years" may be five, and read as no number it would get the figures of no years.
        plain = Counter({word: count for word, count in self.plain.items() if word not in self.number_words})
        others |= self.number_words
        self._mender = SpellingCorrector(
            plain, names=names.words, others=others, pieces=pieces, english=self._rank.keys()
        )

    def mended(self, raws: list[str], *, mend_english: bool) -> Mended:
        """Mend the words that nobody knows; none where there are so many that this is no question in English."""
        if self._mender is None:
            return {}
        alpha = (raw for raw in dict.fromkeys(raws) if raw.isalpha())
        named = self.names.standing(raws) if mend_english else ()
        odd = [raw for raw in alpha if raw not in named and not self._is_real(raw, mend_english=mend_english)]
        return (
            {raw: self._mender.correct(raw, real=raw in self._rank) for raw in odd} if len(odd) <= MOST_MENDED else {}
        )

    def rare(self, raws: Iterable[str]) -> tuple[str, ...]:
        """Return the English words among some that are so rare that they may be typos."""
        return tuple(raw for raw in dict.fromkeys(raws) if self._rank.get(raw, 0) > RARE_ENGLISH)

    def mends_any(self, rare: Iterable[str]) -> bool:
        """Whether mending rare English words would make others of some."""
        mended = self.mended(list(rare), mend_english=True)
        return any(words != (raw,) for raw, words in mended.items())

    def is_ours(self, word: str, *, whole: bool = False) -> bool:
        """Whether it is a word of the trade, of the examples, or of a name, or a short form.

        `whole` leaves out words that only begin a name without figures.
        """
        forms = (word, *singulars(word))
        return is_among(word, self.plain) or any(self.names.holds(form, whole=whole) for form in forms)

    def is_odd(self, word: str) -> bool:
        """Whether it is none of ours, and no mending makes it one; two words that it may be cut in prove nothing."""
        odd = self._odd.get(word)
        return self._odd.add(word, self._is_odd(word)) if odd is None else odd

    def _is_odd(self, word: str) -> bool:
        if self._is_in_use(word):
            return False
        if word in self._rank or any(is_one_typo(word, level) for level in self.names.levels):
            return True
        mended = self.meant(word)
        # What only begins a name, as "des" of "des moines", is left as it is, and says nothing by itself.
        return mended == (word,) or len(mended) > 1 or len(word) <= SHORTEST_MENDED_WORD or self.is_ours(word)

    def meant(self, word: str) -> tuple[str, ...]:
        """Return what a word that is no English is mended to by itself."""
        assert self._mender is not None
        return self._mender.correct(word, real=False)

    def _is_in_use(self, word: str) -> bool:
        """Whether it says something by itself, as "ann" of "ann arbor" does not."""
        names = self.names
        forms = (word, *singulars(word))
        named = any(names.alone(form) or form in names.named_words for form in forms)
        return named or word in names.abbreviations or is_among(word, self.plain)

    def is_english(self, word: str) -> bool:
        """Whether it is an ordinary English word."""
        return word in self._rank

    def one_slip_from(self, word: str) -> set[str]:
        """Return the plain words and words of names that may be one slip away."""
        assert self._mender is not None
        return self._mender.index.candidates(word, 1)

    def words(self) -> Iterator[str]:
        """Yield the words that are known for what they say: plain ones, and those of known names."""
        yield from self.plain
        yield from self.names.words_on_file

    def _is_real(self, word: str, *, mend_english: bool) -> bool:
        real = self._real.get((word, mend_english))
        if real is None:
            rank = self._rank.get(word)
            english = rank is not None and not (mend_english and rank > RARE_ENGLISH)
            real = self._real.add((word, mend_english), english or self.is_ours(word, whole=mend_english))
        return real


def is_among(word: str, plain: Container[str]) -> bool:
    """Whether a word or what it is the plural of is one of some."""
    return word in plain or any(form in plain for form in singulars(word))


def _plain_phrases(vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the phrases whose words a typo may be mended to."""
    for group in (
        vocabulary.function_words,
        vocabulary.interjections,
        vocabulary.question_nouns,
        vocabulary.pay_modifiers,
        vocabulary.generic_payers,
        vocabulary.pay_words,
        vocabulary.weak_pay_words,
        vocabulary.career_words,
        vocabulary.question_words,
        vocabulary.exclusions,
        vocabulary.role_heads,
        *vocabulary.statistics.values(),
        vocabulary.employments,
        *(group.names for group in vocabulary.groups),
        *vocabulary.periods.values(),
        *vocabulary.directions.values(),
    ):
        yield from group
