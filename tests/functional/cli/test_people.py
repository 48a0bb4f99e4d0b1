"""People, their tokens and the trail of what was done, by command."""

import asyncio
import json

from sqlalchemy import text

from oodaloo.infra.db.engine import open_engine
from tests.functional.cli.conftest import Desk


def test_people_come_get_a_role_and_a_token_and_go(desk: Desk) -> None:
    """Each change shows in the list; the token is told once; all of it is in the audit, which is whole."""
    ours = desk.business_id
    added = desk.run("people", "add", ours, "Olive@Example.com", "--name", "Olive", "--role", "owner")
    assert (added.status, added.out) == (0, "")
    assert desk.run("people", "add", ours, "bea@example.com", "--name", "Bea", "--role", "viewer").status == 0
    assert desk.run("people", "role", ours, "bea@example.com", "bookkeeper").status == 0
    made = desk.run("people", "token", "create", ours, "bea@example.com", "--role", "viewer", "--label", "script")
    assert made.status == 0
    assert made.out.startswith("oodaloo_")
    listed = json.loads(desk.run("people", "list", ours, "--json").out)["people"]
    assert [(each["name"], each["email"], each["role"]) for each in listed] == [
        ("Bea", "bea@example.com", "bookkeeper"),
        ("Olive", "olive@example.com", "owner"),
    ]
    [token] = listed[0]["tokens"]
    assert (token["role"], token["label"]) == ("viewer", "script")
    report = desk.run("people", "list", ours).out
    assert token["id"] in report
    assert made.out.strip() not in report
    revoked = desk.run("people", "token", "revoke", token["id"])
    assert revoked.err == f"Token {token['id']} opens nothing any more.\n"
    assert desk.run("people", "remove", ours, "bea@example.com").status == 0
    trail = json.loads(desk.run("audit", "list", ours, "--json").out)["entries"]
    assert [each["entry"]["action"] for each in trail] == [
        "add_person",
        "add_person",
        "change_role",
        "create_token",
        "revoke_token",
        "remove_person",
    ]
    assert {each["entry"]["actor"] for each in trail} == {"operator"}
    verified = desk.run("audit", "verify", ours)
    assert (verified.status, verified.err) == (0, "")
    assert verified.out.endswith(f": 6 entries, all in their place as they were written.\n{trail[-1]['hash']}\n")
    told = desk.run("audit", "list", ours, "--after", "5").out
    assert "the operator: remove_person" in told
    assert len(told.splitlines()) == 1


def test_the_approval_limit_is_settled_by_command(desk_on_sqlite: Desk) -> None:
    """Set, shown and lifted again, with its entry in the audit; what is no amount is refused."""
    desk, ours = desk_on_sqlite, desk_on_sqlite.business_id
    desk.run("sync", ours)
    assert desk.run("business", "set", ours, "--approval-limit", "2500").err.endswith("approval above 2500.00 USD.\n")
    assert json.loads(desk.run("business", "show", ours).out)["approval_limit"] == "2500.00"
    for amount in ("much", "-1"):
        refused = desk.run("business", "set", ours, "--approval-limit", amount)
        assert (refused.status, refused.out) == (1, "")
    assert desk.run("business", "set", ours, "--approval-limit", "none").err.endswith("second approval never.\n")
    assert "was 2500.00 USD" in desk.run("audit", "list", ours, "--subject", "Approval limit").out


def test_a_rewritten_trail_is_found_out(desk_on_sqlite: Desk) -> None:
    """Status 1 and the number of the entry that somebody changed past the program."""
    desk = desk_on_sqlite
    for name in ("Olive", "Ansel", "Bea"):
        desk.run("people", "add", desk.business_id, f"{name}@example.com", "--name", name, "--role", "owner")

    async def rewrite() -> None:
        engine = open_engine(desk.database.owner_url)
        async with engine.begin() as connection:
            await connection.execute(text("DROP TRIGGER audit_entry_kept_from_update"))
            await connection.execute(text("UPDATE audit_entry SET body = replace(body, 'Ansel', 'Mel')"))
        await engine.dispose()

    asyncio.run(rewrite())
    told = desk.run("audit", "verify", desk.business_id)
    assert told.status == 1
    assert "breaks at entry 2" in told.error


def test_what_can_t_be_is_refused_on_one_line(desk_on_sqlite: Desk) -> None:
    """The last owner stays; strangers have no token; an address is one; businesses and tokens are there."""
    desk, ours = desk_on_sqlite, desk_on_sqlite.business_id
    desk.run("people", "add", ours, "olive@example.com", "--name", "Olive", "--role", "owner")
    for arguments, status, said in (
        (("people", "remove", ours, "olive@example.com"), 1, "without an owner"),
        (("people", "token", "create", ours, "nobody@example.com"), 1, "Nobody with the address"),
        (("people", "add", ours, "olive", "--name", "Olive", "--role", "owner"), 2, "an address like"),
        (("people", "list", "nothing"), 1, "no business 'nothing'"),
        (("people", "token", "revoke", "nothing"), 1, "no API token of the id 'nothing'"),
    ):
        told = desk.run(*arguments)
        assert (told.status, said in told.error) == (status, True), (arguments, told)
