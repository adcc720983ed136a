"""The accounts and members of the demo campus, made once and left alone afterwards."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Department, User
from accounts.roles import Role
from recognition.demo import passwords
from recognition.demo.cast import ACCOUNTS, DEPARTMENTS, EMPLOYEE, MEMBERS, SITTERS, STUDENT, VISITOR, Account, Sitter

ROLES: dict[str, str] = {account.id_number: str(Role(account.role).label).lower() for account in ACCOUNTS}


@transaction.atomic
def populate() -> int:
    """Departments, invented members and the people on the photographs. Returns how many people are new."""
    departments = {
        code: Department.objects.get_or_create(code=code, defaults={"name": name})[0]
        for code, name in DEPARTMENTS.items()
    }
    new = sum(_member(departments[code], *who) for code, people in MEMBERS.items() for who in people)
    return new + sum(_guest(departments["guests"], sitter) for sitter in SITTERS)


def _member(department: Department, id_number: str, first_name: str, last_name: str) -> bool:
    return _person(
        id_number,
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}@example.org".lower(),
        department=department,
        affiliation=EMPLOYEE if id_number.startswith("e-") else STUDENT,
        card_barcode=id_number.upper(),
    )


def _guest(department: Department, sitter: Sitter) -> bool:
    return _person(
        sitter.id_number,
        first_name=sitter.first_name,
        last_name=sitter.last_name,
        department=department,
        affiliation=VISITOR,
    )


def _person(id_number: str, **fields: Any) -> bool:
    if User.objects.filter(id_number=id_number).exists():
        return False
    User.objects.create_user(id_number, **fields)
    return True


def accounts(kept: Path) -> int:
    """An account for each role. The passwords are written to `kept`, for its owner only; returns how many are new.

    An account whose password stands in the file is left alone, also when its owner has changed it.
    """
    known = passwords.read(kept)
    new = {account: secrets.token_urlsafe(9) for account in ACCOUNTS if not _stands(account, known)}
    if new:
        with transaction.atomic():
            for account, password in new.items():
                _sign_up(account, password)
            passwords.write(kept, known | {account.id_number: new[account] for account in new}, ROLES)
    return len(new)


def _stands(account: Account, known: dict[str, str]) -> bool:
    return account.id_number in known and User.objects.filter(id_number=account.id_number).exists()


def _sign_up(account: Account, password: str) -> None:
    person, _created = User.objects.get_or_create(
        id_number=account.id_number,
        defaults={
            "first_name": account.first_name,
            "last_name": account.last_name,
            "email": f"{account.first_name}.{account.last_name}@example.org".lower(),
            "role": account.role,
            "affiliation": STUDENT if account.role == Role.MEMBER else EMPLOYEE,
        },
    )
    person.set_password(password)
    person.save(update_fields=["password"])
