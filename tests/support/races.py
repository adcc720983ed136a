"""Several things at the same instant, for stories about races. They need `django_db(transaction=True)`."""

from __future__ import annotations

import threading

from django.db import connection

from config.errors import Refused


def at_once(*acts):
    """Each in a thread of its own, let go together; what each answered, or the code with which it was refused."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait(10)
            answers[place] = act()
        except Refused as refused:
            answers[place] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
