#!/usr/bin/env bash
# An "agent" made of ordinary tools: the prompt comes on stdin, the answer goes to stdout. It can do two things: pick the
# sentence that says most of a text, and make a sentence a little shorter. The first line of the prompt says which.
set -euo pipefail

prompt=$(cat)
task=${prompt%%$'\n'*}
text=${prompt#*$'\n'}

# One sentence a line, without headings, tables, lists and code.
sentences() {
  awk '/^[[:space:]]*```/ { code = !code; next } code || /^[[:space:]]*([#|>*-]|[0-9]+[.])/ { print ""; next } { print }' |
    sed -e 's/\[\([^]]*\)\]([^)]*)/\1/g' -e 's/[`*]//g' |
    awk 'BEGIN { RS = "" } { gsub(/[[:space:]]+/, " "); gsub(/[.!?] /, "&\n"); print }'
}

# The sentence whose words are, on average, the most frequent ones.
summarise() {
  sentences | awk '
    { sentence[NR] = $0; n = split(tolower($0), word, /[^a-z]+/); for (i = 1; i <= n; i++) if (length(word[i]) > 3) count[word[i]]++ }
    END {
      for (s = 1; s <= NR; s++) {
        n = split(tolower(sentence[s]), word, /[^a-z]+/); score = 0
        for (i = 1; i <= n; i++) if (length(word[i]) > 3) score += count[word[i]]
        if (n >= 16 && n <= 60 && score / n > best) { best = score / n; pick = sentence[s] }
      }
      print pick == "" ? sentence[1] : pick
    }'
}

# The last sentence of the text less up to four filler words, or else less its last four words.
shorten() {
  grep -v '^[[:space:]]*$' | tail -n 1 | awk '
    BEGIN { n = split("a an the that which so very also just and or of its it is are was were be been this these", list, " "); for (i = 1; i <= n; i++) filler[list[i]] = 1 }
    {
      for (i = 1; i <= NF; i++) {
        if (i > 1 && dropped < 4 && (tolower($i) in filler)) { dropped++; continue }
        kept[++n_kept] = $i
      }
      if (dropped == 0) n_kept = n_kept > 5 ? n_kept - 4 : 1
      for (i = 1; i <= n_kept; i++) line = line (i > 1 ? " " : "") kept[i]
      sub(/[,;:]$/, "", line)
      print line
    }'
}

case $task in
  Summarise*) summarise <<<"$text" ;;
  Shorten*) shorten <<<"$text" ;;
  *)
    echo "this agent can only summarise and shorten, not: $task" >&2
    exit 2
    ;;
esac
