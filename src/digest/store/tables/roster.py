"""The tables of the roster: subscribers, subscriptions, suppressions, consent."""
