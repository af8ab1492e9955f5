"""Choose what goes into an edition. Pure: no clock, no file, no network, no store."""
