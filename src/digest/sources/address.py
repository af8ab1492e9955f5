"""Web addresses on their way to a request: which host, where to, and never a password in a log."""

from urllib.parse import urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


class NotAnAddress(Exception):
    """This is no web address that can be fetched; the message says why."""


def host_of(url: str) -> str:
    """Return `host:port` of a web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAnAddress(f"not a web address: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise NotAnAddress("not a web address: it begins with neither http:// nor https://")
    return f"{parts.hostname}:{port or _PORTS[parts.scheme]}"


def redirect_target(url: str, location: str) -> str:
    """Return where a redirect from `url` leads; user and password in it are never ours, and dropped."""
    try:
        parts = urlsplit(urljoin(url, location.strip()))
    except ValueError as error:
        raise NotAnAddress(f"redirected to {location[:100]!r}, which is no web address") from error
    if not location.strip() or parts.scheme not in _PORTS or not parts.hostname:
        raise NotAnAddress(f"redirected to {location[:100]!r}, which is no web address")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def without_password(url: str) -> str:
    """Return a URL as it may stand in a log or a story."""
    if "@" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
