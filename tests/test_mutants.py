"""A few hundred broken knowledge bases: taken whole or refused, quickly, and nothing living is changed by them."""

from __future__ import annotations

import sys

import pytest

from bot.storage.knowledge.library import Library

if sys.platform != "linux":
    pytest.skip("memory is limited and measured as Linux does it", allow_module_level=True)

from tests.fuzz.knowledge import tally


def test_the_small_base_is_a_whole_one(small_library: Library) -> None:
    assert "$72,000" in small_library.advisor.ask("google salary").headline


@pytest.mark.parametrize("count", [12, pytest.param(150, marks=pytest.mark.long)])
def test_mutants_are_taken_whole_or_refused(count: int) -> None:
    counted = tally(range(count), seed=7)
    assert not counted.violations
    assert counted.results["loaded"] > count / 30
    assert counted.results["refused"] > count / 3
