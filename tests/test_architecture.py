"""The floor plan as a test: who imports whom, who may have effects, how long things get, what lies at the top."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from bot.core.advisor import Advisor
from bot.core.answers import ANSWERS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# A package may import what stands on a lower floor; packages of one floor do not know each other.
FLOORS = (("core", "metrics"), ("storage", "charts", "settings"), ("datasets",), ("chat",), ("cli",), ("__main__",))
CORE = (
    ("text",),
    ("model",),
    ("nlu",),
    ("phrases",),
    ("decide",),
    ("datasets",),
    ("answers",),
    ("render",),
    ("offers", "query_codec", "query_edits"),
    ("advisor",),
)
CHAT = (
    ("transport",),
    ("guilds",),
    ("presentation",),
    ("conversation",),
    ("services",),
    ("cogs",),
    ("app",),
    ("demo",),
)
MOST_MODULES, SHORTEST_MODULE = 12, 60

HOMES = {
    "PIL": {"bot.charts"},
    "aiohttp": {"bot.chat"},
    "alembic": {"bot.storage.records"},
    "babel": {"bot.storage"},
    "cachetools": {"bot.chat", "bot.charts"},
    "discord": {"bot.chat"},
    "fastexcel": {"bot.datasets"},
    "numpy": {"bot.core.nlu"},
    "platformdirs": {"bot.settings"},
    "polars": {"bot.datasets"},
    "prometheus_client": {"bot.metrics"},
    "pydantic": {"bot.storage", "bot.settings", "bot.chat.app"},  # the chat only hands on the token's SecretStr
    "rapidfuzz": {"bot.core.nlu"},
    "rich": {"bot.cli", "bot.chat.demo"},
    "simcord": {"bot.chat.demo"},
    "sqlalchemy": {"bot.storage.records", "bot.storage.sharing"},
    "tenacity": {"bot.chat", "bot.storage.records", "bot.charts"},
    "typer": {"bot.cli"},
    "yaml": {"bot.storage"},
    "yarl": {"bot.chat.app"},
}
# What has effects, or an answer of its own at every call, stays out of the core.
EFFECTS = frozenset(
    {
        *("asyncio", "signal", "socket", "subprocess", "threading", "urllib"),
        *("datetime", "random", "secrets", "time", "uuid"),
        *("io", "locale", "logging", "os", "pathlib", "shutil", "sys", "tempfile", "warnings"),
    }
)
LONGEST_FUNCTION, LONGEST_CLASS = 45, 150
LONG_FUNCTIONS: set[str] = set()
LONG_CLASSES: set[str] = set()


class Import(NamedTuple):
    """One import: from which module, of which, on which line."""

    by: str
    of: str
    line: int


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for path in MODULES for found in _imports_of(path))


def _imports_of(path: Path) -> Iterator[Import]:
    names = {name_of(module) for module in MODULES}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (Import(name_of(path), alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import; write it out"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield Import(name_of(path), whole if whole in names else node.module or "", node.lineno)


def ours(inside: str = "bot.") -> list[Import]:
    return [found for found in imports() if found.of.startswith(inside) and found.by.startswith(inside)]


def floors_broken(inside: str, floors: tuple[tuple[str, ...], ...]) -> list[Import]:
    """Return the imports between packages of a room that do not lead to a lower floor."""
    floor = {package: n for n, packages in enumerate(floors) for package in packages}
    depth = inside.count(".") + 1
    between = [(i, i.by.split(".")[depth], i.of.split(".")[depth]) for i in ours(f"{inside}.")]
    return [i for i, by, of in between if by != of and floor[of] >= floor[by]]


@pytest.mark.parametrize(("inside", "floors"), [("bot", FLOORS), ("bot.core", CORE), ("bot.chat", CHAT)])
def test_imports_run_down_only(inside: str, floors: tuple[tuple[str, ...], ...]) -> None:
    folder = ROOT / inside.replace(".", "/")
    rooms = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__"} == {package for packages in floors for package in packages}
    assert not floors_broken(inside, floors)


def test_no_folder_is_crowded() -> None:
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder): count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_a_short_module_with_one_importer_belongs_to_it() -> None:
    importers: dict[str, set[str]] = {}
    for found in ours():
        importers.setdefault(found.of, set()).add(found.by)
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    packages = {name_of(path) for path in MODULES if path.name == "__init__.py"}
    short = [name for name, length in lengths.items() if length < SHORTEST_MODULE and name not in packages]
    assert [name for name in short if len(importers.get(name, ())) == 1] == []


def test_third_parties_have_one_home() -> None:
    strangers = []
    for found in imports():
        top = found.of.split(".")[0]
        if top == "bot" or top in sys.stdlib_module_names:
            continue
        if not any(found.by == home or found.by.startswith(f"{home}.") for home in HOMES.get(top, ())):
            strangers.append(found)
    assert not strangers


def test_the_core_has_no_effects() -> None:
    assert not [i for i in imports() if i.by.startswith("bot.core") and i.of.split(".")[0] in EFFECTS]
    calls = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
    for path in (ROOT / "bot/core").rglob("*.py"):
        named = [
            node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        assert not [(path.name, n.lineno) for n in named if isinstance(n.func, ast.Name) and n.func.id in calls]


def test_only_settings_reads_the_environment() -> None:
    readers = [path.name for path in MODULES if re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))]
    assert readers == ["settings.py"]


@pytest.mark.parametrize("path", MODULES + TESTS, ids=name_of)
def test_a_module_opens_with_a_sentence_and_hides_no_import(path: Path) -> None:
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, "a module opens with one sentence that says its one job"
    assert docstring.split("\n")[0].strip()[-1] in ".,:;", docstring
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8") or path == Path(__file__)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_and_classes_fit_in_a_glance(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            long = _lines(node) > LONGEST_FUNCTION and f"{name_of(path)}.{node.name}" not in LONG_FUNCTIONS
            assert not long, f"{path}:{node.lineno}: {node.name} has {_lines(node)} lines"
        if isinstance(node, ast.ClassDef):
            long = _lines(node) > LONGEST_CLASS and f"{name_of(path)}.{node.name}" not in LONG_CLASSES
            assert not long, f"{path}:{node.lineno}: {node.name} has {_lines(node)} lines: two classes in one"
            docstring = ast.get_docstring(node) or node.name.startswith("_")
            assert docstring, f"{path}:{node.lineno}: {node.name} says nothing of itself"


def _public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
            yield from _public(inner)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
            yield inner


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_functions_say_what_they_do(path: Path) -> None:
    # `of` builds what its class says.
    public = (node for node in _public(tree_of(path)) if node.name != "of")
    assert [f"{path}:{node.lineno}: {node.name}" for node in public if not ast.get_docstring(node)] == []


def test_what_is_allowed_to_be_long_is_long() -> None:
    kinds = {ast.FunctionDef: LONGEST_FUNCTION, ast.AsyncFunctionDef: LONGEST_FUNCTION, ast.ClassDef: LONGEST_CLASS}
    long = {
        f"{name_of(path)}.{node.name}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _lines(node) > kinds[type(node)]
    }
    assert long == LONG_FUNCTIONS | LONG_CLASSES


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


# What Discord or a database sends, and what ends a connection or a login, must never end the bot.
EDGES = {
    *("bot.chat.app.gateway", "bot.storage.records.engine.engine", "bot.storage.records.scheduler"),
}


def test_a_broad_except_stands_at_no_inner_place() -> None:
    broad = []
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler):
                names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"Exception"}
                broad += [(name_of(path), node.lineno)] if names & {"Exception", "BaseException"} else []
    assert {module for module, _ in broad} == EDGES


# ------------------------------------------------------------------ folders and files


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, also those not yet added; outside a checkout (an unpacked sdist) none."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - whatever git there is
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout")
def test_the_top_level_is_as_agreed() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    agreed = {"pyproject.toml", "README.md", "bot", "knowledge", "tests", "Dockerfile", "LICENSE", "CHANGELOG.md"}
    assert {name for name in top if not name.startswith(".")} == agreed


# Pieced together, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"/(?:home|Users|root|work|tmp/w)/[\w.]",
            "files" + r"\.pythonhosted\.org",
            r"(?<![\w.-])pypi" + r"\.(?:org|python\.org)",
            r"index" + r"-url",
            "registry" + r"\.(?:npmjs\.org|hub\.docker)",
        )
    )
)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout")
def test_no_file_names_a_machine_or_a_registry() -> None:
    docstring = {path: path.read_bytes().decode("utf-8", "replace") for path in tracked()}
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in docstring.items()
        for match in FORBIDDEN.finditer(text)
    ]
    assert not found


# ------------------------------------------------------------------ knowledge, answers, questions


def test_every_intent_has_its_questions_and_the_other_way_round(base: Path) -> None:
    intents = {path.stem for path in (base / "intents").glob("*.yaml")}
    files = {path.stem: path for path in (ROOT / "tests/questions").glob("*.yaml")}
    assert intents == set(files) - {"traps"}  # near misses and the like, of no one intent
    for stem in intents:
        docstring = yaml.safe_load(files[stem].read_text(encoding="utf-8"))
        assert docstring["intent"] == stem
        assert docstring["questions"]
        assert all(
            set(question) <= {"ask", "status", "says", "details", "never"} for question in docstring["questions"]
        )


def test_every_kind_of_answer_is_used_and_every_used_one_exists(advisor: Advisor) -> None:
    named = {intent.answer for intent in advisor.knowledge.intents}
    chosen = {
        node.value
        for path in (
            *("decide/query_builder.py", "decide/follow_ups/antecedents.py", "decide/policy/answers.py"),
            "datasets/lookups.py",
        )
        for node in ast.walk(tree_of(ROOT / "bot/core" / path))
        if isinstance(node, ast.Constant)
    }
    assert named <= {*ANSWERS, "no_figures", "off_topic"}
    assert set(ANSWERS) <= named | chosen
