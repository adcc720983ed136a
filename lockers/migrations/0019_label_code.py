from django.db import migrations, models

import lockers.models.places


def give_codes(apps, schema_editor):
    """Each locker one of its own; the column's default would be the same for all."""
    table = apps.get_model("lockers", "Locker")
    for pk in table.objects.filter(label_code=None).values_list("pk", flat=True):
        table.objects.filter(pk=pk).update(label_code=lockers.models.places.new_label_code())


class Migration(migrations.Migration):
    dependencies = [
        ("lockers", "0018_sizes"),
    ]

    operations = [
        migrations.AddField(
            model_name="locker",
            name="label_code",
            field=models.CharField(editable=False, max_length=32, null=True),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="locker",
            name="label_code",
            field=models.CharField(
                default=lockers.models.places.new_label_code, editable=False, max_length=32, unique=True
            ),
        ),
    ]
