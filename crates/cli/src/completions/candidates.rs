//! What can stand at the cursor.

use std::{env, fs, path::PathBuf};

use clap::{Arg, ArgAction, ValueHint};

use super::{
    super::{
        Cli, gates, input, kind_of,
        options::{ANSWER, ID, NAME, RESUME},
    },
    place::{Place, may_be_left_out},
};
use flyte_check::check::{Rule, Severity};
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    registry::Registry,
    types::{BlobDimensionality, LiteralType},
};
use flyte_events::history::{RunRecord, RunStatus};

/// How many runs are offered, the last first.
const RUNS: usize = 50;

/// A word that can stand at the cursor.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The whole word, without quotes.
    pub(super) value: String,
    /// What it is, on one line; empty if there is nothing to say.
    pub(super) help: String,
}

impl Candidate {
    fn new(value: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            help: help.into(),
        }
    }
}

/// All that can stand at the cursor, where `current` is typed already. What begins otherwise is among it: shells differ
/// in what they take for a match.
pub(super) fn at(cli: &Cli<'_>, place: &Place, current: &str) -> Vec<Candidate> {
    if let Some(arg) = &place.awaited {
        let mut found = match may_be_left_out(arg) && current.starts_with('-') {
            true => Vec::new(),
            false => values(cli, place, arg, current),
        };
        if may_be_left_out(arg) {
            found.extend(named(place, current));
        }
        return found;
    }
    if place.only_unnamed {
        return unnamed(cli, place, current);
    }
    if let Some((name, value)) = current
        .strip_prefix("--")
        .and_then(|long| long.split_once('='))
    {
        let Some(arg) = place.long(name) else {
            return Vec::new();
        };
        let mut found = values(cli, place, arg, value);
        for candidate in &mut found {
            candidate.value = format!("--{name}={}", candidate.value);
        }
        return found;
    }
    if current.starts_with('-') {
        return named(place, current);
    }
    let mut found = unnamed(cli, place, current);
    if found.is_empty() && current.is_empty() {
        found = named(place, current);
    }
    found
}

/// The options that can be given. `--no-flag` is offered to those who have begun it.
fn named(place: &Place, current: &str) -> Vec<Candidate> {
    let is_shown = |arg: &&Arg| {
        let long = arg.get_long().unwrap_or_default();
        !arg.is_hide_set() || current.starts_with("--no-") && long.starts_with("no-")
    };
    let all = place.command.get_arguments().filter(is_shown);
    let all = all.filter(|arg| place.can_be_given(arg));
    all.filter_map(|arg| {
        let name = match (arg.get_long(), arg.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => return None,
        };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        Some(Candidate::new(name, help))
    })
    .collect()
}

/// The commands or names that can stand here.
fn unnamed(cli: &Cli<'_>, place: &Place, current: &str) -> Vec<Candidate> {
    if place.wants_entity() {
        return entities(cli.registry, current, |_| true);
    }
    let commands = place.command.get_subcommands();
    let commands = commands.filter(|command| !command.is_hide_set());
    let mut found: Vec<_> = commands
        .map(|command| {
            let about = command.get_about().map(ToString::to_string);
            Candidate::new(command.get_name(), about.unwrap_or_default())
        })
        .collect();
    let wanted = place.command.get_positionals();
    let wanted: Vec<_> = wanted.filter(|arg| !arg.is_last_set()).collect();
    // One that takes several takes all that follow.
    let arg = wanted.get(place.unnamed).or_else(|| {
        let last = wanted.last()?;
        matches!(last.get_action(), ArgAction::Append).then_some(last)
    });
    if let Some(arg) = arg {
        found.extend(values(cli, place, arg, current));
    }
    found
}

/// The values of an option, or of an argument without a name.
fn values(cli: &Cli<'_>, place: &Place, arg: &Arg, current: &str) -> Vec<Candidate> {
    let id = arg.get_id().as_str();
    if let Some(entity) = place.entity
        && let Some(input) = entity.inputs().iter().find(|input| input.name == id)
    {
        return of_type(&input.info.literal_type(), current);
    }
    match id {
        NAME if place.path == ["cache", "clear"] => entities(cli.registry, current, |entity| {
            entity.kind() == EntityKind::Task
        }),
        NAME if place
            .path
            .first()
            .is_some_and(|first| ["plans", "backfill"].contains(&&**first)) =>
        {
            entities(cli.registry, current, |entity| {
                entity.kind() != EntityKind::Task
            })
        }
        NAME | "names" => entities(cli.registry, current, |_| true),
        // The names of executions are known to the cluster, which is too far away for the press of a key.
        ID if place.given.iter().any(|given| given == "--remote") => Vec::new(),
        ID => runs(cli, |_| true),
        RESUME => runs(cli, |run| {
            let is_same = place
                .entity
                .is_none_or(|entity| entity.name() == run.entity());
            is_same && !matches!(run.status(), RunStatus::Succeeded | RunStatus::Cached)
        }),
        ANSWER => {
            let gates = place.entity.map(gates::of).unwrap_or_default();
            let gates = gates.into_iter();
            gates
                .map(|gate| Candidate::new(format!("{gate}="), ""))
                .collect()
        }
        "allow" => {
            let rules = Rule::ALL.iter();
            let rules = rules.filter(|rule| rule.severity() == Severity::Warning);
            rules.map(|rule| Candidate::new(rule.code(), "")).collect()
        }
        _ => {
            let possible = arg.get_possible_values();
            if !possible.is_empty() {
                let possible = possible.iter().filter(|value| !value.is_hide_set());
                return possible
                    .map(|value| Candidate::new(value.get_name(), ""))
                    .collect();
            }
            match arg.get_value_hint() {
                ValueHint::DirPath => paths(current, true),
                ValueHint::FilePath | ValueHint::AnyPath => paths(current, false),
                _ => Vec::new(),
            }
        }
    }
}

/// The values of an input. `@FILE` stands for what is in a file, whatever the type is.
fn of_type(literal_type: &LiteralType, current: &str) -> Vec<Candidate> {
    if let Some(path) = current.strip_prefix('@')
        && !path.starts_with('@')
    {
        let mut found = paths(path, false);
        for candidate in &mut found {
            candidate.value.insert(0, '@');
        }
        return found;
    }
    match input::inner(literal_type).plain() {
        LiteralType::Boolean => ["true", "false"]
            .map(|value| Candidate::new(value, ""))
            .into(),
        LiteralType::Enum(values) => {
            let values = values.values.iter();
            values.map(|value| Candidate::new(value, "")).collect()
        }
        LiteralType::Blob(blob) => paths(
            current,
            blob.dimensionality == BlobDimensionality::Multipart,
        ),
        LiteralType::StructuredDataset(_) | LiteralType::Schema(_) => paths(current, false),
        _ => Vec::new(),
    }
}

/// The names of entities. A name can be shortened to its last parts: where no whole name begins as typed, those are
/// offered that do so shortened.
fn entities(
    registry: &Registry,
    current: &str,
    is_wanted: impl Fn(&EntityDescriptor) -> bool,
) -> Vec<Candidate> {
    let all = || registry.entities().filter(|entity| is_wanted(entity));
    let help = |entity: &EntityDescriptor| match entity.summary() {
        summary if summary.is_empty() => kind_of(entity),
        summary => format!("{}: {summary}", kind_of(entity)),
    };
    let whole = all().map(|entity| Candidate::new(entity.name(), help(entity)));
    let whole: Vec<_> = whole.collect();
    if whole
        .iter()
        .any(|candidate| candidate.value.starts_with(current))
    {
        return whole;
    }
    let shortened = all().filter_map(|entity| {
        let ends = entity.name().match_indices('.');
        let ends = ends.map(|(dot, _)| &entity.name()[dot + 1..]);
        let mut ends = ends.filter(|end| end.starts_with(current));
        let end = ends.find(|end| {
            registry
                .find(end)
                .is_ok_and(|found| found.name() == entity.name())
        })?;
        Some(Candidate::new(end, help(entity)))
    });
    let shortened: Vec<_> = shortened.collect();
    if shortened.is_empty() {
        whole
    } else {
        shortened
    }
}

/// The ids of recorded runs, the last first.
fn runs(cli: &Cli<'_>, is_wanted: impl Fn(&RunRecord) -> bool) -> Vec<Candidate> {
    let all = cli.history.and_then(|history| history.runs().ok());
    let all: Vec<_> = all.unwrap_or_default();
    let help = |run: &RunRecord| format!("{} of {}", run.status(), run.entity());
    let last = all.first().filter(|run| is_wanted(run));
    let last = last.map(|run| Candidate::new("last", help(run)));
    let wanted = all.iter().filter(|run| is_wanted(run)).take(RUNS);
    let ids = wanted.map(|run| Candidate::new(run.id(), help(run)));
    last.into_iter().chain(ids).collect()
}

/// The files that begin as typed; directories end with a slash. Hidden ones are offered to those who have begun one.
fn paths(typed: &str, only_directories: bool) -> Vec<Candidate> {
    let (parent, start) = match typed.rfind(std::path::is_separator) {
        Some(slash) => typed.split_at(slash + 1),
        None => ("", typed),
    };
    let directory = match (parent.strip_prefix("~/"), parent) {
        (Some(below), _) => env::home_dir().map(|home| home.join(below)),
        (None, "") => Some(PathBuf::from(".")),
        (None, parent) => Some(PathBuf::from(parent)),
    };
    let Some(Ok(entries)) = directory.map(fs::read_dir) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            if name.starts_with('.') && !start.starts_with('.') {
                return None;
            }
            // Links are followed.
            let is_directory = fs::metadata(entry.path()).is_ok_and(|file| file.is_dir());
            if only_directories && !is_directory {
                return None;
            }
            let slash = if is_directory { "/" } else { "" };
            Some(Candidate::new(format!("{parent}{name}{slash}"), ""))
        })
        .collect();
    found.sort_by(|one, other| one.value.cmp(&other.value));
    found
}
