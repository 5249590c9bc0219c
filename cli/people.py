"""`jalon people`: persons, their roles, and whom to write to at an organisation."""

import sys
from typing import Annotated

import typer

from cli import people_keeping as keeping
from cli.common import AtOption, JsonOption, emit_json, moment, table, write
from config.i18n import gettext as _
from models.session import reading, transaction
from workflows.people import person_of
from workflows.people_list import list_people

app = typer.Typer(help="Personnes, rôles et contacts des organismes.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="ADRESSE", help="L’adresse électronique.")]


app.command("add")(keeping.add_command)


@app.command("list")
def list_command(json: JsonOption = False) -> None:
    """Les personnes, leurs rôles et les organismes pour lesquels on leur écrit."""
    with reading() as session:
        people = list_people(session)
    if json:
        emit_json(
            [{k: v for k, v in p._asdict().items() if k not in {"id", "grants"}} for p in people]
        )
        return
    table(
        _("Personnes : {count}").format(count=len(people)),
        [_("Adresse"), _("Nom"), _("Rôles"), _("Contact de"), _("Active")],
        [
            (p.email, p.name, ", ".join(p.roles), ", ".join(p.contact_of), _("oui") if p.active else _("non"))
            for p in people
        ],
    )  # fmt: skip


app.command("rename")(keeping.rename_command)
app.command("correct")(keeping.correct_command)
app.command("withdraw")(keeping.withdraw_command)
app.command("contact")(keeping.contact_command)
app.command("deactivate")(keeping.deactivate_command)
app.command("reactivate")(keeping.reactivate_command)


@app.command("reinstate")
def reinstate_command(email: Email) -> None:
    """Écrire de nouveau à une adresse en échec ; ce qui était retenu pour elle part."""
    from workflows.bounces import reinstate

    with transaction() as session:
        person, count = reinstate(session, email)
        told = person.email
    write(
        _("On écrit de nouveau à {email} ; messages libérés : {count}.").format(
            email=told, count=count
        )
    )


@app.command("link")
def link_command(email: Email) -> None:
    """Un lien qui connecte cette personne aux pages, une fois, dans les dix minutes."""
    from config.settings import load_settings
    from workflows.accounts.links import operator_link

    with transaction() as session:
        secret = operator_link(session, email, moment(None))
    write(f"{load_settings().public_url}/connexion/lien/{secret}")


@app.command("preferences")
def preferences_command(
    email: Email,
    choice: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="COURRIEL=RYTHME",
            help="Comme reminder_digest=weekly : daily (au fil de l’eau), weekly ou none.",
        ),
    ] = None,
    at: AtOption = None,
    json: JsonOption = False,
) -> None:
    """Ce que cette personne reçoit, et à quel rythme ; l’obligatoire ne se coupe pas."""
    from cli.preferences import change, show

    if choice:
        change(email, choice, moment(at))
    show(email, json=json)


@app.command("emergency")
def emergency_command(
    email: Email,
    close: Annotated[bool, typer.Option("--close", help="Retirer le compte de secours.")] = False,
    at: AtOption = None,
) -> None:
    """Donner à un administrateur un compte de secours : mot de passe et code à usage unique."""
    from workflows.accounts.emergency import close_account, open_account

    if close:
        with transaction() as session:
            close_account(session, email)
        write(_("{email} n’a plus de compte de secours.").format(email=email))
        return
    password = _password()
    with transaction() as session:
        kit = open_account(session, email, password, moment(at))
    write(_("Clé à saisir dans l’application de codes du téléphone : {key}").format(key=kit.secret))
    write(_("ou à ouvrir sur le téléphone : {address}").format(address=kit.address))
    write(_("Codes de secours, à imprimer et à garder sous clé ; chacun sert une fois :"))
    for code in kit.codes:
        write(f"  {code}")


def _password() -> str:
    """Typed twice at a terminal; else the first line that comes in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked, again = _("Mot de passe (une phrase)"), _("Encore une fois")
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=again))


@app.command("feed")
def feed_command(
    email: Email,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Fermer l’adresse donnée jusqu’ici.")
    ] = False,
    at: AtOption = None,
) -> None:
    """L’adresse secrète du calendrier de cette personne ; une nouvelle ferme l’ancienne."""
    from config.settings import load_settings
    from workflows.feeds import ADDRESS, make_feed, revoke_feeds

    with transaction() as session:
        person = person_of(session, email)
        if revoke:
            count = revoke_feeds(session, person, moment(at))
            write(_("Adresses de calendrier fermées : {count}.").format(count=count))
            return
        secret = make_feed(session, person, moment(at))
    write(str(load_settings().public_url).rstrip("/") + ADDRESS.format(secret=secret))
