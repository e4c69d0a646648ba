"""No name or id of the knowledge base, and no word of a question, stands in the code: they are YAML."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.core.model.answer_specs import SPECS
from bot.core.model.knowledge import Knowledge
from bot.storage.knowledge.library import DEFAULT_FOLDER, load

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
# The words that patterns of notations hold: addresses, Roman numerals, a database's URL, a catalog's lines, ids of
# figures and of bands of years, the marks of quantities, and the names of groups. Each is looked for to the letter.
NOTATION = frozenset(
    {
        *("https", "www", "discord", "discordapp", "gg", "com", "memory", "msgid", "msgstr", "plural"),
        *("ii", "iii", "iv", "figure", "low", "high", "years", "up", "amount", "before"),
    }
)
# The levels of a publisher's codes.
PUBLISHERS = "bot/datasets/"
# Ids that are also something else than an intent: of a kind of figure, a gap, a rule of the policy, an attribute.
NOT_INTENTS = frozenset({"growth", "left_out", "elsewhere", "method", "languages"})


class Literal(NamedTuple):
    """A string in the code that is no docstring."""

    where: str
    text: str
    pattern: bool


@cache
def literals() -> tuple[Literal, ...]:
    return tuple(literal for path in MODULES for literal in _literals_of(path))


def _literals_of(path: Path) -> Iterator[Literal]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    patterns = {id(part) for call in calls if ast.unparse(call.func).startswith("re.") for part in ast.walk(call)}
    spoken = [call for call in calls if ast.unparse(call.func).split(".")[-1] in {"say", "later", "count"}]
    patterns -= {id(part) for call in spoken for part in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            yield Literal(where, node.value, id(node) in patterns)


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(DEFAULT_FOLDER)


def test_no_sentence_names_what_is_on_file(shipped: Knowledge) -> None:
    publishers = [source for source in shipped.sources if source.kind == "publisher" and not source.common_word]
    names = {name for company in shipped.companies for name in (company.name, *company.aliases)}
    names |= {name for source in publishers for name in (source.name, *source.aliases)}
    roles = {name for role in shipped.roles for name in (role.name, role.short, *role.aliases)}
    fields = {name for field in shipped.vocabulary.fields for name in (field.name, *field.aliases)}
    words = "|".join(map(re.escape, sorted({*names, *roles, *fields}, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w-])(?:{words})s?(?![\w-])", re.IGNORECASE)
    assert named.search("what google pays")
    assert [literal for literal in literals() if named.search(literal.text)] == []


def test_no_id_of_what_is_on_file_stands_in_the_code(shipped: Knowledge) -> None:
    sources = {source.id for source in shipped.sources if not source.common_word}
    owners = {company.id for company in shipped.companies} | {role.id for role in shipped.roles}
    subjects = {topic.id for topic in shipped.topics} | {intent.id for intent in shipped.intents}
    ids = (sources | owners | subjects) - {*SPECS}
    assert {"google", "ml_engineer", "glassdoor", "education", "no_equity"} <= ids
    assert [literal for literal in literals() if literal.text in ids - NOT_INTENTS] == []
    levels = {level.id for level in shipped.vocabulary.levels}
    found = [literal for literal in literals() if literal.text in levels]
    assert [literal for literal in found if not literal.where.startswith(PUBLISHERS)] == []


def test_no_pattern_holds_a_word() -> None:
    held = []
    for literal in literals():
        bare = re.sub(r"\\[a-zA-Z]|\(\?P[<=]\w+[>)]|\[[^\]]*\]|\{\w+\}", " ", literal.text)
        if literal.pattern and (words := set(re.findall("[a-z]{2,}", bare)) - NOTATION):
            held.append((literal.where, words))
    assert held == []


# What holds a text or a word of it.
TEXTS = re.compile(
    r"(?:^|[_.])(?:words?|texts?|raws?|typed|stems?|plain|marked|normalized|tokens?|singular)(?:\[[^\]]*\])?$"
)
PARTS = frozenset({"startswith", "endswith", "removeprefix", "removesuffix", "partition", "split", "count", "find"})


def words_compared(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, word) of each word of letters that a text, or a word of a text, is compared with or searched for."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in PARTS:
                sides = [value, *node.args]
            case _:
                continue
        if any(TEXTS.search(ast.unparse(side)) for side in sides):
            strings = [one for side in sides for one in ast.walk(side) if isinstance(one, ast.Constant)]
            words = ((one.lineno, str(one.value)) for one in strings)
            yield from (found for found in words if re.fullmatch("[a-z ]*[a-z]{2}[a-z ]*", found[1]))


def test_no_text_is_compared_with_a_word() -> None:
    wrong = 'if word.text in {"than", "1"} or texts[0] == "of" or raw.endswith(" pay") or plain.count(" "): pass'
    assert [word for _, word in words_compared(ast.parse(wrong))] == ["than", "of", " pay"]
    for path in sorted((ROOT / "bot/core").rglob("*.py")):
        if path.name == "inflection.py":
            continue  # English endings, which are rules and no words
        assert list(words_compared(ast.parse(path.read_text(encoding="utf-8")))) == [], path
