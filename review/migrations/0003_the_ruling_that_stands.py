"""Until now a dispute had one ruling, and it stood: say so in the dispute itself."""

from django.db import migrations


def let_rulings_stand(apps, editor):
    Dispute = apps.get_model("review", "Dispute")
    Ruling = apps.get_model("review", "Ruling")
    for ruling in Ruling.objects.order_by("pk").iterator():
        Dispute.objects.filter(pk=ruling.dispute_id, state="ruled").update(ruling=ruling)


class Migration(migrations.Migration):
    dependencies = [("review", "0002_threads_windows_and_blind_coding")]

    operations = [migrations.RunPython(let_rulings_stand, migrations.RunPython.noop)]
