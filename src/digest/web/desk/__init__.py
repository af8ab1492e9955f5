"""The desk: where editors see, change and release today's edition."""
