"""Recorded requests once more: a company from the recordings, the request, and how our answer differs."""

import itertools
from dataclasses import dataclass
from typing import Final

import httpx2
from recordings.comparison import differences, places
from recordings.interactions import SAMPLES, Interaction, entities, recorded, spelled
from recordings.preparing import REALM, prepared

from qbo_emulator.books import Books
from qbo_emulator.clock import CompanyClock
from qbo_emulator.entities import KINDS, entity_name
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.server.app import Emulator, Options
from qbo_emulator.server.directory import CompanyEntry, Opened

_ERAS: Final = (
    "faults",
    "entities-from-xml",
    "cdc",
    "entities-2017",
    "multicurrency-company-2019",
    "vcr-2020",
    "us-sandbox-2026",
)
"""The folders, by when most in them was recorded."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """An interaction and how our answer to its request differs from the recorded one."""

    interaction: Interaction
    supported: bool
    """False when it is about an entity type that the emulator doesn't have."""
    differences: tuple[str, ...]


async def checked() -> list[Replayed]:
    """Every recorded interaction, asked again; none where there are no recordings."""
    library = recorded(SAMPLES)
    return [await replayed(interaction, library) for interaction in library]


async def replayed(interaction: Interaction, library: list[Interaction]) -> Replayed:
    """Ask the same of books that stand as the real ones stood, as far as the recordings tell."""
    if not _supported(interaction):
        return Replayed(interaction, supported=False, differences=())
    books, request = prepared(interaction, library)
    answer = await _asked(books, interaction, request)
    later = _later_places(interaction, library)
    found = differences(interaction, answer.status_code, spelled(answer.text), later)
    return Replayed(interaction, supported=True, differences=tuple(found))


def _later_places(interaction: Interaction, library: list[Interaction]) -> frozenset[str]:
    """Where keys stand in what the folders of later years recorded."""
    year = _ERAS.index(interaction.folder)
    later = [each for each in library if _ERAS.index(each.folder) > year]
    return frozenset(place for each in later for place in places(each.answer))


def _supported(interaction: Interaction) -> bool:
    about = {name for name, _ in entities(interaction.answer)} or {interaction.service}
    return {entity_name(name) for name in about} - {None} <= KINDS.keys()


async def _asked(books: Books, interaction: Interaction, body: str) -> httpx2.Response:
    secrets = itertools.count(1)
    at = interaction.at
    authority = Authority("client", "secret", now=lambda: at, new_secret=lambda prefix: f"{prefix}{next(secrets)}")
    entry = CompanyEntry(REALM, "Recorded", lambda _: Opened(books))
    clock = CompanyClock(at, lambda: 0.0)
    emulator = Emulator([entry], authority, Options(), clock=clock, elapsed_seconds=lambda: 0.0)
    token = authority.grant(REALM).access_token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": _media_type(interaction)}
    transport = httpx2.ASGITransport(app=emulator)
    async with httpx2.AsyncClient(transport=transport, base_url="http://emulator") as client:
        return await client.request(
            interaction.method,
            f"/v3/company/{REALM}/{interaction.resource}",
            params={name: value or "recorded" for name, value in interaction.query.items()},
            content=body.encode(),
            headers=headers,
        )


def _media_type(interaction: Interaction) -> str:
    if interaction.service == "upload":
        first_line = interaction.body.partition("\r\n")[0]
        return f"multipart/form-data; boundary={first_line.removeprefix('--')}"
    return "application/text" if interaction.service == "query" else "application/json"
