//! A cluster takes what the twins declare, but for what is named here.

use std::process::Command;

/// What flytekit declares and Flyte's own compiler refuses: a map of which some elements may fail, over what is no task
/// of the program. The engine stops with the first call of a launch plan that fails.
const REFUSED: [(&str, &str); 3] = [
    ("map-over-launch-plan", "twins.maps.some_plans"),
    ("map-over-launch-plan", "twins.maps.two_plans"),
    ("map-over-reference", "twins.references.half_measured"),
];

#[test]
fn a_cluster_takes_the_twins() {
    let checked = Command::new(env!("CARGO_BIN_EXE_twins"))
        .arg("check")
        .output()
        .expect("the program was built for this test");
    let report = String::from_utf8_lossy(&checked.stdout);
    let errors: Vec<&str> = report
        .split("\n\n")
        .filter(|finding| finding.starts_with("error["))
        .collect();
    assert_eq!(errors.len(), REFUSED.len(), "{report}");
    for (rule, workflow) in REFUSED {
        let is_told = |error: &&str| {
            error.starts_with(&format!("error[{rule}]"))
                && error.contains(&format!("node `n0` of `{workflow}`"))
        };
        assert!(errors.iter().any(is_told), "{rule} of {workflow}: {report}");
    }
}
