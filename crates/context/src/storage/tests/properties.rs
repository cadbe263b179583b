//! Properties of the path functions that hold for every text.

use crate::storage::FileAccessProvider as Files;
use crate::storage::path::with_trailing_separator;

/// Texts made of the parts of paths and addresses; the same ones in every run.
struct Texts(u64);

impl Texts {
    fn below(&mut self, limit: usize) -> usize {
        // Marsaglia's xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is below a `usize`")
    }

    fn text(&mut self, pieces: &[&str], most: usize) -> String {
        let count = self.below(most + 1);
        (0..count)
            .map(|_| pieces[self.below(pieces.len())])
            .collect()
    }

    fn path(&mut self) -> String {
        const PIECES: &[&str] = &[
            "/", "//", "a", "bucket", ".", "..", "s3://", "file://", "FILE://", "://", ":", "ß",
            "🦀", " ", "\\", "x.csv", "%2F", "-", "gs", "\0",
        ];
        self.text(PIECES, 7)
    }

    /// The name of an entry in a directory.
    fn name(&mut self) -> String {
        let name = self.text(&["a", "B", "ß", "🦀", " ", ".", "-", "x.csv", "%2F"], 4);
        match name.as_str() {
            "" | "." | ".." => "name".to_owned(),
            _ => name,
        }
    }
}

fn for_many(check: impl Fn(&mut Texts)) {
    let mut texts = Texts(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        check(&mut texts);
    }
}

#[test]
fn a_name_that_was_joined_is_the_tail() {
    for_many(|texts| {
        let (base, name) = (texts.path(), texts.name());
        // Joined to an empty base or a bare scheme, a name is not a separate part.
        let joined = Files::join(&base, &[&name]);
        assert!(joined.ends_with(&name), "{base:?} {name:?}");
        if !base.is_empty() && !base.ends_with([':', '/', '\\']) {
            assert_eq!(Files::get_file_tail(&joined), name, "{base:?}");
        }
    });
}

#[test]
fn joining_at_once_is_joining_one_after_another() {
    for_many(|texts| {
        let (base, first, second) = (texts.path(), texts.name(), texts.name());
        let at_once = Files::join(&base, &[&first, &second]);
        let joined = Files::join(&base, &[&first]);
        if Files::is_remote(&joined) == Files::is_remote(&base) {
            assert_eq!(Files::join(&joined, &[&second]), at_once, "{base:?}");
        }
    });
}

#[test]
fn a_tail_is_a_part_of_the_path_without_separators() {
    for_many(|texts| {
        let path = texts.path();
        let tail = Files::get_file_tail(&path);
        assert!(path.contains(tail), "{path:?}");
        assert!(
            !tail.contains('/') && tail != "." && tail != "..",
            "{path:?}"
        );
    });
}

#[test]
fn a_file_header_comes_off_as_it_went_on() {
    for_many(|texts| {
        let path = texts.path();
        let with = Files::with_file_header(&path);
        assert_eq!(Files::with_file_header(&with), with, "{path:?}");
        assert_eq!(Files::is_remote(&with), Files::is_remote(&path), "{path:?}");
        if with != path {
            assert_eq!(Files::strip_file_header(&with), path);
        }
    });
}

#[test]
fn a_trailing_separator_is_put_once() {
    for_many(|texts| {
        let path = texts.path();
        let with = with_trailing_separator(&path);
        assert!(with.starts_with(&path) && with.len() <= path.len() + 1);
        assert_eq!(with_trailing_separator(&with), with, "{path:?}");
    });
}
