"""The way of a REST request: read, known, struck by a fault, limited, checked, served, answered, noted."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from aiohttp import BodyPartReader, web

from tests.discord_server import limits
from tests.discord_server.buckets import Buckets, too_many
from tests.discord_server.calls import Answer, Call, Endpoint, Refusal, Upload
from tests.discord_server.changes import Request
from tests.discord_server.faults import Garbage, Hang, Reset, RestFault, Slow, Status, TooMany, Truncated
from tests.discord_server.line import reset
from tests.discord_server.world import World

API = "/api/v10"
PAGE = "<html><body>this is no answer of Discord's</body></html>"
GATEWAY_ERRORS = (502, 504, 520, 522, 524)  # answered by the proxy in front: a page, no JSON

D = TypeVar("D")


class Rest(Generic[D]):
    """Serves the endpoints of a desk."""

    def __init__(self, world: World, desk: D, endpoints: Iterable[Endpoint[D]]) -> None:
        self._world, self._desk = world, desk
        self.buckets = Buckets(world.ids.clock)
        self.routes = [web.route(one.method, API + one.route, self._handler(one)) for one in endpoints]
        self.routes.append(web.route("*", API + "/{rest:.*}", self._unknown))

    def _handler(self, endpoint: Endpoint[D]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._serve(endpoint, request)
            except json.JSONDecodeError:
                return _written(Answer(400, {"code": 50109, "message": "The request body contains invalid JSON."}))
            except ConnectionError:
                return web.Response()  # the client has left
            except Exception:  # noqa: BLE001 - the server never fails, it tells
                if request.transport is None:
                    return web.Response()  # the client has left in the middle of an upload
                self._world.errors.append(traceback.format_exc())
                return web.Response(status=500)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self._world.errors.append(f"no such endpoint: {request.method} {request.path}")
        return _written(Answer(404, {"code": 0, "message": "404: Not Found"}))

    async def _serve(self, endpoint: Endpoint[D], request: web.Request) -> web.StreamResponse:
        path = request.rel_url.path.removeprefix(API)
        upload = request.content_type == "multipart/form-data"
        fault = self._world.faults.at_rest(endpoint.method, endpoint.route, path, upload=upload)
        call = await _read(endpoint, request, authorized=self._authorized(request))
        if isinstance(fault, Slow) and not fault.applied:
            await asyncio.sleep(fault.seconds)
        answer = self._before(fault) or self._effect(endpoint, call, path)
        try:
            # Lets the gateway go first: an event of an effect often comes before the answer.
            await asyncio.sleep(fault.seconds if isinstance(fault, Slow) and fault.applied else 0)
        except asyncio.CancelledError:  # the client has left
            self._noted(call, path, 0, fault)
            raise
        return await self._finish(call, path, request, fault, answer)

    def _authorized(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self._world.token}"

    def _before(self, fault: RestFault | None) -> Answer | None:
        """Return what a fault answers in place of the effect."""
        match fault:
            case TooMany(scope=scope, retry_after=seconds):
                if scope == "global":
                    self.buckets.closed_until = self._world.time + seconds
                return too_many(fault)
            case Status(applied=False) | Reset(applied=False) | Hang(applied=False) | Garbage(applied=False):
                return Answer(0)
            case _:
                return None

    def _effect(self, endpoint: Endpoint[D], call: Call, path: str) -> Answer:
        """Check the request and do what it asks for."""
        if not (endpoint.open or call.authorized):
            return Answer(401, {"code": 0, "message": "401: Unauthorized"})
        headers, refused = self.buckets.take(call, path, self._world.time, open_=endpoint.open)
        if refused is not None:
            return Answer(refused.status, refused.data, {**headers, **refused.headers})
        errors = limits.errors(call)
        self._world.violations.extend(f"{call.method} {path}: {where}: {what}" for where, what in errors)
        try:
            answer = limits.refused(errors) or endpoint.serve(self._desk, call)
        except Refusal as refusal:
            answer = refusal.answer
        return Answer(answer.status, answer.data, {**headers, **answer.headers})

    async def _finish(
        self, call: Call, path: str, request: web.Request, fault: RestFault | None, answer: Answer
    ) -> web.StreamResponse:
        """Answer as the fault lets it, and note it."""
        match fault:
            case Status():
                answer = _failed(fault)
            case Garbage():
                answer = Answer(200, PAGE)
            case Reset() | Hang():
                answer = Answer(0)
            case _:
                pass
        self._noted(call, path, answer.status, fault)
        if isinstance(fault, Reset):
            reset(request)
        if isinstance(fault, Hang):
            await asyncio.Event().wait()
        if isinstance(fault, Truncated) and answer.data is not None:
            return await _half(request, answer)
        return _written(answer)

    def _noted(self, call: Call, path: str, status: int, fault: RestFault | None) -> None:
        now = self._world.time
        self._world.requests.append(Request(now, call.method, path, call.route, call.body, status, fault))
        self._world.note(f"{call.method} {path} {status}", fault)


async def _read(endpoint: Endpoint[D], request: web.Request, *, authorized: bool) -> Call:
    body: Any = None
    files: dict[int, Upload] = {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "payload_json":
                body = json.loads(await part.text())
            elif part.name and (place := re.fullmatch(r"files\[(\d+)\]", part.name)):
                files[int(place[1])] = Upload(part.filename or "unknown", bytes(await part.read(decode=True)))
    elif raw := await request.read():
        body = json.loads(raw)
    places = dict(request.match_info)
    return Call(endpoint.method, endpoint.route, places, dict(request.query), body, files, authorized)


def _failed(fault: Status) -> Answer:
    if fault.status in GATEWAY_ERRORS:
        return Answer(fault.status, PAGE)
    return Answer(fault.status, {"code": fault.code, "message": fault.message or f"{fault.status}: failed"})


def _written(answer: Answer) -> web.Response:
    """Return the answer as aiohttp sends it; discord.py reads JSON only where the type says nothing of a charset."""
    if answer.data is None:
        return web.Response(status=answer.status or 204, headers=answer.headers)
    kind, text = ("text/html", answer.data) if isinstance(answer.data, str) else ("application/json", None)
    body = (json.dumps(answer.data) if text is None else text).encode()
    return web.Response(status=answer.status, body=body, headers={"Content-Type": kind, **answer.headers})


async def _half(request: web.Request, answer: Answer) -> web.StreamResponse:
    whole = json.dumps(answer.data).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(whole)), **answer.headers}
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
