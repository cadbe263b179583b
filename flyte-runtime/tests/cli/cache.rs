//! Results that are kept, from the command line.

use std::path::Path;

use expect_test::expect;
use flyte_runtime::data::TempSandbox;

use crate::{output_of, registry};

/// What a command prints, with a cache in `directory`, and its directory and times left out.
fn with_cache(directory: &Path, args: &str) -> String {
    let directory = directory
        .to_str()
        .expect("the directory of a test is UTF-8");
    let (command, rest) = match args.strip_prefix("run ") {
        Some(rest) => ("run".to_owned(), rest),
        None => {
            let mut words = args.splitn(3, ' ');
            let command = format!(
                "{} {}",
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default()
            );
            (command, words.next().unwrap_or_default())
        }
    };
    let line = format!("{command} --cache-dir {directory} {rest}");
    let words: Vec<&str> = line.split_whitespace().collect();
    let printed = output_of(&registry(), &words).replace(directory, "DIR");
    let lines = printed
        .lines()
        .map(|line| match line.split_once("stored at ") {
            Some((before, _)) => format!("{before}stored at TIME\n"),
            None => format!("{line}\n"),
        });
    lines.collect()
}

#[test]
fn results_are_kept_explained_and_removed() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().expect("a directory can be made");
    let mut said = String::new();
    for args in [
        "cache explain t.cached --x 3",
        "run t.cached --x 3",
        "cache explain t.cached --x 3",
        "cache explain t.cached --x 4",
        "run --cache refresh t.cached --x 4",
        "run --cache off t.cached --x 5",
        "cache clear nobody",
        "cache evict --max-size 1Gi",
    ] {
        said += &format!("$ {args}\n{}", with_cache(directory, args));
    }
    expect![[r#"
        $ cache explain t.cached --x 3
        miss: there is no result of this task
        exit code 0
        $ run t.cached --x 3
        9
        exit code 0
        $ cache explain t.cached --x 3
        hit: stored at TIME
        exit code 0
        $ cache explain t.cached --x 4
        miss: compared with the result stored at TIME
          the input `x` has another value
        exit code 0
        $ run --cache refresh t.cached --x 4
        16
        exit code 0
        $ run --cache off t.cached --x 5
        25
        exit code 0
        $ cache clear nobody
        removed 0 results, 0 bytes
        exit code 0
        $ cache evict --max-size 1Gi
        removed 0 results, 0 bytes
        exit code 0
    "#]]
    .assert_eq(&said);
    let stats = with_cache(directory, "cache stats");
    assert!(stats.starts_with("2 results in DIR, "), "{stats}");
    let cleared = with_cache(directory, "cache clear --json");
    assert!(cleared.starts_with("{\"bytes\":"), "{cleared}");
    let stats = with_cache(directory, "cache stats");
    assert_eq!(stats, "0 results in DIR, 0 bytes\nexit code 0\n");
}

#[test]
fn mistakes_say_what_to_write() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().expect("a directory can be made");
    let mut said = String::new();
    for args in [
        "run --cache maybe t.cached --x 3",
        "cache explain t.echo --text a",
        "cache explain",
        "cache explain t.cached",
        "cache evict --max-size many",
        "cache evict",
    ] {
        said += &format!("$ {args}\n{}", with_cache(directory, args));
    }
    expect![[r#"
        $ run --cache maybe t.cached --x 3
        --- stderr
        error: invalid value 'maybe' for '--cache <MODE>': neither `use` nor `refresh` nor `off`

        For more information, try '--help'.
        exit code 2
        $ cache explain t.echo --text a
        --- stderr
        error: `t.echo` is not cached; write `#[task(cache = "1")]`
        exit code 2
        $ cache explain
        --- stderr
        error: the name of a task, workflow or launch plan is missing

        Usage: app run [OPTIONS] <NAME> [INPUTS]

        For more information, try '--help'.
        exit code 2
        $ cache explain t.cached
        --- stderr
        error: `t.cached` is missing an input:
          --x <INTEGER>  integer

        Usage: app run t.cached --x <INTEGER> [OPTIONS]

        For more information, try '--help'.
        exit code 2
        $ cache evict --max-size many
        --- stderr
        error: invalid value 'many' for '--max-size <SIZE>': not a size such as `500Mi`, `2Gi` or `1000000`

        For more information, try '--help'.
        exit code 2
        $ cache evict
        --- stderr
        error: the following required arguments were not provided:
          --max-size <SIZE>

        Usage: app cache evict --max-size <SIZE> --cache-dir <DIR>

        For more information, try '--help'.
        exit code 2
    "#]].assert_eq(&said);
}
