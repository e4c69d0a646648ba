"""The process in which mutated knowledge bases are tried: a living library, a limit of memory, and a watch on both."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import resource
import shutil
import tempfile
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import NamedTuple

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import KnowledgeError, Library
from tests.fuzz.mutations import mutate
from tests.fuzz.payload import faults, payload_of

ASKED = ("google salary", "google vs amazon", "senior mle pay", "what skills raise pay?", "who pays most?", "help")
# Above this the process gets no more memory at all; what takes less is seen in the measurement.
ROOM = 600 << 20
NOBODY = 65_534


class Outcome(NamedTuple):
    """What came of one mutant: `loaded`, `refused` or `died`, and what was wrong with that, if anything.

    `seconds` of the processor's time, which doesn't depend on what else the machine does; `growth` in MiB.
    """

    number: int
    done: tuple[str, ...]
    result: str
    seconds: float = 0.0
    growth: float = 0.0
    wrong: str = ""


class Worker:
    """One worker process, seen from outside."""

    def __init__(self, spawn: SpawnContext, bases: tuple[Path, Path]) -> None:
        self._here, there = spawn.Pipe()
        self._process = spawn.Process(target=work, args=(there, bases), daemon=True)
        self._process.start()
        there.close()

    def tried(self, number: int, seed: int, *, whole: bool, patience: float) -> Outcome | None:
        """Try one mutant; None where the process dies of it or does not answer."""
        try:
            self._here.send((number, seed, whole))
            outcome = self._here.recv() if self._here.poll(patience) else None
        except (EOFError, OSError):
            outcome = None
        if isinstance(outcome, Outcome):
            return outcome
        self._process.kill()
        return None

    def stop(self) -> None:
        self._here.close()
        self._process.join(10)


def work(pipe: Connection, bases: tuple[Path, Path]) -> None:
    """Try the mutants that are asked for until nobody asks any more."""
    shelf = Library(bases[0])
    answers = answers_of(shelf.advisor)
    gc.collect()
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_AS, (_memory("VmSize") + ROOM, resource.RLIM_INFINITY))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            number, seed, whole = pipe.recv()
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
                Path(place).chmod(0o755)
                folder = Path(shutil.copytree(bases[whole], Path(place) / "knowledge"))
                done = mutate(folder, random.Random(f"{seed}:{number}"))  # noqa: S311 - noise, not secrets
                pipe.send(_tried(shelf, folder, answers)._replace(number=number, done=tuple(done)))


def answers_of(advisor: Advisor) -> list[str]:
    """Return what an advisor answers; whatever it knows, the answers are fit to be sent."""
    payloads = [payload_of(advisor, question) for question in ASKED]
    wrong = [fault for payload in payloads for fault in faults(payload)]
    assert not wrong, wrong
    return list(map(repr, payloads))


def _tried(shelf: Library, folder: Path, answers: list[str]) -> Outcome:
    before, shelf.folder = shelf.advisor, folder
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    memory, start = _memory("VmRSS"), time.process_time()
    result, wrong = "loaded", ""
    try:
        with _unprivileged():
            shelf.reload()
    except KnowledgeError as error:
        result, wrong = "refused", _refusal(error, folder)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        result, wrong = "raised", traceback.format_exc(limit=-3)
    seconds, growth = time.process_time() - start, (_memory("VmHWM") - memory) / (1 << 20)
    if result == "loaded":
        wrong = _swap(shelf, before)
        shelf.advisor = before
    elif shelf.advisor is not before or answers_of(before) != answers:
        wrong += " the living library changed"
    return Outcome(0, (), result, seconds, growth, wrong)


def _refusal(error: KnowledgeError, folder: Path) -> str:
    """Say what a refusal lacks: each fault names a file, and a line in it where it is of one, and says why."""
    for fault in error.faults:
        file = folder / fault.file
        lines = len(file.read_bytes().decode("utf-8", "replace").splitlines()) if file.is_file() else 1
        if not (fault.file and fault.message and (fault.line is None or 1 <= fault.line <= max(lines, 1))):
            return f"a fault that names no line: {fault}"
    return "" if error.faults else "a refusal without a fault"


def _swap(shelf: Library, before: Advisor) -> str:
    if shelf.advisor is before:
        return "it was taken, and the library holds the old one"
    try:
        answers_of(shelf.advisor)
    except Exception:  # noqa: BLE001 - as above
        return f"it was taken, and can't be asked: {traceback.format_exc(limit=-3)}"
    return ""


@contextlib.contextmanager
def _unprivileged() -> Iterator[None]:
    """Be nobody for a while, where the tests run as root, to whom no file is closed."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(f"{name}:"))
