//! The name that was meant by a misspelt one.

/// The candidate that `name` is most likely a slip of. Capitals are a habit from elsewhere, and no distance.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_by(name, candidates, str::to_owned)
}

/// As [`nearest`], where `compared` is what of a candidate is compared with the name.
pub fn nearest_by<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    compared: impl Fn(&str) -> String,
) -> Option<&'a str> {
    let name = name.to_lowercase();
    // A third of the letters may be wrong: the compiler's own measure.
    let most = name.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .map(|candidate| (distance(&name, &compared(candidate)), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed, replaced or swapped with their neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let swapped: &Vec<usize> = &before_last;
                least = least.min(swapped[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn finds_slips_and_nothing_else() {
        let keys = [
            "retries",
            "timeout",
            "cache",
            "interruptible",
            "requests",
            "limits",
        ];
        for (name, meant) in [
            ("retires", Some("retries")),
            ("retry", None),
            ("Cache", Some("cache")),
            ("interruptable", Some("interruptible")),
            ("request", Some("requests")),
            ("gpu", None),
        ] {
            assert_eq!(nearest(name, keys), meant, "{name}");
        }
    }

    #[test]
    fn a_swap_is_one_step() {
        assert_eq!(distance("retires", "retries"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("same", "same"), 0);
    }
}
