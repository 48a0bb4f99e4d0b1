"""Where the pages live: the only place that writes addresses."""

from collections.abc import Callable
from urllib.parse import quote

from oodaloo.kit.ids import BusinessId
from oodaloo.runway.experiences.figures import Behind, Place


def base_of(business: BusinessId) -> str:
    """The address of a business's first page; its other pages lie below it."""
    return f"/b/{quote(business, safe='')}"


def linker(business: BusinessId) -> Callable[[Behind], str]:
    """A function from what lies behind a figure to its address."""
    base = base_of(business)

    def href(behind: Behind) -> str:
        key = quote(behind.key, safe="")
        match behind.place:
            case Place.RECORD:
                return f"{base}/records/{quote(behind.kind, safe='')}/{key}"
            case Place.DAY | Place.FLOW:
                return f"{base}/{behind.place.value}/{key}"
            case _:
                return f"{base}/{behind.place.value}"

    return href
