#!/bin/bash
# The unit tests of the extension and of the simulator. Arguments go to pytest, such as `-k name` for one test. Without
# any, coverage is measured and must be high enough.
set -euo pipefail
cd "$(dirname "$0")/.."
az=.build/az/bin/python
sim=.build/sim/bin/python
pytest=(-m pytest -q -p no:cacheprovider --durations=10 --durations-min=1)

if [ $# -eq 0 ]; then
    mkdir -p .build/coverage
    "$az" -m coverage erase
    PYTHONPATH=. "$az" -m coverage run "${pytest[@]}" -n "${WORKERS:-2}" tests/unit
    "$az" -m coverage combine -q
    "$az" dev/coverage_gate.py
    PYTHONPATH=simulator "$sim" "${pytest[@]}" tests/simulator
    exit
fi

# pytest ends with 5 where it has selected no test. One of the two has none of a given name; both is a mistake.
extension=0 simulator=0
PYTHONPATH=. "$az" "${pytest[@]}" tests/unit "$@" || extension=$?
PYTHONPATH=simulator "$sim" "${pytest[@]}" tests/simulator "$@" || simulator=$?
if [ $extension -eq 5 ] && [ $simulator -eq 5 ]; then
    echo "no unit test matches: $*" >&2
    exit 5
fi
for code in $extension $simulator; do
    if [ "$code" -ne 0 ] && [ "$code" -ne 5 ]; then exit "$code"; fi
done
