"""The pages that a person sees while connecting a company: consent, and why it can't be asked."""

from collections.abc import Mapping, Sequence
from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem; }}
button {{ font: inherit; padding: .5rem 1.25rem; margin-right: .5rem; }}
select {{ font: inherit; width: 100%; padding: .4rem; }}
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>
"""


def consent_page(client_id: str, scope: str, companies: Sequence[tuple[str, str]], hidden: Mapping[str, str]) -> str:
    """The page that asks whether the client may use a company; `companies` are (realm id, name) pairs."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    body = (
        f"<p><strong>{escape(client_id)}</strong> asks to use your QuickBooks company ({escape(scope)}).</p>"
        f'<form method="post">{fields}{_company_choice(companies)}'
        '<p><button name="decision" value="approve">Connect</button>'
        '<button name="decision" value="cancel">Cancel</button></p></form>'
    )
    return _PAGE.format(title="Connect to QuickBooks (emulator)", body=body)


def refusal_page(reason: str) -> str:
    """The page for a request that must not be answered with a redirect."""
    return _PAGE.format(title="This app can't connect", body=f"<p>{escape(reason)}</p>")


def _company_choice(companies: Sequence[tuple[str, str]]) -> str:
    if len(companies) == 1:
        realm_id, name = companies[0]
        return (
            f'<input type="hidden" name="realm_id" value="{escape(realm_id)}">'
            f"<p>Company: <strong>{escape(name)}</strong></p>"
        )
    options = "".join(f'<option value="{escape(realm_id)}">{escape(name)}</option>' for realm_id, name in companies)
    return f'<p><label>Company <select name="realm_id">{options}</select></label></p>'
