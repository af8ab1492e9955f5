from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.delivery import RelayAddress, RelayKind, TlsMode
from digest.model.errors import RelayUnusable
from digest.settings.relays import database_url, relay_address, variable

HERE = Path("/srv/newsroom")


def main(url: str, **more: str) -> RelayAddress:
    return relay_address("main", {"DIGEST_RELAY_MAIN": url, **more}, HERE)


def refused(url: str) -> str:
    with pytest.raises(RelayUnusable) as caught:
        main(url)
    return str(caught.value)


def test_an_address_says_host_port_user_and_password() -> None:
    assert main("smtp://ada:tiger@smtp.example.org:2525?tls=starttls&auth=login") == RelayAddress(
        name="main",
        kind=RelayKind.SMTP,
        host="smtp.example.org",
        port=2525,
        user="ada",
        password="tiger",
        auth="login",
        tls=TlsMode.STARTTLS,
    )


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://smtp.example.org", 587, "starttls"),
        ("smtp://smtp.example.org:587", 587, "starttls"),
        ("smtp://smtp.example.org:25", 25, "opportunistic"),
        ("smtp://ada:t@smtp.example.org:25", 25, "starttls"),
        ("smtp://smtp.example.org:465", 465, "implicit"),
        ("smtps://smtp.example.org", 465, "implicit"),
        ("smtps://smtp.example.org:8465", 8465, "implicit"),
        ("smtp://127.0.0.1:1025", 1025, "opportunistic"),
        ("smtp://localhost", 587, "opportunistic"),
        ("smtp://ada:t@[::1]:25", 25, "opportunistic"),
        ("smtp://relay.internal:25?tls=none", 25, "none"),
        ("SMTP://smtp.example.org:25?tls=Implicit", 25, "implicit"),
    ],
)
def test_how_it_is_encrypted_follows_scheme_port_and_login(url: str, port: int, tls: str) -> None:
    address = main(url)

    assert (address.port, str(address.tls)) == (port, tls)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_user_and_password_come_through_percent_encoding(user: str, password: str) -> None:
    address = main(f"smtps://{quote(user, safe='')}:{quote(password, safe='')}@smtp.example.org")

    assert (address.user, address.password, address.host) == (user, password, "smtp.example.org")


def test_a_password_may_stand_alone_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("p@ss/w:rd#?\n")
    environment = {
        "DIGEST_RELAY_MAIN": "smtps://apikey@smtp.example.org",
        "DIGEST_RELAY_MAIN_PASSWORD_FILE": "key",
    }

    assert relay_address("main", environment, tmp_path).password == "p@ss/w:rd#?"


def test_mail_to_a_folder_and_to_the_built_in_inbox() -> None:
    assert main("maildir:./outbox").folder == "/srv/newsroom/outbox"
    assert main("maildir:/var/spool/out").folder == "/var/spool/out"
    assert main("maildir:///var/spool/out").folder == "/var/spool/out"
    assert main("local:").kind is RelayKind.LOCAL
    assert relay_address("local", {}, HERE).kind is RelayKind.LOCAL


def test_secrets_env_and_files_say_it_as_well(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("DIGEST_RELAY_NEWS_2=smtp://a.example:25\n")
    (tmp_path / "relay").write_text("smtp://b.example:25\n")

    assert relay_address("news-2", {}, tmp_path).host == "a.example"
    assert relay_address("news-2", {"DIGEST_RELAY_NEWS_2_FILE": "relay"}, tmp_path).host == "b.example"
    assert variable("news-2") == "DIGEST_RELAY_NEWS_2"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("smpt://x.example", 'did you mean "smtp"?'),
        ("smtp.example.org", "begins with smtp://, smtps://, maildir: or local:"),
        ("tiger@smtp.example.org:25", "begins with smtp://"),
        ("smtp://", "write smtp://user:password@host:587"),
        ("smtp://ada:ti/ger@smtp.example.org", "as %2F"),
        ("smtp://ada:tig#er@smtp.example.org", "as %23"),
        ("smtp://smtp.example.org:mail", "a port is a number"),
        ("smtp://smtp.example.org?tls=yes", "tls is implicit, starttls, opportunistic or none"),
        ("smtp://smtp.example.org?tsl=none", 'unknown option tsl; did you mean "tls"?'),
        ("smtp://smtp.example.org?auth=cram", "auth is plain, login or xoauth2"),
        ("maildir:", "write maildir:./outbox"),
    ],
)
def test_what_is_no_address_is_answered_with_what_to_write(url: str, message: str) -> None:
    assert message in refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://ada:tiger7/x@smtp.example.org",
        "smtp://ada:tiger7@smtp.example.org:mail",
        "ada:tiger7@smtp.example.org",
        "smpt://ada:tiger7@smtp.example.org",
        "smtp://ada:tiger7@smtp.example.org?tls=maybe",
        "smtp://ada:[tiger7@smtp.example.org",
    ],
)
def test_no_answer_repeats_a_password(url: str) -> None:
    assert "tiger7" not in refused(url)


def test_an_address_does_not_show_its_password() -> None:
    address = main("smtp://ada:tiger7@smtp.example.org")

    assert "tiger7" not in f"{address} {address!r}"


def test_a_relay_that_nobody_named_says_which_variable_to_set() -> None:
    with pytest.raises(RelayUnusable, match="DIGEST_RELAY_MAIN=smtp://user:password@host:587"):
        relay_address("main", {}, HERE)


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "sqlite:////srv/newsroom/state/digest.db"),
        ({"DIGEST_DATABASE": "sqlite:///other.db"}, "sqlite:////srv/newsroom/other.db"),
        ({"DIGEST_DATABASE": "sqlite:////var/lib/digest.db"}, "sqlite:////var/lib/digest.db"),
        ({"DIGEST_DATABASE": "sqlite:///:memory:"}, "sqlite:///:memory:"),
        ({"DIGEST_DATABASE": "sqlite://"}, "sqlite://"),
        ({"DIGEST_DATABASE": "postgresql://db/digest"}, "postgresql://db/digest"),
    ],
)
def test_the_database_lies_in_the_newsrooms_folder_unless_told(environment: dict[str, str], url: str) -> None:
    assert database_url(environment, HERE) == url
