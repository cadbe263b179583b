//! Which tasks and workflows a program has, and under which names.

use flyte_core::graph::entity::UnknownEntity;
use flyte_runtime::{
    cli::{Cli, Exit},
    compat::FlyteEntities,
    graph::EntityDescriptor,
    prelude::*,
};
// Without this line the linker would leave the whole library out.
use task_lib as _;

#[task(name = "twice")]
fn first() -> i64 {
    1
}

#[task(name = "twice")]
fn second() -> i64 {
    2
}

#[test]
fn a_library_that_is_only_mentioned_registers_everything_in_it() {
    let names: Vec<&str> = FlyteEntities::entities()
        .map(EntityDescriptor::name)
        .filter(|name| name.starts_with("task_lib.") || *name == "renamed.by.hand")
        .collect();
    assert_eq!(
        names,
        [
            "renamed.by.hand",
            "task_lib.both",
            "task_lib.deep.deeper.alone",
            "task_lib.deep.deeper.half",
            "task_lib.deep.type.match",
            "task_lib.math.square",
        ]
    );
}

#[test]
fn entities_are_sorted_by_name() {
    let names: Vec<&str> = FlyteEntities::entities()
        .map(EntityDescriptor::name)
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn a_short_name_finds_what_ends_in_it() -> Result<(), UnknownEntity> {
    let square = FlyteEntities::registry().find("square")?;
    assert_eq!(square.name(), "task_lib.math.square");
    assert_eq!(square.summary(), "Square of one number.");
    Ok(())
}

#[test]
fn a_name_that_is_taken_twice_is_reported_with_both_places() {
    let duplicates: Vec<_> = FlyteEntities::registry().duplicates().collect();
    let [duplicate] = duplicates.as_slice() else {
        panic!("one name is taken twice, found {duplicates:?}");
    };
    let line = |of: &str| {
        let source = include_str!("registry.rs");
        let index = source.lines().position(|line| line.starts_with(of));
        index.map_or(0, |index| index as u32 + 1)
    };
    assert_eq!(duplicate.name, "twice");
    assert_eq!(duplicate.first.line, line("fn first()"));
    assert_eq!(duplicate.second.line, line("fn second()"));
    let text = FlyteEntities::registry()
        .find("twice")
        .expect_err("a duplicate cannot be found")
        .to_string();
    assert!(
        text.contains(&duplicate.first.to_string()) && text.contains(&duplicate.second.to_string()),
        "{text}"
    );
}

#[test]
fn the_duplicate_fails_what_reaches_it_and_nothing_else() -> Result<(), RunError> {
    let error = first::run().expect_err("the name is ambiguous").to_string();
    assert!(error.contains("twice"), "{error}");
    assert_eq!(task_lib::both(4)?, 4);
    // A plain call has nothing to do with names.
    assert_eq!(first() + second(), 3);
    Ok(())
}

/// `list` and `serialize` tell of it, too.
#[test]
fn check_tells_of_a_name_that_is_taken_twice() {
    let registry = FlyteEntities::registry();
    let [duplicate] = &*registry.duplicates().collect::<Vec<_>>() else {
        panic!("one name is taken twice");
    };
    let check = |words: &[&str]| {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let words = ["app", "check"].iter().chain(words);
        let exit = Cli::new(registry).run(words.copied(), &mut stdout, &mut stderr);
        let text = [stdout, stderr].concat();
        (exit, String::from_utf8(text).expect("it is text"))
    };
    for words in [&[][..], &["twice"]] {
        let (exit, text) = check(words);
        assert_ne!(exit, Exit::Success, "{text}");
        assert_eq!(
            text.matches("two entities are named `twice`").count(),
            1,
            "{text}"
        );
        for place in [duplicate.first, duplicate.second] {
            assert!(text.contains(&place.to_string()), "{text}");
        }
    }
    let (_, text) = check(&["--json"]);
    assert_eq!(
        text.matches("\"rule\":\"does-not-compile\"").count(),
        1,
        "{text}"
    );
}
