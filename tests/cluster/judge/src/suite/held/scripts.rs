//! Scripts and echo tasks. A cluster runs a script in a container of its own, without this program.

use flyte_runtime::prelude::*;
use jiff::civil::{Date, date};

use crate::case::{Case, Kind, case, held};

#[shell_task(script = r#"
    printf '%s' "{inputs.text}" | tr a-z A-Z > {outputs.o0}
"#)]
fn loud(text: String) -> String;

#[task]
fn length(text: &str) -> usize {
    text.len()
}

#[workflow]
fn between_tasks(text: String) -> (String, usize) {
    let first = loud(text);
    (loud(first), length(first))
}

#[shell_task(script = r#"
    echo $(( {inputs.a} + {inputs.b} )) > {outputs.o0}
    [ "{inputs.is_on}" = true ] && echo true > {outputs.o1} || echo false > {outputs.o1}
    echo "{inputs.x}" > {outputs.o2}
    echo "{inputs.day}" > {outputs.o3}
"#)]
fn of_many_types(a: i64, b: i64, is_on: bool, x: f64, day: Date) -> (i64, bool, f64, String);

#[shell_task(
    script = r#"
    printf '%s' "$GREETING, {inputs.name}" > {outputs.o0}
"#,
    environment(GREETING = "Grüß dich"),
    retries = 1
)]
fn with_variables(name: String) -> String;

#[workflow]
fn mapped(names: Vec<String>) -> Vec<String> {
    names.map(with_variables)
}

#[shell_task(script = r#"
    echo "it ends with {inputs.code}" >&2
    exit {inputs.code}
"#)]
fn ends_with(code: i64);

#[dynamic]
fn in_a_graph(words: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for word in words {
        all.push(loud(loud(word)));
    }
    all
}

#[shell_task(script = r#"
    wc -c < {inputs.file} | tr -d ' ' > {outputs.o0}
    { cat {inputs.file}; echo end; } > {outputs.o1}
"#)]
fn counted(file: FlyteFile) -> (i64, FlyteFile);

#[task]
fn written(text: String) -> Result<FlyteFile, flyte_runtime::files::DataError> {
    let file = FlyteFile::create("in.txt")?;
    file.write(text)?;
    Ok(file)
}

#[task]
fn read(file: FlyteFile) -> Result<String, flyte_runtime::files::DataError> {
    file.read_to_string()
}

#[workflow]
fn of_files(text: String) -> (i64, String) {
    let (count, file) = counted(written(text));
    (count, read(file))
}

#[echo_task]
fn same_list(xs: Vec<Option<f64>>) -> Vec<Option<f64>>;

#[echo_task]
fn same_text(text: String) -> String;

#[workflow]
fn echoes(xs: Vec<Option<f64>>, text: String) -> (Vec<Option<f64>>, String) {
    (same_list(same_list(xs)), same_text(text))
}

#[workflow]
fn echoes_in_cases(text: String, so: bool) -> String {
    if so {
        same_text(text)
    } else {
        loud(same_text(text))
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let odd = r#"a"; exit 1; $(exit 2) `exit 3` \ ' {inputs.text}"#;
    let loud_odd = odd.to_ascii_uppercase();
    held(
        "scripts",
        [
            case(between_tasks::call("ab cd".to_owned())).gives(("AB CD".to_owned(), 5)),
            case(between_tasks::call(odd.to_owned()))
                .gives((loud_odd.clone(), loud_odd.len()))
                .with("signs of shells"),
            case(of_many_types::call(2, -5, true, 0.5, date(2024, 2, 29))).succeeds(),
            case(mapped::call(texts(&["Ana", "Ümit"])))
                .gives(texts(&["Grüß dich, Ana", "Grüß dich, Ümit"]))
                .pods(2),
            case(ends_with::call(0)).gives(()),
            case(ends_with::call(7))
                .fails(Kind::Task, "it ends with 7")
                .with("7"),
            case(in_a_graph::call(texts(&["x", "y"])))
                .gives(texts(&["X", "Y"]))
                .pods(5),
            case(of_files::call("zwei\n".to_owned())).gives((5, "zwei\nend\n".to_owned())),
            case(echoes::call(
                vec![None, Some(f64::INFINITY)],
                "ä".to_owned(),
            ))
            .gives((vec![None, Some(f64::INFINITY)], "ä".to_owned()))
            .pods(0),
            case(echoes_in_cases::call("x".to_owned(), true))
                .gives("x".to_owned())
                .pods(0),
            case(echoes_in_cases::call("x".to_owned(), false))
                .gives("X".to_owned())
                .with("else")
                .pods(1),
        ],
    )
}
