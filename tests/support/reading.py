"""Reading one record as the sync does: QuickBooks' JSON in, the domain's value out."""

from typing import TypeVar

from oodaloo.infra.qbo.mirror.records import AnyEntityType, Mirrored
from oodaloo.kit.money import Currency

USD = Currency("USD")
ModelT = TypeVar("ModelT", bound=Mirrored)


def read(types: tuple[AnyEntityType, ...], name: str, model: type[ModelT], body: str) -> ModelT:
    """The value of a record that QuickBooks sent, read by the type that is registered under `name`."""
    entity_type = next(entity for entity in types if entity.name == name)
    record = entity_type.read(body.encode(), USD)
    assert isinstance(record, model)
    return record


def row(types: tuple[AnyEntityType, ...], name: str, body: str) -> dict[str, object]:
    """The mirror's row of such a record."""
    entity_type = next(entity for entity in types if entity.name == name)
    return entity_type.reading(body.encode(), USD).values
