"""Pages from templates: what every page needs, and the plain ones that carry a message."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

VENDOR_FONT = "inter-latin-opsz-normal.woff2"


def page(template: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """The named template, filled; everything in it is escaped."""
    defaults = {"bar": None, "freshness": None, "has_fonts": has_fonts()}
    return HTMLResponse(_environment().get_template(template).render({**defaults, **context}), status)


def message_page(status: int, title: str, message: str, *, connect: bool = False) -> HTMLResponse:
    """A page that says what happened and what to do; from status 400 on as a failure."""
    context = {"title": title, "message": message, "connect": connect, "failure": status >= 400}
    return page("message.html", context, status)


@cache
def has_fonts() -> bool:
    """Whether set-up has brought the fonts; a page doesn't ask for what isn't there."""
    return files("oodaloo.web").joinpath("static", "vendor", VENDOR_FONT).is_file()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("oodaloo.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
