"""What stands behind the question mark of a webhook's address may be a token: it is sealed, also in the audit log.

May be run again: an address without a question mark is left alone.
"""

from django.db import migrations, models

from config.ops import sealing

HIDDEN = '?…'


def seal(apps, schema_editor):
    Endpoint = apps.get_model('library', 'WebhookEndpoint')
    for endpoint in Endpoint.objects.filter(url__contains='?'):
        endpoint.url, _mark, query = endpoint.url.partition('#')[0].partition('?')
        context = f'webhook-query:{endpoint.uid}:{endpoint.url}'
        endpoint.sealed_query = sealing.seal(query, context=context) if query else ''
        endpoint.save(update_fields=['url', 'sealed_query'])
    Entry = apps.get_model('auditlog', 'LogEntry')
    ours = Entry.objects.filter(content_type__app_label='library', content_type__model='webhookendpoint')
    for entry in ours.iterator():
        if hidden := without_queries(entry.changes):
            Entry.objects.filter(pk=entry.pk).update(changes=hidden)


def unseal(apps, schema_editor):
    """An older version knows no sealed query. The audit log keeps its silence."""
    Endpoint = apps.get_model('library', 'WebhookEndpoint')
    for endpoint in Endpoint.objects.exclude(sealed_query=''):
        context = f'webhook-query:{endpoint.uid}:{endpoint.url}'
        address = endpoint.url + '?' + sealing.unseal(endpoint.sealed_query, context=context)
        Endpoint.objects.filter(pk=endpoint.pk).update(url=address)


def without_queries(changes):
    """The changes with their addresses hidden; None where there is nothing to hide."""
    values = (changes or {}).get('url') or []
    hidden = [value.partition('?')[0] + HIDDEN if '?' in value else value for value in values]
    return {**changes, 'url': hidden} if hidden != values else None


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0014_webhooks_without_the_library'),
        ('auditlog', '0015_alter_logentry_changes'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookendpoint',
            name='sealed_query',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='quiet_until',
            field=models.DateTimeField(blank=True, editable=False, help_text='The receiver asked to be left alone until then.', null=True, verbose_name='paused until'),
        ),
        migrations.RunPython(seal, unseal),
    ]
