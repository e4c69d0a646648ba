"""People behind a bot that posts in their place, as PluralKit does: their question is answered once."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from tests.discord_world import World, parts_of, response_of, text_of

QUESTION = "what does google pay ml engineers?"
GOOGLE = "$313,797"


class Proxy:
    """A bot that copies what its people say by a webhook, and deletes what they said."""

    def __init__(self, world: World, channel: simcord.ChannelHandle) -> None:
        self.member = world.home.add_member(world.env.create_user("PluralKit", bot=True))
        self._world, self._channel = world, channel
        self._webhook = world.home.create_webhook(channel, "PluralKit Proxy Webhook")
        parsers = world.bot._connection.parsers
        parse = parsers["MESSAGE_CREATE"]

        def parsed(data: dict[str, Any]) -> None:
            parse({**data, "application_id": str(self.member.id)} if data.get("webhook_id") else data)

        parsers["MESSAGE_CREATE"] = parsed

    async def say(self, text: str, *, first: str, marks: str = "") -> None:
        """Say something through the bot; `first` is what reaches others first: the copy, or the deletion."""
        proxied = await self._world.member.send(self._channel, marks + text)
        if first == "copy":
            await self._webhook.send(text, username="Luna")
        self._world.env.backend.delete_message(self._channel.id, proxied.id)
        await self._world.env.settle()
        if first != "copy":
            await self._webhook.send(text, username="Luna")


@pytest.fixture
async def allowed(kept_world: World) -> Proxy:
    """A server that lets such a bot speak for its people."""
    proxy = Proxy(kept_world, kept_world.listed)
    result = await kept_world.manager.slash(kept_world.general, "settings")
    form = await kept_world.manager.click(response_of(result), custom_id="settings1:proxy")
    await kept_world.manager.submit_modal(form, {"proxy": [proxy.member]})
    assert f"<@{proxy.member.id}>" in text_of(response_of(result))
    return proxy


@pytest.mark.parametrize("first", ["copy", "deletion"])
@pytest.mark.parametrize("text", [QUESTION, "!salary google", "<@{me}> google salary"])
@pytest.mark.parametrize("marks", ["", "L: "])
async def test_what_is_posted_for_a_person_is_answered_once(
    kept_world: World, allowed: Proxy, text: str, first: str, marks: str
) -> None:
    assert kept_world.bot.user is not None
    await allowed.say(text.format(me=kept_world.bot.user.id), first=first, marks=marks)
    (answer,) = kept_world.replies_in(kept_world.listed)
    assert GOOGLE in text_of(answer)


async def test_without_the_servers_leave_webhooks_are_not_answered(kept_world: World) -> None:
    proxy = Proxy(kept_world, kept_world.listed)
    await proxy.say(QUESTION, first="copy")
    assert not kept_world.replies_in(kept_world.listed)


async def test_what_other_bots_webhooks_post_is_no_question(kept_world: World, allowed: Proxy) -> None:
    await kept_world.resources.records.change(kept_world.home.id, proxy=allowed.member.id + 1)
    await allowed.say(QUESTION, first="copy")
    assert not kept_world.replies_in(kept_world.listed)


async def test_a_person_can_not_be_the_bot(kept_world: World) -> None:
    result = await kept_world.manager.slash(kept_world.general, "settings")
    form = await kept_world.manager.click(response_of(result), custom_id="settings1:proxy")
    proxied = await kept_world.manager.submit_modal(form, {"proxy": [kept_world.member]})
    assert "I can't take that choice" in proxied.followups[0].content
    assert kept_world.resources.records.of(kept_world.home.id).proxy is None
    assert [part["custom_id"] for part in parts_of(response_of(result))][-1] == "settings1:proxy"
