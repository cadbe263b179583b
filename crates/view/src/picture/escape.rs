//! Text in XML, addresses and JSON, whatever it contains.

use std::fmt::Write as _;

use flyte_core::graph::entity::Location;

/// Text as XML may have it, between tags and in quoted attributes.
pub(crate) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            // XML has no way to write these.
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Text in double quotes, as JSON has it and DOT, too.
pub(super) fn quoted(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    escaped.push('"');
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(escaped, "\\u{:04x}", letter as u32);
            }
            letter => escaped.push(letter),
        }
    }
    escaped.push('"');
    escaped
}

/// The address of a place in the source, below `base`: a path with the line as code hosts write it. What is not a
/// letter of paths is written in percent, so that nothing is taken for a scheme or a host.
pub(super) fn source(base: &str, location: Location) -> String {
    let mut address = base.to_owned();
    let is_absolute = location.file.starts_with('/');
    if base.is_empty() && !is_absolute {
        address.push_str("./");
    }
    for byte in location.file.trim_start_matches('/').bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                address.push(byte as char);
            }
            b'\\' => address.push('/'),
            byte => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    let _ = write!(address, "#L{}", location.line);
    address
}
