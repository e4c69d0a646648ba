"""Plays many seeded runs with faults and prints what came of them: `python -m tests.faults --runs 10000 --seed 1`."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.faults.judging import Outcome
from tests.faults.plan import kinds
from tests.faults.players import begin, played

WARM = 0.2  # of the runs; what a process allocates once is allocated by then
FLAT = 1.05
COUNTED = ("answered", "given_up", "unheard", "followed")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = options.parse_args()
    began = time.monotonic()
    seeds = range(chosen.seed, chosen.seed + chosen.runs)
    wrong, tally, memory = 0, Counter[str](), dict[int, list[float]]()
    for done, (outcome, process, resident) in enumerate(_played(seeds, chosen.processes), 1):
        tally.update({name: getattr(outcome, name) for name in COUNTED})
        tally.update(kinds(outcome.plan))
        memory.setdefault(process, []).append(resident)
        wrong += bool(outcome.faults)
        for fault in outcome.faults:
            sys.stdout.write(f"seed {outcome.plan.seed}: {fault}\n")
        if done % 500 == 0:
            sys.stdout.write(f"{done:,} runs, {wrong} wrong, {time.monotonic() - began:,.0f} s\n")
            sys.stdout.flush()
    flat = all(_growth(sizes) <= FLAT for sizes in memory.values())
    _report(chosen.runs, wrong, tally, memory, time.monotonic() - began)
    return 0 if wrong == 0 and flat else 1


def _played(seeds: range, processes: int) -> Iterator[tuple[Outcome, int, float]]:
    if processes == 1:
        begin()
        yield from map(played, seeds)
        return
    # A fresh interpreter each: nothing of the parent's memory counts as the child's.
    with multiprocessing.get_context("spawn").Pool(processes, begin) as pool:
        yield from pool.imap_unordered(played, seeds, chunksize=8)


def _growth(sizes: list[float]) -> float:
    """Return the memory of the last tenth of the runs against that of the tenth after warming up."""
    tenth = max(1, len(sizes) // 10)
    start = int(len(sizes) * WARM)
    early = sorted(sizes[start : start + tenth])[tenth // 2 if len(sizes) > start + tenth else 0]
    late = sorted(sizes[-tenth:])[tenth // 2]
    return late / early if early else 1.0


def _report(runs: int, wrong: int, tally: Counter[str], memory: dict[int, list[float]], seconds: float) -> None:
    say = sys.stdout.write
    questions = tally["answered"] + tally["given_up"] + tally["unheard"]
    say(f"\n{runs:,} runs in {seconds:,.0f} s: {wrong} wrong\n")
    say(f"{questions:,} questions: {tally['answered']:,} answered once and right, {tally['given_up']:,} given up and ")
    say(
        f"noted, {tally['unheard']:,} asked while Discord held no session for the bot; 0 lost or doubled\n"
        if not wrong
        else f"noted, {tally['unheard']:,} asked while Discord held no session for the bot\n"
    )
    say(f"{tally['followed']:,} buttons pressed, questions edited or deleted, and followed\n")
    for process, sizes in memory.items():
        say(f"process {process}: {sizes[-1]:,.0f} MiB at the end, {_growth(sizes):.3f} of that after warming up\n")
    say("\nfaults laid:\n")
    for kind, count in sorted(tally.items()):
        if kind not in COUNTED:
            say(f"{count:7,}  {kind}\n")


if __name__ == "__main__":
    sys.exit(main())
