"""What pulls from a registry: clusters, machines, web apps, container apps and container instances."""
