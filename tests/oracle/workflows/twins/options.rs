//! The options of tasks.

use flyte_runtime::prelude::*;

#[task(cache = "1")]
fn cached(x: i64) -> i64 {
    x
}

#[task(cache(version = "2", serialize, ignored_inputs(b)))]
fn cached_in_full(a: i64, b: i64) -> i64 {
    a + b
}

#[task(retries = 3, timeout = "1m30s")]
fn patient(x: i64) -> i64 {
    x
}

#[task(interruptible)]
fn interruptible(x: i64) -> i64 {
    x
}

#[task(interruptible = false)]
fn uninterruptible(x: i64) -> i64 {
    x
}

#[task(deprecated = "use patient")]
fn old(x: i64) -> i64 {
    x
}

#[task(environment(MODE = "fast", LEVEL = "debug"))]
fn with_environment(x: i64) -> i64 {
    x
}

#[task(
    requests(cpu = "500m", mem = "1Gi", gpu = "1", ephemeral_storage = "2Gi"),
    limits(mem = "2Gi", cpu = "1", gpu = "1", ephemeral_storage = "3Gi")
)]
fn with_resources(x: i64) -> i64 {
    x
}

#[task(resources(cpu = ("1", "2"), mem = "1Gi"))]
fn with_ranges(x: i64) -> i64 {
    x
}

#[task(secret_requests(secret(group = "db", key = "password", mount_requirement = file), secret(group = "api", env_var = "API_KEY")))]
fn with_secrets(x: i64) -> i64 {
    x
}

#[task(container_image = "registry.example/other:v7")]
fn elsewhere(x: i64) -> i64 {
    x
}

#[task(container_image = "{{.image.default.fqn}}-gpu:{{.image.default.version}}")]
fn beside(x: i64) -> i64 {
    x
}

#[task(enable_deck)]
fn with_deck(x: i64) -> i64 {
    x
}

#[task(accelerator = "nvidia-tesla-t4", shared_memory = "1Gi")]
fn accelerated(x: i64) -> i64 {
    x
}

#[task(
    accelerator(device = "nvidia-tesla-a100", partition = "1g.5gb"),
    shared_memory
)]
fn partitioned(x: i64) -> i64 {
    x
}

#[task(pod_template_name = "big", labels(team = "data"), annotations("example.org/owner" = "me"))]
fn in_a_pod(x: i64) -> i64 {
    x
}

#[task(docs(
    short = "Said elsewhere.",
    long = "At length.",
    source_link = "https://example.org/source"
))]
fn described(x: i64) -> i64 {
    x
}

#[workflow(docs(short = "A workflow.", long = "Of one task."))]
fn described_workflow(x: i64) -> i64 {
    described(x)
}

#[workflow]
fn every_option(x: i64) -> i64 {
    let a = cached_in_full(cached(x), patient(x));
    let b = interruptible(uninterruptible(old(a)));
    let c = with_environment(with_resources(with_ranges(b)));
    let d = with_secrets(elsewhere(beside(c)));
    let e = with_deck(accelerated(partitioned(d)));
    in_a_pod(e)
}
