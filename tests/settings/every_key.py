"""A schedule that uses every key, as text; all names in it are invented."""

EVERY_KEY = """\
# yaml-language-server: $schema=./schedule.schema.json
version: 1
x_owner: the night desk

newsroom:
  name: The Tidewater Times
  website: https://tidewater.example/
  pages: https://news.tidewater.example
  postal_address: 4 Ropewalk, Tidewater

sources:
  - id: desk
    feed: https://tidewater.example/desk.rss
    section: City
    weight: 2.5
    visit: every 10 minutes
  - id: wire
    folder: wire
    language: en
  - id: arts
    sitemap: https://tidewater.example/news-sitemap.xml
    select: {standfirst: ".intro", caption: "td.caption"}
    x_note: pages without metadata
  - id: pick
    page: pick.html
  - id: intranet
    feed: http://10.0.0.7/desk.xml
    allow_private_address: true

relays:
  main:
    connections: 20
    messages_per_connection: 50
    per_second: 12.5
    per_day: 40000
    weight: 3
    warm_up: {from: 2026-11-01, start: 500, double_every: 2 days}
    dkim: {domain: tidewater.example, selectors: [a2026, b2026]}
  spare:

segments:
  northerners: {topics: [north], language: nb, joined_before: 2026-10-01, joined_after: 2024-01-01}

defaults:
  timezone: Europe/Oslo
  sender: Tidewater Times <brief@tidewater.example>
  reply_to: desk@tidewater.example
  return_path: bounces@mail.tidewater.example
  send_through: main

digests:
  - id: morning
    title: The Morning Tide
    about: What happened overnight, before the first ferry.
    language: en-GB
    send: weekdays at 07:00
    build: 40 minutes before
    catch_up: 90 minutes
    valid_until: 5 hours after
    in_reader_timezone: false
    round_up: sundays at 08:30
    reading_classes: 12
    skip:
      on_holidays: [NO, DE-BY]
      on_dates: [2026-12-24, 2026-12-31]
      with_fewer_than: 4 stories
    stories:
      from: [desk, wire, arts]
      no_older_than: 36 hours
      never_repeat_within: 10 days
    lead:
      prefer: [tag front-page, source desk, section City, has image]
      must_have: [summary, author]
    sections:
      - {title: City, take: 5, tags: [city, council]}
      - {title: Arts, take: 3, from: [arts]}
      - {title: One more thing, take: 1, tags: [delight], optional: true}
    related:
      at_most: 4
      within: 3 weeks
      kinds: [same event, background]
    template: brief
    audience: {topics: [morning], language: en, joined_before: 2026-06-01, joined_after: 2025-01-01}
    approval:
      needs: 2 editors
      remind: 15 minutes before
      at_deadline: [send if clean, safe edition, skip]
    unknown: resend
    keep_replies: 30 days
    tracking: anonymous

  - id: weekend
    title: Helgelesning
    language: nb
    timezone: Europe/Paris
    sender: Helg <helg@tidewater.example>
    reply_to: helg@tidewater.example
    return_path: retur@tidewater.example
    send_through: [spare, main]
    send: saturdays at 09:00
    valid_until: no limit
    in_reader_timezone: true
    stories: {from: [arts]}
    sections: [{title: Lang lesning}]
    audience: everyone
    approval: automatic

  - id: north
    title: Nordover
    send: the 1st of the month at 09:00
    audience: {segment: northerners}
"""

MINIMAL = """\
version: 1
newsroom:
  name: The Tidewater Times
  postal_address: 4 Ropewalk, Tidewater
sources:
  - id: desk
    feed: https://tidewater.example/desk.rss
digests:
  - id: morning
    title: The Morning Tide
    sender: brief@tidewater.example
    send: weekdays at 07:00
"""
