//! Where on the command line the cursor is.

use clap::{Arg, ArgAction, Command};

use super::super::{Cli, cache, failure::Failure, options};
use flyte_core::graph::entity::EntityDescriptor;

/// What the words before the cursor amount to.
pub(super) struct Place {
    /// The command whose arguments follow.
    pub(super) command: Command,
    /// The names of the command, as `runs`, `show`.
    pub(super) path: Vec<String>,
    /// The entity whose inputs follow.
    pub(super) entity: Option<&'static EntityDescriptor>,
    /// The ids of the options that were given.
    pub(super) given: Vec<String>,
    /// How many arguments without a name were given.
    pub(super) unnamed: usize,
    /// The option whose value is at the cursor.
    pub(super) awaited: Option<Arg>,
    /// Whether `--` was given, behind which nothing is an option.
    pub(super) only_unnamed: bool,
}

/// Reads the words behind the program. `None` if they are not a command line of it.
pub(super) fn find(cli: &Cli<'_>, bin: &str, root: Command, words: &[String]) -> Option<Place> {
    let mut command = root;
    // Options of the whole program then are those of each command, too.
    command.build();
    let mut place = Place {
        command,
        path: Vec::new(),
        entity: None,
        given: Vec::new(),
        unnamed: 0,
        awaited: None,
        only_unnamed: false,
    };
    for word in words {
        if let Some(arg) = place.awaited.take()
            && (!may_be_left_out(&arg) || !word.starts_with('-'))
        {
            continue;
        }
        if place.only_unnamed {
            place.unnamed += 1;
        } else if word == "--" {
            place.only_unnamed = true;
        } else if word.len() > 1 && word.starts_with('-') {
            place.option(word);
        } else {
            place.argument(cli, bin, word)?;
        }
    }
    Some(place)
}

/// Whether an option stands without its value, too.
pub(super) fn may_be_left_out(arg: &Arg) -> bool {
    let counts = arg.get_num_args();
    counts.is_some_and(|counts| counts.min_values() == 0)
}

impl Place {
    /// The option of this name, without dashes.
    pub(super) fn long(&self, name: &str) -> Option<&Arg> {
        let mut all = self.command.get_arguments();
        all.find(|arg| {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(name) || aliases.contains(&name)
        })
    }

    fn option(&mut self, word: &str) {
        let mut found = None;
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, _)) => (name, true),
                None => (long, false),
            };
            found = self.long(name).cloned().map(|arg| (arg, value));
        } else {
            // The first of several letters that takes a value takes the rest of the word, if there is any.
            let letters: Vec<char> = word.chars().skip(1).collect();
            for (position, letter) in letters.iter().enumerate() {
                let mut all = self.command.get_arguments();
                let Some(arg) = all.find(|arg| arg.get_short() == Some(*letter)) else {
                    return;
                };
                found = Some((arg.clone(), position + 1 < letters.len()));
                if takes_value(arg) {
                    break;
                }
            }
        }
        let Some((arg, has_value)) = found else {
            return;
        };
        self.given.push(arg.get_id().as_str().to_owned());
        if !has_value && takes_value(&arg) && !arg.is_require_equals_set() {
            self.awaited = Some(arg);
        }
    }

    /// A command, the name of an entity, or any other argument that is not an option.
    fn argument(&mut self, cli: &Cli<'_>, bin: &str, word: &str) -> Option<()> {
        if let Some(command) = self.command.find_subcommand(word) {
            self.command = command.clone();
            self.path.push(word.to_owned());
        } else if self.wants_entity() {
            let entity = cli.registry.find(word).ok()?;
            Failure::of_defaults(entity).ok()?;
            self.command = match self.path.first().map(String::as_str) {
                Some("cache") => cache::explain_of(bin, entity),
                _ => options::entity(bin, entity),
            };
            self.command.build();
            self.entity = Some(entity);
        } else if self.command.has_subcommands() {
            // There is no such command.
            return None;
        } else {
            self.unnamed += 1;
        }
        Some(())
    }

    /// Whether the name of an entity comes next, whose inputs follow.
    pub(super) fn wants_entity(&self) -> bool {
        self.entity.is_none() && self.command.is_allow_external_subcommands_set()
    }

    /// Whether an option can be given now.
    pub(super) fn can_be_given(&self, arg: &Arg) -> bool {
        let is_again = self
            .given
            .iter()
            .any(|given| arg.get_id() == given.as_str());
        !is_again || matches!(arg.get_action(), ArgAction::Append | ArgAction::Count)
    }
}

pub(super) fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}
