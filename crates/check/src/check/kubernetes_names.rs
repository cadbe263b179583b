//! Keys and values of labels and annotations that Kubernetes accepts.

/// The maximum length of a name and of a label's value in Kubernetes.
const MAX_LENGTH: usize = 63;

/// The maximum length of the domain before a name.
const MAX_PREFIX: usize = 253;

fn is_plain(text: &str) -> bool {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let end = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.len() <= MAX_LENGTH
        && text.chars().all(inner)
        && end(text.chars().next())
        && end(text.chars().next_back())
}

/// Whether a text can be the key of a label or an annotation: a name, optionally after a domain and `/`.
pub(super) fn is_label_key(key: &str) -> bool {
    let label = |label: &str| {
        let inner =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    match key.split_once('/') {
        None => is_plain(key),
        Some((prefix, name)) => {
            prefix.len() <= MAX_PREFIX && prefix.split('.').all(label) && is_plain(name)
        }
    }
}

/// Whether a text can be the value of a label.
pub(super) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_plain(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_kubernetes() {
        for key in ["team", "example.org/team", "a.b_c-d", "A", "x-1.io/Y"] {
            assert!(is_label_key(key), "{key}");
        }
        for key in [
            "",
            "-a",
            "a b",
            "Example.org/team",
            "/team",
            "a/b/c",
            "größe",
            "a.",
        ] {
            assert!(!is_label_key(key), "{key}");
        }
        assert!(is_label_key(&"k".repeat(63)) && !is_label_key(&"k".repeat(64)));
        for value in ["", "a", "v1.2", "A_b"] {
            assert!(is_label_value(value), "{value}");
        }
        for value in ["x y", "-a", "a/b", "ü"] {
            assert!(!is_label_value(value), "{value}");
        }
    }
}
