#!/bin/sh
# The door of Guanhu: everything one does here starts with ./do. Needs a python >= 3.11 and nothing else.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
venv=$root/.venv
python=$venv/bin/python
lock=$root/requirements-dev.lock
uv_version=0.13.9

export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
export UV_NO_CONFIG=1
export GUANHU_VAR="${GUANHU_VAR:-$root/var}"
export PYTHONPATH="$root"
export PYTHONUTF8=1
unset PYTHONDONTWRITEBYTECODE # else every command would translate every package anew: seconds at each start

usage() {
    cat <<'TEXT'
./do setup                          the packages of this folder's .venv, from the lock with hashes
./do demo [--once] [--port N]       an invented bank, its nights, and a wealth manager's morning on 127.0.0.1
./do test [quick] [--no-browser]    all tests, long gates at a tenth; quick: under a minute, no browser
./do test-all                       all tests, long gates in full
./do check                          style, types, floors, generated pages, migrations, translations, known flaws
./do fix                            what of that can be put right by itself
./do night …                        one night on the bank's files             (guanhu night --help)
./do show …                         what a night found                        (guanhu show --help)
./do serve [--port N]               the pages alone
./do bench night [--full]           the measured figures of docs/performance.md
./do bench pages                    … those of the pages
./do bench trail                    … those of the trail
./do bench alarms                   … those of the alarms
./do bench ledgers                  … those of ledgers taken in
./do bench allocation               … those of the split
./do bench dayplan                  … those of the plan of many days
./do bench rates                    … what is learnt of contacts, against the invented bank's truth
./do bench weight                   … what keeping the tiers' rhythm costs, on the bank that stands
./do bench quarter [--seeds N] [--days N]   … a simulated quarter: our plan against lists kept by hand
./do bench proof                    … the sheet of a split of real accounts, docs/split-of-berka.md
./do recount --day …                counts a second time from the contacts, and where they differ
./do trail …                        seal it, check it, who saw a customer   (guanhu trail --help)
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# ---------------------------------------------------------------- setup

has_ensurepip() { "$1" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1; }

has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# The distribution's own Python comes first: it is built with the compiler's profile, as those built at home seldom are, and
# everything takes less of it (docs/performance.md). The first that can make an environment is taken, else the first new enough.
find_python() {
    if [ -n "${GUANHU_PYTHON:-}" ]; then
        set -- "$GUANHU_PYTHON"
    else
        set -- /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11
    fi
    fits=
    for candidate; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            [ -n "$fits" ] || fits=$(command -v "$candidate")
            if has_ensurepip "$candidate" || has_pip "$candidate"; then
                command -v "$candidate"
                return 0
            fi
        fi
    done
    [ -n "$fits" ] && printf '%s\n' "$fits"
}

make_venv() {
    base=$(find_python) || die "未找到 Python 3.11 或更新版本 · python >= 3.11 not found"
    rm -rf "$venv"
    if ! has_ensurepip "$base" && ! has_pip "$base" && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "安装 python3-venv … · installing python3-venv"
        { apt-get update -q && apt-get install -y -q python3-venv; } >&2 || true
        if has_ensurepip /usr/bin/python3; then base=/usr/bin/python3; fi
    fi
    if has_ensurepip "$base"; then
        "$base" -m venv "$venv"
        "$python" -m pip install -q --disable-pip-version-check "uv==$uv_version"
    elif has_pip "$base"; then
        "$base" -m venv --without-pip "$venv"
        "$base" -m pip --python "$python" install -q --disable-pip-version-check "uv==$uv_version"
    else
        die "请先安装 python3-venv(或 python3-pip)· install python3-venv (or python3-pip), then call again"
    fi
}

lock_sum() { cksum <"$lock"; }

setup() {
    # the sum is written last, so a half-made .venv is made anew
    if [ -f "$venv/.lock-sum" ] && [ "$(cat "$venv/.lock-sum")" = "$(lock_sum)" ] && [ -x "$python" ]; then return 0; fi
    if command -v flock >/dev/null 2>&1 && [ -z "${GUANHU_SETUP:-}" ]; then
        GUANHU_SETUP=1 flock "$root/do" "$root/do" setup
        return 0
    fi
    say "准备运行环境：首次约需下载 460 MB · setting up .venv: about 460 MB to fetch the first time"
    if [ ! -f "$venv/.lock-sum" ] || [ ! -x "$python" ] || [ ! -x "$venv/bin/uv" ]; then make_venv; fi
    rm -f "$venv/.lock-sum"
    "$venv/bin/uv" pip sync --require-hashes --python "$python" "$lock" >&2
    lock_sum >"$venv/.lock-sum"
}

# ---------------------------------------------------------------- tests

# The headless build comes first: it draws the same pages for much less work. Playwright finds its own by itself.
find_browser() {
    for candidate in "${GUANHU_CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
            GUANHU_CHROMIUM=$(command -v "$candidate")
            export GUANHU_CHROMIUM
            return 0
        fi
    done
    unset GUANHU_CHROMIUM
    "$python" -c '
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    path = p.chromium.executable_path
sys.exit(not os.access(path, os.X_OK))' >/dev/null 2>&1
}

get_browser() {
    if find_browser; then return 0; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "安装 chromium … · installing chromium"
        { apt-get update -q && { apt-get install -y -q chromium-headless-shell || apt-get install -y -q chromium; }; } >&2 || true
        if find_browser; then return 0; fi
    fi
    say "下载浏览器 … · fetching Playwright's browser"
    "$python" -m playwright install chromium >&2 || true
    if find_browser; then return 0; fi
    die "没有可用的浏览器；若确要不带浏览器测试：./do test --no-browser · no browser to be had"
}

cores() { nproc 2>/dev/null || echo 1; }

run_tests() {
    gates=$1
    shift
    quick= browser=yes
    while [ $# -gt 0 ]; do
        case $1 in
            quick) quick=yes ;;
            --no-browser) browser= ;;
            *) break ;;
        esac
        shift
    done
    setup
    wanted=""
    if [ -n "$quick" ]; then
        wanted="not browser and not long"
    elif [ -n "$browser" ]; then
        get_browser
    else
        wanted="not browser"
        export GUANHU_NO_BROWSER=1
        say "注意：未带浏览器，界面测试不会运行 · WITHOUT A BROWSER: no journey is walked"
    fi
    workers=$(($(cores) + 1)) # one waits for a browser or a database while the others work
    if [ "$workers" -gt 5 ]; then workers=5; fi
    say "$(cores) 个核，$workers 路同时测试 · testing $workers at a time on $(cores) cores"
    export GUANHU_GATES="$gates"
    cd "$root"
    exec "$python" -m pytest -n "$workers" -q -m "$wanted" "$@"
}

# ---------------------------------------------------------------- check and fix

check() {
    cd "$root"
    failed=
    for step in "ruff check" "ruff format --check" "mypy" "lint-imports --no-logo" "reference --check" \
        "migrations --check" "translations --check" "bandit -q -ll -r guanhu" "deployment"; do
        say "── $step"
        case $step in
            ruff* | mypy* | lint-imports* | bandit*) set -- "$venv/bin/${step%% *}" ;;
            *) set -- "$python" -m guanhu.cli.upkeep "${step%% *}" ;;
        esac
        case $step in *" "*) set -- "$@" ${step#* } ;; esac
        "$@" || failed="$failed «$step»"
    done
    if [ -n "$failed" ]; then die "未通过 · not passed:$failed"; fi
    say "全部通过 · all passed"
}

fix() {
    cd "$root"
    "$venv/bin/ruff" check --fix-only --quiet || true
    "$venv/bin/ruff" format
    "$python" -m guanhu.cli.upkeep reference
    "$python" -m guanhu.cli.upkeep translations
}

# ---------------------------------------------------------------- the door

verb=${1:-help}
if [ $# -gt 0 ]; then shift; fi
case $verb in
    setup) setup ;;
    demo | night | show | serve | trail | recount)
        setup
        exec "$python" -m guanhu.cli "$verb" "$@"
        ;;
    test) run_tests tenth "$@" ;;
    test-all) run_tests full "$@" ;;
    check) setup && check ;;
    fix) setup && fix ;;
    bench)
        setup
        [ $# -gt 0 ] || die "./do bench night [--full] | pages | trail | alarms | ledgers | allocation | dayplan | rates | weight | quarter | proof"
        what=$1
        shift
        cd "$root"
        exec "$python" -m "bench.$what" "$@"
        ;;
    help | -h | --help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
