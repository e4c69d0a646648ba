"""Reads the time that a cell is of, as its publisher writes it, by the calendar.

"2025" is a year and "2025-05" a month of it, "2023-24" a tax year of Australia (July to June), "2023-2024" years that
are published together; "FY2024" is a fiscal year of the US government, which begins in October of the year before, and
"FY2024-Q1" its first quarter.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import NamedTuple

_MONTHS = 12
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_TAX_YEAR = re.compile(r"(\d{4})-\d{2}")
_FISCAL = re.compile(r"FY(\d{4})(?:-(H1|Q1|Q1-Q3))?")
_YEAR = re.compile(r"\d{4}")
_JULY, _OCTOBER = 7, 10
# How many months each part of a fiscal year has, counted from October; None is all of it.
_LENGTHS = {None: _MONTHS, "H1": 6, "Q1": 3, "Q1-Q3": 9}


class Month(NamedTuple):
    """A month of the calendar: `number` is 1 to 12."""

    year: int
    number: int


class FiscalYear(NamedTuple):
    """The fiscal year that a period is of, with the first and the last month of the period."""

    year: int
    first: Month
    last: Month


def month_of(period: str) -> Month | None:
    """Return the month that a period is, None where it is longer.

    >>> month_of("2025-05"), month_of("2025")
    (Month(year=2025, number=5), None)
    """
    month = _MONTH.fullmatch(period)
    return Month(int(month[1]), int(month[2])) if month is not None else None


def fiscal_year(period: str) -> FiscalYear | None:
    """Return the fiscal year of a period by the calendar, None where it is of none.

    >>> fiscal_year("FY2024-Q1")
    FiscalYear(year=2024, first=Month(year=2023, number=10), last=Month(year=2023, number=12))
    """
    fiscal = _FISCAL.fullmatch(period)
    if fiscal is None:
        return None
    first = Month(int(fiscal[1]) - 1, _OCTOBER)
    return FiscalYear(int(fiscal[1]), first, _later(first, _LENGTHS[fiscal[2]] - 1))


@cache
def calendar_years(period: str) -> frozenset[str]:
    """Return the calendar years that have most of a period's months, several where they have as many.

    >>> [sorted(calendar_years(period)) for period in ("FY2024", "FY2024-Q1", "FY2026-H1", "2023-24", "2025-05")]
    [['2024'], ['2023'], ['2025', '2026'], ['2023', '2024'], ['2025']]
    """
    fiscal = fiscal_year(period)
    if fiscal is not None:
        first, last = fiscal.first, fiscal.last
    elif _TAX_YEAR.fullmatch(period) and month_of(period) is None:
        first, last = Month(int(period[:4]), _JULY), Month(int(period[:4]) + 1, _JULY - 1)
    else:
        return frozenset(_YEAR.findall(period))
    months = Counter({first.year: _MONTHS + 1 - first.number})
    months[last.year] = last.number if last.year > first.year else last.number + 1 - first.number
    return frozenset(str(year) for year, count in months.items() if count == max(months.values()))


def _later(month: Month, months: int) -> Month:
    years, number = divmod(month.number - 1 + months, _MONTHS)
    return Month(month.year + years, number + 1)
