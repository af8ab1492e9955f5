"""digest: a newsletter and news-digest publisher that a newsroom hosts itself.

A story walks through the rooms from left to right: it comes in by `sources`, is
chosen in `selection`, becomes mail in `render` and leaves by `delivery`. `audience`
is the readers' road. `flows` are the verbs that join rooms and `store`; `cli`, `web`
and `clock` are the doors. `model` is the ground everything stands on.
"""

__version__ = "0.1.0"
