#!/bin/bash
# Style of all Python here, types, azdev's style and linter on the extension, and the headings of HISTORY.rst.
set -euo pipefail
source "$(dirname "$0")/azdev_tree.sh"

cd "$root"
flake8 azext_acrcache simulator tests dev setup.py

# What is switched off says why beside it: `# pylint: disable=name  # reason`.
unexplained=$(grep -rnE --include='*.py' 'pylint: *(disable|skip)' azext_acrcache simulator tests dev setup.py \
    | grep -vE 'pylint: *disable(-next)?=[a-z0-9,-]+ +# +[^ ]') || [ $? -eq 1 ]
if [ -n "$unexplained" ]; then
    printf '%s\n' "$unexplained" 'pylint: disable without a reason beside it' >&2
    exit 1
fi

python -m mypy --config-file mypy.ini

cd "$extension"
# The exit code tells; azdev prints "PASSED" before "FAILED" too.
azdev style acrcache

# azdev exits with 0 and says "No violations found" when a medium rule fails.
report=$(python "$root/dev/azdev_linter.py" linter acrcache --min-severity medium \
    -t params commands command_groups help_entries 2>&1) || { echo "$report"; exit 1; }
if grep -q FAIL <<<"$report"; then echo "$report"; exit 1; fi
passed=$(grep -c -E '^- .*pass' <<<"$report") || { echo "$report"; echo 'azdev linter checked nothing' >&2; exit 1; }
echo "azdev linter: $passed rules passed"

python - <<'CHECK'
from azdev.operations.pypi import _check_history_headings
wrong = _check_history_headings('.')
raise SystemExit(f"HISTORY.rst: {wrong}" if wrong else 0)
CHECK
newest=$(grep -m1 -E '^[0-9]+\.[0-9]+\.[0-9]+(b[0-9]+)?$' HISTORY.rst)
version=$(python setup.py --version)
if [ "$newest" != "$version" ]; then
    echo "HISTORY.rst begins with $newest, setup.py says $version" >&2
    exit 1
fi
echo "HISTORY.rst: $newest"
