"""Certificates of an authority that only these tests know."""

import ssl
from dataclasses import dataclass

import pytest
import trustme


@dataclass(frozen=True)
class Certificates:
    server: ssl.SSLContext  #: presents a certificate for 127.0.0.1 and relay.example
    wrong_name: ssl.SSLContext
    trust: ssl.SSLContext  #: trusts them


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "relay.example").configure_cert(server)
    wrong = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(wrong)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return Certificates(server=server, wrong_name=wrong, trust=trust)
