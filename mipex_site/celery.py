"""The Celery application, and the one table of what it does by the clock.

Run a worker with `celery -A mipex_site worker` and exactly one `celery -A mipex_site beat`;
an embedded portal runs both in one process tree with `worker --beat`.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mipex_site.settings.local")

# Name of the entry -> the task and its interval in seconds, or its time of day (UTC). A task
# here only finds rows that wait: a lost tick costs one interval and nothing else.
TIMED_TASKS: dict[str, dict[str, object]] = {
    "take queued runs": {"task": "scoring.take_queued_runs", "schedule": 5.0},
    "take queued revisions": {"task": "editions.take_queued_revisions", "schedule": 5.0},
    "take queued rehearsals": {"task": "editions.take_queued_rehearsals", "schedule": 5.0},
    "close entry": {"task": "questionnaire.close_entry", "schedule": 60.0},
    "take queued set-ups": {"task": "questionnaire.take_queued_set_ups", "schedule": 5.0},
    "record quiet drafts": {"task": "questionnaire.record_quiet_drafts", "schedule": 60.0},
    "check new audit entries": {
        "task": "audit.check_new_entries",
        "schedule": crontab(hour=2, minute=10),
    },
    "check whole audit chains": {
        "task": "audit.check_whole_chains",
        "schedule": crontab(day_of_week="sunday", hour=3, minute=10),
    },
    "check links": {"task": "questionnaire.check_links", "schedule": 60.0},
    "send letters": {"task": "mail.send_letters", "schedule": 60.0},
    "write daily letters": {"task": "desk.write_daily_letters", "schedule": 600.0},
    "end what is over": {"task": "review.end_what_is_over", "schedule": 60.0},
}

app = Celery("mipex_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = TIMED_TASKS
app.autodiscover_tasks()
