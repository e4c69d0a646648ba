"""Whatever is added to the shipped knowledge base, its check passes and so do the tests of a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import load
from tests import knowledge_base

ROOT = Path(__file__).parent.parent
# The tests that read the shipped knowledge base, or the catalogs with its texts; the others have a base of their own.
SHIPPED = ("catalogs", "knowledge_files", "languages", "schema")
PATIENCE = 900.0

COMPANY = """\
id: {key}
name: {name}
figures:
  - id: {key}.range
    basis: range
    company: {key}
    low: 150000
    high: 400000
    source: glassdoor
    section: Popular Employers and Their Average Machine Learning Engineer Salary
"""
ROLE = """\
id: robotics_engineer
name: robotics engineer
short: robotics engineer
figures:
  - id: robotics_engineer.payscale
    basis: average
    role: robotics_engineer
    value: 118000
    source: payscale
    section: Salaries of robotics engineers
"""
SOURCE = """\
  - id: comparably
    name: Comparably
"""
AVERAGE = """\
  - id: ml_engineer.comparably
    basis: average
    value: 144000
    source: comparably
    section: Salaries by Comparably
"""
TOPIC = """\
id: remote_work
title: Working from home
section: Remote work
source: payscale
lead: Most employers let ML engineers work from home some days a week.
"""
INTENT = """\
id: remote_work
title: Working from home
answer: topic
topic: remote_work
examples:
  - can ml engineers work from home
  - do mles work remotely
  - is remote work common for ml engineers
"""
LEVELS = """\
    to_years: 29
    aliases: [seasoned, veteran, late career, late-career]
  - id: elder
    name: elder (30 years and more)
    from_years: 30
    aliases: [elder, most experienced]
"""
BAND = """\
  - id: ml_engineer.elder
    basis: band
    level: elder
    value: 171000
    source: payscale
    section: ML Engineer Salary and Years of Experience
"""


def write(knowledge: Path, file: str, text: str, kind: str) -> None:
    (knowledge / file).write_text(f"# yaml-language-server: $schema=../schema/{kind}.json\n{text}", encoding="utf-8")


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}: correct this test"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def insert(file: Path, line: str, text: str) -> None:
    """Put a text behind a line."""
    swap(file, f"{line}\n", f"{line}\n{text}")


def forget(file: Path, name: str) -> None:
    """Remove a name that gets figures from those without."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"  {name}:")]
    assert len(kept) == len(lines) - 1
    file.write_text("".join(kept), encoding="utf-8")


def company(knowledge: Path) -> None:
    write(knowledge, "companies/acme.yaml", COMPANY.format(key="acme", name="Acme Rockets"), "company")


def company_known_by_name(knowledge: Path) -> None:
    write(knowledge, "companies/oracle.yaml", COMPANY.format(key="oracle", name="Oracle"), "company")
    forget(knowledge / "recognized/employers.yaml", "Oracle")


def role(knowledge: Path) -> None:
    write(knowledge, "roles/robotics_engineer.yaml", ROLE, "role")
    forget(knowledge / "recognized/roles.yaml", "robotics engineer")


def source(knowledge: Path) -> None:
    insert(knowledge / "sources.yaml", "sources:", SOURCE)
    insert(knowledge / "roles/ml_engineer.yaml", "figures:", AVERAGE)
    forget(knowledge / "recognized/sites.yaml", "Comparably")


def topic(knowledge: Path) -> None:
    write(knowledge, "topics/remote_work.yaml", TOPIC, "topic")
    write(knowledge, "intents/remote_work.yaml", INTENT, "intent")


def split_level(knowledge: Path) -> None:
    file = knowledge / "vocabulary.yaml"
    text = file.read_text(encoding="utf-8")
    last = text[text.index("    from_years: 20\n") :].split("\n\n")[0] + "\n"
    swap(file, last, "    from_years: 20\n" + LEVELS)
    swap(file, "(20 years and more)", "(20–29 years)")
    insert(knowledge / "roles/ml_engineer.yaml", "figures:", BAND)


@pytest.mark.long
@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("add", [company, company_known_by_name, role, source, topic, split_level])
def test_a_copy_with_an_addition_passes_its_check_and_its_tests(
    advisor: Advisor, tmp_path: Path, add: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy"
    for path in ("bot", "knowledge", "tests"):
        shutil.copytree(ROOT / path, copy / path, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    add(copy / "knowledge")
    # All other tests see no difference.
    assert load(knowledge_base.build(tmp_path / "base", copy / "knowledge")) == advisor.knowledge
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SALARYBOT_")}
    files = [f"tests/test_{name}.py" for name in SHIPPED]
    for command in (["bot", "check"], ["bot", "texts"], ["pytest", "-n0", "-p", "no:cacheprovider", *files]):
        ended = subprocess.run(  # noqa: S603 - the program itself and its tests
            [sys.executable, "-m", *command],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout[-20_000:]
