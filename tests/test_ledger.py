"""The count of IDENTIFYs: what it allows, and that it survives restarts, broken files and clocks set back."""

from __future__ import annotations

import bisect
import json
from pathlib import Path

import pytest

from bot.storage.identify_budget import DAY, LATER, QUICK, SOON, UNKEPT, IdentifyBudget

MOST = 1_000  # of Discord's a day


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def most_in_a_day(times: list[float]) -> int:
    return max(bisect.bisect_right(times, at + DAY) - place for place, at in enumerate(times))


@pytest.mark.parametrize("every", [0.5, 60.0, 900.0])
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "nowhere to keep it"])
def test_no_crash_loop_comes_near_the_limit(tmp_path: Path, every: float, kept: bool) -> None:
    clock = Clock()
    file = tmp_path / ("state" if kept else "a file, not a folder/state")
    if not kept:
        (tmp_path / "a file, not a folder").touch()
    sent: list[float] = []
    while clock.now < 1_000_000.0 + 2 * DAY:
        # A start: it waits as long as it is told, identifies itself, and is gone some seconds later.
        identifies = IdentifyBudget(file, clock)
        clock.now += identifies.wait()
        identifies.spend()
        sent.append(clock.now)
        clock.now += every
    assert most_in_a_day(sent) <= MOST * 0.9


def test_a_start_that_is_well_waits_for_nothing(tmp_path: Path) -> None:
    clock = Clock()
    assert IdentifyBudget(tmp_path / "state", clock).wait() == 0
    IdentifyBudget(tmp_path / "state", clock).spend()
    clock.now += SOON
    assert IdentifyBudget(tmp_path / "state", clock).wait() == 0


def test_the_hundred_and_first_of_a_day_waits(tmp_path: Path) -> None:
    clock = Clock()
    for _ in range(QUICK):
        identifies = IdentifyBudget(tmp_path / "state", clock)
        assert identifies.wait() <= SOON
        identifies.spend()
        clock.now += SOON
    assert IdentifyBudget(tmp_path / "state", clock).wait() == LATER - SOON
    clock.now += DAY
    assert IdentifyBudget(tmp_path / "state", clock).wait() == 0


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "null", '{"identified": 7}', '{"identified": ["x"]}', '{"identified": [null]}', "\0"]
)
def test_a_broken_file_is_begun_anew_with_care(tmp_path: Path, said: str, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "state"
    file.write_text(said)
    clock = Clock()
    identifies = IdentifyBudget(file, clock)
    assert identifies.wait() == UNKEPT
    assert str(file) in caplog.text
    identifies.spend()
    assert json.loads(file.read_text()) == {"identified": [clock.now]}


def test_a_clock_set_back_holds_nothing_up_for_long(tmp_path: Path) -> None:
    clock = Clock()
    IdentifyBudget(tmp_path / "state", clock).spend()
    clock.now -= 30 * DAY
    assert IdentifyBudget(tmp_path / "state", clock).wait() <= LATER


@pytest.mark.parametrize("said", ['{"identified": [NaN]}', '{"identified": [Infinity, -Infinity]}'])
def test_times_that_are_none_hold_nothing_up_for_long(tmp_path: Path, said: str) -> None:
    file = tmp_path / "state"
    file.write_text(said)
    assert 0 <= IdentifyBudget(file, Clock()).wait() <= LATER
