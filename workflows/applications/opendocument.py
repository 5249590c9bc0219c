"""Lines of values written to an OpenDocument sheet that is read at once: widths, kinds of columns, titles that stay."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.i18n import gettext as _
from workflows.applications.widths import Widths
from workflows.cells import safe_cell

_NAMES = (
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
)
_DAY = (
    '<number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/>'
)
_SHOWN = f"""<number:number-style style:name="shown-amount"><number:number number:decimal-places="2"
 number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style>
<number:date-style style:name="shown-day">{_DAY}</number:date-style>
<number:date-style style:name="shown-minute">{_DAY}<number:text> </number:text>
<number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<style:style style:name="amount" style:family="table-cell" style:data-style-name="shown-amount"/>
<style:style style:name="day" style:family="table-cell" style:data-style-name="shown-day"/>
<style:style style:name="minute" style:family="table-cell" style:data-style-name="shown-minute"/>
<style:style style:name="title" style:family="table-cell">
<style:text-properties fo:font-weight="bold"/></style:style>"""
_STYLES = {Decimal: "amount", datetime: "minute", date: "day"}
_PAPER = {
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "style:print-orientation": "landscape",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
_FROZEN = """<office:document-settings xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" office:version="1.3"><office:settings>
<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">
<config:config-item-map-entry>
<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>
<config:config-item-map-named config:name="Tables">
<config:config-item-map-entry config:name="{name}">
<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>
<config:config-item config:name="VerticalSplitPosition" config:type="int">{rows}</config:config-item>
<config:config-item config:name="ActiveSplitRange" config:type="short">2</config:config-item>
<config:config-item config:name="PositionBottom" config:type="int">{rows}</config:config-item>
</config:config-item-map-entry></config:config-item-map-named></config:config-item-map-entry>
</config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"""


def write_ods(
    path: Path, titles: Sequence[str], lines: Iterator[list[Any]], above: Sequence[str] = ()
) -> int:
    """Write an OpenDocument sheet. Returns how many lines; raises `OSError`."""
    from odfdo import Document, Element, Row, Table

    book: Any = Document("spreadsheet")
    sheet, count = Table(_("Dossiers")), 0
    book.body.clear()
    book.body.append(sheet)
    for style in Element.from_tag(f"<office:all{_NAMES}>{_SHOWN}</office:all>").children:
        book.insert_style(style, automatic=True)
    for values in (*([text] for text in above), titles):
        sheet.append(_row(Row, values, "title"))
    widths, kinds = Widths(titles), dict[int, type]()
    for count, values in enumerate(lines, start=1):  # noqa: B007 # how many is the answer
        widths.note(values)
        kinds |= {place: type(value) for place, value in enumerate(values) if value is not None}
        sheet.append(_row(Row, values))
    _set_columns(book, sheet, widths, kinds)
    for properties in book.get_part("styles.xml").get_elements("//style:page-layout-properties"):
        for name, value in _PAPER.items():
            properties.set_attribute(name, value)
    book.set_part(
        "settings.xml", _FROZEN.format(name=sheet.name, rows=len(above) + 1).encode("utf-8")
    )
    book.save(str(path))
    return count


def _row(row: Any, values: Sequence[Any], style: str | None = None) -> Any:
    made = row()
    made.set_values([safe_cell(v) if v is not None else "" for v in values], style=style)
    return made


def _set_columns(book: Any, sheet: Any, widths: Widths, kinds: Mapping[int, type]) -> None:
    """Its width, and how its values are shown: what a cell does not say, its column does."""
    from odfdo import Column, Style

    for place, characters in enumerate(widths.characters):
        made = Style("table-column", name=f"column-{place}", width=f"{characters * 0.2:.1f}cm")
        book.insert_style(made, automatic=True)
        shown = _STYLES.get(kinds.get(place, str))
        sheet.set_column(place, Column(style=f"column-{place}", default_cell_style=shown))
