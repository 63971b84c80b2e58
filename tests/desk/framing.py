"""The small world with a draft beside its framework, and what a browser would send."""

import re
from html import unescape

from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.copying import copy_framework
from questionnaire.services.framework.documents import entry_of
from tests import world as worlds
from tests.factories.questionnaire import StandardFactory
from tests.remembering import built_once


@built_once
def drafted():
    """Copy the framework of the small world as version 2."""
    world = worlds.build()
    framework = world.round.framework
    StandardFactory(framework=framework, code="law")
    copy_framework(framework=framework, version="2", by=world["head"])
    return world


def the_draft():
    return Framework.objects.get(code="small", version="2")


def entry(framework, section, code):
    return entry_of(framework_document(framework), section, code)


def form_of(page):
    """Return what the form of a page would send as it stands."""
    html = page.content.decode()
    html = html[html.index("<main") :]
    html = html[html.index('<form method="post"') :]
    html = html[: html.index("</form>")]
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag:
            fields[name] = unescape(value[1]) if value else ""
        elif " checked" in tag:
            fields.setdefault(name, []).append(value[1] if value else "on")
    for name, inner in re.findall(
        r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.DOTALL
    ):
        fields[name] = unescape(inner).lstrip("\n")
    for name, inner in re.findall(
        r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen else ""
    return fields
