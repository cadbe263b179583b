//! Inputs: the option an input becomes, and the value its text stands for.

use std::{
    ffi::{OsStr, OsString},
    fs,
    num::IntErrorKind,
};

use clap::{Arg, ArgAction};

use crate::{
    entity::{EntityDescriptor, InputDescriptor},
    types::{Literal, LiteralType, Preview, Value, literal_from_json},
};

/// An input as an option of the command line.
pub(super) struct InputArg {
    input: InputDescriptor,
    literal_type: LiteralType,
    long: String,
}

impl InputArg {
    pub(super) fn new(input: &InputDescriptor) -> Self {
        // A leading underscore cannot become a dash: `--_x` would be `---x`.
        let long = if input.name.starts_with('_') {
            input.name.to_owned()
        } else {
            input.name.replace('_', "-")
        };
        Self {
            input: *input,
            literal_type: input.info.literal_type(),
            long,
        }
    }

    /// Whether an option without its dashes is this input.
    pub(super) fn is_called(&self, long: &str) -> bool {
        self.long == long || self.input.name == long
    }

    /// Whether it has to be given.
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

    /// What a message about its absence says.
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

    /// The type of what is typed: that inside an `Option`.
    fn scalar(&self) -> &LiteralType {
        inner(&self.literal_type)
    }

    pub(super) fn arg(&self) -> Arg {
        let arg = Arg::new(self.input.name)
            .long(self.long.clone())
            .help(self.help())
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

    /// Whether `arg` is this option, to be followed by its value.
    fn wants_value(&self, arg: &OsStr) -> bool {
        let name = arg.to_str().and_then(|arg| arg.strip_prefix("--"));
        *self.scalar() != LiteralType::Boolean && name.is_some_and(|name| self.is_called(name))
    }

    fn help(&self) -> String {
        let mut parts = Vec::new();
        let docs: Vec<_> = self.input.description.lines().map(str::trim).collect();
        if !docs.is_empty() {
            parts.push(docs.join(" ").trim().to_owned());
        }
        if value_name(self.scalar()) == "JSON" {
            parts.push(format!("({})", self.literal_type));
        }
        match self.input.missing() {
            None => parts.push("[required]".to_owned()),
            Some(_) if self.input.default.is_none() => parts.push("[optional]".to_owned()),
            Some(default) => parts.push(format!("[default: {}]", default.preview())),
        }
        parts.join(" ")
    }

    /// The value that `text` stands for.
    ///
    /// # Errors
    ///
    /// When it stands for none, with a message that names the input, its type and the text.
    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
        let literal = read(text, &self.literal_type);
        let value = literal.and_then(|literal| {
            let value = self.input.info.from_literal(literal);
            value.map_err(|error| error.to_string())
        });
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
}

/// Joins `--x -1e-3` to `--x=-1e-3`: clap takes a dash for the start of an option, here it starts a value.
///
/// Two dashes stay an option, so that a forgotten value is noticed; `--text=--a` says that they are not.
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

fn inner(literal_type: &LiteralType) -> &LiteralType {
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
        LiteralType::Duration => "SECONDS",
        LiteralType::Enum(_) => "NAME",
        LiteralType::Blob(_) | LiteralType::StructuredDataset(_) => "PATH",
        _ => "JSON",
    }
}

/// A value of the type as it could be typed.
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
        LiteralType::Duration => "1.5".to_owned(),
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

fn read(text: &str, literal_type: &LiteralType) -> Result<Literal, String> {
    match literal_type {
        LiteralType::Integer => match text.parse() {
            Ok(value) => Ok(Literal::integer(value)),
            Err(error) => Err(match error.kind() {
                IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                    format!("integers go from {} to {}", i64::MIN, i64::MAX)
                }
                _ => "not a whole number".to_owned(),
            }),
        },
        LiteralType::Float => match text.parse::<f64>() {
            Ok(value) if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) => {
                Err(format!("floats go from {:e} to {:e}", f64::MIN, f64::MAX))
            }
            Ok(value) => Ok(Literal::float(value)),
            Err(_) => Err("not a number".to_owned()),
        },
        LiteralType::String => Ok(Literal::string(text)),
        // What would be a string in JSON is typed without its quotes.
        LiteralType::Datetime
        | LiteralType::Enum(_)
        | LiteralType::Blob(_)
        | LiteralType::StructuredDataset(_) => {
            literal_from_json(text.into(), literal_type).map_err(|error| error.to_string())
        }
        LiteralType::Boolean => match text {
            "true" => Ok(Literal::boolean(true)),
            "false" => Ok(Literal::boolean(false)),
            _ => Err("neither true nor false".to_owned()),
        },
        literal_type => match literal_type.optional() {
            // Every text is a string, `null` too.
            Some(value) if text != "null" || *inner(value) == LiteralType::String => {
                read(text, value)
            }
            Some(_) => Ok(Literal::NONE),
            None => read_json(text, literal_type),
        },
    }
}

fn read_json(text: &str, literal_type: &LiteralType) -> Result<Literal, String> {
    // No JSON begins with `@`.
    let file = match text.strip_prefix('@') {
        Some(path) => Some(
            fs::read_to_string(path)
                .map_err(|error| format!("the file cannot be read: {error}"))?,
        ),
        None => None,
    };
    let json = serde_json::from_str(file.as_deref().unwrap_or(text)).map_err(|error| {
        let example = example(literal_type);
        format!("not JSON: {error}; write for example '{example}'")
    })?;
    literal_from_json(json, literal_type).map_err(|error| error.to_string())
}
