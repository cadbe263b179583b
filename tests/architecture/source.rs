//! The source of a crate as tokens, and which of its modules import which.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, UseTree};

/// The Rust files of a directory and below, with their texts.
pub(crate) fn files(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory of source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("source is UTF-8");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("source consists of tokens")
}

/// The code without comments, attributes, texts and tests, its tokens apart by spaces.
pub(crate) fn code_of(text: &str) -> String {
    let mut words = Vec::new();
    words_of(without_tests(tokens(text)), &mut words);
    words.join(" ").replace(": :", "::")
}

fn words_of(tokens: TokenStream, words: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                while matches!(tokens.peek(), Some(TokenTree::Punct(_))) {
                    tokens.next();
                }
                tokens.next();
            }
            TokenTree::Group(group) => words_of(group.stream(), words),
            TokenTree::Literal(_) => {}
            other => words.push(other.to_string()),
        }
    }
}

/// The tokens without what stands behind `#[cfg(test)]`.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let is_test = is_hash
            && matches!(tokens.peek(), Some(TokenTree::Group(group))
                if group.stream().to_string().replace(' ', "") == "cfg(test)");
        if !is_test {
            kept.push(token);
            continue;
        }
        // The item ends with its braces or with a semicolon.
        tokens.next();
        for token in tokens.by_ref() {
            let ends = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
                _ => false,
            };
            if ends {
                break;
            }
        }
    }
    kept.into_iter().collect()
}

/// The names that the root of a crate has of its modules, each with the module that it comes from.
fn names_of_root(source: &Path) -> BTreeMap<String, String> {
    fn add(tree: &UseTree, head: &str, names: &mut BTreeMap<String, String>) {
        match tree {
            UseTree::Path(path) => add(&path.tree, head, names),
            UseTree::Name(name) => drop(names.insert(name.ident.to_string(), head.to_owned())),
            UseTree::Rename(name) => drop(names.insert(name.rename.to_string(), head.to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| add(tree, head, names)),
            UseTree::Glob(_) => panic!("`use {head}::*` in lib.rs hides what it brings: name it"),
        }
    }
    let text = fs::read_to_string(source.join("lib.rs")).expect("a crate has a root");
    let mut names = BTreeMap::new();
    for item in syn::parse_file(&text).expect("source is Rust").items {
        let Item::Use(item) = item else { continue };
        let mut tree = &item.tree;
        // `crate::` and `self::` say the same as nothing.
        while let UseTree::Path(path) = tree
            && ["crate", "self"].iter().any(|root| path.ident == root)
        {
            tree = &path.tree;
        }
        if let UseTree::Path(path) = tree {
            add(&path.tree, &path.ident.to_string(), &mut names);
        }
    }
    names
}

/// The top-level modules of a crate, and which others each imports, also by a name that the root has of another.
pub(crate) fn imports(source: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all = Vec::new();
    for (path, text) in files(source) {
        let relative = path.strip_prefix(source).expect("below the source");
        let mut module: Vec<String> = relative
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if module.last().is_some_and(|name| name == "mod") {
            module.pop();
        }
        if module.iter().any(|name| name == "tests" || name == "lib") {
            continue;
        }
        all.push((module, text));
    }
    let names_of_root = names_of_root(source);
    let names: BTreeSet<_> = all.iter().map(|(module, _)| module[0].clone()).collect();
    for (module, text) in all {
        let mut heads = BTreeSet::new();
        heads_of(without_tests(tokens(&text)), module.len(), &mut heads);
        let others = heads
            .into_iter()
            .map(|head| match names_of_root.get(&head) {
                Some(of) if !names.contains(&head) => of.clone(),
                _ => head,
            })
            .filter(|head| names.contains(head) && *head != module[0]);
        imports.entry(module[0].clone()).or_default().extend(others);
    }
    imports
}

/// The first names behind `crate::`, and behind as many `super::` as lead out of a module so deep.
fn heads_of(tokens: TokenStream, depth: usize, heads: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if let TokenTree::Group(group) = &tokens[at] {
            heads_of(group.stream(), depth, heads);
        }
        let mut out = 0;
        let mut next = at;
        while is_ident(tokens.get(next), "super") && is_path(&tokens, next + 1) {
            out += 1;
            next += 3;
        }
        if out == 0 && is_ident(tokens.get(at), "crate") && is_path(&tokens, at + 1) {
            next = at + 3;
            out = depth;
        }
        if out == depth && next > at {
            match tokens.get(next) {
                Some(TokenTree::Ident(name)) => {
                    heads.insert(name.to_string());
                }
                Some(TokenTree::Group(group)) => first_names(group.stream(), heads),
                _ => {}
            }
        }
        at = next.max(at + 1);
    }
}

fn is_ident(token: Option<&TokenTree>, name: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == name)
}

fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// The first name of each element of `{a::b, c}`.
fn first_names(tokens: TokenStream, heads: &mut BTreeSet<String>) {
    let mut first = true;
    for token in tokens {
        match token {
            TokenTree::Ident(name) if first => {
                heads.insert(name.to_string());
                first = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => first = true,
            _ => {}
        }
    }
}

/// Modules of which each reaches the others, in circles.
pub(crate) fn circles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from.clone()];
        while let Some(name) = open.pop() {
            for next in imports.get(&name).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = imports.keys().map(|name| (name, reach(name))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (name, seen) in &reached {
        if !seen.contains(*name) || circles.iter().any(|circle| circle.contains(name)) {
            continue;
        }
        let circle = seen
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*name)));
        circles.push(circle.cloned().collect());
    }
    circles
}
