"""`jalon simulate`: what a period would bring, replayed on a copy with a virtual clock."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, make_url, select

from cli.common import JsonOption, civil, emit_json, in_french, table, write
from config.database import database_url
from config.i18n import gettext as _
from models import Message
from models.copying import copy_rows
from models.errors import BadInput
from models.schema import upgrade
from models.session import engine_for, reading
from notifications.catcher import Catcher
from notifications.mail_words import mail_label
from workflows.deadlines import civil_date
from workflows.simulation import Outage, Played, replay

app = typer.Typer()
FOLDER = Path("var/simulation")


@app.command()
def simulate(
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="Premier jour.")],
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Dernier jour.")],
    outage: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE..DATE", help="Jours sans service (répétable)."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Rejouer le calendrier sur une copie de la base ; le courrier va à une boîte locale."""
    first, last = civil(start), civil(end)
    if last < first:
        raise BadInput(_("La fin de la période précède son début : inversez --from et --to."))
    outages = [_outage(text) for text in outage or []]
    copy, mail = _copy(), FOLDER / "mail"
    with reading(copy) as session:
        before = set(session.scalars(select(Message.id)))
    with Catcher(mail) as catcher:
        played = replay(copy, first, last, catcher.relay, outages=outages)
    told = _told(copy, before, played, mail)
    if json:
        emit_json(told)
    else:
        _write(told)


def _outage(text: str) -> Outage:
    first, dots, last = text.partition("..")
    outage = Outage(civil(first), civil(last)) if dots else None
    if outage is None or outage.last < outage.first:
        raise BadInput(
            _("« {text} » n’est pas une panne : écrivez 2021-05-01..2021-05-05.").format(text=text)
        )
    return outage


def _copy() -> str:
    """The rows of the real database in a new one; what an earlier replay left there goes."""
    path = FOLDER / "jalon.sqlite3"
    copy, source = f"sqlite:///{path}", database_url()
    name = make_url(source).database
    if name and Path(name).resolve() == path.resolve():
        raise BadInput(
            _("{path} est la copie de travail du rejeu : donnez une autre base à JALON_DATABASE_URL.").format(
                path=path
            )
        )  # fmt: skip
    with reading(source) as session:
        session.scalar(select(func.count()).select_from(Message))  # is it there, and ready?
    engine_for(copy).dispose()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    upgrade(copy)
    copy_rows(source, copy)
    return copy


def _told(copy: str, before: set[int], played: Played, mail: Path) -> dict[str, Any]:
    by_day: Counter[date] = Counter()
    by_template: Counter[str] = Counter()
    with reading(copy) as session:
        for key, template, composed_at in session.execute(
            select(Message.id, Message.template, Message.composed_at)
        ):
            if key not in before:
                by_template[template] += 1
                by_day[civil_date(composed_at)] += 1
    return {
        "days": played.days,
        "outage_days": played.outage_days,
        "moved": played.moved,
        "blocked": played.blocked,
        "digests": played.digests,
        "reminders": played.reminders,
        "rungs_not_sent": played.rungs_not_sent,
        "sent": played.sent,
        "by_template": dict(by_template.most_common()),
        "busiest_day": [(str(day), many) for day, many in by_day.most_common(1)],
        "database": str(FOLDER / "jalon.sqlite3"),
        "mail": str(mail),
    }


def _write(told: dict[str, Any]) -> None:
    table(
        _("Rejoué : {days} jours, dont {outage} sans service").format(
            days=told["days"], outage=told["outage_days"]
        ),
        [_("Fait"), _("Nombre")],
        [
            [_("dossiers passés en attente de bilan"), told["moved"]],
            [_("récapitulatifs composés"), told["digests"]],
            [_("rappels qu’ils portent"), told["reminders"]],
            [_("paliers fondus ou abandonnés"), told["rungs_not_sent"]],
            [_("courriels remis à la boîte locale"), told["sent"]],
        ],
        right=(1,),
    )
    for reference, reasons in told["blocked"].items():
        write(
            _("bloqué : {reference} — {reasons}").format(
                reference=reference, reasons=" ; ".join(reasons)
            )
        )
    _write_mail(told)
    write(_("Base de travail : {database} ; courriels : {mail}.").format(**told))


def _write_mail(told: dict[str, Any]) -> None:
    table(
        _("Courriels composés : {count}").format(count=sum(told["by_template"].values())),
        [_("Courriel"), _("Nombre")],
        [[mail_label(template), many] for template, many in told["by_template"].items()],
        right=(1,),
    )
    for day, many in told["busiest_day"]:
        write(
            _("Jour le plus chargé : {day}, {count} courriels.").format(
                day=in_french(date.fromisoformat(day)), count=many
            )
        )
