"""What no text may do to the bot: fail, ping, paint, hide, or take long; and what was once found to."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.advisor import Advisor
from bot.core.nlu.entities import EntityExtractor, Utterance
from bot.core.text.normalization import LONGEST_QUESTION
from tests.fuzz.hostile import KINDS, MARKS, NAMES
from tests.fuzz.payload import faults, payload_of
from tests.fuzz.times import DOORS
from tests.sampling import sampled

CASES = {
    "a word that took gigabytes": "q" * 4_000,
    "words without spaces": "howmuchdoesgooglepay" * 200,
    "digits behind a quantity": "<@8035years246>",
    "years without end": "1-2 years " * 400,
    "one character for eighteen": "\ufdfa" * 4_000,
    "more digits than Python converts": "9" * 4_299 + "k at google",
    "a number too large for a float": "is " + "9" * 400 + " a month good at google",
    "digits of other scripts": "is \u0661\u0665\u0660\u066c\u0660\u0660\u0660 ok with \uff17 yoe at google",
    "a mark typed": "§years0 §amount5 §grade99 google",
    "a fullwidth mention": "\uff1c@80351110224678912\uff1e \uff20everyone google pay",
    "a mention cut in two": "<@803511\u200b10224678912> google pay",
    "a link by a ligature": "http\u200bs://evil.example google pay",
    "an invite in homoglyphs": "d\u0456scord.gg/evil google pay",
    "overridden direction": "\u202eyap elgoog\u202c google pay",
    "zalgo": "g\u0301\u0302\u0303\u0304o\u0336o\u0336gle pay",
    "an echo with marks": "salary at *__~~||`Ev*l`||~~__*[x](https://evil.example)",
    "an echo of a name": "!salary **@everyone** corp",
    "lone surrogates": "\ud800google\udfff pay\ud83d",
    "nulls": "google\0pay\0\0",
    "only what can't be seen": "\u200b\u2060\ufeff\u00ad\u061c",
    "nested brackets": "([{<" * 500 + "google pay" + ">}])" * 500,
    "an emoji of many": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 300 + " google pay",
    "letters that grow when folded": "ΐßŉ" * 1_300,
    "nothing": "",
}
PIECES = st.sampled_from(
    [*NAMES, *MARKS, "@everyone", "<@1>", "https://a.b", "discord.gg/a", "150k", "7 yoe", "nosuchfirm"]
)
SOUP = st.lists(PIECES | st.text(st.characters(), max_size=8), max_size=30).map(" ".join)


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("command", ["", "!salary ", "compare "])
def test_what_was_found_does_no_harm(advisor: Advisor, command: str, text: str) -> None:
    assert not faults(payload_of(advisor, command + text))
    advisor.complete(text)


@pytest.mark.parametrize("length", [40, 4_000])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_no_kind_of_text_does_harm(advisor: Advisor, kind: Callable[[int, random.Random], str], length: int) -> None:
    assert not faults(payload_of(advisor, kind(length, random.Random(length))))  # noqa: S311 - noise, not secrets


@given(text=SOUP)
def test_no_words_of_a_user_do_harm(advisor: Advisor, text: str) -> None:
    for command in ("", "!salary "):
        assert not faults(payload_of(advisor, command + text))


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
@pytest.mark.parametrize("kind", sampled(KINDS, 6))
def test_every_door_takes_any_text(
    advisor: Advisor, kind: Callable[[int, random.Random], str], door: Callable[[Advisor, str], object]
) -> None:
    texts = [kind(length, random.Random(1)) for length in (500, 4_000)]  # noqa: S311 - noise, not secrets
    short, long = (calls(lambda text=text: door(advisor, text)) for text in texts)  # type: ignore[misc]
    assert long < 8 * 1.5 * short + 10_000


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
@pytest.mark.parametrize("kind", sampled(KINDS, 6))
def test_no_door_reads_a_long_text_again_and_again(
    advisor: Advisor,
    kind: Callable[[int, random.Random], str],
    door: Callable[[Advisor, str], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, lengths = EntityExtractor.read, list[int]()

    def counted(self: EntityExtractor, text: str, **options: bool) -> Utterance:
        lengths.append(len(text))
        return read(self, text, **options)

    monkeypatch.setattr(EntityExtractor, "read", counted)
    door(advisor, kind(4_000, random.Random(1)))  # noqa: S311 - noise, not secrets
    # As often as a question is read in other ways: as it stands, in parts, and as it may have been meant.
    assert sum(lengths) <= 12 * LONGEST_QUESTION


def calls(action: Callable[[], object]) -> int:
    """Count the calls that an action makes: unlike its time they are the same on any machine."""
    count = 0

    def counted(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count
