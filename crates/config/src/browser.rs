//! Opens a page in the user's browser.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::config::Environment;

/// Opens a page with the browser of `BROWSER`, otherwise with that of the desktop. Whether one was started.
///
/// The variable may list several commands with colons between them, of which the first that starts is taken. `%s` in a
/// command stands for the page; without it the page follows the command.
pub fn open(url: &str, environment: &Environment) -> bool {
    let mut commands: Vec<Vec<String>> = Vec::new();
    match environment.var("BROWSER").filter(|list| !list.is_empty()) {
        Some(list) => commands.extend(list.split(':').filter_map(|command| words(command, url))),
        None => commands.extend(desktop(environment).map(|program| {
            let program = program.iter().map(|word| (*word).to_owned());
            program.chain([url.to_owned()]).collect()
        })),
    }
    commands.iter().any(|command| starts(command))
}

/// The address of a file.
pub fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy();
    let mut url = "file://".to_owned();
    if !path.starts_with('/') {
        url.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => url.push('/'),
            b'/' | b':' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => url.push(char::from(byte)),
            byte => url += &format!("%{byte:02X}"),
        }
    }
    url
}

fn words(command: &str, url: &str) -> Option<Vec<String>> {
    let mut words: Vec<_> = command.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return None;
    }
    match command.contains("%s") {
        true => words = words.iter().map(|word| word.replace("%s", url)).collect(),
        false => words.push(url.to_owned()),
    }
    Some(words)
}

/// The command of the desktop, if there is a desktop: on a terminal alone a browser would take the terminal.
fn desktop(environment: &Environment) -> Option<&'static [&'static str]> {
    if cfg!(target_os = "macos") {
        return Some(&["open"]);
    }
    if cfg!(windows) {
        return Some(&["rundll32", "url.dll,FileProtocolHandler"]);
    }
    let is_there = |name| environment.var(name).is_some_and(|value| !value.is_empty());
    (is_there("DISPLAY") || is_there("WAYLAND_DISPLAY")).then_some(&["xdg-open"])
}

fn starts(command: &[String]) -> bool {
    let Some((program, args)) = command.split_first() else {
        return false;
    };
    let mut run = Command::new(program);
    run.args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = run.spawn() else {
        return false;
    };
    // How the browser ends is its own matter; waiting for it keeps no dead process.
    std::thread::spawn(move || child.wait());
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_where_the_variable_says() {
        assert_eq!(
            words("firefox --new-tab %s", "http://a?b").expect("it is a command"),
            ["firefox", "--new-tab", "http://a?b"]
        );
        assert_eq!(
            words("lynx", "http://a").expect("it is a command"),
            ["lynx", "http://a"]
        );
        assert_eq!(words(" ", "http://a"), None);
    }

    #[test]
    fn the_address_of_a_file_has_no_spaces() {
        assert_eq!(
            file_url(Path::new("/a b/ü?#%.html")),
            "file:///a%20b/%C3%BC%3F%23%25.html"
        );
    }

    #[test]
    fn a_list_is_tried_in_its_order() {
        let none = Environment::empty().with_var("BROWSER", "no-such-program-4711:");
        assert!(!open("http://a", &none));
        #[cfg(unix)]
        {
            let second = Environment::empty().with_var("BROWSER", "no-such-program-4711:true");
            assert!(open("http://a", &second));
        }
    }
}
