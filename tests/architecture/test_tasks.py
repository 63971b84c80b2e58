"""Every Celery task has a name of the house, says that it may be repeated, takes only ids."""

import inspect
import re

import pytest

from mipex_site.celery import TIMED_TASKS, app
from tests.architecture.test_house import ORDER

app.loader.import_default_modules()
TASKS = [task for name, task in sorted(app.tasks.items()) if not name.startswith("celery.")]
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


@every_task
def test_a_task_is_named_by_its_app_and_what_it_does(task):
    label, _, verb = task.name.partition(".")
    assert label in ORDER
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", verb)
    assert re.fullmatch(rf"(mipex_site\.)?{label}\.tasks(\.\w+)?", task.__module__)


@every_task
def test_a_task_says_why_it_may_be_repeated_or_lost(task):
    assert re.search(r"\b(repeat|twice|again|lost|kill)", inspect.getdoc(task.run) or "")


@every_task
def test_a_task_takes_only_ids(task):
    """What a message carries is old when it arrives; an id is not."""
    names = set(inspect.signature(task.run).parameters)
    assert {name for name in names if not re.search(r"(^|_)(pk|id|ids)$", name)} == set()


def test_the_table_of_timed_tasks_is_not_empty():
    assert TIMED_TASKS


@pytest.mark.parametrize("entry", sorted(TIMED_TASKS) or ["the table is empty"])
def test_a_timed_task_exists(entry: str):
    assert TIMED_TASKS[entry]["task"] in app.tasks
