//! The store: what is wrong with it, and how it is cleaned.

use super::{waiting::single, *};

#[test]
fn damaged_results_are_made_again() {
    let own = Own::new();
    let call = square::call("damaged".into(), 5);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damages: [&[u8]; 5] = [
        b"",
        &whole[..10],
        &whole[..whole.len() - 1],
        &flipped,
        b"flyte-cache 2 \n",
    ];
    for (number, damage) in (2..).zip(damages) {
        fs::write(&file, damage).unwrap();
        assert_eq!(own.runner().run(call.clone()).unwrap(), 25);
        assert_eq!(runs("damaged"), number);
    }
    own.runner().run(call).unwrap();
    assert_eq!(runs("damaged"), 6);
}

/// A file is where the directory should be, which not even an administrator can write into.
#[test]
fn a_cache_that_cannot_be_used_fails_no_run() {
    let own = Own::new();
    let file = own.cache.directory().join("file");
    fs::write(&file, "").unwrap();
    let cache = Cache::at(file.join("cache"));
    let runner = Runner::local().cache(cache.clone());
    for _ in 0..2 {
        assert_eq!(runner.run(square::call("unusable".into(), 3)).unwrap(), 9);
        runner.run(single::call("unusable alone".into())).unwrap();
    }
    assert_eq!((runs("unusable"), runs("unusable alone")), (2, 2));
    let error = cache.stats().unwrap_err().to_string();
    assert!(
        error.starts_with("the cache cannot use ") && error.contains("file"),
        "{error}"
    );
}

/// What stands in the way of a result does not stop the task.
#[test]
fn a_directory_in_the_place_of_a_result_is_a_miss() {
    let own = Own::new();
    let call = square::call("in the way".into(), 3);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(own.runner().run(call).unwrap(), 9);
    assert_eq!(runs("in the way"), 2);
}

#[test]
fn what_was_not_used_for_long_is_removed_first() {
    let own = Own::new();
    for x in 0..10 {
        own.runner().run(square::call("evicted".into(), x)).unwrap();
    }
    let stats = own.cache.stats().unwrap();
    assert_eq!(stats.entries, 10);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    for file in own.files().iter().take(4) {
        fs::File::options()
            .append(true)
            .open(file)
            .unwrap()
            .set_modified(old)
            .unwrap();
    }
    let evicted = own.cache.evict(stats.bytes * 65 / 100).unwrap();
    assert_eq!((evicted.entries, own.entries()), (4, 6));
    assert_eq!(own.cache.clear(None).unwrap().entries, 6);
    assert_eq!(own.cache.stats().unwrap(), Default::default());
}

#[test]
fn a_hit_is_a_use() {
    let own = Own::new();
    let run = |x| own.runner().run(square::call("used".into(), x)).unwrap();
    let age = |file: &Path, hours: u64| {
        let file = fs::File::options().append(true).open(file).unwrap();
        let time = std::time::Duration::from_secs(hours * 3600);
        file.set_modified(std::time::SystemTime::now() - time)
            .unwrap();
    };
    run(1);
    let first = own.files().pop().unwrap();
    age(&first, 3);
    run(2);
    for file in own.files().iter().filter(|file| **file != first) {
        age(file, 2);
    }
    // What was used longer ago is used again, so the other goes.
    run(1);
    own.cache
        .evict(own.cache.stats().unwrap().bytes - 1)
        .unwrap();
    assert_eq!(own.entries(), 1);
    assert!(first.exists());
}

/// Who asks why does not change what is there.
#[test]
fn a_damaged_result_is_explained_and_left_where_it_is() {
    let own = Own::new();
    let call = square::call("explained".into(), 5);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    fs::write(&file, "flyte-cache 1 damaged").unwrap();
    let key = CacheKey::of(&call).unwrap();
    for _ in 0..2 {
        let Explanation::Unusable { problem } = own.cache.explain(&key).unwrap() else {
            panic!("it is damaged");
        };
        assert!(problem.contains("was damaged"), "{problem}");
    }
}

/// A program of another release, or one that knows the directory by another path, leaves alone what it cannot use.
#[test]
fn results_of_others_are_no_damage() {
    let own = Own::new();
    let call = square::call("others".into(), 5);
    own.runner().run(call.clone()).unwrap();
    let file = own.files().pop().unwrap();
    let other = "flyte-cache 2 0a\nin another form";
    fs::write(&file, other).unwrap();
    let key = CacheKey::of(&call).unwrap();
    assert_eq!(own.cache.explain(&key).unwrap(), Explanation::Empty);
    assert_eq!(fs::read_to_string(&file).unwrap(), other);
    let events = flyte_runtime::testing::RecordedEvents::new();
    let runner = own.runner().observe(events.clone());
    assert_eq!(runner.run(call).unwrap(), 25);
    assert!(
        events
            .lines()
            .iter()
            .all(|line| !line.starts_with("notice"))
    );
}
