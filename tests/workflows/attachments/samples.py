"""Small files of each kind, made on the spot, and files that pretend."""

import io
import zipfile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20)
EXE = b"MZ\x90\x00" + bytes(60)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def office(declared: str, **more: bytes | str) -> bytes:
    """A document of Word's or Excel's family."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{declared}"/></Types>'
    return zipped({"[Content_Types].xml": types, "main.xml": "<x/>", **more})


def odt(**more: bytes | str) -> bytes:
    """A text document of LibreOffice."""
    return zipped({"mimetype": ODT, "content.xml": "<x/>", **more})
