"""The scenarios that can be asked for by name; a scenario's own modules load when it is built."""

from qbo_emulator.books import Books
from qbo_emulator.scenario import Scenario, ScenarioRequest


def _agency(request: ScenarioRequest) -> Books:
    from qbo_emulator.scenarios.agency import build_agency

    return build_agency(request).books


SCENARIOS: dict[str, Scenario] = {
    "agency": Scenario(
        "agency",
        "A marketing agency of 20 people, $2.5M a year, with a cash squeeze ahead and honest flaws in its books",
        _agency,
    ),
}
