"""Read the tables of public pay data, knowledge/datasets/: heads, cells, and the names that cells speak of.

A table is read whole but not parsed: its checksum stands in `import.yaml`, so its lines are those that
`salarybot import` checked and wrote. `faults_of_lines` is that check, which `salarybot check` repeats.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TypeVar, get_args

from bot.core.model.datasets import (
    COLUMNS,
    HEADER,
    KEY,
    STATISTICS,
    CellTable,
    Dataset,
    Employer,
    End,
    ImportRecord,
    Lines,
    Place,
    PlaceKind,
    PublicData,
    Roles,
)
from bot.storage.knowledge import yaml_schema
from bot.storage.knowledge.parsed_files import ParsedFiles
from bot.storage.knowledge.yaml_schema import Fault, Parsed

T = TypeVar("T")
FOLDER = "datasets"
HEAD, RECORD, CELLS, OWN_EMPLOYERS = "dataset.yaml", "import.yaml", "cells.csv", "employers.csv"
ROLES, EMPLOYERS, PLACES, LEGAL_FORMS = "roles.yaml", "employers.csv", "places.csv", "legal_forms.txt"
PLACE_COLUMNS = ("id", "kind", "name", "parent", "names")
EMPLOYER_COLUMNS = ("id", "name", "parent", "names")
# Under so many people a figure would speak of persons.
FEWEST = 5
LARGEST = 6 << 20  # bytes of all tables together
MOST_FAULTS = 10  # of one file
ALL = frozenset({"all"})
NONE = frozenset({"none"})
_ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_PERIOD = re.compile(r"(?:FY)?\d{4}(?:-\d\d|-\d{4}|-[HQ][1-4](?:-Q[1-4])?)?")
_NUMBER = re.compile(r"\d+(?:\.\d{1,2})?")


class Tables:
    """Read the datasets of one snapshot; `faults` lists what is wrong with them."""

    def __init__(self, files: ParsedFiles) -> None:
        self._parsed = files
        self._files = files.files
        self.faults: list[Fault] = files.faults

    def public(self, wanted: frozenset[str]) -> PublicData | None:
        """Return the wanted datasets; None where none is wanted, there are none, or names can't be read."""
        chosen = self._chosen(self.heads(), wanted)
        roles = self.roles() if chosen else None
        if roles is None:
            return None
        tables = {head.id: table for head in chosen if (table := self._table(head)) is not None}
        records = {key: record for key in tables if (record := self._record(key)) is not None}
        used = {line.partition(",")[0] for table in tables.values() for line in table.lines}
        employers = self.employers([head.id for head in chosen])
        parents = {employer.parent for employer in employers.values() if employer.id in used}
        return PublicData(
            datasets=tuple(head for head in chosen if head.id in tables),
            records=records,
            tables=tables,
            employers={key: employer for key, employer in employers.items() if key in used | parents},
            places=self.places(),
            roles={role.id: role for role in roles.roles},
            levels={level.id: level for level in roles.levels},
        )

    def roles(self) -> Roles | None:
        """Return roles and levels; None where they can't be read."""
        parsed = self._yaml(f"{FOLDER}/{ROLES}", Roles)
        return parsed.value if parsed else None

    def legal_forms(self) -> frozenset[str]:
        """Return the words that end a company's legal name without naming it."""
        name = f"{FOLDER}/{LEGAL_FORMS}"
        if name not in self._files:
            self.faults.append(Fault(name, None, "the file is missing; a folder of datasets has one of that name"))
        return frozenset(self._parsed.words(name))

    def heads(self) -> list[Dataset]:
        """Return the heads of all datasets, by rank."""
        names = [name for name in self._files if PurePosixPath(name).match(f"{FOLDER}/*/{HEAD}")]
        heads = []
        for name in names:
            parsed = self._yaml(name, Dataset)
            folder = PurePosixPath(name).parent.name
            if parsed is not None and parsed.value.id != folder:
                self.faults.append(
                    parsed.fault(("id",), f"the id {parsed.value.id!r} has to be the folder's, {folder!r}")
                )
            elif parsed is not None:
                heads.append(parsed.value)
        return sorted(heads, key=lambda head: (head.rank, head.id))

    def _chosen(self, heads: list[Dataset], wanted: frozenset[str]) -> list[Dataset]:
        if wanted in (ALL, NONE):
            return heads if wanted == ALL else []
        ids = [head.id for head in heads]
        for key in sorted(wanted.difference(ids)):
            self.faults.append(Fault(FOLDER, None, f"there is no dataset {key!r}; there are: {', '.join(ids)}"))
        return [head for head in heads if head.id in wanted]

    def _record(self, key: str) -> ImportRecord | None:
        parsed = self._yaml(f"{FOLDER}/{key}/{RECORD}", ImportRecord)
        return parsed.value if parsed else None

    def _table(self, head: Dataset) -> CellTable | None:
        name = f"{FOLDER}/{head.id}/{CELLS}"
        record, data = self._record(head.id), self._files.get(name)
        if record is None or data is None:
            self.faults.append(Fault(name, None, f"the table is missing; run `salarybot import {head.id} FILE...`"))
            return None
        if hashlib.sha256(data).hexdigest() != record.sha256:
            self.faults.append(Fault(name, None, f"not what {RECORD} says was written; import it again, don't edit it"))
            return None
        header, _, lines = data.decode("utf-8").removesuffix("\n").partition("\n")
        if header != HEADER:
            self.faults.append(Fault(name, 1, f"the columns have to be {HEADER}; import it again"))
            return None
        return CellTable(head.id, Lines(lines) if lines else ())

    def places(self) -> dict[str, Place]:
        """Return the places by id."""
        kinds = get_args(PlaceKind)
        places: dict[str, Place] = {}
        for line, row in self._rows(f"{FOLDER}/{PLACES}", PLACE_COLUMNS):
            if row["kind"] not in kinds:
                self._fault(PLACES, line, f"the kind {row['kind']!r} is none of {', '.join(kinds)}")
                continue
            names = _names(row["names"])
            places[row["id"]] = Place(
                id=row["id"],
                kind=row["kind"],  # type: ignore[arg-type] # one of its values, as looked at above
                name=row["name"],
                parent=row["parent"],
                names=names,
            )
        return places

    def employers(self, datasets: Iterable[str]) -> dict[str, Employer]:
        """Return the employers by id: those that people describe, then those that imports found, by all their names."""
        employers: dict[str, Employer] = {}
        files = [f"{FOLDER}/{EMPLOYERS}", *(f"{FOLDER}/{key}/{OWN_EMPLOYERS}" for key in datasets)]
        for name in files:
            for _, row in self._rows(name, EMPLOYER_COLUMNS):
                before = employers.get(row["id"])
                names = dict.fromkeys((*(before.names if before else ()), *_names(row["names"])))
                employers[row["id"]] = Employer(
                    id=row["id"],
                    name=before.name if before else row["name"],
                    parent=before.parent if before else row["parent"],
                    names=tuple(names),
                )
        return employers

    def _rows(self, name: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows of a CSV file with their lines; a file that isn't there has none."""
        if name not in self._files:
            return
        text = yaml_schema.decode(self._files[name], name)
        if isinstance(text, Fault):
            self.faults.append(text)
            return
        reader = csv.reader(text.split("\n"))
        if tuple(next(reader, ())) != columns:
            self.faults.append(Fault(name, 1, f"the columns have to be {','.join(columns)}"))
            return
        for row in reader:
            if len(row) == len(columns):
                yield reader.line_num, dict(zip(columns, row, strict=True))
            elif row:
                self.faults.append(Fault(name, reader.line_num, f"{len(row)} columns; there have to be {len(columns)}"))

    def _yaml(self, name: str, wanted: type[T]) -> Parsed[T] | None:
        if name not in self._files:
            self.faults.append(Fault(name, None, "the file is missing; a folder of datasets has one of that name"))
            return None
        return self._parsed.parsed(name, wanted)

    def _fault(self, file: str, line: int, message: str) -> None:
        self.faults.append(Fault(f"{FOLDER}/{file}", line, message))


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


def listed(public: PublicData, used: frozenset[str]) -> Iterator[str]:
    """Yield two lines a dataset: its id, rows, date, license and whether it is used; its title and publisher."""
    for dataset in public.datasets:
        rows = len(public.tables[dataset.id])
        use = "" if used == ALL or dataset.id in used else " (not used)"
        yield f"{dataset.id}{use}: {rows:,} {'row' if rows == 1 else 'rows'}, {dataset.date}, {dataset.license}"
        yield f"    {dataset.title}; {dataset.publisher}, {dataset.link}"


def faults_of(public: PublicData) -> list[Fault]:
    """Return what is wrong with tables and names that the loader lets pass: a slow look at every line."""
    faults = _faults_of_names(public)
    for dataset in public.datasets:
        file = f"{FOLDER}/{dataset.id}/{CELLS}"
        lines = public.tables[dataset.id].lines
        if len(lines) != public.records[dataset.id].cells:
            faults.append(
                Fault(file, None, f"{len(lines):,} cells, and {RECORD} says {public.records[dataset.id].cells:,}")
            )
        found = faults_of_lines(lines, dataset, public)
        faults += [Fault(file, line, message) for line, message in _first(found)]
    size = sum(len(line.encode()) + 1 for table in public.tables.values() for line in table.lines)
    if size > LARGEST:
        faults.append(Fault(FOLDER, None, f"the tables have {size:,} bytes; the limit is {LARGEST:,}"))
    return faults


def _first(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return [fault for fault, _ in zip(found, range(MOST_FAULTS), strict=False)]


def _faults_of_names(public: PublicData) -> list[Fault]:
    faults = [
        Fault(f"{FOLDER}/{PLACES}", None, f"the place {place.id!r} lies in {place.parent!r}, which is not listed")
        for place in public.places.values()
        if place.parent and place.parent not in public.places
    ]
    for role in public.roles.values():
        lacking = [near for near in role.nearest if near not in public.roles]
        faults += [Fault(f"{FOLDER}/{ROLES}", None, f"{role.id}: nearest {near!r} is no role") for near in lacking]
    assigned: dict[tuple[str, str], str] = {}
    for role in public.roles.values():
        for occupation in role.occupations:
            key = (occupation.classification, occupation.code or occupation.title)
            if key in assigned:
                faults.append(
                    Fault(f"{FOLDER}/{ROLES}", None, f"{' '.join(key)} is both {assigned[key]} and {role.id}")
                )
            assigned[key] = role.id
    return faults


def faults_of_lines(lines: Iterable[str], dataset: Dataset, public: PublicData) -> Iterator[tuple[int, str]]:
    """Yield (line of the file, what is wrong) of a table's lines."""
    lines = list(lines)
    for number, (before, line) in enumerate(pairwise(lines), 3):
        if before.split(",")[: len(KEY)] == line.split(",")[: len(KEY)]:
            yield number, "the same cell as the line before"
        elif before > line:
            yield number, "the lines are not sorted"
    for number, line in enumerate(lines, 2):
        values = line.split(",")
        if len(values) != len(COLUMNS):
            yield number, f"{len(values)} columns; there have to be {len(COLUMNS)}"
        else:
            cell = dict(zip(COLUMNS, values, strict=True))
            yield from ((number, message) for message in _faults_of_cell(cell, dataset, public))


def _faults_of_cell(cell: dict[str, str], dataset: Dataset, public: PublicData) -> Iterator[str]:
    yield from _faults_of_key(cell, dataset, public)
    wrong = [name for name in ("n", "rse", *STATISTICS) if cell[name] and not _NUMBER.fullmatch(cell[name])]
    if wrong:
        yield f"{wrong[0]} is {cell[wrong[0]]!r}; it has to be a plain number"
        return
    if dataset.counted and (not cell["n"].isdecimal() or int(cell["n"]) < FEWEST):
        yield f"n is {cell['n'] or 'empty'}; under {FEWEST} nothing may be told"
    figures = [float(cell[name]) for name in STATISTICS[:-1] if cell[name]]
    if figures != sorted(figures):
        yield "the percentiles do not rise"
    if not any(cell[name] for name in STATISTICS):
        yield "a cell without a figure"


def _faults_of_key(cell: dict[str, str], dataset: Dataset, public: PublicData) -> Iterator[str]:
    homes: dict[str, Mapping[str, object]] = {
        "company": public.employers,
        "role": public.roles,
        "level": public.levels,
        "place": public.places,
    }
    for column, things in homes.items():
        if cell[column] and (cell[column] not in things or not _ID.fullmatch(cell[column])):
            yield f"the {column} {cell[column]!r} is not listed, or no id (lower case and digits, joined by _ or -)"
    if not cell["place"]:
        yield "a cell has to have a place"
    if not _PERIOD.fullmatch(cell["period"]):
        yield f"{cell['period']!r} is no period, such as 2025, 2025-05, 2023-2024, FY2026 or FY2026-H1"
    ends = {""} if dataset.measures == "percentiles" else set(get_args(End)) - {""}
    if cell["end"] not in ends:
        yield f"the end is {cell['end']!r}; in this dataset it is one of {sorted(ends)}"
