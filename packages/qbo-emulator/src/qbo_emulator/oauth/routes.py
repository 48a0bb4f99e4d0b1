"""The HTTP side of OAuth: authorize, token, revoke, userinfo, key and discovery endpoints."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, urlencode, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from qbo_emulator.oauth.authority import ACCESS_SECONDS, ACCOUNTING, Authority, OAuthError, Tokens
from qbo_emulator.oauth.identity import Identity
from qbo_emulator.oauth.pages import consent_page, refusal_page

_OPENID = "openid"
_ASKS_FOR_HARD_EXPIRY = "x-include-refresh-token-hard-expires-in"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PASSED_ON = ("client_id", "response_type", "scope", "redirect_uri", "state", "nonce")
_PAGE_HEADERS = {"X-Frame-Options": "DENY", "Cache-Control": "no-store"}


class OAuthEndpoints:
    """The endpoints over one authority; `companies` lists (realm id, name) of what can be connected."""

    def __init__(
        self,
        authority: Authority,
        identity: Identity,
        redirect_uris: Sequence[str],
        companies: Callable[[], Sequence[tuple[str, str]]],
    ) -> None:
        self._authority = authority
        self._identity = identity
        self._redirect_uris = frozenset(redirect_uris)
        self._companies = companies

    def routes(self) -> list[Route]:
        """Routes for the application."""
        return [
            Route("/.well-known/openid_configuration", self.discovery),
            Route("/.well-known/openid_configuration/", self.discovery),
            Route("/.well-known/openid_sandbox_configuration", self.discovery),
            Route("/.well-known/openid_sandbox_configuration/", self.discovery),
            Route("/op/v1/jwks", self.keys),
            Route("/v1/openid_connect/userinfo", self.userinfo),
            Route("/connect/oauth2", self.ask, methods=["GET"]),
            Route("/connect/oauth2", self.decide, methods=["POST"]),
            Route("/oauth2/v1/tokens/bearer", self.token, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self.revoke, methods=["POST"]),
        ]

    async def discovery(self, request: Request) -> Response:
        """The discovery document, the same for production and sandbox."""
        base = _base(request)
        return JSONResponse(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    async def keys(self, _request: Request) -> Response:
        """The keys with which id_tokens are checked."""
        return JSONResponse(self._identity.keys())

    async def userinfo(self, request: Request) -> Response:
        """Who connected the company, for an access token that was granted with the scope openid."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self._authority.grant_of(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None or _OPENID not in grant.scopes:
            challenge = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, challenge)
        return JSONResponse(self._identity.person(grant))

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
        scopes = frozenset(parameters["scope"].split())
        code = self._authority.issue_code(realm_id, parameters["redirect_uri"], scopes, parameters.get("nonce"))
        return _back(parameters, {"code": code, "realmId": realm_id})

    async def token(self, request: Request) -> Response:
        """Exchange a code, or refresh."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            self._authority.authenticate(*_client(request, form))
            tokens = self._granted(form)
        except OAuthError as error:
            return JSONResponse({"error": error.error}, error.status)
        answer = self._token_answer(tokens, f"{_base(request)}/op/v1")
        if request.headers.get(_ASKS_FOR_HARD_EXPIRY, "").lower() == "true":
            answer["x_refresh_token_hard_expires_in"] = tokens.hard_expires_in_seconds
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """Disconnect; the body is a form or JSON with `token`. What is no token, or none any more, is a bare 400."""
        form = await _form_or_json(request)
        try:
            self._authority.authenticate(*_client(request, form))
        except OAuthError as error:
            return JSONResponse({"error": error.error}, error.status)
        if not self._authority.revoke(form.get("token", "")):
            return Response(status_code=400)
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

    def _token_answer(self, tokens: Tokens, issuer: str) -> dict[str, object]:
        answer: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "refresh_token": tokens.refresh_token,
            "x_refresh_token_expires_in": tokens.refresh_expires_in_seconds,
            "access_token": tokens.access_token,
        }
        if _OPENID in tokens.grant.scopes:
            answer["id_token"] = self._identity.id_token(tokens.grant, issuer)
        return answer

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


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _parameter_error(parameters: Mapping[str, str]) -> str | None:
    if parameters.get("response_type") != "code":
        return "unsupported_response_type"
    if not parameters.get("state"):
        return "invalid_request"
    return None if ACCOUNTING in parameters.get("scope", "").split() else "invalid_scope"


def _back(parameters: Mapping[str, str], answer: dict[str, str]) -> Response:
    if "state" in parameters:
        answer["state"] = parameters["state"]
    uri = parameters["redirect_uri"]
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}", 302, _PAGE_HEADERS)


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
