"""Every recorded interaction against the emulator: the same status, keys, types, spelling and order."""

from pathlib import Path

from recordings.deviations import DEVIATIONS, LARGEST_SHARE
from recordings.interactions import recorded
from recordings.replaying import Replayed, replayed


async def test_recorded_interactions(samples: Path) -> None:
    """Interactions about supported types are answered as recorded, but for those that are listed with a reason."""
    library = recorded(samples)
    checked = [await replayed(interaction, library) for interaction in library]
    supported = [each for each in checked if each.supported]
    deviating = {each.interaction.name: each for each in supported if each.differences}
    unlisted = [told(each) for name, each in deviating.items() if name not in DEVIATIONS]
    assert not unlisted, "\n".join(unlisted)
    assert set(DEVIATIONS) == set(deviating)
    for among in (supported, [each for each in supported if not each.interaction.bare]):
        assert len([each for each in among if each.differences]) < LARGEST_SHARE * len(among)


async def test_a_deviation_is_noticed(samples: Path) -> None:
    """Had QuickBooks answered with one more key, it would be found missing, so silence elsewhere means something."""
    library = recorded(samples)
    for interaction in library[:5]:
        interaction.answer["Unheard"] = "of"
        assert "Unheard is missing" in (await replayed(interaction, library)).differences


def told(deviating: Replayed) -> str:
    """A line for a person."""
    return f"{deviating.interaction.name}: {'; '.join(deviating.differences[:8])}"
