//! What a cluster would refuse and do otherwise: a small workflow for each rule, and the commands that tell of them.
#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

#[cfg(all(feature = "cli", feature = "remote"))]
mod commands;
mod declared;
mod refused;
mod strict;
mod warned;

use std::{env, fs, path::Path};

use flyte_runtime::{
    Entity, Registry,
    cluster::{Check, Finding, Rule},
};

/// What is found, with the text of the line in the place of its number.
fn shown(findings: &[Finding], source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let shown = findings.iter().map(|finding| {
        let Finding {
            rule,
            severity,
            place,
            location,
            reason,
            instead,
            ..
        } = finding;
        let location = location.unwrap();
        let line = lines[location.line as usize - 1].trim();
        format!("{severity}[{rule}] {place}\n  > {line}\n  {reason}\n  instead: {instead}\n")
    });
    shown.collect()
}

/// What is found in an entity and in what it uses, after lowering.
fn found<E: Entity>() -> Vec<Finding> {
    Check::new().entity(E::descriptor())
}

/// The same as it is written.
fn found_as_written<E: Entity>() -> Vec<Finding> {
    Check::new().as_written().entity(E::descriptor())
}

fn registry(entities: &[&'static flyte_runtime::graph::EntityDescriptor]) -> Registry {
    let mut builder = Registry::builder();
    for entity in entities {
        builder = builder.with_descriptor(entity);
    }
    builder.build().unwrap()
}

#[test]
fn the_page_of_the_rules_says_what_they_are() {
    let mut page = "# The rules of `check` for a Flyte 1 cluster\n\n\
        `check` applies these rules to a program. A rule with an entry in *Refused by* is an error: `serialize` and\n\
        `package` write nothing that breaks it, and strict runs do not start. The exception is `too-many-nodes` in\n\
        strict runs, because a server may allow more nodes. All other rules are warnings: the cluster behaves\n\
        differently from a run on this machine.\n\n\
        The rules apply to what is registered, which is not always what you wrote. If Flyte 1 offers another form\n\
        with the same result, `serialize` and `package` write that form. *Written otherwise* marks the rules of\n\
        which this leaves few or no findings.\n\n\
        The size of a message is known only when it is written. `serialize` and `package` check\n\
        `request-too-large`, as does `check` in a program with the feature `remote`; strict runs do not.\n\n\
        [What a run on this machine does](local-runs.md) says how clusters handle each option. A test generates\n\
        this page.\n\n\
        | Rule | Refused by | What it says | Written otherwise |\n|-|-|-|-|\n"
        .to_owned();
    for rule in Rule::ALL {
        let by = rule.refused_by();
        let by = by.map_or_else(|| "not refused".to_owned(), |by| by.to_string());
        let otherwise = rule.written_otherwise().unwrap_or("-");
        page += &format!("| `{rule}` | {by} | {} | {otherwise} |\n", rule.summary());
    }
    is_in("../docs/cluster-rules.md", &page);
}

/// Compares a page with what it should be. `UPDATE_EXPECT=1` writes it.
fn is_in(path: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "write it again with UPDATE_EXPECT=1");
}

/// The lines of a paragraph, which are at most 120 characters long.
fn paragraph(text: &str) -> String {
    let (mut lines, mut width) = (String::new(), 0);
    for word in text.split_whitespace() {
        let wide = word.chars().count();
        let separator = match width {
            0 => "",
            _ if width + 1 + wide > 120 => "\n",
            _ => " ",
        };
        width = if separator == "\n" {
            wide
        } else {
            width + separator.len() + wide
        };
        lines += separator;
        lines += word;
    }
    lines
}

/// The same texts as `explain` prints.
#[test]
fn the_page_of_the_book_explains_every_rule() {
    let mut page = "# Errors explained\n\n".to_owned();
    page += &paragraph(
        "A mistake in the Rust of a program is reported by the compiler, on your own token, with what to write instead. \
         This page is about what `check` finds: `error[CODE]` is what a Flyte 1 cluster would refuse, `warning[CODE]` is \
         what it would do differently from your machine. `explain CODE` prints the same. A test generates this page.",
    );
    page.push('\n');
    for rule in Rule::ALL {
        let by = rule.refused_by();
        let by = by.map_or_else(
            || "Not refused.".to_owned(),
            |by| format!("Refused by {by}."),
        );
        page += &format!("\n## {rule}\n\n");
        page += &format!("{}\n\n", paragraph(&format!("{} {by}", rule.summary())));
        page += &format!("{}\n\n", paragraph(rule.cause()));
        page += &format!("{}\n", paragraph(&format!("*Instead:* {}", rule.cure())));
    }
    is_in("../docs/book/src/errors.md", &page);
}
