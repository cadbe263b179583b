//! Checks what a strict run starts against the rules of a cluster.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use crate::error::RunError;
use flyte_check::check::{Check, Finding, Rule, shows_its_type};
use flyte_core::{graph::entity::EntityDescriptor, lock::lock, types::Value};

/// The findings for entities, by their addresses. A graph does not change, and a program may run it often.
static FOUND: Mutex<Option<FxHashMap<usize, Arc<[Finding]>>>> = Mutex::new(None);

fn findings(entity: &'static EntityDescriptor) -> Arc<[Finding]> {
    let address = std::ptr::from_ref(entity) as usize;
    if let Some(findings) = lock(&FOUND).as_ref().and_then(|found| found.get(&address)) {
        return Arc::clone(findings);
    }
    // Without the lock, because checking builds graphs, which runs user code.
    let findings: Arc<[Finding]> = Check::new().entity(entity).into();
    let mut found = lock(&FOUND);
    let found = found.get_or_insert_default().entry(address);
    Arc::clone(found.or_insert(findings))
}

/// Whether a cluster refuses it in every configuration.
fn refuses(finding: &Finding) -> bool {
    finding.is_error() && finding.rule != Rule::TooManyNodes
}

/// The notices about an entity: where a cluster behaves differently, and what it may refuse.
///
/// # Errors
///
/// If every cluster would refuse it.
pub(crate) fn ask(entity: &'static EntityDescriptor) -> Result<Vec<String>, RunError> {
    let findings = findings(entity);
    if findings.iter().any(refuses) {
        return Err(RunError::Refused {
            entity: entity.name().to_owned(),
            findings: findings.to_vec(),
        });
    }
    Ok(findings.iter().map(Finding::notice).collect())
}

/// The notices about inputs with which a cluster refuses to start an entity.
pub(crate) fn ask_inputs(entity: &'static EntityDescriptor, inputs: &[Value]) -> Vec<String> {
    let inputs = entity.inputs().iter().zip(inputs);
    let unclear = inputs.filter(|(input, value)| !shows_its_type(input.info, value));
    let told = unclear.map(|(input, _)| {
        format!(
            "on a cluster, the value for `{}` of {} `{}` does not show its type by itself, and nothing is started with it; as in \
             `[[[]], [[1]]]`, an empty list or map stands beside others: leave it out, or make the elements structs ({})",
            input.name,
            entity.kind(),
            entity.name(),
            Rule::UnclearInput
        )
    });
    told.collect()
}
