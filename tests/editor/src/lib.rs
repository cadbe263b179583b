//! rust-analyzer with the program in `project` opened, as an editor has it: macros are expanded, and the file is
//! changed in memory alone.
//!
//! [`open`] adds a text to the program, with the cursor in it, and an [`Open`] answers what an editor asks there.

mod settings;

use std::{
    any::Any,
    cmp::Reverse,
    env,
    path::PathBuf,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use ra_ap_ide::{
    Analysis, AnalysisHost, AssistResolveStrategy, CompletionItem, FileId, FilePosition, FileRange,
    NavigationTarget, TextRange, TextSize,
};
use ra_ap_ide_db::ChangeWithProcMacros;
use ra_ap_load_cargo::load_workspace_at;
use ra_ap_paths::{AbsPathBuf, Utf8PathBuf};
use ra_ap_vfs::VfsPath;

/// The program, as far as each test has it.
const PROGRAM: &str = include_str!("../project/src/lib.rs");

/// What stands where the cursor is.
const CURSOR: &str = "$0";

static EDITOR: LazyLock<Mutex<Editor>> = LazyLock::new(|| Mutex::new(Editor::start()));

struct Editor {
    host: AnalysisHost,
    file: FileId,
    /// The process that expands macros.
    _server: Box<dyn Any + Send>,
}

impl Editor {
    /// Opens the project. The macros are built first, as an editor does it.
    fn start() -> Self {
        let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("project");
        let (cargo, load) = (settings::cargo(), settings::load());
        let (db, vfs, server) =
            load_workspace_at(&project, &cargo, &load, &|_| {}).expect("the project can be loaded");
        let server = server.expect("the toolchain has a server for macros");
        let file = AbsPathBuf::assert_utf8(project).join("src/lib.rs");
        let (file, _) = vfs
            .file_id(&VfsPath::from(file))
            .expect("the project has this file");
        Self {
            host: AnalysisHost::with_database(db),
            file,
            _server: Box::new(server),
        }
    }
}

/// The program with the text of a test at its end.
///
/// The tests use one program by turns.
pub struct Open {
    editor: MutexGuard<'static, Editor>,
    text: String,
    cursor: TextSize,
}

/// Opens the program with this text at its end. The cursor is where `$0` is.
///
/// # Panics
///
/// If the text has no cursor, or if the project cannot be loaded.
#[must_use]
pub fn open(text: &str) -> Open {
    let whole = format!("{PROGRAM}\n{text}\n");
    let cursor = whole.find(CURSOR).expect("the text has a cursor");
    let text = whole.replacen(CURSOR, "", 1);
    // A test that failed before has left nothing behind that this one does not replace.
    let mut editor = EDITOR.lock().unwrap_or_else(PoisonError::into_inner);
    let mut change = ChangeWithProcMacros::default();
    change.change_file(editor.file, Some(text.clone()));
    editor.host.apply_change(change);
    Open {
        editor,
        text,
        cursor: size(cursor),
    }
}

/// A name that was completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The name.
    pub label: String,
    /// What stands in its place if it is chosen.
    pub inserts: String,
}

/// A place in the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name there.
    pub name: String,
    /// The line, without the blanks around it; of other files than the program's, nothing.
    pub line: String,
}

/// The arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function, as it is shown.
    pub text: String,
    /// The parameter that is being written.
    pub active: Option<String>,
}

impl Open {
    fn analysis(&self) -> Analysis {
        self.editor.host.analysis()
    }

    fn position(&self) -> FilePosition {
        FilePosition {
            file_id: self.editor.file,
            offset: self.cursor,
        }
    }

    fn at(&self, range: TextRange) -> &str {
        &self.text[range]
    }

    /// The names that can stand at the cursor, the best first.
    #[must_use]
    pub fn completions(&self) -> Vec<Completed> {
        let found = self
            .analysis()
            .completions(&settings::completion(), self.position(), None)
            .expect(NOT_CANCELLED)
            .unwrap_or_default();
        let mut found: Vec<&CompletionItem> = found.iter().collect();
        found.sort_by_key(|item| (Reverse(item.relevance.score()), item.label.primary.clone()));
        let completed = found.into_iter().map(|item| Completed {
            label: item
                .label
                .primary
                .split(['(', ' '])
                .next()
                .unwrap_or_default()
                .to_owned(),
            inserts: item
                .text_edit
                .iter()
                .map(|edit| edit.insert.as_str())
                .collect(),
        });
        completed.collect()
    }

    /// The labels of [`completions`](Self::completions).
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let completed = self.completions().into_iter();
        completed.map(|completed| completed.label).collect()
    }

    /// What is shown about the name at the cursor.
    #[must_use]
    pub fn hover(&self) -> Option<String> {
        let range = FileRange {
            file_id: self.editor.file,
            range: TextRange::empty(self.cursor),
        };
        let found = self.analysis().hover(&settings::hover(), range);
        let found = found.expect(NOT_CANCELLED)?;
        Some(found.info.markup.to_string())
    }

    /// Where the name at the cursor is declared.
    #[must_use]
    pub fn definitions(&self) -> Vec<Place> {
        let found = self
            .analysis()
            .goto_definition(self.position(), &settings::definition())
            .expect(NOT_CANCELLED);
        let targets = found.map(|found| found.info).unwrap_or_default();
        targets.iter().map(|target| self.place(target)).collect()
    }

    fn place(&self, target: &NavigationTarget) -> Place {
        let range = target.focus_or_full_range();
        let is_here = target.file_id == self.editor.file;
        Place {
            name: target.name.as_str().to_owned(),
            line: is_here
                .then(|| self.line(range.start()).trim().to_owned())
                .unwrap_or_default(),
        }
    }

    fn line(&self, at: TextSize) -> &str {
        let at = usize::from(at);
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.text[start..].lines().next().unwrap_or_default()
    }

    /// Renames what is at the cursor. Returns the lines that differ then, as they are afterwards.
    ///
    /// # Errors
    ///
    /// What the editor shows if it cannot be renamed.
    pub fn rename(&self, name: &str) -> Result<Vec<String>, String> {
        let change = self
            .analysis()
            .rename(self.position(), name, &settings::rename())
            .expect(NOT_CANCELLED)
            .map_err(|error| error.to_string())?;
        let mut renamed = self.text.clone();
        for (file, (edit, _)) in change.source_file_edits {
            if file != self.editor.file {
                return Err("another file would be changed".to_owned());
            }
            edit.apply(&mut renamed);
        }
        let lines = self.text.lines().zip(renamed.lines());
        Ok(lines
            .filter(|(before, after)| before != after)
            .map(|(_, after)| after.trim().to_owned())
            .collect())
    }

    /// The function whose arguments are being written.
    #[must_use]
    pub fn signature(&self) -> Option<Signature> {
        let found = self.analysis().signature_help(self.position());
        let found = found.expect(NOT_CANCELLED)?;
        let active = found
            .active_parameter
            .and_then(|index| found.parameter_labels().nth(index))
            .map(str::to_owned);
        Some(Signature {
            text: found.signature.clone(),
            active,
        })
    }

    /// What rust-analyzer itself finds wrong with the program, each with the code that it marks.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<String> {
        let found = self.analysis().full_diagnostics(
            &settings::diagnostics(),
            AssistResolveStrategy::None,
            self.editor.file,
        );
        let found = found.expect(NOT_CANCELLED).into_iter();
        found
            .map(|one| {
                format!(
                    "{}: {} at `{}`",
                    one.code.as_str(),
                    one.message,
                    self.at(one.range.range)
                )
            })
            .collect()
    }
}

/// Only a change cancels a question, and who asks holds the lock.
const NOT_CANCELLED: &str = "nothing changes while an answer is found";

fn size(at: usize) -> TextSize {
    TextSize::try_from(at).expect("the program is small")
}

/// The directory for what is built of the project, and the sources of the standard library: `run` says where they are.
fn directory(variable: &str) -> Utf8PathBuf {
    let path = env::var(variable).unwrap_or_else(|_| panic!("`tests/editor/run` sets {variable}"));
    Utf8PathBuf::from(path)
}
