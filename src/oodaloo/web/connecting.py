"""Connecting to QuickBooks and back, reading it, how it stands, and disconnecting."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from oodaloo.web.links import base_of
from oodaloo.web.pages import message_page, page
from oodaloo.web.shown import About, Given

_SHORT_SECONDS = 3.0

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/connect")
async def connect(services: Given) -> Response:
    """On to QuickBooks, which asks the person for consent."""
    return RedirectResponse(await services.begin_connect(), status_code=303)


@router.get("/oauth/callback")
async def callback(
    services: Given,
    code: str = "",
    state: str = "",
    realm_id: Annotated[str, Query(alias="realmId")] = "",
    error: str = "",
) -> Response:
    """Back from QuickBooks: with a code the connection is made and reading starts."""
    if error == "access_denied":
        return message_page(200, "Not connected", "You said no in QuickBooks. Nothing was read.", connect=True)
    if error or not (code and state and realm_id):
        told = f"QuickBooks answered “{error}”." if error else "The answer from QuickBooks was not complete."
        return message_page(400, "Not connected", f"{told} Nothing was read. Try again.", connect=True)
    business = await services.finish_connect(code=code, realm_id=realm_id, state=state)
    services.start_sync(business)
    return RedirectResponse(f"{base_of(business)}/progress", status_code=303)


@router.get("/b/{business_id}/progress")
async def progress(services: Given, shown: About) -> Response:
    """How far the reading is; follows by itself until it has ended, then shows the result."""
    reading = await services.sync_progress(shown.business.id)
    if reading is not None and reading.finished_at is not None:
        return RedirectResponse(shown.base, status_code=303)
    running = reading is None or not reading.failed
    return page("progress.html", {**shown.context, "progress": reading, "running": running})


@router.get("/b/{business_id}/connection")
async def connection(services: Given, shown: About) -> Response:
    """How it stands with QuickBooks: the connection, how new the books are, webhooks and metered reads."""
    return page("connection.html", {**shown.context, "view": await services.connection_page(shown.business.id)})


@router.post("/b/{business_id}/sync")
async def sync(services: Given, shown: About, back: str = "") -> Response:
    """Ask QuickBooks what changed: done in a moment as a rule, and followed by its own page where it takes longer."""
    syncing = services.start_sync(shown.business.id)
    await asyncio.wait({syncing}, timeout=_SHORT_SECONDS)
    if not syncing.done():
        return RedirectResponse(f"{shown.base}/progress", status_code=303)
    failure = syncing.result()
    if failure is not None:
        raise failure
    return RedirectResponse(f"{shown.base}/connection" if back == "connection" else shown.base, status_code=303)


@router.get("/b/{business_id}/disconnect")
async def ask_disconnect(shown: About) -> Response:
    """Ask before disconnecting."""
    return page("disconnect.html", shown.context)


@router.post("/b/{business_id}/disconnect")
async def disconnect(services: Given, shown: About) -> Response:
    """End the connection; what was read stays."""
    await services.disconnect(shown.business.id)
    return RedirectResponse(shown.base, status_code=303)
