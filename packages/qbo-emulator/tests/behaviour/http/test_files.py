"""PDFs, mails, uploads and downloads."""

import base64
import json

import httpx2
import pytest
from emulator_support import REALM, Served, ServedMaker, bill, invoice
from hypothesis import given
from hypothesis import strategies as st

from qbo_emulator.server.attachments import read_parts

BOUNDARY = "-------------boundary"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
ODD_BYTES = (b"\r", b"\n", b"\r\n", b"--", b"\x00", b"\x80", b"\x85", b"\x0c", b" ", b"a")
UPLOAD = f"/v3/company/{REALM}/upload"


def with_invoice(served: Served) -> Served:
    """The same emulator with invoice 1."""
    served.books.create("Invoice", invoice("10"), at=served.time.now())
    return served


def multipart(*parts: tuple[str, str, bytes], newline: bytes = b"\r\n") -> bytes:
    """A multipart body; each part is (Content-Disposition parameters, other headers, content)."""
    written = b""
    for disposition, headers, content in parts:
        lines = [f"--{BOUNDARY}", f"Content-Disposition: form-data; {disposition}", *headers.splitlines(), "", ""]
        written += newline.join(line.encode() for line in lines) + content + newline
    return written + f"--{BOUNDARY}--".encode() + newline


@pytest.mark.recorded("vcr-2020/attachment__create_for_invoice.json")
async def test_an_upload_as_it_was_recorded(serve: ServedMaker, samples: object) -> None:
    """The recorded request gives an Attachable with the recorded keys, its size and its reference."""
    served = with_invoice(serve())
    path = samples / "vcr-2020" / "attachment__create_for_invoice.json"  # type: ignore[operator]
    [recorded] = json.loads(path.read_text())["interactions"]
    body = recorded["request"]["body"].replace('"value\\":\\"75', '"value\\":\\"1').replace('"75"', '"1"')
    boundary = body.partition("\r\n")[0].removeprefix("--")
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = await served.http.post(UPLOAD, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    expected = recorded["response"]["body"]["AttachableResponse"][0]["Attachable"]
    [made] = answer.json()["AttachableResponse"]
    attachable = made["Attachable"]
    assert set(attachable) == set(expected)
    assert (attachable["Size"], attachable["FileName"]) == (538, "no_detail.xml")
    assert attachable["AttachableRef"][0]["EntityRef"] == {"value": "1", "type": "Invoice"}


@pytest.mark.recorded("vcr-2020/attachment__read_attachment.json, attachment__delete_attachment.json")
async def test_an_attachables_life(serve: ServedMaker) -> None:
    """Uploaded, read, downloaded through its temporary address without a token, deleted with nothing but its Id."""
    served = with_invoice(serve())
    metadata = {"AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "1"}}], "ContentType": "image/png"}
    body = multipart(
        ('name="file_metadata_01"; filename="a.json"', "Content-Type: application/json", json.dumps(metadata).encode()),
        ('name="file_content_01"; filename="a.png"', "Content-Type: image/png", b"\x89PNG\r\n\x1a\n\x00\xff"),
    )
    made = (await served.http.post(UPLOAD, content=body, headers=MULTIPART)).json()["AttachableResponse"][0]
    entity_id = made["Attachable"]["Id"]
    assert (await served.get(f"attachable/{entity_id}")).json()["Attachable"] == made["Attachable"]
    address = (await served.get(f"download/{entity_id}")).text
    assert address == made["Attachable"]["TempDownloadUri"]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=served.emulator)) as anybody:
        file = await anybody.get(address)
        assert (file.content, file.headers["content-type"]) == (b"\x89PNG\r\n\x1a\n\x00\xff", "image/png")
        served.time.seconds += 15 * 60 + 1
        assert (await anybody.get(address)).status_code == 403
        assert (await anybody.get(address.replace("signature=", "signature=0"))).status_code == 403
    gone = await served.post("attachable", {"Id": entity_id}, operation="delete")
    assert gone.json()["Attachable"]["status"] == "Deleted"
    assert (await served.get(f"download/{entity_id}")).status_code == 400


@pytest.mark.documented("python-quickbooks client.py: parts without file names, base64, bare newlines")
async def test_uploads_as_other_clients_write_them(serve: ServedMaker) -> None:
    """A body that begins with a newline and separates with bare ones is read, its base64 decoded."""
    served = serve()
    content = base64.b64encode(b"\x00binary\xff")
    metadata = json.dumps({"FileName": "b.bin", "ContentType": "application/octet-stream"}).encode()
    body = b"\n" + multipart(
        ('name="file_metadata_01"', "Content-Type: application/json", metadata),
        ('name="file_content_01"', "Content-Type: x/y\nContent-Transfer-Encoding: base64", content),
        newline=b"\n",
    )
    answer = await served.http.post(UPLOAD, content=body, headers=MULTIPART)
    [made] = answer.json()["AttachableResponse"]
    assert (made["Attachable"]["FileName"], made["Attachable"]["Size"]) == ("b.bin", 8)
    assert served.books.attachment(made["Attachable"]["Id"]) == (b"\x00binary\xff", "application/octet-stream")


@pytest.mark.inferred("files are independent, like the items of a batch")
async def test_one_bad_file_among_good_ones(serve: ServedMaker) -> None:
    """The file whose metadata names nothing gets a fault, the other one its Attachable."""
    served = serve()
    wrong = json.dumps({"FileName": "x", "AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "9"}}]}).encode()
    body = multipart(
        ('name="file_metadata_01"', "Content-Type: application/json", wrong),
        ('name="file_content_01"; filename="x"', "Content-Type: text/plain", b"x"),
        ('name="file_content_02"; filename="y"', "Content-Type: text/plain", b"y"),
    )
    bad, good = (await served.http.post(UPLOAD, content=body, headers=MULTIPART)).json()["AttachableResponse"]
    assert bad["Fault"]["Error"][0]["code"] == "2500"
    assert good["Attachable"]["FileName"] == "y"


@pytest.mark.inferred("an upload that can't be read is a fault like any other body")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b"{}"),
        ({"Content-Type": "multipart/form-data"}, b"x"),
        (MULTIPART, b"no parts"),
        (MULTIPART, multipart(('name="file_metadata_01"', "Content-Type: application/json", b"{}"))),
    ],
)
async def test_uploads_that_make_no_sense(serve: ServedMaker, headers: dict[str, str], body: bytes) -> None:
    """Another type, no boundary, no parts, no file: a fault each, and no Attachable."""
    served = serve()
    answer = await served.http.post(UPLOAD, content=body, headers=headers)
    assert answer.status_code == 400
    assert served.books.file.store.count("Attachable") == 0


@pytest.mark.inferred("a file comes back as it was sent")
@given(st.lists(st.sampled_from(ODD_BYTES)).map(b"".join) | st.binary(max_size=300))
def test_binary_content_is_kept(content: bytes) -> None:
    """Whatever the bytes, newlines of all kinds among them, the parts of an upload are what was put in."""
    body = multipart(('name="file_content_01"; filename="f"', "Content-Type: application/octet-stream", content))
    _, files = read_parts(MULTIPART["Content-Type"], body)
    assert files["01"].content == content


@pytest.mark.documented("GET /invoice/{id}/pdf")
async def test_an_invoice_as_pdf(serve: ServedMaker) -> None:
    """The answer is a PDF; a bill has none, and what doesn't exist hasn't either."""
    served = with_invoice(serve())
    served.books.create("Bill", bill("10"), at=served.time.now())
    answer = await served.http.get(f"/v3/company/{REALM}/invoice/1/pdf", headers={"Accept": "application/pdf"})
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert (await served.get("bill/2/pdf")).status_code == 400
    assert (await served.get("invoice/99/pdf")).status_code == 400


@pytest.mark.documented("POST /invoice/{id}/send with application/octet-stream")
async def test_sending_an_invoice(serve: ServedMaker) -> None:
    """EmailStatus, the address and the delivery are kept; sent as JSON, QuickBooks looks for an address in the body."""
    served = with_invoice(serve())
    url = f"/v3/company/{REALM}/invoice/1/send"
    sent = await served.http.post(
        url, params={"sendTo": "a@b.co"}, headers={"Content-Type": "application/octet-stream"}
    )
    body = sent.json()["Invoice"]
    assert (body["EmailStatus"], body["BillEmail"]["Address"]) == ("EmailSent", "a@b.co")
    assert body["DeliveryInfo"]["DeliveryType"] == "Email"
    refused = await served.http.post(url, json={})
    [error] = refused.json()["Fault"]["Error"]
    assert (error["code"], error["element"]) == ("2020", "DeliveryAddress.Address")
