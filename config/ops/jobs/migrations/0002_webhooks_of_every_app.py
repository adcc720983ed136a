from django.db import migrations

OLD, NEW = "library.webhooks", "webhooks.send"  # it has long sent those of every app


def rename(apps, schema_editor, before=OLD, after=NEW):
    """What the job has done is kept, unless it has already run under its new name."""
    rows = apps.get_model("jobs", "JobRun").objects.using(schema_editor.connection.alias)
    if rows.filter(name=after).exists():
        rows.filter(name=before).delete()
    else:
        rows.filter(name=before).update(name=after)


def rename_back(apps, schema_editor):
    rename(apps, schema_editor, NEW, OLD)


class Migration(migrations.Migration):

    dependencies = [
        ("jobs", "0001_first"),
    ]

    operations = [
        migrations.RunPython(rename, rename_back),
    ]
