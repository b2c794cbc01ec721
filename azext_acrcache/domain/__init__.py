"""What artifact cache, vault access and roles mean. Pure: no I/O, no clock, no az."""
