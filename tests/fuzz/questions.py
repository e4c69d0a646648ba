"""Looks for a text that harms the bot, guided by coverage: `python -m tests.fuzz.questions --minutes 10`.

Needs atheris (`pip install '.[fuzz]'`). It starts from the example questions and from the kinds of hostile text; a text
that raises, takes over a second or gets an answer that could do harm is printed, and the exit code is not 0.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SLOW = 1.0
MOST_MEMORY = 1_024  # MiB; a word of 4,000 letters once took gigabytes
LONGEST = 4_000
PIECES = 400


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["bot.core", "bot.chat.presentation.message"]):
        importlib.import_module("bot.chat.presentation.message")
        importlib.import_module("bot.core.advisor")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        arguments = [
            f"-max_total_time={round(options.minutes * 60)}",
            f"-seed={options.seed}",
            f"-max_len={LONGEST}",
            f"-rss_limit_mb={MOST_MEMORY}",
            f"-dict={dictionary(folder / 'words')}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            str(corpus(folder / "texts")),
        ]
        atheris.Setup([sys.argv[0], *arguments], checked())
        atheris.Fuzz()


def checked() -> Callable[[bytes], None]:
    """Return what is done to each text."""
    advisor = importlib.import_module("bot.storage.knowledge.library").Library().advisor
    payload: Any = importlib.import_module("tests.fuzz.payload")

    def check(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        start = time.process_time()
        wrong = payload.faults(payload.payload_of(advisor, text))
        advisor.complete(text)
        if time.process_time() - start > SLOW:
            wrong.append(f"it took over {SLOW} s")
        if wrong:
            raise AssertionError(f"{text!r}: {wrong}")

    return check


def corpus(folder: Path) -> Path:
    """Write the texts to start from, one a file."""
    knowledge = importlib.import_module("bot.storage.knowledge.library").Library().advisor.knowledge
    kinds: Any = importlib.import_module("tests.fuzz.hostile").KINDS
    rng = random.Random(1)  # noqa: S311 - noise, not secrets
    texts = [example for intent in knowledge.intents for example in intent.examples]
    texts += [f"!salary {text}" for text in texts[::10]]
    texts += [kind(length, rng) for kind in kinds.values() for length in (40, 300, LONGEST)]
    folder.mkdir()
    for n, text in enumerate(texts):
        (folder / str(n)).write_bytes(text.encode("utf-8", "surrogatepass"))
    return folder


def dictionary(file: Path) -> Path:
    """Write the words that libFuzzer may put into a text."""
    knowledge: Any = importlib.import_module("bot.core.model.knowledge")
    hostile: Any = importlib.import_module("tests.fuzz.hostile")
    loaded = importlib.import_module("bot.storage.knowledge.library").Library().advisor.knowledge
    names = [alias for _, _, alias, _ in knowledge.names_of(loaded)]
    words = [*names, *hostile.COUNTED, *hostile.SLIPS, *hostile.RARE, *loaded.vocabulary.filler][:PIECES]
    words += ["@everyone", "<@1>", "```", "https://", "discord.gg/", "\u202e", "\u200b", "\ufdfa", "\u0301", "[a](b)"]
    file.write_text("".join(map(_quoted, words)), encoding="ascii")
    return file


def _quoted(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


if __name__ == "__main__":
    main()
