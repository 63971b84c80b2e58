"""Every address is closed to strangers, or on the list of those that are open to everybody."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import URLPattern, get_resolver, resolve
from django.urls.resolvers import RegexPattern, RoutePattern, URLResolver

# Names of addresses, and whole namespaces with a star: what a stranger may open.
PUBLIC = {
    "accounts:sign-in",
    "accounts:sign-in-here",
    "admin:login",
    "editions:*",
    "icon",
    "questionnaire:away",
    "questionnaire:invitation",
    "questionnaire:worker",
    "set_language",
}
SAMPLES = {"int": "1", "uuid": str(UUID(int=1)), "slug": "a", "string": "a", "path": "a"}


@dataclass(frozen=True)
class Address:
    """One pattern of the site map with a path that fits it."""

    name: str
    path: str
    view: object

    @property
    def public(self) -> bool:
        return self.name in PUBLIC or f"{self.name.partition(':')[0]}:*" in PUBLIC


def addresses(resolver: URLResolver, above: str = "", spaces: tuple[str, ...] = ()):
    """Yield every address at and below a resolver of the site map."""
    for pattern in resolver.url_patterns:
        path = above + sample(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name or pattern.lookup_str))
            yield Address(name, path, pattern.callback)
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern, path, inner)


def sample(pattern: RoutePattern | RegexPattern) -> str:
    """Return a text that the pattern matches."""
    if isinstance(pattern, RoutePattern):
        kinds = {
            name: type(kind).__name__.removesuffix("Converter").lower()
            for name, kind in pattern.converters.items()
        }
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda at: SAMPLES[kinds[at[1]]], str(pattern))
    return re.sub(r"\(\?P<\w+>([^)]*)\)", lambda at: first_choice(at[1]), str(pattern)).strip(
        "^$"
    )


def first_choice(group: str) -> str:
    """Return the first alternative of a regular expression's group, or a letter for `.*`."""
    choice = group.partition("|")[0]
    return choice if choice.isidentifier() else "a"


ALL = list(addresses(get_resolver()))


def closed(response) -> bool:
    """Return whether a stranger was sent to sign in, or away."""
    if response.status_code in {401, 403, 404, 405}:
        return True
    doors = (resolve_url(settings.LOGIN_URL), "/admin/login/")
    return response.status_code == 302 and response.url.startswith(doors)


@pytest.mark.parametrize("address", [a for a in ALL if not a.public], ids=lambda a: a.name)
@pytest.mark.django_db
def test_an_address_is_closed_to_strangers(client, address: Address):
    assert getattr(address.view, "login_required", True), "open, and not on the list PUBLIC"
    assert resolve(f"/{address.path}")
    for ask in (client.get, client.post):
        assert closed(ask(f"/{address.path}"))


@pytest.mark.parametrize("address", [a for a in ALL if a.public], ids=lambda a: a.name)
def test_an_address_on_the_list_is_open(address: Address):
    assert not getattr(address.view, "login_required", True), "closed, and on the list PUBLIC"


def test_the_list_of_public_addresses_names_only_what_exists():
    names = {address.name for address in ALL}
    spaces = {f"{name.partition(':')[0]}:*" for name in names}
    assert PUBLIC - names - spaces == set()
