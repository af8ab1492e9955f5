"""The verbs: plain functions that read top to bottom and alone join rooms and store."""
