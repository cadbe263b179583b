//! Inputs as options of the command line, and their values.

use std::{
    ffi::{OsStr, OsString},
    sync::Arc,
};

use clap::{Arg, ArgAction, ArgMatches};

use super::contents;
use flyte_core::{
    graph::{
        Constant,
        entity::{EntityDescriptor, InputDescriptor},
    },
    types::{
        LiteralType, Preview, TextError, TypeError, TypeInfo, Value, in_quotes,
        json_from_typed_literal, json_text, literal_from_text, literal_from_written, read_text,
        text_from_literal, written::Written, yaml,
    },
};

/// An input as an option of the command line.
pub(super) struct InputArg {
    input: InputDescriptor,
    literal_type: Arc<LiteralType>,
    long: String,
}

impl InputArg {
    pub(super) fn new(input: &InputDescriptor) -> Self {
        // A leading underscore cannot become a dash: `--_x` would become `---x`.
        let long = if input.name.starts_with('_') {
            input.name.to_owned()
        } else {
            input.name.replace('_', "-")
        };
        Self {
            input: *input,
            literal_type: input.info.shared_literal_type(),
            long,
        }
    }

    /// Whether an option name without dashes is this input.
    pub(super) fn is_called(&self, long: &str) -> bool {
        self.long == long || self.input.name == long
    }

    /// Whether the input is required.
    pub(super) fn is_required(&self) -> bool {
        self.input.missing().is_none()
    }

    /// `--xs <JSON>`.
    pub(super) fn usage(&self) -> String {
        match self.scalar() {
            LiteralType::Boolean => format!("--{} [<BOOLEAN>]", self.long),
            scalar => format!("--{} <{}>", self.long, value_name(scalar)),
        }
    }

    /// The text for a message about a missing input.
    pub(super) fn wanted(&self) -> String {
        match self.scalar() {
            LiteralType::Collection(_) | LiteralType::Map(_) | LiteralType::Struct(_) => {
                format!(
                    "{}, such as '{}'",
                    self.literal_type,
                    example(&self.literal_type)
                )
            }
            _ => self.literal_type.to_string(),
        }
    }

    /// The type of the value as typed: the inner type of an `Option`.
    fn scalar(&self) -> &LiteralType {
        inner(&self.literal_type)
    }

    /// The option `--no-flag` of a boolean.
    pub(super) fn denial(&self) -> Option<Arg> {
        (*self.scalar() == LiteralType::Boolean).then(|| {
            Arg::new(self.denial_id())
                .long(self.denial_long())
                .action(ArgAction::SetTrue)
                .conflicts_with(self.input.name)
                .hide(true)
        })
    }

    fn denial_long(&self) -> String {
        format!("no-{}", self.long)
    }

    /// No parameter has such a name.
    fn denial_id(&self) -> String {
        format!("--no-{}", self.input.name)
    }

    /// Whether `--no-flag` was given.
    pub(super) fn is_denied(&self, given: &ArgMatches) -> bool {
        let denied = given.try_get_one::<bool>(&self.denial_id());
        denied.is_ok_and(|denied| denied == Some(&true))
    }

    pub(super) fn arg(&self, can_be_denied: bool) -> Arg {
        let arg = Arg::new(self.input.name)
            .long(self.long.clone())
            .help(self.help(can_be_denied))
            .action(ArgAction::Set)
            .value_name(value_name(self.scalar()));
        let arg = match self.scalar() {
            LiteralType::Boolean => arg.num_args(0..=1).default_missing_value("true"),
            _ => arg,
        };
        if self.long == self.input.name {
            arg
        } else {
            arg.alias(self.input.name)
        }
    }

    /// Whether `arg` is this option and its value follows.
    fn wants_value(&self, arg: &OsStr) -> bool {
        let name = arg.to_str().and_then(|arg| arg.strip_prefix("--"));
        *self.scalar() != LiteralType::Boolean && name.is_some_and(|name| self.is_called(name))
    }

    fn help(&self, can_be_denied: bool) -> String {
        let mut parts = Vec::new();
        let docs: Vec<_> = self.input.description.lines().map(str::trim).collect();
        if !docs.is_empty() {
            parts.push(docs.join(" ").trim().to_owned());
        }
        if matches!(value_name(self.scalar()), "JSON" | "VALUE") {
            parts.push(format!("({})", self.literal_type));
        }
        if can_be_denied {
            parts.push(format!("(or --{})", self.denial_long()));
        }
        match self.input.missing() {
            None => parts.push("[required]".to_owned()),
            Some(_) if self.input.default.is_none() => parts.push("[optional]".to_owned()),
            Some(default) => {
                let default = shown_default(&default, &self.input.info);
                parts.push(format!("[default: {default}]"));
            }
        }
        parts.join(" ")
    }

    /// Parses the value in `text`.
    ///
    /// # Errors
    ///
    /// When the text is not valid; the message names the input, its type and the text.
    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
        let value = contents::of_word(text).and_then(|text| self.value(&text));
        value.map_err(|reason| {
            let mut given = Preview::new();
            given.text(text);
            let (given, usage) = (given.finish(), self.usage());
            format!(
                "invalid value '{given}' for '{usage}' ({}): {reason}",
                self.literal_type
            )
        })
    }

    /// The value of a text, which names no file.
    ///
    /// # Errors
    ///
    /// When the text is not valid; the message says why.
    pub(super) fn value(&self, text: &str) -> Result<Value, String> {
        let literal = read_text(text, &self.literal_type);
        let literal = literal.map_err(|error| self.reason(error, text))?;
        let value = self.input.info.from_literal(literal);
        value.map_err(|error| error.to_string())
    }

    /// What is wrong with a text, including what was found.
    fn reason(&self, error: TextError, text: &str) -> String {
        match (error, self.scalar().plain()) {
            (TextError::NotJson(error), _) => {
                let example = example(&self.literal_type);
                let problem = json_text::problem(text, &error);
                format!("not JSON: {problem}; write for example '{example}'")
            }
            (TextError::InQuotes(error), _) => in_quotes(text, &error),
            (TextError::Type(TypeError::Mismatch { .. }), LiteralType::Integer) => {
                "not a whole number".to_owned()
            }
            (TextError::Type(TypeError::Mismatch { .. }), LiteralType::Float) => {
                "not a number".to_owned()
            }
            (TextError::Type(TypeError::Mismatch { .. }), LiteralType::Boolean) => {
                "neither true nor false; `yes`, `no`, `1` and `0` say it, too".to_owned()
            }
            (
                TextError::Type(TypeError::OutOfRange { reason, .. }),
                LiteralType::Integer | LiteralType::Float,
            ) => reason,
            (TextError::Type(error), _) => error.to_string(),
        }
    }
}

/// A default as a user would type it: in the form of reports, if that has the same meaning.
pub(super) fn shown_default(default: &Constant, info: &TypeInfo) -> String {
    let literal_type = info.shared_literal_type();
    let shown = default.preview();
    let Ok(literal) = default.to_literal() else {
        return shown;
    };
    let printed = json_from_typed_literal(&literal, &literal_type);
    let read = literal_from_text(&shown, &literal_type)
        .and_then(|read| json_from_typed_literal(&read, &literal_type));
    match (printed, read) {
        (Ok(printed), Ok(read)) if printed == read => shown,
        // In quotes, as in a shell.
        _ if literal_type.plain() == &LiteralType::String => shown,
        _ => {
            let mut text = Preview::new();
            text.text(&text_from_literal(&literal, &literal_type).unwrap_or(shown));
            text.finish()
        }
    }
}

/// Inputs from a file, by name.
pub(super) struct InputsFile {
    name: String,
    values: Vec<(String, Written)>,
}

impl InputsFile {
    /// Reads a JSON or YAML file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not an object with the entity's inputs.
    pub(super) fn read(name: &str, entity: &EntityDescriptor) -> Result<Self, String> {
        let shown = match name {
            "-" => "standard input".to_owned(),
            name => name.to_owned(),
        };
        let text = contents::of_source(name)
            .map_err(|error| format!("the inputs in {shown} cannot be read: {error}"))?;
        let written = parse(&text, name).map_err(|problem| format!("{shown}: {problem}"))?;
        let values = match written {
            Written::Object(values) => values,
            Written::Null => Vec::new(),
            other => {
                return Err(format!(
                    "{shown}: expected an object with inputs by name, as in `{{\"x\": 1}}`, found {}",
                    other.found()
                ));
            }
        };
        let inputs: Vec<_> = entity.inputs().iter().map(InputArg::new).collect();
        for (position, (given, _)) in values.iter().enumerate() {
            let Some(input) = inputs.iter().find(|input| input.is_called(given)) else {
                let known: Vec<_> = inputs
                    .iter()
                    .map(|own| format!("`{}`", own.input.name))
                    .collect();
                return Err(format!(
                    "{shown}: `{}` has no input `{given}`; it has {}",
                    entity.name(),
                    known.join(", ")
                ));
            };
            if values[..position]
                .iter()
                .any(|(other, _)| input.is_called(other))
            {
                return Err(format!(
                    "{shown}: the input `{}` is there twice",
                    input.input.name
                ));
            }
        }
        Ok(Self {
            name: shown,
            values,
        })
    }

    /// The value of an input, if the file contains it.
    pub(super) fn value(&self, arg: &InputArg) -> Option<Result<Value, String>> {
        let mut values = self.values.iter();
        let (_, written) = values.find(|(name, _)| arg.is_called(name))?;
        let value = literal_from_written(written, &arg.literal_type)
            .and_then(|literal| arg.input.info.from_literal(literal));
        Some(value.map_err(|error| {
            let (file, name) = (&self.name, arg.input.name);
            format!(
                "{file}: invalid value for `{name}` ({}): {error}",
                arg.literal_type
            )
        }))
    }
}

/// Parses JSON if the text begins like it, YAML otherwise.
fn parse(text: &str, name: &str) -> Result<Written, String> {
    let is_json = name.to_lowercase().ends_with(".json");
    if !is_json && !text.trim_start().starts_with(['{', '[']) {
        return yaml::parse(text);
    }
    Written::from_json_text(text).or_else(|error| {
        let problem = json_text::problem(text, &error);
        match is_json {
            true => Err(format!("this is not JSON: {problem}")),
            // `{x: 1}` is YAML.
            false => yaml::parse(text)
                .map_err(|error| format!("{error}; and it is not JSON either: {problem}")),
        }
    })
}

/// Joins `--x -1e-3` to `--x=-1e-3`: to clap a dash starts an option, but here it starts a value.
///
/// Two dashes still start an option, so that a forgotten value is noticed; write `--text=--a` for such a text.
pub(super) fn join_dashes(args: Vec<OsString>, entity: &EntityDescriptor) -> Vec<OsString> {
    let inputs: Vec<_> = entity.inputs().iter().map(InputArg::new).collect();
    let mut joined = Vec::with_capacity(args.len());
    let mut args = args.into_iter().peekable();
    while let Some(mut arg) = args.next() {
        let is_value = |next: &OsString| {
            let next = next.as_encoded_bytes();
            next.starts_with(b"-") && !next.starts_with(b"--") && next != b"-h"
        };
        if inputs.iter().any(|input| input.wants_value(&arg))
            && let Some(value) = args.next_if(is_value)
        {
            arg.push("=");
            arg.push(value);
        }
        joined.push(arg);
    }
    joined
}

/// The type of a value that is there: the inner type of an `Option`.
pub(super) fn inner(literal_type: &LiteralType) -> &LiteralType {
    match literal_type.optional() {
        Some(value) => inner(value),
        None => literal_type,
    }
}

fn value_name(literal_type: &LiteralType) -> &'static str {
    match literal_type {
        LiteralType::Integer => "INTEGER",
        LiteralType::Float => "FLOAT",
        LiteralType::String => "TEXT",
        LiteralType::Boolean => "BOOLEAN",
        LiteralType::Datetime => "DATETIME",
        LiteralType::Date => "DATE",
        LiteralType::Duration => "DURATION",
        LiteralType::Binary => "BASE64",
        LiteralType::Union(_) => "VALUE",
        LiteralType::Enum(_) => "NAME",
        LiteralType::Blob(_) | LiteralType::StructuredDataset(_) => "PATH",
        _ => "JSON",
    }
}

/// An example value of the type, as a user would type it.
fn example(literal_type: &LiteralType) -> String {
    match literal_type {
        LiteralType::None => "null".to_owned(),
        LiteralType::Integer => "1".to_owned(),
        LiteralType::Float => "0.5".to_owned(),
        LiteralType::String => "\"text\"".to_owned(),
        LiteralType::Boolean => "true".to_owned(),
        LiteralType::Union(variants) => variants
            .first()
            .map_or_else(|| "null".to_owned(), |first| example(&first.literal_type)),
        LiteralType::Collection(element) => format!("[{}]", example(element)),
        LiteralType::Map(element) => format!("{{\"key\": {}}}", example(element)),
        LiteralType::Struct(structure) => {
            let fields = structure.fields.iter();
            let fields: Vec<_> = fields
                .map(|field| format!("{:?}: {}", field.name, example(&field.literal_type)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        LiteralType::Datetime => "\"2026-01-31T12:00:00Z\"".to_owned(),
        LiteralType::Date => "\"2026-01-31\"".to_owned(),
        LiteralType::Duration => "\"1h30m\"".to_owned(),
        LiteralType::Binary => "\"AQID\"".to_owned(),
        LiteralType::Enum(values) => {
            let first = values.values.first().map_or("", String::as_str);
            format!("{first:?}")
        }
        LiteralType::Blob(_) | LiteralType::StructuredDataset(_) | LiteralType::Schema(_) => {
            "\"path/to/data\"".to_owned()
        }
        LiteralType::Error => "{\"failed_node_id\": \"n0\", \"message\": \"text\"}".to_owned(),
        LiteralType::AnyStruct => "{\"key\": 1}".to_owned(),
        LiteralType::Annotated(annotated) => example(&annotated.literal_type),
    }
}
