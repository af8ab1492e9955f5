"""Every endpoint of the workplace says which role it asks for."""

from digest.web.app import WORKPLACE


def test_every_endpoint_of_the_workplace_says_which_role_it_asks_for() -> None:
    unmarked = [route for route in WORKPLACE if not hasattr(getattr(route, "endpoint", None), "needs")]

    assert not unmarked
