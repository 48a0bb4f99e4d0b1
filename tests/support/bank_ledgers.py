"""Builders of QuickBooks' reports as its answers bring them, and of what a general ledger shows."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from oodaloo.domains.bank.model import OtherActivity
from oodaloo.infra.qbo.reports import Report, read_report
from tests.support.records import CHECKING, money

Wire: TypeAlias = Mapping[str, object]

LEDGER_COLUMNS = ("tx_date", "txn_type", "doc_num", "name", "memo", "split_acc", "subt_nat_amount", "rbal_nat_amount")


def cells(*values: str | tuple[str, str]) -> list[Wire]:
    """The cells of a row: texts, or texts with the id that they name."""
    return [{"value": each} if isinstance(each, str) else {"value": each[0], "id": each[1]} for each in values]


def a_row(*values: str | tuple[str, str]) -> Wire:
    """A row of data."""
    return {"ColData": cells(*values), "type": "Data"}


def a_section(
    heading: Sequence[str | tuple[str, str]], rows: Sequence[Wire], total: Sequence[str] = (), *, group: str = ""
) -> Wire:
    """Rows below a heading (none when it is empty), with a total and QuickBooks' group of it where there is one."""
    parts: dict[str, object] = {"Rows": {"Row": rows}, "type": "Section"}
    parts |= {"Header": {"ColData": cells(*heading)}} if heading else {}
    parts |= {"Summary": {"ColData": cells(*total)}} if total else {}
    return parts | ({"group": group} if group else {})


def a_report(name: str, columns: Sequence[str], rows: Sequence[Wire], *, nothing: bool = False) -> Report:
    """A report in dollars with its column keys, as it is read."""
    keyed = [{"ColTitle": key, "ColType": "String", "MetaData": [{"Name": "ColKey", "Value": key}]} for key in columns]
    option = [{"Name": "NoReportData", "Value": "true" if nothing else "false"}]
    header = {"ReportName": name, "Currency": "USD", "Option": option}
    return read_report(json.dumps({"Header": header, "Columns": {"Column": keyed}, "Rows": {"Row": rows}}).encode())


def a_ledger(*sections: Wire, columns: Sequence[str] = LEDGER_COLUMNS) -> Report:
    """A general ledger of some accounts."""
    return a_report("GeneralLedger", columns, sections)


def a_posting(
    record_id: str,
    amount: str | int,
    *,
    dated: date,
    kind: str = "Payroll Check",
    account: str = CHECKING,
    name: str = "",
    memo: str = "",
    split: tuple[str, str] = ("", ""),
) -> OtherActivity:
    """What a ledger alone shows on checking; `split` is the other side's id and name."""
    return OtherActivity(record_id, account, dated, kind, "", name, memo, *split, money(amount))
