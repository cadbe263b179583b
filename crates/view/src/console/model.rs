//! The models of runs that pages show, of which the last few are kept as they were sent.

use std::{collections::VecDeque, sync::Mutex};

use hyper::body::Bytes;

use crate::page::RunPage;
use flyte_core::{lock::lock, registry::Registry};
use flyte_events::history::{History, RunRecord};

/// How many models are kept: for several tabs of one run, and for its return to the front.
const KEPT: usize = 4;

/// The largest model that is kept.
const LARGEST: usize = 8 << 20;

#[derive(Default)]
pub(super) struct Models(Mutex<VecDeque<(String, String, Bytes)>>);

impl Models {
    /// The model of a run in a version.
    pub(super) fn of(
        &self,
        history: &History,
        registry: &Registry,
        id: &str,
        version: &str,
    ) -> Result<Bytes, String> {
        let is_it = |(of, at, _): &&(String, String, Bytes)| of == id && at == version;
        if let Some((_, _, model)) = lock(&self.0).iter().find(is_it) {
            return Ok(model.clone());
        }
        let run = read(history, id)?;
        let model = Bytes::from(RunPage::of(&run).described_by(registry).json());
        let mut kept = lock(&self.0);
        kept.retain(|(of, ..)| of != id);
        if model.len() <= LARGEST {
            kept.push_back((id.to_owned(), version.to_owned(), model.clone()));
        }
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(model)
    }
}

/// A run by its whole id.
pub(super) fn read(history: &History, id: &str) -> Result<RunRecord, String> {
    let run = history.run(id).map_err(|error| error.to_string())?;
    match run.id() == id {
        true => Ok(run),
        false => Err(format!("there is no run `{id}`")),
    }
}
