# Sourced: the surroundings in which azdev and az take this checkout for an extension under development.
#
# azdev wants an activated environment, a folder that is named like the extension, an egg-info in it, and
# <azure-cli>/scripts/ci/cmdcov.yml, which it would download otherwise. The folder links to the checkout, so that no tool
# writes beside setup.py and nothing of the checkout is installed: the end-to-end tests must find the wheel only.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${ACRCACHE_AZ_PYTHON:-$root/.build/az/bin/python}
tree=$root/.build/azdev
if [[ $root == *[[:space:]]* ]]; then
    # azdev builds command lines without quotes, so that everything it names must be reached by a path without a space.
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    ln -s "$root" "$tree/checkout"
    root=$tree/checkout python=${python/#"$(cd "$root" && pwd -P)"/$tree/checkout}
fi
extension=$tree/ext/acrcache

VIRTUAL_ENV=$("$python" -c 'import sys; print(sys.prefix)')
export VIRTUAL_ENV PATH=$VIRTUAL_ENV/bin:$PATH
export AZDEV_CONFIG_DIR=$tree/config AZDEV_CLI_REPO_PATH=$tree/cli AZDEV_EXT_REPO_PATHS=$extension
# Where az is signed in, for recordings; nothing else here signs in.
export AZURE_CONFIG_DIR=${ACRCACHE_RECORD_CONFIG:-$tree/azure}
export AZURE_EXTENSION_DIR=$tree/none AZURE_EXTENSION_DEV_SOURCES=$extension
export AZURE_CORE_COLLECT_TELEMETRY=no

mkdir -p "$extension" "$AZDEV_CONFIG_DIR" "$AZDEV_CLI_REPO_PATH/scripts/ci" "$AZURE_CONFIG_DIR"
for name in setup.py README.md HISTORY.rst LICENSE pylintrc .flake8 linter_exclusions.yml azext_acrcache; do
    ln -sfn "$root/$name" "$extension/$name"
done
for key in CMD QUO END DOCS_END NOT_END NUMBER_SIGN; do
    [ $key = CMD ] && echo 'CMD_PATTERN: [x, x, x, x]' || echo "${key}_PATTERN: x"
done > "$AZDEV_CLI_REPO_PATH/scripts/ci/cmdcov.yml"
(cd "$extension" && "$python" setup.py -q egg_info)
