//! Keys of a configuration file that nothing reads.

use flyte_grammar::nearest::nearest_by;

use super::reader::Key;

/// Keys that flytectl or flyteidl reads in sections that are read here too.
const OF_OTHERS: &[&str] = &[
    "admin.authorizationHeader",
    "admin.authorizationServerUrl",
    "admin.defaultServiceConfig",
    "admin.deviceFlowConfig",
    "admin.maxBackoffDelay",
    "admin.maxRetries",
    "admin.perRetryTimeout",
    "admin.pkceConfig",
    "admin.tokenRefreshWindow",
    "admin.tokenUrl",
    "admin.useAudienceFromAdmin",
    "admin.useAuth",
    "storage.cache",
    "storage.container",
    "storage.connection.auth-type",
    "storage.connection.disable-ssl",
    "storage.connection.region",
    "storage.defaultHttpClient",
    "storage.enable-multicontainer",
    "storage.limits",
    "storage.stow",
    "storage.type",
];

/// What there is to say about a YAML key: nothing when it is known, or is in a section of another tool.
///
/// A section that nothing here reads is worth a word only if its name looks like a slip of one that is.
pub(super) fn yaml_key(path: &str, asked: &[Key]) -> Option<String> {
    let known = || {
        let asked = asked.iter().filter_map(|key| key.yaml_path());
        asked.chain(OF_OTHERS.iter().copied()).chain(["images"])
    };
    if known().any(|other| covers(other, path)) {
        return None;
    }
    let levels = path.split('.').count();
    let cut = |other: &'static str| match other.match_indices('.').nth(levels - 1) {
        Some((end, _)) => &other[..end],
        None => other,
    };
    let (section, _) = path.rsplit_once('.').unwrap_or_default();
    let beside = known().map(cut).filter(|other| {
        let (other_section, _) = other.rsplit_once('.').unwrap_or_default();
        other_section == section
    });
    let meant = nearest(path, beside);
    if section.is_empty() && meant.is_none() {
        return None;
    }
    Some(notice(path, meant))
}

/// Whether keys that are read here are below a path.
pub(super) fn is_section(path: &str, asked: &[Key]) -> bool {
    let mut asked = asked.iter().filter_map(|key| key.yaml_path());
    asked.any(|key| key != path && covers(key, path))
}

/// Whether a known key is this one, is inside of it, or, being a structure of another tool, contains it.
fn covers(known: &str, path: &str) -> bool {
    let inside = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    inside(path, known) || inside(known, path)
}

/// What there is to say about an option of an ini file.
pub(super) fn ini_option(section: &str, option: &str, asked: &[Key]) -> Option<String> {
    let path = format!("[{section}] {option}");
    let mut options = asked.iter().filter(|key| key.ini().0 == section).peekable();
    if section == "images" {
        return None;
    }
    if options.peek().is_none() {
        let sections = asked.iter().map(|key| key.ini().0);
        let meant = nearest(section, sections)?;
        return Some(notice(&path, Some(&format!("[{meant}]"))));
    }
    let options: Vec<&str> = options.map(|key| key.ini().1).collect();
    if options.contains(&option) {
        return None;
    }
    Some(notice(&path, nearest(option, options.into_iter())))
}

fn notice(key: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("nothing reads the key `{key}`; did you mean `{meant}`?"),
        None => format!("nothing reads the key `{key}`; remove it, or look up how it is written"),
    }
}

/// The candidate that a name is most likely a slip of: their last parts are compared.
fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_lowercase();
    nearest_by(&last(name), candidates, last)
}
