"""From a context to a mail's three parts: a subject of one line, a text, an HTML page."""

import re
import textwrap
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.i18n import LOCALE_FOLDER, SOURCE_LANGUAGE, speaking
from config.i18n import gettext as _
from models.vocabulary import LineStatus, ReportEnding, ReportKind
from notifications.contexts import Context, FunderShare
from notifications.formats import FILTERS, euros, short_day, typographic
from notifications.sender import Sender, current_sender
from notifications.wording import one_line, shortened

FOLDER = Path(__file__).parent / "templates"
WIDTH = 72
_JOINED = (
    "\ue000"  # stands for a space at which a line of text must not break, and is one again after
)
_DAY_AND_MONTH = re.compile(r"(?<=\d|r) (?=\w+ \d{4}\b)")
_INLINER = CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


class Rendered(NamedTuple):
    """A message in words, before it is a mail."""

    subject: str
    text: str
    html: str


def render(
    template: str,
    context: Context,
    language: str = SOURCE_LANGUAGE,
    *,
    sender: Sender | None = None,
) -> Rendered:
    """The message `template` for `context`; in French where `language` has no catalogue."""
    spoken = spoken_language(language)
    values: dict[str, Any] = dict(context)
    values |= {"message": context, "language": spoken, "sender": sender or current_sender()}
    plain, page = _environments()
    with speaking(spoken):
        subject = one_line(plain.get_template(f"{template}/subject.txt").render(values))
        values["subject"] = f"[{context.reference}] {subject}" if context.reference else subject
        text = plain.get_template(f"{template}/body.txt").render(values)
        html = page.get_template(f"{template}/body.html").render(values)
        return Rendered(values["subject"], _wrapped(text), _INLINER.inline(_tidy(html)))


def spoken_language(language: str) -> str:
    """`language`, or French where there is no catalogue for it."""
    return language if (LOCALE_FOLDER / f"{language}.po").exists() else SOURCE_LANGUAGE


@cache
def _environments() -> tuple[Environment, Environment]:
    """One for the text parts, where blank lines count, one for HTML, where data is escaped."""
    loader = FileSystemLoader(FOLDER)
    shared: dict[str, Any] = {
        "loader": loader,
        "undefined": StrictUndefined,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
        "auto_reload": False,
    }
    plain = Environment(autoescape=False, **shared)  # noqa: S701 # plain text: nothing to escape
    page = Environment(autoescape=True, trim_blocks=True, **shared)
    for environment in (plain, page):
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_callables(_prose, _counted_prose, newstyle=True)  # type: ignore[attr-defined] # added by the extension
        environment.filters.update(FILTERS, verdict=_verdict, decision=_decision)
        environment.filters.update(report=_report, ending=_ending, shortened=shortened)
        environment.filters.update(heading=_heading, rule=lambda _text: "-" * WIDTH)
    return plain, page


def _prose(text: str) -> str:
    return typographic(_(text))


def _counted_prose(one: str, several: str, count: int) -> str:
    return _prose(one if count < 2 else several)


def _verdict(share: FunderShare) -> str:
    if share.status is LineStatus.VOTED and share.voted is not None:
        return _("{amount} accordés").format(amount=euros(share.voted))
    return _("demande refusée") if share.status is LineStatus.REFUSED else _("décision à venir")


def _decision(share: FunderShare) -> str:
    on = short_day(share.decided_on) if share.decided_on else ""
    if not share.decision_reference:
        return _("décision du {day}").format(day=on)
    return _("décision {reference} du {day}").format(reference=share.decision_reference, day=on)


def _report(kind: ReportKind) -> str:
    return _("le bilan intermédiaire") if kind is ReportKind.INTERIM else _("le compte rendu final")


def _ending(ending: ReportEnding) -> str:
    if ending is ReportEnding.NOT_CARRIED_OUT:
        return _("non réalisée")
    return _("reportée à de nouvelles dates") if ending is ReportEnding.NEW_DATES else _("réalisée")


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _tidy(html: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", html).strip() + "\n"


def _wrapped(text: str) -> str:
    """Lines of at most `WIDTH` characters, one blank line between paragraphs, lists kept tight."""
    lines = [_folded(line.rstrip()) for line in text.splitlines()]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return re.sub(r"(?m)^((?:- |  (?! )).*)\n\n(?=- )", r"\1\n", joined).strip() + "\n"


def _folded(line: str) -> str:
    if len(line) <= WIDTH:
        return typographic(line)
    indent = line[: len(line) - len(line.lstrip(" "))]
    hang = indent + ("  " if line.lstrip(" ").startswith("- ") else "")
    whole = _DAY_AND_MONTH.sub(_JOINED, typographic(line.strip(" ")))
    folded = textwrap.fill(
        whole,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded.replace(_JOINED, " ")
