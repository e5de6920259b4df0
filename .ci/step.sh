#!/bin/sh
# step.sh "What happens" command … : one line on the screen for one step; its output goes to var/setup.log and is shown
# when the step fails.

mkdir -p var
log=var/setup.log
printf '%s …' "$1"
printf '\n== %s\n' "$1" >>"$log"
before=$(wc -l <"$log")
began=$(date +%s)
shift

"$@" >>"$log" 2>&1 </dev/null
code=$?

if [ "$code" -eq 0 ]; then
    echo " done ($(($(date +%s) - began)) s)"
else
    echo " FAILED"
    tail -n "+$((before + 1))" "$log" | tail -n 40 >&2
    echo "The whole story is in $log." >&2
fi
exit "$code"
