"""What `oodaloo hygiene` prints: the score and every doubt, as text or as one JSON object."""

from rich.console import Console

from oodaloo.cli.report import Json
from oodaloo.runway.experiences.hygiene import hygiene_view
from oodaloo.runway.model.hygiene import Hygiene, Issue
from oodaloo.runway.model.reference import RecordRef
from oodaloo.runway.model.unknown import Unknown

_WIDTH = 100


def print_hygiene(found: Hygiene) -> None:
    """Write the score and the doubts to stdout; in colour only where stdout is a terminal."""
    console = Console(width=_WIDTH, highlight=False, markup=False, emoji=False)
    view = hygiene_view(found)
    console.print(f"{view.score_text} of 100", style="bold")
    console.print(view.sentence)
    for row in view.issues:
        console.print()
        console.print(" · ".join(filter(None, (row.title, row.money_text))), style="bold")
        console.print(row.sentence)
        if row.effect_text:
            console.print(row.effect_text)
        console.print(f"{row.fix_text} ({row.route_text}).")


def hygiene_json(found: Hygiene) -> dict[str, Json]:
    """One object: amounts as strings with two decimals, dates ISO, money that can't be told null."""
    score = found.score
    return {
        "as_of": found.as_of.isoformat(),
        "score": f"{score.value}",
        "doubtful": str(score.doubtful),
        "forecast": str(score.forecast),
        "cap": {"at": f"{score.cap.at}", "because": score.cap.because} if score.cap else None,
        "issues": [_issue(issue, fix) for issue, fix in zip(found.issues, _fixes(found), strict=True)],
    }


def _fixes(found: Hygiene) -> list[str]:
    return [row.fix_text for row in hygiene_view(found).issues]


def _issue(issue: Issue, fix: str) -> dict[str, Json]:
    return {
        "key": issue.key,
        "kind": issue.kind.value,
        "money": None if isinstance(issue.money, Unknown) else str(issue.money),
        "records": [_record(ref) for ref in issue.records],
        "related": [_record(ref) for ref in issue.related],
        "sentence": issue.sentence,
        "effect": issue.effect.because if issue.effect is not None else None,
        "fix": fix,
        "route": issue.fix.route.value,
    }


def _record(ref: RecordRef) -> dict[str, Json]:
    return {"kind": ref.kind.value, "id": ref.id, "number": ref.number}
