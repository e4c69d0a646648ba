"""Answers from the tables of public pay data in the simulated Discord: their buttons, details and follow-ups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.advisor import Advisor
from bot.storage.knowledge.library import Library
from tests.discord_world import World, details_of, response_of, text_of
from tests.test_lookups import PUBLIC

ASKED = "data scientist in austin"


@pytest.fixture(scope="module")
def informed_library(library: Library) -> Library:
    informed = Library(library.folder)
    informed.advisor = Advisor(replace(library.advisor.knowledge, public=PUBLIC))
    return informed


@pytest.fixture
async def informed(empty_world: World, informed_library: Library) -> World:
    return await empty_world.start(informed_library)


async def test_an_answer_has_its_details_with_publisher_and_every_percentile(informed: World) -> None:
    (reply,) = await informed.hears(informed.member, informed.general, f"!salary {ASKED}")
    assert "$127,000" in text_of(reply)
    behind = await details_of(informed.member, reply)
    assert all(part in behind for part in ("$74,000", "$186,000", "Statistics Office", "Austin-Round Rock, TX")), behind


async def test_pay_by_the_month_is_a_press_away(informed: World) -> None:
    (reply,) = await informed.hears(informed.member, informed.general, f"!salary {ASKED}")
    await informed.member.click(reply, label="Per month")
    (now,) = informed.replies_in(informed.general)
    assert "$10,583" in text_of(now)


async def test_what_can_not_be_pressed_is_not_offered(informed: World) -> None:
    (reply,) = await informed.hears(informed.member, informed.general, "!salary data scientist in sweden")
    assert "SEK 52,000" in text_of(reply)
    behind = response_of(await informed.member.click(reply, label="Details"))
    assert "SEK" in text_of(behind)


async def test_a_fragment_goes_on_with_it(informed: World) -> None:
    await informed.hears(informed.member, informed.general, f"{informed.mention} {ASKED}")
    (reply,) = await informed.hears(informed.member, informed.general, f"{informed.mention} and in texas?")
    assert "$122,000" in text_of(reply)
