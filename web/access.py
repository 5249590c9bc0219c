"""Who may open which page: one line a route. A route without a line opens to nobody.

`ALL` is anything of the contract, `OWN` what is theirs (`workflows/accounts/sight.py`), `NO` nothing.
"""

from enum import StrEnum
from typing import NamedTuple

from models.errors import JalonError
from models.vocabulary import Role


class Reach(StrEnum):
    """How far a role goes on a page."""

    NO = "no"
    OWN = "own"
    ALL = "all"


class Line(NamedTuple):
    """One route: what each role reaches, and whether it opens to whoever is not signed in."""

    public: bool
    reach: dict[Role, Reach]

    def of(self, roles: frozenset[Role]) -> Reach:
        """The furthest that these roles go together."""
        found = {self.reach.get(role, Reach.NO) for role in roles}
        return next((r for r in (Reach.ALL, Reach.OWN) if r in found), Reach.NO)


class SignInFirst(JalonError):
    """The page is for people who are signed in."""


class Forbidden(JalonError):
    """The page is not for the roles of whoever asks."""


class TooOften(JalonError):
    """The same address, or the same token, asks too often."""

    def __init__(self, said: str, retry_after: int) -> None:
        super().__init__(said)
        self.retry_after = retry_after  # seconds


R, NO, OWN, ALL = Role, Reach.NO, Reach.OWN, Reach.ALL
PEOPLE = (R.ADMINISTRATOR, R.MANAGER, R.PILOT, R.FUNDER, R.GRANTEE, R.READER)  # in this order below


def _line(*reach: Reach) -> Line:
    return Line(public=False, reach=dict(zip(PEOPLE, reach, strict=True)))


PUBLIC = Line(public=True, reach=dict.fromkeys(PEOPLE, Reach.ALL))
EVERYBODY = _line(ALL, ALL, ALL, ALL, ALL, ALL)

MANAGED = (  # of the API, for those who run the programme
    "api_outbox", "api_message", "api_retry", "api_cancel", "api_release",
    "api_open_call", "api_plan_session", "api_reschedule_session",
    "api_people", "api_person", "api_add_person", "api_give_role", "api_withdraw_role",
    "api_deactivate", "api_reactivate", "api_webhooks", "api_webhook", "api_add_webhook",
    "api_stop_webhook", "api_start_webhook", "api_end_webhook",
)  # fmt: skip

LINES = {
    # what everybody needs              admin mngr pilot funder grantee reader
    "live": PUBLIC,
    "ready": PUBLIC,
    "metrics": PUBLIC,
    "static": PUBLIC,
    "theme": PUBLIC,
    "sign_in": PUBLIC,
    "ask_link": PUBLIC,
    "open_link": PUBLIC,
    "use_link": PUBLIC,
    "open_first": PUBLIC,
    "use_first": PUBLIC,
    "leave_for_provider": PUBLIC,
    "come_back": PUBLIC,
    "emergency": PUBLIC,
    "use_emergency": PUBLIC,
    "sign_out": PUBLIC,
    "speak": PUBLIC,
    "sessions": EVERYBODY,
    "end_session": EVERYBODY,
    # the pages of the programme
    "home": EVERYBODY,
    "applications": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "export": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "keep_view": EVERYBODY,
    "drop_view": EVERYBODY,
    "bulk": _line(ALL, ALL, NO, NO, NO, NO),
    "make_bulk": _line(ALL, ALL, NO, NO, NO, NO),
    "application": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "move": _line(ALL, ALL, OWN, NO, OWN, NO),
    "make_move": _line(ALL, ALL, OWN, NO, OWN, NO),
    "payments": _line(ALL, ALL, NO, OWN, NO, NO),
    "record_payment": _line(ALL, ALL, NO, OWN, NO, NO),
    "cancel_payment": _line(ALL, ALL, NO, OWN, NO, NO),
    "mail": _line(ALL, ALL, NO, NO, NO, NO),
    "message": _line(ALL, ALL, NO, NO, NO, NO),
    "message_page": _line(ALL, ALL, NO, NO, NO, NO),
    "handle_message": _line(ALL, ALL, NO, NO, NO, NO),
    "release_batch": _line(ALL, ALL, NO, NO, NO, NO),
    "templates": _line(ALL, ALL, NO, NO, NO, ALL),
    "template": _line(ALL, ALL, NO, NO, NO, ALL),
    "template_page": _line(ALL, ALL, NO, NO, NO, ALL),
    "reminders": _line(ALL, ALL, NO, NO, NO, NO),
    "reminder": _line(ALL, ALL, NO, NO, NO, NO),
    "handle_reminder": _line(ALL, ALL, NO, NO, NO, NO),
    "directory": _line(ALL, ALL, NO, NO, NO, ALL),
    "keep_directory": _line(ALL, ALL, NO, NO, NO, NO),
    "person": _line(ALL, ALL, NO, NO, NO, ALL),
    "keep_person": _line(ALL, ALL, NO, NO, NO, NO),
    "organisation": _line(ALL, ALL, NO, NO, NO, ALL),
    "add_organisation": _line(ALL, ALL, NO, NO, NO, NO),
    "keep_organisation": _line(ALL, ALL, NO, NO, NO, NO),
    "merge_organisation": _line(ALL, ALL, NO, NO, NO, NO),
    "closures": _line(ALL, ALL, NO, NO, NO, ALL),
    "keep_closures": _line(ALL, ALL, NO, NO, NO, NO),
    "committees": _line(ALL, ALL, NO, NO, NO, ALL),
    "keep_committees": _line(ALL, ALL, NO, NO, NO, NO),
    "application_sheet": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "committee_sheet": _line(ALL, ALL, NO, NO, NO, ALL),
    "figures": _line(ALL, ALL, NO, NO, NO, ALL),
    "calendar": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "due_day": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "board": _line(ALL, ALL, OWN, OWN, NO, ALL),
    "toward": _line(ALL, ALL, OWN, NO, NO, NO),
    "fiches": _line(ALL, ALL, NO, NO, NO, ALL),
    "fiche": _line(ALL, ALL, NO, NO, NO, ALL),
    "settings": _line(ALL, ALL, NO, NO, NO, NO),
    "tokens": _line(ALL, NO, NO, NO, NO, NO),  # a token acts for whomever it is made for
    "keep_tokens": _line(ALL, NO, NO, NO, NO, NO),
    "webhooks": _line(ALL, ALL, NO, NO, NO, NO),
    "keep_webhooks": _line(ALL, ALL, NO, NO, NO, NO),
    # the API
    **dict.fromkeys(("api_me", "api_contract", "api_calls", "api_call"), EVERYBODY),
    **dict.fromkeys(("api_fiches", "api_fiche", "api_organisations"), EVERYBODY),
    **dict.fromkeys(MANAGED, _line(ALL, ALL, NO, NO, NO, NO)),
    "api_status": _line(ALL, ALL, NO, NO, NO, ALL),
    "api_applications": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_application": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_submit": _line(ALL, ALL, NO, NO, OWN, NO),
    "api_moves": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_advance": _line(ALL, ALL, OWN, NO, OWN, NO),
    "api_act": _line(ALL, ALL, OWN, OWN, OWN, NO),
    "api_payments": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_journal": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_application_due": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_obligations": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "api_description": PUBLIC,
    # for whoever applies: everybody may, on what is theirs
    "calls": PUBLIC,
    "call": PUBLIC,
    "begin_draft": EVERYBODY,
    "mine": EVERYBODY,
    "draft": _line(NO, NO, NO, NO, OWN, NO),
    "save_draft": _line(NO, NO, NO, NO, OWN, NO),
    "watch_draft": _line(NO, NO, NO, NO, OWN, NO),
    "discard_draft": _line(NO, NO, NO, NO, OWN, NO),
    "review_draft": _line(NO, NO, NO, NO, OWN, NO),
    "file_draft": _line(NO, NO, NO, NO, OWN, NO),
    "draft_file": _line(NO, NO, NO, NO, OWN, NO),
    "my_application": _line(NO, NO, NO, NO, OWN, NO),
    "give_piece": _line(NO, NO, NO, NO, OWN, NO),
    "withdraw": _line(NO, NO, NO, NO, OWN, NO),
    "amend": _line(NO, NO, NO, NO, OWN, NO),
    "send_amendment": _line(NO, NO, NO, NO, OWN, NO),
    "catch_up": _line(NO, NO, NO, NO, OWN, NO),
    "report": _line(NO, NO, NO, NO, OWN, NO),
    "give_report": _line(NO, NO, NO, NO, OWN, NO),
    "file": _line(ALL, ALL, OWN, OWN, OWN, ALL),
    "amend_file": _line(ALL, ALL, NO, NO, NO, NO),
    "amend_filed": _line(ALL, ALL, NO, NO, NO, NO),
    "answer_duty": _line(ALL, ALL, OWN, NO, OWN, NO),
    "preferences": EVERYBODY,
    "choose_preferences": EVERYBODY,
    "make_feed": EVERYBODY,
    "revoke_feed": EVERYBODY,
    "duties": EVERYBODY,
    "ask_stop": PUBLIC,
    "stop_mail": PUBLIC,  # its address is signed
    "hear_return": PUBLIC,  # to whoever has the secret of the settings: a mail server
    "open_answer": PUBLIC,
    "give_answer": PUBLIC,  # its address is signed
    "feed": PUBLIC,  # its address is the secret
    # for pilots
    "my_fiches": _line(NO, NO, OWN, NO, NO, NO),
    "opinions": _line(NO, NO, OWN, NO, NO, NO),
    "give_opinions": _line(NO, NO, OWN, NO, NO, NO),
    "reports": _line(NO, NO, OWN, NO, NO, NO),
    "read_report": _line(ALL, ALL, OWN, NO, NO, NO),
    "review_report": _line(ALL, ALL, OWN, NO, NO, NO),
}  # fmt: skip
