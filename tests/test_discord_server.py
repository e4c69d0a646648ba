"""The loopback Discord, held to what unmodified clients of discord.py make of it over real sockets."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio
from discord import app_commands
from discord.ext import commands

from tests.discord_server import forms, limits, permissions
from tests.discord_server.calls import Call, Upload
from tests.discord_server.clients import ready, running, serving
from tests.discord_server.messages import Channel
from tests.discord_server.people import Guild
from tests.discord_server.server import DiscordServer
from tests.discord_server.users import User


class RecentAnswer(commands.Bot):
    """Replies to each message of a person with its text, and notes what it hears."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__("!", intents=intents or discord.Intents.all(), guild_ready_timeout=0.05, **options)
        self.heard: list[discord.Message] = []
        self.events: list[str] = []

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        super().dispatch(event, *args, **kwargs)

    async def on_message(self, message: discord.Message, /) -> None:
        self.heard.append(message)
        if not message.author.bot and message.content:
            await message.reply(f"you said {message.content}", nonce=message.id)

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.heard]


@dataclass
class Home:
    """A server with one guild, its channel and a member; and the bot in it."""

    server: DiscordServer
    guild: Guild
    channel: Channel
    ada: User
    bot: RecentAnswer

    def there(self) -> discord.TextChannel:
        channel = self.bot.get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return channel


def homely(server: DiscordServer, **options: Any) -> Home:
    guild = server.add_guild("Home")
    ada = server.add_user("ada")
    guild.add_member(ada, permissions.bits_of("manage_guild"))
    return Home(server, guild, guild.add_channel("general"), ada, RecentAnswer(**options))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with serving() as running_server:
        yield running_server
    assert not running_server.errors
    assert not running_server.violations


@pytest_asyncio.fixture
async def home(server: DiscordServer) -> AsyncIterator[Home]:
    made = homely(server)
    async with ready(server, made.bot):
        yield made


async def in_time(made: asyncio.Future[Any] | asyncio.Task[Any]) -> Any:
    return await asyncio.wait_for(made, 10)


# ------------------------------------------------------------------ login


async def test_a_wrong_token_is_refused(server: DiscordServer) -> None:
    async with RecentAnswer() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.start("MTIzNDU2Nzg5.someone.else")
    assert [(one.path, one.status) for one in server.requests] == [("/users/@me", 401)]


async def test_a_client_sees_what_there_is(home: Home) -> None:
    assert home.bot.user is not None
    assert home.bot.user.id == home.server.bot.id == home.bot.application_id
    guild = home.bot.get_guild(home.guild.id)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == ["general"]
    assert {member.name for member in guild.members} == {"ada", "owner of Home", "salarybot"}
    ada = guild.get_member(home.ada.id)
    assert ada is not None
    assert ada.guild_permissions.manage_guild
    assert not guild.me.guild_permissions.manage_guild
    assert guild.me.guild_permissions.send_messages
    assert (await home.bot.application_info()).owner.name == "owner"
    assert home.server.identifies[0][1]["token"] == home.server.token


@pytest.mark.parametrize(("granted", "asked"), [(~permissions.CONTENT, "message_content"), (~2, "members")])
async def test_a_privileged_intent_must_be_granted(granted: int, asked: str) -> None:
    async with serving(granted_intents=granted) as server:
        bot = RecentAnswer(discord.Intents(**{"guilds": True, asked: True}))
        async with running(server, bot) as task:
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await in_time(task)
        without = RecentAnswer(discord.Intents(guilds=True))
        async with ready(server, without):
            assert without.is_ready()


async def test_commands_are_synchronized(home: Home) -> None:
    tree, guild = home.bot.tree, discord.Object(home.guild.id)

    @tree.command(description="first")
    @app_commands.default_permissions(manage_guild=True)
    async def one(_: discord.Interaction, text: str, number: int = 0) -> None:
        pass

    @tree.command(description="second", guild=guild)
    async def two(_: discord.Interaction) -> None:
        pass

    first = await tree.sync()
    assert [command.name for command in await tree.sync()] == ["one"]
    assert [command.name for command in await tree.sync(guild=guild)] == ["two"]
    assert [command.id for command in await tree.fetch_commands()] == [command.id for command in first]
    assert [command["name"] for command in home.server.commands] == ["one", "two"]
    assert first[0].default_member_permissions == discord.Permissions(manage_guild=True)


# ------------------------------------------------------------------ guilds


async def test_guilds_come_and_go(home: Home) -> None:
    server = home.server
    other = server.add_guild("Other")
    await server.until(lambda: home.bot.get_guild(other.id))
    channel = other.add_channel("new")
    await server.until(lambda: home.bot.get_channel(channel.id))
    member = other.add_member(home.ada, permissions=permissions.bits_of("administrator"))
    await server.until(lambda: home.bot.get_guild(other.id).get_member(member.id))  # type: ignore[union-attr]
    server.remove_channel(channel)
    await server.until(lambda: not home.bot.get_channel(channel.id))
    server.outage(other)
    await server.until(lambda: "guild_unavailable" in home.bot.events)
    server.outage(other, over=True)
    await server.until(lambda: "guild_available" in home.bot.events)
    server.remove_guild(other)
    await server.until(lambda: not home.bot.get_guild(other.id))
    assert {"guild_join", "guild_remove", "guild_channel_create", "member_join"} <= set(home.bot.events)


async def test_members_are_found(home: Home) -> None:
    guild = home.bot.get_guild(home.guild.id)
    assert guild is not None
    assert [member.id for member in await guild.query_members("ad")] == [home.ada.id]
    assert (await guild.fetch_member(home.ada.id)).id == home.ada.id
    assert (await home.bot.fetch_user(home.ada.id)).name == "ada"
    assert (await home.bot.fetch_channel(home.channel.id)).id == home.channel.id
    for missing in (guild.fetch_member(1), home.bot.fetch_user(1), home.bot.fetch_channel(1), home.bot.fetch_guild(1)):
        with pytest.raises(discord.NotFound):
            await missing


# ------------------------------------------------------------------ messages


async def test_a_message_is_answered(home: Home) -> None:
    message = home.server.say(home.ada, home.channel, "hello", mention_bot=True)
    await home.server.until(lambda: home.server.replies(message))
    (reply,) = home.server.replies(message)
    assert reply.content == f"you said <@{home.server.bot.id}> hello"
    assert (reply.reference, reply.nonce, reply.author) == (message, str(message.id), home.server.bot)
    heard = home.bot.heard[0]
    assert heard.mentions == [home.there().guild.me]
    assert isinstance(heard.author, discord.Member)
    assert heard.author.guild_permissions.manage_guild
    await home.server.until(lambda: len(home.bot.heard) == 2)  # its own


async def test_people_reply_edit_delete_react_and_type(home: Home) -> None:
    server = home.server
    first = server.say(home.ada, home.channel, "one")
    await server.until(lambda: server.replies(first))
    second = server.say(home.ada, home.channel, "", reply_to=server.replies(first)[0])
    server.edit(second, "two")
    server.react(second, home.ada, "👍")
    server.react(second, home.ada, "👍", remove=True)
    server.typing(home.channel, home.ada)
    server.delete(second)
    hook = server.say(home.ada, home.channel, "", webhook=True)
    wanted = {"message_edit", "raw_message_edit", "reaction_add", "reaction_remove", "typing", "message_delete"}
    await server.until(lambda: wanted <= set(home.bot.events) and home.bot.heard[-1].id == hook.id)
    heard = next(one for one in home.bot.heard if one.id == second.id)
    assert heard.reference is not None
    assert isinstance(heard.reference.resolved, discord.Message)
    assert heard.content == "two"
    assert home.bot.heard[-1].webhook_id
    assert second not in home.channel.messages


async def test_the_bot_sends_edits_deletes_reacts_and_reads(home: Home) -> None:
    there = home.there()
    embed = discord.Embed(title="t", description="d").add_field(name="n", value="v").set_footer(text="f")
    async with there.typing():
        files = [discord.File(io.BytesIO(b"first"), "a.txt"), discord.File(io.BytesIO(b"second"), "b.txt")]
        sent = await there.send("text", embed=embed, files=files)
    assert home.channel.typed == 1
    (message,) = home.channel.messages
    assert message.raw["embeds"][0]["fields"] == [{"name": "n", "value": "v", "inline": True}]
    assert [await one.read() for one in sent.attachments] == [b"first", b"second"]
    await sent.add_reaction("👍")
    assert message.raw["reactions"][0]["count"] == 1
    assert home.bot.user is not None
    await sent.remove_reaction("👍", home.bot.user)
    changed = await sent.edit(content="changed", attachments=[sent.attachments[1]], embed=None)
    assert (message.content, message.embeds, len(changed.attachments)) == ("changed", [], 1)
    assert (await there.fetch_message(sent.id)).content == "changed"
    others = [await there.send(str(n)) for n in range(5)]
    assert [one.content async for one in there.history(limit=3)] == ["4", "3", "2"]
    assert [one.content async for one in there.history(limit=2, after=sent)] == ["0", "1"]
    assert [one.id async for one in there.history(before=others[0])] == [sent.id]
    assert {one.id async for one in there.history(around=others[2], limit=3)} == {one.id for one in others[1:4]}
    await sent.delete()
    with pytest.raises(discord.NotFound):
        await there.fetch_message(sent.id)
    await home.server.until(lambda: "message_delete" in home.bot.events)


async def test_files_of_people_can_be_read(home: Home) -> None:
    home.server.say(home.ada, home.channel, "look", files=[Upload("pay.csv", b"1,2")])
    await home.server.until(lambda: home.bot.heard)
    assert await home.bot.heard[0].attachments[0].read() == b"1,2"


async def test_pins(home: Home) -> None:
    home.channel.deny(home.server.bot)
    message = home.server.say(home.ada, home.channel, "")
    there = home.there()
    with pytest.raises(discord.Forbidden):
        await there.get_partial_message(message.id).pin()
    home.guild.members[home.server.bot.id].roles.append(home.guild.members[home.ada.id].roles[0])
    home.guild.members[home.ada.id].roles[0].permissions = permissions.bits_of("manage_messages")
    await there.get_partial_message(message.id).pin()
    assert [one.id async for one in there.pins()] == [message.id]
    await there.get_partial_message(message.id).unpin()
    assert not message.pinned


async def test_a_nonce_makes_a_message_once(home: Home) -> None:
    there = home.there()
    first, again = await there.send("a", nonce="n"), await there.send("b", nonce="n")
    assert first.id == again.id
    assert [message.content for message in home.channel.messages] == ["a"]
    assert (await there.send("c", nonce="m")).id != first.id
    await home.server.until(lambda: len(home.bot.heard) == 2)
    assert home.bot.texts == ["a", "c"]


async def test_dms_both_ways(home: Home) -> None:
    server = home.server
    message = server.say(home.ada, server.dm(home.ada), "psst")
    await server.until(lambda: server.replies(message))
    bea = server.add_user("bea")
    await (await home.bot.fetch_user(bea.id)).send("hello")
    assert [one.content for one in server.dm(bea).messages] == ["hello"]
    bea.refuses_dms = True
    with pytest.raises(discord.Forbidden) as refused:
        await (await home.bot.fetch_user(bea.id)).send("hello")
    assert refused.value.code == 50007


async def test_without_content_only_what_concerns_the_bot_is_shown(server: DiscordServer) -> None:
    intents = discord.Intents.default()
    home = homely(server, intents=intents)
    async with ready(server, home.bot):
        assert home.bot.user is not None
        server.say(home.ada, home.channel, "hidden", files=[Upload("a", b"")])
        own = server.say(home.ada, home.channel, "shown", mention_bot=True)
        await server.until(lambda: server.replies(own))
        server.say(home.ada, home.channel, "answer", reply_to=server.replies(own)[0])
        server.say(home.ada, server.dm(home.ada), "dm")
        await server.until(lambda: len(home.bot.heard) == 7)
        people = [message for message in home.bot.heard if not message.author.bot]
        mention = f"<@{home.bot.user.id}>"
        assert [message.content for message in people] == ["", f"{mention} shown", "answer", "dm"]
        assert not people[0].attachments
        assert server.replies(own)[0].content in home.bot.texts


async def test_events_without_their_intent_stay_away(server: DiscordServer) -> None:
    home = homely(server, intents=discord.Intents(guilds=True))
    async with ready(server, home.bot):
        message = server.say(home.ada, home.channel, "x")
        server.react(message, home.ada, "👍")
        server.typing(home.channel, home.ada)
        home.guild.add_member(server.add_user("bea"))
        last = home.guild.add_channel("last")
        await server.until(lambda: home.bot.get_channel(last.id))
        assert not {"message", "raw_reaction_add", "raw_typing", "member_join"} & set(home.bot.events)


@pytest.mark.parametrize(
    ("denied", "send", "status", "code"),
    [
        ("send_messages", {"content": "x"}, 403, 50013),
        ("embed_links", {"embed": discord.Embed(title="x")}, 403, 50013),
        ("attach_files", {"file": "x"}, 403, 50013),
        ("view_channel", {"content": "x"}, 403, 50001),
        ("read_message_history", {"content": "x", "reply": True}, 400, 160002),
        ("manage_guild", {}, 400, 50006),
        ("manage_guild", {"content": "x", "gone": True}, 400, 50035),
    ],
)
async def test_what_the_bot_may_not(home: Home, denied: str, send: dict[str, Any], status: int, code: int) -> None:
    home.channel.deny(home.server.bot, denied)
    options = dict(send)
    if "file" in options:
        options["file"] = discord.File(io.BytesIO(b""), "f")
    message = home.server.say(home.ada, home.channel, "")
    if options.pop("gone", False):
        home.server.delete(message)
        options["reply"] = True
    if options.pop("reply", False):
        options["reference"] = home.there().get_partial_message(message.id)
    with pytest.raises(discord.HTTPException) as refused:
        await home.there().send(**options)
    assert (refused.value.status, refused.value.code) == (status, code)
    await home.server.until(lambda: "guild_channel_update" in home.bot.events)


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"embed": discord.Embed(title="x" * 257)}, "embeds.0.title"),
        ({"embed": discord.Embed().add_field(name="x", value="")}, "embeds.0.fields.0.value"),
        ({"embeds": [discord.Embed(description="x" * 4000)] * 2}, "embeds"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
    ],
)
async def test_limits_are_held(home: Home, sent: dict[str, Any], where: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await home.there().send(**sent)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert [options.split(": ")[1] for options in home.server.violations] == [where]
    home.server.violations.clear()


ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "x"}]}
LINK = {"type": 2, "style": 5, "label": "x", "custom_id": "x"}
MENU = {"type": 3, "custom_id": "x", "options": []}
OPTION = {"name": "a", "description": "x", "type": 3}
MIXED = [OPTION, {**OPTION, "name": "b", "required": True}]
POST, CALL, SYNC = "/channels/{c}/messages", "/interactions/{id}/{token}/callback", "/applications/{app}/commands"


@pytest.mark.parametrize(
    ("method", "route", "body", "where"),
    [
        ("POST", POST, {"content": "x" * 2000, "embeds": [{"description": "x" * 4096}], "components": [ROW]}, None),
        ("POST", POST, {"content": 1}, "content"),
        ("POST", POST, {"unheard": 1}, "unheard"),
        ("POST", POST, {"embeds": [{}] * 11}, "embeds"),
        ("POST", POST, {"embeds": [{"fields": [{"name": "x", "value": "x"}] * 26}]}, "embeds.0.fields"),
        ("POST", POST, {"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
        ("POST", POST, {"embeds": [{"url": "nowhere"}]}, "embeds.0.url"),
        ("POST", POST, {"embeds": 1}, "body"),
        ("POST", POST, {"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions.users"),
        ("POST", POST, {"allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse"),
        ("POST", POST, {"attachments": [{"id": "x"}]}, "attachments.0.id"),
        ("POST", POST, {"message_reference": {"message_id": "x"}}, "message_reference.message_id"),
        ("PATCH", POST + "/{m}", {"components": [ROW] * 6}, "components"),
        ("POST", "/webhooks/{app}/{token}", {"components": [LINK]}, "components.0"),
        ("PATCH", "/webhooks/{app}/{token}/messages/{m}", {"components": [ROW, ROW]}, "components"),
        ("POST", POST, {"components": [{"type": 1, "components": [LINK]}]}, "components.0.components.0"),
        ("POST", POST, {"components": [{"type": 1, "components": [MENU]}]}, "components.0.components.0.options"),
        ("POST", CALL, {"type": 4, "data": {"content": "x" * 2001}}, "data.content"),
        ("POST", CALL, {"type": 5, "data": {"flags": 64}}, None),
        ("POST", CALL, {"type": 5, "data": {"content": "x"}}, "data"),
        ("POST", CALL, {"type": 8, "data": {"choices": [{"name": "x", "value": "x"}] * 25}}, None),
        ("POST", CALL, {"type": 8, "data": {"choices": [{"name": "x", "value": "x"}] * 26}}, "data.choices"),
        ("POST", CALL, {"type": 8, "data": {"choices": [{"name": "", "value": "x"}]}}, "data.choices.0.name"),
        ("POST", CALL, {"type": 8, "data": {"choices": [{"name": "x", "value": "x" * 101}]}}, "data.choices.0.value"),
        ("POST", CALL, {"type": 9, "data": {"custom_id": "x", "title": "x" * 46, "components": [ROW]}}, "data.title"),
        ("POST", CALL, {"type": 3}, "type"),
        ("PUT", SYNC, [{"name": "a", "description": "x"}], None),
        ("PUT", SYNC, [{"name": "a", "description": ""}], "0.description"),
        ("PUT", SYNC, [{"name": "A b", "description": "x"}], "0.name"),
        ("PUT", SYNC, [{"name": "a", "description": "x"}] * 2, "name"),
        ("PUT", SYNC, [{"name": "A b", "type": 3}], None),
        (
            "PUT",
            SYNC,
            [{"name": "a", "description": "x", "options": MIXED}],
            "0.options",
        ),
        ("GET", POST, None, None),
    ],
)
def test_each_limit(method: str, route: str, body: Any, where: str | None) -> None:
    found = limits.errors(Call(method, route, {}, body=body))
    assert [place for place, _ in found][:1] == ([where] if where else [])
    assert (limits.refused(found) is None) is (where is None)


# ------------------------------------------------------------------ interactions


class Form(discord.ui.Modal, title="A form"):
    """Asks for one thing in the old way and one in the new."""

    old: discord.ui.TextInput[Form] = discord.ui.TextInput(label="old")
    new: discord.ui.Label[Form] = discord.ui.Label(text="new", component=discord.ui.TextInput(custom_id="new"))

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        assert isinstance(self.new.component, discord.ui.TextInput)
        await interaction.response.send_message(f"{self.old.value} {self.new.component.value}")


class Panel(discord.ui.View):
    """A button of each consequence, and a menu."""

    @discord.ui.button(label="update", custom_id="update")
    async def update(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.edit_message(content="updated")

    @discord.ui.button(label="later", custom_id="later")
    async def later(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")

    @discord.ui.button(label="ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(options=[discord.SelectOption(label="a"), discord.SelectOption(label="b")], custom_id="menu")
    async def menu(self, interaction: discord.Interaction, select: discord.ui.Select[Panel]) -> None:
        await interaction.response.send_message(select.values[0], ephemeral=True)


def commanded(bot: RecentAnswer) -> None:
    """Give the bot a command of each kind."""
    group = app_commands.Group(name="kb", description="knowledge")

    @group.command(description="again")
    async def reload(interaction: discord.Interaction, who: discord.Member, deep: bool = False) -> None:
        await interaction.response.send_message(f"{who.name} {deep}", view=Panel())

    @bot.tree.command(description="salaries")
    async def salary(interaction: discord.Interaction, question: str, wait: app_commands.Range[int, 0, 5] = 0) -> None:
        if wait:
            await interaction.response.defer(ephemeral=wait > 1)
            await interaction.followup.send(f"later {question}", file=discord.File(io.BytesIO(b"x"), "x.txt"))
            await interaction.edit_original_response(content=f"edited {question}")
        else:
            await interaction.response.send_message(question)
        extra = await interaction.followup.send("more", wait=True)
        await extra.edit(content="much more")
        await extra.delete()

    @salary.autocomplete("question")
    async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=current + end, value=current + end) for end in "ab"]

    @bot.tree.context_menu(name="Check this pay")
    async def check(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"checked {message.content}", ephemeral=True)

    @bot.tree.context_menu(name="Who")
    async def who(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(user.name)

    bot.tree.add_command(group)


@pytest_asyncio.fixture
async def menu(home: Home) -> Home:
    commanded(home.bot)
    await home.bot.tree.sync()
    return home


@pytest.mark.parametrize(
    ("wait", "text", "ephemeral"), [(0, "g", False), (1, "edited g", False), (2, "edited g", True)]
)
async def test_a_command_is_answered(menu: Home, wait: int, text: str, ephemeral: bool) -> None:
    server = menu.server
    called = server.slash(menu.ada, menu.channel, "salary", question="g", wait=wait)
    await server.until(lambda: len(called.sent) == 2 and called.sent[1].deleted)
    (message,) = called.messages
    assert (message.content, message.ephemeral) == (text, ephemeral)
    assert [one["type"] for one in called.callbacks] == [5 if wait else 4]
    assert (message in menu.channel.messages) is not ephemeral
    assert called.acknowledged_after is not None
    assert 0 < called.acknowledged_after < 3


async def test_completion_and_subcommands_and_menus(menu: Home) -> None:
    server = menu.server
    typed = server.autocomplete(menu.ada, menu.channel, "salary", focused="question", question="goo")
    await server.until(lambda: typed.callbacks)
    assert [choice["name"] for choice in typed.choices] == ["gooa", "goob"]
    below = server.slash(menu.ada, menu.channel, "kb reload", who=menu.ada, deep=True)
    message = server.say(menu.ada, menu.channel, "100k")
    checked = server.message_command(menu.ada, menu.channel, "Check this pay", message)
    who = server.user_command(menu.ada, menu.channel, "Who", menu.ada)
    await server.until(lambda: below.messages and checked.messages and who.messages)
    texts = [one.messages[0].content for one in (below, checked, who)]
    assert texts == ["ada True", "checked 100k", "ada"]
    assert below.name == "kb reload"


async def test_a_command_in_a_dm(menu: Home) -> None:
    called = menu.server.slash(menu.ada, menu.server.dm(menu.ada), "salary", question="g")
    await menu.server.until(lambda: called.messages)
    assert menu.server.dm(menu.ada).messages[0] is called.messages[0]


async def test_components_and_forms(menu: Home) -> None:
    server = menu.server
    called = server.slash(menu.ada, menu.channel, "kb reload", who=menu.ada)
    await server.until(lambda: called.messages)
    (message,) = called.messages
    await asyncio.sleep(0.05)  # the bot knows its buttons once it has read the answer
    for custom_id in ("update", "later"):
        pressed = server.press(menu.ada, message, custom_id)
        await server.until(lambda pressed=pressed: pressed.messages)  # type: ignore[misc]
        assert pressed.messages == [message]
    assert message.content == "later"
    chosen = server.press(menu.ada, message, "menu", values=["b"])
    await server.until(lambda: chosen.messages)
    assert (chosen.messages[0].content, chosen.messages[0].ephemeral) == ("b", True)
    asked = server.press(menu.ada, message, "ask")
    await server.until(lambda: asked.callbacks)
    sent = server.submit(menu.ada, asked, fields={"old": "1", "new": "2"})
    await server.until(lambda: sent.messages)
    assert sent.messages[0].content == "1 2"
    with pytest.raises(LookupError):
        server.press(menu.ada, message, "nothing")


@pytest.mark.parametrize(
    ("command", "options", "error"),
    [
        ("nothing", {}, LookupError),
        ("salary", {}, LookupError),
        ("salary", {"question": "a", "unknown": 1}, LookupError),
        ("salary", {"question": "a", "wait": 9}, ValueError),
        ("salary", {"question": 1}, ValueError),
        ("kb nothing", {}, LookupError),
    ],
)
async def test_what_discord_lets_nobody_send(menu: Home, command: str, options: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        menu.server.slash(menu.ada, menu.channel, command, **options)


async def test_deadlines_and_double_answers(menu: Home) -> None:
    server, got = menu.server, list[discord.Interaction]()

    @menu.bot.tree.command(description="keep")
    async def keep(interaction: discord.Interaction) -> None:
        got.append(interaction)

    await menu.bot.tree.sync()

    async def refused(doing: Callable[[discord.Interaction], Any], change: str = "") -> tuple[int, int]:
        called = server.slash(menu.ada, menu.channel, "keep")
        await server.until(lambda: got)
        if change == "late":
            called.at -= 3.1
        elif change:
            await got[0].response.defer()
            got[0].response._response_type = None
            called.at -= 901 if change == "expired" else 0
        with pytest.raises(discord.HTTPException) as error:
            await doing(got.pop())
        return error.value.status, error.value.code

    assert await refused(lambda one: one.response.defer(), "late") == (404, 10062)
    assert await refused(lambda one: one.response.defer(), "deferred") == (400, 40060)
    assert await refused(lambda one: one.followup.send("x")) == (404, 10015)
    assert await refused(lambda one: one.followup.send("x"), "expired") == (401, 50027)
    assert await refused(lambda one: one.edit_original_response(content="x"), "expired") == (401, 50027)


# ------------------------------------------------------------------ shards


class Shards(discord.AutoShardedClient):
    """As many shards as the server says, without the wait between them."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        pass


async def test_shards_get_their_guilds() -> None:
    async with serving(shards=2) as server:
        guilds = [server.add_guild(str(n)) for n in range(4)]
        channels = [guild.add_channel("general") for guild in guilds]
        client = Shards(intents=discord.Intents.all(), guild_ready_timeout=0.05)
        heard: list[discord.Message] = []

        async def on_message(message: discord.Message) -> None:
            heard.append(message)

        client.event(on_message)
        async with ready(server, client):
            assert [one["shard"] for _, one in server.identifies] == [[0, 2], [1, 2]]
            for guild, channel in zip(guilds, channels, strict=True):
                server.say(guild.owner, channel, "x")
            server.say(guilds[0].owner, server.dm(guilds[0].owner), "dm")
            await server.until(lambda: len(heard) == 5)
            shards = {message.guild.shard_id for message in heard if message.guild}
            assert shards == {0, 1}
            server.disconnect()
            await server.until(lambda: len(server.resumes) == 2)
        assert not server.errors


async def test_the_same_seed_gives_the_same_world() -> None:
    async with DiscordServer(seed=1) as one, DiscordServer(seed=1) as two, aiohttp.ClientSession() as http:
        assert one.add_guild("x").id == two.add_guild("x").id
        assert one.session_id() == two.session_id()
        async with http.get(f"{one.api}/nothing") as answer:
            assert answer.status == 404
        assert one.errors == ["no such endpoint: GET /api/v10/nothing"]


# ------------------------------------------------------------------ where the bot is not a member


async def test_where_the_bot_is_not_a_member_it_has_an_interaction_and_nothing_else(menu: Home) -> None:
    server = menu.server
    far = server.add_far_guild("Far")
    far.add_member(menu.ada)
    for channel in (far.add_channel("general"), server.group(menu.ada, server.owner)):
        server.say(menu.ada, channel, "google salary", mention_bot=True)
        here = server.say(menu.ada, menu.channel, "here")
        await server.until(lambda here=here: server.replies(here))  # type: ignore[misc]
        assert {message.content for message in menu.bot.heard if not message.author.bot} == {"here"}
        with pytest.raises(discord.Forbidden):
            await menu.bot.get_partial_messageable(channel.id).send("hello")


async def test_several_messages_are_deleted_at_once(home: Home) -> None:
    options: list[discord.RawBulkMessageDeleteEvent] = []

    async def on_raw_bulk_message_delete(event: discord.RawBulkMessageDeleteEvent) -> None:
        options.append(event)

    home.bot.event(on_raw_bulk_message_delete)
    messages = [home.server.say(home.ada, home.channel, text) for text in "ab"]
    home.server.delete(*messages)
    await home.server.until(lambda: options)
    assert options[0].message_ids == {message.id for message in messages}


@pytest.mark.parametrize(
    ("values", "least", "most", "possible"),
    [(["a"], 1, 1, True), ([], 0, 1, True), (["a", "b"], 1, 2, True), ([], 1, 1, False), (["a", "b"], 1, 1, False)],
)
def test_a_menu_lets_one_choose_what_it_says(values: list[str], least: int, most: int, possible: bool) -> None:
    menu = {"options": [{"value": "a"}, {"value": "b"}], "min_values": least, "max_values": most}
    if possible:
        assert forms.chosen(menu, values) == values
    else:
        with pytest.raises(LookupError):
            forms.chosen(menu, values)
    with pytest.raises(LookupError):
        forms.chosen(menu, ["c"])
