"""`jalon outbox proof`, `jalon applications mail`: proof of notice, shown or written to a file."""

import json as as_json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cli.common import emit_json, in_french, table, write
from config.i18n import gettext as _
from models.errors import BadInput
from models.session import reading
from workflows.proof import Proof, mail_of, proof_of

PARIS = ZoneInfo("Europe/Paris")


def show_one(key: str, *, json: bool, export: Path | None) -> None:
    """The proof of one mail."""
    with reading() as session:
        found = proof_of(session, key)
    if export:
        _save(export, found, [found])
    elif json:
        emit_json(found)
    else:
        write("\n".join(_printable(found)))


def show_all(reference: str, *, json: bool, export: Path | None) -> None:
    """All the mail about one application."""
    with reading() as session:
        found = mail_of(session, reference)
    if export:
        _save(export, found, found)
    elif json:
        emit_json(found)
    else:
        table(
            _("Courrier du dossier {reference} : {count}").format(
                reference=reference, count=len(found)
            ),
            [_("Composé"), _("À"), _("Courriel"), _("Objet"), _("État"), _("Réponse du relais")],
            [
                (_when(m["composed"]), m["recipient"], m["kind"], m["subject"],
                 m["status_in_words"] + (" ?" if m["doubtful"] else ""), m["outcome"])
                for m in found
            ],
        )  # fmt: skip


def _save(path: Path, data: object, proofs: Sequence[Proof]) -> None:
    """JSON for a .json file, else text to print; a file that is there already is left alone."""
    if path.exists():
        raise BadInput(_("« {path} » existe déjà : donnez un autre nom.").format(path=path))
    if path.suffix == ".json":
        text = as_json.dumps(data, ensure_ascii=False, indent=2)
    else:
        text = "\n\n\f\n".join("\n".join(_printable(proof)) for proof in proofs)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(
            _("« {path} » ne peut pas être écrit ({error}).").format(
                path=path, error=error.strerror
            )
        ) from error
    write(_("Écrit : {path} ({count} courriels).").format(path=path, count=len(proofs)))


def _printable(proof: Proof) -> Iterator[str]:
    """One proof as a page of text."""
    yield _("PREUVE D’INFORMATION – {key}").format(key=proof["key"])
    yield ""
    facts = (
        (_("Courriel"), proof["kind"]),
        (_("À"), f"{proof['person']} <{proof['recipient']}>"),
        *((_("Avant"), _earlier(one)) for one in proof["earlier_addresses"]),
        (_("Réponses à"), proof["answers_to"] or _("l’équipe")),
        (_("Objet"), proof["subject"]),
        (_("Identifiant"), proof["message_id"]),
        (_("Composé"), _when(proof["composed"])),
        (_("Remis"), _when(proof["sent"]) or "–"),
        (_("État"), f"{proof['status_in_words']} {proof['outcome']}".strip()),
        (_("Empreinte (SHA-256)"), proof["content_sha256"]),
    )
    for name, value in facts:
        yield f"{name} : {value}"
    yield ""
    yield _("La règle")
    yield from (_rules(proof) or [_("  aucune échéance")])
    yield ""
    yield _("Les remises")
    yield from ([_attempt(one) for one in proof["attempts"]] or [_("  aucune")])
    yield ""
    yield _("Le texte envoyé")
    yield from (f"  {line}" for line in proof["text"].splitlines())


def _rules(proof: Proof) -> list[str]:
    lines = []
    if cause := proof["cause"]:
        lines.append(
            _("  écriture {number} du journal : {action}, le {at} (empreinte {hash})").format(
                number=cause["number"], action=cause["action"], at=_when(cause["at"]),
                hash=cause["hash"][:16],
            )
        )  # fmt: skip
    for rule in proof["rules"]:
        rung = _(" – rappel {rung}, décidé le {day}").format(
            rung=rule["rung"], day=_day(rule["decided_on"])
        ) if "rung" in rule else ""  # fmt: skip
        lines.append(
            _("  {key} : pour le {due}, {rule}").format(
                key=rule["obligation"], due=_day(rule["due"]), rule=rule["rule_in_words"]
            )
            + rung
        )
    return lines


def _attempt(one: dict[str, Any]) -> str:
    doubt = _(" (peut-être parti)") if one["doubtful"] else ""
    return f"  {one['number']}. {_when(one['started'])} : {one['answer'] or one['became']}{doubt}"


def _earlier(one: dict[str, Any]) -> str:
    return _("<{address}> jusqu’au {when}, essais : {count}").format(
        address=one["address"], when=_when(one["until"]), count=one["attempts"]
    )


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(PARIS):%d/%m/%Y %H:%M:%S}" if text else ""


def _day(text: str) -> str:
    return in_french(date.fromisoformat(text))
