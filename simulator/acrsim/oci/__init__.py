"""Container images and repositories, as registries and upstreams hold them."""
