"""The operator's commands on a connected company: sync, runway, doctor, keygen."""

import json
import re
from pathlib import Path

from oodaloo.infra.vault import parse_vault
from tests.functional.cli.conftest import Desk
from tests.functional.cli.test_demo import SHAPE, fits
from tests.support.product import run
from tests.support.recordings import small_company


def test_from_connected_to_runway(desk: Desk) -> None:
    """sync reads the business, runway prints the contract's JSON, doctor lists it and is content."""
    synced = desk.run("sync", desk.business_id)
    assert (synced.status, synced.out) == (0, "")
    assert synced.err.startswith(f"Read {len(small_company())} records in ")
    assert synced.err.endswith("with 19 metered reads.\n")
    told = desk.run("runway", desk.business_id, "--json")
    assert (told.status, told.err) == (0, "")
    printed = json.loads(told.out)
    assert fits(printed, SHAPE), printed
    assert printed["cash"]["total"] == "16500.25"
    assert printed["sync"]["records"] == len(small_company())
    examined = desk.run("doctor")
    assert (examined.status, examined.err) == (0, "")
    assert f"{desk.business_id}  Tern & Co: Connected to QuickBooks" in examined.out
    assert re.search(r"This business +19\n", examined.out), examined.out


def test_a_full_sync_starts_over(desk_on_sqlite: Desk) -> None:
    """`--full` reads everything again though nothing was interrupted, and the report is written for people."""
    first = desk_on_sqlite.run("sync", desk_on_sqlite.business_id)
    again = desk_on_sqlite.run("sync", desk_on_sqlite.business_id, "--full")
    assert (first.status, again.status) == (0, 0)
    assert first.err.split(" records")[0] == again.err.split(" records")[0]
    report = desk_on_sqlite.run("runway", desk_on_sqlite.business_id)
    assert report.status == 0
    assert report.out.startswith("Tern & Co, ")
    assert "$16,500.25" in report.out


def test_runway_of_a_past_day(desk: Desk) -> None:
    """As of mid-September it is the same JSON with that day, and with how it was made; days to come are refused."""
    desk.run("sync", desk.business_id)
    told = desk.run("runway", desk.business_id, "--as-of", "2026-09-15", "--json")
    assert (told.status, told.err) == (0, "")
    printed = json.loads(told.out)
    history = printed.pop("history")
    assert fits(printed, SHAPE), printed
    assert printed["as_of"] == "2026-09-15"
    assert history["known_at"] == "2026-09-16T03:59:59+00:00"
    assert history["notes"][0].startswith("As known on Tue, Sep 15, 2026, at 11:59 pm")
    report = desk.run("runway", desk.business_id, "--as-of", "2026-09-15")
    assert report.out.startswith("Tern & Co, ")
    assert history["notes"][0] in report.out
    refused = desk.run("runway", desk.business_id, "--as-of", "2999-12-31")
    assert (refused.status, refused.error.startswith("2999-12-31 is still to come")) == (1, True)


def test_hygiene_names_what_is_doubtful(desk_on_sqlite: Desk) -> None:
    """Of Tern & Co's 5,150 and 2,145.67 of open documents: a payment of 300 that is applied to nothing, and A/R."""
    desk_on_sqlite.run("sync", desk_on_sqlite.business_id)
    told = desk_on_sqlite.run("hygiene", desk_on_sqlite.business_id, "--json")
    assert (told.status, told.err) == (0, "")
    printed = json.loads(told.out)
    issues = {issue["kind"]: issue for issue in printed["issues"]}
    assert issues["books_disagree"]["money"] == "250.00"
    applied = issues["unapplied_payment"]
    assert (applied["money"], applied["route"]) == ("300.00", "through_quickbooks_api")
    assert applied["records"] == [{"kind": "Payment", "id": "111", "number": ""}]
    assert applied["fix"] == "Apply $300.00 to invoice 10102"
    assert printed["cap"] is None
    report = desk_on_sqlite.run("hygiene", desk_on_sqlite.business_id)
    assert report.out.startswith(f"{printed['score']} of 100\n")


def test_keygen_prints_a_line_for_the_settings(tmp_path: Path) -> None:
    """What keygen prints goes into .env as it is, and is a key; each time another."""
    lines = [run("keygen", folder=tmp_path).out for _ in range(2)]
    assert lines[0] != lines[1]
    for line in lines:
        name, _, value = line.strip().partition("=")
        assert name == "OODALOO_ENCRYPTION_KEYS"
        assert len(parse_vault(value).keys) == 1


def test_help_explains_every_command(tmp_path: Path) -> None:
    """`--help` lists the commands, each with a sentence."""
    told = run("--help", folder=tmp_path)
    assert told.status == 0
    for command in ("demo", "serve", "worker", "sync", "runway", "hygiene", "doctor", "keygen"):
        assert command in told.out
