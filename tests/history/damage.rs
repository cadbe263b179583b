//! Logs that were changed after they were written: every byte, every length, every end.
//!
//! `FLYTE_TEST_ROUNDS=200 cargo test -p flyte-tests --test history` goes on with the run after each change, and not
//! after some.

use super::{files::files, *};

#[task]
fn long_text(test: String, x: i64) -> String {
    count(&format!("{test} long_text {x}"));
    "long ".repeat(100)
}

#[task]
fn counts(test: String, text: String) -> Result<i64, String> {
    match count(&format!("{test} counts")) {
        1 => Err("not yet".to_owned()),
        _ => Ok(text.len() as i64),
    }
}

#[workflow]
fn length_of_text(test: String, x: i64) -> i64 {
    let text = long_text(test, x);
    counts(test, text)
}

#[task]
fn many_numbers(test: String, x: i64) -> Vec<i64> {
    count(&format!("{test} many_numbers"));
    (0..x).collect()
}

#[task]
fn sums_up(test: String, xs: Vec<i64>) -> Result<i64, String> {
    match count(&format!("{test} sums_up")) {
        1 | 2 => Err("not yet".to_owned()),
        _ => Ok(xs.iter().sum()),
    }
}

#[workflow]
fn sum_of_numbers(test: String, x: i64) -> i64 {
    let xs = many_numbers(test, x);
    sums_up(test, xs)
}

/// A run that has failed in its second node, and the bytes of its log.
struct Failed {
    _sandbox: TempSandbox,
    history: History,
    id: String,
    directory: PathBuf,
    whole: Vec<u8>,
    call: Call<chain>,
    /// As it is read when nobody has changed it.
    told: String,
}

/// How often as many changes are gone on after as there are.
fn every() -> usize {
    let rounds = std::env::var("FLYTE_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap());
    if rounds >= 200 { 1 } else { 211 }
}

const FIRST_LINE: usize = "flyte-history 4\n".len();
/// The header of an entry: its kind, the number of bytes of its length, and checksums.
fn header(kind: u8) -> (usize, usize) {
    match kind {
        b'w' => (1 + 2 + 4 + 2, 2),
        _ => (1 + 8 + 4 + 4, 8),
    }
}

/// An entry of a log.
struct Entry {
    at: usize,
    /// The length of its header, and of the length in it.
    header: usize,
    digits: usize,
    /// The length of its content.
    length: u64,
}

impl Failed {
    fn new(test: &str) -> Self {
        let (sandbox, history) = history();
        let call = chain::call(test.into(), 1);
        Runner::local()
            .history(&history)
            .run(call.clone())
            .unwrap_err();
        let run = history.run("last").unwrap();
        let directory = run.directory().to_owned();
        let whole = fs::read(directory.join("log")).unwrap();
        assert!(whole.starts_with(b"flyte-history 4\n"));
        Self {
            _sandbox: sandbox,
            id: run.id().to_owned(),
            told: run.to_json().to_string(),
            history,
            directory,
            whole,
            call,
        }
    }

    /// The entries of the log, with which it ends.
    fn entries(&self) -> Vec<Entry> {
        let (mut at, mut entries) = (FIRST_LINE, Vec::new());
        while at < self.whole.len() {
            let (header, digits) = header(self.whole[at]);
            let mut length = [0; 8];
            length[..digits].copy_from_slice(&self.whole[at + 1..at + 1 + digits]);
            let length = u64::from_le_bytes(length);
            entries.push(Entry {
                at,
                header,
                digits,
                length,
            });
            at += header + usize::try_from(length).unwrap();
        }
        assert_eq!(at, self.whole.len());
        entries
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    fn copies(&self) -> Vec<PathBuf> {
        let mut copies = files(&self.directory);
        copies.retain(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .contains("damaged")
        });
        copies
    }

    /// Whether who looks at the run is told that its log was changed, or the error that says so.
    fn is_told(&self, log: &[u8]) -> bool {
        fs::write(self.log(), log).unwrap();
        let Ok(run) = self.history.run(&self.id) else {
            return true;
        };
        let nodes = run.nodes().iter();
        let values = nodes.flat_map(|node| node.inputs.iter().chain(node.outputs.iter()));
        let mut values = values
            .chain(run.inputs().iter())
            .chain(run.outputs().iter());
        let is_told = run.damage() > 0 || values.any(|(_, value)| value.is_err());
        if !is_told {
            assert_eq!(run.to_json().to_string(), self.told);
        }
        is_told
    }

    /// Goes on with the run, and checks that it gives what it should, or says why it cannot go on and leaves all as it
    /// is. Returns whether the log was damaged.
    fn goes_on(&self, log: &[u8], what: &str) -> bool {
        fs::write(self.log(), log).unwrap();
        let before = self.copies().len();
        let damage = self.history.run(&self.id).map_or(0, |run| run.damage());
        let events = RecordedEvents::new();
        let runner = runner_of(&self.history, &self.id).observe(events.clone());
        match runner.run(self.call.clone()) {
            Ok(result) => assert_eq!(result, 6, "{what}"),
            Err(RunError::Resume(_)) => {
                assert_eq!(fs::read(self.log()).unwrap(), log, "{what}");
                assert_eq!(self.copies().len(), before, "{what}");
                return false;
            }
            Err(error) => panic!("{what}: {error}"),
        }
        let lines = events.lines();
        let is_told = lines
            .iter()
            .any(|line| line.starts_with("notice: the history of the run is damaged, "));
        assert_eq!(is_told, damage > 0, "{what}: {lines:?}");
        let copies = self.copies();
        let is_kept = copies.iter().any(|copy| fs::read(copy).unwrap() == log);
        assert_eq!(is_kept, damage > 0, "{what}");
        for copy in copies {
            fs::remove_file(copy).unwrap();
        }
        let run = self.history.run(&self.id).unwrap();
        assert_eq!(
            (run.status(), run.damage()),
            (RunStatus::Succeeded, 0),
            "{what}"
        );
        damage > 0
    }
}

#[test]
fn every_changed_byte_is_told_of_or_changes_nothing() {
    let failed = Failed::new("changed bytes");
    for at in 0..failed.whole.len() {
        let changes: &[u8] = match every() {
            1 => &[1, 0x10, 0x80, 0xff],
            _ => &[[1, 0x10, 0x80, 0xff][at % 4]],
        };
        for change in changes {
            let mut changed = failed.whole.clone();
            changed[at] ^= change;
            assert!(failed.is_told(&changed), "byte {at} ^ {change}");
            if at % every() == 0 {
                failed.goes_on(&changed, &format!("byte {at} ^ {change}"));
            }
        }
    }
}

/// That is what a process leaves that is killed, whenever it is.
#[test]
fn every_cut_is_an_end_that_was_not_written() {
    let failed = Failed::new("cuts");
    for length in 0..failed.whole.len() {
        let cut = &failed.whole[..length];
        fs::write(failed.log(), cut).unwrap();
        match failed.history.run(&failed.id) {
            Ok(run) => assert_eq!(run.damage(), 0, "{length} bytes"),
            Err(error) => assert!(error.to_string().contains("it holds no run"), "{error}"),
        }
        if length % every() == 0 {
            assert!(!failed.goes_on(cut, &format!("{length} bytes")));
        }
    }
}

#[test]
fn every_changed_length_is_told_of_and_what_comes_behind_is_kept() {
    let failed = Failed::new("changed lengths");
    let entries = failed.entries();
    let mut number = 0;
    for Entry {
        at,
        header,
        digits,
        length,
    } in entries
    {
        let rest = (failed.whole.len() - at - header) as u64;
        let mut lengths = vec![
            0,
            1,
            32,
            length - 1,
            length + 1,
            rest.saturating_sub(1),
            rest,
            rest + 1,
            1 << 40,
        ];
        lengths.extend([u64::MAX, length * 2, length / 2, length.swap_bytes()]);
        lengths.extend((0..64).map(|bit| length ^ (1 << bit)));
        let written = |length: u64| length.to_le_bytes()[..digits].to_owned();
        for changed in lengths {
            if written(changed) == written(length) {
                continue;
            }
            let mut log = failed.whole.clone();
            log[at + 1..at + 1 + digits].copy_from_slice(&written(changed));
            let what = format!("{changed} for {length} at {at}");
            fs::write(failed.log(), &log).unwrap();
            match failed.history.run(&failed.id) {
                Ok(run) => assert_eq!(run.damage(), (log.len() - at) as u64, "{what}"),
                Err(error) => assert!(error.to_string().contains("it is damaged"), "{error}"),
            }
            number += 1;
            if number % every() == 0 {
                failed.goes_on(&log, &what);
            }
        }
    }
}

/// What an earlier resumption has kept is not lost.
#[test]
fn each_damage_is_kept_in_a_copy_of_its_own() {
    let failed = Failed::new("damaged twice");
    let mut damaged = Vec::new();
    for end in [40, 90] {
        let mut log = failed.whole.clone();
        let at = log.len() - end;
        log[at] ^= 1;
        fs::write(failed.log(), &log).unwrap();
        runner_of(&failed.history, &failed.id)
            .run(failed.call.clone())
            .unwrap();
        damaged.push(log);
    }
    let kept = |name: &str| fs::read(failed.directory.join(name)).unwrap();
    assert_eq!([kept("log.damaged"), kept("log.damaged.2")], *damaged);
}

/// A value that cannot be read is written again, so that the next process need not run its node again.
#[test]
fn a_damaged_value_is_made_again_once() {
    let (_sandbox, history) = history();
    let call = length_of_text::call("damaged value".into(), 1);
    let runner = Runner::local().history(&history);
    runner.run(call.clone()).unwrap_err();
    let path = history.run("last").unwrap().directory().join("log");
    let mut log = fs::read(&path).unwrap();
    // It is there once, since the second node is given what the first has returned.
    let text = "long ".repeat(100);
    let places: Vec<_> = (0..log.len() - text.len())
        .filter(|at| log[*at..].starts_with(text.as_bytes()))
        .collect();
    let [at] = places[..] else {
        panic!("{places:?}")
    };
    log[at + 17] ^= 1;
    fs::write(&path, &log).unwrap();
    let events = RecordedEvents::new();
    let resumed = runner.resume("last").observe(events.clone());
    assert_eq!(resumed.run(call).unwrap(), 500);
    let lines = events.lines();
    let again = lines
        .iter()
        .find(|line| line.starts_with("notice n0: it runs again"));
    assert!(
        again.unwrap().contains("its bytes have changed"),
        "{lines:?}"
    );
    assert_eq!(ran("damaged value long_text 1"), 2);
    let run = history.run("last").unwrap();
    let value = run.node("n0").unwrap().outputs.get("o0");
    assert_eq!(value, Some(&Literal::string(text)));
}

#[test]
fn a_large_value_is_compressed_and_checked_like_another() {
    const NUMBERS: i64 = 50_000;
    let (_sandbox, history) = history();
    let call = sum_of_numbers::call("large value".into(), NUMBERS);
    let runner = Runner::local().history(&history);
    runner.run(call.clone()).unwrap_err();
    let path = history.run("last").unwrap().directory().join("log");
    // A list takes more than ten bytes for each number.
    let length = fs::metadata(&path).unwrap().len();
    assert!(length < 5 * NUMBERS as u64, "{length} bytes");
    let numbers = Literal::collection((0..NUMBERS).map(Literal::integer).collect());
    let value = |node: &str| {
        history
            .run("last")
            .unwrap()
            .node(node)
            .unwrap()
            .outputs
            .get("o0")
            .cloned()
    };
    assert!(value("n0").is_some_and(|value| value == numbers));
    let resumed = runner.resume("last");
    resumed.run(call.clone()).unwrap_err();
    assert_eq!(ran("large value many_numbers"), 1);
    // Most of the log is the value.
    let mut log = fs::read(&path).unwrap();
    let middle = log.len() / 2;
    log[middle] ^= 1;
    fs::write(&path, &log).unwrap();
    let events = RecordedEvents::new();
    let sum = resumed.observe(events.clone()).run(call).unwrap();
    assert_eq!(sum, NUMBERS * (NUMBERS - 1) / 2);
    assert_eq!(ran("large value many_numbers"), 2);
    let again = events
        .lines()
        .into_iter()
        .find(|line| line.starts_with("notice n0: it runs again"));
    assert!(again.is_some_and(|line| line.contains("its bytes have changed")));
    assert!(value("n0").is_some_and(|value| value == numbers));
}

/// The release that has written it can read it.
#[test]
fn a_log_of_another_format_is_told_of_and_left_alone() {
    let failed = Failed::new("other format");
    for first in [
        "flyte-history 1\n",
        "flyte-history 2\n",
        "flyte-history 3\n",
        "flyte-history 120\n",
    ] {
        let log = [first.as_bytes(), &failed.whole[FIRST_LINE..]].concat();
        fs::write(failed.log(), &log).unwrap();
        let number = first.split_whitespace().last().unwrap();
        let expected = format!(
            "it is of format {number}, and this release reads format 4; another release has written it"
        );
        let shown = failed.history.run("last").unwrap_err();
        assert!(shown.to_string().ends_with(&expected), "{shown}");
        let listed = failed.history.unreadable().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].to_string(), shown.to_string());
        assert!(shown.to_string().contains(&failed.id), "{shown}");
        let resumed = runner_of(&failed.history, &failed.id).run(failed.call.clone());
        assert_eq!(resumed.unwrap_err().to_string(), shown.to_string());
        // Neither by number, age and size, nor to make room.
        assert_eq!(failed.history.prune(0).unwrap(), 0);
        assert_eq!(failed.history.prune_to_size(0).unwrap(), 0);
        assert_eq!(failed.history.prune_older_than(Duration::ZERO).unwrap(), 0);
        let one = failed.history.clone().keep(1).max_size(1);
        let another = double::call("beside another format".into(), 1);
        for _ in 0..2 {
            Runner::local().history(&one).run(another.clone()).unwrap();
        }
        assert_eq!(failed.history.prune(0).unwrap(), 1);
        assert_eq!(fs::read(failed.log()).unwrap(), log);
    }
    failed.history.remove(&failed.id).unwrap();
    assert!(!failed.directory.exists());
    let gone = failed.history.remove(&failed.id).unwrap_err();
    assert!(gone.to_string().contains("there is no run"), "{gone}");
}
