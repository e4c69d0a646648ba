"""Import a dataset: read the publisher's files, check the cells, and write table, record and names beside its head.

The same files give the same bytes. Nothing is written where anything is wrong.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from bot.core.model.datasets import (
    COLUMNS,
    HEADER,
    KEY,
    Employer,
    ImportRecord,
    InputFile,
)
from bot.datasets import filing_totals, filings, job_ads, oews, official, survey
from bot.datasets.reading import NUMBERS, ImportContext, ImportRefusedError, Table
from bot.datasets.refusals import refuse, refuse_faulty
from bot.storage.knowledge import snapshot, tables
from bot.storage.knowledge.parsed_files import ParsedFiles

READERS: Mapping[str, Callable[[Sequence[Path], ImportContext], Table]] = {
    "ashe": official.read_ashe,
    "filings": filings.read,
    "filings_by_year": filing_totals.read_by_year,
    "filings_of_employers": filing_totals.read_employers,
    "job_ads": job_ads.read,
    "oews": oews.read,
    "official_table": official.read_table,
    "survey": survey.read,
}


# The steps of an import that are reported after its files, in this order; not every reader has all of them.
STEPS = ("the employers", "the cells", "the checks", "the table")


class Written(NamedTuple):
    """What an import did, for its report: the record, and how many cells are new, changed or gone."""

    record: ImportRecord
    employers: int
    added: int
    changed: int
    gone: int

    def report(self) -> Iterator[str]:
        """Yield lines for people: rows read, rows left out by reason, and cells."""
        yield f"{self.record.rows_in:,} rows read, {self.record.rows_used:,} used"
        yield from (f"  {count:,} left out: {reason}" for reason, count in self.record.dropped.items())
        employers = f", {self.employers:,} employers that are not in {tables.EMPLOYERS}" if self.employers else ""
        change = f"{self.added:,} new, {self.changed:,} changed, {self.gone:,} gone"
        yield f"{self.record.cells:,} cells ({change}){employers}"


def import_files(
    folder: Path, key: str, files: Sequence[Path], report: Callable[[str], None] = lambda _: None
) -> Written:
    """Import files as the dataset `key` of a knowledge base; `tell` is called with each step.

    Raises ImportRefusedError.
    """
    context = _context_of(folder, key, report)
    reader = READERS.get(context.dataset.layout)
    if reader is None:
        layouts = ", ".join(sorted(READERS))
        raise ImportRefusedError(f"{key}: nothing reads the layout {context.dataset.layout!r}; there are: {layouts}")
    files = sorted(files, key=lambda file: file.name)
    table = reader(files, context)
    report("the checks")
    refuse(table.cells)
    lines = _lines(table.cells)
    refuse_faulty(context, lines, table.employers)
    report("the table")
    return _write(folder / tables.FOLDER / key, files, lines, table)


def _context_of(folder: Path, key: str, report: Callable[[str], None]) -> ImportContext:
    """Read what the importer needs of a knowledge base. Raises ImportRefusedError where something is wrong with it."""
    reader = tables.Tables(ParsedFiles(snapshot.take(folder).files))
    heads = {head.id: head for head in reader.heads()}
    roles, places, employers, legal_forms = reader.roles(), reader.places(), reader.employers(()), reader.legal_forms()
    if reader.faults or roles is None:
        raise ImportRefusedError("\n".join(map(str, reader.faults)))
    if key not in heads:
        message = (
            f"there is no head {tables.FOLDER}/{key}/{tables.HEAD} in {folder}; there are: {', '.join(sorted(heads))}"
        )
        raise ImportRefusedError(f"{message}. Copy one and edit it")
    return ImportContext(heads[key], roles, places, employers, legal_forms, report)


def _lines(cells: pl.DataFrame) -> list[str]:
    texts = cells.select(*KEY, *(_plain(name) for name in NUMBERS))
    return sorted(",".join(row) for row in texts.select(COLUMNS).iter_rows())


def _plain(name: str) -> pl.Expr:
    """Return a number as written: no decimals where it has none, at most two, "" for null."""
    value = pl.col(name).round(2)
    whole = value.cast(pl.Int64)
    text = pl.when(value == whole).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
    return text.fill_null("").alias(name)


def _write(folder: Path, files: Sequence[Path], lines: Sequence[str], table: Table) -> Written:
    text = "".join(f"{line}\n" for line in (HEADER, *lines))
    record = ImportRecord(
        inputs=tuple(InputFile(name=file.name, sha256=_digest(file.read_bytes())) for file in files),
        rows_in=table.rows_in,
        rows_used=table.rows_used,
        dropped=table.dropped,
        cells=len(lines),
        sha256=_digest(text.encode()),
    )
    before = _figures(_text_of(folder / tables.CELLS).splitlines()[1:])
    after = _figures(lines)
    _save(folder / tables.CELLS, text)
    _save(folder / tables.RECORD, _yaml(record))
    if table.employers:
        _save(folder / tables.OWN_EMPLOYERS, _csv(table.employers.values()))
    return Written(
        record,
        employers=len(table.employers),
        added=len(after.keys() - before.keys()),
        changed=sum(before[key] != figures for key, figures in after.items() if key in before),
        gone=len(before.keys() - after.keys()),
    )


def _figures(lines: Iterable[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the figures of lines by their key."""
    cells = (tuple(line.split(",")) for line in lines)
    return {cell[: len(KEY)]: cell[len(KEY) :] for cell in cells}


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _yaml(record: ImportRecord) -> str:
    """Return a record as YAML (of which JSON's texts and numbers are a part)."""
    lines = ["# yaml-language-server: $schema=../../schema/datasets_import.json"]
    lines += ["# Written by `salarybot import`; don't edit it.", "inputs:"]
    lines += [f"  - {{name: {json.dumps(file.name)}, sha256: {json.dumps(file.sha256)}}}" for file in record.inputs]
    lines += [f"rows_in: {record.rows_in}", f"rows_used: {record.rows_used}"]
    lines += ["dropped:", *(f"  {json.dumps(reason)}: {count}" for reason, count in record.dropped.items())]
    if not record.dropped:
        lines[-1] = "dropped: {}"
    lines += [f"cells: {record.cells}", f"sha256: {json.dumps(record.sha256)}"]
    return "\n".join(lines) + "\n"


def _csv(employers: Iterable[Employer]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(tables.EMPLOYER_COLUMNS)
    for employer in sorted(employers, key=lambda employer: employer.id):
        writer.writerow((employer.id, employer.name, employer.parent, "|".join(employer.names)))
    return buffer.getvalue()


def _save(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
