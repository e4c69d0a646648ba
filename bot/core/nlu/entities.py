"""Finds the names and quantities that a text holds - exactly first, then with a typo mended - and masks them.

Rules: names are matched on word boundaries, the longest first. What was mended is never a number, level, grade or
place; a level that is one typo away is kept in `Utterance.near`, for asking back where `rewrites` finds no one meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.core.model.dialogue import Amount, Mention
from bot.core.model.knowledge import Knowledge
from bot.core.nlu.gazetteer import FUZZY_KINDS, Gazetteer
from bot.core.nlu.lexicon import Lexicon, Mended, is_among
from bot.core.nlu.quantities import MARK, Quantities, QuantityParser
from bot.core.nlu.spelling import SHORTEST_MENDED_NAME, is_one_typo
from bot.core.nlu.unlisted import UnlistedEmployers, UnlistedOccupations, UnlistedPlaces
from bot.core.text import inflection, normalization
from bot.core.text.memo import Memo
from bot.core.text.patterns import any_of

# A text of more words is a post and no question: it is taken for empty.
MOST_WORDS = 200
# What has more letters is no word; its beginning is enough to tell it from others.
LONGEST_WORD = 64
# Words within this distance of a lone "r" decide whether it is the language.
BESIDE = 2
# What stands between the parts of a word that is written apart.
GAP = r"\.?\s?"
REMEMBERED = 4_096

# What says nothing of the kind of question: phrases without meaning, and "besides" with the names behind it.
_UNMASKED = frozenset(("neutral", "exclusion", "paid_beside"))
# Beside one of these "apple pay" is what Apple pays.
_OF_PAY = frozenset(("role", "field", "level", "years", "period", "amount", "group", "source", "company"))
# "googke pay" is no less a product than "google pay".
MENDED_KINDS = FUZZY_KINDS | {"product"}


class Word(NamedTuple):
    """One word of a text: as matched, and as typed when a typo was mended."""

    text: str
    typed: str

    @property
    def mended(self) -> bool:
        """Whether a typo was mended."""
        return self.text != self.typed

    @property
    def retyped(self) -> bool:
        """Whether letters were changed, rather than a word cut out as it stands ("senior" of "seniorml")."""
        return not (self.typed.startswith(self.text) or self.typed.endswith(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A text with its names found.

    `tokens` holds one entry a word or mention (`<company:google>`): what the intents are matched on. `loose` are the
    words outside of all mentions, `near` the levels that a word is one typo away from, `years` spans of experience;
    `rare` English words, of which a more lenient look might mend some.
    """

    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    years: tuple[tuple[float, float], ...] = ()
    amounts: tuple[Amount, ...] = ()
    near: tuple[Mention, ...] = ()
    tokens: tuple[str, ...] = ()
    loose: tuple[Word, ...] = ()
    question_mark: bool = False
    rare: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Mention, ...]:
        """Return the mentions of one kind, without those that the text excludes."""
        return tuple(m for m in self.mentions if m.kind == kind and not m.excluded)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """The words beside a name that settle what it means, as sets."""

    auxiliaries: frozenset[str]
    be: frozenset[str]
    short_is: frozenset[str]
    indefinite: frozenset[str]
    verbs_of_sites: frozenset[str]
    before_pay: frozenset[str]
    behind_pay: frozenset[str]
    versus: frozenset[str]
    joiners: frozenset[str]
    comparing: frozenset[str]
    averages: frozenset[str]
    subtracting: frozenset[str]
    languages: frozenset[str]
    setting_aside: frozenset[str]
    exclusion_joiners: frozenset[str]
    before_media: frozenset[str]
    media: frozenset[str]
    possessives: frozenset[str]
    naming: frozenset[str]
    sites: frozenset[str]
    paying: frozenset[str]
    may_pay: frozenset[str]
    products_do: frozenset[str]
    prepositions: frozenset[str]
    parts_of_offer: frozenset[str]
    behind_levels: frozenset[str]
    subjects: frozenset[str]
    at_employers: frozenset[str]
    denials: frozenset[str]
    articles: frozenset[str]
    determiners: frozenset[str]
    before_verbs: frozenset[str]

    @classmethod
    def of(cls, knowledge: Knowledge) -> _Beside:
        grammar, payers, vocabulary = knowledge.words.grammar, knowledge.words.payers, knowledge.vocabulary
        return cls(
            auxiliaries=frozenset(grammar.auxiliaries),
            be=frozenset(grammar.be),
            short_is=frozenset(grammar.short_is),
            indefinite=frozenset(grammar.indefinite_articles),
            verbs_of_sites=frozenset(payers.verbs_of_sites),
            before_pay=frozenset(payers.before_pay),
            behind_pay=frozenset((*knowledge.vocabulary.pay_words, *payers.behind_pay)),
            versus=frozenset(grammar.versus),
            joiners=frozenset((*grammar.versus, *payers.source_joiners)),
            comparing=frozenset(grammar.comparing),
            averages=frozenset(payers.averages),
            subtracting=frozenset(knowledge.words.speech_acts.subtracting),
            languages=frozenset(payers.languages),
            setting_aside=frozenset(payers.setting_aside),
            exclusion_joiners=frozenset(payers.exclusion_joiners),
            before_media=frozenset(payers.before_media),
            media=frozenset(payers.media),
            possessives=frozenset(grammar.possessives),
            naming=frozenset(payers.naming),
            sites=frozenset(payers.sites),
            paying=frozenset(payers.paying),
            may_pay=frozenset(payers.may_pay),
            products_do=frozenset(payers.products_do),
            prepositions=frozenset(grammar.prepositions),
            subjects=frozenset(grammar.subjects),
            at_employers=frozenset(payers.at_employers),
            denials=frozenset(grammar.denials),
            parts_of_offer=frozenset(knowledge.words.pay_detection.parts_of_offer),
            articles=frozenset(grammar.articles),
            determiners=frozenset((*grammar.articles, *grammar.possessives, *grammar.demonstratives)),
            before_verbs=frozenset((*vocabulary.function_words, *vocabulary.interjections)).difference(
                set(grammar.prepositions).difference(grammar.infinitive), grammar.auxiliaries, grammar.versus
            ),
            behind_levels=_behind_levels(knowledge),
        )


def _behind_levels(knowledge: Knowledge) -> frozenset[str]:
    """Return the nouns in front of which a level's word is the level."""
    vocabulary, ends = knowledge.vocabulary, knowledge.vocabulary.directions.values()
    return frozenset(
        (
            *(*vocabulary.function_words, *vocabulary.question_nouns, *vocabulary.role_heads),
            *(*vocabulary.pay_words, *vocabulary.weak_pay_words, *vocabulary.career_words),
            *(*knowledge.words.speech_acts.rungs, *(word for words in ends for word in words)),
        )
    )


class _Speller:
    """Spells words out: abbreviations in full, corrected ones as corrected."""

    def __init__(self, names: Gazetteer, quantities: QuantityParser, beside: _Beside, apart: Mapping[str, str]) -> None:
        self._names, self._quantities, self._beside = names, quantities, beside
        self._apart = [(re.compile(rf"\b{any_of([way], gap=GAP)}(?:\b|(?=s\b))\.?"), one) for one, way in apart.items()]
        self._parts = Memo[str, list[str]](REMEMBERED)

    def joined(self, plain: str) -> str:
        """Join what is one word: "ph.d."."""
        for apart, word in self._apart:
            plain = apart.sub(word, plain)
        return plain

    def split(self, marked: str) -> list[str]:
        """Return the words and marks of a marked text."""
        words: list[str] = []
        for part in marked.split():
            found = self._parts.get(part)
            words += self._parts.add(part, _words_of(part, self._beside.short_is)) if found is None else found
        return words

    def recounted(
        self, plain: str, counted: Quantities, raws: list[str], mended: Mended
    ) -> tuple[Quantities, list[str], Mended]:
        """Count again where a unit was misspelled ("20 yeasr", "12k a mnth"): the digits are as typed."""
        units = {raw: words for raw, words in mended.items() if not self._quantities.units.isdisjoint(words)}
        if not units:
            return counted, raws, mended
        spelled = normalization.WORD.sub(lambda found: " ".join(units.get(found[0], (found[0],))), plain)
        counted = self._quantities.find(spelled)
        return counted, self.split(counted.marked), {raw: way for raw, way in mended.items() if raw not in units}

    def spelled(self, raws: list[str], n: int, mended: Mended) -> Iterator[Word]:
        """Yield the words that one raw word stands for: spelled out, mended, or as it is."""
        raw = raws[n]
        expanded = self._names.abbreviations.get(raw)
        if raw.isdecimal() and n and raws[n - 1] in self._beside.determiners:
            expanded = None  # "the 2" of them, but "go 2 work"
        if expanded and not (self._is_skill(raw) and self._beside_skill(raws, n)):
            yield from (Word(word, word) for word in expanded)
        elif raw not in mended:
            yield Word(raw, raw)
        else:
            for word in mended[raw]:
                yield from (Word(full, raw) for full in self._names.abbreviations.get(word, (word,)))

    def _is_skill(self, raw: str) -> bool:
        named = self._names.alone(raw)
        return named is not None and named.kind == "skill"

    def _beside_skill(self, raws: list[str], n: int) -> bool:
        """Whether the letter stands among languages ("python or r") rather than for "are"."""
        near = set(raws[max(0, n - BESIDE) : n] + raws[n + 1 : n + 1 + BESIDE])
        return bool(near & self._beside.languages) or any(map(self._is_skill, near))


class _Phrases:
    """Finds the names of the gazetteer in words, some of them mended."""

    def __init__(self, names: Gazetteer, lexicon: Lexicon) -> None:
        self._names, self._lexicon = names, lexicon

    def at(self, words: list[Word], texts: list[str], at: int) -> Mention | None:
        for end, named, phrase in self._names.longest(texts, at):
            covered = words[at:end]
            mended = any(word.mended for word in covered)
            if (
                any(word.retyped for word in covered)
                and named.kind not in MENDED_KINDS
                and not self._is_plainly_mended(phrase, covered)
            ):
                continue
            typed = " ".join(dict.fromkeys(word.typed for word in covered))
            return Mention(
                kind=named.kind, id=named.id, text=typed, start=at, end=end, on_file=named.on_file, exact=not mended
            )
        return None

    def _is_plainly_mended(self, phrase: tuple[str, ...], words: list[Word]) -> bool:
        """Whether the mended words of a phrase are plain ones, so that no level or place was matched with a typo."""
        return all(text in self._lexicon.plain for text, word in zip(phrase, words, strict=True) if word.retyped)


class _NameSenses:
    """Settles what a name means by the words beside it; `phrase` finds the name that begins at a word."""

    def __init__(self, knowledge: Knowledge, beside: _Beside, phrases: _Phrases) -> None:
        self._beside, self._phrases, self._classes = beside, phrases, knowledge.word_classes
        self._not_after = {source.id: frozenset(source.not_after) for source in knowledge.sources if source.not_after}
        self._saying = frozenset(knowledge.words.speech_acts.saying)
        self._possessive = re.compile(rf"'s {any_of(beside.may_pay)}")

    def settled(self, words: list[Word], found: list[Mention], plain: str) -> list[Mention]:
        """Settle what a name means from the words beside it: "does apple pay" is no product, "yes indeed" no source."""
        beside, possessive = self._beside, self._possessive.search(plain) is not None
        sources = sum(m.kind == "source" for m in found)
        starts = {m.start for m in found}
        trade = any(m.kind in _OF_PAY and m.on_file for m in found)
        settled: list[Mention] = []
        for m in found:
            before = words[m.start - 1].text if m.start else ""
            last = words[m.end - 1].text
            # "average google pay" asks for a sum; behind it "fee" would make it the product's.
            summed = before in beside.before_pay and m.end == len(words)
            after = words[m.end].text if m.end < len(words) else ""
            verb = last in beside.paying or (
                last in beside.may_pay
                and (trade or summed or before in beside.auxiliaries or after in beside.behind_pay or possessive)
            )
            # "how does apple pay work" asks of the product: what follows is what it does.
            does = self._classes.get(after) == "v" or after in beside.products_do
            acts = before in beside.auxiliaries and not trade and does
            if m.kind == "product" and verb and not acts:
                company = self._phrases.at(words, [word.text for word in words[: m.end - 1]], m.start)
                settled.extend([company] if company else [m])
            elif m.kind == "source" and _is_employer(words, m, beside):
                settled.append(replace(m, kind="company", id=m.text.title(), on_file=False))
            elif m.kind == "source" and m.end - m.start > 1 and self._is_no_source(words, found, m, before):
                continue  # "a glass door"
            elif m.kind == "company" and self._is_no_employer(words, m, before, after):
                settled.append(replace(m, kind="neutral"))
            elif m.kind == "company" and m.on_file and m.end not in starts and self._is_thing(words, m, before):
                settled.append(
                    replace(m, kind="product", id="", text=f"{m.text} {after}", end=m.end + 1, on_file=False)
                )
            elif (m.kind == "level" and m.end not in starts and self._is_trait(after)) or (
                m.kind == "grade" and before in beside.possessives
            ):
                continue  # "a mid-size company", "my staff"
            elif m.kind == "currency" and self._classes.get(last) == "v" and before not in beside.prepositions:
                continue  # "we won"
            elif not (m.kind == "source" and sources == 1 and self._is_adverb(m, before, after, plain)):
                settled.append(m)
        return settled

    def _is_adverb(self, m: Mention, before: str, after: str, plain: str) -> bool:
        """Whether a source's name is an adverb ("it is indeed"), and neither says nor owns anything ("is indeed's")."""
        return before in self._not_after.get(m.id, ()) and after not in self._saying and f"{m.text}'s " not in plain

    def _is_no_source(self, words: list[Word], found: list[Mention], m: Mention, before: str) -> bool:
        """Whether a source's name of two words is a thing behind what stands before it, and nobody speaks of pay."""
        if before not in self._beside.determiners or before in self._beside.indefinite:
            return before in self._beside.indefinite
        others = any(one.kind in _OF_PAY and one.on_file for one in found if one is not m)
        said = {word.text for n, word in enumerate(words) if not m.start <= n < m.end}
        return not others and said.isdisjoint(self._beside.behind_pay | self._beside.averages | self._saying)

    def _is_no_employer(self, words: list[Word], m: Mention, before: str, after: str) -> bool:
        """Whether a company's name is a verb, or where something was read: "on tiktok", "a whatsapp group"."""
        if m.on_file:
            return self._is_verb(m, before, after)
        # "pay on netflix" may be asked for; "how well does tiktok feed its people" has a verb.
        behind = [word.text for word in words[max(0, m.start - 2) : m.start]]
        read = bool(behind) and behind[-1] in self._beside.before_media
        does = m.end + 1 < len(words) and words[m.end + 1].text in self._beside.determiners
        return (after in self._beside.media and not does) or (read and behind[0] not in self._beside.behind_pay)

    def _is_verb(self, m: Mention, before: str, after: str) -> bool:
        """Whether a company's name is what somebody does: "you google it", "just google the average"."""
        beside = self._beside
        if m.end - m.start > 1 or not after or after in beside.behind_pay:
            return False
        return before in beside.subjects or (after in beside.articles and (not before or before in beside.before_verbs))

    def _is_thing(self, words: list[Word], m: Mention, before: str) -> bool:
        """Whether a company's name describes a thing of its own, and nobody speaks of pay: "an Apple laptop"."""
        after = words[m.end].text if m.end < len(words) else ""
        if before not in self._beside.determiners or not self._is_trait(after):
            return False
        return not any(word.text in self._beside.behind_pay or word.text.startswith("§amount") for word in words)

    def _is_trait(self, after: str) -> bool:
        """Whether a level's word describes what stands behind it, an ordinary noun: "mid" of "a mid-size company"."""
        return self._classes.get(after) in ("n", "g") and not is_among(after, self._beside.behind_levels)


class EntityExtractor:
    """Reads texts against the names of one knowledge base, once its `lexicon` has learned the words of the examples."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.quantities = QuantityParser(knowledge)
        self._names = Gazetteer(knowledge)
        self._common = {source.name.casefold(): source.id for source in knowledge.sources if source.common_word}
        self.lexicon = Lexicon(knowledge, self._names, self.quantities)
        self._beside = _Beside.of(knowledge)
        self._speller = _Speller(self._names, self.quantities, self._beside, knowledge.words.typos.apart)
        self._phrases = _Phrases(self._names, self.lexicon)
        self._senses = _NameSenses(knowledge, self._beside, self._phrases)
        self._occupations = UnlistedOccupations(knowledge, self.lexicon.plain)
        self._employers, self._places = UnlistedEmployers(knowledge), UnlistedPlaces(knowledge)

    def read(self, text: str, *, mend_english: bool = False) -> Utterance:
        """Find names and quantities. `mend_english` also mends rare English words into words of the trade."""
        plain = self._speller.joined(normalization.normalize(text))
        if plain.count(" ") >= MOST_WORDS:
            return Utterance(words=(), mentions=())
        counted = self.quantities.find(plain)
        raws = self._speller.split(counted.marked)
        if len(raws) > MOST_WORDS:
            return Utterance(words=(), mentions=())
        mended = self.lexicon.mended(raws, mend_english=mend_english)
        if counted.marked != plain or any(raw.isdecimal() or raw in self.quantities.number_words for raw in raws):
            counted, raws, mended = self._speller.recounted(plain, counted, raws, mended)
        words = [word for n in range(len(raws)) for word in self._speller.spelled(raws, n, mended)]
        mentions = self._mentions(words, counted, plain, text)
        tokens, loose = _mask(words, mentions)
        return Utterance(
            words=tuple(words),
            mentions=tuple(mentions),
            years=counted.years,
            amounts=_own_amounts(counted, mentions, words),
            near=tuple(near for word in loose for near in self._near(word)),
            tokens=tokens,
            loose=loose,
            question_mark="?" in plain,
            rare=self.lexicon.rare(raws),
        )

    # -- mentions

    def _mentions(self, words: list[Word], counted: Quantities, plain: str, text: str) -> list[Mention]:
        found: list[Mention] = []
        texts = [word.text for word in words]
        at = 0
        while at < len(words):
            mention = _quantity(words, at, counted) or self._phrases.at(words, texts, at)
            if mention is not None:
                found.append(mention)
            at = at + 1 if mention is None else mention.end
        found = _paid_beside(found, texts, counted, self._beside)
        settled = [
            *self._senses.settled(words, found, plain),
            *_beside_sources(self._common, words, found, self._beside),
        ]
        found = self._occupations.add_to(sorted(settled, key=lambda m: m.start), texts)
        found = self._places.add_to(found, words, text)
        return _excluded(self._employers.add_to(found, words, normalization.capitalized(text)), words, self._beside)

    def _near(self, word: Word) -> Iterator[Mention]:
        """Yield the level that an unknown word is one typo away from."""
        typed = word.typed
        if (
            len(typed) < SHORTEST_MENDED_NAME
            or word.mended
            or self.lexicon.is_english(typed)
            or is_among(typed, self.lexicon.plain)
        ):
            return
        for name, level in self._names.levels.items():
            if is_one_typo(typed, name):
                yield Mention(kind="level", id=level, text=typed, start=0, end=0, exact=False)


def _beside_sources(
    common: dict[str, str], words: list[Word], found: list[Mention], beside: _Beside
) -> Iterator[Mention]:
    """Yield the sources named by an ordinary word: "payscale vs salary", "a site called salary"."""
    texts = [word.text for word in words]
    taken = {at: m for m in found for at in range(m.start, m.end)}
    for at in (at for at, word in enumerate(texts) if word in common and at not in taken):
        ahead = at + 2 in taken and taken[at + 2].kind == "source" and texts[at + 1] in beside.joiners
        behind = at > 1 and at - 2 in taken and taken[at - 2].kind == "source" and texts[at - 1] in beside.joiners
        joiner = texts[at + 1] if ahead else texts[at - 1] if behind else ""
        # "google salary and glassdoor" is Google's; "salary or indeed" by itself may be anything.
        alone = behind or at == 0 or texts[at - 1] in beside.comparing | beside.joiners
        named = at > 0 and texts[at - 1] in beside.naming
        named = named or (at + 1 < len(texts) and texts[at + 1] in beside.sites)
        named = named or _is_parallel(texts, at, taken, beside)
        if named or (
            alone
            and (joiner in beside.versus or (joiner and not (beside.comparing | beside.averages).isdisjoint(texts)))
        ):
            yield Mention(kind="source", id=common[texts[at]], text=texts[at], start=at, end=at + 1)


def _is_parallel(texts: list[str], at: int, taken: dict[int, Mention], beside: _Beside) -> bool:
    """Whether an average is a word's as another is a source's: "the salary average less the indeed average"."""
    if at + 1 >= len(texts) or texts[at + 1] not in beside.averages or at - 1 in taken:
        return False
    held_against = not (beside.comparing | beside.versus | beside.subtracting).isdisjoint(texts)
    return held_against and any(
        m.kind == "source" and texts[m.end : m.end + 1] == [texts[at + 1]] for m in taken.values()
    )


def _is_employer(words: list[Word], m: Mention, beside: _Beside) -> bool:
    """Whether a site is meant as a place of work: "at linkedin", "does linkedin pay well"."""
    before = words[m.start - 1].text if m.start else ""
    after = words[m.end].text if m.end < len(words) else ""
    return before in beside.at_employers or (before in beside.auxiliaries and after in beside.verbs_of_sites)


def _paid_beside(found: list[Mention], texts: list[str], counted: Quantities, beside: _Beside) -> list[Mention]:
    """Mark the amounts of stock or a bonus beside one of pay: "135k base and 40k in stock" is checked by its base."""
    if len(counted.amounts) == 1 or beside.parts_of_offer.isdisjoint(texts):
        return found
    marked: list[Mention] = []
    for m in found:
        behind = texts[m.end : m.end + 2]
        of = m.end + (2 if len(behind) > 1 and behind[0] in beside.prepositions else 1)
        if m.kind == "amount" and of <= len(texts) and texts[of - 1] in beside.parts_of_offer:
            marked.append(replace(m, kind="paid_beside", id=texts[of - 1], end=of, on_file=False))
        else:
            marked.append(m)
    return marked if any(m.kind == "amount" for m in marked) else found


def _own_amounts(counted: Quantities, mentions: list[Mention], words: list[Word]) -> tuple[Amount, ...]:
    """Return the amounts without those that are paid beside the pay."""
    others = {words[m.start].text for m in mentions if m.kind == "paid_beside"}
    return tuple(amount for n, amount in enumerate(counted.amounts) if f"§amount{n}" not in others)


def _quantity(words: list[Word], at: int, counted: Quantities) -> Mention | None:
    if not words[at].text.startswith("§"):
        return None
    kind, text = counted.resolve(words[at].text)
    return Mention(kind=kind, id=text, text=text, start=at, end=at + 1, on_file=kind in ("amount", "years"))


def _without_possessive(word: str, short_is: frozenset[str]) -> str:
    return word if word in short_is else inflection.without_possessive(word)


def _words_of(part: str, short_is: frozenset[str]) -> list[str]:
    bare = part.strip("?!.,;:()[]\"'/+-*")
    if MARK.fullmatch(bare):
        return [bare]
    plain = normalization.WORD.findall(MARK.sub(" ", part))
    return [*(_without_possessive(word[:LONGEST_WORD], short_is) for word in plain), *MARK.findall(part)]


def _excluded(found: list[Mention], words: list[Word], beside: _Beside) -> list[Mention]:
    """Mark the names behind "besides", "except" or a "not" that belongs to them.

    An article may stand between, and a preposition ("except in texas").
    """
    kept: list[Mention] = []
    ends: dict[int, bool] = {}
    said: set[int] = set()
    companies = {m.start for m in found if m.kind == "company"}
    for m in found:
        before = words[m.start - 1].text if m.start else ""
        kept_in = m.end not in companies or before in beside.denials | beside.auxiliaries | beside.subjects
        if m.kind == "exclusion" and m.id in beside.setting_aside and kept_in:
            continue  # "forget the bonus", "do not forget google", "should i skip google"
        if m.kind == "exclusion":
            ends[m.end] = m.text not in beside.denials or before not in beside.auxiliaries | beside.be
            if ends[m.end]:
                kept.append(m)
            elif before in beside.be and m.start > 1:
                said.add(m.end)  # "i am not a senior", but "is not a senior paid more"
            continue
        article = m.start > 0 and words[m.start - 1].text in beside.determiners
        begin = m.start - article
        begin -= begin > 0 and words[begin - 1].text in beside.prepositions
        out = ends.get(m.start - article, ends.get(begin, False))
        out = out or (article and m.kind == "level" and m.start - 1 in said)
        if out and m.end < len(words) and words[m.end].text in beside.exclusion_joiners:
            ends[m.end + 1] = True
        kept.append(replace(m, excluded=True) if out else m)
    return kept


def _mask(words: list[Word], mentions: list[Mention]) -> tuple[tuple[str, ...], tuple[Word, ...]]:
    starts = {m.start: m for m in mentions}
    tokens: list[str] = []
    loose: list[Word] = []
    at = 0
    while at < len(words):
        mention = starts.get(at)
        if mention is not None and (mention.kind in _UNMASKED or mention.excluded):
            at = mention.end
        elif mention is None:
            tokens.append(words[at].text)
            loose.append(words[at])
            at += 1
        else:
            tokens.append(f"<{mention.kind}:{mention.id}>" if mention.on_file else f"<{mention.kind}:?>")
            if not mention.listed:
                tokens.extend(word.text for word in words[mention.start : mention.end])  # it may be no name
            at = mention.end
    return tuple(tokens), tuple(loose)
