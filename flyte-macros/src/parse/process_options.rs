//! The options of `#[shell_task]`, `#[container_task]` and `#[echo_task]`: tasks whose code is not a function of this
//! program.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, ExprLit, Lit, Token, parse::Parser as _, punctuated::Punctuated};

use super::{
    args::{self, Arg, Known, Scope, Usage, joined},
    plugin_options,
    task_options::{self, TaskOptions},
    value::{Spanned, ungroup},
};
use crate::diag::Diag;

/// Which macro it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessKind {
    Shell,
    Container,
    Echo,
}

impl ProcessKind {
    pub(crate) fn macro_name(self) -> &'static str {
        match self {
            Self::Shell => "#[shell_task]",
            Self::Container => "#[container_task]",
            Self::Echo => "#[echo_task]",
        }
    }

    fn keys(self) -> &'static [Usage] {
        match self {
            Self::Shell => &SHELL,
            Self::Container => &CONTAINER,
            Self::Echo => task_options::KEYS,
        }
    }
}

/// The options that were written: those of every task, and those of this kind.
#[derive(Default)]
pub(crate) struct ProcessOptions {
    pub(crate) task: TaskOptions,
    pub(crate) shell: Option<ShellOptions>,
    pub(crate) container: Option<ContainerOptions>,
}

pub(crate) struct ShellOptions {
    /// With `{inputs.x}` in it, not yet checked against the parameters.
    pub(crate) script: Spanned<String>,
    pub(crate) shell: Option<Spanned<String>>,
    /// These are templates too.
    pub(crate) output_locations: Vec<(Spanned<String>, Spanned<String>)>,
}

pub(crate) struct ContainerOptions {
    pub(crate) image: Spanned<String>,
    /// With `{{.inputs.x}}` in it, not yet checked against the parameters.
    pub(crate) command: Vec<Spanned<String>>,
    pub(crate) arguments: Vec<Spanned<String>>,
    pub(crate) input_data_dir: Option<Spanned<String>>,
    pub(crate) output_data_dir: Option<Spanned<String>>,
    /// A variant of the runtime's `MetadataFormat`.
    pub(crate) metadata_format: Option<Spanned<&'static str>>,
}

const OF_SHELL: &[Usage] = &[
    (
        "script",
        "script = \"wc -l < \\\"{inputs.file}\\\" > {outputs.o0}\"",
    ),
    ("shell", "shell = \"bash\""),
    ("output_locations", "output_locations(o0 = \"report.txt\")"),
];

const OF_CONTAINER: &[Usage] = &[
    ("image", "image = \"alpine:3\""),
    (
        "command",
        "command(\"cp\", \"/var/inputs/x\", \"/var/outputs/o0\")",
    ),
    ("arguments", "arguments(\"--fast\")"),
    ("input_data_dir", "input_data_dir = \"/var/inputs\""),
    ("output_data_dir", "output_data_dir = \"/var/outputs\""),
    ("metadata_format", "metadata_format = json"),
];

static SHELL: [Usage; OF_SHELL.len() + task_options::KEYS.len()] =
    joined(OF_SHELL, task_options::KEYS);
static CONTAINER: [Usage; OF_CONTAINER.len() + task_options::KEYS.len()] =
    joined(OF_CONTAINER, task_options::KEYS);

/// Parses the arguments of one of the macros.
pub(crate) fn process_options(
    kind: ProcessKind,
    attr: TokenStream,
    diag: &mut Diag,
) -> ProcessOptions {
    let owner = kind.macro_name();
    let scope = Scope {
        elsewhere: match kind {
            ProcessKind::Shell => &[
                ("#[container_task]", OF_CONTAINER),
                ("#[task]", plugin_options::KEYS),
            ],
            ProcessKind::Container => &[
                ("#[shell_task]", OF_SHELL),
                ("#[task]", plugin_options::KEYS),
            ],
            ProcessKind::Echo => &[
                ("#[shell_task]", OF_SHELL),
                ("#[container_task]", OF_CONTAINER),
                ("#[task]", plugin_options::KEYS),
            ],
        },
        renamed: task_options::RENAMED,
        ..Scope::new(owner, "option", kind.keys())
    };
    let args = args::known(attr, &scope, diag);
    let is_own = |arg: &Arg| {
        let own = OF_SHELL.iter().chain(OF_CONTAINER);
        own.clone().any(|(key, _)| *key == arg.name)
    };
    let (own, of_task) = args.partition(is_own);
    let mut options = ProcessOptions {
        task: task_options::of_args(&of_task, diag),
        ..ProcessOptions::default()
    };
    match kind {
        ProcessKind::Shell => options.shell = shell(owner, &own, diag),
        ProcessKind::Container => {
            options.container = container(owner, &own, diag);
            if let Some(image) = &options.task.container_image {
                diag.push(
                    image.span,
                    "a container task names its image with `image`; write `image = \"alpine:3\"`",
                );
            }
        }
        ProcessKind::Echo => {}
    }
    options
}

fn shell(owner: &str, args: &Known, diag: &mut Diag) -> Option<ShellOptions> {
    let (mut script, mut shell, mut output_locations) = (None, None, Vec::new());
    for arg in args.iter() {
        match arg.name.as_str() {
            "script" => script = arg.text(diag),
            "shell" => shell = arg.text(diag),
            _ => output_locations = arg.pairs(diag),
        }
    }
    needed(owner, "script", OF_SHELL[0].1, args, diag);
    Some(ShellOptions {
        script: script?,
        shell,
        output_locations,
    })
}

fn container(owner: &str, args: &Known, diag: &mut Diag) -> Option<ContainerOptions> {
    let (mut image, mut command, mut arguments) = (None, Vec::new(), Vec::new());
    let (mut input_data_dir, mut output_data_dir, mut metadata_format) = (None, None, None);
    for arg in args.iter() {
        match arg.name.as_str() {
            "image" => image = arg.text(diag),
            "command" => command = words(arg, diag),
            "arguments" => arguments = words(arg, diag),
            "input_data_dir" => input_data_dir = absolute(arg, diag),
            "output_data_dir" => output_data_dir = absolute(arg, diag),
            _ => {
                metadata_format = arg.choice(
                    &[("json", "Json"), ("yaml", "Yaml"), ("proto", "Proto")],
                    diag,
                );
            }
        }
    }
    for (key, usage) in &OF_CONTAINER[..2] {
        needed(owner, key, usage, args, diag);
    }
    Some(ContainerOptions {
        image: image?,
        command,
        arguments,
        input_data_dir,
        output_data_dir,
        metadata_format,
    })
}

fn needed(owner: &str, key: &str, usage: &str, args: &Known, diag: &mut Diag) {
    if args.lack(key) {
        diag.push(
            Span::call_site(),
            format!("`{owner}` needs `{key}`; write `{usage}`"),
        );
    }
}

/// `command("cp", "a", "b")`.
fn words(arg: &Arg, diag: &mut Diag) -> Vec<Spanned<String>> {
    let Some(group) = arg.list(diag) else {
        return Vec::new();
    };
    let words = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream());
    let words = words.unwrap_or_else(|error| {
        diag.push_error(error);
        Punctuated::new()
    });
    let words = words.iter().filter_map(|word| match ungroup(word) {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(Spanned {
            value: text.value(),
            span: text.span(),
        }),
        other => arg.refuse_part(other, "words in quotes", diag),
    });
    words.collect()
}

fn absolute(arg: &Arg, diag: &mut Diag) -> Option<Spanned<String>> {
    let path = arg.text(diag)?;
    if path.value.starts_with('/') && !path.value.contains(':') {
        return Some(path);
    }
    diag.push(
        path.span,
        format!(
            "`{}` is a path in the container, from its root and without `:`; write `{}`",
            arg.name, arg.usage
        ),
    );
    None
}
