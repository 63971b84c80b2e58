"""Ask whether a page is there, and let nobody use the portal to reach what is not public.

Each hop's name is resolved here, every address it has must be public, and the request goes to
that address and no other: a name that changes its address meanwhile gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx

HOPS = 5
BYTES_READ = 64 * 1024
STATUS_OF_ERRORS = 400
THERE_BUT_CLOSED = {401, 403, 407, 429, 451}
"""What sites say to a visitor that they do not know: no sign that the page is gone."""
AGENT = "MIPEX portal (asks whether a cited link still answers)"
# These carry an IPv4 address inside, which may be one of the machine's own network.
CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))


class DeadEnd(Exception):
    """Nothing is there; the argument is a code of selectors.links.REASONS or a status."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet.

    >>> [is_public(one) for one in ("192.0.32.7", "10.0.0.1", "::1", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if any(ip in network for network in CARRIERS if network.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


async def addresses_of(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name. Raises OSError for a name that nobody knows."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=0)
    return list(dict.fromkeys(row[4][0] for row in found))


@dataclass(frozen=True, slots=True)
class Ways:
    """Which addresses may be asked."""

    allowed: Callable[[str], bool] = is_public


def ask(url: str, *, ways: Ways, seconds: float) -> str:
    """Return the empty text if the page answers, else a code that says why not.

    It takes at most SECONDS, however slowly the other side answers.
    """
    try:
        asyncio.run(asyncio.wait_for(_visit(url, ways), seconds))
    except TimeoutError:
        return "timeout"
    except DeadEnd as end:
        return str(end)
    return ""


async def _visit(url: str, ways: Ways) -> None:
    # No proxy from the environment: it would resolve names by itself.
    async with httpx.AsyncClient(trust_env=False, headers={"User-Agent": AGENT}) as client:
        try:
            status = await _follow(client, "HEAD", url, ways)
            if status >= STATUS_OF_ERRORS and status not in THERE_BUT_CLOSED:
                # Many servers answer HEAD wrongly, or not at all.
                status = await _follow(client, "GET", url, ways)
        except httpx.TimeoutException as error:
            raise DeadEnd("timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise DeadEnd(_code_of(error)) from error
    if status >= STATUS_OF_ERRORS and status not in THERE_BUT_CLOSED:
        raise DeadEnd(str(status))


def _code_of(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return "certificate"
        seen = seen.__cause__ or seen.__context__
    return "connection"


async def _follow(client: httpx.AsyncClient, method: str, url: str, ways: Ways) -> int:
    """Return the status at the end of at most HOPS redirections."""
    place = httpx.URL(url)
    for _hop in range(HOPS + 1):
        request = await _request(client, method, place, ways)
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            await _read_a_little(response)
        finally:
            await response.aclose()
        if not response.has_redirect_location:
            return response.status_code
        # The request went to a bare address, so the redirection is read against the name.
        place = place.join(response.headers["Location"])
    raise DeadEnd("redirects")


async def _request(
    client: httpx.AsyncClient, method: str, place: httpx.URL, ways: Ways
) -> httpx.Request:
    if place.scheme not in {"http", "https"} or not place.host:
        raise DeadEnd("scheme")
    try:
        found = await addresses_of(place.host, place.port or 0)
    except OSError as error:
        raise DeadEnd("name") from error
    if not found or not all(map(ways.allowed, found)):
        raise DeadEnd("address")
    # Only what names the page goes with it: neither a password in the link nor its fragment.
    there = httpx.URL(
        scheme=place.scheme, host=found[0], port=place.port, raw_path=place.raw_path
    )
    host = place.netloc.decode("ascii")
    return client.build_request(
        method,
        there,
        headers={"Host": host},
        extensions={"sni_hostname": place.raw_host.decode("ascii")},
    )


async def _read_a_little(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read >= BYTES_READ:
            return
