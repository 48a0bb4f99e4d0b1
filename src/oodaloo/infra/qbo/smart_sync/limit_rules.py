"""When QuickBooks may be called: ten permits a company, each cooling for a second, and counts of the last minute."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from oodaloo.infra.qbo.calls import Lane, Service


@dataclass(frozen=True, slots=True)
class Rules:
    """What QuickBooks allows one app in one company, and how much of it we leave to more urgent lanes.

    A permit is held from before a call until `cooling_seconds` after its answer came. QuickBooks counts a call at some
    moment between the two, so that eleven calls can't be counted within a second, whatever the latency of each. The
    5 ms beyond the second are for clocks that run at slightly different speeds.
    """

    permits: int = 10
    cooling_seconds: float = 1.005
    lease_seconds: float = 6.0
    """How long a permit is held without a sign of life; also after an unknown end, as the call may still arrive."""
    minute_seconds: float = 60.5
    per_minute: Mapping[Service, int] = field(default_factory=lambda: _PER_MINUTE)
    kept_back: Mapping[Lane, int] = field(default_factory=lambda: _KEPT_BACK)
    """How many permits a lane leaves to people."""
    kept_back_in_quiet: Mapping[Lane, int] = field(default_factory=lambda: _KEPT_BACK_IN_QUIET)
    """The same while no person's call has begun for `quiet_seconds`: a first sync is a third quicker with all ten."""
    quiet_seconds: float = 60.0
    minute_share_percent: Mapping[Lane, int] = field(default_factory=lambda: _MINUTE_SHARE_PERCENT)
    apart_seconds: Mapping[Lane, float] = field(default_factory=lambda: _APART_SECONDS)
    """How far apart the calls of a lane begin, so that its permits don't all come back at the same moment."""


_PER_MINUTE: Final[Mapping[Service, int]] = {Service.ACCOUNTING: 500, Service.REPORTS: 200, Service.BATCH: 40}
_KEPT_BACK: Final[Mapping[Lane, int]] = {Lane.USER: 0, Lane.SYNC: 1, Lane.BULK: 3}
_KEPT_BACK_IN_QUIET: Final[Mapping[Lane, int]] = {Lane.USER: 0, Lane.SYNC: 0, Lane.BULK: 3}
_MINUTE_SHARE_PERCENT: Final[Mapping[Lane, int]] = {Lane.USER: 100, Lane.SYNC: 96, Lane.BULK: 80}
_APART_SECONDS: Final[Mapping[Lane, float]] = {Lane.USER: 0.0, Lane.SYNC: 0.0, Lane.BULK: 0.15}
_CLAIM_SECONDS: Final = 0.25
_ASK_AGAIN_SECONDS: Final = 0.02
_STEP_SECONDS: Final = 1.0

CallCounts: TypeAlias = dict[int, dict[Service, int]]
"""How many calls of each service, by second."""


class End(StrEnum):
    """How a call ended, as far as QuickBooks' counting goes."""

    ANSWERED = "answered"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """One permit: taken while `grant` isn't 0, at the latest until `free_at`; else cooling until then."""

    free_at: float = 0.0
    grant: int = 0
    service: Service = Service.ACCOUNTING


@dataclass(frozen=True, slots=True)
class Claim:
    """A process that waits in a lane, as long as it asks again in time."""

    lane: Lane
    until: float


@dataclass(frozen=True, slots=True)
class Board:
    """What all processes know of one company's calls, on a clock that they share.

    `calls` counts by the second in which a permit came back; calls under way are counted by their places.
    Who has a claim waits for a permit, and less urgent lanes leave it the next.
    """

    seen_at: float = 0.0
    grants: int = 0
    places: tuple[Place, ...] = ()
    calls: CallCounts = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    begun_at: dict[Lane, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to make one call; its number tells it from later ones of the same place."""

    place: int
    number: int


@dataclass(frozen=True, slots=True)
class NotBefore:
    """No permit now; the earliest time at which asking again can help."""

    seconds_from_now: float


def take(
    rules: Rules, board: Board, now: float, *, lane: Lane, service: Service, claimant: str
) -> tuple[Board, Grant | NotBefore]:
    """A permit for one call, or when to ask again; and the board after that. `claimant` is the same each time."""
    board = up_to_date(rules, board, now)
    now = board.seen_at
    usable = range(rules.permits - _kept_back(rules, board, lane))
    free = [place for place in usable if board.places[place].free_at <= now]
    waits = [_minute_over(rules, board, lane, service), _turn_comes(rules, board, lane)]
    if not free:
        comes = min(_earliest(rules, board.places[place], now) for place in usable)
        waits.append(comes)
        board = replace(board, claims=board.claims | {claimant: Claim(lane, comes + _CLAIM_SECONDS)})
    if max(waits) > now:
        return board, NotBefore(max(waits) - now)
    claims = {other: claim for other, claim in board.claims.items() if other != claimant}
    return _granted(rules, replace(board, claims=claims), free[-1], lane, service)


def give_back(rules: Rules, board: Board, now: float, grant: Grant, end: End) -> Board:
    """The board after a call has ended. A grant whose lease has run out meanwhile changes nothing any more."""
    board = up_to_date(rules, board, now)
    now = board.seen_at
    place = board.places[grant.place]
    if place.grant != grant.number:
        return board
    free_at = now + cooling_seconds(rules, end)
    calls = board.calls if end is End.NOT_SENT else _counted(board.calls, free_at, place.service)
    return replace(_with_place(board, grant.place, Place(free_at)), calls=calls)


def cooling_seconds(rules: Rules, end: End) -> float:
    """How long after its call's end a permit stays away; after an unknown end the call may still be on its way."""
    return {End.NOT_SENT: 0.0, End.ANSWERED: rules.cooling_seconds, End.UNKNOWN: rules.lease_seconds}[end]


def keep(rules: Rules, board: Board, now: float, grant: Grant) -> Board:
    """The board after a sign of life from a call that is still under way."""
    board = up_to_date(rules, board, now)
    place = board.places[grant.place]
    if place.grant != grant.number:
        return board
    return _with_place(board, grant.place, replace(place, free_at=board.seen_at + rules.lease_seconds))


def up_to_date(rules: Rules, board: Board, now: float) -> Board:
    """The board as it stands now: leases that ran out have ended, and calls of more than a minute ago don't count."""
    board = _on_the_clock(board, now)
    now = board.seen_at
    missing = rules.permits - len(board.places)
    places = [*board.places, *[Place()] * missing]
    calls = board.calls
    for number, place in enumerate(places):
        if place.grant and place.free_at <= now:
            calls = _counted(calls, place.free_at, place.service)
            places[number] = Place(place.free_at)
    calls = {second: counts for second, counts in calls.items() if second + rules.minute_seconds > now}
    claims = {claimant: claim for claimant, claim in board.claims.items() if claim.until > now}
    return replace(board, places=tuple(places), calls=calls, claims=claims)


def _on_the_clock(board: Board, now: float) -> Board:
    """The board at `now`. A clock that was set back takes all of the board's times back with it."""
    step = board.seen_at - now
    if step <= _STEP_SECONDS:
        return replace(board, seen_at=max(now, board.seen_at))
    return replace(
        board,
        seen_at=now,
        places=tuple(replace(place, free_at=place.free_at - step) for place in board.places),
        calls={math.ceil(second - step): counts for second, counts in board.calls.items()},
        claims={},
        begun_at={},
    )


def _kept_back(rules: Rules, board: Board, lane: Lane) -> int:
    """How many permits a lane may not use."""
    is_quiet = board.begun_at.get(Lane.USER, -math.inf) + rules.quiet_seconds <= board.seen_at
    return (rules.kept_back_in_quiet if is_quiet else rules.kept_back)[lane]


def _earliest(rules: Rules, place: Place, now: float) -> float:
    """When a place can be free: a call that is under way cools after its answer, which isn't here yet."""
    return min(place.free_at, now + max(rules.cooling_seconds, _ASK_AGAIN_SECONDS)) if place.grant else place.free_at


def _turn_comes(rules: Rules, board: Board, lane: Lane) -> float:
    """When a lane may begin a call as far as more urgent lanes and its own last call go."""
    claims = [claim.until for claim in board.claims.values() if claim.lane < lane]
    return max(board.begun_at.get(lane, -math.inf) + rules.apart_seconds[lane], *claims, -math.inf)


def _minute_over(rules: Rules, board: Board, lane: Lane, service: Service) -> float:
    """When the minute's counts leave room for one more call."""
    return max(_room_at(rules, board, lane, counted) for counted in {Service.ACCOUNTING, service})


def _room_at(rules: Rules, board: Board, lane: Lane, counted: Service) -> float:
    most = rules.per_minute[counted] * rules.minute_share_percent[lane] // 100
    under_way = sum(place.grant > 0 and _counts(place.service, counted) for place in board.places)
    room = most - 1 - under_way
    for second in sorted(board.calls, reverse=True):
        room -= board.calls[second].get(counted, 0)
        if room < 0:
            return second + rules.minute_seconds
    return -math.inf if room >= 0 else board.seen_at + rules.cooling_seconds


def _counts(service: Service, counted: Service) -> bool:
    """Every call is one of the company's; reports and batches have a count of their own besides."""
    return counted in (Service.ACCOUNTING, service)


def _granted(rules: Rules, board: Board, place: int, lane: Lane, service: Service) -> tuple[Board, Grant]:
    grant = Grant(place, board.grants + 1)
    taken = _with_place(board, place, Place(board.seen_at + rules.lease_seconds, grant.number, service))
    begun = board.begun_at | {lane: board.seen_at}
    return replace(taken, grants=grant.number, begun_at=begun), grant


def _with_place(board: Board, number: int, place: Place) -> Board:
    return replace(board, places=(*board.places[:number], place, *board.places[number + 1 :]))


def _counted(
    calls: Mapping[int, Mapping[Service, int]], over_at: float, service: Service
) -> dict[int, dict[Service, int]]:
    second = math.ceil(over_at)
    counts = dict(calls.get(second, {}))
    for counted in {Service.ACCOUNTING, service}:
        counts[counted] = counts.get(counted, 0) + 1
    return {**{known: dict(others) for known, others in calls.items()}, second: counts}
