"""Import every dataset again from the publishers' files, and compare with what is in knowledge/ to the byte.

    python -m tests.reimport FOLDER

FOLDER holds the files, at any depth, by the names in each dataset's import.yaml; a file of another content is refused.
Exit code 1 where anything differs, or a file is missing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from bot.core.model.datasets import ImportRecord
from bot.datasets.importing import import_files
from bot.datasets.reading import ImportRefusedError
from bot.storage.knowledge import tables
from bot.storage.knowledge.library import DEFAULT_FOLDER, load


def main(published: Path) -> int:
    """Import all datasets into a copy; return the exit code."""
    public = load(DEFAULT_FOLDER, tables.ALL).public
    assert public is not None
    differing = []
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "knowledge"
        shutil.copytree(DEFAULT_FOLDER / tables.FOLDER, copy / tables.FOLDER)
        for key, record in public.records.items():
            difference = _difference(copy, key, record, published)
            print(f"{key}: {difference or f'{record.cells:,} cells, the same'}")  # noqa: T201
            differing += [key] if difference else []
    return 1 if differing else 0


def _difference(copy: Path, key: str, record: ImportRecord, published: Path) -> str:
    """Import one dataset into the copy; return what is different, "" if nothing is."""
    files = [_found(published, file.name, file.sha256) for file in record.inputs]
    if None in files:
        return "a publisher's file is missing, or another one"
    for name in (tables.CELLS, tables.RECORD, tables.OWN_EMPLOYERS):
        (copy / tables.FOLDER / key / name).unlink(missing_ok=True)
    try:
        import_files(copy, key, [file for file in files if file is not None])
    except ImportRefusedError as error:
        return str(error)
    new, old = (_contents(folder / tables.FOLDER / key) for folder in (copy, DEFAULT_FOLDER))
    return ", ".join(sorted(name for name in new | old if new.get(name) != old.get(name)))


def _found(published: Path, name: str, sha256: str) -> Path | None:
    files = (file for file in sorted(published.rglob(name)) if _digest(file) == sha256)
    return next(files, None)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
