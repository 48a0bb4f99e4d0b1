"""The HTTP side of OAuth: authorize, token, revoke and discovery endpoints."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, urlencode, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from qbo_emulator.oauth.authority import ACCESS_SECONDS, Authority, OAuthError, Tokens
from qbo_emulator.oauth.pages import consent_page, refusal_page

_ACCOUNTING = "com.intuit.quickbooks.accounting"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PASSED_ON = ("client_id", "response_type", "scope", "redirect_uri", "state")
_PAGE_HEADERS = {"X-Frame-Options": "DENY", "Cache-Control": "no-store"}


class OAuthEndpoints:
    """The endpoints over one authority; `companies` lists (realm id, name) of what can be connected."""

    def __init__(
        self,
        authority: Authority,
        redirect_uris: Sequence[str],
        companies: Callable[[], Sequence[tuple[str, str]]],
    ) -> None:
        self._authority = authority
        self._redirect_uris = frozenset(redirect_uris)
        self._companies = companies

    def routes(self) -> list[Route]:
        """Routes for the application."""
        return [
            Route("/.well-known/openid_configuration", self.discovery),
            Route("/.well-known/openid_sandbox_configuration", self.discovery),
            Route("/connect/oauth2", self.ask, methods=["GET"]),
            Route("/connect/oauth2", self.decide, methods=["POST"]),
            Route("/oauth2/v1/tokens/bearer", self.token, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self.revoke, methods=["POST"]),
        ]

    async def discovery(self, request: Request) -> Response:
        """The discovery document; what needs an id_token is left out until the emulator has one."""
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    async def ask(self, request: Request) -> Response:
        """GET authorize: the consent page."""
        parameters = dict(request.query_params)
        refusal = self._refusal(parameters)
        if refusal is not None:
            return HTMLResponse(refusal_page(refusal), 400, _PAGE_HEADERS)
        problem = _parameter_error(parameters)
        if problem is not None:
            return _back(parameters, {"error": problem})
        hidden = {name: parameters[name] for name in _PASSED_ON if name in parameters}
        page = consent_page(parameters["client_id"], parameters["scope"], self._companies(), hidden)
        return HTMLResponse(page, 200, _PAGE_HEADERS)

    async def decide(self, request: Request) -> Response:
        """POST authorize: back to the client with a code, or with access_denied."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        parameters = dict(request.query_params) | form
        refusal = self._refusal(parameters)
        if refusal is not None:
            return HTMLResponse(refusal_page(refusal), 400, _PAGE_HEADERS)
        problem = _parameter_error(parameters)
        if problem is not None:
            return _back(parameters, {"error": problem})
        if parameters.get("decision") != "approve":
            return _back(parameters, {"error": "access_denied"})
        realm_id = parameters.get("realm_id", "")
        if realm_id not in {known for known, _ in self._companies()}:
            return HTMLResponse(refusal_page("There is no such company."), 400, _PAGE_HEADERS)
        code = self._authority.issue_code(realm_id, parameters["redirect_uri"])
        return _back(parameters, {"code": code, "realmId": realm_id})

    async def token(self, request: Request) -> Response:
        """Exchange a code, or refresh."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            self._authority.authenticate(*_client(request, form))
            tokens = self._granted(form)
        except OAuthError as error:
            return JSONResponse({"error": error.error}, error.status)
        return JSONResponse(_token_answer(tokens), headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """Disconnect; the body is a form or JSON with `token`."""
        form = await _form_or_json(request)
        try:
            self._authority.authenticate(*_client(request, form))
        except OAuthError as error:
            return JSONResponse({"error": error.error}, error.status)
        if not self._authority.revoke(form.get("token", "")):
            return JSONResponse({"error": "invalid_request"}, 400)
        return Response(status_code=200)

    def _granted(self, form: Mapping[str, str]) -> Tokens:
        grant_type = form.get("grant_type")
        needed = {"authorization_code": ("code", "redirect_uri"), "refresh_token": ("refresh_token",)}
        if grant_type not in needed:
            raise OAuthError(400, "unsupported_grant_type" if grant_type else "invalid_request")
        if not all(form.get(name) for name in needed[grant_type]):
            raise OAuthError(400, "invalid_request")
        if grant_type == "refresh_token":
            return self._authority.refresh(form["refresh_token"])
        return self._authority.exchange_code(form["code"], form["redirect_uri"])

    def _refusal(self, parameters: Mapping[str, str]) -> str | None:
        if parameters.get("client_id") != self._authority.client_id:
            return "The client_id is not the one that the emulator printed at its start."
        redirect_uri = parameters.get("redirect_uri", "")
        if self._redirect_uris and redirect_uri not in self._redirect_uris:
            return "The redirect_uri doesn't match exactly one that was given with --redirect-uri."
        target = urlsplit(redirect_uri)
        if not self._redirect_uris and (target.scheme != "http" or target.hostname not in _LOOPBACK):
            return "Without --redirect-uri only http URIs on this machine can be redirected to."
        return None


def _parameter_error(parameters: Mapping[str, str]) -> str | None:
    if parameters.get("response_type") != "code":
        return "unsupported_response_type"
    if not parameters.get("state"):
        return "invalid_request"
    return None if _ACCOUNTING in parameters.get("scope", "").split() else "invalid_scope"


def _back(parameters: Mapping[str, str], answer: dict[str, str]) -> Response:
    if "state" in parameters:
        answer["state"] = parameters["state"]
    uri = parameters["redirect_uri"]
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}", 302, _PAGE_HEADERS)


def _token_answer(tokens: Tokens) -> dict[str, object]:
    return {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "refresh_token": tokens.refresh_token,
        "x_refresh_token_expires_in": tokens.refresh_expires_in_seconds,
        "access_token": tokens.access_token,
    }


def _client(request: Request, form: Mapping[str, str]) -> tuple[str | None, str | None]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id"), form.get("client_secret")
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return unquote(client_id), unquote(secret)


async def _form_or_json(request: Request) -> dict[str, str]:
    if "json" not in request.headers.get("content-type", ""):
        return {name: str(value) for name, value in (await request.form()).items()}
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return {}
    return {name: str(value) for name, value in body.items()} if isinstance(body, dict) else {}
