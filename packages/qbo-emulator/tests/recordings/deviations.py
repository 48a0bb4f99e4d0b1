"""Recorded interactions to which the emulator answers otherwise than QuickBooks did, and why."""

from typing import Final

DEVIATIONS: Final[dict[str, str]] = {
    "cdc/cdc_bill_billpayment_2016.json#1": (
        "the number was left a text when this recording of XML was converted; other recordings have the number"
    ),
    "us-sandbox-2026/update-vendor.json#1": (
        "QuickBooks wrote BillRate and CostRate as 0 into this one answer; of 35 recorded vendors none carries a 0"
    ),
    "vcr-2020/cdc__basic.json#1": (
        "in 2020 change data capture went back nine years; the documents say 30 days, and so does the emulator"
    ),
}
"""Name of the interaction -> reason. At most one in twenty; a row that no longer deviates has to go."""

LARGEST_SHARE: Final = 0.05
