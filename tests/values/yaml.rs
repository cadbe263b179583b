//! YAML in the styles that people write.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::random::Random;

/// Inputs whose text stands for nothing else than a value of their type, also without quotes.
const WORDS: &[&str] = &[
    "integer",
    "small",
    "unsigned",
    "float",
    "single",
    "boolean",
    "timestamp",
    "datetime",
    "date",
    "system_time",
    "duration",
    "signed_duration",
    "bytes",
    "colour",
    "string",
];

/// `name: value`, in a style by chance.
pub(crate) fn write_entry(
    document: &mut String,
    name: &str,
    text: &str,
    json: &Json,
    random: &mut Random,
) {
    let is_word = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_'))
        && !text.starts_with('-')
        && !text.starts_with("...");
    if WORDS.contains(&name) && is_word && random.below(2) == 0 {
        // A date, a number or a boolean for a string is that text.
        let _ = writeln!(document, "{name}: {text}");
        return;
    }
    let _ = write!(document, "{name}:");
    write_value(document, json, 1, random);
}

fn write_value(document: &mut String, json: &Json, depth: usize, random: &mut Random) {
    let indent = "  ".repeat(depth);
    match json {
        Json::Array(items) if !items.is_empty() && random.below(2) == 0 => {
            document.push('\n');
            for item in items {
                let _ = write!(document, "{indent}-");
                write_value(document, item, depth + 1, random);
            }
        }
        Json::Object(entries) if !entries.is_empty() && random.below(2) == 0 => {
            document.push('\n');
            for (key, value) in entries {
                let _ = write!(document, "{indent}{}:", quoted(key));
                write_value(document, value, depth + 1, random);
            }
        }
        json => {
            let _ = writeln!(document, " {}", flow(json, random));
        }
    }
}

fn flow(json: &Json, random: &mut Random) -> String {
    match json {
        Json::String(text) => match random.below(2) {
            0 if is_plain_in_single_quotes(text) => format!("'{}'", text.replace('\'', "''")),
            _ => quoted(text),
        },
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, random)).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), flow(value, random)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Json::Null => random.one_of(&["null", "~", "Null"]).to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
    }
}

fn is_plain_in_single_quotes(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

/// In double quotes, with everything escaped that is not printed.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            ' '..='~' => quoted.push(c),
            c if c.is_alphabetic() => quoted.push(c),
            c => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
        }
    }
    quoted + "\""
}
