"""Finds the names that a text holds - exactly first, then with a typo mended - and masks them.

Rules: names are matched on word boundaries, the longest first. A typo is forgiven only in words of five letters and more
that are no English words, by whole-word edit distance (OSA), and only when no second candidate is as near. Numbers,
levels, grades and places are never matched with a typo: a near miss is kept in `Reading.near`, for asking back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from bot.core import quantities, text
from bot.core.dialogue import Amount, Mention
from bot.core.knowledge import Knowledge, names_of, recognised_names

# A name's word has to have this many letters before a typo in it is forgiven (DESIGN: "five letters and more").
SHORTEST_MENDED_NAME = 5
SHORTEST_MENDED_WORD = 4
# "muh" and "wht" are typos of four-letter words; anything shorter is not guessed at.
SHORTEST_TYPO = 3
# From this length on two typos in one word are forgiven; with fewer letters two edits reach too many other words.
TWO_TYPOS_FROM = 8
# English words beyond this rank are rarer in chat than a typo of a word of the trade ("rang" for "range").
RARE_ENGLISH = 11_000
MOST_MODIFIERS = 3
# Longer "words" are no two words with a space missing.
LONGEST_SPLIT = 24

FUZZY_KINDS = frozenset({"company", "role", "source", "skill", "field"})
_AUXILIARIES = frozenset("does do did would will can could might may should doesn't don't".split())
_LANGUAGE_WORDS = frozenset("language languages programming code coding".split())
_NOT_INDEED = frozenset("is are was were yes very thanks it that".split())


class Word(NamedTuple):
    """One word of a text: as matched, and as typed when a typo was mended."""

    text: str
    typed: str

    @property
    def mended(self) -> bool:
        return self.text != self.typed


class Named(NamedTuple):
    """What a phrase stands for."""

    kind: str
    id: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text with its names found. `mask` holds one entry a word or mention: what the intents are matched on."""

    text: str
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    years: tuple[tuple[float, float], ...] = ()
    amounts: tuple[Amount, ...] = ()
    near: tuple[Mention, ...] = ()
    tokens: tuple[str, ...] = ()
    loose: tuple[Word, ...] = ()
    question_mark: bool = False

    def of(self, kind: str) -> tuple[Mention, ...]:
        """Return the mentions of one kind, without those that the text excludes."""
        return tuple(m for m in self.mentions if m.kind == kind and not m.excluded)


class Reader:
    """Reads texts against the names of one knowledge base. Build once; reading changes nothing."""

    def __init__(self, known: Knowledge) -> None:
        vocabulary = known.vocabulary
        self._abbreviations = {" ".join(text.words(k)): text.words(v) for k, v in vocabulary.abbreviations.items()}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Named]]] = defaultdict(list)
        self._heads = {" ".join(text.words(head)) for head in vocabulary.role_heads}
        self._people = {" ".join(text.words(head)) for head in vocabulary.generic_people}
        self._head_roles = _roles_by_head(known)
        self._rank = {word: n for n, word in enumerate(known.english)}
        self._plain: Counter[str] = Counter()
        self._name_words: set[str] = set()
        self._never_fuzzy: set[str] = set()
        self._levels: dict[str, str] = {}
        self._add_names(known)
        for group in (
            vocabulary.filler,
            vocabulary.pay_words,
            vocabulary.weak_pay_words,
            vocabulary.career_words,
            vocabulary.question_words,
        ):
            self.learn(word for entry in group for word in self._split(entry))
        self.learn(short for short in self._abbreviations if len(short) >= SHORTEST_MENDED_WORD)
        self.learn(word for head in vocabulary.role_heads for word in text.words(head))
        self.learn(word for phrase in vocabulary.groups for word in text.words(phrase))
        self.learn(word for phrases in vocabulary.periods.values() for phrase in phrases for word in text.words(phrase))
        self.learn(
            word for phrases in vocabulary.directions.values() for phrase in phrases for word in text.words(phrase)
        )
        self.learn(("level", "career"))
        self.finish()

    def learn(self, words: Iterable[str]) -> None:
        """Add plain words that a typo may be mended to (the words of the examples)."""
        self._plain.update(word for word in words if word.isalpha() and word not in self._never_fuzzy)

    def finish(self) -> None:
        """Build the index of misspellings; call after the last `learn`."""
        known_names = {word for word, entries in self._phrases.items() for phrase, named in entries if named.known}
        pieces = {*self._plain, *self._name_words, *known_names, *self._abbreviations}
        self._mender = _Mender(self._plain, self._name_words, pieces)

    def read(self, said: str, *, mend_english: bool = False) -> Reading:
        """Find names and quantities. `mend_english` also mends rare English words into words of the trade."""
        plain = text.normalise(said)
        counted = quantities.find(plain)
        raws = _split_marked(counted.marked)
        words = [word for n, raw in enumerate(raws) for word in self._spelled(raws, n, mend_english=mend_english)]
        mentions, near = self._mentions(words, counted)
        tokens, loose = _mask(words, mentions)
        return Reading(
            text=plain,
            words=tuple(words),
            mentions=tuple(mentions),
            years=tuple(counted.years),
            amounts=tuple(counted.amounts),
            near=tuple(near),
            tokens=tokens,
            loose=loose,
            question_mark="?" in plain,
        )

    # -- building

    def _add_names(self, known: Knowledge) -> None:
        vocabulary = known.vocabulary
        for kind, key, alias, _ in names_of(known):
            self._add(alias, Named(kind, key, known=True))
        for kind, name, alias, _ in recognised_names(known):
            self._add(alias, Named(kind, name, known=False))
        single: tuple[tuple[str, Iterable[str]], ...] = (
            ("group", vocabulary.groups),
            ("grade", vocabulary.grades),
            ("employment", vocabulary.employments),
            ("neutral", vocabulary.neutral),
            ("breakdown", vocabulary.breakdowns),
            ("statistic", vocabulary.statistics),
            ("home", vocabulary.homes),
            ("product", vocabulary.products),
            ("exclusion", vocabulary.exclusions),
        )
        for kind, phrases in single:
            for phrase in phrases:
                self._add(phrase, Named(kind, phrase, known=kind in ("group", "home", "exclusion")))
        for length, phrases in vocabulary.periods.items():
            for phrase in phrases:
                self._add(phrase, Named("period", length, known=True))
        for entries in self._phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def _add(self, alias: str, named: Named) -> None:
        # "R" the language is no "are": a name of one letter is not spelled out.
        words = text.words(alias) if len(alias) == 1 else tuple(self._split(alias))
        if not words:
            return
        self._phrases[words[0]].append((words, named))
        if named.kind in FUZZY_KINDS and named.known:
            self._name_words.update(w for w in words if len(w) >= SHORTEST_MENDED_NAME and w.isalpha())
        elif named.kind in ("level", "place", "grade") and len(words) == 1:
            self._never_fuzzy.add(words[0])
            if named.kind == "level" and len(words[0]) >= SHORTEST_MENDED_NAME:
                self._levels[words[0]] = named.id

    def _split(self, phrase: str) -> Iterator[str]:
        for word in text.words(phrase):
            yield from self._abbreviations.get(word, (word,))

    # -- words

    def _spelled(self, raws: list[str], n: int, *, mend_english: bool) -> Iterator[Word]:
        """Yield the words that one raw word stands for: spelled out, mended, or as it is."""
        raw = raws[n]
        expanded = self._abbreviations.get(raw)
        if expanded and not (raw == "r" and self._beside_skill(raws, n)):
            yield from (Word(word, word) for word in expanded)
        elif raw.startswith("§") or not raw.isalpha():
            yield Word(raw, raw)
        elif self._is_known(raw, mend_english=mend_english):
            yield Word(raw, raw)
        else:
            for word in self._mender.mend(raw, real=raw in self._rank):
                yield from (Word(full, raw) for full in self._abbreviations.get(word, (word,)))

    def _is_known(self, word: str, *, mend_english: bool) -> bool:
        if word in self._plain or word in self._phrases or word in self._name_words or word in self._never_fuzzy:
            return True
        if any(form in self._plain or form in self._name_words for form in _singulars(word)):
            return True
        rank = self._rank.get(word)
        return rank is not None and not (mend_english and rank > RARE_ENGLISH)

    # -- mentions

    def _mentions(self, words: list[Word], counted: quantities.Quantities) -> tuple[list[Mention], list[Mention]]:
        found: list[Mention] = []
        near: list[Mention] = []
        at = 0
        while at < len(words):
            mention = (
                _misspelt_years(words, at, counted) or self._quantity(words, at, counted) or self._phrase(words, at)
            )
            if mention is None:
                near.extend(self._near(words[at], at))
                at += 1
            else:
                found.append(mention)
                at = mention.end
        found = self._resolved(words, found)
        found = self._unknown_roles(words, found)
        return _excluded(found, words), near

    @staticmethod
    def _quantity(words: list[Word], at: int, counted: quantities.Quantities) -> Mention | None:
        word = words[at].text
        if not word.startswith("§"):
            return None
        kind = word.strip("§0123456789")
        kept: dict[str, list[str]] = {
            "date": counted.dates,
            "grade": counted.grades,
            "impossible": counted.impossible,
            "amount": [amount.text for amount in counted.amounts],
            "years": [f"{text.number(low)} years" for low, _ in counted.years],
        }
        said = kept[kind][int(word[1 + len(kind) :])]
        return Mention(kind=kind, id=said, text=said, start=at, end=at + 1, known=kind in ("amount", "years"))

    def _phrase(self, words: list[Word], at: int) -> Mention | None:
        for head in (words[at].text, *_singulars(words[at].text)):
            for phrase, named in self._phrases.get(head, ()):
                end = at + len(phrase)
                if end > len(words) or not _same(phrase, [w.text for w in words[at:end]]):
                    continue
                mended = any(w.mended for w in words[at:end])
                if mended and named.kind not in FUZZY_KINDS and not self._plainly(phrase, words[at:end]):
                    continue
                typed = " ".join(dict.fromkeys(w.typed for w in words[at:end]))
                return Mention(
                    kind=named.kind, id=named.id, text=typed, start=at, end=end, known=named.known, exact=not mended
                )
        return None

    def _plainly(self, phrase: tuple[str, ...], words: list[Word]) -> bool:
        """Whether the mended words of a phrase are plain ones, so that no level or place was matched with a typo."""
        return all(said in self._plain for said, word in zip(phrase, words, strict=True) if word.mended)

    def _near(self, word: Word, at: int) -> Iterator[Mention]:
        """Yield the level that an unknown word is one typo away from."""
        typed = word.typed
        if (
            len(typed) < SHORTEST_MENDED_NAME
            or word.mended
            or typed in self._rank
            or self._is_known(typed, mend_english=False)
        ):
            return
        for name in self._never_fuzzy:
            if (
                abs(len(name) - len(typed)) <= 1
                and name[0] == typed[0]
                and OSA.distance(name, typed, score_cutoff=1) == 1
            ):
                for phrase, named in self._phrases.get(name, ()):
                    if phrase == (name,) and named.kind == "level":
                        yield Mention(kind="level", id=named.id, text=typed, start=at, end=at + 1, exact=False)

    def _resolved(self, words: list[Word], found: list[Mention]) -> list[Mention]:
        """Settle what a name means from the words beside it: "does apple pay" is no product, "yes indeed" no source."""
        trade = any(m.kind in ("role", "field", "level", "years") for m in found)
        settled: list[Mention] = []
        for m in found:
            before = words[m.start - 1].text if m.start else ""
            if m.kind == "product" and m.text.endswith(" pay") and (trade or before in _AUXILIARIES):
                company = self._phrase(words[: m.end - 1], m.start)
                settled.extend([company] if company else [m])
            elif m.kind == "source" and m.text == "indeed" and before in _NOT_INDEED:
                continue
            else:
                settled.append(m)
        return settled

    def _beside_skill(self, raws: list[str], n: int) -> bool:
        """Whether the letter stands among languages ("python or r") rather than for "are"."""
        near = set(raws[max(0, n - 2) : n] + raws[n + 1 : n + 3])
        return bool(near & _LANGUAGE_WORDS) or any(
            named.kind == "skill" and len(phrase) == 1 for word in near for phrase, named in self._phrases.get(word, ())
        )

    def _unknown_roles(self, words: list[Word], found: list[Mention]) -> list[Mention]:
        """Add the occupations nobody listed: "petroleum engineer", "python developer", a bare "analyst"."""
        taken = {at: m for m in found for at in range(m.start, m.end)}
        added: list[Mention] = []
        for at, word in enumerate(words):
            head = next((form for form in (word.text, *_singulars(word.text)) if form in self._heads), None)
            if at in taken or head is None:
                continue
            start = at
            while start > 0 and at - start < MOST_MODIFIERS and self._modifies(words[start - 1], taken.get(start - 1)):
                start -= 1
            if start < at or head not in self._people:
                named = self._head_roles.get(head) if start == at else None
                name = " ".join(w.text for w in words[start : at + 1])
                kind = "role"
                added.append(
                    Mention(kind=kind, id=named or name, text=name, start=start, end=at + 1, known=named is not None)
                )
            else:
                added.append(Mention(kind="people", id=head, text=head, start=at, end=at + 1))
        swallowed = {at for m in added for at in range(m.start, m.end)}
        kept = [m for m in found if not swallowed & set(range(m.start, m.end))]
        return sorted((*kept, *added), key=lambda m: m.start)

    def _modifies(self, word: Word, mention: Mention | None) -> bool:
        if mention is not None:
            return mention.kind == "skill"
        return word.text not in self._plain and not any(form in self._plain for form in _singulars(word.text))


def _misspelt_years(words: list[Word], at: int, counted: quantities.Quantities) -> Mention | None:
    """Find the years whose unit was misspelt ("20 yeasr"): the digits are as typed, only the unit was mended."""
    if at + 1 >= len(words) or not words[at].text.isdecimal() or not words[at + 1].mended:
        return None
    if words[at + 1].text not in ("year", "years") or int(words[at].text) > quantities.MOST_YEARS:
        return None
    years = float(words[at].text)
    counted.years.append((years, years))
    said = f"{text.number(years)} years"
    return Mention(kind="years", id=said, text=said, start=at, end=at + 2, exact=False)


def _roles_by_head(known: Knowledge) -> dict[str, str]:
    """Map an occupation's last word to the only role on file that ends with it: "scientist" -> data scientist."""
    heads: dict[str, list[str]] = defaultdict(list)
    for role in known.roles:
        heads[text.words(role.name)[-1]].append(role.id)
    return {head: ids[0] for head, ids in heads.items() if len(ids) == 1}


def _split_marked(marked: str) -> list[str]:
    words: list[str] = []
    for part in marked.split():
        if quantities.MARK.fullmatch(part.strip("?!.,;:()[]\"'/+-*")):
            words.append(part.strip("?!.,;:()[]\"'/+-*"))
            continue
        for word in text.WORD.findall(quantities.MARK.sub(" ", part)):
            words.append(word[:-2] if word.endswith("'s") and word not in ("what's", "who's", "how's") else word)
        words.extend(quantities.MARK.findall(part))
    return words


def _singulars(word: str) -> tuple[str, ...]:
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "su":  # noqa: PLR2004 - "us", "pus" are no plurals
        return (word[:-1], f"{word[:-3]}y") if word.endswith("ies") else (word[:-1],)
    return ()


def _same(phrase: tuple[str, ...], words: list[str]) -> bool:
    return all(a == b or a in _singulars(b) for a, b in zip(phrase, words, strict=True))


def _excluded(found: list[Mention], words: list[Word]) -> list[Mention]:
    """Mark the names behind "besides", "except" or a "not" that belongs to them."""
    kept: list[Mention] = []
    ends: dict[int, bool] = {}
    for m in found:
        if m.kind == "exclusion":
            before = words[m.start - 1].text if m.start else ""
            ends[m.end] = m.text != "not" or before not in _AUXILIARIES | {"is", "are", "was", "am"}
            if ends[m.end]:
                kept.append(m)
            continue
        out = ends.get(m.start, False)
        if out and m.end < len(words) and words[m.end].text in ("and", "or"):
            ends[m.end + 1] = True
        kept.append(replace(m, excluded=out))
    return kept


def _mask(words: list[Word], mentions: list[Mention]) -> tuple[tuple[str, ...], tuple[Word, ...]]:
    starts = {m.start: m for m in mentions}
    tokens: list[str] = []
    loose: list[Word] = []
    at = 0
    while at < len(words):
        mention = starts.get(at)
        if mention is not None and mention.kind == "neutral":
            at = mention.end
        elif mention is None:
            tokens.append(words[at].text)
            loose.append(words[at])
            at += 1
        else:
            tokens.append(f"<{mention.kind}:{mention.id}>" if mention.known else f"<{mention.kind}:?>")
            at = mention.end
    return tuple(tokens), tuple(loose)


class _Mender:
    """Mends one misspelt word against the vocabulary: candidates from an index of deletions, the verdict by OSA."""

    def __init__(self, plain: Counter[str], names: Iterable[str], pieces: Iterable[str]) -> None:
        self._pieces = frozenset(pieces)
        self._names = frozenset(names)
        self._plain = plain
        self._words = plain.keys() | self._names
        self._deletions: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            if len(word) >= SHORTEST_MENDED_WORD:
                for shorter in _deletions(word):
                    self._deletions[shorter].append(word)

    def mend(self, word: str, *, real: bool) -> tuple[str, ...]:
        """Return the words meant: one, two where a space was missing, or the word itself where nothing is near enough.

        `real` marks an English word: it is never taken for a name, nor split.
        """
        near = self._nearest(word, real=real)
        if near is None and not real:
            return self._split(word) or (word,)
        return (near or word,)

    def _nearest(self, word: str, *, real: bool) -> str | None:
        if len(word) < SHORTEST_TYPO:
            return None
        candidates = {c for form in _deletions(word) for c in self._deletions.get(form, ())}
        ranked = sorted(
            (distance, word[0] != c[0], -self._plain[c], -ratio(word, c), c)
            for c in candidates
            if (distance := OSA.distance(word, c)) <= _allowed(word, c)
            and (c not in self._names or (not real and len(c) >= SHORTEST_MENDED_NAME))
        )
        if not ranked:
            return None
        ties = [c for distance, *_, c in ranked if distance == ranked[0][0]]
        if len(ties) > 1 and any(c in self._names for c in ties):
            same_start = [c for c in ties if c[0] == word[0]]
            return same_start[0] if len(same_start) == 1 else None
        return ties[0]

    def _split(self, word: str) -> tuple[str, ...]:
        if len(word) > LONGEST_SPLIT:
            return ()
        cuts = [(word[:n], word[n:]) for n in range(1, len(word))]
        whole = [cut for cut in cuts if all(self._is_piece(piece) for piece in cut)]
        if whole:
            return max(whole, key=lambda cut: min(map(len, cut)))
        for left, right in sorted(cuts, key=lambda cut: -max(map(len, cut))):
            if (
                self._is_piece(left)
                and len(left) >= SHORTEST_MENDED_WORD
                and (mended := self._nearest(right, real=False))
            ):
                return (left, mended)
            if (
                self._is_piece(right)
                and len(right) >= SHORTEST_MENDED_WORD
                and (mended := self._nearest(left, real=False))
            ):
                return (mended, right)
        return ()

    def _is_piece(self, piece: str) -> bool:
        known = piece in self._pieces or any(form in self._pieces for form in _singulars(piece))
        return known and (len(piece) > 1 or piece in "ai")


def _allowed(word: str, candidate: str) -> int:
    return 2 if min(len(word), len(candidate)) >= TWO_TYPOS_FROM else 1


def _deletions(word: str) -> set[str]:
    """Return the word and all forms with one letter left out; two for long words (a superset of OSA <= 1 or 2)."""
    one = {word[:n] + word[n + 1 :] for n in range(len(word))}
    forms = {word} | one
    if len(word) >= TWO_TYPOS_FROM - 1:
        forms |= {w[:n] + w[n + 1 :] for w in one for n in range(len(w))}
    return forms
