//! What executions have given, and lists of them.

use std::{collections::BTreeMap, fs, time::SystemTime};

use flyte_idl::{
    flyteidl::{
        admin::{self, execution_closure::OutputResult, sort},
        core::{self, workflow_execution::Phase},
        service::CreateDownloadLocationRequest,
    },
    prost::Message as _,
    prost_types::Timestamp,
};
use serde_json::{Value as Json, json};

use super::{
    client::{Again, Client, call},
    error::{ClusterError, ExecutionEnd},
    execution::{self, Execution},
    register::{PAGE, by_creation, named},
    upload::local,
};
use flyte_context::storage::FileAccessProvider;
use flyte_core::types::{Literal, LiteralValue, wire};
use flyte_events::events::time_text;

/// How an execution, or a node of one, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It has given its outputs.
    Succeeded,
    /// The cluster's cache had its outputs.
    Cached,
    /// An execution before had its outputs.
    Recovered,
    /// It failed.
    Failed,
    /// It was ended from outside.
    Aborted,
    /// It took too long.
    TimedOut,
    /// It did not have to run.
    Skipped,
}

impl Status {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Cached => "cached",
            Self::Recovered => "recovered",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::TimedOut => "timed out",
            Self::Skipped => "skipped",
        }
    }

    /// Whether nothing follows any more.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Whether there are outputs.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cached | Self::Recovered)
    }

    pub(super) fn of_execution(phase: Phase) -> Self {
        match phase {
            // A server has said nothing yet.
            Phase::Undefined | Phase::Queued => Self::Queued,
            Phase::Running | Phase::Succeeding | Phase::Failing | Phase::Aborting => Self::Running,
            Phase::Succeeded => Self::Succeeded,
            Phase::Failed => Self::Failed,
            Phase::Aborted => Self::Aborted,
            Phase::TimedOut => Self::TimedOut,
        }
    }
}

/// What a list says of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionRecord {
    /// Its name.
    pub name: String,
    /// What it runs.
    pub entity: String,
    /// The version of that.
    pub version: String,
    /// How it stands.
    pub status: Status,
    /// When it was made.
    pub created: Option<SystemTime>,
    /// How long it took, or takes.
    pub took: Option<std::time::Duration>,
    /// What went wrong, with the code in front; a list has the beginning alone.
    pub error: Option<String>,
}

impl ExecutionRecord {
    pub(super) fn of(execution: admin::Execution) -> Self {
        let spec = execution.spec.unwrap_or_default();
        let launch_plan = spec.launch_plan.unwrap_or_default();
        let closure = execution.closure.unwrap_or_default();
        Self {
            name: execution.id.unwrap_or_default().name,
            entity: launch_plan.name,
            version: launch_plan.version,
            status: Status::of_execution(closure.phase()),
            created: closure.created_at.and_then(time),
            took: closure
                .duration
                .and_then(|duration| duration.try_into().ok()),
            error: error_of(&closure).map(|(code, message)| match code {
                Some(code) => format!("[{code}] {message}"),
                None => message,
            }),
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "name": self.name,
            "entity": self.entity,
            "version": self.version,
            "status": self.status.name(),
            "created": self.created.map(time_text),
            "seconds": self.took.map(|took| took.as_secs_f64()),
            "error": self.error,
        })
    }
}

pub(super) fn time(timestamp: Timestamp) -> Option<SystemTime> {
    timestamp.try_into().ok()
}

/// What went wrong, with the code if there is one.
fn error_of(closure: &admin::ExecutionClosure) -> Option<(Option<String>, String)> {
    match closure.output_result.as_ref()? {
        OutputResult::Error(error) => Some((
            Some(error.code.clone()).filter(|code| !code.is_empty()),
            error.message.clone(),
        )),
        OutputResult::AbortMetadata(abort) => Some((None, abort.cause.clone())),
        _ => None,
    }
}

/// The end of an execution that has given nothing.
pub(super) fn end_of(name: &str, closure: &admin::ExecutionClosure) -> ExecutionEnd {
    let (code, message) = error_of(closure).unwrap_or_default();
    ExecutionEnd {
        name: name.to_owned(),
        phase: match Status::of_execution(closure.phase()) {
            Status::Aborted => "was aborted",
            Status::TimedOut => "timed out",
            _ => "failed",
        },
        code,
        message,
    }
}

/// The last executions, the newest first.
pub(super) async fn executions(
    client: &Client,
    most: usize,
) -> Result<Vec<ExecutionRecord>, ClusterError> {
    let (mut all, mut token) = (Vec::new(), String::new());
    while all.len() < most {
        let left = u32::try_from(most - all.len()).unwrap_or(PAGE);
        let request = admin::ResourceListRequest {
            id: Some(named(client, "")),
            limit: left.min(PAGE),
            token,
            sort_by: by_creation(sort::Direction::Descending),
            ..Default::default()
        };
        let page = call!(client, admin, list_executions, Again::Yes, request)?;
        all.extend(page.executions.into_iter().map(ExecutionRecord::of));
        token = page.token;
        if token.is_empty() {
            break;
        }
    }
    Ok(all)
}

/// The outputs of an execution that has succeeded, with those that are stored elsewhere.
pub(super) async fn outputs(
    client: &Client,
    execution: &Execution,
) -> Result<BTreeMap<String, Literal>, ClusterError> {
    let info = execution::get(client, execution).await?;
    let closure = info.closure.unwrap_or_default();
    match Status::of_execution(closure.phase()) {
        Status::Succeeded => {}
        status if status.is_end() => {
            return Err(ClusterError::Ended(Box::new(end_of(
                &execution.name,
                &closure,
            ))));
        }
        status => {
            return Err(ClusterError::Setting(format!(
                "execution {} is {}, and has no outputs yet; `runs watch {} --remote` waits for its end",
                execution.name,
                status.name(),
                execution.name
            )));
        }
    }
    let request = admin::WorkflowExecutionGetDataRequest {
        id: Some(execution.id()),
    };
    let data = call!(client, admin, get_execution_data, Again::Yes, request)?;
    let outputs = data.full_outputs.unwrap_or_default();
    let map = if outputs.literals.is_empty() {
        // What is too large for an answer is not in it, and nothing says so.
        #[expect(
            deprecated,
            reason = "it is where the server puts a link to what it leaves out"
        )]
        let link = data
            .outputs
            .filter(|link| !link.url.is_empty() && link.bytes > 0);
        let bytes = match (link, place_of(&closure)) {
            (Some(link), place) => match (download(client, &link.url).await, place) {
                (Ok(bytes), _) => Some(bytes),
                // What has signed the link may be gone.
                (Err(failed), Some(place)) if failed.may_pass => {
                    stored(client, place).await.map(Some)?
                }
                (Err(failed), _) => return Err(failed.error),
            },
            (None, Some(place)) => stored(client, place).await.map(Some)?,
            (None, None) => None,
        };
        match bytes {
            Some(bytes) => decode(&bytes, &execution.name)?,
            None => BTreeMap::new(),
        }
    } else {
        decode(&outputs.encode_to_vec(), &execution.name)?
    };
    let mut loaded = BTreeMap::new();
    for (name, mut literal) in map {
        load(client, &mut literal).await?;
        loaded.insert(name, literal);
    }
    Ok(loaded)
}

/// Where the engine says that the outputs are.
fn place_of(closure: &admin::ExecutionClosure) -> Option<&str> {
    #[expect(deprecated, reason = "it is where the engine says that they are")]
    let Some(OutputResult::Outputs(blob)) = &closure.output_result else {
        return None;
    };
    match blob.data.as_ref()? {
        admin::literal_map_blob::Data::Uri(uri) => Some(uri),
        _ => None,
    }
}

fn decode(bytes: &[u8], name: &str) -> Result<BTreeMap<String, Literal>, ClusterError> {
    wire::decode_map(bytes)
        .map_err(|error| ClusterError::transfer(format!("the outputs of {name}"), error))
}

/// Puts values in the places of the addresses of those that the cluster keeps in files of their own.
async fn load(client: &Client, literal: &mut Literal) -> Result<(), ClusterError> {
    // Not recursive, since a future that holds itself would have to be boxed; what was fetched may lead to more.
    let mut left = vec![literal];
    let mut fetched = 0;
    while let Some(literal) = left.pop() {
        while let LiteralValue::Offloaded(offloaded) = &literal.value {
            fetched += 1;
            if fetched > MOST_FETCHED {
                let reason = format!("it leads to more than {MOST_FETCHED} others");
                return Err(ClusterError::transfer(&offloaded.uri, reason));
            }
            let bytes = stored(client, &offloaded.uri).await?;
            let value = wire::decode(&bytes);
            *literal = value.map_err(|error| ClusterError::transfer(&offloaded.uri, error))?;
        }
        match &mut literal.value {
            LiteralValue::Collection(items) => left.extend(items.iter_mut()),
            LiteralValue::Map(items) => left.extend(items.values_mut()),
            LiteralValue::Union { value, .. } => left.push(value),
            _ => {}
        }
    }
    Ok(())
}

/// How many values of an output may be in files of their own.
const MOST_FETCHED: usize = 10_000;

/// What is in the cluster's store: by a link that the cluster signs, or by the store's own client where it cannot.
pub(super) async fn stored(client: &Client, uri: &str) -> Result<Vec<u8>, ClusterError> {
    if let Some(path) = local(uri)
        && let Ok(bytes) = fs::read(path)
    {
        return Ok(bytes);
    }
    let mut tries = 0;
    let refused = loop {
        let request = CreateDownloadLocationRequest {
            native_url: uri.to_owned(),
            expires_in: None,
        };
        #[expect(deprecated, reason = "its successor knows decks alone")]
        let link = call!(client, data, create_download_location, Again::Yes, request);
        let link = match link {
            Ok(link) => link,
            Err(error @ ClusterError::Refused { .. }) => break error,
            Err(error) => return Err(error),
        };
        match download(client, &link.signed_url).await {
            Ok(bytes) => return Ok(bytes),
            Err(failed) if failed.may_pass && client.may_try_again(&mut tries).await => {}
            Err(failed) => return Err(failed.error),
        }
    };
    let from = uri.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let files = FileAccessProvider::temporary().map_err(|error| error.to_string())?;
        let path = files.get_random_local_path(Some("outputs.pb"));
        files
            .download(&from, &path)
            .map_err(|error| error.to_string())?;
        fs::read(path).map_err(|error| error.to_string())
    });
    let read = read.await.unwrap_or_else(|error| Err(error.to_string()));
    read.map_err(|reason| ClusterError::transfer(uri, format!("{reason}; and {refused}")))
}

/// Why what is behind a link was not fetched.
struct NotFetched {
    error: ClusterError,
    /// Whether another link may lead to it.
    may_pass: bool,
}

async fn download(client: &Client, url: &str) -> Result<Vec<u8>, NotFetched> {
    let what = super::http::shown(url);
    let (reason, may_pass) = match client.http().get(url).await {
        Ok(answer) if answer.is_success() => return Ok(answer.body),
        Ok(answer) => {
            let reason = format!("HTTP {}: {}", answer.status, answer.text().trim());
            (reason, answer.is_passing())
        }
        Err(reason) => (reason, true),
    };
    Err(NotFetched {
        error: ClusterError::transfer(what, reason),
        may_pass,
    })
}

/// The message of a workflow that is registered, to know the names of its nodes.
pub(super) async fn workflow(
    client: &Client,
    id: core::Identifier,
) -> Result<core::CompiledWorkflowClosure, ClusterError> {
    let request = admin::ObjectGetRequest { id: Some(id) };
    let workflow = call!(client, admin, get_workflow, Again::Yes, request)?;
    let closure = workflow
        .closure
        .and_then(|closure| closure.compiled_workflow);
    Ok(closure.unwrap_or_default())
}
