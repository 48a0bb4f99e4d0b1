"""The shape of JSON in this package: plain dictionaries whose numbers are ints or Decimals, never floats."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
