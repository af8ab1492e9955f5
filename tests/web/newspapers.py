"""Newsrooms with several digests, for the tests of the readers' pages."""

from newsroom import SCHEDULE

TWO = (
    SCHEDULE.replace("title: The Morning Post", "title: The Morning Post\n    about: Larkmoor at breakfast.")
    + """\
  - id: evening
    title: The Evening Post
    language: en
    send: weekdays at 18:00
    in_reader_timezone: true
    tracking: anonymous
    audience: {topics: [evening]}
    sections:
      - {title: Council, tags: [council]}
      - {title: Harbour, tags: [harbour]}
"""
)
