"""The application's keys: what handlers find there, typed."""

from __future__ import annotations

from aiohttp import web

from server.engine import Engine
from server.live import LiveCalls
from server.settings import Settings
from server.storage import CallStore

SETTINGS = web.AppKey("settings", Settings)
ENGINE = web.AppKey("engine", Engine)
STORE = web.AppKey("store", CallStore)
LIVE = web.AppKey("live", LiveCalls)
