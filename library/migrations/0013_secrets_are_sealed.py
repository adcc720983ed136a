"""Webhooks as they were set up go on: with names, the same events, the same secret, which is sealed now.

May be run again: what is sealed or written already is left alone.
"""

import uuid
from datetime import UTC, datetime

from django.db import migrations

from config.ops import sealing

ALL_UNTIL_NOW = [
    *(
        f'library.{kind}'
        for kind in (
            'entered', 'left', 'loaned', 'renewed', 'returned', 'held', 'hold_ready', 'hold_ended', 'refused', 'denied',
            'lost', 'found', 'withdrawn', 'restored', 'blocked', 'unblocked', 'alarm', 'alarm_ended',
        )
    ),
    'liveness.suspicion',
]


def forwards(apps, schema_editor):
    Endpoint = apps.get_model('library', 'WebhookEndpoint')
    for endpoint in Endpoint.objects.filter(sealed=''):
        endpoint.uid = uuid.uuid4()
        endpoint.sealed = sealing.seal(endpoint.secret, context=f'webhook:{endpoint.uid}')
        endpoint.sees_names = True
        endpoint.kinds = _with_app(endpoint.kinds)
        endpoint.secret = ''
        endpoint.save()
    Delivery = apps.get_model('library', 'WebhookDelivery')
    whole = Delivery.objects.select_related('event__copy__title', 'event__loan')
    while rows := list(whole.filter(kind='', event__isnull=False)[:500]):
        for delivery in rows:
            _fill(delivery)
    while rows := list(Delivery.objects.filter(event__isnull=True, body__has_key='account')[:500]):
        for delivery in rows:
            _split(delivery)


def _with_app(kinds):
    """None chosen meant all there were. What is new is not sent to anybody who did not ask for it."""
    return [kind if '.' in kind else f'library.{kind}' for kind in kinds] or ALL_UNTIL_NOW


def _fill(delivery):
    event = delivery.event
    delivery.kind, delivery.at = f'library.{event.kind}', event.at
    delivery.body = {
        'id': event.pk,
        'barcode': event.copy.barcode if event.copy else None,
        'title': event.copy.title.title if event.copy else None,
        'due_at': event.loan.due_at.astimezone(UTC).isoformat() if event.loan else None,
        'station': event.station,
        'detail': event.detail,
    }
    delivery.save(update_fields=['kind', 'at', 'body'])


def _split(delivery):
    """Kind and time have columns of their own, and whose it is was never said."""
    delivery.at = datetime.fromisoformat(delivery.body['at'])
    delivery.body = {name: value for name, value in delivery.body.items() if name not in ('kind', 'at', 'account')}
    delivery.save(update_fields=['at', 'body'])


def backwards(apps, schema_editor):
    """The secrets in the clear again. Deliveries keep what they say and lose their event."""
    for endpoint in apps.get_model('library', 'WebhookEndpoint').objects.exclude(sealed=''):
        endpoint.secret = sealing.unseal(endpoint.sealed, context=f'webhook:{endpoint.uid}')[:100]
        endpoint.sealed = ''
        endpoint.save(update_fields=['secret', 'sealed'])


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0012_webhooks_of_every_app'),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
