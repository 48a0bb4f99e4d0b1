"""The grammar of QuickBooks' SELECT: from the text to a parsed query, or fault 4000."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

from qbo_emulator.faults import query_parse, query_validation

DEFAULT_PAGE: Final = 100
LARGEST_PAGE: Final = 1000
OPERATORS: Final = frozenset({"=", "!=", "<", ">", "<=", ">="})
_KEYWORDS: Final = frozenset(
    {
        "select",
        "count",
        "from",
        "where",
        "and",
        "in",
        "like",
        "orderby",
        "order",
        "by",
        "asc",
        "desc",
        "startposition",
        "maxresults",
        "true",
        "false",
        "null",
    }
)
_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<string>'(?:\\.|[^'\\])*')
    | (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<word>[A-Za-z_][\w.]*)
    | (?P<symbol><=|>=|!=|[=<>(),*])
    """,
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """`property operator values`; several values only with IN, whose operator is `IN`."""

    property: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One property to sort by."""

    property: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT as written; names are not checked against the entity yet."""

    entity: str
    fields: tuple[str, ...]
    """Empty for `*`."""
    counting: bool
    conditions: tuple[Condition, ...]
    orders: tuple[Order, ...]
    start: int = 1
    limit: int = DEFAULT_PAGE


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


def parse(text: str) -> Query:
    """Read a query; fault 4000 where it leaves the grammar, 4001 for page numbers out of range."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0

    def query(self) -> Query:
        self._keyword("select")
        fields, counting = self._selection()
        self._keyword("from")
        entity = self._identifier()
        conditions = self._conditions() if self._accept("where") else ()
        orders = self._orders()
        start, limit = self._page()
        if self._peek().kind != "end":
            self._unexpected("<EOF>")
        return Query(entity, fields, counting, conditions, orders, start, limit)

    def _selection(self) -> tuple[tuple[str, ...], bool]:
        if self._accept("count"):
            for symbol in ("(", "*", ")"):
                self._symbol(symbol)
            return (), True
        everything = self._accept("*")
        fields = [] if everything else [self._identifier()]
        while self._accept(","):
            # Clients in use name properties beside the star, such as `*, Sku`.
            fields.append(self._identifier())
        return tuple(fields), False

    def _conditions(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._accept("and"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        name = self._identifier()
        if self._accept("in"):
            self._symbol("(")
            values = [self._value()]
            while self._accept(","):
                values.append(self._value())
            self._symbol(")")
            return Condition(name, "IN", tuple(values))
        if self._accept("like"):
            return Condition(name, "LIKE", (self._value(),))
        token = self._take()
        if token.text not in OPERATORS:
            self._unexpected('"="', token)
        return Condition(name, token.text, (self._value(),))

    def _orders(self) -> tuple[Order, ...]:
        if self._accept("order"):
            self._keyword("by")
        elif not self._accept("orderby"):
            return ()
        orders = [self._order()]
        while self._accept(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        name = self._identifier()
        descending = self._accept("desc")
        if not descending:
            self._accept("asc")
        return Order(name, descending)

    def _page(self) -> tuple[int, int]:
        start, limit = 1, DEFAULT_PAGE
        seen: set[str] = set()
        while True:
            for keyword in ("startposition", "maxresults"):
                if keyword not in seen and self._accept(keyword):
                    seen.add(keyword)
                    number = self._number()
                    start, limit = (number, limit) if keyword == "startposition" else (start, number)
                    break
            else:
                break
        for number in (start, limit):
            if number < 1:
                raise query_validation(f"value {number} is too small. Min allowed value is 1")
        if limit > LARGEST_PAGE:
            raise query_validation(f"value {limit} is too large. Max allowed value is {LARGEST_PAGE}")
        return start, limit

    def _number(self) -> int:
        token = self._take()
        if token.kind != "number" or "." in token.text or len(token.text) > 9:
            self._unexpected("<INTEGER>", token)
        return int(token.text)

    def _value(self) -> str:
        token = self._take()
        literal = token.text.lower()
        if token.kind != "string" and literal not in ("true", "false"):
            self._unexpected("<STRING>", token)
        if token.kind == "string":
            return _ESCAPE.sub(r"\1", token.text[1:-1])
        return literal

    def _identifier(self) -> str:
        token = self._take()
        if token.kind != "word" or token.text.lower() in _KEYWORDS:
            self._unexpected("<IDENTIFIER>", token)
        return token.text

    def _keyword(self, keyword: str) -> None:
        if not self._accept(keyword):
            self._unexpected(f'"{keyword}"')

    def _symbol(self, symbol: str) -> None:
        if not self._accept(symbol):
            self._unexpected(f'"{symbol}"')

    def _accept(self, text: str) -> bool:
        token = self._peek()
        found = token.kind in ("word", "symbol") and token.text.lower() == text
        self._next += found
        return found

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token

    def _unexpected(self, expected: str, token: _Token | None = None) -> NoReturn:
        token = token or self._peek()
        before = self._text[: token.offset]
        line = before.count("\n") + 1
        column = token.offset - (before.rfind("\n") + 1) + 1
        raise query_parse(
            f"Encountered {_as_encountered(token)} at line {line}, column {column}.\n"
            f"Was expecting:\n    {expected} ...\n    "
        )


def _tokens(text: str) -> list[_Token]:
    tokens = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            line = text.count("\n", 0, offset) + 1
            column = offset - (text.rfind("\n", 0, offset) + 1) + 1
            raise query_parse(
                f'Lexical error at line {line}, column {column}.  Encountered: "{text[offset]}"'
                f' ({ord(text[offset])}), after : ""'
            )
        if match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup or "", match.group(), offset))
        offset = match.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


def _as_encountered(token: _Token) -> str:
    if token.kind == "end":
        return '"<EOF>"'
    if token.kind == "word" and token.text.lower() not in _KEYWORDS:
        return f'" <IDENTIFIER> "{token.text} ""'
    if token.kind in ("string", "number"):
        kind = "<STRING>" if token.kind == "string" else "<INTEGER>"
        return f'" {kind} "{token.text} ""'
    return f'" "{token.text.lower()}" "{token.text} ""'
