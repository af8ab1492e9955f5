"""What a relay offers, in words for a person."""

from digest.delivery.envelope import Offers


def test_offers_are_told_as_the_relay_names_them() -> None:
    offers = Offers.read(["PIPELINING", "SIZE 1000", "8BITMIME", "AUTH PLAIN LOGIN"])

    assert str(offers) == "PIPELINING, 8BITMIME, AUTH PLAIN LOGIN, SIZE 1000"


def test_a_relay_that_offers_nothing_is_told_so() -> None:
    assert str(Offers()) == "nothing beyond plain SMTP"
