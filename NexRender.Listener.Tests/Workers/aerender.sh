#!/bin/bash
# Stands in for the renderer of After Effects: takes its arguments, prints its progress, and notes each render in a file.
# FARM_WORKER is the name of the worker, FARM_RENDERS the file.
while (($#)); do
  case $1 in
    -project) project=$2 ;;
    -comp) frames=$2 ;;
    -output) output=$2 ;;
  esac
  shift
done
uid=$(basename "$(dirname "$project")")
note() { echo "$1 $uid $FARM_WORKER" >>"$FARM_RENDERS"; }

note begin
printf 'PROGRESS:  Start: 0;00;00;00\nPROGRESS:  End: 0;00;%02d;00\nPROGRESS:  Duration: 0;00;%02d;00\n' "$frames" "$frames"
for ((frame = 1; frame <= frames; frame++)); do
  # A frame takes a while, or a render would be over before its line is cut.
  sleep 0.1
  printf 'PROGRESS:  0;00;%02d;00 (%d): 0 Seconds\n' "$frame" "$frame"
done
mkdir -p "$(dirname "$output")"
head -c 4096 /dev/zero >"$output"
note end
printf 'PROGRESS:  Finished composition "%s".\n' "$frames"
