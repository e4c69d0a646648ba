"""Recognize roles and levels in job titles, and employers in legal names: whole words and whole names only."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import polars as pl

from bot.core.model.datasets import Employer, TitleRule
from bot.datasets.reading import ImportContext

_NO_ID = re.compile(r"[^a-z0-9]+")


def normalized_title(column: str) -> pl.Expr:
    """Return job titles as words of letters and digits in lower case, with a space on both sides of each."""
    words = pl.col(column).fill_null("").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ")
    return " " + words.str.strip_chars() + " "


def with_titles(frame: pl.DataFrame, context: ImportContext, column: str) -> pl.DataFrame:
    """Add `words`, `role` and `level` of a column of job titles; null where the title says none."""
    titles = frame.select(column).unique().with_columns(normalized_title(column).alias("words"))
    titles = titles.with_columns(_role(context).alias("role"), _level(context).alias("level"))
    return frame.join(titles, on=column, how="left", nulls_equal=True)


def contains(words: pl.Expr, phrases: tuple[str, ...]) -> pl.Expr:
    """Tell whether one of the phrases stands in normalized words."""
    return words.str.contains_any([f" {phrase} " for phrase in phrases])


def _role(context: ImportContext) -> pl.Expr:
    found = pl.lit(None, pl.String)
    for family in reversed(context.roles.roles):
        for rule in reversed(family.titles):
            found = pl.when(_fits(rule)).then(pl.lit(family.id)).otherwise(found)
    return found


def _fits(rule: TitleRule) -> pl.Expr:
    words = pl.col("words")
    wanted = [contains(words, tuple(part.split("|"))) for part in rule.all]
    return pl.all_horizontal(*wanted, *([~contains(words, rule.none)] if rule.none else []))


def _level(context: ImportContext) -> pl.Expr:
    words = pl.col("words")
    for phrase in context.roles.no_level:
        words = words.str.replace_all(f" {phrase} ", "  ", literal=True)
    found = pl.lit(None, pl.String)
    for level in reversed([level for level in context.roles.levels if level.words]):
        found = pl.when(contains(words, level.words)).then(pl.lit(level.id)).otherwise(found)
    return found


def normalized_employer(column: str) -> pl.Expr:
    """Return legal names in lower case, without full stops and commas, with single spaces."""
    plain = pl.col(column).fill_null("").str.to_lowercase().str.replace_all(r"[.,]", "")
    return plain.str.replace_all(r"\s+", " ").str.strip_chars()


def with_companies(
    frame: pl.DataFrame, context: ImportContext, column: str
) -> tuple[pl.DataFrame, dict[str, Employer]]:
    """Add `company`, the id of the employer, and return the employers that the knowledge base doesn't list, by id.

    A listed employer is recognized by its listed names alone. Others are one where their names are the same but for
    what ends a legal name. One that would then bear the id of a listed employer is nobody: it may be a namesake.
    """
    frame = frame.with_columns(normalized_employer(column).alias("legal"))
    listed = {name: employer.id for employer in context.employers.values() for name in employer.names}
    spellings = frame.group_by("legal", column).len().sort("legal", column).rows()
    ids: dict[str, str | None] = {}
    shown: defaultdict[str, Counter[str]] = defaultdict(Counter)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for legal, raw, count in spellings:
        bare = _without_legal_form(legal, context.legal_forms)
        key = listed.get(legal) or _NO_ID.sub("_", bare).strip("_") or None
        ids[legal] = None if legal not in listed and (key in context.employers or bare in listed) else key
        if key is not None and ids[legal] == key and legal not in listed:
            shown[key][raw] += count
            names[key].add(bare)
    found = {
        key: Employer(id=key, name=_shown(raws, context.legal_forms), names=tuple(sorted(names[key])))
        for key, raws in shown.items()
    }
    return frame.with_columns(pl.col("legal").replace_strict(ids, return_dtype=pl.String).alias("company")), found


def _without_legal_form(name: str, forms: frozenset[str]) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].lower().strip(".,()").replace(".", "") in forms:
        words.pop()
    return " ".join(words).rstrip(",.& ")


def _shown(raws: Counter[str], forms: frozenset[str]) -> str:
    """Return the most frequent spelling; one that is not in capitals, if there is one."""
    mixed = {raw: count for raw, count in raws.items() if not raw.isupper()} or dict(raws)
    most = min(mixed, key=lambda raw: (-mixed[raw], raw))
    name = _without_legal_form(" ".join(most.split()), forms)
    return name.title() if name.isupper() else name
