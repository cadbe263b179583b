//! Finds the name that was meant.

/// The candidate of which `name` is most likely a misspelling.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Dashes come from other tools and do not count as a difference.
    flyte_grammar::nearest::nearest(&name.replace('-', "_"), candidates)
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, conjunction: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} {conjunction} {last}", all.join(", ")),
    }
}

/// `an option`, `a resource`.
pub(super) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    /// The grammar decides which names are near, and tests it.
    #[test]
    fn a_dash_does_not_count() {
        let keys = ["retries", "timeout"];
        assert_eq!(nearest("time-out", keys), Some("timeout"));
        assert_eq!(nearest("gpu-count", keys), None);
    }
}
