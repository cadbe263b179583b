use std::collections::HashSet;
use std::path::{MAIN_SEPARATOR_STR, Path};

use super::*;

/// Texts like paths and addresses, including anything that could be mistaken for a part of one.
struct Texts(u64);

impl Texts {
    fn next(&mut self, bound: usize) -> usize {
        // Knuth's MMIX generator; its low bits are poor.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a", "bucket", "b.txt", "é", "日本", " ", "/", "/", "//", ".", "..", "://", "s3://",
            "file://", "FILE://", "gs", "file:", "::", "\\", "\0", "%20", "?", "#", "-",
        ];
        (0..self.next(8))
            .map(|_| PIECES[self.next(PIECES.len())])
            .collect()
    }
}

fn texts() -> impl Iterator<Item = String> {
    let mut texts = Texts(7);
    (0..5000).map(move |_| texts.text())
}

#[test]
fn an_address_is_remote_if_and_only_if_it_cannot_be_a_local_path() {
    for text in texts() {
        match to_local(Path::new(&text)) {
            Err(DataError::Remote { path, scheme }) => {
                assert!(FileAccessProvider::is_remote(&text), "{text:?}");
                assert_eq!(path, text);
                assert!(text.starts_with(&format!("{scheme}://")), "{text:?}");
                assert!(!scheme.eq_ignore_ascii_case("file"));
            }
            Ok(local) => {
                assert!(!FileAccessProvider::is_remote(&text), "{text:?}");
                assert_eq!(
                    local.to_str(),
                    Some(FileAccessProvider::strip_file_header(&text))
                );
            }
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
    for local in [
        "",
        "a",
        "/a",
        "./a b://c",
        "C://x",
        "://x",
        "a::b",
        "file:///a",
        "é://a",
    ] {
        assert!(!FileAccessProvider::is_remote(local), "{local}");
    }
    for remote in [
        "s3://b",
        "gs://b/k",
        "abfs://",
        "https://example.com",
        "git+ssh://h/p",
    ] {
        assert!(FileAccessProvider::is_remote(remote), "{remote}");
    }
}

#[test]
fn one_file_header_is_taken_off_and_put_on() {
    for text in texts() {
        let with = FileAccessProvider::with_file_header(&text);
        assert_eq!(
            with,
            FileAccessProvider::with_file_header(&with),
            "{text:?}"
        );
        if with != text {
            assert_eq!(FileAccessProvider::strip_file_header(&with), text);
        }
        assert!(text.ends_with(FileAccessProvider::strip_file_header(&text)));
    }
    assert_eq!(
        FileAccessProvider::strip_file_header("file://file://a"),
        "file://a"
    );
    assert_eq!(FileAccessProvider::strip_file_header("s3://a"), "s3://a");
}

#[test]
fn join_drops_one_separator_and_keeps_the_parts() {
    let mut source = Texts(11);
    for _ in 0..5000 {
        let (base, first, second) = (source.text(), source.text(), source.text());
        let both = FileAccessProvider::join(&base, &[&first, &second]);
        let sep = FileAccessProvider::sep(&base);
        assert!(
            both.ends_with(&format!("{sep}{first}{sep}{second}")),
            "{base:?} {first:?} {second:?}"
        );
        let left = base.strip_suffix('/').unwrap_or(&base);
        assert!(both.starts_with(left));
        assert_eq!(both.len(), left.len() + first.len() + second.len() + 2);
    }
    assert_eq!(FileAccessProvider::join("/", &[]), "/");
    assert_eq!(FileAccessProvider::join("/", &["a"]), "/a");
    assert_eq!(FileAccessProvider::join("a//", &["b"]), "a//b");
    assert_eq!(FileAccessProvider::join("a/", &[]), "a");
}

#[test]
fn the_tail_of_a_path_is_a_name() {
    for text in texts() {
        let tail = FileAccessProvider::get_file_tail(&text);
        assert!(
            !tail.contains('/') && tail != "." && tail != "..",
            "{text:?} ends in {tail:?}"
        );
        assert!(text.contains(tail));
        if !tail.is_empty() {
            assert_eq!(
                FileAccessProvider::get_file_tail(&FileAccessProvider::join("s3://b/p", &[tail])),
                tail
            );
        }
    }
    for (path, tail) in [
        ("a/b.txt", "b.txt"),
        ("a/b/", "b"),
        ("s3://bucket/a.csv", "a.csv"),
        ("s3://bucket", "bucket"),
        ("s3://", ""),
        ("a/..", ""),
        ("", ""),
    ] {
        assert_eq!(FileAccessProvider::get_file_tail(path), tail, "{path}");
    }
}

#[test]
fn random_paths_stay_where_they_belong() {
    let provider = FileAccessProvider::new("/nowhere/box", "s3://bucket/raw").unwrap();
    let sandbox = provider.local_sandbox_dir();
    assert_eq!(sandbox, Path::new("/nowhere/box/local_flytekit"));
    assert_eq!(provider.raw_output_prefix(), "s3://bucket/raw/");
    for text in texts() {
        let tail = FileAccessProvider::get_file_tail(&text);

        let local = provider.get_random_local_path(Some(&text));
        let inside = local.strip_prefix(sandbox).unwrap().to_str().unwrap();
        let (hex, rest) = inside.split_at(32);
        assert!(hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(rest.strip_prefix(MAIN_SEPARATOR_STR).unwrap_or(rest), tail);

        let remote = provider.get_random_remote_path(Some(&text));
        let inside = remote.strip_prefix("s3://bucket/raw/").unwrap();
        assert_eq!(inside[32..].strip_prefix('/').unwrap_or_default(), tail);
    }
    assert_eq!(
        provider.get_random_remote_directory().len(),
        "s3://bucket/raw/".len() + 32
    );
}

#[test]
fn a_custom_path_is_under_the_prefix_or_in_the_other_bucket() {
    let remote = FileAccessProvider::new("/x", "s3://default/some/prefix").unwrap();
    for prefix in ["/data/raw", "data/raw/", "file:///data/raw", "r"] {
        let local = FileAccessProvider::new("/x", prefix).unwrap();
        for text in texts().take(500) {
            let path = local.generate_new_custom_path(Some(&text), Some("stem"));
            assert_eq!(path, format!("{}stem", local.raw_output_prefix()));
        }
    }
    for text in texts().filter(|text| !text.is_empty()) {
        assert_eq!(
            remote.generate_new_custom_path(Some(&text), Some("stem")),
            format!("s3://{text}/some/prefix/stem")
        );
        assert_eq!(
            remote.generate_new_custom_path(None, Some(&text)),
            format!("s3://default/some/prefix/{text}")
        );
    }
    let random = remote.generate_new_custom_path(None, None);
    assert_eq!(
        random
            .strip_prefix("s3://default/some/prefix/")
            .unwrap()
            .len(),
        32
    );
    let bucket = FileAccessProvider::new("/x", "gs://default").unwrap();
    assert_eq!(
        bucket.generate_new_custom_path(Some("other"), Some("a")),
        "gs://other/a"
    );
}

#[test]
fn recursive_paths_end_with_a_separator() {
    for text in texts() {
        let (from, to) = FileAccessProvider::recursive_paths(&text, &text);
        assert!(to.ends_with('/') && to.trim_end_matches('/') == text.trim_end_matches('/'));
        assert_eq!(
            FileAccessProvider::recursive_paths(&from, &to),
            (from.clone(), to.clone()),
            "{text:?}"
        );
        if FileAccessProvider::is_remote(&text) {
            assert_eq!(from, to);
        }
    }
    let sandbox = TempSandbox::new();
    let dir = sandbox.create().unwrap().to_str().unwrap();
    let (from, _) = FileAccessProvider::recursive_paths(dir, "t");
    assert_eq!(from, format!("{dir}{MAIN_SEPARATOR_STR}"));
    let (from, _) = FileAccessProvider::recursive_paths(&format!("{dir}/missing"), "t");
    assert_eq!(from, format!("{dir}/missing"));
}

#[test]
fn random_strings_differ_in_every_thread() {
    let all = std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| {
            scope.spawn(|| {
                (0..1000)
                    .map(|_| FileAccessProvider::get_random_string())
                    .collect::<Vec<_>>()
            })
        });
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect::<HashSet<_>>()
    });
    assert_eq!(all.len(), 4000);
    assert!(all.iter().all(|hex| hex.len() == 32));
}

#[test]
fn a_provider_needs_both_places() {
    let text = |made: Result<_, DataError>| {
        made.map(|_: FileAccessProvider| ())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        text(FileAccessProvider::new("", "/raw")),
        "FileAccessProvider needs to be created with a valid local_sandbox_dir"
    );
    assert!(text(FileAccessProvider::new("/x", "")).contains("raw_output_prefix"));
    assert!(text(FileAccessProvider::local("")).contains("local_sandbox_dir"));
}
