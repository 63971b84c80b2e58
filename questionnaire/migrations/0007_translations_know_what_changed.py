from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0006_affiliations_have_dates"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaltranslation",
            name="made_of",
            field=models.TextField(
                blank=True,
                help_text="The text as it was translated, where it is another by now.",
                verbose_name="made of",
            ),
        ),
        migrations.AddField(
            model_name="historicaltranslation",
            name="outdated_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="to be looked at again since"
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="made_of",
            field=models.TextField(
                blank=True,
                help_text="The text as it was translated, where it is another by now.",
                verbose_name="made of",
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="outdated_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="to be looked at again since"
            ),
        ),
    ]
