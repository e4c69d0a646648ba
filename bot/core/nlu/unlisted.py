"""Find names that nobody listed by where they stand: occupations by their last word, employers where a payer stands.

Rules: what stands where a payer's name stands and is no word that may stand there is a name, whatever word it is; it is
taken as typed, never as what spelling made of it. A name on file or in `recognized/` is found before (`entities`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, cast

from bot.core.model.dialogue import Mention
from bot.core.model.knowledge import Knowledge, Vocabulary
from bot.core.text import normalization
from bot.core.text.inflection import singulars

MOST_MODIFIERS = 3
# No employer has a longer name than this.
LONGEST_NAME = 4
# From so many words on a name may have ordinary ones inside.
SHORTEST_PHRASE = 3
# So many employers one behind the other are a list.
SHORTEST_LIST = 2


def _words_of(phrases: Sequence[str]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in normalization.words(phrase))


class Token(NamedTuple):
    """One word of a text as it is seen here: as matched (a corrected one as typed), and the mention it belongs to.

    `capital` says that a capital in the middle of a sentence makes it a name.
    """

    text: str
    typed: str
    mention: Mention | None
    capital: bool = False


class _PayerWords:
    """The words that may stand in a payer's place: names, and those that stand there without being one."""

    def __init__(self, knowledge: Knowledge) -> None:
        vocabulary = knowledge.vocabulary
        words, grammar = knowledge.words.payers, knowledge.words.grammar
        self._auxiliaries = frozenset(grammar.auxiliaries)
        self._indefinite = frozenset(grammar.indefinite_articles)
        self._determiners = frozenset((*grammar.articles, *grammar.possessives, *grammar.demonstratives))
        self._versus = frozenset((*grammar.versus, *words.beside_employers))
        self._listing = frozenset(words.exclusion_joiners).difference(words.beside_employers)
        self._behind_auxiliary = frozenset(words.verbs_after_auxiliary)
        self._behind_name = frozenset(words.verbs_after_name)
        self._work, self._before_employers = frozenset(words.work), frozenset(words.before_employers)
        self._before_unknown = frozenset(words.before_unknown)
        self._adverbs, self._inside = frozenset(words.adverbs), frozenset(words.inside_names)
        self._asking, self._at = frozenset(words.asking), frozenset(words.at_employers)
        self._function = _words_of((*vocabulary.function_words, *vocabulary.question_words, *vocabulary.interjections))
        self._modifiers = _words_of(vocabulary.pay_modifiers)
        self._generic = _words_of(vocabulary.generic_payers)
        self._pay = _words_of(vocabulary.pay_words).union(words.verbs)
        self._exclusions = _words_of(vocabulary.exclusions)
        self._ordinary = _words_of(vocabulary.question_nouns)
        self._directions = _words_of([word for words in vocabulary.directions.values() for word in words])
        self._classes: Mapping[str, str] = knowledge.word_classes
        self._english = knowledge.english
        self._short = frozenset(knowledge.vocabulary.abbreviations)
        self._fixed = frozenset(knowledge.vocabulary.after_at)
        example_words = {
            word for intent in knowledge.intents for example in intent.examples for word in normalization.words(example)
        }
        self._example_words = example_words | self._modifiers | self._generic
        # "what affects pay", "find salaries": a verb or an adjective that the examples use names nobody.
        plain_verbs = frozenset(word for word in example_words if self._classes.get(word) in ("v", "a"))
        self._plain = self._modifiers | self._generic | self._directions | plain_verbs
        self._beside_pay = self._modifiers | self._pay
        # What no name is looked for beside is passed over.
        self._near_names = self._auxiliaries.union(
            *(self._behind_name, self._pay, self._at, self._before_employers, self._before_unknown),
            *(self._versus, self._listing),
        )
        plain = self._generic | self._determiners | self._adverbs | frozenset(knowledge.words.speech_acts.speakers)
        self._odd_function = self._function - plain

    def _tokens(
        self, words: Sequence[tuple[str, str]], at: Mapping[int, Mention], capitalized: frozenset[str]
    ) -> Iterator[Token]:
        """Yield the words as they count here: a typo is believed only where the words meant may stand before pay."""
        if all(text == typed for text, typed in words):
            yield from (Token(text, text, at.get(n), text in capitalized) for n, (text, _) in enumerate(words))
            return
        for typed, group in groupby(enumerate(words), key=lambda word: word[1][1]):
            parts = [(n, text) for n, (text, _) in group]
            plain = typed in self._short or all(n in at or text in self._beside_pay for n, text in parts)
            plain = plain or (
                len(parts) == 1 and parts[0][1] in self._function and sorted(typed) == sorted(parts[0][1])
            )
            for n, text in parts:
                yield Token(text if plain else typed, typed, at.get(n), typed in capitalized)

    def _may_be_named(self, token: Token) -> bool:
        return (
            token.mention is None
            and not token.text.isdecimal()
            and token.text not in self._function
            and token.text not in self._pay
            and token.text not in self._exclusions
        )

    def _is_plain(self, token: Token) -> bool:
        word = token.text
        forms = (word, *singulars(word))
        return any(form in self._plain for form in forms)

    def _is_adverb(self, token: Token) -> bool:
        return self._classes.get(token.text) == "r"

    def _is_imperative(self, word: str) -> bool:
        return self._classes.get(word) == "v" or word in self._function

    def _is_english(self, token: Token) -> bool:
        return token.text in self._english

    def _is_at(self, tokens: Sequence[Token], n: int) -> bool:
        """Whether an "at" may stand before an employer: "is 150k good at acme", but not "good at maths"."""
        if tokens[n].text not in self._at:
            return False
        amount = any(token.mention is not None and token.mention.kind == "amount" for token in tokens)
        return amount or n == 0 or self._classes.get(tokens[n - 1].text) != "a" or tokens[n - 1].mention is not None

    def _is_of_work(self, tokens: Sequence[Token], n: int) -> bool:
        """Whether a preposition is that of an employer: "an offer from", "working for"."""
        if tokens[n].text not in self._before_employers:
            return False
        return any(token.text in self._work for token in tokens[max(0, n - 2) : n])

    def _is_paid(self, tokens: Sequence[Token], n: int) -> bool:
        """Whether a payer's name may stand before a word: a noun for pay, or a role with one behind it."""
        token = tokens[n]
        if token.mention is None:
            # "do jobs and skills pay" has its payers between.
            asked = any(earlier.text in self._auxiliaries for earlier in tokens[max(0, n - LONGEST_NAME - 2) : n])
            return token.text in self._pay and not (token.text in self._behind_auxiliary and asked)
        if token.mention.start != n or token.mention.kind not in ("role", "field", "level"):
            return False
        rest = tokens[token.mention.end :]
        return any(later.mention is None and later.text in self._pay for later in rest[: LONGEST_NAME + 2])

    def _pays(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a "pay" is what somebody does: to nobody said, or to people."""
        behind = tokens[at + 1] if at + 1 < len(tokens) else None
        return behind is None or (behind.mention is not None and behind.mention.kind in ("role", "people", "level"))

    def _pays_somebody(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a "pay" is done to people, or more than by a company: "does target pay more than google"."""
        more, than, other = (*tokens[at + 1 : at + 4], None, None, None)[:3]
        if more is None:
            return False
        if more.text in self._directions and than is not None and than.text in self._versus:
            return other is not None and other.mention is not None and other.mention.kind == "company"
        return more.mention is not None and self._pays(tokens, at)

    def _lists_employers(self, tokens: Sequence[Token], n: int) -> bool:
        """Whether an "and" is the last of a list of employers: "apple google and NAME"."""
        if tokens[n].text not in self._listing or n < SHORTEST_LIST:
            return False
        named = [token.mention for token in tokens[:n][-SHORTEST_LIST:]]
        return all(m is not None and m.kind == "company" for m in named) and len({*named}) == SHORTEST_LIST

    def _employs(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether people are "at" an ordinary noun: "ml engineers at target"; no adjective, no word of pay."""
        before = tokens[start - 2].mention if start > 1 else None
        people = before is not None and before.kind in ("role", "people")
        noun = self._classes.get(tokens[start].text) in ("n", "g") and tokens[start].text not in self._generic
        return people and noun and not self._is_paid(tokens, min(start + 1, len(tokens) - 1))

    def _goes_on(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an article stands inside a name, with another word of it behind."""
        article = at + 1 < len(tokens) and tokens[at].text in self._inside & self._determiners
        return article and self._may_be_named(tokens[at + 1]) and not self._is_plain(tokens[at + 1])


class UnlistedEmployers(_PayerWords):
    """Finds the names in a payer's place: "does NAME pay", "NAME salary", "at NAME", "google vs NAME"."""

    def add_to(
        self, found: list[Mention], words: Sequence[tuple[str, str]], capitalized: frozenset[str] = frozenset()
    ) -> list[Mention]:
        """Return the mentions of a text with the unlisted employers added, in the order of the text.

        A word that a capital makes a name is one wherever it stands, unless the knowledge base's examples use it.
        """
        tokens = list(self._tokens(words, {n: m for m in found for n in range(m.start, m.end)}, capitalized))
        names = [name for name in self._names(tokens) if name is not None]
        if capitalized:
            names += self._written_as_names(tokens, capitalized - self._example_words)
        added: list[Mention] = []
        for start, end in names:
            if not any(m.start < end and start < m.end for m in (*found, *added)):
                typed = " ".join(dict.fromkeys(token.typed for token in tokens[start:end]))
                added.append(
                    Mention(kind="company", id=typed, text=typed, start=start, end=end, on_file=False, listed=False)
                )
        return sorted((*found, *added), key=lambda m: m.start)

    def _written_as_names(self, tokens: Sequence[Token], capitalized: frozenset[str]) -> Iterator[tuple[int, int]]:
        start = None
        for n, token in enumerate((*tokens, None)):
            named = token is not None and token.typed in capitalized and self._may_be_named(token)
            # "on Monday" is a time wherever no payer can stand.
            named = named and self._classes.get(cast("Token", token).typed) != "t"
            if start is not None and not named:
                yield start, n
            start = (n if start is None else start) if named else None

    def _names(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int] | None]:
        for n, token in enumerate(tokens):
            if token.mention is None and token.text not in self._near_names:
                continue
            if token.mention is None and token.text in self._auxiliaries:
                yield self._between(tokens, n + 1)
            if token.mention is None and token.text in self._behind_name:
                yield self._before(tokens, n)
            if self._is_paid(tokens, n):
                yield self._before(tokens, n)
            if token.mention is None and (self._is_at(tokens, n) or self._is_of_work(tokens, n)):
                yield self._behind(tokens, n + 1)
            if token.text in self._before_unknown and token.mention is None:
                yield self._behind(tokens, n + 1, unknown_only=True)
            if token.mention is None and (token.text in self._versus or self._lists_employers(tokens, n)):
                yield self._beside(tokens, n)

    # -- places

    def _between(self, tokens: Sequence[Token], start: int) -> tuple[int, int] | None:
        """Return the name in "does NAME pay"; nothing where a known name stands there."""
        end = start
        while end < len(tokens) and end - start <= LONGEST_NAME and not self._is_verb_of_paying(tokens, end):
            if tokens[end].mention is not None:
                return None
            end += 1
        if end >= len(tokens) or not self._is_verb_of_paying(tokens, end):
            return None
        if end - start == 1 and tokens[start].text in self._odd_function:
            return start, end  # "what does next pay"
        first, last = tokens[start : start + 1], tokens[end - 1 : end]
        general = any(token.text in self._generic for token in tokens[start:end])  # "does managing people bump pay"
        if (
            end - start >= SHORTEST_PHRASE
            and not general
            and all(self._may_be_named(token) for token in (*first, *last))
        ):
            inner = [token for token in tokens[start:end] if token.text not in self._inside]
            return None if any(not self._may_be_named(token) for token in inner) else (start, end)  # "rent the runway"
        if general:
            return None  # "does company size affect pay"
        if end - start > 1 and tokens[end - 1].mention is None and self._is_adverb(tokens[end - 1]):
            end -= 1
        # "what does match pay": neither a verb nor an adjective pays anybody.
        kind = self._classes.get(tokens[start].text)
        odd = end == start + 1 and (
            (kind in ("v", "a") and self._pays(tokens, end))
            or (kind in ("n", "g") and self._pays_somebody(tokens, end))
        )
        return (start, end) if odd else self._name(tokens, start, end)

    def _is_verb_of_paying(self, tokens: Sequence[Token], n: int) -> bool:
        return tokens[n].mention is None and tokens[n].text in self._behind_auxiliary

    def _before(self, tokens: Sequence[Token], end: int) -> tuple[int, int] | None:
        """Return the name right before a word: "NAME pays", "NAME salary", "NAME ML engineer salary"."""
        start = end
        while start > 0 and end - start < LONGEST_NAME and self._may_be_named(tokens[start - 1]):
            start -= 1
        if start and tokens[start - 1].mention is None and tokens[start - 1].text in self._asking:
            return None
        if start and tokens[start - 1].mention is not None and end < len(tokens) and tokens[end].mention is not None:
            return None  # "ml engineers beat data scientists"
        if start and tokens[start - 1].mention is None and tokens[start - 1].text in self._determiners:
            last = tokens[end - 1].text if end > start else ""
            # "a grizzled engineer" describes; "the acme salary" names.
            if tokens[start - 1].text in self._indefinite or self._classes.get(last) in ("a", "r", "v"):
                return None
        while start < end and self._is_imperative(tokens[start].text) and end - start > 1:
            start += 1
        if start and tokens[start - 1].text.isdecimal():
            return None  # what is counted, however it is spelled
        if start and all(self._is_adverb(token) for token in tokens[start:end]):
            return None  # "they really pay"
        return self._name(tokens, start, end)

    def _behind(self, tokens: Sequence[Token], start: int, *, unknown_only: bool = False) -> tuple[int, int] | None:
        """Return the name right behind "at"; behind other prepositions only one that is no English."""
        end = start
        if start < len(tokens) and tokens[start].text in self._fixed:
            return None
        while end < len(tokens) and end - start < LONGEST_NAME and self._may_be_named(tokens[end]):
            end += 1
            if tokens[end - 1].text in self._english and (unknown_only or end - start > 1):
                break
        if end > start and self._goes_on(tokens, end):
            return start, end + 2  # "at rent the runway"
        if end == start:
            return None
        if not unknown_only and end == start + 1 and (self._is_adverb(tokens[start]) or self._employs(tokens, start)):
            return start, end
        if unknown_only and any(self._is_english(tokens[n]) for n in range(start, end)):
            return None
        return self._name(tokens, start, end)

    def _beside(self, tokens: Sequence[Token], n: int) -> tuple[int, int] | None:
        """Return the name that a company is held against: "google vs NAME", "NAME or google"."""
        left, right = tokens[n - 1] if n else None, tokens[n + 1] if n + 1 < len(tokens) else None
        if left is not None and left.mention is not None and left.mention.kind == "company" and right is not None:
            return self._behind(tokens, n + 1, unknown_only=tokens[n].text in self._listing)
        if right is not None and right.mention is not None and right.mention.kind == "company" and left is not None:
            start = n
            while start > 0 and n - start < LONGEST_NAME and self._may_be_named(tokens[start - 1]):
                start -= 1
            return self._name(tokens, start, n)
        return None

    def _name(self, tokens: Sequence[Token], start: int, end: int) -> tuple[int, int] | None:
        """Return the words as a name, unless all of them may stand there without being one."""
        inside = tokens[start:end]
        if len(inside) > 1 and any(token.text in self._generic for token in inside):
            return None  # "company size affect"
        if not inside or len(inside) > LONGEST_NAME or any(token.mention is not None for token in inside):
            return None
        if any(not self._may_be_named(token) for token in inside):
            return None
        return None if all(self._is_plain(token) and not token.capital for token in inside) else (start, end)


class UnlistedPlaces:
    """Finds the places that are on no list behind "in": a word with a capital, or an English one that is a name."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._before = frozenset(knowledge.words.grammar.before_places)
        self._function = _words_of((*knowledge.vocabulary.function_words, *knowledge.vocabulary.question_words))
        self._english, self._classes = knowledge.english, knowledge.word_classes

    def add_to(self, found: list[Mention], words: Sequence[tuple[str, str]], text: str) -> list[Mention]:
        """Return the mentions of a `text` with the unlisted places added, in the order of the text."""
        if self._before.isdisjoint(word for word, _ in words):
            return found
        capitalized = normalization.capitalized_beside_others(text)
        taken = {n for m in found for n in range(m.start, m.end)}
        added = []
        for n in (n for n, (word, _) in enumerate(words) if word in self._before and n not in taken):
            end = n + 1
            while end < len(words) and end not in taken and self._is_name(words[end], capitalized):
                end += 1
            if end > n + 1:
                typed = " ".join(typed for _, typed in words[n + 1 : end])
                added.append(
                    Mention(kind="place", id=typed, text=typed, start=n + 1, end=end, on_file=False, listed=False)
                )
        return sorted((*found, *added), key=lambda m: m.start) if added else found

    def _is_name(self, word: tuple[str, str], capitalized: frozenset[str]) -> bool:
        text, typed = word
        if text != typed:
            return False  # a mended word is none
        if typed in capitalized:
            return self._classes.get(typed) != "t"  # "in March"
        return typed in self._english and typed not in self._function and not self._classes.get(typed)


class UnlistedOccupations:
    """Finds the occupations nobody listed by their last word: "petroleum engineer", "python developer", "analyst"."""

    def __init__(self, knowledge: Knowledge, plain: Container[str]) -> None:
        vocabulary: Vocabulary = knowledge.vocabulary
        self._plain = plain
        self._heads = {" ".join(normalization.words(head)) for head in vocabulary.role_heads}
        self._people = {" ".join(normalization.words(head)) for head in vocabulary.generic_people}
        self._only = _roles_by_head(knowledge)
        typos = knowledge.words.typos
        self._cut_short, self._cut_short_before_plurals = typos.cut_short, typos.cut_short_before_plurals

    def add_to(self, found: list[Mention], words: Sequence[str]) -> list[Mention]:
        """Return the mentions with unlisted occupations added, in the order of the text."""
        taken = {at: m for m in found for at in range(m.start, m.end)}
        added = [m for at in range(len(words)) if at not in taken and (m := self._at(words, at, taken)) is not None]
        swallowed = {at for m in added for at in range(m.start, m.end)}
        kept = [m for m in found if swallowed.isdisjoint(range(m.start, m.end))]
        return sorted((*kept, *added), key=lambda m: m.start)

    def _at(self, words: Sequence[str], at: int, taken: dict[int, Mention]) -> Mention | None:
        word = words[at]
        if word in self._heads:
            head = word
        elif (singular := next((form for form in singulars(word) if form in self._heads), None)) is not None:
            head = singular
        else:
            return None
        start = at
        while start > 0 and at - start < MOST_MODIFIERS and self._modifies(words[start - 1], taken.get(start - 1)):
            start -= 1
        if start == at > 0 and word != head and words[at - 1] in self._cut_short_before_plurals:
            start -= 1  # "a engineers" are AI engineers: nobody says "a" of several
        if start == at and head in self._people:
            return Mention(kind="people", id=head, text=head, start=at, end=at + 1)
        only = self._only.get(head) if start == at else None
        name = " ".join(words[start : at + 1])
        return Mention(kind="role", id=only or "", text=name, start=start, end=at + 1, on_file=only is not None)

    def _modifies(self, word: str, mention: Mention | None) -> bool:
        if word in self._cut_short:
            return True  # "an i engineer" is an AI engineer; nobody says it of themselves
        if mention is not None:
            return mention.kind == "skill"
        return word not in self._plain and not any(form in self._plain for form in singulars(word))


def _roles_by_head(knowledge: Knowledge) -> dict[str, str]:
    """Map an occupation's last word to the only role on file that ends with it: "scientist" -> data scientist."""
    heads: dict[str, list[str]] = defaultdict(list)
    for role in knowledge.roles:
        heads[normalization.words(role.name)[-1]].append(role.id)
    return {head: ids[0] for head, ids in heads.items() if len(ids) == 1}
