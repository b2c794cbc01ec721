"""What docker, kubelet, ARM and az say when a cached pull or its set-up fails, and what it means."""
