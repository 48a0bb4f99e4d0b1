"""The lives of entities, led by python-quickbooks: each function is one life, and proves what its sentence says."""

from collections.abc import Callable
from typing import Final

import pytest
from conformance.company import Company
from conformance.specimens import SPECIMENS, Entity
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException

Life = Callable[[Company], None]


def whole_life(name: str) -> Life:
    """The life of one entity type, through every operation that the client's class for it has."""

    def live(company: Company) -> None:
        specimen = SPECIMENS[name]
        made = specimen.make(company)
        kind = type(made)
        before = kind.count(qb=company.qb)
        saved = made.save(qb=company.qb)
        assert made.Id == saved.Id
        assert kind.count(qb=company.qb) == before + 1
        _found(kind, saved, specimen.found_by, company)
        _updated(kind, saved.Id, *specimen.changed, company)
        for operation, act in _ENDINGS.items():
            if hasattr(kind, operation):
                saved = kind.get(saved.Id, qb=company.qb)
                act(saved, company)
        if hasattr(saved, "Active"):
            _deactivated(saved, company)

    live.__name__ = f"life of {name}"
    return live


def _found(kind: type[Entity], saved: Entity, found_by: str, company: Company) -> None:
    """Every way to look for it finds it."""
    qb, value = company.qb, getattr(saved, found_by)
    escaped = str(value).replace("'", r"\'")
    condition = f"{found_by} = '{escaped}'"
    found = [
        kind.filter(**{found_by: value}, qb=qb),
        kind.filter(**{found_by: value}, max_results=10, start_position=1, order_by="Id", qb=qb),
        kind.where(condition, qb=qb),
        kind.choose([value], field=found_by, qb=qb),
        kind.query(f"SELECT * FROM {kind.qbo_object_name} WHERE {condition}", qb=qb),  # noqa: S608 - our own names
    ]
    assert [[each.Id for each in listed] for listed in found] == [[saved.Id]] * len(found)
    assert kind.count(condition, qb=qb) == 1
    listed = kind.all(order_by="Id DESC", max_results=1000, qb=qb)
    assert saved.Id in {each.Id for each in listed}
    assert len(kind.all(max_results=1, qb=qb)) == 1


def _updated(kind: type[Entity], entity_id: str, attribute: str, value: str | int, company: Company) -> None:
    """A full update and a sparse one change it, and an update from before them is refused."""
    first = kind.get(entity_id, qb=company.qb)
    for sparse, content in ((False, value), (True, value - 1 if isinstance(value, int) else f"{value}, again")):
        read = kind.get(entity_id, qb=company.qb)
        setattr(read, attribute, content)
        read.sparse = sparse
        answered = read.save(qb=company.qb)
        assert int(answered.SyncToken) == int(read.SyncToken) + 1
        assert getattr(kind.get(entity_id, qb=company.qb), attribute) == content
    with pytest.raises(QuickbooksException) as refused:
        first.save(qb=company.qb)
    assert refused.value.error_code == 5010


def _deleted(saved: Entity, company: Company) -> None:
    kind = type(saved)
    answer = saved.delete(qb=company.qb)
    assert answer[kind.qbo_object_name]["status"] == "Deleted"
    assert kind.filter(Id=saved.Id, qb=company.qb) == []
    with pytest.raises(ObjectNotFoundException):
        kind.get(saved.Id, qb=company.qb)


def _voided(saved: Entity, company: Company) -> None:
    kind = type(saved)
    assert saved.TotalAmt > 0
    saved.void(qb=company.qb)
    read = kind.get(saved.Id, qb=company.qb)
    assert read.TotalAmt == 0
    assert "Voided" in read.PrivateNote
    assert int(read.SyncToken) == int(saved.SyncToken) + 1


def _sent(saved: Entity, company: Company) -> None:
    kind = type(saved)
    answer = saved.send(qb=company.qb, send_to="someone@example.com")
    assert answer[kind.qbo_object_name]["EmailStatus"] == "EmailSent"
    read = kind.get(saved.Id, qb=company.qb)
    assert read.EmailStatus == "EmailSent"
    assert read.BillEmail.Address == "someone@example.com"
    assert saved.send(qb=company.qb)[kind.qbo_object_name]["DeliveryInfo"]["DeliveryType"] == "Email"
    if hasattr(kind, "email_sent"):
        assert read.email_sent
        assert not saved.email_sent


def _downloaded(saved: Entity, company: Company) -> None:
    assert saved.download_pdf(qb=company.qb).startswith(b"%PDF-")


def _deactivated(saved: Entity, company: Company) -> None:
    """Out of sight unless asked for, its name marked, and back again."""
    kind = type(saved)
    read = kind.get(saved.Id, qb=company.qb)
    read.Active = False
    assert not read.save(qb=company.qb).Active
    condition = f"Id = '{saved.Id}'"
    assert kind.where(condition, qb=company.qb) == []
    (hidden,) = kind.where(f"{condition} AND Active IN (true, false)", qb=company.qb)
    assert not hidden.Active


_ENDINGS: Final[dict[str, Callable[[Entity, Company], None]]] = {
    "send": _sent,
    "download_pdf": _downloaded,
    "void": _voided,
    "delete": _deleted,
}
