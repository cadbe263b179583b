# Completions of {{shown}} for fish, printed by its command `completions fish`.
function {{function}}
    set -l program (commandline -opc)[1]
    set program (string replace -r '^~/' "$HOME/" -- $program)
    $program completions fish --line=(commandline -cp | string collect) 2>/dev/null </dev/null
end
complete -c {{program}} -f -k -a '({{function}})'
