#!/bin/bash
# The scenario tests, replayed from their recordings: no simulator, no network. Arguments, if any, go to pytest in place
# of the folder of tests. With AZURE_TEST_RUN_LIVE=true they record, with the sign-in of ACRCACHE_RECORD_CONFIG.
set -euo pipefail
source "$(dirname "$0")/azdev_tree.sh"
cd "$extension"
[ $# -gt 0 ] || set -- azext_acrcache/tests
if [ "${AZURE_TEST_RUN_LIVE:-}" != true ]; then
    # A request that no recording answers must not find a way out.
    export HTTPS_PROXY=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9
fi
PYTHONPATH=. python -m pytest -q -p no:cacheprovider --durations=10 --durations-min=1 "$@"
