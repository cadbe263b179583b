//! Map nodes: one attempt, or one frame, for each element of a list.
//!
//! The elements of a map are the nodes of a separate frame, by their numbers, and none of them waits for another. Lanes
//! start them: a lane is a ready node that takes the next free element, and when that has ended, the next one. There
//! are as many lanes as elements may run at once, so a map of a million elements costs no more memory than its values.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use super::{Frame, Outcome};
use crate::{
    error::FailureCause,
    plan::{Action, MapPlan},
};
use flyte_core::{
    graph::{Collect, ListType, Successes, entity::Input},
    lock::{lock, unpoisoned},
    panic::{self, Each},
    types::{TypeError, Value, counted},
};

/// How many elements may be waiting at once if the map sets no concurrency. A larger number would cost memory without a
/// gain.
const MOST_WAITING: usize = 4_096;

/// The most elements a list may have. Each lane may count one past the last element, so this stays far below the point
/// where the number would wrap, and below the numbers with other meanings.
const MOST_ELEMENTS: usize = u32::MAX as usize / 2;

/// The state of a running map, which only the frame of a map has.
pub(crate) struct MapState {
    elements: u32,
    inputs: Vec<Source>,
    /// The first element that no lane has taken.
    next: AtomicU32,
    failed: AtomicU32,
    /// How many elements must succeed.
    required: u32,
    outputs: Vec<Mutex<Option<Value>>>,
    collect: Option<Collect>,
    tolerant: bool,
}

/// Where the elements get an input from.
enum Source {
    List(Value, ListType),
    Bound(Value),
}

/// What the failure of an element means for the map.
pub(crate) enum Failing {
    /// Enough others can still succeed.
    Tolerated,
    /// The map has failed.
    Fatal,
}

impl MapPlan {
    /// The frame of the elements.
    // Not inlined, to keep the worker's loop small for tasks.
    #[inline(never)]
    pub(crate) fn enter(
        &self,
        frame: &Arc<Frame>,
        node: u32,
        arguments: &mut Vec<Input>,
    ) -> Result<Arc<Frame>, FailureCause> {
        let mut first: Option<(&'static str, usize)> = None;
        let mut inputs = Each::with_capacity(arguments.len());
        let described = self.names.iter().zip(&self.lists);
        for (argument, (&name, list)) in arguments.drain(..).zip(described) {
            let Input::Present(value) = argument else {
                unreachable!("nothing has taken an argument of a map before it starts")
            };
            let Some(list) = list else {
                inputs.push(Source::Bound(value));
                continue;
            };
            let wrong = |expected: String, found: String| FailureCause::Input {
                name,
                error: TypeError::mismatch(expected, found),
            };
            let length = (list.len)(&value)
                .ok_or_else(|| wrong("a list".to_owned(), "a value of another type".to_owned()))?;
            match first {
                Some((other, expected)) if expected != length => {
                    return Err(wrong(
                        format!(
                            "a list of {}, the length of `{other}`, which is mapped together with it",
                            counted(expected, "element")
                        ),
                        format!("a list of {length}"),
                    ));
                }
                Some(_) => {}
                None => first = Some((name, length)),
            }
            inputs.push(Source::List(value, *list));
        }
        let (name, elements) = first.unwrap_or_default();
        let required = self.successes.of(elements);
        if required > elements || elements > MOST_ELEMENTS {
            let most = MOST_ELEMENTS;
            let expected = if elements > MOST_ELEMENTS {
                format!("a list of at most {}", counted(most, "element"))
            } else {
                format!(
                    "a list of at least {}, since so many have to succeed",
                    counted(required, "element")
                )
            };
            return Err(FailureCause::Input {
                name,
                error: TypeError::mismatch(expected, format!("a list of {elements}")),
            });
        }
        let outputs = match self.collect {
            Some(_) => (0..elements).map(|_| Mutex::new(None)).collect(),
            None => Vec::new(),
        };
        let state = MapState {
            elements: elements as u32,
            inputs: inputs.into_inner(),
            next: AtomicU32::new(0),
            failed: AtomicU32::new(0),
            required: required as u32,
            outputs,
            collect: self.collect,
            tolerant: self.successes != Successes::All,
        };
        Ok(Frame::of_map(
            Arc::clone(&self.element),
            (Arc::clone(frame), node),
            state,
        ))
    }

    /// How many elements of the frame run at once.
    pub(crate) fn lanes(&self, frame: &Frame) -> usize {
        let jobs = frame.run.schedule.permits.limit();
        let most = if self.stays || jobs == 1 {
            jobs
        } else {
            MOST_WAITING.max(jobs)
        };
        let elements = frame.map().map_or(0, |map| map.elements as usize);
        let asked = self.concurrency.unwrap_or(most);
        // Elements that never leave their worker gain nothing from more lanes than workers.
        let asked = if self.stays { asked.min(most) } else { asked };
        asked.min(elements)
    }
}

impl Frame {
    /// Whether an element that waits for a retry lets another start: not if the map sets its concurrency.
    pub(crate) fn frees_lanes(&self) -> bool {
        let Some((parent, node)) = &self.parent else {
            return false;
        };
        self.map.is_some()
            && matches!(&parent.node(*node).action, Action::Map(plan) if plan.concurrency.is_none())
    }
}

impl MapState {
    pub(crate) fn elements(&self) -> u32 {
        self.elements
    }

    /// Takes the next element.
    pub(crate) fn take(&self) -> Option<u32> {
        // The number cannot wrap, although each lane asks once too often.
        let element = self.next.fetch_add(1, Ordering::Relaxed);
        (element < self.elements).then_some(element)
    }

    /// Takes all remaining elements, and returns their number.
    pub(crate) fn take_rest(&self) -> u32 {
        let next = self.next.swap(self.elements, Ordering::Relaxed);
        self.elements.saturating_sub(next)
    }

    /// The input of an element at a position.
    pub(crate) fn input(&self, position: usize, element: u32) -> Result<Value, TypeError> {
        match &self.inputs[position] {
            Source::Bound(value) => Ok(value.clone()),
            Source::List(list, list_type) => {
                (list_type.get)(list, element as usize).ok_or_else(|| {
                    TypeError::mismatch("an element", "none; this is a bug in flyte-runtime")
                })
            }
        }
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// Stores the output of an element.
    pub(crate) fn store(&self, element: u32, output: Option<Value>) {
        if let Some(place) = self.outputs.get(element as usize) {
            *lock(place) = output;
        }
    }

    /// Counts a failed element.
    pub(crate) fn count_failure(&self) -> Failing {
        let failed = self.failed.fetch_add(1, Ordering::AcqRel) + 1;
        if self.elements - failed.min(self.elements) < self.required {
            Failing::Fatal
        } else {
            Failing::Tolerated
        }
    }

    /// The list of outputs, once for each form that promises can name.
    pub(crate) fn output_values(&self) -> Result<Vec<Value>, FailureCause> {
        let Some(collect) = self.collect else {
            return Ok(Vec::new());
        };
        let assemble = if self.tolerant {
            collect.options
        } else {
            collect.values
        };
        let list = assemble(&mut self.outputs.iter().map(|output| lock(output).take()));
        let list = list.ok_or_else(|| FailureCause::Output {
            name: "o0".into(),
            error: Box::new(TypeError::mismatch(
                "a value of each element",
                "none; this is a bug in flyte-runtime",
            )),
        })?;
        // No promise names the form that does not exist.
        Ok(vec![list.clone(), list])
    }

    /// Drops all outputs.
    pub(crate) fn clear(&self) {
        for output in &self.outputs {
            let value = lock(output).take();
            if let Some(value) = value {
                panic::discard(value);
            }
        }
    }

    /// Drops all values, when nothing else holds the map.
    pub(crate) fn discard(&mut self) {
        self.inputs.drain(..).for_each(panic::discard);
        for output in &mut self.outputs {
            let output = unpoisoned(output.get_mut());
            if let Some(value) = output.take() {
                panic::discard(value);
            }
        }
    }
}

/// The outcome of a node. A failed element of a map counts as succeeded while enough others can still succeed.
pub(crate) fn outcome(frame: &Frame, element: u32, outcome: Outcome) -> Outcome {
    match (frame.map(), outcome) {
        (Some(map), Outcome::Failed) => match map.count_failure() {
            Failing::Tolerated => {
                frame.run.outcome.tolerate(&frame.path(element));
                Outcome::Succeeded
            }
            Failing::Fatal => Outcome::Failed,
        },
        _ => outcome,
    }
}
