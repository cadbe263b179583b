//! Registration, and versions that are registered with another structure.

use flyte_remote::hypotenuse;
use flyte_runtime::{
    Registry,
    cluster::{ClusterError, Registration},
    graph::EntityDescriptor,
    prelude::*,
};

use crate::here::{Here, options};

/// The first time everything is sent, and the second time nothing is.
pub(crate) fn is_complete_and_not_repeated(here: &Here, first: &Registration, is_lossy: bool) {
    // What was registered by a call whose answer was lost is found to be there.
    let sent = first.sent();
    assert!(
        sent == first.entities.len() || is_lossy && sent > 0,
        "{sent}"
    );
    assert!(first.bytes > 0);
    assert_eq!(first.activated, ["flyte_remote.from_six"]);
    let second = here
        .remote
        .register(Registry::of_program(), &options("remote:v1"))
        .unwrap();
    assert_eq!(
        (second.sent(), second.bytes, &second.activated[..]),
        (0, 0, &[][..])
    );
}

fn descriptor<E: Entity>() -> &'static EntityDescriptor {
    E::descriptor()
}

/// Whatever the compiler has added, what is equal does not differ, and what differs is shown.
pub(crate) fn conflicts_show_what_differs(here: &Here) {
    let remote = &here.remote;
    let given = |image| options(image).version("given");
    remote
        .register(Registry::of_program(), &given("remote:v1"))
        .unwrap();
    let again = remote
        .register(Registry::of_program(), &given("remote:v1"))
        .unwrap();
    assert_eq!(again.sent(), 0);
    let dry = remote
        .register(Registry::of_program(), &given("remote:v1").dry_run(true))
        .unwrap();
    assert_eq!(dry.sent(), 0);
    for is_dry in [true, false] {
        let options = given("remote:v2")
            .only(descriptor::<hypotenuse>())
            .dry_run(is_dry);
        let error = remote
            .register(Registry::of_program(), &options)
            .unwrap_err();
        let ClusterError::Conflict(conflicts) = &error else {
            panic!("{error}");
        };
        assert_eq!(conflicts.len(), 2, "{error}");
        assert_eq!(conflicts[0].differences.len(), 1, "{error}");
        assert_eq!(conflicts[0].differences[0].path, "target.image");
        assert!(
            conflicts[0]
                .location
                .as_ref()
                .unwrap()
                .contains("src/lib.rs:")
        );
    }
}
