//! Versions that are made of the code.

use super::*;

mod first {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.edited", cache = "auto")]
    pub(super) fn edited(x: i64) -> i64 {
        x + 1
    }
}

mod commented {
    use flyte_runtime::prelude::*;

    /// Documented.
    #[task(name = "cache.edited", cache(version = "auto", serialize))]
    pub(super) fn edited(x: i64) -> i64 {
        // And with a comment.
        x + 1
    }
}

mod second {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.edited", cache = "auto")]
    pub(super) fn edited(x: i64) -> i64 {
        x + 2
    }
}

#[dynamic(cache = "auto")]
fn unfolded_anew(x: i64) -> i64 {
    next(x)
}

#[test]
fn editing_a_task_makes_another_version() {
    let first = CacheKey::of(&first::edited::call(1)).unwrap();
    let commented = CacheKey::of(&commented::edited::call(1)).unwrap();
    let second = CacheKey::of(&second::edited::call(1)).unwrap();
    assert_eq!(first.id(), commented.id());
    assert_ne!(first.version, second.version);
    let version = env!("CARGO_PKG_VERSION");
    let unfolded = CacheKey::of(&unfolded_anew::call(1)).unwrap();
    for key in [first, second, unfolded] {
        assert!(key.version.starts_with("auto-") && key.version.ends_with(version));
    }
    assert_eq!(
        (first::edited(1), commented::edited(1), second::edited(1)),
        (2, 2, 3)
    );
}
