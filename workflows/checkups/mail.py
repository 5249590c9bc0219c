"""The relay, greeted without a mail; what the DNS says of the sender; the outbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from config.i18n import gettext as _
from config.settings import Settings
from models.errors import BadInput, JalonError
from models.session import reading
from notifications.breaker import fault_label, health_of
from notifications.delivery_check import greet
from notifications.relay import Relay
from notifications.sender_domain import Record, Silent, records_of
from workflows.findings import Finding, Health, judged
from workflows.mailboxes import mails_in
from workflows.vitals import vitals

STUCK_MAIL = timedelta(hours=2)


def relay(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """EHLO, STARTTLS and AUTH as the settings ask; raises nothing."""
    named = Relay.of(settings)
    if named is None:
        yield Finding("relay", Health.WARNING, _("aucun relais : le courrier reste ici"),
                      _("Donnez JALON_SMTP_HOST, puis JALON_SENDER_ADDRESS."))  # fmt: skip
        return
    try:
        greet(named)
    except JalonError as error:
        yield Finding("relay", Health.ILL, f"{named} : {error}",
                      _("Vérifiez JALON_SMTP_HOST, _PORT, _TLS, _USERNAME et _PASSWORD."))  # fmt: skip
    else:
        text = _("{relay} nous répond ({tls})").format(relay=named, tls=named.tls)
        with reading() as session:
            resting = health_of(session, str(named))
            text += f" ; {fault_label(resting.fault)} : {resting.detail}" if resting else ""
        yield judged("relay", Health.WARNING if resting else Health.WELL, text,
                     _("« jalon outbox relay --retry » pour ne pas attendre le prochain essai."))  # fmt: skip


def sender(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of the sender's domain, where the DNS answers; raises nothing."""
    if settings.smtp_host is None:
        return
    domain = settings.sender_address.rpartition("@")[2]
    try:
        found = records_of(domain, settings.dkim_selector)
    except Silent:
        yield Finding("sender", Health.WARNING,
                      _("le DNS ne répond pas au sujet de {domain}").format(domain=domain),
                      _("Relancez depuis une machine qui a accès au DNS."))  # fmt: skip
        return
    for record in found:
        yield _told(record, domain)
    if settings.dkim_selector is None:
        yield Finding("dkim", Health.WARNING, _("DKIM n’est pas vérifié"),
                      _("Donnez JALON_DKIM_SELECTOR, que connaît qui tient le relais."))  # fmt: skip


def _told(record: Record, domain: str) -> Finding:
    health = Health.WELL if record.text else Health.WARNING
    text = record.text or _("rien à {name}").format(name=record.name)
    return judged(record.kind.lower(), health, text, _(
        "Demandez à qui tient {domain} d’y publier {kind} : sans lui, le courrier finit"
        " dans les indésirables.").format(domain=domain, kind=record.kind))  # fmt: skip


def returns(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """The mailbox of what comes back: is it there, and open to us; raises nothing."""
    if settings.bounce_mailbox is None:
        return
    try:
        next(mails_in(settings.bounce_mailbox), None)
    except BadInput as error:
        yield Finding("returns", Health.ILL, str(error), _(
            "Vérifiez JALON_BOUNCE_MAILBOX, et que Jalon a le droit de lire cette boîte."))  # fmt: skip
    else:
        yield Finding("returns", Health.WELL, _("la boîte des messages revenus se lit"))


def outbox(_settings: Settings, now: datetime) -> Iterator[Finding]:
    """What does not leave; raises `Unavailable`."""
    found = vitals(now)
    kept = [
        (_("messages retenus : {many}"), "held", _("release ou cancel")),
        (_("messages refusés par le relais : {many}"), "refused", _("retry ou cancel")),
    ]
    stuck = [(text, status, then) for text, status, then in kept if found.messages[status]]
    for text, status, then in stuck:
        todo = _("« jalon outbox list --status {status} », puis {then}.")
        yield Finding("outbox", Health.WARNING, text.format(many=found.messages[status]),
                      todo.format(status=status, then=then))  # fmt: skip
    if found.oldest_waiting > STUCK_MAIL:
        since = now - found.oldest_waiting
        yield Finding("outbox", Health.ILL,
                      _("un message attend depuis le {since}").format(since=f"{since:%d/%m/%Y}"),
                      _("« jalon serve » tourne-t-il ? Voyez « jalon outbox list »."))  # fmt: skip
    elif not stuck:
        yield Finding("outbox", Health.WELL, _("aucun message n’attend trop"))
