"""A sample of many like cases for the run that one waits for; all of them are in the long run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest


def sampled(cases: Mapping[str, Any], every: int) -> list[Any]:
    """Return the parameters of a test: every n-th case, and the others for the long run, under their names."""
    return [
        pytest.param(case, id=name, marks=[pytest.mark.long] if number % every else [])
        for number, (name, case) in enumerate(cases.items())
    ]
