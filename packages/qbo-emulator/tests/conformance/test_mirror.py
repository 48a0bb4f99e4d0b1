"""Webhooks and change data capture over real sockets: a mirror that is kept by them alone misses nothing."""

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
import pytest
from conformance.served import Running, running
from webhook_receiver import Receiver, receiving, until

from qbo_emulator.jsontypes import JsonObject

LISTS: Final = ("Account", "Class", "Customer", "Department", "Item", "PaymentMethod", "Term", "Vendor")
DOCUMENTS: Final = (
    "Bill",
    "BillPayment",
    "CreditMemo",
    "Deposit",
    "Estimate",
    "Invoice",
    "JournalEntry",
    "Payment",
    "Purchase",
    "RefundReceipt",
    "SalesReceipt",
    "Transfer",
    "VendorCredit",
)
STEPS: Final = 8
Seen = dict[tuple[str, str], str]
"""(type in small letters, id) -> the newest SyncToken that is known."""


class Watched:
    """A company, and two mirrors of it: one fed by webhooks, one by change data capture."""

    def __init__(self, emulator: Running, receiver: Receiver, client: httpx2.Client) -> None:
        self.emulator = emulator
        self.receiver = receiver
        self._client = client
        self.by_webhooks: Seen = self.everything()
        self.by_changes: Seen = dict(self.by_webhooks)
        self._read_until = self.company_time()
        self._posts = 0

    def everything(self) -> Seen:
        """What full queries find."""
        return {
            (name.lower(), entity["Id"]): entity["SyncToken"]
            for name in (*LISTS, *DOCUMENTS)
            for entity in self._pages(name, "WHERE Active IN (true, false) " if name in LISTS else "")
        }

    def company_time(self) -> datetime:
        """What time it is in the company."""
        return datetime.fromisoformat(self.get("companyinfo/1")["time"])

    def get(self, path: str, **parameters: str) -> JsonObject:
        """Ask the company."""
        answer = self._client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        answered: JsonObject = answer.json()
        return answered

    def read_webhooks(self) -> None:
        """Follow each event that arrived: read what it names, and forget what is gone."""
        arrived = self.receiver.posts[self._posts :]
        self._posts += len(arrived)
        for entity_type, entity_id in {_named(event) for post in arrived for event in post.body}:
            answer = self._client.get(f"{entity_type}/{entity_id}")
            if answer.status_code == 200:
                (entity,) = [value for value in answer.json().values() if isinstance(value, dict)]
                self.by_webhooks[entity_type, entity_id] = entity["SyncToken"]
            else:
                self.by_webhooks.pop((entity_type, entity_id), None)

    def read_changes(self) -> None:
        """Lay over the mirror what changed since the last look."""
        since, self._read_until = self._read_until, self.company_time()
        answer = self.get(
            "cdc", entities=",".join((*LISTS, *DOCUMENTS)), changedSince=(since - timedelta(seconds=1)).isoformat()
        )
        for response in answer["CDCResponse"][0]["QueryResponse"]:
            for name, listed in response.items():
                for entity in listed if isinstance(listed, list) else []:
                    key = (name.lower(), entity["Id"])
                    if entity.get("status") == "Deleted":
                        self.by_changes.pop(key, None)
                    else:
                        self.by_changes[key] = entity["SyncToken"]

    def settled(self) -> bool:
        """Whether no event waits to be sent."""
        return not self.emulator.control("GET", "webhooks")["waiting"]

    def _pages(self, name: str, condition: str) -> Iterator[JsonObject]:
        start = 1
        while True:
            query = f"SELECT * FROM {name} {condition}ORDERBY Id STARTPOSITION {start} MAXRESULTS 1000"  # noqa: S608
            listed = self.get("query", query=query)["QueryResponse"].get(name, [])
            yield from listed
            if len(listed) < 1000:
                return
            start += 1000


@pytest.mark.parametrize("seed", [1, 2])
def test_mirrors_miss_nothing(seed: int) -> None:
    """While a company lives and people edit it, both mirrors hold every entity at its newest version."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    with receiving() as receiver, running("--webhook-url", receiver.url, "--seed", str(seed)) as emulator:
        with _client(emulator) as client:
            watched = Watched(emulator, receiver, client)
            for _ in range(STEPS):
                emulator.control("POST", "webhooks", {"duplicate": dice.randrange(3), "reorder": dice.randrange(3)})
                emulator.control("POST", "clock", {"advance_days": dice.randint(1, 5)})
                _meddle(watched, dice)
                watched.read_changes()
            asyncio.run(until(watched.settled))
            watched.read_webhooks()
            found = watched.everything()
        assert _differences(watched.by_changes, found) == []
        assert _differences(watched.by_webhooks, found) == []


def _client(emulator: Running) -> httpx2.Client:
    auth = emulator.auth_client()
    auth.refresh(refresh_token=emulator.refresh_token)
    company = f"{emulator.base_url}/v3/company/{emulator.realm_id}/"
    return httpx2.Client(base_url=company, headers={"Authorization": f"Bearer {auth.access_token}"})


def _meddle(watched: Watched, dice: random.Random) -> None:
    """Somebody renames a vendor and enters a bill, deletes or voids a document."""
    vendors = watched.get("query", query="SELECT * FROM Vendor MAXRESULTS 20")["QueryResponse"]["Vendor"]
    vendor = dice.choice(vendors)
    renamed = {"sparse": True, "DisplayName": f"{vendor['DisplayName']} {dice.randrange(1000)}"}
    _edit(watched, "update", "Vendor", vendor | renamed)
    for operation, name in (("delete", "Estimate"), ("delete", "Bill"), ("void", "Invoice")):
        page = watched.get("query", query=f"SELECT * FROM {name} MAXRESULTS 20")["QueryResponse"]  # noqa: S608
        if page.get(name):
            _edit(watched, operation, name, dice.choice(page[name]))


def _edit(watched: Watched, operation: str, name: str, entity: JsonObject) -> None:
    body = entity if operation == "update" else {"Id": entity["Id"], "SyncToken": entity["SyncToken"]}
    watched.emulator.control("POST", "edit", {"operation": operation, "entity": name, "body": body})


def _named(event: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
    """(type, id) that a CloudEvent names."""
    return event["type"].split(".")[1], event["intuitentityid"]


def _differences(mirror: Seen, found: Seen) -> list[tuple[tuple[str, str], str | None, str | None]]:
    """Each entity that the mirror has otherwise: its key, the mirror's version, the version found."""
    keys = sorted(mirror.keys() | found.keys())
    return [(key, mirror.get(key), found.get(key)) for key in keys if mirror.get(key) != found.get(key)]
