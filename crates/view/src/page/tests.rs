use super::{MODULES, script};

/// The modules become one script, so a name may be declared in one of them only.
#[test]
fn modules_have_no_names_in_common() {
    let mut names: Vec<&str> = MODULES
        .iter()
        .flat_map(|(_, module)| module.lines())
        .filter_map(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let line = ["const ", "let ", "function ", "class "]
                .iter()
                .find_map(|word| line.strip_prefix(word))?;
            line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .next()
        })
        .collect();
    assert!(names.len() > 100, "{names:?}");
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// What is left of a module must not end the element that it is in, nor import what is not there.
#[test]
fn the_script_stands_alone() {
    let script = script();
    assert!(!script.contains("</"), "an end of an element");
    for line in script.lines() {
        assert!(
            !line.starts_with("import ") && !line.starts_with("export "),
            "{line}"
        );
    }
}
