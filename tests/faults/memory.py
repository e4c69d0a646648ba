"""How much memory a process holds."""

from __future__ import annotations

import os
from pathlib import Path


def resident(process: int | str = "self") -> float:
    """Return a process's resident memory in MiB; 0 where the system doesn't tell."""
    file = Path(f"/proc/{process}/statm")
    pages = int(file.read_text(encoding="ascii").split()[1]) if file.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
