"""From settings to services: everything is built here, and closed here again."""

import secrets
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx2

from oodaloo.bootstrap.registry import BANK_TRANSACTIONS, CHECKS, ENTITY_TYPES, SYSTEM_TABLES, WORTH_A_LOOK
from oodaloo.bootstrap.services import Services
from oodaloo.domains.bank.ledger import BankLedger
from oodaloo.domains.core import operations, queries
from oodaloo.domains.core.staffing import Staffing
from oodaloo.domains.core.verification import Verifier
from oodaloo.infra.db.at_once import AtOnce
from oodaloo.infra.db.engine import open_engine, open_engine_at_once
from oodaloo.infra.db.migrate import migrate
from oodaloo.infra.db.quick import QuickDatabase, open_quick
from oodaloo.infra.db.session import Database
from oodaloo.infra.jobs.jobs import Jobs
from oodaloo.infra.jobs.rules import JobRules
from oodaloo.infra.qbo.client import QboClient, http_pool
from oodaloo.infra.qbo.connection.oauth import OAuth
from oodaloo.infra.qbo.connection.tokens import TokenKeeper
from oodaloo.infra.qbo.freshness.refresh import Refresher
from oodaloo.infra.qbo.freshness.schedule import Schedule
from oodaloo.infra.qbo.freshness.turns import TurnRow, Turns
from oodaloo.infra.qbo.mirror.catching_up import CatchingUp
from oodaloo.infra.qbo.mirror.changes import Mirror
from oodaloo.infra.qbo.mirror.full_sync import FullSync
from oodaloo.infra.qbo.mirror.whole_types import WholeTypes
from oodaloo.infra.qbo.smart_sync.doors import SmartSync
from oodaloo.infra.qbo.smart_sync.kept import KeptAnswers
from oodaloo.infra.qbo.smart_sync.limit_rules import Rules
from oodaloo.infra.qbo.smart_sync.limits import LimitBoardRow, Limits
from oodaloo.infra.qbo.smart_sync.metering import MeteredReads, MeteredReadsRow
from oodaloo.infra.qbo.smart_sync.policy import Patience
from oodaloo.infra.qbo.webhooks.arrived import arrived
from oodaloo.infra.qbo.webhooks.inbox import AnnouncementRow, AnnouncerRow, Inbox, PostRow
from oodaloo.infra.qbo.webhooks.posts import Announcement
from oodaloo.infra.qbo.writes.carrying import Writes
from oodaloo.infra.settings import QboEnvironment, Settings, SettingsError
from oodaloo.infra.vault import parse_vault
from oodaloo.kit.clock import Clock, SystemClock
from oodaloo.kit.ids import RealmId
from oodaloo.runway.decisions.execution import Execution
from oodaloo.runway.decisions.requests import Requests

_API_URLS = {
    QboEnvironment.PRODUCTION: "https://quickbooks.api.intuit.com/v3/company",
    QboEnvironment.SANDBOX: "https://sandbox-quickbooks.api.intuit.com/v3/company",
}
_DISCOVERY_URLS = {
    QboEnvironment.PRODUCTION: "https://developer.api.intuit.com/.well-known/openid_configuration",
    QboEnvironment.SANDBOX: "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",
}


@asynccontextmanager
async def open_services(
    settings: Settings, clock: Clock | None = None, *, patience: Patience | None = None, rules: Rules | None = None
) -> AsyncIterator[Services]:
    """Everything built and the database brought up to date; closed again at the end of the block.

    `clock` is product time, by default the machine's; `patience` says how often and how long QuickBooks is asked, and
    `rules` how quickly. Raises `SettingsError` or `VaultError` for settings that can't work, the errors of `migrate`.
    """
    if not settings.qbo_client_id or not settings.qbo_client_secret:
        raise SettingsError(
            "OODALOO_QBO_CLIENT_ID and OODALOO_QBO_CLIENT_SECRET are not set. Take both from your app's keys at "
            "Intuit's developer portal and put them into .env; docs/settings.md explains each setting."
        )
    vault = parse_vault(settings.encryption_keys)
    await migrate(settings.migration_url, settings.database_url)
    database = Database(open_engine(settings.database_url), SYSTEM_TABLES)
    clock = clock or SystemClock()
    try:
        async with http_pool() as http, _limits(settings, clock, rules or Rules()) as limits, _news(settings) as news:
            oauth = _oauth(settings, http)
            tokens = TokenKeeper(database, vault, oauth, SystemClock())
            client = QboClient(http, _api_url(settings))
            smart_sync = SmartSync(client, tokens, limits, KeptAnswers(clock), patience or Patience())
            services = _services(settings, clock, database, smart_sync, news)
            try:
                yield services
            finally:
                await services.close()
    finally:
        await database.engine.dispose()


@asynccontextmanager
async def _limits(settings: Settings, clock: Clock, rules: Rules) -> AsyncIterator[Limits]:
    quick = open_quick(settings.database_url, "limits", (LimitBoardRow, MeteredReadsRow))
    try:
        metered = MeteredReads(quick, settings.qbo_client_id, settings.qbo_monthly_reads, clock)
        yield Limits(quick, metered, _new_id(), rules)
    finally:
        await quick.close()


@asynccontextmanager
async def _news(settings: Settings) -> AsyncIterator[QuickDatabase]:
    quick = open_quick(settings.database_url, "news", (PostRow, AnnouncementRow, AnnouncerRow, TurnRow))
    try:
        yield quick
    finally:
        await quick.close()


def _services(
    settings: Settings, clock: Clock, database: Database, smart_sync: SmartSync, news: QuickDatabase
) -> Services:
    tokens, limits = smart_sync.tokens, smart_sync.limits
    inbox = Inbox(database, news, SystemClock(), WORTH_A_LOOK, partial(_mirrored, database))
    mirror = Mirror(ENTITY_TYPES, queries.HomeCurrencies().of, clock)
    at_once = AtOnce(open_engine_at_once(settings.database_url))
    catching_up = CatchingUp(WholeTypes(database, at_once, smart_sync, mirror))
    full_sync = FullSync(database, catching_up, clock, _new_id)
    writes = Writes(
        database=database,
        at_once=at_once,
        smart_sync=smart_sync,
        mirror=mirror,
        realm_of=queries.realm_of,
        clock=clock,
        wall_clock=SystemClock(),
        new_id=_new_id,
    )
    jobs = Jobs(
        url=settings.database_url,
        owner_url=settings.migration_url,
        database=database,
        wall_clock=SystemClock(),
        rules=_job_rules(settings),
    )
    execution = Execution(database, jobs, writes, clock, wall_clock=SystemClock())
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        tokens=tokens,
        limits=limits,
        smart_sync=smart_sync,
        connecting=operations.Connecting(
            database=database,
            oauth=tokens.oauth,
            tokens=tokens,
            wall_clock=SystemClock(),
            new_id=_new_id,
            new_state=lambda: secrets.token_urlsafe(32),
            default_timezone=settings.default_timezone,
        ),
        full_sync=full_sync,
        refresher=Refresher(database, full_sync, inbox, clock, SystemClock()),
        writes=writes,
        verifier=Verifier(database, smart_sync, clock, CHECKS),
        ledger=BankLedger(
            database=database,
            smart_sync=smart_sync,
            transactions=[entity.row for entity in ENTITY_TYPES if entity.name in BANK_TRANSACTIONS],
            clock=clock,
        ),
        inbox=inbox,
        jobs=jobs,
        execution=execution,
        schedule=Schedule(database, Turns(news, SystemClock()), inbox, limits.metered, clock, SystemClock()),
        staffing=Staffing(database, SystemClock(), _new_id),
        requests=Requests(database, execution.enqueue, clock, SystemClock(), _new_id),
    )


async def _mirrored(database: Database, realm_id: RealmId, announced: Sequence[Announcement]) -> Collection[str]:
    """The keys of those announced changes that the company's mirror shows."""
    async with database.system(read_only=True) as session:
        business_id = await queries.business_of(session, realm_id)
    if business_id is None:
        return [one.key for one in announced]
    async with database.tenant(business_id, read_only=True) as tenant:
        return await arrived(tenant, ENTITY_TYPES, announced)


def _job_rules(settings: Settings) -> JobRules:
    return JobRules(lease_seconds=settings.job_lease_seconds, kept=timedelta(days=settings.job_days_kept))


def _api_url(settings: Settings) -> str:
    return (settings.qbo_api_url or _API_URLS[settings.qbo_environment]).rstrip("/")


def _oauth(settings: Settings, http: httpx2.AsyncClient) -> OAuth:
    return OAuth(
        http=http,
        discovery_url=settings.qbo_discovery_url or _DISCOVERY_URLS[settings.qbo_environment],
        client_id=settings.qbo_client_id,
        client_secret=settings.qbo_client_secret,
        redirect_uri=f"{settings.browser_url}/oauth/callback",
    )


def _new_id() -> str:
    return str(uuid.uuid4())
