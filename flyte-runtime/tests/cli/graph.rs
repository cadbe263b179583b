//! `graph`.

use std::fs;

use expect_test::expect;
use flyte_runtime::files::TempSandbox;

use crate::{check, output_of, registry};

#[test]
fn a_workflow_is_drawn_in_characters() {
    check(
        &["graph", "pipeline"],
        expect![[r#"
            pipeline  flyte-runtime/tests/cli/entities.rs:LINE

                                                           (x: i64)
                                                               │
                                               ╭───────────────┴─┬┈┈┈┈╮
                                               │                 ╰╮   ┊
                              ╭────────────────▼───────────────╮  │   ┊
                              │ add                            │  │   ┊
                              │ y = 1                          │  │   ┊
                              │ 2 retries · cache 1 · cpu 500m │  │   ┊
                              ╰────────────────┬───────────────╯  │   ┊
                                               │                  │   ┊
                                      ╭────────┴──────────╮     ╭─╯   ┊
                                   x: i64                 │   xs[2]   ┊
                                      │                   │     │     ┊
                     ╭────────────────▼───────────────╮   │     │     ┊
                     │ add                            │   │     │     ┊
                     │ y = 7                          │   │     │     ┊
                     │ 2 retries · cache 1 · cpu 500m │   │     │     ┊
                     ╰────────────────┬───────────────╯   │     │     ┊
                                      │                   │     │     ┊
                                ╭┈┈┈┈┈┴─────╮             │     ╰─╮   ┊
                                ┊      xs[1]: i64    xs[0]: i64   │   ┊
                                ┊           │             │       │   ┊
                                ┊           │             ╰─╮ ╭───╯   ┊
                                ┊           ╰─────────────╮ │ │       ┊
            ╭───────────────────▽──────────────────╮    ╭─▼─▼─▼╮      ┊
            │ report                               │    │ sum  │      ┊
            │ report = {"label":"half","mean":0.5} │    ╰───┬──╯      ┊
            ╰───────────────────┬──────────────────╯        │         ┊
                                │                           │         ┊
                                ├┈┈┈┈┈┈┈┈┈╮             ╭┈┈┈┴───────╮ ┊
                                │         ╰┈┈┈┈┈┈┈╮   ╭┈┊┈┈┈┈┈┈┈┈┈┈┈┼┈╯
                                │                 ┊ ╭┈┊┈╯           │
                                │            ╭╌╌╌╌▽╌▽╌▼╌╌╌╮         │
                                ▼            ╎ on failure ╎         ▼
                          (o1: Report)       ╎ tell       ╎    (o0: i64)
                                             ╎ weight = 1 ╎
                                             ╰╌╌╌╌╌╌╌╌╌╌╌╌╯
            exit code 0
        "#]],
    );
}

#[test]
fn other_formats() {
    check(
        &["graph", "pipeline", "--format", "mermaid"],
        expect![[r#"
            flowchart TD
              s0(["x: i64"])
              s1["add<br>y = 1<br>2 retries, cache 1, cpu 500m"]
              s2["add<br>y = 7<br>2 retries, cache 1, cpu 500m"]
              s3["report<br>report = {&quot;label&quot;:&quot;half&quot;,&quot;mean&quot;:0.5}"]
              s4["sum"]
              s5["on failure<br>tell<br>weight = 1"]
              s6(["o0: i64"])
              s7(["o1: Report"])
              s0 --> s1
              s0 -->|"xs[2]"| s4
              s0 -.-> s5
              s1 -->|"x: i64"| s2
              s1 -->|"xs[0]: i64"| s4
              s2 -.-> s3
              s2 -->|"xs[1]: i64"| s4
              s3 -.-> s5
              s3 --> s7
              s4 -.-> s5
              s4 --> s6
            exit code 0
        "#]],
    );
    check(
        &["graph", "pipeline", "--format", "dot"],
        expect![[r#"
            digraph "t.pipeline" {
              node [shape=box style=rounded fontname="Helvetica" fontsize=11]
              edge [fontname="Helvetica" fontsize=9 arrowsize=0.6]
              s0 [label="x: i64" shape=oval tooltip="input\ni64\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s1 [label="add\ny = 1\n2 retries, cache 1, cpu 500m" tooltip="task t.add\nnode n0\ny = 1\n2 retries, cache 1, cpu 500m\nat flyte-runtime/tests/cli/entities.rs:LINE\nAdds two numbers.\n\nThe sum is exact."]
              s2 [label="add\ny = 7\n2 retries, cache 1, cpu 500m" tooltip="task t.add\nnode n1\ny = 7\n2 retries, cache 1, cpu 500m\nat flyte-runtime/tests/cli/entities.rs:LINE\nAdds two numbers.\n\nThe sum is exact."]
              s3 [label="report\nreport = {\"label\":\"half\",\"mean\":0.5}" tooltip="task t.report\nnode n2\nreport = {\"label\":\"half\",\"mean\":0.5}\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s4 [label="sum" tooltip="task t.sum\nnode n3\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s5 [label="on failure\ntell\nweight = 1" style="rounded,dotted" tooltip="task t.tell\nnode fn0\non failure\nweight = 1\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s6 [label="o0: i64" shape=oval tooltip="output\ni64\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s7 [label="o1: Report" shape=oval tooltip="output\nReport\nat flyte-runtime/tests/cli/entities.rs:LINE"]
              s0 -> s1
              s0 -> s4 [label="xs[2]"]
              s0 -> s5 [style=dotted]
              s1 -> s2 [label="x: i64"]
              s1 -> s4 [label="xs[0]: i64"]
              s2 -> s3 [style=dashed]
              s2 -> s4 [label="xs[1]: i64"]
              s3 -> s5 [style=dotted]
              s3 -> s7
              s4 -> s5 [style=dotted]
              s4 -> s6
            }
            exit code 0
        "#]],
    );
    check(
        &["graph", "pipeline", "--format", "json"],
        expect![[r#"
            {
            "name":"t.pipeline",
            "location":"flyte-runtime/tests/cli/entities.rs:LINE",
            "docs":"Adds and adds again.",
            "steps":[
            {"id":"input x","kind":"input","name":"x","value":"i64","location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"n0","kind":"task","name":"add","entity":"t.add","constants":["y = 1"],"options":["2 retries","cache 1","cpu 500m"],"docs":"Adds two numbers.\n\nThe sum is exact.","location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"n1","kind":"task","name":"add","entity":"t.add","constants":["y = 7"],"options":["2 retries","cache 1","cpu 500m"],"docs":"Adds two numbers.\n\nThe sum is exact.","location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"n2","kind":"task","name":"report","entity":"t.report","constants":["report = {\"label\":\"half\",\"mean\":0.5}"],"location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"n3","kind":"task","name":"sum","entity":"t.sum","location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"fn0","kind":"task","name":"tell","entity":"t.tell","when":"on failure","constants":["weight = 1"],"location":"flyte-runtime/tests/cli/entities.rs:LINE","on_failure":true},
            {"id":"output o0","kind":"output","name":"o0","value":"i64","location":"flyte-runtime/tests/cli/entities.rs:LINE"},
            {"id":"output o1","kind":"output","name":"o1","value":"Report","location":"flyte-runtime/tests/cli/entities.rs:LINE"}
            ],
            "links":[
            {"from":"input x","to":"n0","why":"value","values":[{"output":"x","input":"x","type":"i64"}]},
            {"from":"input x","to":"n3","why":"value","values":[{"output":"x","input":"xs[2]","type":"i64"}]},
            {"from":"input x","to":"fn0","why":"value","values":[{"output":"x","input":"x","type":"i64"}]},
            {"from":"n0","to":"n1","why":"value","values":[{"output":"o0","input":"x","type":"i64"}]},
            {"from":"n0","to":"n3","why":"value","values":[{"output":"o0","input":"xs[0]","type":"i64"}]},
            {"from":"n1","to":"n2","why":"order"},
            {"from":"n1","to":"n3","why":"value","values":[{"output":"o0","input":"xs[1]","type":"i64"}]},
            {"from":"n2","to":"fn0","why":"failure"},
            {"from":"n2","to":"output o1","why":"value","values":[{"output":"o0","input":"o1","type":"Report"}]},
            {"from":"n3","to":"fn0","why":"failure"},
            {"from":"n3","to":"output o0","why":"value","values":[{"output":"o0","input":"o0","type":"i64"}]}
            ],
            "frames":[]
            }
            exit code 0
        "#]],
    );
}

/// The name of the file says the format, and source places are linked from where the file is.
#[test]
fn a_file_is_written() {
    let sandbox = TempSandbox::new();
    sandbox.create().expect("there is a temporary directory");
    let file = sandbox.path().join("pipeline.svg");
    let file = file.to_str().expect("it is UTF-8");
    assert_eq!(
        output_of(&registry(), &["graph", "pipeline", "-o", file]),
        "exit code 0\n"
    );
    let svg = fs::read_to_string(file).expect("it was written");
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""),
        "{svg}"
    );
    // The directory of the file is an absolute path, and the links lead back from it.
    let ways = svg.split("href=\"").skip(1);
    let way = ways.filter_map(|rest| rest.split_once("flyte-runtime/tests/cli/entities.rs#L"));
    let (way, _) = way.last().unwrap_or_else(|| panic!("{svg}"));
    let back = sandbox.path().join(way).canonicalize();
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    assert_eq!(back.ok(), here.ok(), "{way}");
    let args = [
        "graph",
        "pipeline",
        "--format",
        "html",
        "--sources",
        "https://example.org/main/",
    ];
    let html = output_of(&registry(), &args);
    assert!(
        html.contains("href=\"https://example.org/main/flyte-runtime/tests/"),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn mistakes() {
    check(
        &["graph", "nobody"],
        expect![[r#"
        --- stderr
        error: no task, workflow or launch plan is named `nobody`

        The command 'list' shows all names.
        exit code 2
    "#]],
    );
    check(
        &["graph", "pipeline", "--format", "png"],
        expect![[r#"
        --- stderr
        error: invalid value 'png' for '--format <FORMAT>'
          [possible values: text, svg, html, mermaid, dot, json]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &["graph", "pipeline", "-o", "picture"],
        expect![[r#"
        --- stderr
        error: the name of `picture` does not say what to write; add `--format` with one of text, svg, html, mermaid, dot, json

        Usage: app graph [OPTIONS] <NAME>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    check(
        &["graph", "pipeline", "-o", "nowhere/picture.svg"],
        expect![[r#"
            --- stderr
            error: nowhere/picture.svg cannot be written: No such file or directory (os error 2)
            exit code 1
        "#]],
    );
}
