//! `image`: an image with this program, made and pushed without a container engine.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use serde_json::{Value as Json, json};

use super::{Reply, failure::Failure, json, options, table::table};
use flyte_cluster::{
    bundle::LAUNCHER,
    ship::{self, Built, ImageOptions, PushOptions, Pushed},
};
use flyte_config::config::Environment;
use flyte_core::text;

const IMAGE: &str = "image";
const OUTPUT: &str = "output";
const BINARY: &str = "binary";
const NAME: &str = "name";
const BASE: &str = "base";
const LABEL: &str = "label";
const LOCK: &str = "lockfile";
const SYMBOLS: &str = "keep-symbols";
const PLAIN: &str = "plain-http";
const BASE_PLAIN: &str = "base-plain-http";
const IS_LAUNCHER: &str = "launcher";

pub(super) fn command() -> Command {
    Command::new("image")
        .about("Makes an image with this program, and pushes it, without a container engine")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("build")
                .about("Makes the image and shows its digest and layers; writes nothing")
                .args(args()),
        )
        .subcommand(
            Command::new("push")
                .about("Makes the image and pushes what the registry does not have of it")
                .arg(
                    Arg::new(IMAGE)
                        .value_name("IMAGE")
                        .required(true)
                        .help("Its name, as REGISTRY/NAME:TAG"),
                )
                .arg(
                    Arg::new(PLAIN)
                        .long(PLAIN)
                        .action(ArgAction::SetTrue)
                        .help("Talks to the registry of IMAGE without TLS"),
                )
                .args(args()),
        )
        .subcommand(
            Command::new("save")
                .about("Writes the image to a file for `docker load`, `podman load` or `skopeo`")
                .arg(
                    Arg::new(IMAGE)
                        .value_name("IMAGE")
                        .help("The name that it gets when it is loaded, as REGISTRY/NAME:TAG"),
                )
                .arg(
                    Arg::new(OUTPUT)
                        .short('o')
                        .long(OUTPUT)
                        .value_name("FILE")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .value_hint(ValueHint::FilePath)
                        .help("The file, which is replaced if it is there"),
                )
                .args(args()),
        )
}

/// What all of them have in common.
fn args() -> [Arg; 9] {
    let text = |id: &'static str, value_name, help| {
        Arg::new(id).long(id).value_name(value_name).help(help)
    };
    let flag = |id: &'static str, help| Arg::new(id).long(id).action(ArgAction::SetTrue).help(help);
    [
        text(
            BINARY,
            "FILE",
            "The program, built for Linux [default: this program]",
        )
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath),
        text(
            NAME,
            "NAME",
            "The program's name in the image [default: that of its file]",
        ),
        text(
            BASE,
            "IMAGE",
            "The image below it, by tag or digest [default: nothing but root certificates]",
        ),
        text(
            LOCK,
            "FILE",
            "The program's `Cargo.lock`: puts a bill of materials and the git revision into the image",
        )
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath),
        text(LABEL, "KEY=VALUE", "A label of the image; can be repeated").action(ArgAction::Append),
        flag(
            SYMBOLS,
            "Leaves symbols and debug information in the program",
        ),
        flag(
            IS_LAUNCHER,
            "Calls the program `flyte-launcher`: the image is for `register --launcher IMAGE`",
        )
        .conflicts_with(NAME),
        flag(BASE_PLAIN, "Talks to the registry of the base without TLS").requires(BASE),
        options::json(),
    ]
}

pub(super) fn reply(options: &ArgMatches) -> Reply {
    let Some((verb, options)) = options.subcommand() else {
        return Reply::default();
    };
    let as_json = json(options);
    match make(verb, options, as_json) {
        Ok((stdout, notices)) => Reply {
            stderr: notices,
            ..Reply::success(stdout)
        },
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn make(verb: &str, options: &ArgMatches, as_json: bool) -> Result<(String, String), Failure> {
    let asked = asked(options)?;
    let built = ship::build(&asked)?;
    let image = options
        .try_get_one::<String>(IMAGE)
        .ok()
        .flatten()
        .map(String::as_str);
    let notices = built
        .notices()
        .iter()
        .map(|notice| format!("note: {}\n", text::hanging(notice)));
    let notices: String = notices.collect();
    let mut document = document(&built);
    let mut shown = shown(&built, None);
    match (verb, image) {
        ("push", Some(image)) => {
            let mut push = PushOptions::new(asked.environment.clone());
            push.plain_http = options.get_flag(PLAIN);
            let pushed = ship::push(&built, image, &push)?;
            shown = self::shown(&built, Some(&pushed));
            shown += &format!(
                "pushed {image}, {} bytes sent\n{}\n",
                pushed.sent, pushed.by_digest
            );
            add(&mut document, image, &pushed);
        }
        ("save", image) => {
            if let Some(file) = options.get_one::<PathBuf>(OUTPUT) {
                ship::save(&built, image, file)?;
                shown += &format!("written to {}\n", file.display());
                document["file"] = file.display().to_string().into();
            }
        }
        _ => {}
    }
    if as_json {
        return Ok((format!("{document:#}\n"), notices));
    }
    Ok((text::visible(&shown).into_owned(), notices))
}

fn asked(options: &ArgMatches) -> Result<ImageOptions, Failure> {
    let mut asked = ImageOptions::new(Environment::process());
    asked.binary = options.get_one::<PathBuf>(BINARY).cloned();
    asked.name = options.get_one::<String>(NAME).cloned();
    if options.get_flag(IS_LAUNCHER) {
        asked.name = Some(LAUNCHER.to_owned());
    }
    asked.base = options.get_one::<String>(BASE).cloned();
    asked.lock = options.get_one::<PathBuf>(LOCK).cloned();
    asked.keeps_symbols = options.get_flag(SYMBOLS);
    // What is said of the registry of the image is not said of any other, which is told credentials, too.
    let given = |name| options.try_get_one::<bool>(name).ok().flatten() == Some(&true);
    let image = options.try_get_one::<String>(IMAGE).ok().flatten();
    let is_there = image.is_some_and(|image| asked.base_is_where(image));
    asked.plain_http = given(BASE_PLAIN) || given(PLAIN) && is_there;
    for label in options.get_many::<String>(LABEL).into_iter().flatten() {
        let parts = label.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) = parts.ok_or_else(|| {
            Failure::Refused(format!("`--label {label}` is not `--label KEY=VALUE`"))
        })?;
        asked.labels.push((key.to_owned(), value.to_owned()));
    }
    Ok(asked)
}

/// The image with its layers, and what was done with each.
fn shown(built: &Built, pushed: Option<&Pushed>) -> String {
    let mut rows: Vec<_> = built
        .layers()
        .into_iter()
        .map(|layer| {
            let blobs = pushed.map(|pushed| &pushed.blobs);
            let mut blobs = blobs.into_iter().flatten();
            let blob = blobs.find(|blob| blob.digest == layer.digest);
            let outcome = blob.map_or("layer", |blob| blob.outcome.name());
            [
                outcome.to_owned(),
                layer.digest,
                layer.size.to_string(),
                layer.contents,
            ]
        })
        .collect();
    rows.push([
        "image".to_owned(),
        built.digest().to_owned(),
        built.size().to_string(),
        format!("linux/{}, runs {}", built.architecture(), built.program()),
    ]);
    table("", &rows)
}

fn document(built: &Built) -> Json {
    let layers = built.layers().into_iter().map(
        |layer| json!({"digest": layer.digest, "size": layer.size, "contents": layer.contents}),
    );
    json!({
        "digest": built.digest(),
        "size": built.size(),
        "architecture": built.architecture(),
        "program": built.program(),
        "layers": layers.collect::<Vec<_>>(),
        "notices": built.notices(),
    })
}

fn add(document: &mut Json, image: &str, pushed: &Pushed) {
    let blobs = pushed.blobs.iter().map(
        |blob| json!({"digest": blob.digest, "size": blob.size, "outcome": blob.outcome.name()}),
    );
    document["image"] = image.into();
    document["image_by_digest"] = pushed.by_digest.as_str().into();
    document["bytes"] = pushed.sent.into();
    document["blobs"] = blobs.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(words: &str) -> bool {
        let words = std::iter::once("image").chain(words.split_whitespace());
        let matches = command().try_get_matches_from(words).expect("it is valid");
        let (_, options) = matches.subcommand().expect("one is given");
        asked(options).expect("it is valid").plain_http
    }

    /// The registry of a base is told credentials and gives what is run: it keeps TLS until that is given up for it.
    #[test]
    fn a_registry_without_tls_takes_it_from_no_other() {
        let push = "push registry.lan/app:v1 --plain-http --base";
        assert!(is_plain(&format!("{push} registry.lan/base:v1")));
        assert!(!is_plain(&format!("{push} debian:13-slim")));
        assert!(is_plain(&format!(
            "{push} other.lan/base:v1 --base-plain-http"
        )));
        assert!(!is_plain(
            "push registry.lan/app:v1 --base registry.lan/base:v1"
        ));
        assert!(is_plain(
            "build --base registry.lan/base:v1 --base-plain-http"
        ));
    }
}
