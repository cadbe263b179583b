#compdef {{shown}}
# Completions of {{shown}} for zsh, printed by its command `completions zsh`.
{{function}}() {
    local program=${(Q)words[1]} current=$PREFIX answer value help
    local -a before=("${(@Q)words[1,CURRENT-1]}")
    local -a values=() shown=() open_values=() open_shown=() home=()
    program=${program/#\~\//$HOME/}
    # Inside of quotes everything is what it looks like.
    [[ -z $compstate[quote] ]] && current=${(Q)PREFIX}
    for answer in "${(@f)$("$program" completions zsh -- "${before[@]}" "$current" 2>/dev/null </dev/null)}"; do
        [[ -z $answer ]] && continue
        value=${answer%%$'\t'*}
        help=${answer#*$'\t'}
        if [[ $value == '~/'* && -z $compstate[quote] ]]; then
            # The directory of the user stays what it is.
            home+=("~/${(q)${value#\~/}}")
        elif [[ $value == *[/=] ]]; then
            # The word goes on behind a directory, and behind a gate with its answer.
            open_values+=("$value")
            open_shown+=("$value${help:+  -- $help}")
        else
            values+=("$value")
            shown+=("$value${help:+  -- $help}")
        fi
    done
    local result=1
    (( $#values )) && compadd -l -V words -d shown -a values && result=0
    (( $#open_values )) && compadd -l -V open -S '' -d open_shown -a open_values && result=0
    (( $#home )) && compadd -Q -S '' -a home && result=0
    return result
}
# Either a directory of $fpath has this file, or a script has sourced it.
if [[ $funcstack[1] == _* ]]; then
    {{function}} "$@"
else
    compdef {{function}} {{program}}
fi
