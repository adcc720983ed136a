from django.db import migrations

from accounts.consent.notices import ensure_notices


def ship_first_notices(apps, schema_editor):
    ensure_notices(apps.get_model("accounts", "NoticeText"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(ship_first_notices, migrations.RunPython.noop)]
