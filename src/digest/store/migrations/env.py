"""Alembic's way in: runs migrations on the connection that `store/upgrade` hands over.

The caller owns the transaction. Tables are recreated where SQLite cannot alter them.
"""

from alembic import context

from digest.store.tables import complete

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete(),
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
