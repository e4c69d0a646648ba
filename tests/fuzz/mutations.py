"""Ways of breaking a knowledge base: bytes, YAML, values and files, each on a folder and at random.

Each takes the folder and a source of randomness, and changes one thing; which one follows from the seed alone.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Mutation = Callable[[Path, random.Random], None]
Parts = list[tuple[Any, Any]]
LARGE = 200_000
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def any_file(folder: Path, rng: random.Random, pattern: str = "*") -> Path:
    """Return some file that the bot reads; each folder has the same chance, whatever it holds."""
    places = sorted(path for path in (folder, *folder.iterdir()) if path.is_dir() and any(_files(path, pattern)))
    return rng.choice(_files(rng.choice(places), pattern)) if places else folder / "sources.yaml"


def _files(place: Path, pattern: str) -> list[Path]:
    return sorted(path for path in place.glob(pattern) if path.is_file() and not path.is_symlink())


# ------------------------------------------------------------------ bytes


def on_bytes(change: Callable[[bytearray, random.Random], bytes | bytearray]) -> Mutation:
    def mutate(folder: Path, rng: random.Random) -> None:
        file = any_file(folder, rng)
        if file.is_file():
            file.write_bytes(change(bytearray(file.read_bytes()), rng))

    return mutate


def on_lines(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Mutation:
    return on_bytes(lambda data, rng: b"\n".join(change(bytes(data).split(b"\n"), rng)))


PIECES = (
    *(b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\t", b"\r", b"\x07", b"\x85", b"\xe2\x80\xa8"),
    *(b"#", b"'", b'"', b"- ", b": ", b"\n---\n", b"\n...\n", b"%YAML 9\n", b"[", b"{", b"}", b"|", b">", b"@"),
)


def flipped(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(min(rng.choice((1, 1, 3, 20)), len(data))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def deleted(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.choice((1, 1, 5, 50))]
    return data


def inserted(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data) + 1)
    data[at:at] = rng.choice((*PIECES, rng.randbytes(rng.choice((1, 8, 400)))))
    return data


def truncated(data: bytearray, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data) + 1)]


def lines_doubled(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    return lines[:at] + lines[at : at + rng.choice((1, 1, 4))] * rng.choice((2, 2, 300)) + lines[at:]


def lines_swapped(lines: list[bytes], rng: random.Random) -> list[bytes]:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def lines_indented(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice((b" ", b"\t", b"    ")) + lines[at]
    return lines


BYTES: dict[str, Mutation] = {
    "bytes flipped": on_bytes(flipped),
    "bytes deleted": on_bytes(deleted),
    "bytes inserted": on_bytes(inserted),
    "truncated": on_bytes(truncated),
    "lines doubled": on_lines(lines_doubled),
    "lines swapped": on_lines(lines_swapped),
    "a line indented": on_lines(lines_indented),
    "a BOM": on_bytes(lambda data, _: b"\xef\xbb\xbf" + data),
    "CRLF": on_bytes(lambda data, _: data.replace(b"\n", b"\r\n")),
    "UTF-16": on_bytes(lambda data, _: data.decode("utf-8", "replace").encode("utf-16")),
    "noise": on_bytes(lambda _, rng: rng.randbytes(rng.choice((1, 100, 10_000)))),
}

# ------------------------------------------------------------------ YAML

BOMB = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 12))])
# What is put in the place of a value, or as a line of its own.
VALUES = [
    *("!!python/object/apply:os.system ['true']", "!!python/name:os.system", "!!binary aGk=", "!!set {a, b}", "!x y"),
    *("&a [*a]", "*nobody", "&b x", "[" * 60 + "]" * 60, "{a: " * 30 + "x" + "}" * 30, "- " * 40 + "x"),
    *("<<: {id: x}", "9" * 400, "0x7fffffffffffffffff", "1e999", ".inf", "-.inf", ".nan", "2021-01-01", "NO", "1:30"),
    *(
        "012",
        "1_000",
        "~",
        "null",
        "true",
        "'",
        '"',
        "|",
        ">-",
        "? x",
        "[a, b",
        "{a: b}",
        "@x",
        "`x`",
        "%x",
        "''",
        "' '",
    ),
    *('"\\ud800"', '"\\0"', '"\\u202e"', '"\\x07"', "!!int '5'", "!!float 'x'", "!!str 5", "=", "- x", "&a"),
]
DOCUMENTS = [
    "---\n",
    "...\n",
    "--- x\n--- y\n",
    "%TAG ! tag:x,2000:\n---\n",
    f"{BOMB}\n",
    "a: 1\na: 2\n",
    "? [a]\n: b\n",
]
_VALUE = re.compile(r"(?<=: )\S.*|(?<=- )\S.*|(?<=[\[,] )[^,\]\n]+", re.MULTILINE)


def value_rewritten(folder: Path, rng: random.Random) -> None:
    """Put odd YAML in the place of a value."""
    file = any_file(folder, rng, "*.yaml")
    content = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    places = list(_VALUE.finditer(content))
    if places:
        place = rng.choice(places)
        file.write_text(content[: place.start()] + rng.choice(VALUES) + content[place.end() :], encoding="utf-8")


def document_put(folder: Path, rng: random.Random) -> None:
    """Put a piece of YAML before, after or into a file."""
    file = any_file(folder, rng, "*.yaml")
    if file.is_file():
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        at = rng.choice((0, len(lines), rng.randrange(len(lines) + 1)))
        file.write_text("".join([*lines[:at], rng.choice(DOCUMENTS), *lines[at:]]), encoding="utf-8")


YAML: dict[str, Mutation] = {"a value rewritten": value_rewritten, "a document put": document_put}

# ------------------------------------------------------------------ values

ODD: list[Any] = [
    *(-1, 0, 1, 5, 10**17, 10**40, 0.5, -0.0, 1e308, True, None, "", " ", "x", "?", "no", "12", "2021-01-01"),
    *([], {}, [[]], [""], [None], [1], ["x", "x"], {"x": "y"}, {"id": "x"}),
    *(
        "x" * 100,
        "x" * 5_000,
        "x" * 200_000,
        "x y " * 20_000,
        "ab" * 16 + "c",
        ["x" * 5_000],
        [f"n{n}" for n in range(3_000)],
    ),
    *(
        "(a+)+$",
        ".*",
        "[",
        "(?P<x>",
        "\\1",
        "{figure:",
        "{figure:google.range}",
        "{figure:google.range.low}",
        "{}",
        "{x}",
    ),
    *(
        "$100,000 and 12k",
        "9" * 5_000,
        "1," * 5_000,
        "\u202egoogle",
        "\u0301" * 3_000,
        "\ufdfa" * 3_000,
        "§years0",
        "%s",
    ),
    *(
        "<company:google>",
        "<company:?>",
        "^",
        "word:",
        "exact:",
        "field:",
        "field:nobody",
        "|",
        "pay|",
        "word:pay|exact:x",
    ),
    *(
        "topic",
        "pay",
        "no_figures",
        "google",
        "Google",
        "amazon",
        "senior",
        "glassdoor",
        "ml_engineer",
        "article",
        "not_stated",
    ),
    *(
        "band",
        "range",
        "average",
        "growth",
        "comparison",
        "percent",
        "USD",
        "month",
        "salary",
        "the",
        "a",
        "r",
        "c++",
        "C#",
    ),
    *(
        "@everyone",
        "<@1>",
        "**x**",
        "```",
        "https://evil.example",
        "../../etc/passwd",
        "a\nb",
        "a\tb",
        "İ",
        "ß",
        "\ufb03",
    ),
]


def _parts(tree: Any) -> Parts:
    """Return (container, key) of every value in plain data; what stands at several places counts once."""
    found: Parts = []
    waiting, seen = [tree], set[int]()
    while waiting:
        here = waiting.pop()
        if not isinstance(here, dict | list) or id(here) in seen:
            continue
        seen.add(id(here))
        items = list(here.items() if isinstance(here, dict) else enumerate(here))
        found += [(here, key) for key, _ in items]
        waiting += [value for _, value in items]
    return found


def on_values(change: Callable[[Parts, random.Random], None]) -> Mutation:
    def mutate(folder: Path, rng: random.Random) -> None:
        file = any_file(folder, rng, "*.yaml")
        if not file.is_file() or file.stat().st_size > LARGE:
            return  # an earlier mutation was here, which PyYAML by itself would not survive
        try:
            tree = yaml.load(file.read_bytes(), Loader=_Loader)  # noqa: S506 - it is safe
        except (yaml.YAMLError, OSError, ValueError):
            return
        parts = _parts(tree)
        if parts:
            change(parts, rng)
            file.write_text(yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True), encoding="utf-8")

    return mutate


def replaced(parts: Parts, rng: random.Random) -> None:
    here, key = rng.choice(parts)
    here[key] = rng.choice(ODD)


def removed(parts: Parts, rng: random.Random) -> None:
    here, key = rng.choice(parts)
    del here[key]


def doubled(parts: Parts, rng: random.Random) -> None:
    here, key = rng.choice([(here, key) for here, key in parts if isinstance(here, list)] or parts)
    if isinstance(here, list):
        here.insert(key, here[key])


def exchanged(parts: Parts, rng: random.Random) -> None:
    (here, key), (there, other) = rng.choice(parts), rng.choice(parts)
    # Not into each other: a tree that holds itself can't be written.
    if not isinstance(here[key], dict | list) and not isinstance(there[other], dict | list):
        here[key], there[other] = there[other], here[key]


def renamed(parts: Parts, rng: random.Random) -> None:
    here, key = rng.choice([(here, key) for here, key in parts if isinstance(here, dict)] or parts)
    if isinstance(here, dict):
        here[rng.choice(("x", "id", "name", "", "aliases", "figures", "Google", "§", "low"))] = here.pop(key)


def scaled(parts: Parts, rng: random.Random) -> None:
    numbers = [(here, key) for here, key in parts if isinstance(here[key], int | float)]
    if numbers:
        here, key = rng.choice(numbers)
        here[key] = rng.choice((-here[key], here[key] * 10**9, here[key] * 10**20, here[key] / 3, float("inf")))


VALUE: dict[str, Mutation] = {
    "a value replaced": on_values(replaced),
    "a value removed": on_values(removed),
    "an item doubled": on_values(doubled),
    "values exchanged": on_values(exchanged),
    "a key renamed": on_values(renamed),
    "a number changed": on_values(scaled),
}

# ------------------------------------------------------------------ files


def on_file(change: Callable[[Path, random.Random], object]) -> Mutation:
    def mutate(folder: Path, rng: random.Random) -> None:
        file = any_file(folder, rng)
        if file.is_file():
            change(file, rng)

    return mutate


def file_copied(file: Path, rng: random.Random) -> None:
    name = rng.choice(("copy.yaml", "A.yaml", "copy.yml", ".copy.yaml", "x y.yaml", "ü.yaml", "copy"))
    shutil.copy(file, file.with_name(name))


def file_replaced(file: Path, rng: random.Random) -> None:
    """Put something that is no file in the place of a file."""
    file.unlink()
    rng.choice(
        (
            file.mkdir,
            lambda: os.mkfifo(file),
            lambda: file.symlink_to(file.name),
            lambda: file.symlink_to("/etc/passwd"),
            lambda: file.symlink_to("nowhere"),
            lambda: file.symlink_to("/dev/zero"),
            lambda: file.symlink_to("../sources.yaml"),
        )
    )()


def folder_gone(folder: Path, rng: random.Random) -> None:
    place = rng.choice(sorted(path for path in folder.iterdir() if path.is_dir()) or [folder / "x"])
    shutil.rmtree(place, ignore_errors=True)
    rng.choice((lambda: None, place.mkdir, place.touch, lambda: place.symlink_to(".")))()


def locked(folder: Path, rng: random.Random) -> None:
    rng.choice((any_file(folder, rng), any_file(folder, rng).parent)).chmod(0)


FILES: dict[str, Mutation] = {
    "a file gone": on_file(lambda file, _: file.unlink()),
    "a file renamed": on_file(
        lambda file, rng: file.rename(file.with_name(rng.choice(("x.yaml", "x.yml", "google.yaml"))))
    ),
    "a file copied": on_file(file_copied),
    "a file emptied": on_file(lambda file, rng: file.write_bytes(rng.choice((b"", b"\n", b"# soon\n", b"x", b"[]")))),
    "a file replaced": on_file(file_replaced),
    "a file in the place of another": lambda folder, rng: _copy(any_file(folder, rng), any_file(folder, rng)),
    "a large file": on_file(
        lambda file, rng: file.write_bytes(rng.choice((b"#", b"a: b\n", b"- x\n", b"[")) * 400_000)
    ),
    "a folder gone": folder_gone,
    "no permission": locked,
}


def _copy(one: Path, other: Path) -> None:
    if one.is_file() and one != other:
        shutil.copy(one, other)


# What is read most often goes wrong most often: values, then YAML.
GROUPS: list[dict[str, Mutation]] = [BYTES, YAML, VALUE, VALUE, FILES]


def mutate(folder: Path, rng: random.Random) -> list[str]:
    """Change one to three things in a folder, and return what was done."""
    done = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        name, change = rng.choice(sorted(rng.choice(GROUPS).items()))
        change(folder, rng)
        done.append(name)
    return done
