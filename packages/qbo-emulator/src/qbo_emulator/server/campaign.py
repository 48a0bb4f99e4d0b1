"""Random faults from a seed: each call and each webhook event is struck with the probability given for a kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Final, TypeVar

from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.server.answers import Call
from qbo_emulator.server.scripted import is_meant, read_match
from qbo_emulator.server.strikes import Kind, Strike, StrikeError, can_hit, read_strike, refuse_unknown, whole
from qbo_emulator.webhooks.events import Event
from qbo_emulator.webhooks.outbox import EventFault

_KNOWN_FIELDS: Final = frozenset({"seed", "rates", "match", "status", "delay_ms", "retry_after_seconds", "seconds"})
_PARAMETERS: Final = ("status", "delay_ms", "retry_after_seconds", "seconds")
_THROTTLES: Final = (Kind.THROTTLE_JSON, Kind.THROTTLE_XML)
_K = TypeVar("_K", bound=str)


class Campaign:
    """No faults until it is started; then dice decide, the same for the same seed and the same calls.

    The dice of a call are keyed by what it asks and by how often that was asked, not by its place among others, so
    that clients who work at the same time don't change each other's luck.
    """

    def __init__(self) -> None:
        self.stop()

    def stop(self) -> None:
        """No more faults; what was struck so far is forgotten too."""
        self._seed = 0
        self._match: dict[str, str] = {}
        self._rates: dict[Kind, float] = {}
        self._event_rates: dict[EventFault, float] = {}
        self._strikes: dict[Kind, Strike] = {}
        self._asked: Counter[str] = Counter()
        self._struck: Counter[str] = Counter()

    def start(self, described: JsonObject) -> None:
        """Begin anew as described; raises StrikeError for what makes no sense."""
        refuse_unknown(described, _KNOWN_FIELDS, "a campaign")
        rates = _rates(described)
        match = read_match(described)
        seed = whole(described, "seed", 1, 0, 2**31 - 1)
        given: JsonObject = {name: described[name] for name in _PARAMETERS if name in described}
        kinds = {Kind(name): rate for name, rate in rates.items() if name in set(Kind)}
        strikes = {kind: read_strike({"action": kind, **given}) for kind in kinds}
        self.stop()
        self._seed, self._match, self._rates, self._strikes = seed, match, kinds, strikes
        self._event_rates = {EventFault(name): rate for name, rate in rates.items() if name in set(EventFault)}

    def kinds(self) -> Iterable[Kind]:
        """The kinds that can strike calls now."""
        return self._rates.keys()

    def take(self, call: Call) -> Strike | None:
        """What strikes this call, if anything."""
        if not self._rates or not is_meant(self._match, call):
            return None
        key = "/".join((call.method, *call.parts, call.subject, call.operation, *map(str, call.parameters.items())))
        dice = self._dice(f"{call.realm_id}/{key}")
        kind = _pick(dice, {kind: rate for kind, rate in self._rates.items() if can_hit(kind, call)})
        if kind is None:
            return None
        self._struck[kind] += 1
        strike = self._strikes[kind]
        if kind in _THROTTLES and dice.random() < 0.5:
            # Intuit documents no Retry-After: half of the throttles come without it.
            return replace(strike, retry_after_seconds=None)
        return strike

    def missed(self, kind: Kind) -> None:
        """What was taken had nothing to hit after all."""
        self._struck[kind] -= 1

    def take_event(self, event: Event) -> EventFault | None:
        """What strikes this webhook event, if anything."""
        kind = _pick(self._dice(f"event/{event.event_id}"), self._event_rates) if self._event_rates else None
        if kind is not None:
            self._struck[kind] += 1
        return kind

    def summary(self) -> JsonObject:
        """Seed, rates and what was struck so far, as JSON."""
        rates = {str(kind): rate for kind, rate in (*self._rates.items(), *self._event_rates.items())}
        return {"seed": self._seed, "rates": rates, "asked": self._asked.total(), "struck": dict(+self._struck)}

    def _dice(self, key: str) -> Random:
        self._asked[key] += 1
        return Random(f"{self._seed}/{key}/{self._asked[key]}")  # noqa: S311 - faults, not secrets


def _rates(described: JsonObject) -> dict[str, float]:
    rates = described.get("rates")
    known = sorted((set(Kind) - {Kind.STATUS}) | set(EventFault))
    if not isinstance(rates, dict) or not all(isinstance(rate, int | float) for rate in rates.values()):
        raise StrikeError("rates must be an object of numbers from 0 to 1")
    strange = sorted(set(rates) - set(known))
    if strange:
        raise StrikeError(f"rates.{strange[0]} is not known; known: {', '.join(known)}")
    for names in (set(Kind), set(EventFault)):
        chosen = [rate for name, rate in rates.items() if name in names]
        if any(rate < 0 for rate in chosen) or sum(chosen) > 1:
            raise StrikeError("rates must be from 0 to 1, and 1 at most together")
    return rates


def _pick(dice: Random, rates: Mapping[_K, float]) -> _K | None:
    left = dice.random()
    for kind in sorted(rates):
        left -= rates[kind]
        if left < 0:
            return kind
    return None
