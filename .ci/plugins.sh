#!/usr/bin/env bash
# Plug-ins as their authors have them: Symposia installed from a wheel, files in a folder outside the checkout.
# $1 is the bin folder of that environment, which needs pytest and pytest-asyncio, $2 an empty folder.
set -euo pipefail
symposia="$1/symposia" python="$1/python"
cd "$2"
site="$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

fails_with() {  # MESSAGE COMMAND..: the command fails, and says one line that has the message
  local wanted="$1" said
  shift
  if said="$("$@" 2>&1 >/dev/null)"; then echo "should have failed: $*"; exit 1; fi
  [[ $(wc -l <<<"$said") == 1 && "$said" == *"$wanted"* ]] || { printf 'should say %s:\n%s\n' "$wanted" "$said"; exit 1; }
}

for kind in protocol task grader metric topology model trainer; do
  "$symposia" new "$kind" "my_$kind" >/dev/null
  if [ "$kind" = trainer ]; then
    "$symposia" train my_trainer.yaml >/dev/null
  else
    plan="$("$symposia" plan "my_$kind.yaml")"
    [[ "$plan" == *"my_$kind.py"* ]] || { echo "the plan of my_$kind.yaml does not say what code it runs"; exit 1; }
    "$symposia" run "my_$kind.yaml" --out "run_$kind" >/dev/null
    "$symposia" replay "run_$kind" >/dev/null
  fi
  echo "my_$kind: written, planned, run, replayed"
done
"$python" -m pytest -q -p no:cacheprovider .

# Installed plug-ins are listed with their origin; two of one name are refused, and a broken one is named by its file.
installed() {  # PACKAGE VERSION: an installed package that offers my_protocol.py as the protocol lab/pick
  mkdir -p "$site/$1" "$site/$1-$2.dist-info"
  touch "$site/$1/__init__.py"
  cp my_protocol.py "$site/$1/pick.py"
  printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "$1" "$2" >"$site/$1-$2.dist-info/METADATA"
  printf '[symposia.protocols]\nlab/pick = %s.pick\n' "$1" >"$site/$1-$2.dist-info/entry_points.txt"
  printf '%s/__init__.py,,\n%s/pick.py,,\n' "$1" "$1" >"$site/$1-$2.dist-info/RECORD"
}
installed first_lab 1.0
sed 's#use: ./my_protocol.py#use: lab/pick#' my_protocol.yaml >installed.yaml
grep -q 'use: lab/pick' installed.yaml
listed="$("$symposia" list protocols --json)"
[[ "$listed" == *first_lab* ]] || { echo "an installed protocol is not listed with its origin"; exit 1; }
"$symposia" run installed.yaml --out run_installed >/dev/null && "$symposia" replay run_installed >/dev/null
installed second_lab 2.0
fails_with "lab/pick" "$symposia" plan installed.yaml
rm -rf "$site"/first_lab* "$site"/second_lab*
echo "installed: listed, run, replayed; two of one name refused"

for kind in protocol task grader metric topology model; do
  echo 'this is not Python' >"my_$kind.py"
  fails_with "my_$kind.py" "$symposia" plan "my_$kind.yaml"
done
echo 'this is not Python' >my_trainer.py
fails_with my_trainer.py "$symposia" train my_trainer.yaml
echo "broken: one message each, which names the file"
