# Completions of {{shown}} for bash, printed by its command `completions bash`.
{{function}}() {
    # The program as it was typed, without quotes.
    local program=${1//\\/} candidate
    program=${program//[\"\']/}
    program=${program/#\~\//$HOME/}
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <("$program" completions bash --line="${COMP_LINE:0:COMP_POINT}" --replaces="$2" 2>/dev/null </dev/null)
    # The word goes on behind a directory, and behind a gate with its answer.
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[/=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F {{function}} {{program}}
