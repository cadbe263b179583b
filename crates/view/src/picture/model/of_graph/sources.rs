//! Where the values of inputs come from.

use flyte_core::graph::{
    Binding, BindingData, Node, NodeTarget, PathStep, Producer, entity::EntityDescriptor,
};

use super::{
    super::{Flow, Why},
    Drawn, Place, Reader,
};

/// Where a value, or a part of it, comes from.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) from: Origin,
    /// Which part of the value it is: `[2]` for an element of a list, empty for all of it.
    pub(super) part: String,
    /// Of how many sources a branch chooses one; 1 where none chooses.
    pub(super) one_of: usize,
}

#[derive(Clone)]
pub(super) enum Origin {
    /// An output of a step, with the type that it has.
    Step {
        step: usize,
        output: String,
        of: String,
    },
    /// Known beforehand.
    Constant(String),
}

impl Source {
    pub(super) fn step(step: usize, output: String, of: String) -> Self {
        Self {
            from: Origin::Step { step, output, of },
            part: String::new(),
            one_of: 1,
        }
    }

    fn constant(text: String) -> Self {
        Self {
            from: Origin::Constant(text),
            part: String::new(),
            one_of: 1,
        }
    }

    /// Its text if all of the value is known and nothing chooses it.
    fn known(&self) -> Option<&str> {
        match &self.from {
            Origin::Constant(text) if self.part.is_empty() && self.one_of == 1 => Some(text),
            _ => None,
        }
    }
}

impl Reader {
    /// Draws what an input of a step comes from; what is known beforehand is written into the step.
    pub(super) fn connect(&mut self, input: &str, sources: &[Source], to: usize) {
        for source in sources {
            match &source.from {
                Origin::Step { step, output, of } => {
                    let flow = Flow {
                        output: output.clone(),
                        input: format!("{input}{}", source.part),
                        of: of.clone(),
                        one_of: source.one_of,
                    };
                    self.link(*step, to, Why::Value, Some(flow));
                }
                // What a branch looks at stands at its cases.
                Origin::Constant(_) if input.is_empty() => {}
                Origin::Constant(text) => {
                    let chosen = match source.one_of {
                        1 => String::new(),
                        number => format!(" (one of {number})"),
                    };
                    let text = format!("{input}{} = {text}{chosen}", source.part);
                    self.model.steps[to].constants.push(text);
                }
            }
        }
    }
}

/// Where the value of an input of a node comes from.
pub(super) fn bound(
    place: Place<'_>,
    drawn: &[Drawn],
    node: &Node,
    binding: &Binding,
) -> Vec<Source> {
    let entity = node.target().runs();
    let is_handler = place
        .graph
        .failure_node()
        .is_some_and(|handler| std::ptr::eq(handler, node));
    let inputs = &place.graph.interface().inputs;
    if is_handler && inputs.iter().all(|own| own.name != binding.var) {
        let mut given = entity.into_iter().flat_map(EntityDescriptor::inputs);
        // The binding holds an error that never happened, until one has.
        if given.any(|input| input.name == binding.var && input.is_failure()) {
            return vec![Source::constant("what failed".to_owned())];
        }
    }
    let mut sources = sources(place, drawn, &binding.data);
    if let NodeTarget::Map(map) = node.target()
        && !map.bound_inputs().contains(&&*binding.var)
    {
        for source in &mut sources {
            // Of an element that has a source of its own, the type is that of the element.
            if let Origin::Step { of, .. } = &mut source.from
                && source.part.is_empty()
                && !of.is_empty()
            {
                *of = format!("each of {of}");
            }
        }
    }
    sources
}

/// Where a value comes from; the parts of a collection have sources of their own.
pub(super) fn sources(place: Place<'_>, drawn: &[Drawn], data: &BindingData) -> Vec<Source> {
    match data {
        BindingData::Promise(reference) => {
            let reference = place.graph.resolve(reference);
            let of_producer = match reference.producer {
                Producer::Start => place.inputs.get(reference.output),
                Producer::Node(index) => drawn
                    .get(index)
                    .and_then(|node| node.outputs.get(reference.output)),
            };
            let path: String = reference.path.iter().map(PathStep::to_string).collect();
            let sources = of_producer.cloned().unwrap_or_default();
            sources
                .into_iter()
                .filter_map(|source| part(source, &path))
                .collect()
        }
        BindingData::Constant(constant) => vec![Source::constant(constant.preview())],
        BindingData::Collection { items, .. } => {
            let items: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(index, item)| (format!("[{index}]"), sources(place, drawn, item)))
                .collect();
            collection(items, |known| {
                let known: Vec<&str> = known.iter().map(|(_, text)| *text).collect();
                format!("[{}]", known.join(", "))
            })
        }
        BindingData::Map { items, .. } => {
            let items: Vec<_> = items
                .iter()
                .map(|(key, item)| (format!("[{key:?}]"), sources(place, drawn, item)))
                .collect();
            collection(items, |known| {
                let known = known.iter().map(|(key, text)| {
                    let key = key.trim_start_matches('[').trim_end_matches(']');
                    format!("{key}: {text}")
                });
                format!("{{{}}}", known.collect::<Vec<_>>().join(", "))
            })
        }
        BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => {
            sources(place, drawn, item)
        }
    }
}

/// The source of a part of what `source` gives; nothing if it gives another part.
fn part(mut source: Source, path: &str) -> Option<Source> {
    if path.is_empty() {
        return Some(source);
    }
    if let Some(inner) = source.part.strip_prefix(path) {
        source.part = inner.to_owned();
        return Some(source);
    }
    let path = path.strip_prefix(&*source.part)?;
    source.part.clear();
    match &mut source.from {
        // What type a part has is not known to the graph.
        Origin::Step { output, of, .. } => {
            output.push_str(path);
            if !path.is_empty() {
                of.clear();
            }
        }
        Origin::Constant(text) => text.push_str(path),
    }
    Some(source)
}

/// One source if all of it is known, else those of all of its parts.
fn collection(
    items: Vec<(String, Vec<Source>)>,
    written: impl Fn(&[(&str, &str)]) -> String,
) -> Vec<Source> {
    let known: Option<Vec<(&str, &str)>> = items
        .iter()
        .map(|(part, sources)| match &sources[..] {
            [source] => source.known().map(|text| (&**part, text)),
            _ => None,
        })
        .collect();
    if let Some(known) = known {
        return vec![Source::constant(written(&known))];
    }
    let parts = items.into_iter().flat_map(|(part, sources)| {
        sources.into_iter().map(move |source| Source {
            part: format!("{part}{}", source.part),
            ..source
        })
    });
    parts.collect()
}
