use super::*;
use crate::options::{Accelerator, SharedMemory};

fn messages(overrides: NodeOverrides) -> Vec<String> {
    overrides.errors().iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_lost_by_saying_more() {
    let first = NodeOverrides::new()
        .requests(|r| r.cpu(1).mem("1Gi"))
        .accelerator("nvidia-tesla-t4")
        .cache(false);
    let both = first
        .retries(2)
        .limits(|l| l.mem("2Gi"))
        .requests(|r| r.mem("2Gi").gpu(1))
        .retries(3);
    assert_eq!(both.errors(), []);
    let amounts = |a: &ResourceAmounts| a.amounts.clone().into_iter().collect::<Vec<_>>();
    assert_eq!(
        amounts(&both.requests),
        [
            ("cpu", "1".into()),
            ("gpu", "1".into()),
            ("mem", "2Gi".to_owned())
        ]
    );
    assert_eq!(amounts(&both.limits), [("mem", "2Gi".to_owned())]);
    assert_eq!(both.retries, Some(3));
    assert_eq!(both.cache, Some(false.into()));
    assert_eq!(both.accelerator, Some("nvidia-tesla-t4".into()));
}

#[test]
fn every_key_takes_its_natural_values() {
    let all = NodeOverrides::new()
        .node_name("train.Big")
        .name("Train")
        .aliases([("o0", "total")])
        .alias("o1", "mean")
        .resources(|r| r.cpu(0.5).mem(("1Gi", "2Gi")).ephemeral_storage("1Gi"))
        .interruptible(true)
        .container_image("img")
        .accelerator(Accelerator::new("nvidia-tesla-a100").partition("1g.5gb"))
        .shared_memory(SharedMemory::Default)
        .pod_template_name("pods")
        .cache(
            CacheOverride::version("2")
                .serialize(true)
                .ignored_inputs(["a"])
                .salt("s"),
        );
    assert_eq!(all.errors(), []);
    assert_eq!(all.node_name.as_deref(), Some("train-big"));
    assert_eq!(all.name.as_deref(), Some("Train"));
    assert_eq!(all.aliases.len(), 2);
    assert_eq!(all.requests.amounts["cpu"], "0.5");
    assert_eq!(
        all.limits.amounts.into_iter().collect::<Vec<_>>(),
        [("mem", "2Gi".to_owned())]
    );
    assert_eq!(all.shared_memory, Some(SharedMemoryOverride::Default));
    assert_eq!(
        all.accelerator,
        Some(("nvidia-tesla-a100", "1g.5gb").into())
    );
    let minute = Some(Duration::from_secs(60));
    for o in [
        NodeOverrides::new().timeout(60),
        NodeOverrides::new().timeout(60_u64),
        NodeOverrides::new().timeout("1m"),
        NodeOverrides::new().timeout(Duration::from_secs(60)),
    ] {
        assert_eq!(o.timeout, minute);
    }
}

#[test]
fn says_what_to_write_instead() {
    let all = NodeOverrides::new()
        .timeout("30")
        .timeout(-1)
        .node_name("-$-")
        .container_image(" ")
        .shared_memory("lots")
        .cache("")
        .cache("auto")
        .requests(|r| r.cpu(2).mem("2GB"))
        .limits(|l| l.cpu("500m"));
    expect_test::expect![[r#"
        `timeout`: `30` has no unit; write `30s` for seconds, or one of `ms`, `m`, `h`, `d`
        `timeout` must not be negative, got -1 seconds; write 0 for no limit
        `node_name` must have letters or digits, got `-$-`; write for example `node_name("train-big")`
        `container_image` must not be empty; leave it out to keep what the entity declares
        `shared_memory`: `lots` does not begin with a number; write for example `500m`, `2` or `512Mi`
        `cache` must not be empty; leave it out to keep what the entity declares
        `cache`: only `#[task(cache = "auto")]` sees the code that `auto` makes a version of; write `true` for the version of the task, or a version
        `mem` of `requests`: `GB` in `2GB` is not a unit of Kubernetes; the units are `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi` and `Ei`; did you mean `Gi`?
        the limit of `cpu`, `500m`, is below its request, `2`; raise the limit or lower the request"#]]
    .assert_eq(&messages(all).join("\n"));
}

#[test]
fn resources_exclude_requests_and_limits_in_any_order() {
    for overrides in [
        NodeOverrides::new()
            .resources(|r| r.cpu(1))
            .limits(|l| l.mem("1Gi")),
        NodeOverrides::new()
            .requests(|r| r.cpu(1))
            .resources(|r| r.cpu(1)),
    ] {
        assert_eq!(overrides.errors(), [OverrideError::ResourcesTwice]);
    }
}
