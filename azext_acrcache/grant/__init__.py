"""`az acrcache grant`: access, given and taken back."""
