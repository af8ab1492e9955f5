"""Which mailbox provider reads an address: the other half of a lane's name.

Told by the domain alone, without DNS, so that it can be frozen with the audience. A domain
that is not listed here is `other`; companies that host their own domain with one of these
providers are too, until the mail server says otherwise.
"""

#: Name of the lane for every provider that is not listed.
OTHER = "other"

_DOMAINS: dict[str, str] = {
    "google": "gmail.com googlemail.com",
    "microsoft": "outlook.com hotmail.com live.com msn.com outlook.fr hotmail.fr live.fr hotmail.co.uk "
    "live.co.uk outlook.de hotmail.de live.de hotmail.it outlook.it live.it hotmail.es outlook.es live.se "
    "hotmail.se live.nl hotmail.nl live.no live.dk live.ca live.com.au outlook.com.vn hotmail.com.vn "
    "outlook.com.br hotmail.com.br passport.com windowslive.com",
    "yahoo": "yahoo.com ymail.com rocketmail.com aol.com yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es "
    "yahoo.ca yahoo.com.br yahoo.com.ar yahoo.com.mx yahoo.co.in yahoo.in yahoo.com.vn yahoo.com.au "
    "yahoo.com.ph yahoo.co.id yahoo.com.hk yahoo.com.tw yahoo.com.sg yahoo.se myyahoo.com aim.com",
    "apple": "icloud.com me.com mac.com",
    "gmx": "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com",
    "proton": "proton.me protonmail.com pm.me",
    "mailru": "mail.ru inbox.ru list.ru bk.ru internet.ru",
    "yandex": "yandex.ru yandex.com ya.ru",
    "orange": "orange.fr wanadoo.fr",
    "free": "free.fr",
    "comcast": "comcast.net xfinity.com",
    "naver": "naver.com",
    "qq": "qq.com foxmail.com",
    "netease": "163.com 126.com yeah.net",
    "zoho": "zoho.com zohomail.com",
    "fastmail": "fastmail.com fastmail.fm",
    "t-online": "t-online.de",
}
_PROVIDER = {domain: name for name, domains in _DOMAINS.items() for domain in domains.split()}


def provider_of(domain: str) -> str:
    """Return the provider that reads mail for `domain` (lower case, A-labels)."""
    return _PROVIDER.get(domain, OTHER)
