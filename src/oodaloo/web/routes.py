"""The pages of a business: where am I, and the documents behind its figures."""

from fastapi import APIRouter, BackgroundTasks, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from oodaloo.bootstrap.services import NeverSyncedError, Services
from oodaloo.kit.clock import local_date
from oodaloo.runway.experiences import drill_downs
from oodaloo.runway.experiences.figures import Sheet
from oodaloo.runway.experiences.runway_line import WEEK_CHOICES
from oodaloo.runway.experiences.where_am_i import WhereAmI, build
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.runway import RunwayState
from oodaloo.web.drawings.coverage import draw_coverage
from oodaloo.web.drawings.flowband import draw_flowband
from oodaloo.web.pages import page
from oodaloo.web.records import record_context
from oodaloo.web.shown import About, Given, Shown, parse_day, show

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/")
async def start(services: Given, background: BackgroundTasks, weeks: str = "") -> Response:
    """The first business's page, or how to connect one."""
    businesses = await services.businesses()
    if not businesses:
        return page("connect.html", {})
    background.add_task(services.schedule.note_activity, businesses[0].id)
    return await _where(services, await show(services, businesses[0], businesses), weeks)


@router.get("/b/{business_id}")
async def where(services: Given, shown: About, weeks: str = "") -> Response:
    """Where am I, of one business; its line over 2, 4, 8 or 13 weeks."""
    return await _where(services, shown, weeks)


@router.get("/b/{business_id}/cash")
async def cash(services: Given, shown: About) -> Response:
    """The accounts behind cash."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.cash_sheet(assessment))


@router.get("/b/{business_id}/receivables")
async def receivables(services: Given, shown: About) -> Response:
    """The open invoices."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.receivables_sheet(assessment))


@router.get("/b/{business_id}/payables")
async def payables(services: Given, shown: About) -> Response:
    """The open bills."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.payables_sheet(assessment))


@router.get("/b/{business_id}/burn")
async def burn(services: Given, shown: About) -> Response:
    """The weeks behind net-burn and coverage days."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.burn_sheet(assessment))


@router.get("/b/{business_id}/day/{day}")
async def day(services: Given, shown: About, day: str) -> Response:
    """One day of the projection."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.day_sheet(assessment, parse_day(day)))


@router.get("/b/{business_id}/flow/{key:path}")
async def flow(services: Given, shown: About, key: str) -> Response:
    """One recurring flow."""
    assessment = await services.assessment(shown.business.id)
    return _sheet(services, shown, assessment, drill_downs.flow_sheet(assessment, key))


@router.get("/b/{business_id}/records/{kind}/{record_id}")
async def record(services: Given, shown: About, kind: str, record_id: str) -> Response:
    """One record of the mirror, with the way to it in QuickBooks."""
    found = await services.record(shown.business.id, kind, record_id)
    if found is None:
        raise HTTPException(404)
    today = local_date(services.clock.now(), shown.business.timezone)
    return page("record.html", {**shown.context, **record_context(found, today, shown.business.timezone)})


def where_page(shown: Shown, view: WhereAmI) -> HTMLResponse:
    """Where am I, drawn for wide screens and for phones."""
    wide, phone = draw_flowband(view.line)
    return page(
        "where_am_i.html",
        {
            **shown.context,
            "view": view,
            "freshness": view.freshness,
            "unknown": view.headline.state is RunwayState.UNKNOWN,
            "week_choices": WEEK_CHOICES,
            "wide": wide,
            "phone": phone,
        },
    )


async def _where(services: Services, shown: Shown, weeks: str) -> Response:
    try:
        assessment = await services.assessment(shown.business.id)
    except NeverSyncedError:
        return RedirectResponse(f"{shown.base}/progress", status_code=303)
    chosen = next((choice for choice in WEEK_CHOICES if str(choice) == weeks), WEEK_CHOICES[-1])
    return where_page(shown, build(assessment, now=services.clock.now(), weeks=chosen))


def _sheet(services: Services, shown: Shown, assessment: Assessment, sheet: Sheet | None) -> Response:
    if sheet is None:
        raise HTTPException(404)
    strip = build(assessment, now=services.clock.now())
    context = {"sheet": sheet, "strip": strip, "freshness": strip.freshness, "cover": draw_coverage(strip.line.bar)}
    return page("sheet.html", {**shown.context, **context})
