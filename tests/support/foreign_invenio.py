"""A library system of invenio-sip2 (PyPI) over a dictionary. Run by hand, for it needs some eighty packages:

    python -m venv /tmp/invenio && /tmp/invenio/bin/pip install invenio-sip2 six
    INVENIO_PYTHON=/tmp/invenio/bin/python .venv/bin/python -m pytest -n 0 tests/library/sip2/test_invenio.py

Arguments: port, Redis address (its sessions are kept there). It knows nothing of this project.
"""

from __future__ import annotations

import os
import sys
import tempfile

from flask import Flask
from invenio_i18n import Babel
from invenio_i18n.ext import InvenioI18N
from invenio_sip2 import InvenioSIP2
from invenio_sip2.models import (
    PatronStatus,
    SelfcheckCheckin,
    SelfcheckCheckout,
    SelfcheckCirculationStatus,
    SelfcheckFeeType,
    SelfcheckItemInformation,
    SelfcheckPatronInformation,
    SelfcheckRenew,
    SelfcheckSecurityMarkerType,
)
from invenio_sip2.server import SocketServer

BOOKS: dict[str, str] = {}  # barcode -> who has it
DUE = "2030-04-01T23:59:00+00:00"


def login(login, password, **_more):
    good = password == "terminal password"
    more = {"terminal": login, "transaction_user_id": login, "institution_id": "college", "library_name": "Invenio"}
    return {"authenticated": good, **more}


def status(*_args, **_more):
    return {"institution_id": "college"}


def yes(*_args, **_more):
    return True


def account(patron_id, **_more):
    answer = SelfcheckPatronInformation(
        patron_status=PatronStatus(),
        patron_id=patron_id,
        patron_name="Ada Lovelace",
        institution_id="college",
        language="eng",
        currency_type="EUR",
    )
    answer.get("charged_items", []).extend(book for book, who in BOOKS.items() if who == patron_id)
    return answer


def _about(kind, item_id, **more):
    return kind(
        item_id=item_id,
        title_id=f"Titre de {item_id}: « Émile »",
        circulation_status=SelfcheckCirculationStatus.CHARGED
        if item_id in BOOKS
        else SelfcheckCirculationStatus.AVAILABLE,
        fee_type=SelfcheckFeeType.OTHER,
        security_marker=SelfcheckSecurityMarkerType.OTHER,
        **more,
    )


def item(item_id, **_more):
    answer = _about(SelfcheckItemInformation, item_id)
    if item_id in BOOKS:
        answer["due_date"] = DUE
    return answer


def checkout(_user, item_id, patron_id, *_others, **_more):
    good = item_id not in BOOKS
    BOOKS.setdefault(item_id, patron_id)
    return _about(SelfcheckCheckout, item_id, checkout=good, desensitize=good, due_date=DUE)


def renew(_user, item_id, patron_id, *_others, **_more):
    return _about(SelfcheckRenew, item_id, success=True, renewal=True, due_date=DUE)


def checkin(_user, item_id, *_others, **_more):
    good = BOOKS.pop(item_id, None) is not None
    return _about(SelfcheckCheckin, item_id, checkin=good, permanent_location="shelf")


def main(port: str, redis: str) -> None:
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    app = Flask("college", instance_path=folder)
    app.config.update(
        SECRET_KEY="of a test",
        SIP2_DATASTORE_REDIS_URL=redis,
        SIP2_ERROR_DETECTION=True,
        SIP2_REMOTE_ACTION_HANDLERS={
            "college": {
                "login_handler": login,
                "system_status_handler": status,
                "patron_handlers": {
                    "validate_patron": yes,
                    "authorize_patron": yes,
                    "enable_patron": account,
                    "patron_status": account,
                    "account": account,
                },
                "item_handlers": {"item": item},
                "circulation_handlers": {"checkout": checkout, "checkin": checkin, "renew": renew},
            }
        },
    )
    Babel(app)
    InvenioI18N(app)
    InvenioSIP2(app)
    with app.app_context(), app.test_request_context():
        SocketServer("college", host="127.0.0.1", port=int(port), remote="college", process_id=os.getpid()).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
