"""Where QuickBooks posts what changed: signed, kept, answered at once; opened later, and the books asked then."""

import asyncio
import logging

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.requests import ClientDisconnect

from oodaloo.infra.qbo.webhooks.signature import SIGNATURE_HEADER, is_from_intuit
from oodaloo.web.guard import WEBHOOK_PATH
from oodaloo.web.shown import Given

LARGEST_POST_BYTES = 2 * 2**20
"""Twice what QuickBooks says that a post may have."""

_READ_SECONDS = 10.0
_LOG = logging.getLogger(__name__)

router = APIRouter(default_response_class=PlainTextResponse)


@router.post(WEBHOOK_PATH)
async def announced(services: Given, request: Request) -> Response:
    """Keep what a signed post announces. Anything but 200 makes QuickBooks send the whole post again later."""
    verifier = services.settings.qbo_webhook_verifier
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not verifier:
        return _refused(503, "Webhooks are not set up here: OODALOO_QBO_WEBHOOK_VERIFIER is not set.")
    if not signature:
        return _refused(401, "The post is not signed.")
    try:
        async with asyncio.timeout(_READ_SECONDS):
            body = await _limited_body(request)
    except (TimeoutError, ClientDisconnect):
        return _refused(408, "The post did not come to an end.")
    if body is None:
        return _refused(413, f"The post is larger than {LARGEST_POST_BYTES} bytes.")
    if not is_from_intuit(body, signature, verifier):
        return _refused(401, "The signature is not that of this post and our verifier token.")
    await services.inbox.receive(body)
    return PlainTextResponse("taken\n")


async def _limited_body(request: Request) -> bytes | None:
    """The body, None as soon as it is clear that it is too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST_POST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_POST_BYTES:
            return None
    return bytes(body)


def _refused(status: int, reason: str) -> Response:
    _LOG.info("A post to %s was refused (%d): %s", WEBHOOK_PATH, status, reason)
    return PlainTextResponse(f"{reason}\n", status)
