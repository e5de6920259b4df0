"""The call's WebSocket: the trainee's audio in, the customer's audio out, and a few messages both ways."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Annotated, Literal

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.audio import FRAME_BYTES, FRAME_MS
from bot.errors import KiestoonError
from server.errors import error_body
from server.keys import LIVE, SETTINGS
from server.live import LiveCall, Message
from server.texts import ui_of

LOG = logging.getLogger("kiestoon.socket")
CLOSE_BUSY = 4409
CLOSE_BAD_FRAME = 4422
BURST_MS = 4000
CLOSE_SILENT = 4408
SILENT_SECONDS = 10.0
MAX_MESSAGE_BYTES = 16 * 1024


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Answer(_Message):
    """The trainee picks up."""

    type: Literal["answer"]


class HangUp(_Message):
    """The trainee hangs up."""

    type: Literal["hang_up"]


class Bye(_Message):
    """The page is being left on purpose."""

    type: Literal["bye"]


class Switch(_Message):
    """Microphone, hold or captions on or off."""

    type: Literal["mute", "hold", "captions"]
    on: bool


class Played(_Message):
    """How much of a customer's turn has sounded."""

    type: Literal["played"]
    turn: int = Field(ge=0)
    played_ms: int = Field(ge=0, le=3_600_000)


class Screen(_Message):
    """Something that the trainee did on screen."""

    type: Literal["screen"]
    action: str = Field(max_length=60)
    target: str = Field(default="", max_length=200)
    value: str = Field(default="", max_length=4000)


class Page(_Message):
    """The trainee opened a page of the company's files: `customer:ID`, `product:ID` or `procedures`."""

    type: Literal["page"]
    page: str = Field(min_length=1, max_length=140)


class Register(_Message):
    """The trainee filled in a field."""

    type: Literal["register"]
    field: str = Field(min_length=1, max_length=60)
    value: str = Field(max_length=200)


Wish = Answer | HangUp | Bye | Switch | Played | Screen | Page | Register
Incoming: TypeAdapter[Wish] = TypeAdapter(Annotated[Wish, Field(discriminator="type")])


@dataclass
class Pace:
    """Counts frames against the clock: audio at another rate than agreed comes too fast. `start` is in seconds."""

    start: float
    frames: int = 0

    def too_fast(self, now: float) -> bool:
        """Take in one more frame; whether more audio has come than time has passed, give or take a burst."""
        self.frames += 1
        return self.frames * FRAME_MS > (now - self.start) * 1000 + BURST_MS


async def call_socket(request: web.Request) -> web.WebSocketResponse:
    """`GET /api/calls/{id}/socket`."""
    socket = web.WebSocketResponse(heartbeat=10.0, max_msg_size=MAX_MESSAGE_BYTES, compress=False)
    await socket.prepare(request)
    try:
        live = request.app[LIVE].open(request.match_info["id"], request.query.get("resume", ""))
    except KiestoonError as error:
        await socket.send_json({"type": "error"} | error_body(error, ui_of(request)))
        await socket.close(code=CLOSE_BUSY, message=error.code.encode())
        return socket
    await _serve(socket, live, request.app[SETTINGS].resume_seconds)
    return socket


async def _serve(socket: web.WebSocketResponse, live: LiveCall, resume_seconds: float) -> None:
    outbox: asyncio.Queue[Message | None] = asyncio.Queue()
    resumed = bool(live.events) and live.call.now_ms > 0
    live.outbox = outbox
    live.send(live.hello())
    if resumed:
        live.call.resumed()
    else:
        live.send({"type": "state", "state": live.call.state, "at_ms": 0})
    writer = asyncio.create_task(_write(socket, outbox))
    ender = asyncio.create_task(_close_at_end(live, outbox))
    left_on_purpose = False
    try:
        left_on_purpose = await _read(socket, live)
    finally:
        live.outbox = None
        ender.cancel()
        outbox.put_nowait(None)
        if not live.ended.is_set():
            _lose(live, 0 if left_on_purpose else resume_seconds)
        await asyncio.wait([writer], timeout=2)
        writer.cancel()


async def _read(socket: web.WebSocketResponse, live: LiveCall) -> bool:
    """Take in what the browser sends until it is gone; whether it said so."""
    pace = Pace(asyncio.get_running_loop().time())
    while True:
        try:
            message = await socket.receive(timeout=SILENT_SECONDS)
        except TimeoutError:
            await socket.close(code=CLOSE_SILENT, message=b"no audio")
            return False
        if message.type is WSMsgType.BINARY:
            if len(message.data) != FRAME_BYTES:
                await _refuse(socket, live, KiestoonError("frame.size", f"audio frames have {FRAME_BYTES} bytes"))
                return False
            if pace.too_fast(asyncio.get_running_loop().time()):
                await _refuse(socket, live, KiestoonError("frame.rate", "audio comes faster than it can be spoken"))
                return False
            live.call.frame(message.data)
        elif message.type is WSMsgType.TEXT:
            if not _obey(message, live):
                return True
        else:
            return live.ended.is_set()


async def _refuse(socket: web.WebSocketResponse, live: LiveCall, error: KiestoonError) -> None:
    live.send({"type": "error"} | error_body(error, live.ticket.ui))
    await asyncio.sleep(0)
    await socket.close(code=CLOSE_BAD_FRAME, message=error.code.encode())


def _obey(message: WSMessage, live: LiveCall) -> bool:
    """Do what a message asks; False where the page is being left."""
    try:
        wish = Incoming.validate_json(message.data)
    except ValidationError:
        LOG.warning("call %s: a message that is none was left out", live.ticket.call_id)
        return True
    match wish:
        case Bye():
            return False
        case Answer():
            live.call.answer()
        case HangUp():
            live.call.hang_up()
        case Switch(type="mute", on=on):
            live.call.mute(on)
        case Switch(type="hold", on=on):
            live.call.hold(on)
        case Switch(type="captions", on=on):
            live.captions = on and live.captions_allowed
        case Played(turn=turn, played_ms=played_ms):
            live.call.played(turn, played_ms)
        case Screen(action=action, target=target, value=value):
            live.call.screen(action, target, value)
        case Page(page=page):
            live.call.page(page)
        case Register(field=field, value=value):
            live.call.register(field, value)
    return True


async def _write(socket: web.WebSocketResponse, outbox: asyncio.Queue[Message | None]) -> None:
    while (message := await outbox.get()) is not None:
        try:
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            else:
                await socket.send_str(json.dumps(message))
        except (ConnectionError, RuntimeError):
            return
    await socket.close(code=WSCloseCode.OK)


async def _close_at_end(live: LiveCall, outbox: asyncio.Queue[Message | None]) -> None:
    await live.ended.wait()
    outbox.put_nowait(None)


def _lose(live: LiveCall, seconds: float) -> None:
    """The socket is gone: the call waits for its browser, then ends as broken off."""
    live.call.lost()

    def give_up() -> None:
        if live.outbox is None and not live.ended.is_set():
            live.call.abandon()

    asyncio.get_running_loop().call_later(seconds, give_up)
