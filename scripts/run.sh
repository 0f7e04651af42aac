#!/bin/sh
# run.sh PROGRAM [ARGUMENT...]
#
# Installs and builds what is missing, then becomes `node PROGRAM` under Node 24. It `exec`s, so that the process
# which npm started is the program itself: a signal that npm passes on stops the program, not a shell above it.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1

node "$root/scripts/prepare/main.mjs" &
prepare=$!
trap 'kill -TERM "$prepare" 2>/dev/null; wait "$prepare"; exit 143' TERM INT HUP
wait "$prepare" || exit $?
trap - TERM INT HUP

PATH="$root/node_modules/.millrace/bin:$PATH"
export PATH
# What V8 has compiled is kept, so that the next start has less to do.
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$root/node_modules/.millrace/compile-cache}
export NODE_COMPILE_CACHE
program=$1
shift
exec node "$root/$program" "$@"
