#!/usr/bin/env bash
# Starts the release build on config/dev.yaml and says where it is and who may come in. Arguments go on to `tidegate serve`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

host=build/release/bin/tidegate
config=config/dev.yaml
ready_timeout_s=60
demo_users=(
    "customer    8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c01 Carla"
    "agent       8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c02 Ada"
    "underwriter 8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c03 Udo"
    "manager     8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c04 Mara"
    "admin       8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c05 Root"
)

if [[ ! -x $host ]]; then
    echo "run-dev: $host is not built; run: make build" >&2
    exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkfifo "$scratch/stdout"

# A process group of its own: Ctrl-C in a terminal must reach the host once, since a second signal cuts its drain short.
set -m
"$host" serve --config "$config" "$@" </dev/null >"$scratch/stdout" &
pid=$!
set +m
interrupted=0
forward() {
    interrupted=1
    kill -s "$1" "$pid" 2>/dev/null || true
}
trap 'forward INT' INT
trap 'forward TERM' TERM HUP

wait_for_host() {
    local code=0
    interrupted=1
    while ((interrupted)); do # a signal ends `wait` before the host has ended
        interrupted=0
        code=0
        wait "$pid" || code=$?
    done
    exit "$code"
}

exec 3<"$scratch/stdout"
line=
IFS= read -r -t "$ready_timeout_s" line <&3 || true
if [[ -z $line ]]; then
    if ((!interrupted)) && kill -s TERM "$pid" 2>/dev/null; then
        echo "run-dev: the host ended, or was not ready within $ready_timeout_s s" >&2
    fi
    wait_for_host
fi
addresses=$(python3 -c 'import json, sys; ready = json.loads(sys.argv[1]); print(ready["listen"], ready["admin"])' "$line") || {
    echo "run-dev: no ready line: $line" >&2
    forward TERM
    wait_for_host
}
read -r listen admin <<<"$addresses"
(
    trap '' INT TERM HUP
    exec cat
) <&3 &
exec 3<&-

echo
echo "Tidegate serves. Open as:"
for user in "${demo_users[@]}"; do
    read -r role id name <<<"$user"
    if token=$("$host" token --config "$config" --user "$id" --name "$name" --role "$role"); then
        printf '  %-12s http://%s/#token=%s\n' "$role" "$listen" "$token"
    else
        echo "run-dev: no token for $role" >&2
    fi
done
echo "Operators: http://$admin/metrics, and: $host plugins status --admin $admin"
echo "stop with Ctrl-C"
wait_for_host
