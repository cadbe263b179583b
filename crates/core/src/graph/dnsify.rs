//! Turns node ids into names that Kubernetes accepts.

use sha2::{Digest as _, Sha224};

/// The maximum length of a DNS label; a value of this length or more is abbreviated.
const MAX: usize = 63;
const HASH: usize = 10;

/// Turns a value into a DNS label, character for character as flytekit does, so that ids agree across languages.
///
/// `_`, `-` and `.` become `-`, except at the start; an upper-case letter becomes `-` and its lower-case letter; other
/// symbols are removed; one trailing `-` is removed. Values of 63 characters or more become a hash of the whole value
/// and their last 52 characters.
///
/// Letters outside ASCII are removed too. flytekit keeps the lower-case ones, and the cluster then refuses them.
///
/// ```
/// # use flyte_runtime::compat::dnsify;
/// assert_eq!(dnsify("tasks.trainModel"), "tasks-train-model");
/// ```
pub fn dnsify(value: &str) -> String {
    let length = value.chars().count();
    if length < MAX {
        return label(value.chars());
    }
    let digest = Sha224::digest(value);
    let hash: String = digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(HASH)
        .map(hex)
        .collect();
    let tail = value.chars().skip(length - (MAX - HASH - 1));
    label(hash.chars().chain(['-']).chain(tail))
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

fn label(value: impl Iterator<Item = char>) -> String {
    let mut label = String::new();
    for c in value {
        // The limit applies to dashes only: flytekit never drops a letter.
        let dash_fits = !label.is_empty() && label.len() < MAX - 1;
        match c {
            '_' | '-' | '.' if dash_fits => label.push('-'),
            'A'..='Z' => {
                if dash_fits && !label.ends_with('-') {
                    label.push('-');
                }
                label.push(c.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => label.push(c),
            _ => {}
        }
    }
    if label.ends_with('-') {
        label.pop();
    }
    label
}

#[cfg(test)]
mod tests {
    use super::dnsify;

    #[test]
    fn agrees_with_flytekit() {
        let long = format!("da4b348ebe-{}", "t".repeat(52));
        for (value, expected) in [
            ("test.abc", "test-abc"),
            ("test", "test"),
            ("", ""),
            (".test", "test"),
            ("Test", "test"),
            ("test.", "test"),
            ("test-", "test"),
            ("te$t$", "tet"),
            (&"t".repeat(64), &long),
            ("myTask", "my-task"),
            ("my_Task", "my-task"),
            ("a__b", "a--b"),
            ("a--", "a-"),
            ("HTTPGet", "h-t-t-p-get"),
        ] {
            assert_eq!(dnsify(value), expected, "{value}");
        }
        assert_eq!(dnsify(&"t".repeat(62)), "t".repeat(62));
        assert_eq!(dnsify(&"t".repeat(63)).len(), 63);
    }

    #[test]
    fn removes_letters_outside_ascii() {
        assert_eq!(dnsify("größe"), "gre");
        assert_eq!(dnsify("Éa"), "a");
        assert_eq!(dnsify("日本"), "");
    }
}
