"""What stands around the simulated world: proxy, control API, faults, throttling and the log of requests."""
