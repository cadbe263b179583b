//! Generated code gets along with names, lints, editions and re-exports; most of it is checked by compiling the crates.

use flyte_runtime::{compat::FlyteEntities, prelude::*};
use hygiene::{documented, forms, names, shadows};

#[test]
fn names_of_the_standard_library_may_be_taken() -> Result<(), RunError> {
    let both = shadows::both(4)?;
    assert_eq!(both.one.x, 3);
    assert_eq!(both.two, 3 + 4 + 1);
    Ok(())
}

#[test]
fn parameters_may_be_called_like_generated_methods() -> Result<(), RunError> {
    assert_eq!(names::use_all(10, 20)?, 45 + 45 + 1 + 2 + 1);
    assert_eq!(names::parameters(1, 1, 1, 1, 1, 1, 1), 7);
    // `run`, `call` and `start` end a call by name; inputs of these names have an underscore behind them there.
    let sum = call!(names::parameters(
        node = 1,
        run = 2,
        start = 3,
        call = 4,
        builder = 5,
        graph = 6,
        inputs = 7
    ))
    .run()?;
    assert_eq!(sum, 28);
    Ok(())
}

#[test]
fn no_generated_name_is_seen_in_a_body() -> Result<(), RunError> {
    let sums = names::hidden::flow(4, "a".to_owned())?;
    assert_eq!((sums.first, sums.second), (4 + 15, 4 + 15 + 11 + 14));
    assert_eq!(names::hidden::unrolled(1)?, 1 + 11);
    Ok(())
}

#[test]
fn raw_identifiers_lose_their_mark_in_names() -> Result<(), RunError> {
    assert_eq!(names::r#mod::r#loop(3)?, 3);
    let entity = names::r#mod::r#loop::descriptor();
    assert_eq!(entity.name(), "hygiene.names.mod.loop");
    assert_eq!(entity.inputs()[0].name, "match");
    Ok(())
}

#[test]
fn every_visibility_works() -> Result<(), RunError> {
    assert_eq!(names::visibilities::seen(3)?, 3);
    let found = FlyteEntities::registry().find("nobody_calls_this");
    assert!(found.is_ok(), "{found:?}");
    Ok(())
}

#[test]
fn builders_are_as_visible_as_functions() -> Result<(), RunError> {
    assert_eq!(names::restricted::run()?, 3);
    Ok(())
}

#[test]
fn type_name_tells_a_task_from_a_module() -> Result<(), RunError> {
    assert_eq!(names::collisions::fetches(1)?, 2);
    assert_eq!(names::collisions::FetchTask::run(1)?, 2);
    assert_eq!(names::collisions::fetch(1), 2);
    Ok(())
}

#[test]
fn functions_in_functions_are_tasks() {
    assert_eq!((names::outer(), names::another()), (4, 6));
    assert!(FlyteEntities::registry().find("hygiene.inner").is_ok());
    assert!(
        FlyteEntities::registry()
            .find("hygiene.another.inner")
            .is_ok()
    );
}

#[test]
fn signatures_of_every_form_run() -> Result<(), RunError> {
    assert_eq!(forms::pairs(7)?, ("77".to_owned(), 7));
    assert_eq!(forms::identity(1)?, 2);
    assert_eq!(forms::unused(1, "b".to_owned())?, 1);
    forms::void()?;
    assert!(forms::alias::run(-1).is_err());
    Ok(())
}

#[test]
fn defaults_of_every_kind_are_used() -> Result<(), RunError> {
    let expected = "a b None Some(1) [1, 2] [3, 4] 5 {}";
    assert_eq!(call!(forms::defaults()).run()?, expected);
    assert_eq!(forms::all_defaults()?, expected);
    Ok(())
}

#[test]
fn documentation_is_kept() {
    let documented = forms::documented::descriptor();
    assert_eq!(
        documented.summary(),
        "Each parameter has its own documentation."
    );
    assert_eq!(documented.inputs()[0].description, "The text.");
    assert_eq!(documented.inputs()[1].description, "How often.");
}

#[test]
fn a_deprecated_task_stays_a_task() -> Result<(), RunError> {
    #[expect(deprecated, reason = "that is the point")]
    let one = forms::old();
    assert_eq!(one, 1);
    assert_eq!(forms::old::run()?, 1);
    Ok(())
}

#[test]
fn a_documented_pipeline_runs() -> Result<(), RunError> {
    assert_eq!(documented::pipeline(2)?, 16);
    Ok(())
}

#[test]
fn the_runtime_may_be_reached_through_another_crate() -> Result<(), RunError> {
    let point = |x| reexport_user::Point { x };
    let ends = reexport_user::ends(point(3))?;
    assert_eq!((ends.from, ends.to), (point(3), point(6)));
    Ok(())
}

#[test]
fn a_renamed_dependency_needs_no_option() -> Result<(), RunError> {
    let both = reexport_user::renamed::both(3)?;
    assert_eq!((both.short.metres, both.long.metres), (3, 100));
    Ok(())
}

#[test]
fn an_older_edition_works() -> Result<(), RunError> {
    let ends = ed2021::ends(3)?;
    assert_eq!((ends.from.x, ends.length), (3, 2));
    Ok(())
}
