//! `cache`, and the options of `run` about it.

use std::sync::atomic::{AtomicI64, Ordering};

use expect_test::{Expect, expect};
use flyte_runtime::{Registry, files::TempSandbox, prelude::*};

use crate::output_of;

/// Gives another number each time it runs.
#[task(
    name = "t.counted",
    cache(version = "1", salt = "s", ignored_inputs(label))
)]
fn counted(x: i64, #[default("a")] label: String) -> i64 {
    static RUNS: AtomicI64 = AtomicI64::new(0);
    let _ = label;
    100 * x + RUNS.fetch_add(1, Ordering::Relaxed)
}

#[task(name = "t.uncached")]
fn uncached(x: i64) {
    let _ = x;
}

/// `2026-01-31T12:00:00Z` as `DATE`.
fn without_dates(text: &str) -> String {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00Z";
    let is_date = |text: &[u8]| {
        let fits = |(byte, shape): (&u8, &u8)| match shape {
            b'0' => byte.is_ascii_digit(),
            shape => byte == shape,
        };
        text.len() >= SHAPE.len() && text.iter().zip(SHAPE).all(fits)
    };
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let length = if is_date(rest.as_bytes()) {
            kept += "DATE";
            SHAPE.len()
        } else {
            kept.push(c);
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    kept
}

/// A directory of its own, left out of what is printed, as are dates.
struct Own(TempSandbox);

impl Own {
    fn new() -> Self {
        let own = TempSandbox::new();
        own.create().expect("there is a temporary directory");
        Self(own)
    }

    fn says(&self, line: &str) -> String {
        let registry = Registry::builder().with::<counted>().with::<uncached>();
        let registry = registry.build().expect("the names differ");
        let directory = self.0.path().display().to_string();
        let line = line.replace("DIR", &directory);
        let args: Vec<_> = line.split(' ').collect();
        let text = output_of(&registry, &args).replace(&directory, "DIR");
        without_dates(&text)
    }

    #[track_caller]
    fn check(&self, line: &str, expected: Expect) {
        expected.assert_eq(&self.says(line));
    }
}

#[test]
fn a_result_is_kept_until_it_is_refreshed() {
    let own = Own::new();
    let run = |options: &str| {
        let text = own.says(&format!("run --cache-dir DIR {options} counted --x 1"));
        let number = text
            .lines()
            .next()
            .and_then(|line| line.parse::<i64>().ok());
        number.expect("it prints a number")
    };
    let first = run("--jobs 1");
    assert_eq!(run("--cache use"), first);
    let off = run("--cache off");
    assert_ne!(off, first);
    assert_eq!(run("--jobs 1"), first);
    let refreshed = run("--cache refresh");
    assert!(refreshed != off && refreshed != first);
    assert_eq!(run("--jobs 1"), refreshed);
    // An input that does not count; and the options where the inputs are.
    let other = own.says("run counted --x 1 --label b --cache use --cache-dir DIR");
    assert_eq!(other, format!("{refreshed}\nexit code 0\n"));
    own.check(
        "run --cache maybe counted --x 1",
        expect![[r#"
        --- stderr
        error: invalid value 'maybe' for '--cache <MODE>'
          [possible values: use, refresh, off]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
}

#[test]
fn why_a_call_is_a_hit_or_a_miss() {
    let own = Own::new();
    own.check(
        "cache explain --cache-dir DIR counted --x 1",
        expect![[r#"
            miss: the task has no results
            the key:
              task       t.counted
              version    1
              salt       s
              interface  f4dd79eeb8961b3925ff98d1f537860c
              input x    12c4ddc0efd35f84ccc951684f9e57c6
            exit code 0
        "#]],
    );
    own.says("run --cache-dir DIR counted --x 1");
    own.check(
        "cache explain --cache-dir DIR counted --x 1",
        expect![[r#"
            hit: the result that was stored at DATE
            the key:
              task       t.counted
              version    1
              salt       s
              interface  f4dd79eeb8961b3925ff98d1f537860c
              input x    12c4ddc0efd35f84ccc951684f9e57c6
            exit code 0
        "#]],
    );
    own.check(
        "cache explain counted --x 2 --cache-dir DIR",
        expect![[r#"
            miss: it differs from the result that was stored at DATE:
              the input `x` has another value
            the key:
              task       t.counted
              version    1
              salt       s
              interface  f4dd79eeb8961b3925ff98d1f537860c
              input x    8aacda3d5eae0d640343210689111090
            exit code 0
        "#]],
    );
    own.check(
        "cache explain --json --cache-dir DIR counted --x 2",
        expect![[r#"
            {"differences":["the input `x` has another value"],"key":{"flytekit":"t.counted-1-8aacda3d5eae0d640343210689111090","id":"95ea7f4295802d417082973f33f0a8db9b21c017d7fdbd67a8fac8644f98f7ee","inputs":{"x":"8aacda3d5eae0d640343210689111090"},"interface":"f4dd79eeb8961b3925ff98d1f537860c","salt":"s","task":"t.counted","version":"1"},"result":"miss","stored":"DATE"}
            exit code 0
        "#]],
    );
    own.check(
        "cache explain --cache-dir DIR counted",
        expect![[r#"
        --- stderr
        error: `t.counted` is missing an input:
          --x <INTEGER>  integer

        Usage: app cache explain t.counted --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    own.check(
        "cache explain --cache-dir DIR uncached",
        expect![[r#"
        --- stderr
        error: `t.uncached` is not cached; write `#[task(cache = "1")]`
        exit code 2
    "#]],
    );
    own.check("cache explain --json --cache-dir DIR nobody", expect![[r#"
        {"error":{"kind":"unknown_entity","message":"no task, workflow or launch plan is named `nobody`"}}
        --- stderr
        error: no task, workflow or launch plan is named `nobody`

        The command 'list' shows all names.
        exit code 2
    "#]]);
    own.check(
        "cache explain",
        expect![[r#"
            --- stderr
            error: the name of a task is missing

            Usage: app cache explain [OPTIONS] <NAME> [INPUTS]

            For more information, try '--help'.
            exit code 2
        "#]],
    );
    own.check(
        "cache explain counted --help",
        expect![[r#"
            Gives another number each time it runs.

            Usage: app cache explain t.counted --x <INTEGER> [OPTIONS]

            Inputs:
                  --x <INTEGER>         [required]
                  --label <TEXT>        [default: "a"]
                  --inputs-file <FILE>  Takes inputs by name from a file of JSON or YAML, or with `-` from standard input; options count more

            Output options:
                  --json             Prints one JSON document
                  --cache-dir <DIR>  Where results are kept [default: ~/.flyte/rust/cache]
              -h, --help             Print help

            A value `@FILE` is what is in the file, and `@@text` the text `@text`. Lists, maps and structs are JSON, durations as in `1h30m`, bytes base64;
            `null` is nothing, and '{"Name": value}' names the variant of a union
            exit code 0
        "#]],
    );
}

#[test]
fn what_is_kept_is_counted_and_removed() {
    let own = Own::new();
    own.check(
        "cache stats --cache-dir DIR",
        expect![[r#"
        directory  DIR
        results    0
        bytes      0
        exit code 0
    "#]],
    );
    for x in 0..3 {
        own.says(&format!("run --cache-dir DIR counted --x {x}"));
    }
    let stats = own.says("cache stats --json --cache-dir DIR");
    assert!(stats.contains("\"entries\":3"), "{stats}");
    own.check(
        "cache evict --max-size 1Gi --cache-dir DIR",
        expect![[r#"
        removed 0 results, 0 bytes
        exit code 0
    "#]],
    );
    own.check(
        "cache evict --max-size 0 --cache-dir DIR",
        expect![[r#"
        removed 3 results, 742 bytes
        exit code 0
    "#]],
    );
    own.check("cache evict --max-size 2GB", expect![[r#"
        --- stderr
        error: invalid value '2GB' for '--max-size <SIZE>': `GB` in `2GB` is not a unit of Kubernetes; the units are `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi` and `Ei`; did you mean `Gi`?

        For more information, try '--help'.
        exit code 2
    "#]]);
    // A thousandth of a byte is not what is meant, and none would be left.
    own.check(
        "cache evict --max-size 500m --cache-dir DIR",
        expect![[r#"
        --- stderr
        error: invalid value '500m' for '--max-size <SIZE>': `500m` is not a whole number of bytes; write for example `500Mi` or `10G`

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    own.check(
        "cache evict",
        expect![[r#"
        --- stderr
        error: the following required arguments were not provided:
          --max-size <SIZE>

        Usage: app cache evict --max-size <SIZE>

        For more information, try '--help'.
        exit code 2
    "#]],
    );
    own.says("run --cache-dir DIR counted --x 1");
    own.check(
        "cache clear uncached --cache-dir DIR",
        expect![[r#"
        removed 0 results, 0 bytes
        exit code 0
    "#]],
    );
    own.check(
        "cache clear counted --json --cache-dir DIR",
        expect![[r#"
            {"bytes":247,"entries":1,"in_use":0}
            exit code 0
        "#]],
    );
    own.check(
        "cache clear --cache-dir DIR",
        expect![[r#"
        removed 0 results, 0 bytes
        exit code 0
    "#]],
    );
    own.check(
        "cache",
        expect![[r#"
        --- stderr
        Shows and cleans what tasks with the option `cache` have left

        Usage: app cache <COMMAND>

        Commands:
          explain  Says whether a call would be run, and why
          stats    Shows how much there is, and where
          evict    Removes what was not used for the longest time, until no more is left than this
          clear    Removes all results, or those of one task

        Options:
          -h, --help  Print help
        exit code 2
    "#]],
    );
}
