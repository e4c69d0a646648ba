"""What a process needs to play runs: knowledge and questions, made once; spawned processes find it by its name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.faults import books
from tests.faults.judging import Books, Outcome
from tests.faults.memory import resident
from tests.faults.plan import drawn
from tests.faults.runs import play


class Player:
    """One process's knowledge and questions, made once; their folder goes with the process."""

    folder: tempfile.TemporaryDirectory[str]
    books: Books
    texts: list[str]


def begin() -> None:
    """Make ready; once a process."""
    Player.folder = tempfile.TemporaryDirectory(prefix="salarybot-faults-")
    Player.books, Player.texts = books.made(Path(Player.folder.name)), books.texts()


def played(seed: int) -> tuple[Outcome, int, float]:
    """Play the run of a seed; return its outcome, this process's number and its memory in MiB."""
    return play(drawn(seed, Player.texts), Player.books), os.getpid(), resident()
