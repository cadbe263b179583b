//! How a run is displayed on standard error while it goes on: live, as lines, or not at all.

use std::{
    env,
    ffi::OsString,
    io::{self, Write as _},
    sync::Arc,
};

use clap::ArgMatches;

use super::options::{COLOR, PROGRESS, QUIET, VERBOSE};
use flyte_config::system::terminal_size;
use flyte_events::events::{Event, Observer};
use flyte_view::terminal::{Detail, Look, Painter, Progress, Size};

/// What the options say about the display.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// The value of `--progress`.
    pub(super) progress: Option<String>,
    /// The value of `--color`.
    pub(super) color: Option<String>,
    pub(super) is_quiet: bool,
    pub(super) is_verbose: bool,
}

impl Asked {
    /// What these options say, the first of them first.
    pub(super) fn of(given: &[&ArgMatches]) -> Self {
        // An option is missing if the entity has an input with the same name.
        let text = |id: &str| {
            let mut texts = given
                .iter()
                .filter_map(|options| options.try_get_one::<String>(id).ok().flatten());
            texts.next().cloned()
        };
        let flag = |id: &str| {
            let mut flags = given
                .iter()
                .filter_map(|options| options.try_get_one::<bool>(id).ok().flatten());
            flags.any(|flag| *flag)
        };
        Self {
            progress: text(PROGRESS),
            color: text(COLOR),
            is_quiet: flag(QUIET),
            is_verbose: flag(VERBOSE),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    None,
    Plain,
    Live,
}

/// A display of one run; clones share it.
#[derive(Clone, Debug)]
pub(super) enum Display {
    None,
    Plain(Arc<Progress>),
    Live(Arc<Painter>),
}

impl Display {
    /// On standard error, which is a terminal or not.
    pub(super) fn start(asked: &Asked, is_terminal: bool) -> Self {
        let (form, look) = choose(asked, is_terminal, &|name| env::var_os(name));
        let size = || terminal_size().map(|(columns, rows)| Size { columns, rows });
        let painter = match form {
            Form::None => return Self::None,
            Form::Plain => None,
            Form::Live => Painter::start(io::stderr(), look, size),
        };
        match painter {
            Some(painter) => Self::Live(Arc::new(painter)),
            None => Self::Plain(Arc::new(Progress::of_look(io::stderr(), look))),
        }
    }

    /// Whether anything is displayed.
    pub(super) fn is_shown(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Says that the run is being cancelled. The program may end at any moment from now on.
    pub(super) fn interrupted(&self, text: &str) {
        match self {
            Self::Live(painter) => painter.stand_down(text),
            // If standard error is closed, the message cannot be shown.
            _ => drop(io::stderr().write_all(text.as_bytes())),
        }
    }

    /// Ends the display, so that others can write.
    pub(super) fn finish(&self) {
        if let Self::Live(painter) = self {
            painter.finish();
        }
    }
}

impl Observer for Display {
    fn event(&self, event: &Event) {
        match self {
            Self::None => {}
            Self::Plain(lines) => lines.event(event),
            Self::Live(painter) => painter.event(event),
        }
    }
}

/// Decides by the options, the terminal and the variables that other programs heed, too.
fn choose(
    asked: &Asked,
    is_terminal: bool,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> (Form, Look) {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
    let in_ci = is_set("CI") && variable("CI").is_some_and(|value| value != "false");
    let is_forced =
        is_set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let form = match asked.progress.as_deref() {
        _ if asked.is_quiet => Form::None,
        Some("none") => Form::None,
        Some("plain") => Form::Plain,
        _ if !is_terminal => Form::None,
        _ if is_dumb || in_ci || !cfg!(unix) => Form::Plain,
        _ => Form::Live,
    };
    let colours = match asked.color.as_deref() {
        Some("always") => true,
        Some("never") => false,
        _ if is_set("NO_COLOR") => false,
        _ if is_forced => true,
        _ => is_terminal && !is_dumb && !in_ci,
    };
    let detail = match asked.is_verbose {
        true => Detail::Verbose,
        false => Detail::Normal,
    };
    let mut look = Look::default();
    (look.detail, look.colours) = (detail, colours);
    (form, look)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: &Asked, is_terminal: bool, variables: &[(&str, &str)]) -> (Form, bool) {
        let variable = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| OsString::from(value))
        };
        let (form, look) = choose(asked, is_terminal, &variable);
        (form, look.colours)
    }

    #[test]
    #[cfg(unix)]
    fn a_terminal_gets_a_live_picture_unless_it_or_its_user_cannot_take_it() {
        let auto = Asked::default();
        assert_eq!(chosen(&auto, true, &[]), (Form::Live, true));
        assert_eq!(chosen(&auto, false, &[]), (Form::None, false));
        assert_eq!(
            chosen(&auto, true, &[("TERM", "dumb")]),
            (Form::Plain, false)
        );
        assert_eq!(chosen(&auto, true, &[("CI", "true")]), (Form::Plain, false));
        assert_eq!(chosen(&auto, true, &[("CI", "false")]), (Form::Live, true));
        let plain = Asked {
            progress: Some("plain".into()),
            ..Asked::default()
        };
        assert_eq!(chosen(&plain, false, &[]), (Form::Plain, false));
        let quiet = Asked {
            is_quiet: true,
            ..plain
        };
        assert_eq!(chosen(&quiet, true, &[]), (Form::None, true));
    }

    #[test]
    #[cfg(unix)]
    fn colours_are_what_the_option_says_then_what_the_variables_say() {
        let auto = Asked::default();
        let always = Asked {
            color: Some("always".into()),
            ..Asked::default()
        };
        let never = Asked {
            color: Some("never".into()),
            ..Asked::default()
        };
        let both = [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
        assert_eq!(chosen(&auto, true, &both), (Form::Live, false));
        assert_eq!(chosen(&auto, true, &both[..1]), (Form::Live, false));
        assert!(chosen(&auto, false, &both[1..]).1);
        assert!(!chosen(&auto, false, &[("CLICOLOR_FORCE", "0")]).1);
        assert!(chosen(&auto, true, &[("NO_COLOR", "")]).1);
        assert!(chosen(&always, false, &both).1);
        assert!(!chosen(&never, true, &both[1..]).1);
    }
}
