//! What a node says differently.

use flyte_runtime::{graph::CacheOverride, prelude::*};

#[task(retries = 3, timeout = "90s", interruptible, cache = "1")]
fn work(x: i64) -> i64 {
    x
}

#[task]
fn plain(x: i64) -> i64 {
    x
}

#[workflow]
fn inner(x: i64) -> i64 {
    plain(x)
}

#[workflow]
fn ids_and_names(x: i64) -> i64 {
    let a = plain(x).with_overrides(|o| o.node_name("Big.Job_1"));
    let b = plain(a).with_overrides(|o| o.name("shown"));
    let c = plain(b);
    let d = inner(c).with_overrides(|o| o.node_name("nested").name("other"));
    // Nothing takes it: flytekit's promises have the name of the output all the same, which Flyte's compiler refuses.
    let _aliased = plain(d).with_overrides(|o| o.aliases([("o0", "result")]));
    d
}

#[workflow]
fn metadata(x: i64) -> i64 {
    let a = work(x).with_overrides(|o| o.retries(5).timeout("1m"));
    let b = work(a).with_overrides(|o| o.timeout(0).retries(0).interruptible(false));
    let c = plain(b).with_overrides(|o| o.interruptible(true).retries(1));
    inner(c).with_overrides(|o| o.retries(2).timeout(10).interruptible(true))
}

#[workflow]
fn caching(x: i64) -> i64 {
    let a = plain(x).with_overrides(|o| o.cache("2"));
    let b = work(a).with_overrides(|o| o.cache(false));
    plain(b).with_overrides(|o| o.cache(CacheOverride::version("3").serialize(true)))
}

#[workflow]
fn containers(x: i64) -> i64 {
    let a = plain(x).with_overrides(|o| {
        o.requests(|r| r.mem("1Gi").cpu("2").gpu("1").ephemeral_storage("5Gi"))
            .limits(|l| l.mem("2Gi"))
    });
    let b = plain(a).with_overrides(|o| o.resources(|r| r.cpu(("1", "2")).mem("1Gi")));
    let c = plain(b).with_overrides(|o| o.container_image("registry.example/other:v7"));
    let d = plain(c).with_overrides(|o| o.accelerator("nvidia-tesla-t4").shared_memory("2Gi"));
    plain(d).with_overrides(|o| o.limits(|l| l.cpu("4")))
}
