"""Reduce WordNet to one letter a word and write it into the knowledge base's english.txt.

`python -m bot.datasets.word_classes WORDNET ENGLISH`: WORDNET is the folder of WordNet 3.0's database files (Debian's
package wordnet-base: /usr/share/wordnet), ENGLISH the list to be renewed in place. Words that WordNet lacks keep no
letter. The class of a word is its most frequent part of speech in WordNet's tagged texts, by number of senses where
none was tagged; a noun's is the topic of its first sense.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

PARTS_OF_SPEECH = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
# WordNet's lexicographer files of nouns that can be a subject of their own, of groups and of times; others are "n".
TOPICS = {"05": "o", "13": "o", "20": "o", "15": "l", "18": "p", "14": "g", "28": "t"}
ENDINGS = {
    "noun": (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("ies", "y")),
    "verb": (
        *(("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
        *((f"{double}{double}{ending}", double) for double in "bdgklmnprt" for ending in ("ed", "ing")),
    ),
    "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")),
    "adv": (),
}


class WordNet:
    """The parts of speech of lemmas: how often each is tagged, and the topic of a noun."""

    def __init__(self, folder: Path) -> None:
        self._uses: dict[tuple[str, str], float] = defaultdict(float)
        self._topic: dict[str, str] = {}
        self._exceptions: dict[tuple[str, str], list[str]] = defaultdict(list)
        topics = dict(_noun_topics(folder / "data.noun"))
        for part in PARTS_OF_SPEECH:
            for line in _lines(folder / f"index.{part}"):
                lemma, *rest = line.split()
                senses, tagged, first = int(rest[1]), int(rest[-int(rest[1]) - 1]), rest[-int(rest[1])]
                # Senses decide only where none was tagged.
                self._uses[lemma, part] += tagged + senses / 1_000
                if part == "noun":
                    self._topic[lemma] = topics[first]
            for line in _lines(folder / f"{part}.exc"):
                form, *lemmas = line.split()
                self._exceptions[form, part] += lemmas
        for line in _lines(folder / "cntlist.rev"):
            key, _, count = line.split()
            lemma, _, sense = key.partition("%")
            part = {"1": "noun", "2": "verb", "3": "adj", "5": "adj", "4": "adv"}[sense[0]]
            self._uses[lemma, part] += int(count)

    def class_of(self, word: str) -> str:
        """Return the letter of a word, empty where WordNet has none: r, a, v, or n, p, l, o, g, t for nouns."""
        uses: Counter[str] = Counter()
        nouns: Counter[str] = Counter()
        for part in PARTS_OF_SPEECH:
            for lemma in self._lemmas(word, part):
                uses[part] += self._uses.get((lemma, part), 0.0)  # type: ignore[assignment]
                if part == "noun" and lemma in self._topic:
                    nouns[lemma] += self._uses[lemma, part]  # type: ignore[assignment]
        if not uses.total():
            return ""
        part = uses.most_common(1)[0][0]
        return self._topic[nouns.most_common(1)[0][0]] if part == "noun" else PARTS_OF_SPEECH[part]

    def _lemmas(self, word: str, part: str) -> Iterator[str]:
        found = {word, *self._exceptions.get((word, part), ())}
        found |= {word.removesuffix(end) + base for end, base in ENDINGS[part] if word.endswith(end)}
        yield from (lemma for lemma in sorted(found) if (lemma, part) in self._uses)


def _noun_topics(file: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(file):
        offset, number, *_ = line.split()
        yield offset, TOPICS.get(number, "n")


def _lines(file: Path) -> Iterator[str]:
    """Yield the lines of a WordNet file but for those of its license, which are indented."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("  "):
            yield line


def classify(english: str, wordnet: WordNet) -> str:
    """Return the text of an english.txt with the class behind each word; comments stay."""
    lines = []
    for line in english.splitlines():
        word = line.split()[0] if line.strip() and not line.startswith("#") else ""
        lines.append(f"{word} {wordnet.class_of(word)}".rstrip() if word else line)
    return "\n".join(lines) + "\n"


def main(wordnet: Path, english: Path) -> None:
    """Renew the classes of a word list in place."""
    english.write_text(classify(english.read_text(encoding="utf-8"), WordNet(wordnet)), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
