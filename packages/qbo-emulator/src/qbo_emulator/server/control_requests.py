"""How the control plane reads its requests and answers what it can't do."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.clock import ClockError
from qbo_emulator.faults import QboFault
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.directory import Company, Directory
from qbo_emulator.server.strikes import StrikeError
from qbo_emulator.wire import encode, fault_object

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class ControlError(ValueError):
    """The control plane can't do what it is asked; the message says why."""


class Endpoint(NamedTuple):
    """One thing that can be asked for under /_emulator."""

    method: str
    path: str
    handler: Handler


def answering(handler: Handler) -> Handler:
    """The handler, with what it refuses answered as 400 (409 with the fault when QuickBooks refuses)."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (ControlError, StrikeError, ClockError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except QboFault as fault:
            return json_response({"error": str(fault), "Fault": fault_object(fault)}, 409)

    return answered


def json_response(value: object, status: int = 200) -> Response:
    """A JSON answer whose amounts are written as QuickBooks writes them."""
    return Response(encode(value), status, media_type="application/json")


async def json_object(request: Request) -> JsonObject:
    """The JSON object in the body, empty when there is no body; raises ControlError for anything else."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ControlError(f"the body must be a JSON object: {error}") from error
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def company_of(directory: Directory, realm_id: object) -> Company:
    """The company that is named, or the first one; raises ControlError for one that isn't served."""
    if realm_id is None:
        return directory.first
    company = directory.get(str(realm_id))
    if company is None:
        raise ControlError(f"there is no company {realm_id}")
    return company


def whole_number(body: JsonObject, field: str, default: int | None = None, *, least: int = 0) -> int:
    """The whole number in a field; raises ControlError for anything else."""
    value = body.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ControlError(f"{field} must be a whole number from {least} on")
    return value


def flag(body: JsonObject, field: str) -> bool:
    """The boolean in a field; raises ControlError for anything else."""
    value = body.get(field)
    if not isinstance(value, bool):
        raise ControlError(f"{field} must be true or false")
    return value


def refuse_unknown_fields(body: JsonObject, *known: str) -> None:
    """Raise ControlError when the body has a field that nobody reads."""
    strange = sorted(set(body) - set(known))
    if strange:
        raise ControlError(f"{strange[0]} is not known here; known: {', '.join(known)}")
