"""What tied webhooks to the library's journal, and the secret that lay open, go."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0013_secrets_are_sealed'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='webhookdelivery',
            name='told_once',
        ),
        migrations.RemoveField(
            model_name='webhookdelivery',
            name='event',
        ),
        migrations.RemoveField(
            model_name='webhookendpoint',
            name='secret',
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='body',
            field=models.JSONField(blank=True, default=dict, verbose_name='data'),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='written'),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='kind',
            field=models.CharField(max_length=64, verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('delivered', 'Delivered'), ('given_up', 'Given up')], default='waiting', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='kinds',
            field=models.JSONField(blank=True, default=list, help_text='If none is chosen: all, except those that must be chosen.', verbose_name='events'),
        ),
    ]
