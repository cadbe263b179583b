//! The files of the console, which are part of the program.

use sha2::{Digest as _, Sha256};

use crate::page::{MODULES, STYLE};

const SHELL: &str = include_str!("assets/console.html");

/// The console's own files.
const OWN: [(&str, &str); 8] = [
    ("console.css", include_str!("assets/console.css")),
    ("console.js", include_str!("assets/console.js")),
    ("connection.js", include_str!("assets/connection.js")),
    ("list.js", include_str!("assets/list.js")),
    ("live.js", include_str!("assets/live.js")),
    ("form.js", include_str!("assets/form.js")),
    ("gates.js", include_str!("assets/gates.js")),
    ("parts.js", include_str!("assets/parts.js")),
];

/// A file.
pub(super) struct Asset {
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
}

impl Asset {
    /// Another whenever the file is.
    pub(super) fn version(&self) -> String {
        let digest = Sha256::digest(self.text);
        let digits: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("\"{digits}\"")
    }
}

/// A file by its name. The name is looked up in a list and never becomes a path.
pub(super) fn find(name: &str) -> Option<Asset> {
    let kind = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => return None,
    };
    let own = OWN.iter().find(|(own, _)| *own == name);
    let of_page = || MODULES.iter().find(|(own, _)| *own == name);
    let style = || (name == "style.css").then_some(&("style.css", STYLE));
    let (_, text) = own.or_else(of_page).or_else(style)?;
    Some(Asset { kind, text })
}

/// The document of the console, for a page with this token.
pub(super) fn shell(title: &str, page: &str) -> String {
    let title = crate::picture::xml(title);
    SHELL.replace("{{title}}", &title).replace("{{page}}", page)
}
