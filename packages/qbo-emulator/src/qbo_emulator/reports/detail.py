"""Reports that list transactions: their columns, sections and subtotals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qbo_emulator.faults import invalid_enumeration, not_implemented
from qbo_emulator.jsontypes import JsonObject
from qbo_emulator.properties import names
from qbo_emulator.reports.documents import Documents, Leg
from qbo_emulator.reports.parameters import Parameters
from qbo_emulator.reports.writing import Column, amount_text, cell
from qbo_emulator.wire import metadata_time

_KNOWN: Final = frozenset(
    names(
        """
        account_num bill_addr chk_print_state create_by credit_home_amt currency cust_bill_email cust_comp_name
        cust_msg debt_home_amt deliv_addr dept_name emp_name exch_rate extra_doc_num foreign_amount foreign_open_bal
        home_net_amount home_tax_amount inv_date is_adj is_ap_paid is_ar_paid is_cleared item_name klass_name
        last_mod_by nat_foreign_amount nat_foreign_open_bal nat_home_open_bal nat_open_bal neg_foreign_amount
        neg_foreign_open_bal net_amount olb_status pmt_mthd printed quantity rate sale_sent_state sales_cust1
        sales_cust2 sales_cust3 ship_addr ship_via tax_amount tax_code term_name tracking_num vend_bill_addr
        vend_comp_name vend_pri_cont vend_pri_email vend_pri_tel
        """
    )
)
"""Documented columns without data here: asked for, they answer 501."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a detail report: ColKeys with the title and ColType of each."""

    keys: tuple[str, ...]
    kinds: Mapping[str, tuple[str, str]]

    def columns(self) -> list[Column]:
        """The columns, each with its ColKey (recorded in detail reports of the present minor version)."""
        return [Column(*self.kinds[key], (("ColKey", key),)) for key in self.keys]

    def labelled(self, label: str, entity_id: str | None = None) -> list[JsonObject]:
        """The Header of a section: its label in the first column, the others blank."""
        return [cell(label, entity_id), *(cell("") for _ in self.keys[1:])]

    def subtotal(self, label: str, sums: Mapping[str, Decimal | None]) -> list[JsonObject]:
        """The Summary of a section.

        Recorded: the label stands in the first column, and in one of its own when that column holds an amount.
        """
        texts = [cell(amount_text(sums.get(key))) for key in self.keys]
        return [cell(label), *(texts if self._is_amount(self.keys[0]) else texts[1:])]

    def has_amounts(self) -> bool:
        """Whether any column holds amounts."""
        return any(self._is_amount(key) for key in self.keys)

    def _is_amount(self, key: str) -> bool:
        return self.kinds[key][1] == "Money"


def layout(parameters: Parameters, report: str, kinds: Mapping[str, tuple[str, str]], default: Sequence[str]) -> Layout:
    """The columns that are asked for, in that order; 501 for documented ones without data here, 2170 for others."""
    keys = parameters.listed("columns") or tuple(default)
    for key in keys:
        if key not in kinds and key in _KNOWN:
            raise not_implemented(f"the column {key} of the report {report}")
        if key not in kinds:
            raise invalid_enumeration("columns", key)
    return Layout(keys, kinds)


def leg_kinds(*amounts: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """The columns that a posting can fill, and amount columns given as (ColKey, title)."""
    return {**_LEG_KINDS, **{key: (title, "Money") for key, title in amounts}}


def leg_cells(
    columns: Layout, documents: Documents, leg: Leg, amounts: Mapping[str, Decimal | None]
) -> list[JsonObject]:
    """The cells of a posting's row; `amounts` are those of the money columns."""
    return [
        cell(amount_text(amounts[key])) if key in amounts else _leg_cell(key, documents, leg) for key in columns.keys
    ]


def summed(rows: Iterable[Mapping[str, Decimal | None]], keys: Iterable[str]) -> dict[str, Decimal | None]:
    """The sums of amount columns over rows."""
    sums: dict[str, Decimal | None] = dict.fromkeys(keys, Decimal(0))
    for row in rows:
        for key, total in sums.items():
            sums[key] = (total or Decimal(0)) + (row.get(key) or Decimal(0))
    return sums


_LEG_KINDS: Final = {
    "tx_date": ("Date", "Date"),
    "txn_type": ("Transaction Type", "String"),
    "doc_num": ("Num", "String"),
    "is_no_post": ("Posting", "String"),
    "name": ("Name", "String"),
    "cust_name": ("Customer", "String"),
    "vend_name": ("Vendor", "String"),
    "memo": ("Memo/Description", "String"),
    "account_name": ("Account", "String"),
    "split_acc": ("Split", "String"),
    "other_account": ("Split", "String"),
    "due_date": ("Due Date", "Date"),
    "create_date": ("Create Date", "Date"),
    "last_mod_date": ("Last Modified", "Date"),
}


def _leg_cell(key: str, documents: Documents, leg: Leg) -> JsonObject:
    transaction = leg.transaction
    match key:
        case "tx_date":
            return cell(transaction.txn_date)
        case "txn_type":
            return cell(documents.type_name(transaction), transaction.txn_id)
        case "name":
            return cell(leg.party.text, leg.party.entity_id)
        case "cust_name":
            return cell(leg.party.text if leg.customer_id else "", leg.customer_id)
        case "vend_name":
            return cell(leg.party.text if leg.vendor_id else "", leg.vendor_id)
        case "memo":
            return cell(leg.memo)
        case "account_name":
            account = documents.account(leg.posting.account_id)
            return cell(account.text, account.entity_id)
        case "split_acc" | "other_account":
            return cell(leg.split.text, leg.split.entity_id)
        case _:
            return cell(_of_document(key, documents, leg))


def _of_document(key: str, documents: Documents, leg: Leg) -> str:
    document = documents.document(leg.transaction)
    record = documents.record(leg.transaction)
    match key:
        case "doc_num":
            return str(document.get("DocNumber") or document.get("PaymentRefNum") or "")
        case "due_date":
            return str(document.get("DueDate", ""))
        case "create_date":
            return metadata_time(record.created_at) if record is not None else ""
        case "last_mod_date":
            return metadata_time(record.updated_at) if record is not None else ""
        case "is_no_post":
            # Everything in the ledger posts.
            return "Yes"
        case _:
            raise AssertionError(f"no column {key}")
