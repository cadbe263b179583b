//! The files of a run: kept for the process that goes on, made again when they have changed, and left where outputs
//! name them.

use super::*;

#[task]
fn writes(test: String) -> FlyteFile {
    count(&format!("{test} writes"));
    let path = current_context().working_directory().unwrap().join("a.txt");
    fs::write(&path, "written").unwrap();
    FlyteFile::from_path(path)
}

#[task]
fn reads(test: String, file: FlyteFile) -> Result<String, String> {
    let text = fs::read_to_string(file.path().unwrap()).unwrap();
    match count(&format!("{test} reads")) {
        1 | 2 => Err("not yet".into()),
        _ => Ok(text),
    }
}

#[workflow]
fn through_a_file(test: String) -> String {
    reads(test, writes(test))
}

pub(super) fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let entries = entries.flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    entries.collect()
}

#[test]
fn files_are_kept_for_the_run_and_made_again_when_they_are_gone() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = through_a_file::call("file".into());
    runner.run(call.clone()).unwrap_err();
    let runner = runner.resume("last");
    runner.run(call.clone()).unwrap_err();
    assert_eq!(ran("file writes"), 1);
    let run = history.run("last").unwrap();
    for file in files(&run.directory().join("files")) {
        fs::remove_file(file).unwrap();
    }
    let events = RecordedEvents::new();
    let result = runner.observe(events.clone()).run(call);
    assert_eq!(result.unwrap(), "written");
    assert_eq!(ran("file writes"), 2);
    let lines = events.lines();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("is not there any more")),
        "{lines:?}"
    );
}

#[test]
fn a_file_that_was_changed_is_made_again() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = through_a_file::call("changed".into());
    runner.run(call.clone()).unwrap_err();
    let run = history.run("last").unwrap();
    for file in files(&run.directory().join("files")) {
        // As long as it was.
        fs::write(file, "another").unwrap();
    }
    let events = RecordedEvents::new();
    let runner = runner.resume("last").observe(events.clone());
    runner.run(call.clone()).unwrap_err();
    assert_eq!(runner.run(call).unwrap(), "written");
    assert_eq!(ran("changed writes"), 2);
    let lines = events.lines();
    let notice = lines
        .iter()
        .find(|line| line.starts_with("notice n0: it runs again"));
    assert!(notice.unwrap().ends_with("a.txt has changed"), "{lines:?}");
}

#[task]
fn weighs(test: String, file: FlyteFile) -> usize {
    count(&format!("{test} weighs"));
    fs::read(file.path().unwrap()).unwrap().len()
}

#[task]
fn ends_late(test: String, length: usize) -> Result<usize, String> {
    match count(&format!("{test} ends_late")) {
        1 | 2 => Err("not yet".into()),
        _ => Ok(length),
    }
}

#[workflow]
fn measured(test: String, file: FlyteFile) -> usize {
    ends_late(test, weighs(test, file))
}

/// A large one too, of which only the size and the time count.
#[test]
fn what_was_given_a_file_that_was_changed_runs_again() {
    let (sandbox, history) = history();
    for (test, size) in [("small", 10), ("large", 3 << 20)] {
        let path = sandbox.create().unwrap().join(test);
        fs::write(&path, vec![1; size]).unwrap();
        let call = measured::call(test.into(), FlyteFile::from_path(&path));
        let runner = Runner::local().history(&history);
        runner.run(call.clone()).unwrap_err();
        let runner = runner.resume("last");
        runner.run(call.clone()).unwrap_err();
        assert_eq!(ran(&format!("{test} weighs")), 1);
        fs::write(&path, vec![2; size + 1]).unwrap();
        let events = RecordedEvents::new();
        let result = runner.observe(events.clone()).run(call);
        assert_eq!(result.unwrap(), size + 1);
        assert_eq!(ran(&format!("{test} weighs")), 2);
        let lines = events.lines();
        let notice = lines
            .iter()
            .find(|line| line.starts_with("notice n0: it runs again"));
        assert!(
            notice.unwrap().contains("because of what it was given, "),
            "{lines:?}"
        );
    }
}

#[derive(Clone, FlyteType)]
struct Found {
    file: FlyteFile,
    size: i64,
}

#[task]
fn finds(test: String) -> Result<Found, DataError> {
    count(&format!("{test} finds"));
    let file = FlyteFile::create("found.txt")?;
    file.write("found")?;
    Ok(Found { file, size: 5 })
}

#[task]
fn looks_at(test: String, found: Found) -> Result<String, String> {
    reads::run(test, found.file).map_err(|error| error.to_string())
}

#[workflow]
fn through_a_file_in_a_struct(test: String) -> String {
    looks_at(test, finds(test))
}

/// A file that is made in the run's own place is there for the process that goes on, and is looked for wherever a value
/// names it.
#[test]
fn files_in_structs_are_found_and_made_again_when_they_have_changed() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = through_a_file_in_a_struct::call("struct".into());
    runner.run(call.clone()).unwrap_err();
    let runner = runner.resume("last");
    runner.run(call.clone()).unwrap_err();
    assert_eq!(ran("struct finds"), 1);
    let run = history.run("last").unwrap();
    for file in files(&run.directory().join("files")) {
        fs::write(file, "something else").unwrap();
    }
    assert_eq!(runner.run(call).unwrap(), "found");
    assert_eq!(ran("struct finds"), 2);
}

#[workflow]
fn two_files(test: String) -> (FlyteFile, Found, String) {
    let found = finds(test);
    (writes(test), found, copies(writes(test)))
}

#[task]
fn copies(file: FlyteFile) -> String {
    fs::read_to_string(file.path().unwrap()).unwrap()
}

/// Who has started a run can read what it gives, and nothing else stays.
#[test]
fn what_the_outputs_of_a_run_name_stays() {
    let (_sandbox, history) = history();
    let call = two_files::call("stays".into());
    let (written, found, _) = Runner::local().history(&history).run(call.clone()).unwrap();
    let left = files(&history.run("last").unwrap().directory().join("files"));
    assert_eq!(left.len(), 2, "{left:?}");
    for (file, text) in [(written, "written"), (found.file, "found")] {
        let path = file.path().unwrap().to_owned();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(left.contains(&path), "{left:?}");
    }

    let (written, found, _) = call.run().unwrap();
    assert_eq!(
        fs::read_to_string(written.path().unwrap()).unwrap(),
        "written"
    );
    assert_eq!(
        fs::read_to_string(found.file.path().unwrap()).unwrap(),
        "found"
    );
}
