"""Every mapped class, imported together so that each relationship and foreign key finds its other end."""

from models import keeping  # noqa: F401 # listens to every flush
from models.account import SignInLink, WebSession
from models.application import Application, ApplicationQpv, FunderLine
from models.attachment import Attachment, AttachmentPart
from models.base import Base
from models.call import Call, CallFiche, CallStep, CommitteeSession
from models.case import Opinion, Piece, Report
from models.closing import ClosedDay
from models.delivery import Bounce, DeliveryAttempt, MailQuota, RelayHealth
from models.draft import Amending, SavedDraft
from models.identity import AgentIdentity, EmergencyAccount, SignInAttempt
from models.journal import JournalEntry, JournalHead, JournalText
from models.message import Message
from models.obligation import (
    Obligation,
    ObligationAlert,
    ObligationAnswer,
    ObligationChange,
    ReminderMail,
    ReminderRun,
    ReminderStep,
)
from models.payment import Payment
from models.people import Contact, Organisation, OrganisationAlias, Person, RoleGrant
from models.preference import CalendarFeed, MailPreference
from models.program import ApiToken, IdempotentAnswer
from models.rounds import Round
from models.tally import ApplicationWord, FunderTally, Tally
from models.territory import Contract, Enjeu, Fiche, FichePilot, Qpv
from models.view import SavedView
from models.webhook import WebhookDelivery, WebhookSubscriber

__all__ = [
    "AgentIdentity",
    "Amending",
    "ApiToken",
    "Application",
    "ApplicationQpv",
    "ApplicationWord",
    "Attachment",
    "AttachmentPart",
    "Base",
    "Bounce",
    "CalendarFeed",
    "Call",
    "CallFiche",
    "CallStep",
    "ClosedDay",
    "CommitteeSession",
    "Contact",
    "Contract",
    "DeliveryAttempt",
    "EmergencyAccount",
    "Enjeu",
    "Fiche",
    "FichePilot",
    "FunderLine",
    "FunderTally",
    "IdempotentAnswer",
    "JournalEntry",
    "JournalHead",
    "JournalText",
    "MailPreference",
    "MailQuota",
    "Message",
    "Obligation",
    "ObligationAlert",
    "ObligationAnswer",
    "ObligationChange",
    "Opinion",
    "Organisation",
    "OrganisationAlias",
    "Payment",
    "Person",
    "Piece",
    "Qpv",
    "RelayHealth",
    "ReminderMail",
    "ReminderRun",
    "ReminderStep",
    "Report",
    "RoleGrant",
    "Round",
    "SavedDraft",
    "SavedView",
    "SignInAttempt",
    "SignInLink",
    "Tally",
    "WebSession",
    "WebhookDelivery",
    "WebhookSubscriber",
]
