"""Control over the companies: time, what people do in them, what their books say, and beginning anew."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qbo_emulator.amounts import ZERO
from qbo_emulator.bodies import decode_object
from qbo_emulator.books import Books
from qbo_emulator.entities import KINDS
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.control_requests import (
    ControlError,
    Endpoint,
    company_of,
    flag,
    json_object,
    json_response,
    refuse_unknown_fields,
    whole_number,
)
from qbo_emulator.server.directory import Planted
from qbo_emulator.server.parts import Parts
from qbo_emulator.server.people import EDITS, edit

_OPEN_BY: dict[str, str] = {
    "Invoice": "Balance",
    "Bill": "Balance",
    "CreditMemo": "Balance",
    "VendorCredit": "Balance",
    "Payment": "UnappliedAmt",
}


class BooksControl:
    """The endpoints over the companies and their clock."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> Sequence[Endpoint]:
        """What can be asked for."""
        return (
            Endpoint("GET", "clock", self.clock),
            Endpoint("POST", "clock", self.move_clock),
            Endpoint("POST", "edit", self.edit),
            Endpoint("GET", "books", self.books),
            Endpoint("GET", "flaws", self.flaws),
            Endpoint("GET", "companies", self.companies),
            Endpoint("POST", "companies/reset", self.reset),
        )

    async def clock(self, _request: Request) -> Response:
        """The company's time, and whether it passes by itself."""
        clock = self._parts.clock
        return JSONResponse({"now": clock.now().isoformat(timespec="milliseconds"), "runs": clock.runs})

    async def move_clock(self, request: Request) -> Response:
        """Move time forward (`advance_seconds`, `advance_days`, `set`) and let the companies live; `runs` stops it."""
        body = await json_object(request)
        refuse_unknown_fields(body, "advance_seconds", "advance_days", "set", "runs")
        clock = self._parts.clock
        if "runs" in body:
            (clock.run if flag(body, "runs") else clock.stop)()
        until = _moment(body, clock.now())
        if until is not None:
            await self._live(until)
        return await self.clock(request)

    async def edit(self, request: Request) -> Response:
        """Do what a person does in QuickBooks: `operation`, `entity` and `body`, in `realm_id` or the first company."""
        described = decode_object(await request.body())
        refuse_unknown_fields(described, "realm_id", "operation", "entity", "body")
        operation, entity, body = described.get("operation"), described.get("entity"), described.get("body")
        if operation not in EDITS or not isinstance(entity, str) or not isinstance(body, dict):
            raise ControlError(f"say operation ({', '.join(EDITS)}), entity and body")
        company = company_of(self._parts.directory, described.get("realm_id"))
        async with company.lock:
            books = await self._parts.directory.open(company)
            self._parts.before_change(company, books)
            written = edit(books, operation, entity, body, self._parts.clock.now())
            self._parts.after_change(company, books)
        return json_response({written.entity: decode_object(written.encoded)})

    async def books(self, request: Request) -> Response:
        """Account balances, open documents and counts of a company, for judging what a client did."""
        company = company_of(self._parts.directory, request.query_params.get("realm_id"))
        async with company.lock:
            return json_response(_summary(await self._parts.directory.open(company)))

    async def flaws(self, request: Request) -> Response:
        """What was planted in a company's books when they were built, for judging who looks for it."""
        company = company_of(self._parts.directory, request.query_params.get("realm_id"))
        async with company.lock:
            await self._parts.directory.open(company)
            flaws, lookalikes = company.planted
        return JSONResponse(
            {
                "realm_id": company.realm_id,
                "flaws": [_planted(each) for each in flaws],
                "lookalikes": [_planted(each) for each in lookalikes],
            }
        )

    async def companies(self, _request: Request) -> Response:
        """Which companies are served, and which of them have been built."""
        served = [
            {"realm_id": company.realm_id, "name": company.name, "open": company.is_open}
            for company in self._parts.directory.companies()
        ]
        return JSONResponse({"companies": served})

    async def reset(self, request: Request) -> Response:
        """Build a company anew: its stored answers are forgotten, its time is what it is; `seed` gives another one."""
        body = await json_object(request)
        refuse_unknown_fields(body, "realm_id", "seed")
        company = company_of(self._parts.directory, body.get("realm_id"))
        seed = whole_number(body, "seed") if "seed" in body else None
        async with company.lock:
            await self._parts.directory.reset(company, seed)
            if self._parts.stale_reads.watching:
                company.past.watch(company.books)
            return json_response(_summary(company.books))

    async def _live(self, until: datetime) -> None:
        parts = self._parts
        for company in parts.directory.companies():
            if company.is_open:
                parts.before_change(company, company.books)
        await parts.directory.live(until, lambda: parts.clock.move_to(until))
        for company in parts.directory.companies():
            if company.is_open:
                parts.after_change(company, company.books)
        parts.webhooks.wake()


def _moment(body: JsonObject, now: datetime) -> datetime | None:
    if "set" in body:
        try:
            moment = datetime.fromisoformat(str(body["set"]))
        except ValueError as error:
            raise ControlError(f"set must be a moment such as {now.isoformat(timespec='seconds')}") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    if "advance_seconds" not in body and "advance_days" not in body:
        return None
    days, seconds = whole_number(body, "advance_days", 0), whole_number(body, "advance_seconds", 0)
    try:
        return now + timedelta(days=days, seconds=seconds)
    except OverflowError as error:
        raise ControlError("that is too far") from error


def _planted(each: Planted) -> JsonObject:
    return {"kind": each.kind, "entity": each.entity, "id": each.id, "why": each.why}


def _summary(books: Books) -> JsonObject:
    accounts = [
        {
            "id": account["Id"],
            "name": account["FullyQualifiedName"],
            "type": account["AccountType"],
            "balance": _amount(books.ledger.balance(account["Id"])),
        }
        for account in books.records("Account")
    ]
    difference = sum((books.ledger.balance(account["id"]) for account in accounts), ZERO)
    return {
        "realm_id": books.realm_id,
        "company_name": books.company_name,
        "accounts": accounts,
        "debits_minus_credits": _amount(difference),
        "open": {entity: _open(books, entity, field) for entity, field in _OPEN_BY.items()},
        "counts": {name: books.file.store.count(name) for name in KINDS if books.file.store.count(name)},
    }


def _open(books: Books, entity: str, field: str) -> JsonObject:
    balances = [Decimal(each.get(field, 0)) for each in books.records(entity)]
    unsettled = [balance for balance in balances if balance]
    return {"count": len(unsettled), "total": _amount(sum(unsettled, ZERO))}


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"
