"""What is taken and what is refused, by content: names lie, zips unfold."""

import hashlib
import io
import struct
import zipfile

import openpyxl
import pytest

from models.errors import BadInput
from tests.workflows.attachments.samples import (
    EXE,
    HTML,
    JPEG,
    ODT,
    OLE,
    PDF,
    PNG,
    SHEET,
    SVG,
    WORD,
    odt,
    office,
    zipped,
)
from workflows.attachments import containers
from workflows.attachments.containers import Limits, check_container
from workflows.attachments.inspecting import inspect
from workflows.attachments.kinds import BY_EXTENSION
from workflows.attachments.naming import clean_name

MOST = 1_000_000


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("bilan.pdf", PDF, "application/pdf"),
        ("photo.JPG", JPEG, "image/jpeg"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("plan.png", PNG, "image/png"),
        ("lettre.docx", office(WORD), WORD.removesuffix(".main+xml")),
        ("budget.xlsx", office(SHEET), SHEET.removesuffix(".main+xml")),
        ("statuts.odt", odt(), ODT),
    ],
)
def test_what_is_taken(name: str, content: bytes, media_type: str) -> None:
    found = inspect(name, content, most_bytes=MOST)
    assert found.media_type == media_type
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.name.rpartition(".")[2] in BY_EXTENSION


def test_a_workbook_of_a_real_program_is_taken(tmp_path: object) -> None:
    import io

    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    assert inspect("budget.xlsx", buffer.getvalue(), most_bytes=MOST).name == "budget.xlsx"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.pdf", b"", "est vide"),
        ("page.html", HTML, "n’est pas accepté"),
        ("dessin.svg", SVG, "n’est pas accepté"),
        ("outil.exe", EXE, "n’est pas accepté"),
        ("facture.pdf.exe", EXE, "n’est pas accepté"),
        ("ancien.doc", OLE, "n’est pas accepté"),
        ("sans_extension", PDF, "n’est pas accepté"),
        ("page.pdf", HTML, "que son nom annonce"),
        ("dessin.png", SVG, "que son nom annonce"),
        ("outil.pdf", EXE, "que son nom annonce"),
        ("photo.png", JPEG, "que son nom annonce"),
        ("lettre.docx", OLE, "que son nom annonce"),
        ("lettre.docx", zipped({"a.txt": "a"}), "que son nom annonce"),
        ("lettre.docx", office(SHEET), "que son nom annonce"),
        ("lettre.odt", office(WORD), "que son nom annonce"),
        ("lettre.docx", office(WORD)[:-30], "est abîmé"),
        ("lettre.docx", office(WORD, **{"word/vbaProject.bin": b"x"}), "macros"),
        ("lettre.odt", odt(**{"Basic/Standard/Module1.xml": "x"}), "macros"),
        ("lourd.pdf", PDF + bytes(MOST), "trop lourd : 1 Mo"),
    ],
)
def test_what_is_refused_in_one_sentence(name: str, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        inspect(name, content, most_bytes=MOST)
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(f"« {name} »")


def test_a_zip_that_unfolds_too_far_is_refused() -> None:
    bomb = office(WORD, **{"word/media.bin": bytes(3_000_000)})
    assert len(bomb) < 10_000
    with pytest.raises(BadInput, match="démesuré"):
        check_container("b.docx", bomb, BY_EXTENSION["docx"], Limits(inflated=1_000_000))
    with pytest.raises(BadInput, match="démesuré"):
        check_container("b.docx", bomb, BY_EXTENSION["docx"], Limits(members=2))
    check_container("b.docx", bomb, BY_EXTENSION["docx"], Limits(inflated=4_000_000))


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_unfolds() -> None:
    honest = office(WORD, **{"word/media.bin": bytes(3_000_000)})
    size = struct.pack("<I", 3_000_000)
    lying = honest.replace(size, struct.pack("<I", 10))
    assert lying != honest
    with pytest.raises(BadInput):
        check_container("b.docx", lying, BY_EXTENSION["docx"], Limits(inflated=1_000_000))


def test_what_unfolds_is_counted_whatever_was_listed() -> None:
    """Python stops at the size that a member declares; should it not, the count of ours does."""
    bomb = office(WORD, **{"a.bin": bytes(300_000), "b.bin": bytes(300_000)})
    kind, limits = BY_EXTENSION["docx"], Limits(inflated=500_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as opened:
        members = opened.infolist()
        with pytest.raises(BadInput, match="démesuré"):
            containers._read_all("b.docx", opened, members, kind, limits)
        assert containers._read_all("b.docx", opened, members[:3], kind, limits)


def test_a_protected_zip_is_refused() -> None:
    content = bytearray(office(WORD))
    at = content.find(b"PK\x01\x02")
    while at != -1:  # the flag of every member, in the listing
        content[at + 8] |= containers.ENCRYPTED
        at = content.find(b"PK\x01\x02", at + 1)
    with pytest.raises(BadInput, match="mot de passe"):
        inspect("b.docx", bytes(content), most_bytes=MOST)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bilan 2021.pdf", "Bilan 2021.pdf"),
        ("C:\\Users\\Inès\\bilan.pdf", "bilan.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ('x"; filename="y.pdf', "x__ filename=_y.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
        ("....pdf", "document.pdf"),
        ("CON.pdf", "document_CON.pdf"),
        (f"{'é' * 300}.pdf", f"{'é' * 100}.pdf"),
    ],
)
def test_names_are_cleaned(sent: str, kept: str) -> None:
    assert clean_name(sent, "pdf") == kept
