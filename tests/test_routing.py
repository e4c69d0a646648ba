"""The router built from pairs of text and intent: as the bot builds it, and as the benchmark lets anybody build it."""

import json
import random
import subprocess
import sys
from pathlib import Path

from bot.core.nlu.classifier import Pair
from tests.benchmarks.peers import PEERS, ours, own_router
from tests.benchmarks.router import own_threshold, threshold_of
from tests.benchmarks.tasks import misspell

ROOT = Path(__file__).parent.parent
LINES = {
    "weather": ("will it rain tomorrow", "is it raining outside", "how cold will it get", "do i need an umbrella"),
    "book_table": (
        "book a table for two",
        "reserve a table tonight",
        "get us a table at eight",
        "table for four please",
    ),
    "playMusic": ("play some jazz", "put on my favorite song", "i want to hear music", "play the next song"),
}
PAIRS = [Pair(text, intent) for intent, lines in LINES.items() for text in lines]


def test_a_router_is_built_from_pairs() -> None:
    guess = ours(PAIRS)
    assert guess("is rain coming").intent == "weather"
    assert guess("a table for six").intent == "book_table"


def test_misspelled_words_are_mended_to_the_words_of_the_examples() -> None:
    router = own_router(PAIRS)
    assert [word.text for word in router.read("plese rezerve a tabel").words] == ["please", "reserve", "a", "table"]


def test_the_title_of_an_intent_is_an_example_too() -> None:
    router = own_router([Pair("jazz", "playMusic"), Pair("rain", "weather")])
    assert router.rank(router.read("play"))[0].intent == "playMusic"


def test_a_line_of_no_intent_is_less_sure_than_any_other() -> None:
    guess = ours(PAIRS)
    assert guess("quantum chromodynamics lecture notes").confidence < min(guess(text).confidence for text, _ in PAIRS)


def test_the_threshold_lets_nearly_all_rightly_routed_lines_pass() -> None:
    assert 0 <= own_threshold(PAIRS) <= 1
    assert threshold_of(ours(PAIRS), PAIRS) <= 1
    assert threshold_of(ours(PAIRS), [Pair("jazz", "weather")]) == 0


def test_examples_make_a_router_of_lines(tmp_path: Path) -> None:
    examples = tmp_path / "examples.jsonl"
    examples.write_text("".join(json.dumps(pair._asdict()) + "\n" for pair in PAIRS), encoding="utf-8")
    command = [sys.executable, "-m", "tests.benchmarks.router", "--examples", str(examples), "--threshold", "0.5"]
    lines = "is it raining\n\nquantum chromodynamics\nplay my söng\n"
    done = subprocess.run(command, input=lines, capture_output=True, cwd=ROOT, encoding="utf-8", check=True)  # noqa: S603
    lines_out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["text"] for one in lines_out] == lines.splitlines()
    assert [one["intent"] for one in lines_out] == ["weather", None, None, "playMusic"]
    assert all(set(one) == {"text", "intent", "confidence"} and 0 <= one["confidence"] <= 1 for one in lines_out)


def test_a_peer_that_is_not_installed_is_named() -> None:
    assert PEERS["salarybot"].missing() == ""
    assert PEERS["salarybot"]._replace(needs=("rapidfuzz", "no-such-thing")).missing() == "no-such-thing"
    assert PEERS["salarybot"].size() > 1


def test_noise_is_the_same_each_time_and_changes_one_word_in_six() -> None:
    text = "how much does a machine learning engineer earn"
    noisy = [misspell(text, random.Random(seed)) for seed in (1, 1, 2)]  # noqa: S311 - noise, not secrets
    assert noisy[0] == noisy[1]
    changed = sum(a != b for a, b in zip(text.split(), noisy[2].split(), strict=True))
    assert changed <= 1
