"""What routers are compared on: the bot's own questions, CLINC150 and BANKING77, each also misspelled."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.core.model.knowledge import Knowledge
from bot.core.nlu.classifier import Pair
from tests.yaml_file import content_of

QUESTIONS = Path(__file__).parent.parent / "questions"
CLINC, BANKING = "clinc150_train_val.json", "banking77_train.csv"
SHOTS = 10
# Lines of each intent that are never examples: the last ones to choose a threshold on, and where a data set brings no
# part of its own to test on, some drawn by a seed from those beyond the first ten.
VALIDATED, TESTED = 3, 15
WORDS_A_SLIP = 6
BESIDE = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}
SHORTEST_SLIPPED = 4


class Task(NamedTuple):
    """Examples to learn from, lines to choose the threshold on, lines to be routed, and lines of no intent."""

    name: str
    examples: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    lines: tuple[Pair, ...]
    misspelled: tuple[Pair, ...]
    strangers: tuple[str, ...] = ()


def own(knowledge: Knowledge) -> Task:
    """Return the bot's own questions: the examples of knowledge/intents, and the intents of tests/questions."""
    tables = [content_of(path) for path in sorted(QUESTIONS.glob("*.yaml"))]
    lines = [Pair(q["ask"], table["intent"]) for table in tables if "intent" in table for q in table["questions"]]
    examples = [Pair(example, intent.id) for intent in knowledge.intents for example in intent.examples]
    return _task("own questions", examples, [], lines)


def clinc(folder: Path, shots: int | None) -> Task:
    """Return CLINC150: examples from train, val to test on, with oos_val as lines of no intent."""
    parts = json.loads((folder / CLINC).read_text(encoding="utf-8"))
    kept, validation = _set_aside(_by_intent(Pair(*pair) for pair in parts["train"]))
    examples = [pair for pairs in kept.values() for pair in pairs[:shots]]
    lines = [Pair(*pair) for pair in parts["val"]]
    return _task(f"CLINC150, {_of(shots)}", examples, validation, lines, [text for text, _ in parts["oos_val"]])


def banking(folder: Path, shots: int | None) -> Task:
    """Return BANKING77; its test part is drawn from train, and drawn the same each time."""
    with (folder / BANKING).open(encoding="utf-8", newline="") as file:
        pairs = [Pair(row["text"].strip(), row["category"]) for row in csv.DictReader(file)]
    rng = random.Random(7)  # noqa: S311 - a draw, not a secret
    drawn = {intent: rng.sample(found[SHOTS:], TESTED) for intent, found in _by_intent(pairs).items()}
    left = {
        intent: [pair for pair in found if pair not in drawn[intent]] for intent, found in _by_intent(pairs).items()
    }
    kept, validation = _set_aside(left)
    examples = [pair for found in kept.values() for pair in found[:shots]]
    return _task(f"BANKING77, {_of(shots)}", examples, validation, [pair for found in drawn.values() for pair in found])


def misspell(text: str, rng: random.Random) -> str:
    """Return a text with a slip in one of six words: letters swapped, dropped, doubled, or the key beside hit."""
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) >= SHORTEST_SLIPPED]
    long = long or [n for n, word in enumerate(words) if len(word) > 1]
    for n in rng.sample(long, min(max(1, round(len(words) / WORDS_A_SLIP)), len(long))):
        words[n] = _slip(words[n], rng)
    return " ".join(words)


def _slip(word: str, rng: random.Random) -> str:
    at, kind = rng.randrange(len(word) - 1), rng.choice(("swap", "drop", "double", "beside"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[: at + 1] + word[at:]
    return word[:at] + BESIDE.get(word[at].lower(), word[at]) + word[at + 1 :]


def _task(
    name: str, examples: list[Pair], validation: list[Pair], lines: list[Pair], strangers: Sequence[str] = ()
) -> Task:
    rng = random.Random(1)  # noqa: S311 - noise, not secrets
    misspelled = tuple(Pair(misspell(text, rng), intent) for text, intent in lines)
    return Task(name, tuple(examples), tuple(validation), tuple(lines), misspelled, tuple(strangers))


def _of(shots: int | None) -> str:
    return f"{shots} an intent" if shots else "all"


def _by_intent(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.intent].append(pair)
    return found


def _set_aside(found: dict[str, list[Pair]]) -> tuple[dict[str, list[Pair]], list[Pair]]:
    kept = {intent: pairs[:-VALIDATED] for intent, pairs in found.items()}
    return kept, [pair for pairs in found.values() for pair in pairs[-VALIDATED:]]
