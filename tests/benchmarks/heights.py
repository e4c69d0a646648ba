"""Measures how tall each kind of message is in Chromium: `python -m tests.benchmarks.heights [FOLDER]`.

A line of typed text gets its reply in the demo's own channel; heights are of the whole reply with its picture and its
buttons, in CSS pixels, and lines those of its text at the second width. With FOLDER each reply is kept there as a
picture, one a width.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from tests.demo_page import READY, Page, browser, started_demo

# Each kind with what is typed for it; a follow-up stands behind what it follows.
KINDS = {
    "greeting": "hi",
    "help": "help",
    "one company": "what does google pay?",
    "follow-up": "and amazon?",
    "per month": "per month?",
    "two companies": "google vs apple",
    "four companies": "google vs amazon vs apple vs microsoft",
    "ranking": "who pays the most?",
    "average": "average mle salary",
    "two sources": "what do ml engineers make in the us?",
    "one source": "glassdoor mle salary",
    "ladder": "pay by experience",
    "one level": "senior mle pay",
    "ML and data science": "mle or data scientist?",
    "AI and ML": "do ai engineers earn more?",
    "offer": "is 150k at google with 6 yoe good?",
    "offer in a place": "is 150k good for a data scientist in seattle?",
    "skills": "what skills raise pay?",
    "requirements": "do I need a PhD?",
    "duties": "what do ml engineers do?",
    "growth": "are mles in demand?",
    "definition": "what is machine learning?",
    "what pay depends on": "what does pay depend on?",
    "sources": "where are these numbers from?",
    "unknown company": "what does netflix pay mechanics?",
    "unknown place": "mle in narnia",
    "partial": "junior at google",
    "one city": "data scientist in sf",
    "company, few filings": "ml engineer at meta",
    "company and role": "software engineer at stripe",
    "by year": "data scientist pay over time",
    "other trade": "what do nurses make?",
    "country": "ml engineer salary in germany",
    "two cities": "software engineer nyc vs austin",
    "cities ranked": "which city pays data scientists the most?",
    "good?": "is that good?",
    "thanks": "thanks",
    "off topic": "best pizza in town?",
    "not understood": "asdf",
    "after tax": "google after taxes",
    "grade": "L5 at google",
}
WIDTHS = (1000, 400, 360)
SETTLED = 0.4  # seconds, for the page to be laid out and to scroll

_LAST = "[...document.querySelectorAll('#channel-message-list .channel-message')].at(-1)"
_LAST_ID = f"{_LAST}.dataset.messageId"
# A reply of the bot's, or a reaction to what was typed, behind the message that was the last before.
_REPLIED = f"""
    (last => last.dataset.messageId !== '{{before}}'
        && last.querySelector('.message-app-badge, .message-reactions') !== null)({_LAST})
"""
_PICTURED = f"[...{_LAST}.querySelectorAll('img')].every(image => image.complete && image.naturalWidth)"
_MEASURED = f"""
    (last => {{
        const box = last.getBoundingClientRect();
        const text = document.createRange();
        text.selectNodeContents(last.querySelector('.message-content') ?? last);
        const lines = [...text.getClientRects()].map(line => line.bottom).sort((a, b) => a - b);
        return {{
            x: box.x, y: box.y + scrollY, width: box.width, height: box.height,
            lines: lines.filter((line, n) => n === 0 || line - lines[n - 1] > 6).length,
            rows: last.querySelectorAll('.message-components > *').length,
            wide: [...last.querySelectorAll('img, button, .message-content')].some(
                part => part.getBoundingClientRect().right > box.right + 1),
        }};
    }})({_LAST})
"""
# The page is one window high, and its list scrolls: made as high as its content for a picture of a whole reply.
_LATEST = f"document.querySelector('#new-messages:not([hidden])')?.click(); {_LAST}.scrollIntoView(false)"


async def settled(page: Page) -> dict[str, Any]:
    """Return the last message's measures once they stay the same."""
    before, found = None, await page.evaluate(_MEASURED)
    while before != found or not await page.evaluate(_PICTURED):
        await page.evaluate(_LATEST)
        await asyncio.sleep(SETTLED)
        before, found = found, await page.evaluate(_MEASURED)
    return found  # type: ignore[no-any-return]


async def measured(width: int, kinds: dict[str, str], folder: Path | None) -> dict[str, dict[str, Any]]:
    """Return the measures of each kind of reply in a window of a width, and keep their pictures."""
    every: dict[str, dict[str, Any]] = {}
    async with started_demo(argparse.Namespace(command=None, port=0)) as address, browser(width, 1400, 1) as page:
        await page.call("Page.navigate", url=address)
        for kind, typed in kinds.items():
            await page.until(READY, "the composer")
            before = await page.until(_LAST_ID, "the channel's history")
            await page.type(typed)
            await page.until(_REPLIED.format(before=before), typed)
            await page.until("[...document.images].every(image => image.complete)", "the picture")
            found = every[kind] = await settled(page)
            if folder is not None:
                name = f"{len(every):02}_{kind.replace(' ', '_').strip('?')}_{width}.png"
                await page.picture(folder / name, {key: found[key] for key in ("x", "y", "width", "height")})
    return every


async def drive(folder: Path | None, kinds: dict[str, str]) -> None:
    every = {width: await measured(width, kinds, folder) for width in WIDTHS}
    print(f"{'':24}" + "".join(f"{width:>6}" for width in WIDTHS) + "  lines  rows")  # noqa: T201
    for kind in kinds:
        heights = "".join(f"{every[width][kind]['height']:6.0f}" for width in WIDTHS)
        cut = "  cut" if any(every[width][kind]["wide"] for width in WIDTHS) else ""
        phone = every[WIDTHS[1]][kind]
        print(f"{kind:24}{heights}  {phone['lines']:5}  {phone['rows']:4}{cut}")  # noqa: T201


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--ask", action="append", help="lines of your own in place of the kinds")
    options = parser.parse_args()
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(drive(options.folder, {line: line for line in options.ask} if options.ask else KINDS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
