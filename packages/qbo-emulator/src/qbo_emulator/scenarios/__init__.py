"""The companies that can be asked for by name; a scenario's own modules load when it is built."""

from qbo_emulator.books import Books
from qbo_emulator.scenario import Scenario, ScenarioRequest
from qbo_emulator.scenarios.living import LivingCompany, LivingScenario


def _agency_name(request: ScenarioRequest) -> str:
    from qbo_emulator.scenarios.agency import agency_name

    return agency_name(request)


def _agency(request: ScenarioRequest) -> LivingCompany:
    from qbo_emulator.scenarios.agency import build_agency

    return build_agency(request).living()


def _without_life(living: LivingScenario) -> Scenario:
    def build(request: ScenarioRequest) -> Books:
        return living.build(request).books

    return Scenario(living.name, living.description, build)


LIVING: dict[str, LivingScenario] = {
    one.name: one
    for one in (
        LivingScenario(
            "agency",
            "A marketing agency of 20 people, $2.5M a year, with a cash squeeze ahead and honest flaws in its books",
            _agency_name,
            _agency,
        ),
    )
}
SCENARIOS: dict[str, Scenario] = {name: _without_life(living) for name, living in LIVING.items()}
