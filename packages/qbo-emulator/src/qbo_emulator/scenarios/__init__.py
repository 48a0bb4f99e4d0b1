"""The companies that can be asked for by name; a scenario's own modules load when it is built."""

from functools import partial

from qbo_emulator.books import Books
from qbo_emulator.scenario import Scenario, ScenarioRequest
from qbo_emulator.scenarios.living import LivingCompany, LivingScenario


def _agency_name(request: ScenarioRequest) -> str:
    from qbo_emulator.scenarios.agency import agency_name

    return agency_name(request)


def _agency(request: ScenarioRequest) -> LivingCompany:
    from qbo_emulator.scenarios.agency import build_agency

    return build_agency(request).living()


def _firm_name(name: str, request: ScenarioRequest) -> str:
    from qbo_emulator.scenarios.firms.catalogue import name_of_firm

    return name_of_firm(name, request)


def _firm(name: str, request: ScenarioRequest) -> LivingCompany:
    from qbo_emulator.scenarios.firms.catalogue import build_firm

    return build_firm(name, request).living()


def _sample_name(request: ScenarioRequest) -> str:
    from qbo_emulator.scenarios.sample.company import sample_name

    return sample_name(request)


def _sample(request: ScenarioRequest) -> LivingCompany:
    from qbo_emulator.scenarios.sample.company import build_sample

    return build_sample(request).living()


def _stress(request: ScenarioRequest) -> LivingCompany:
    from qbo_emulator.scenarios.firms.stress import build_stress

    return build_stress(request).living()


def _firms(industry: str, description: str) -> list[LivingScenario]:
    sizes = (
        ("", "19 people"),
        ("-small", "4 people"),
        ("-medium", "19 people"),
        ("-large", "56 people"),
    )
    return [
        LivingScenario(
            f"{industry}{ending}",
            f"{description}; {people}",
            partial(_firm_name, f"{industry}{ending}"),
            partial(_firm, f"{industry}{ending}"),
        )
        for ending, people in sizes
    ]


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
        *_firms("it-consulting", "An IT consultancy: managed services, long terms, cash aside"),
        *_firms("creative-studio", "A creative studio: projects in waves, freelancers, thin cash"),
        *_firms("professional-services", "Accountants and advisers: a busy season, lumpy engagements"),
        LivingScenario(
            "sample",
            "The standard sandbox company by its facts: a landscaper with the ids and names that recordings show",
            _sample_name,
            _sample,
        ),
        LivingScenario(
            "stress",
            "An IT consultancy whose books hold at least 50,000 transactions, or transactions=N",
            partial(_firm_name, "it-consulting"),
            _stress,
        ),
    )
}
SCENARIOS: dict[str, Scenario] = {name: _without_life(living) for name, living in LIVING.items()}
