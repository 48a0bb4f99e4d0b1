"""Running state machines: a few short weeks in the suite, many long ones with the profile `campaign`."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_machine(machine: type[RuleBasedStateMachine]) -> None:
    """Run a machine as often and as long as the profile of this session says; tells how to repeat what failed."""
    asked = settings.get_current_profile_name()
    chosen = settings(
        settings.get_profile("campaign" if asked == "campaign" else "a few weeks"),
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a failure takes many minutes
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=chosen)
