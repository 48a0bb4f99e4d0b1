"""The JSON that `oodaloo runway --json` and `oodaloo demo --once --json` print, as the command contract fixes it."""

from datetime import date
from typing import TypeAlias

from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.runway.experiences.history import history_sentences
from oodaloo.runway.model.assessment import Assessment, OpenSummary
from oodaloo.runway.model.history import HistoryNotes
from oodaloo.runway.model.picture import Books
from oodaloo.runway.model.runway import Runway
from oodaloo.runway.model.unknown import Unknown

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


def runway_json(
    assessment: Assessment, sync: SyncProgress | None, history: HistoryNotes | None = None
) -> dict[str, Json]:
    """One object: amounts as strings with two decimals, dates ISO, what isn't known null.

    A past day has a part more, `history`: how it was rebuilt.
    """
    picture = assessment.picture
    business = picture.books.business
    return {
        "business": {
            "id": business.id,
            "name": business.name,
            "realm_id": business.realm_id,
            "currency": business.currency,
            "timezone": business.timezone,
        },
        "as_of": picture.books.as_of.isoformat(),
        "cash": {
            "accounts": _accounts(picture.books),
            "total": str(picture.books.cash),
            "earmarked": str(picture.earmarked),
            "spendable": str(picture.spendable),
        },
        "runway": _runway(assessment.runway),
        "receivables": _open(assessment.receivables),
        "payables": _open(assessment.payables),
        "sync": _sync(sync),
        **({} if history is None else {"history": _history(history, business.timezone)}),
    }


def _accounts(books: Books) -> list[Json]:
    operating = (account for account in books.accounts if account.operating)
    return [{"id": a.ref.id, "name": a.name, "balance": str(a.balance)} for a in operating]


def _runway(runway: Runway) -> dict[str, Json]:
    lowest = runway.lowest
    return {
        "state": runway.state.value,
        "covered_until": _iso(runway.covered_until),
        "days": runway.days,
        "p10_days": runway.cautious_days,
        "net_burn_days": runway.net_burn.days,
        "net_burn_state": runway.net_burn.state.value,
        "coverage_days": None if isinstance(runway.coverage, Unknown) else runway.coverage.days,
        "lowest": None if lowest is None else {"date": lowest.day.isoformat(), "spendable": str(lowest.spendable)},
        "because": list(runway.because),
    }


def _open(summary: OpenSummary) -> dict[str, Json]:
    return {
        "open": str(summary.open),
        "overdue": str(summary.overdue),
        "count": summary.count,
        "unapplied": str(summary.unapplied),
    }


def _history(notes: HistoryNotes, timezone: str) -> Json:
    return {
        "known_at": notes.known_at.isoformat(),
        "seen_since": notes.seen_since.isoformat() if notes.seen_since else None,
        "other_activity_since": _iso(notes.other_activity_since),
        "as_dated": len(notes.as_dated),
        "back_dated": len(notes.back_dated),
        "dated_ahead": len(notes.dated_ahead),
        "put_back": len(notes.put_back),
        "changed_unseen": len(notes.changed_unseen),
        "unsure": [{"account": each.account.id, "because": each.because} for each in notes.unsure],
        "notes": list(history_sentences(notes, timezone)),
    }


def _sync(sync: SyncProgress | None) -> Json:
    if sync is None:
        return None
    return {"records": sync.records, "metered_reads": sync.metered_reads, "seconds": round(sync.seconds, 3)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
