"""Tests of the store; the fixtures `store`, `postgres_store` and `any_store` stand in `conftest`."""
