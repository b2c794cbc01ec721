#!/bin/bash
# The scenario tests, replayed from their recordings: no simulator, no network. Arguments go to pytest.
set -euo pipefail
source "$(dirname "$0")/azdev_tree.sh"
cd "$extension"
PYTHONPATH=. python -m pytest -q -p no:cacheprovider "$@" azext_acrcache/tests
