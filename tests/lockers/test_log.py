"""The access log: nobody changes, deletes, moves, adds or cuts off an entry without being found out."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import given as generated
from hypothesis import strategies as st

from lockers.bank.log import access_log
from lockers.models import AccessLog, AccessLogHead
from lockers.models.log import AppendOnly
from lockers.rules import log_chain

NOW = timezone.now


@pytest.fixture
def ten(db):
    for number in range(1, 11):
        access_log.append("test.entry", number=number, words="Grüße")
    return access_log.verify()


def tamper(statement, *values):
    """Somebody with the database's password."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def broken():
    found = access_log.verify().broken
    return (found.seq, found.reason) if found else None


def test_what_was_written_is_found_as_it_was(ten):
    assert (ten.entries, ten.first, ten.last, ten.broken) == (10, 1, 10, None)
    assert AccessLog.objects.get(seq=3).facts == {"number": 3, "words": "Grüße"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("details", '{"number":4,"words":"Nobody"}'),
        ("kind", "other.kind"),
        ("at", "2020-01-01 00:00:00"),
        ("previous", "0" * 64),
        ("hash", "f" * 64),
    ],
)
def test_a_changed_field_is_named(ten, column, value):
    assert tamper(f"UPDATE lockers_accesslog SET {column} = %s WHERE seq = 4", value) == 1
    assert broken() == (4, "changed")


def test_an_entry_under_a_key_that_is_not_here_is_named(ten):
    tamper("UPDATE lockers_accesslog SET key_id = 'nobody' WHERE seq = 4")
    assert broken() == (4, "unknown_key")


def test_a_deleted_entry_is_named(ten):
    tamper("DELETE FROM lockers_accesslog WHERE seq = 6")
    assert broken() == (6, "missing")


def test_a_deleted_beginning_is_named(ten):
    tamper("DELETE FROM lockers_accesslog WHERE seq <= 3")
    assert broken() == (3, "cut")


def test_two_entries_that_changed_places_are_named(ten):
    for seq, new in ((5, 100), (6, 5), (100, 6)):
        tamper("UPDATE lockers_accesslog SET seq = %s WHERE seq = %s", new, seq)
    assert broken() == (5, "changed")


def test_an_inserted_entry_is_named_wherever_it_was_put(ten):
    copied = "SELECT %s, at, kind, details, %s, key_id, hash FROM lockers_accesslog WHERE seq = 10"
    columns = "INSERT INTO lockers_accesslog (seq, at, kind, details, previous, key_id, hash) "
    tamper(columns + copied, 11, ten.hash)
    assert broken() == (11, "changed")
    tamper("DELETE FROM lockers_accesslog WHERE seq = 11")
    assert broken() is None
    for seq in range(10, 4, -1):  # room in the middle
        tamper("UPDATE lockers_accesslog SET seq = %s WHERE seq = %s", seq + 1, seq)
    assert broken()[0] == 5


def test_an_entry_that_was_rightly_hashed_by_somebody_without_the_key_is_named(ten):
    """The bare chain could be computed again by anybody; the keyed one cannot."""
    forged = AccessLog.objects.get(seq=10)
    digest = hashlib.sha256(forged.link.text().replace('"number":10', '"number":9').encode()).hexdigest()
    tamper("UPDATE lockers_accesslog SET details = %s, hash = %s WHERE seq = 10", '{"number":9}', digest)
    assert broken() == (10, "changed")


def test_a_cut_off_tail_is_named_by_the_signed_head(ten):
    tamper("DELETE FROM lockers_accesslog WHERE seq >= 8")
    assert broken() == (8, "truncated")


def test_a_head_that_was_moved_along_with_the_tail_is_not_signed(ten):
    tamper("DELETE FROM lockers_accesslog WHERE seq >= 8")
    tamper("UPDATE lockers_accessloghead SET seq = 7, entry = %s", AccessLog.objects.get(seq=7).hash)
    assert broken() == (7, "head_changed")


def test_a_head_that_is_gone_is_named(ten):
    tamper("DELETE FROM lockers_accessloghead")
    assert broken() == (10, "no_head")


def test_a_database_that_was_put_back_is_found_out_by_an_anchor_alone(db):
    access_log.append("test.entry", number=1)
    old = AccessLogHead.objects.values().get()
    access_log.append("test.entry", number=2)
    anchor = access_log.anchor()
    tamper("DELETE FROM lockers_accesslog WHERE seq = 2")
    AccessLogHead.objects.update(**{name: value for name, value in old.items() if name != "id"})
    assert broken() is None  # the honest limit of any log that lies in one place
    found = access_log.verify(anchor).broken
    assert (found.seq, found.reason) == (2, "truncated")
    access_log.append("test.entry", number="another 2")
    assert access_log.verify(anchor).broken.reason == "not_the_anchor"


def test_an_emptied_log_is_found_out_by_an_anchor(ten):
    anchor = access_log.anchor()
    tamper("DELETE FROM lockers_accesslog")
    tamper("DELETE FROM lockers_accessloghead")
    assert broken() is None and access_log.verify(anchor).broken.reason == "no_head"


def test_the_models_refuse_what_a_log_does_not_do(ten):
    entry = AccessLog.objects.get(seq=1)
    acts = [
        entry.save,
        entry.delete,
        AccessLog.objects.all().delete,
        lambda: AccessLog.objects.filter(seq=1).update(kind="x"),
        lambda: AccessLog.objects.create(seq=99),
        lambda: AccessLog.objects.bulk_create([]),
        lambda: AccessLog.objects.bulk_update([entry], ["kind"]),
        lambda: AccessLog.objects.get_or_create(seq=99),
        lambda: AccessLog.objects.update_or_create(seq=1),
        AccessLog._base_manager.all().delete,
    ]
    for act in acts:
        with pytest.raises((AppendOnly, ProtectedError)):
            act()
    assert broken() is None


def test_a_deed_that_is_rolled_back_leaves_no_entry(ten):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        access_log.append("test.entry", number=11)
        raise ZeroDivisionError
    access_log.append("test.entry", number=11)
    assert broken() is None and access_log.verify().last == 11


def test_a_new_key_writes_and_the_old_one_still_verifies(ten, settings):
    settings.LOCKER_LOG_KEYS = {"new": b"n" * 32, **settings.LOCKER_LOG_KEYS}
    access_log.append("test.entry", number=11)
    assert AccessLog.objects.get(seq=11).key_id == "new" and broken() is None
    settings.LOCKER_LOG_KEYS = {"new": b"n" * 32}
    assert broken() == (1, "unknown_key")


def test_only_plain_values_are_written(db):
    with pytest.raises(TypeError):
        access_log.append("test.entry", at_once=NOW())
    with pytest.raises(ValueError, match="JSON"):
        access_log.append("test.entry", distance=float("nan"))


# --- retention


def test_old_entries_are_cut_off_and_the_chain_says_so_itself(db):
    old = NOW() - timedelta(days=800)
    for number in range(5):
        access_log.append("test.entry", at=old, number=number)
    access_log.append("test.entry", number=5)
    assert access_log.forget_old(NOW()) == 5
    verdict = access_log.verify()
    assert (verdict.first, verdict.last, verdict.entries, verdict.broken) == (6, 7, 2, None)
    assert AccessLog.objects.get(seq=7).facts["entries"] == 5
    assert access_log.forget_old(NOW()) == 0


def test_more_than_was_cut_off_by_retention_is_noticed(db):
    for number in range(5):
        access_log.append("test.entry", at=NOW() - timedelta(days=800), number=number)
    access_log.append("test.entry", number=5)
    access_log.append("test.entry", number=6)
    access_log.forget_old(NOW())
    tamper("DELETE FROM lockers_accesslog WHERE seq = 6")
    assert broken() == (6, "cut")


def test_it_is_cut_again_and_again(db):
    for year in range(5):
        then = NOW() - timedelta(days=365 * (5 - year))
        access_log.append("test.entry", at=then, year=year)
    cut = [access_log.cut_off(NOW() - timedelta(days=days)) for days in (1500, 1200, 900, 400)]
    assert cut[0] and sum(cut) >= 4
    assert broken() is None


def test_a_broken_log_is_evidence_and_is_not_cut(db):
    for number in range(5):
        access_log.append("test.entry", at=NOW() - timedelta(days=800), number=number)
    access_log.append("test.entry", number=5)
    tamper("UPDATE lockers_accesslog SET kind = 'x' WHERE seq = 2")
    assert access_log.forget_old(NOW()) == 0
    assert AccessLog.objects.count() == 6


# --- commands


def run(name, *arguments):
    out = io.StringIO()
    try:
        call_command(name, *arguments, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_that_all_is_well_and_gives_an_anchor(ten):
    code, said = run("verify_access_log")
    assert code == 0 and "10 entries, 1 to 10" in said and f"Anchor: 10:{ten.hash}" in said
    code, said = run("verify_access_log", "--anchor", f"10:{ten.hash}", "--json")
    assert code == 0 and json.loads(said)["ok"] is True


def test_the_command_names_the_first_broken_entry_and_exits_with_one(ten):
    tamper("UPDATE lockers_accesslog SET kind = 'x' WHERE seq = 7")
    tamper("DELETE FROM lockers_accesslog WHERE seq = 9")
    code, said = run("verify_access_log")
    assert code == 1 and "entry 7 (changed)" in said
    code, said = run("verify_access_log", "--json")
    assert code == 1 and json.loads(said)["broken"] == {
        "seq": 7,
        "reason": "changed",
        "detail": "Entry 7 has been changed.",
    }


def test_an_anchor_that_is_none_is_refused(ten):
    with pytest.raises(CommandError) as caught:
        call_command("verify_access_log", "--anchor", "yesterday")
    assert caught.value.returncode == 2


def test_an_export_can_be_verified_by_somebody_else_with_the_key(ten, tmp_path, settings):
    """As docs/lockers.md describes it, without any code of ours."""
    file = tmp_path / "log.jsonl"
    assert run("export_access_log", "--format", "json", "--output", str(file))[0] == 0
    previous = "0" * 64
    for line in file.read_text().splitlines():
        row = json.loads(line)
        text = "\n".join(
            ["ostiary.access-log.v1", row["key_id"], str(row["seq"]), row["at"], row["kind"], row["details"], previous]
        )
        key = settings.LOCKER_LOG_KEYS[row["key_id"]]
        assert hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == row["hash"]
        previous = row["hash"]
    assert previous == ten.hash


def test_a_csv_export_has_the_days_that_were_asked_for(ten, tmp_path):
    access_log.append("old.entry", at=NOW() - timedelta(days=40), reason="=1+1")
    file, today = tmp_path / "log.csv", timezone.localdate()
    run("export_access_log", "--from", str(today), "--to", str(today), "--output", str(file))
    rows = list(csv.DictReader(file.open()))
    assert [row["seq"] for row in rows] == [str(number) for number in range(1, 11)]
    run("export_access_log", "--to", str(today - timedelta(days=1)), "--output", str(file))
    assert [row["kind"] for row in csv.DictReader(file.open())] == ["old.entry"]


# --- the arithmetic


@generated(
    st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(max_size=20), max_size=4),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=20),
)
def test_no_two_entries_share_a_text_and_no_value_breaks_a_line(details, kind):
    text = log_chain.canonical(details)
    assert "\n" not in text and json.loads(text) == details
    link = log_chain.ChainLink(1, NOW(), kind, text, log_chain.FIRST, "k")
    assert link.text().count("\n") == 6
    assert log_chain.digest(link, b"a" * 32) != log_chain.digest(link, b"b" * 32)


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_make_one_chain():
    access_log.append("test.first")  # the migration's part: it makes the head

    def write(writer):
        try:
            for number in range(15):
                access_log.append("test.entry", writer=writer, number=number)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    seen = [access_log.verify().broken for _ in range(5)]
    for thread in threads:
        thread.join()
    verdict = access_log.verify()
    assert (verdict.entries, verdict.broken) == (91, None) and seen == [None] * 5


# --- moving house ---------------------------------------------------------------------------------


@pytest.fixture
def dumped(ten, tmp_path, request):
    path = tmp_path / f"copy.{request.param}"
    call_command("dumpdata", "lockers", format=request.param, output=str(path))
    return path


@pytest.mark.parametrize("dumped", ["json", "jsonl", "xml"], indirect=True)
def test_a_dumped_log_loads_into_an_empty_database_and_holds(ten, dumped):
    tamper("DELETE FROM lockers_accesslog")
    tamper("DELETE FROM lockers_accessloghead")
    call_command("loaddata", str(dumped), verbosity=0)
    assert access_log.verify() == ten
    access_log.append("test.entry", number=11)
    assert access_log.verify().broken is None


@pytest.mark.parametrize("dumped", ["json"], indirect=True)
def test_loading_never_changes_an_entry_that_is_there(ten, dumped):
    dumped.write_text(dumped.read_text().replace("test.entry", "other.entry"))
    with pytest.raises(IntegrityError), transaction.atomic():
        call_command("loaddata", str(dumped), verbosity=0)
    assert access_log.verify() == ten


def test_ordinary_writes_are_refused_as_before(ten):
    entry = AccessLog.objects.get(seq=3)
    for write in (entry.save, entry.save_base, entry.delete, lambda: AccessLog.objects.filter(seq=3).update(kind="x")):
        with pytest.raises(AppendOnly), transaction.atomic():
            write()
    assert access_log.verify() == ten
