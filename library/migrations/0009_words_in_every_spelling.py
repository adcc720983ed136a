"""Titles are found as O’Brien and obrien, Müller and mueller, C++: the words that they are searched by are made again."""

from django.db import migrations

from library.rules import text_folding

PAGE = 1000


def again(apps, _editor):
    Title = apps.get_model("library", "Title")
    last = 0
    while page := list(Title.objects.filter(pk__gt=last).order_by("pk")[:PAGE]):
        for title in page:
            title.search_text = text_folding.search_text(
                title=title.title,
                authors=title.authors,
                subjects=title.subjects,
                numbers=[title.isbn] if title.isbn else [],
            )
        Title.objects.bulk_update(page, ["search_text"])
        last = page[-1].pk


class Migration(migrations.Migration):
    dependencies = [("library", "0008_when_the_library_system_was_asked")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
