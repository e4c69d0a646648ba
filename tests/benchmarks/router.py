"""Compares the bot's router with its peers: `python -m tests.benchmarks.router --data FOLDER [--only PEER]`.

Each peer learns from the same examples, in a process of its own, and routes the same lines, clean and misspelled; what
is not installed is named and left out (`pip install .[peers]`). FOLDER holds clinc150_train_val.json and
banking77_train.csv; without it only the bot's own questions are asked. `--examples EXAMPLES.jsonl` routes the lines of
the standard input instead, for scoring on lines that nobody here has seen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from bot.core.nlu.classifier import Pair
from bot.storage.knowledge.library import DEFAULT_FOLDER, Library, load
from tests.benchmarks.peers import PEERS, Guess, Guesser, guesser, ours
from tests.benchmarks.tasks import Task, banking, clinc, own

# Of the lines that are routed rightly, so many may fall below the threshold under which a line is of no intent; fewer
# where the threshold has to be guessed from the examples alone (2 % there cost 2.6 points of accuracy, 0.5 % cost 0.3).
REFUSED, REFUSED_BY_EXAMPLES = 0.02, 0.005
FOLDS = 5
# A slow peer routes as many of the lines as it manages in this time, spread evenly.
SECONDS = 15.0
TRIED = 20
TASKS: dict[str, Callable[[Path], Task]] = {
    "own": lambda _: own(load(DEFAULT_FOLDER)),
    "clinc10": lambda folder: clinc(folder, 10),
    "banking10": lambda folder: banking(folder, 10),
    "clinc": lambda folder: clinc(folder, None),
    "banking": lambda folder: banking(folder, None),
}
HEAD = (
    f"{'':30} {'clean':>6} {'typos':>6} {'no intent':>9} {'p50 ms':>8} {'p99 ms':>8} {'build s':>8} "
    f"{'memory MiB':>10} {'install MiB':>11} {'lines':>6}\n"
)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="The bot's router beside its peers.")
    parser.add_argument("--data", type=Path, help="folder with CLINC150 and BANKING77")
    parser.add_argument("--only", action="append", choices=PEERS, help="a peer, again for more; all without it")
    parser.add_argument("--tasks", action="append", choices=TASKS, help="a task, again for more; all without it")
    parser.add_argument("--one", action="store_true", help="measure the one peer on the one task, as JSON")
    parser.add_argument("--examples", type=Path, help='JSON lines of {"text", "intent"}; routes the standard input')
    parser.add_argument(
        "--threshold", type=float, help="with --examples: the confidence below which there is no intent"
    )
    chosen = parser.parse_args(arguments)
    if chosen.examples:
        route(chosen.examples.read_text(encoding="utf-8"), sys.stdin, sys.stdout, chosen.threshold)
    elif chosen.one:
        json.dump(measured(chosen.only[0], chosen.tasks[0], chosen.data or Path()), sys.stdout)
    else:
        compare(chosen.only or list(PEERS), chosen.tasks or (list(TASKS) if chosen.data else ["own"]), chosen.data)


# ------------------------------------------------------------------ lines from anybody


def route(examples: str, lines: Iterable[str], out: TextIO, threshold: float | None = None) -> None:
    """Read one text a line and write {"text", "intent", "confidence"} for each, at once."""
    pairs = [Pair(found["text"], found["intent"]) for found in map(json.loads, examples.splitlines()) if found]
    guess = ours(pairs)
    least = own_threshold(pairs) if threshold is None else threshold
    for line in lines:
        text = line.rstrip("\r\n")
        intent, confidence = guess(text)
        sure = confidence >= least
        answer = {"text": text, "intent": intent if sure else None, "confidence": round(confidence, 6)}
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


def own_threshold(pairs: Sequence[Pair]) -> float:
    """Choose the threshold by the examples alone: a part of each intent is routed by what was learned from the rest."""
    seen: Counter[str] = Counter()
    learned: list[Pair] = []
    asked: list[Pair] = []
    for pair in pairs:
        seen[pair.intent] += 1
        (learned if seen[pair.intent] % FOLDS else asked).append(pair)
    return threshold_of(ours(learned), asked, REFUSED_BY_EXAMPLES) if asked else 0.0


def threshold_of(guess: Guesser, asked: Sequence[Pair], refused: float = REFUSED) -> float:
    """Return the confidence that all but a few of the rightly routed lines reach."""
    guesses = [(guess(text), intent) for text, intent in asked]
    right = [found.confidence for found, intent in guesses if found.intent == intent]
    return float(np.quantile(right, refused)) if right else 0.0


# ------------------------------------------------------------------ the table


def compare(peers: Sequence[str], tasks: Sequence[str], folder: Path | None) -> None:
    for name in tasks:
        task = TASKS[name](folder or Path())
        intents = len({pair.intent for pair in task.examples})
        sys.stdout.write(f"\n{task.name}: {len(task.examples):,} examples of {intents} intents\n{HEAD}")
        for peer in peers:
            sys.stdout.write(_row(peer, name, folder))
            sys.stdout.flush()


def _row(peer: str, task: str, folder: Path | None) -> str:
    missing = PEERS[peer].missing()
    if missing:
        return f"{peer:30} not installed ({missing})\n"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.benchmarks.router",
        "--one",
        "--only",
        peer,
        "--tasks",
        task,
    ]
    command += ["--data", str(folder)] if folder else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return f"{peer:30} failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}\n"
    found = json.loads(done.stdout)
    stranger = f"{found['strangers']:8.1%}" if found["strangers"] is not None else f"{'-':>8}"
    return (
        f"{peer:30} {found['clean']:6.1%} {found['typos']:6.1%} {stranger:>9} {found['p50']:8.3f} {found['p99']:8.3f} "
        f"{found['build']:8.2f} {found['memory']:10.0f} {PEERS[peer].size():11.0f} {found['lines']:6,}\n"
    )


def measured(peer: str, name: str, folder: Path) -> dict[str, float | None]:
    """Build a peer and route the lines of a task; memory is what the process holds in the end."""
    task = TASKS[name](folder)
    start = time.perf_counter()
    # The bot's own questions are routed by the bot as it is: names found and masked.
    bot = name == "own" and PEERS[peer].build is ours
    guess = guesser(Library().advisor._router) if bot else PEERS[peer].build(task.examples)
    build = time.perf_counter() - start
    start = time.perf_counter()
    for line in task.lines[:TRIED]:
        guess(line.text)
    step = 1 + int((time.perf_counter() - start) / TRIED * (len(task.lines) * 2 + len(task.validation)) / SECONDS)
    took: list[float] = []
    clean = _accuracy(guess, task.lines[::step], took)
    result: dict[str, float | None] = {
        "clean": clean,
        "typos": _accuracy(guess, task.misspelled[::step], []),
        "strangers": None,
        "p50": float(np.percentile(took, 50)),
        "p99": float(np.percentile(took, 99)),
        "build": build,
        "lines": len(took),
        "memory": _resident(),
    }
    if task.strangers:
        least = threshold_of(guess, task.validation[::step])
        result["strangers"] = sum(guess(text).confidence < least for text in task.strangers) / len(task.strangers)
    return result


def _accuracy(guess: Guesser, lines: Sequence[Pair], took: list[float]) -> float:
    right = 0
    for text, intent in lines:
        start = time.perf_counter()
        found: Guess = guess(text)
        took.append((time.perf_counter() - start) * 1000)
        right += found.intent == intent
    return right / len(lines)


def _resident() -> float:
    """Return the MiB that this process holds."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
