"""The demo: the real bot in a simulated Discord on a local page; it needs no token, and nothing leaves the machine."""

from __future__ import annotations

import asyncio

from bot.chat.app import log
from bot.chat.app.lifecycle import FAILED, OK, UNUSABLE, fail
from bot.settings import Settings
from bot.storage.i18n.catalogs import LanguageError
from bot.storage.knowledge.library import Library


def demo(settings: Settings, library: Library, port: int | None = None, *, open_browser: bool = True) -> int:
    """Serve the demo's page until Ctrl-C; return the exit code."""
    try:
        from bot.chat.demo import stage  # noqa: PLC0415 - it needs an extra that the bot itself runs without
    except ModuleNotFoundError as error:
        return fail(f"The demo needs {error.name}: pip install 'salarybot[demo]'", UNUSABLE)
    log.start("ERROR" if settings.log_level == "INFO" else settings.log_level, "")
    try:
        return asyncio.run(stage.serve(settings, library, port, open_browser=open_browser))
    except stage.SetupError as error:
        return fail(f"The demo can't start: {error}", FAILED)
    except LanguageError as error:
        return fail(str(error), FAILED)
    except KeyboardInterrupt:
        return OK
