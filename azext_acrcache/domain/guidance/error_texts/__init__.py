"""What docker, kubelet, ARM, Key Vault and az say when a cached pull or its set-up fails, and what it means.

`cleaning` makes one line of a paste, `reading` tells who speaks, how and of what, `explain` finds the cause in the
tables of texts (one file a speaker).
"""
