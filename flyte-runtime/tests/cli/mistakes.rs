//! Mistakes in the inputs of `run`.

use expect_test::expect;

use crate::{check, words};

#[test]
fn a_value_of_another_type_is_shown_with_its_input() {
    check(
        &words("run add --x three", &[]),
        expect![[r#"
            --- stderr
            error: invalid value 'three' for '--x <INTEGER>' (integer): not a whole number

            Usage: app run t.add --x <INTEGER> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run add --x 1.5", &[]),
        expect![[r#"
            --- stderr
            error: invalid value '1.5' for '--x <INTEGER>' (integer): not a whole number

            Usage: app run t.add --x <INTEGER> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run add --x 9223372036854775808", &[]),
        expect![[r#"
        --- stderr
        error: invalid value '9223372036854775808' for '--x <INTEGER>' (integer): integers go from -9223372036854775808 to 9223372036854775807

        Usage: app run t.add --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run float --x 1e999", &[]),
        expect![[r#"
        --- stderr
        error: invalid value '1e999' for '--x <FLOAT>' (float): floats go from -1.7976931348623157e308 to 1.7976931348623157e308

        Usage: app run t.float --x <FLOAT> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run float --x", &["1,5"]),
        expect![[r#"
            --- stderr
            error: invalid value '1,5' for '--x <FLOAT>' (float): not a number

            Usage: app run t.float --x <FLOAT> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run bytes --xs", &["[1, 300]"]),
        expect![[r#"
        --- stderr
        error: invalid value '[1, 300]' for '--xs <JSON>' (list of integer): at [1]: 300 does not fit `u8`: it goes from 0 to 255

        Usage: app run t.bytes --xs <JSON> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run bytes --xs", &["[1, \"2\"]"]),
        expect![[r#"
        --- stderr
        error: invalid value '[1, "2"]' for '--xs <JSON>' (list of integer): at [1]: expected integer, found the string "2"

        Usage: app run t.bytes --xs <JSON> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run bytes --xs 1,2", &[]),
        expect![[r#"
            --- stderr
            error: invalid value '1,2' for '--xs <JSON>' (list of integer): not JSON: trailing characters at line 1 column 2; write for example '[1]'

            Usage: app run t.bytes --xs <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run bytes --xs 5", &[]),
        expect![[r#"
        --- stderr
        error: invalid value '5' for '--xs <JSON>' (list of integer): expected list of integer, found the number 5

        Usage: app run t.bytes --xs <JSON> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run report --report", &[r#"{"mean": 1, "lable": "x"}"#]),
        expect![[r#"
            --- stderr
            error: invalid value '{"mean": 1, "lable": "x"}' for '--report <JSON>' (Report): expected a field of Report (`mean`, `label`), found `lable`

            Usage: app run t.report --report <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run report --report", &[r#"{"mean": 1}"#]),
        expect![[r#"
            --- stderr
            error: invalid value '{"mean": 1}' for '--report <JSON>' (Report): `Report` lacks the field `label`

            Usage: app run t.report --report <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &words("run report --report {}{", &[]),
        expect![[r#"
            --- stderr
            error: invalid value '{}{' for '--report <JSON>' (Report): not JSON: trailing characters at line 1 column 3; write for example '{"mean": 0.5, "label": "text"}'

            Usage: app run t.report --report <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    let long = format!("[{}]", "1000, ".repeat(100));
    check(
        &["run", "bytes", "--xs", &long],
        expect![[r#"
            --- stderr
            error: invalid value '[1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1…' for '--xs <JSON>' (list of integer): not JSON: trailing comma at line 1 column 602; write for example '[1]'

            Usage: app run t.bytes --xs <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}

#[test]
fn everything_that_is_wrong_or_missing_is_told_at_once() {
    check(
        &["run", "add"],
        expect![[r#"
        --- stderr
        error: `t.add` is missing an input:
          --x <INTEGER>  integer

        Usage: app run t.add --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &["run", "everything", "--small", "256", "--flag", "maybe"],
        expect![[r#"
            --- stderr
            error: invalid value '256' for '--small <INTEGER>' (integer): 256 does not fit `u8`: it goes from 0 to 255
            invalid value 'maybe' for '--flag [<BOOLEAN>]' (boolean): neither true nor false; `yes`, `no`, `1` and `0` say it, too
            `t.everything` is missing 6 inputs:
              --int <INTEGER>  integer
              --float <FLOAT>  float
              --text <TEXT>    string
              --list <JSON>    list of integer, such as '[1]'
              --map <JSON>     map of float, such as '{"key": 0.5}'
              --report <JSON>  Report, such as '{"mean": 0.5, "label": "text"}'

            Usage: app run t.everything --int <INTEGER> --small <INTEGER> --float <FLOAT> --text <TEXT> --flag [<BOOLEAN>] --list <JSON> --map <JSON> --report <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    check(
        &["run", "--json", "everything", "--small", "256"],
        expect![[r#"
            {"error":{"kind":"usage","message":"invalid value '256' for '--small <INTEGER>' (integer): 256 does not fit `u8`: it goes from 0 to 255\n`t.everything` is missing 7 inputs:\n  --int <INTEGER>     integer\n  --float <FLOAT>     float\n  --text <TEXT>       string\n  --flag [<BOOLEAN>]  boolean\n  --list <JSON>       list of integer, such as '[1]'\n  --map <JSON>        map of float, such as '{\"key\": 0.5}'\n  --report <JSON>     Report, such as '{\"mean\": 0.5, \"label\": \"text\"}'"}}
            --- stderr
            error: invalid value '256' for '--small <INTEGER>' (integer): 256 does not fit `u8`: it goes from 0 to 255
            `t.everything` is missing 7 inputs:
              --int <INTEGER>     integer
              --float <FLOAT>     float
              --text <TEXT>       string
              --flag [<BOOLEAN>]  boolean
              --list <JSON>       list of integer, such as '[1]'
              --map <JSON>        map of float, such as '{"key": 0.5}'
              --report <JSON>     Report, such as '{"mean": 0.5, "label": "text"}'

            Usage: app run t.everything --int <INTEGER> --small <INTEGER> --float <FLOAT> --text <TEXT> --flag [<BOOLEAN>] --list <JSON> --map <JSON> --report <JSON> [OPTIONS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
}

#[test]
fn unknown_and_repeated_options_are_refused() {
    check(
        &words("run echo --texd a", &[]),
        expect![[r#"
        --- stderr
        error: `echo` could be `other.echo` or `t.echo`; write the whole name
        exit code 2
    "#]],
    );
    check(
        &words("run t.echo --texd a", &[]),
        expect![[r#"
        --- stderr
        error: unexpected argument '--texd' found

          tip: a similar argument exists: '--text'

        Usage: app run t.echo --text <TEXT> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run add --x 1 --x 2", &[]),
        expect![[r#"
        --- stderr
        error: the argument '--x <INTEGER>' cannot be used multiple times

        Usage: app run t.add --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run add 1 2", &[]),
        expect![[r#"
        --- stderr
        error: unexpected argument '1' found

        Usage: app run t.add --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run add --x", &[]),
        expect![[r#"
        --- stderr
        error: a value is required for '--x <INTEGER>' but none was supplied

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run t.echo --text --help", &[]),
        expect![[r#"
        --- stderr
        error: a value is required for '--text <TEXT>' but none was supplied

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run t.echo --text -h", &[]),
        expect![[r#"
        --- stderr
        error: a value is required for '--text <TEXT>' but none was supplied

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &words("run t.echo --text=--help", &[]),
        expect![[r#"
        --help
        exit code 0
    "#]],
    );
    check(
        &words("run nothing --x 1", &[]),
        expect![[r#"
        --- stderr
        error: unexpected argument '--x' found

        Usage: app run t.nothing [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
}
