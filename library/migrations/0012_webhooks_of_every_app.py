"""Columns for events of every app, sealed secrets and names. What is there moves over in 0013."""

import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0011_denied_looks'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookdelivery',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='happened'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='off_because',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='turned off because'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='previous',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='previous_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='old secret until'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='sealed',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='sees_names',
            field=models.BooleanField(default=False, help_text='Includes who it was (name and id number) and typed reasons. Only an administrator can set this.', verbose_name='with names'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='uid',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
    ]
