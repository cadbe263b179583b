//! What the guides for people who change the code say is somewhere is there.

use std::fs;

use super::repository;

#[test]
fn guides_name_what_is_there() {
    let mut missing = Vec::new();
    let mut count = 0;
    for guide in ["CONTRIBUTING.md", "AGENTS.md"] {
        let page = fs::read_to_string(repository().join(guide)).expect("the guide can be read");
        let lines = page.lines().count();
        assert!(lines <= 60, "{guide} has {lines} lines, and a screen 60");
        // Blocks of commands have an even number of marks, too.
        for place in page.split('`').skip(1).step_by(2) {
            let is_path = place.contains('/') && !place.contains([' ', '*', '\n']);
            if is_path && !place.contains("NAME") {
                count += 1;
                if !repository().join(place).exists() {
                    missing.push(format!("{guide}: {place}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count >= 15, "{count} places");
}

#[test]
fn a_task_option_touches_at_most_four_files() {
    let page =
        fs::read_to_string(repository().join("CONTRIBUTING.md")).expect("the guide can be read");
    let (_, section) = page
        .split_once("## A task option")
        .expect("the section is there");
    let (steps, _) = section
        .split_once("\n## ")
        .expect("another section follows");
    let steps = steps
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    let files: Vec<_> = steps.map(|line| line.split('`').nth(1)).collect();
    assert!((1..=4).contains(&files.len()), "{files:?}");
    for file in files {
        let file = repository().join(file.expect("a step names a file"));
        let text = fs::read_to_string(&file).expect("the file is there");

        assert!(text.contains("TaskOptions"), "{}", file.display());
    }
}
