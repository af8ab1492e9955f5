# ruff: noqa: E501 - tables of answers, one a line
# fmt: off
"""What is written wrongly, where that is, and what the answer should be; see test_schedule."""

#: A line added to the digest of MINIMAL, its place, the answer.
WRONG_LINES = [
    ("langauge: sv", "13:5", 'unknown key "langauge"; did you mean "language"?'),
    ("time_zone: UTC", "13:5", 'unknown key "time_zone"; did you mean "timezone"?'),
    ("to: everyone", "13:5", 'unknown key "to"; did you mean "audience"?'),
    ("timezone: Europe/Stokholm", "13:15", '"Europe/Stokholm" is not a time zone; did you mean "Europe/Stockholm"?'),
    ("timezone: stockholm", "13:15", '"stockholm" is not a time zone; did you mean "Europe/Stockholm"?'),
    ("language: swedish", "13:15", '"swedish" is not a language code; did you mean "sv"?'),
    ("language: en_GB", "13:15", '"en_GB" is not how a language code is written; did you mean "en-GB"?'),
    ("build: 45 minutes after", "13:23", '"after" makes no sense here: write "45 minutes before"'),
    ("build: an age before", "13:15", '"age" is not a unit of time: write "45 minutes before"'),
    ("catch_up: 2 huors", "13:17", '"huors" is not a unit of time; did you mean "hours"?'),
    ("catch_up: 2", "13:15", 'write a length of time with its unit, such as "24 hours"'),
    ("valid_until: 1 month after", "13:20", "a month has no fixed length: write days or weeks"),
    ("unknown: wait", "13:14", '"wait" is not "hold" or "resend"'),
    ("unknown: resnd", "13:14", '"resnd" is not "hold" or "resend"; did you mean "resend"?'),
    ("tracking: no", "13:15", '"no" is not "off", "anonymous" or "individual"'),
    ("in_reader_timezone: yes", "13:25", "write true or false here, without quotes"),
    ("reply_to: desk", "13:15", '"desk" is not an address: there is no @ in it'),
    ("return_path: b@post", "13:18", '"post" is not a domain: write one like example.org'),
    ("template: 12", "13:15", 'write text here, in quotes: "12"'),
    ("skip: {on_holidays: [Sweden]}", "13:26", '"Sweden" is not a country code: write two capitals such as SE, or DE-BY'),
    ("skip: {on_dates: [24/12/2026]}", "13:23", '"24/12/2026" is not a date: write 2026-12-24'),
    ("skip: {with_fewer_than: 4 storys}", "13:31", '"storys" cannot be counted here; did you mean "stories"?'),
    ("skip: {with_fewer_than: none}", "13:29", 'write a number of stories, such as "2 stories"'),
    ("stories: {from: [dsk]}", "13:22", 'no source is called "dsk"; did you mean "desk"?'),
    ("stories: [desk]", "13:14", "write keys with values here, each in a line of its own"),
    ("sections: {title: City}", "13:15", "write a list here, such as [one, two]"),
    ("sections: [{titel: City}]", "13:17", 'unknown key "titel"; did you mean "title"?'),
    ("sections: [{title: City, take: 0}]", "13:36", "0 is out of range: write a number from 1 to 50"),
    ("lead: {prefer: [has sumary]}", "13:25", 'a story can have image, summary or author; did you mean "summary"?'),
    ("lead: {prefer: [source wyre]}", "13:28", 'no source is called "wyre": there are desk'),
    ("lead: {must_have: [picture]}", "13:24", '"picture" is not image, summary or author'),
    ("related: {kinds: [backgrnd]}", "13:23", '"backgrnd" is not "same event", "background" or "more from section"; did you mean "background"?'),
    ("approval: manual", "13:15", '"manual" is not an approval: write automatic, or a block with needs: 1 editor'),
    ("approval: {needs: 3 editors}", "13:23", "3 editors make no sense here: from 1 to 2"),
    ("audience: evryone", "13:15", '"evryone" is not an audience; did you mean "everyone"?'),
    ("send_through: Main Relay", "13:19", '"Main Relay" cannot be a name: use a-z, 0-9 and hyphens, at most 64; did you mean "main-relay"?'),
    ("send_through: []", "13:19", "the list is empty: write a name, or leave the key out"),
    ("send_through: [main, main]", "13:19", "main stands there twice"),
]

#: What to replace in MINIMAL, with what, the place, the answer.
WRONG_FILES = [
    ("weekdays at 07:00", "weekdys at 07:00", "12:11", '"weekdys" is not a day; did you mean "weekdays"?'),
    ("weekdays at 07:00", "weekdays at 25:00", "12:23", "25:00 is not a time of day"),
    ("weekdays at 07:00", '"weekdays at 25:00"', "12:24", "25:00 is not a time of day"),
    ("send: weekdays at 07:00", "", "9:5", '"send" is missing: say when the digest goes out, such as "send: weekdays at 07:00"'),
    ("title: The Morning Tide", "title:", "10:5", '"title" is missing: say what readers call it'),
    ("    sender: brief@tidewater.example\n", "", "9:5", '"morning" has no sender: add "sender: Name <name@example.org>" to it or to defaults'),
    ("id: morning", "id: 12", "9:9", 'write text here, in quotes: "12"'),
    ("  name: The Tidewater Times\n", "", "2:1", '"name" is missing: say what the publication is called'),
    ("feed: https://tidewater.example/desk.rss", "feed: ftp://tidewater.example", "7:11", '"ftp://tidewater.example" is not a web address: write https://...'),
    ("    feed: https://tidewater.example/desk.rss", "    section: City", "6:5", "this source has no place to read from: add feed, folder, sitemap or page"),
    ("    feed:", "    folder: wire\n    feed:", "8:5", "this source has folder already: make it a source with its own id"),
    ("version: 1\n", "version: 7\n", "1:10", "version 7 is not known here, only 1: upgrade digest"),
    ("version: 1\n", "version: '1'\n", "1:10", "version 1 is not known here, only 1: write 1"),
    ("version: 1\n", "", "1:1", '"version: 1" is missing: add it as the first line, or run digest check --upgrade'),
    ("digests:\n", "digest:\n", "8:1", 'unknown key "digest"; did you mean "digests"?'),
    ("  postal_address", "  pages: http://tidewater.example\n  postal_address", "4:10", "readers' links need https: write https:// and set up a certificate"),
]

#: A whole file, and the only answer.
NOT_YAML = [
    ("", "the file is empty: digest init writes a working example"),
    ("# nothing but a comment\n", "the file is empty: digest init writes a working example"),
    ("- a\n- b\n", "write keys with values here: version, newsroom, sources, digests"),
    ("version: 1\n\tnewsroom: x\n", "a tab cannot indent in YAML: use two blanks"),
    ("version: 1\ntitle: a: b\n", 'a value with ": " in it must stand in quotes; or this line is indented too far'),
    ("version: 1\nsend: */5 * * * *\n", 'a value that begins with * must stand in quotes, such as "*/30 * * * *"'),
    ("version: 1\n---\nversion: 1\n", "one file holds one schedule: remove the line with ---"),
    ("a: 'open\n", "a quotation mark is opened before here and never closed"),
]
