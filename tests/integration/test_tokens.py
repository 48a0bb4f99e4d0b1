"""Tokens are sealed at rest, refreshed once however many ask, kept through bad weather and never retried when dead."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from oodaloo.infra.db.engine import open_engine
from oodaloo.infra.db.session import Database
from oodaloo.infra.qbo.answers import page
from oodaloo.infra.qbo.calls import query_call
from oodaloo.infra.qbo.client import QboClient
from oodaloo.infra.qbo.connection.oauth import OAuth
from oodaloo.infra.qbo.connection.tokens import ConnectionRow, ConnectionState, TokenKeeper
from oodaloo.infra.qbo.errors import (
    QboMalformedAnswerError,
    QboServerError,
    QboUnauthorizedError,
    QboUnreachableError,
    QboValidationError,
    ReconnectNeededError,
)
from oodaloo.infra.vault import VaultError, new_key, parse_vault
from oodaloo.kit.clock import FixedClock, SystemClock
from oodaloo.kit.ids import RealmId
from tests.support.databases import TestDatabase
from tests.support.emulators import Emulator
from tests.support.gateway import REFRESH_OR_EXCHANGE, Gateway, gateway
from tests.support.product import KEY, PUBLIC_URL, opened

CALLERS = 40
DAY_SECONDS = 86_400
TWO_HOURS_ON = FixedClock(datetime.now(UTC) + timedelta(hours=2))  # when the tokens of now have run out


@dataclass(frozen=True)
class Office:
    """A connected company, whose tokens go through a gateway."""

    database: Database
    quickbooks: Emulator
    gateway: Gateway
    http: httpx2.AsyncClient

    @property
    def realm_id(self) -> RealmId:
        """The connected company."""
        return RealmId(self.quickbooks.realm_id)

    def keeper(self, *, key: str = KEY, secret: str = "", database: Database | None = None) -> TokenKeeper:
        """A keeper of tokens, as each process has one."""
        oauth = OAuth(
            self.http,
            f"{self.gateway.url}/.well-known/openid_configuration",
            self.quickbooks.client_id,
            secret or self.quickbooks.client_secret,
            f"{PUBLIC_URL}/oauth/callback",
        )
        return TokenKeeper(database or self.database, parse_vault(key), oauth, SystemClock())

    async def works(self, token: str) -> bool:
        """Whether QuickBooks answers to the token."""
        client = QboClient(self.http, self.quickbooks.api_url)
        call = query_call("CompanyInfo", "SELECT * FROM CompanyInfo")
        return len(page("CompanyInfo", await client.send(self.realm_id, token, call)).records) == 1

    async def row(self) -> ConnectionRow:
        """The stored connection."""
        async with self.database.system(read_only=True) as session:
            return (await session.scalars(select(ConnectionRow)))[0]


@pytest.fixture
async def office(migrated: TestDatabase, company: Emulator) -> AsyncIterator[Office]:
    """The small company, connected a moment ago."""
    async with (
        opened(migrated) as database,
        gateway(str(company.announced["base_url"])) as between,
        httpx2.AsyncClient() as http,
    ):
        connected = Office(database, company, between, http)
        keeper = connected.keeper()
        await consent(connected, keeper, "a-state-of-our-own")
        between.asked.clear()
        yield connected


async def consent(office: Office, keeper: TokenKeeper, state: str) -> None:
    """Connect through the consent page; the page lies behind the gateway, which needs the loop meanwhile."""
    page = await keeper.oauth.authorization_url(state)
    brought = await asyncio.to_thread(office.quickbooks.consent, page)
    assert brought["state"] == state
    await keeper.store(office.realm_id, await keeper.oauth.exchange(brought["code"]))


def late(keeper: TokenKeeper) -> TokenKeeper:
    """The same keeper at a time when what is stored has run out."""
    return replace(keeper, wall_clock=TWO_HOURS_ON)


@contextmanager
def looks(office: Office) -> Iterator[list[str]]:
    """The stored connections that are looked up meanwhile, as statements."""
    seen: list[str] = []
    engine = office.database.engine.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM qbo_connection" in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def test_forty_callers_look_once(office: Office) -> None:
    """Who asks at the same time shares a look at what is stored, and for a while nobody looks again."""
    keeper = office.keeper()
    with looks(office) as seen:
        tokens = await asyncio.gather(*(keeper.access_token(office.realm_id) for _ in range(CALLERS)))
        tokens.append(await keeper.access_token(office.realm_id))
    assert len(set(tokens)) == 1
    assert await office.works(tokens[0])
    assert len(seen) == 1


async def test_what_was_looked_up_before_a_new_consent_is_forgotten(office: Office) -> None:
    """A company is connected again while its connection is looked up: the next caller gets the new token."""
    keeper = office.keeper()
    page = await keeper.oauth.authorization_url("again")
    brought = await asyncio.to_thread(office.quickbooks.consent, page)
    fresh = await keeper.oauth.exchange(brought["code"])
    looking = asyncio.create_task(keeper.access_token(office.realm_id))
    await asyncio.sleep(0)
    await keeper.store(office.realm_id, fresh)
    assert await keeper.access_token(office.realm_id) == fresh.access_token
    await looking
    assert await keeper.access_token(office.realm_id) == fresh.access_token


async def test_a_fresh_token_is_given_out_as_it_is(office: Office) -> None:
    """While a token is good, nobody asks Intuit."""
    token = await office.keeper().access_token(office.realm_id)
    assert await office.works(token)
    assert office.gateway.asked == []


async def test_what_is_at_rest_shows_no_token(office: Office, migrated: TestDatabase) -> None:
    """Neither the database's bytes nor its rows hold a token, in clear or in base64."""
    keeper = office.keeper()
    row = await office.row()
    tokens = [keeper.vault.open(row.sealed_access_token, bound_to=row.realm_id)]
    tokens.append(keeper.vault.open(row.sealed_refresh_token, bound_to=row.realm_id))
    stored = await at_rest(migrated)
    assert office.realm_id.encode() in stored
    for token in tokens:
        assert token.encode() not in stored
        assert base64.urlsafe_b64encode(token.encode())[:20] not in stored


async def test_forty_callers_cause_one_refresh(office: Office) -> None:
    """However many ask at once after the token ran out, Intuit is asked once and all get what it gave."""
    keeper = late(office.keeper())
    tokens = await asyncio.gather(*(keeper.access_token(office.realm_id) for _ in range(CALLERS)))
    assert len(set(tokens)) == 1
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert await office.works(tokens[0])


async def test_forty_refused_callers_cause_one_refresh(office: Office) -> None:
    """When QuickBooks refuses a token before its time, all who held it get the same new one."""
    keeper = office.keeper()
    refused = await keeper.access_token(office.realm_id)
    office.quickbooks.expire_tokens(office.realm_id)
    tokens = await asyncio.gather(*(keeper.replace_refused(office.realm_id, refused) for _ in range(CALLERS)))
    assert len(set(tokens)) == 1
    assert tokens[0] != refused
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert await office.works(tokens[0])


async def test_two_processes_refresh_once(office: Office, migrated: TestDatabase) -> None:
    """Two keepers on one database, each with many callers, ask Intuit once: it may take two at once for theft."""
    async with opened(migrated) as other:
        keepers = [late(office.keeper()), late(office.keeper(database=other))] * (CALLERS // 2)
        tokens = await asyncio.gather(*(keeper.access_token(office.realm_id) for keeper in keepers))
    assert len(set(tokens)) == 1
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert await office.works(tokens[0])


async def test_a_refresh_whose_process_died_is_taken_over(office: Office) -> None:
    """A lease that nobody holds any more runs out, and the next one in need refreshes."""
    async with office.database.system() as session:
        left = SystemClock().now() + timedelta(seconds=0.3)
        await session.update(ConnectionRow, values={"refreshing_until": left, "access_expires_at": left})
    assert await office.works(await office.keeper().access_token(office.realm_id))
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert (await office.row()).refreshing_until is None


async def test_a_dead_chain_is_reported_once_and_never_retried(office: Office) -> None:
    """After the owner disconnected in QuickBooks, many callers cause one question; later ones cause none."""
    office.quickbooks.revoke_tokens(office.realm_id)
    keeper = late(office.keeper())
    answers = await asyncio.gather(
        *(keeper.access_token(office.realm_id) for _ in range(CALLERS)), return_exceptions=True
    )
    assert {type(answer) for answer in answers} == {ReconnectNeededError}
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    connection = await keeper.connection(office.realm_id)
    assert connection is not None
    assert connection.state is ConnectionState.RECONNECT_NEEDED
    assert "Connect again" in connection.ended_because
    with pytest.raises(ReconnectNeededError, match="Connect again"):
        await office.keeper().access_token(office.realm_id)
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert (await office.row()).sealed_refresh_token == ""


async def test_a_wrong_key_is_told_and_changes_nothing(office: Office) -> None:
    """With another key of the same name tokens don't open; with the right one again all is as before."""
    with pytest.raises(VaultError, match="OODALOO_ENCRYPTION_KEYS"):
        await office.keeper(key=new_key("test")).access_token(office.realm_id)
    with pytest.raises(VaultError, match="OODALOO_ENCRYPTION_KEYS"):
        await late(office.keeper(key=new_key("test"))).access_token(office.realm_id)
    assert office.gateway.asked == []
    assert await office.works(await late(office.keeper()).access_token(office.realm_id))


async def test_a_wrong_secret_of_the_app_does_not_end_the_connection(office: Office) -> None:
    """What is wrong with our settings is told as that, and the tokens are kept for when it is right again."""
    with pytest.raises(QboValidationError, match="Check OODALOO_QBO_CLIENT_ID and OODALOO_QBO_CLIENT_SECRET"):
        await late(office.keeper(secret="not-the-secret")).access_token(office.realm_id)
    assert await office.works(await late(office.keeper()).access_token(office.realm_id))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("502 Bad Gateway", "<html>gateway</html>", QboServerError),
        ("503 Service Unavailable", '{"error":"temporarily_unavailable"}', QboServerError),
        ("200 OK", "<html>sign in to the airport's wifi</html>", QboMalformedAnswerError),
        ("200 OK", '{"access_token":"half"}', QboMalformedAnswerError),
        ("400 Bad Request", "<html>no</html>", QboServerError),
    ],
)
async def test_bad_weather_at_the_token_endpoint_passes(
    office: Office, status: str, body: str, error: type[Exception]
) -> None:
    """An answer that says nothing about the chain is one typed error, and the next attempt goes through at once."""
    office.gateway.answer(REFRESH_OR_EXCHANGE, status, body)
    with pytest.raises(error) as told:
        await late(office.keeper()).access_token(office.realm_id)
    assert "\n" not in str(told.value)
    office.gateway.instead.clear()
    assert await office.works(await late(office.keeper()).access_token(office.realm_id))


async def test_forty_callers_share_a_failure(office: Office) -> None:
    """When the token endpoint is down, those who wait for one refresh hear of one failure."""
    office.gateway.answer(REFRESH_OR_EXCHANGE, "502 Bad Gateway", "")
    keeper = late(office.keeper())
    answers = await asyncio.gather(
        *(keeper.access_token(office.realm_id) for _ in range(CALLERS)), return_exceptions=True
    )
    assert {type(answer) for answer in answers} == {QboServerError}
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1


async def test_a_token_that_is_still_good_outlasts_bad_weather(office: Office) -> None:
    """Two minutes ahead of its end a token is to be refreshed; when Intuit can't be asked it is good for that long."""
    office.gateway.answer(REFRESH_OR_EXCHANGE, "502 Bad Gateway", "")
    soon = replace(
        office.keeper(), wall_clock=FixedClock((await office.row()).access_expires_at - timedelta(minutes=1))
    )
    assert await office.works(await soon.access_token(office.realm_id))
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1


async def test_a_lost_answer_within_a_day_heals(office: Office) -> None:
    """The token endpoint's answer is lost: that ends nothing, and the next attempt is given the same refresh token."""
    office.gateway.lost.append(REFRESH_OR_EXCHANGE)
    keeper = late(office.keeper())
    with pytest.raises(QboUnreachableError):
        await keeper.access_token(office.realm_id)
    assert (await office.row()).state == ConnectionState.CONNECTED
    assert await office.works(await keeper.access_token(office.realm_id))


async def test_a_lost_answer_with_a_new_refresh_token_needs_reconnecting(office: Office) -> None:
    """The answer that is lost had a new refresh token: the old one is dead, which is found out and told once."""
    office.quickbooks.age_tokens(DAY_SECONDS)
    office.gateway.lost.append(REFRESH_OR_EXCHANGE)
    keeper = late(office.keeper())
    with pytest.raises(QboUnreachableError):
        await keeper.access_token(office.realm_id)
    for _ in range(3):
        answers = await asyncio.gather(
            *(keeper.access_token(office.realm_id) for _ in range(CALLERS)), return_exceptions=True
        )
        assert {type(answer) for answer in answers} == {ReconnectNeededError}
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 2
    connection = await keeper.connection(office.realm_id)
    assert connection is not None
    assert connection.state is ConnectionState.RECONNECT_NEEDED


async def test_a_refresh_is_finished_when_whoever_asked_leaves(office: Office) -> None:
    """The only caller is cancelled while Intuit answers with a new refresh token: it is stored all the same."""
    office.quickbooks.age_tokens(DAY_SECONDS)
    answering = office.gateway.held[REFRESH_OR_EXCHANGE] = asyncio.Event()
    keeper = late(office.keeper())
    before = await office.row()
    asking = asyncio.create_task(keeper.access_token(office.realm_id))
    await office.gateway.wait_for(REFRESH_OR_EXCHANGE)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    closing = asyncio.create_task(keeper.close())
    answering.set()
    await closing
    row = await office.row()
    assert (row.version, row.refreshing_until) == (before.version + 1, None)
    assert row.changed_at == before.changed_at, "it has been connected since the consent"
    assert await office.works(await office.keeper().access_token(office.realm_id))


async def test_new_tokens_survive_a_database_that_is_away(
    office: Office, migrated: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    """While Intuit answered, the connection's row became locked for long: what came is stored when it is free."""
    answering = office.gateway.held[REFRESH_OR_EXCHANGE] = asyncio.Event()
    async with opened(migrated) as impatient:
        event.listen(impatient.engine.sync_engine, "connect", _wait_for_locks_briefly)
        keeper = late(office.keeper(database=impatient))
        asking = asyncio.create_task(keeper.access_token(office.realm_id))
        await office.gateway.wait_for(REFRESH_OR_EXCHANGE)
        async with office.database.system() as session:
            await session.update(ConnectionRow, values={"ended_because": ""})
            answering.set()
            while not any(record.name == "stamina" for record in caplog.records):  # noqa: ASYNC110 (a log has no event)
                await asyncio.sleep(0.01)
        assert await office.works(await asking)
    assert office.gateway.count(REFRESH_OR_EXCHANGE) == 1
    assert await office.works(await office.keeper().access_token(office.realm_id))


def _wait_for_locks_briefly(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    sqlite = "aiosqlite" in type(connection).__module__
    cursor.execute("PRAGMA busy_timeout=50" if sqlite else "SET lock_timeout = '50ms'")
    connection.commit()


async def test_keys_are_rotated_by_refreshing(office: Office) -> None:
    """With a new key in front old tokens open and new ones are sealed with it; then the old key isn't needed."""
    new = new_key("new")
    token = await late(office.keeper(key=f"{new},{KEY}")).access_token(office.realm_id)
    assert await office.works(token)
    assert await office.keeper(key=new).access_token(office.realm_id) == token


async def test_disconnecting_ends_it_on_both_sides(office: Office) -> None:
    """After disconnecting QuickBooks knows the tokens no more, ours are gone, and asking says so."""
    keeper = office.keeper()
    token = await keeper.access_token(office.realm_id)
    await keeper.disconnect(office.realm_id)
    row = await office.row()
    assert (row.state, row.sealed_access_token, row.sealed_refresh_token) == ("disconnected", "", "")
    with pytest.raises(ReconnectNeededError, match="has ended"):
        await keeper.access_token(office.realm_id)
    client = QboClient(office.http, office.quickbooks.api_url)
    with pytest.raises(Exception, match="access token"):
        await client.send(office.realm_id, token, query_call("Term", "SELECT * FROM Term"))


async def test_disconnecting_while_refreshing_ends_the_fresh_tokens(office: Office) -> None:
    """Who disconnects while a new refresh token is on its way revokes that one, so that nothing stays alive."""
    office.quickbooks.age_tokens(DAY_SECONDS)
    answering = office.gateway.held[REFRESH_OR_EXCHANGE] = asyncio.Event()
    keeper = late(office.keeper())
    asking = asyncio.create_task(keeper.access_token(office.realm_id))
    await office.gateway.wait_for(REFRESH_OR_EXCHANGE)
    disconnecting = asyncio.create_task(office.keeper().disconnect(office.realm_id))
    answering.set()
    fresh = await asking
    await disconnecting
    client = QboClient(office.http, office.quickbooks.api_url)
    with pytest.raises(QboUnauthorizedError):
        await client.send(office.realm_id, fresh, query_call("Term", "SELECT * FROM Term"))


async def test_disconnecting_without_being_heard_keeps_the_tokens(office: Office) -> None:
    """When Intuit can't be told, or doesn't know our app, the connection stays, so that it can be tried again."""
    office.gateway.answer("POST /v2/oauth2/tokens/revoke", "500 Internal Server Error", "")
    with pytest.raises(QboServerError):
        await office.keeper().disconnect(office.realm_id)
    office.gateway.instead.clear()
    with pytest.raises(QboValidationError, match="OODALOO_QBO_CLIENT_SECRET"):
        await office.keeper(secret="not-the-secret").disconnect(office.realm_id)
    assert await office.works(await office.keeper().access_token(office.realm_id))


async def test_a_company_that_was_never_connected_says_so(office: Office) -> None:
    """Asking for a stranger's token tells what to do."""
    assert await office.keeper().connection(RealmId("12345")) is None
    with pytest.raises(ReconnectNeededError, match="never been connected"):
        await office.keeper().access_token(RealmId("12345"))


async def test_connecting_again_revives_the_connection(office: Office) -> None:
    """After the chain died, a new consent makes the same connection good again."""
    office.quickbooks.revoke_tokens(office.realm_id)
    keeper = office.keeper()
    with pytest.raises(ReconnectNeededError):
        await late(keeper).access_token(office.realm_id)
    await consent(office, keeper, "another-state-of-our-own")
    assert await office.works(await keeper.access_token(office.realm_id))
    connection = await keeper.connection(office.realm_id)
    assert connection is not None
    assert (connection.state, connection.ended_because) == (ConnectionState.CONNECTED, "")


@pytest.mark.parametrize("broken", ["404", "no json", "nobody"])
async def test_a_discovery_document_that_cannot_be_read_is_one_clear_line(office: Office, broken: str) -> None:
    """A wrong discovery address is told with its reason."""
    discovery = "GET /.well-known/openid_configuration"
    keeper = office.keeper()
    if broken == "nobody":
        async with nobody_listens() as url:
            keeper = replace(keeper, oauth=replace_url(keeper.oauth, url))
    elif broken == "404":
        office.gateway.answer(discovery, "404 Not Found", "")
    else:
        office.gateway.answer(discovery, "200 OK", "<html></html>")
    with pytest.raises((QboUnreachableError, QboMalformedAnswerError)) as told:
        await keeper.oauth.authorization_url("state")
    assert "\n" not in str(told.value)


def replace_url(oauth: OAuth, url: str) -> OAuth:
    """The same app with another discovery address."""
    return OAuth(oauth.http, url, oauth.client_id, oauth.client_secret, oauth.redirect_uri)


@asynccontextmanager
async def nobody_listens() -> AsyncIterator[str]:
    """An address on which nobody listens any more."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    yield f"http://127.0.0.1:{port}"


async def at_rest(database: TestDatabase) -> bytes:
    """All that the database keeps of connections: its files on SQLite, its rows as text on PostgreSQL."""
    if database.kind == "sqlite":
        file = Path(database.app_url.partition(":///")[2])
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    engine = open_engine(database.app_url)
    async with engine.begin() as connection:
        rows = await connection.execute(text("SELECT row_to_json(qbo_connection)::text FROM qbo_connection"))
        kept = "".join(rows.scalars())
    await engine.dispose()
    return kept.encode()
