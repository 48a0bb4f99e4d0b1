"""Errors as programs read them: problem details (RFC 9457) with the status and words of the error pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from oodaloo.kit.errors import OodalooError
from oodaloo.runway.decisions.finalize import BatchRefusedError
from oodaloo.runway.experiences.decision_desk import DecisionView
from oodaloo.web.errors import shown_as

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    404: "There is no such address",
    405: "That can’t be asked",
    411: "The length is missing",
    413: "That is too much",
}


class LastChange(BaseModel):
    """Who changed it last, in what way and when."""

    by: str
    action: str
    at: datetime


class InvalidPart(BaseModel):
    """A part of the request that can't be, and why."""

    where: str
    said: str


class RefusedDecision(BaseModel):
    """Why a decision keeps its batch from being finalized."""

    decision_id: str
    said: str


class ProblemBody(BaseModel):
    """What went wrong (RFC 9457). `detail` says what happened and what to do."""

    type: str = Field(description="The kind of problem, for programs: `urn:oodaloo:problem:` and its name.")
    title: str
    status: int
    detail: str
    invalid: list[InvalidPart] | None = Field(default=None, description="Each part of the request that can't be.")
    refused: list[RefusedDecision] | None = Field(default=None, description="Each decision that keeps a batch back.")
    current: DecisionView | None = Field(default=None, description="The decision as it stands, when it has moved on.")
    changed: LastChange | None = Field(default=None, description="The last change of it.")


class MovedOnError(Exception):
    """A decision has moved on: the error that said so, how it stands now, and what changed it."""

    def __init__(self, error: OodalooError, current: DecisionView | None, changed: LastChange | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.current = current
        self.changed = changed


def body_of(error: OodalooError) -> ProblemBody:
    """What an error tells."""
    shown = shown_as(error)
    body = ProblemBody(type=type_of(type(error)), title=shown.title, status=shown.status, detail=str(error))
    if isinstance(error, BatchRefusedError):
        body.refused = [RefusedDecision(decision_id=each.decision_id, said=each.sentence) for each in error.problems]
    return body


def problem(status: int, name: str, detail: str, *, title: str | None = None) -> Response:
    """The answer that tells a problem that isn't an error of ours."""
    named = title or _TITLES.get(status, "That can’t be asked")
    return _answer(ProblemBody(type=_urn(name), title=named, status=status, detail=detail))


def type_of(kind: type[OodalooError]) -> str:
    """The name of an error for programs: `DecisionMovedError` is `urn:oodaloo:problem:decision-moved`."""
    words = re.findall(r"[A-Z][a-z0-9]*", kind.__name__.removesuffix("Error"))
    return _urn("-".join(words).lower())


async def on_oodaloo_error(_: Request, error: Exception) -> Response:
    """Answer an error that was raised on purpose."""
    if not isinstance(error, OodalooError):
        raise error
    body = body_of(error)
    return _answer(body, {"WWW-Authenticate": "Bearer"} if body.status == 401 else {})


async def on_moved_on(_: Request, error: Exception) -> Response:
    """Answer somebody who decided on what has changed since."""
    if not isinstance(error, MovedOnError):
        raise error
    body = body_of(error.error)
    body.current, body.changed = error.current, error.changed
    return _answer(body)


async def on_invalid(_: Request, error: Exception) -> Response:
    """Answer a request that isn't what the description says."""
    if not isinstance(error, RequestValidationError):
        raise error
    parts = [InvalidPart(where=_where(each["loc"]), said=str(each["msg"])) for each in error.errors()]
    told = "; ".join(f"{part.where}: {part.said}" for part in parts)
    return _answer(
        ProblemBody(
            type=_urn("invalid-request"),
            title="That can’t be asked",
            status=422,
            detail=f"The request isn't as the API's description says. {told}.",
            invalid=parts,
        )
    )


async def on_http_error(_: Request, error: Exception) -> Response:
    """Answer an address or a method that isn't there."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    name = "no-such-address" if status == 404 else "not-allowed"
    return problem(status, name, "The API's description lists every address, and what it takes.")


async def on_defect(_: Request, __: Exception) -> Response:
    """Answer a defect in our code; the error itself still goes to the log."""
    return problem(
        500, "defect", "It is in the log. Nothing of the request was kept.", title="Something broke on our side"
    )


def _answer(body: ProblemBody, headers: Mapping[str, str] | None = None) -> Response:
    untold = {name for name in ProblemBody.model_fields if getattr(body, name) is None}
    content = body.model_dump_json(exclude=untold)
    return Response(content, body.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _where(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location))


def _urn(name: str) -> str:
    return f"urn:oodaloo:problem:{name}"
