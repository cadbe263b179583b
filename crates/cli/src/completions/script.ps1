# Completions of {{shown}} for PowerShell, printed by its command `completions powershell`.
Register-ArgumentCompleter -Native -CommandName {{program}} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @(foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $element.Value
        } else {
            $element.Extent.Text
        }
    })
    $words += $wordToComplete.TrimStart("'", '"')
    # Digits are passed on as they are by every version.
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($words -join "`n")
    $hex = [System.BitConverter]::ToString($bytes)
    & $commandAst.GetCommandName() completions powershell --hex $hex 2>$null | ForEach-Object {
        $word, $shown, $help = $_ -split "`t", 3
        [System.Management.Automation.CompletionResult]::new($word, $shown, 'ParameterValue', $help)
    }
}
