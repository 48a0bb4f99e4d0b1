"""Queries: a SELECT to the QueryResponse that answers it."""

from qbo_emulator.faults import query_parse, required_missing
from qbo_emulator.server.asked import Asked, View
from qbo_emulator.server.writes import check_content_type
from qbo_emulator.wire import envelope, query_response


def answer_query(asked: Asked) -> bytes:
    """The answer to GET /query?query= or to POST /query with the text as its body."""
    call = asked.call
    text = call.parameters.get("query")
    if text is None and call.method == "POST":
        check_content_type(call.media_type, "application/text", "text/plain")
        try:
            text = call.body.decode()
        except UnicodeDecodeError as error:
            raise query_parse("the query is not UTF-8 text") from error
    if not text:
        raise required_missing("query")
    return envelope("QueryResponse", select(asked.view, text), asked.at)


def select(view: View, text: str) -> bytes:
    """What stands in the `QueryResponse` for a SELECT; faults 4000, 4001 and 501 as the books raise them."""
    result = view.query(text)
    if result.counting:
        return b'{"totalCount":%d}' % result.total
    rows = [record.encoded() for record in result.records]
    total = result.total if result.counted else None
    return query_response(result.entity, rows, start=result.start, total=total)
