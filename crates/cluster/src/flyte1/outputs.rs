//! The values of executions: what they were given, and what they have given.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Seek as _},
    path::Path,
};

use flyte_idl::{
    flyteidl::{
        admin::{self, execution_closure::OutputResult},
        core,
        service::CreateDownloadLocationRequest,
    },
    prost::Message as _,
};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    fetch::{Status, end_of},
    remote::{BlockingRemote, Remote, blocking},
    upload::local,
};
use flyte_context::storage::FileAccessProvider;
use flyte_core::types::{FlyteType, Literal, LiteralValue, wire};

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
    let data = data(client, execution).await?;
    #[expect(
        deprecated,
        reason = "it is where the server puts a link to what it leaves out"
    )]
    let link = data.outputs;
    values(
        client,
        data.full_outputs,
        link,
        place_of(&closure).unwrap_or_default(),
        &execution.name,
    )
    .await
}

/// The inputs of an execution, with those that are stored elsewhere.
pub(super) async fn inputs(
    client: &Client,
    execution: &Execution,
) -> Result<BTreeMap<String, Literal>, ClusterError> {
    let data = data(client, execution).await?;
    #[expect(
        deprecated,
        reason = "it is where the server puts a link to what it leaves out"
    )]
    let link = data.inputs;
    values(client, data.full_inputs, link, "", &execution.name).await
}

async fn data(
    client: &Client,
    execution: &Execution,
) -> Result<admin::WorkflowExecutionGetDataResponse, ClusterError> {
    let request = admin::WorkflowExecutionGetDataRequest {
        id: Some(execution.id()),
    };
    match call!(client, admin, get_execution_data, Again::Yes, request) {
        Ok(data) => Ok(data),
        Err(error) => Err(execution::instead(client, error, execution).await),
    }
}

/// Values by name, as an answer has them. What is too large for an answer is not in it, and nothing says so: it is read
/// from the link beside it, or from the place where the engine has put it.
pub(super) async fn values(
    client: &Client,
    full: Option<core::LiteralMap>,
    link: Option<admin::UrlBlob>,
    place: &str,
    whose: &str,
) -> Result<BTreeMap<String, Literal>, ClusterError> {
    let full = full.unwrap_or_default();
    let map = if full.literals.is_empty() {
        let link = link.filter(|link| !link.url.is_empty() && link.bytes > 0);
        let bytes = match (link, place) {
            (Some(link), place) => match fetched(client, &link.url, None).await {
                Ok(bytes) => Some(bytes),
                // What has signed the link may be gone.
                Err(failed) if failed.may_pass && !place.is_empty() => {
                    Some(stored(client, place).await?)
                }
                Err(failed) => return Err(failed.error),
            },
            (None, "") => None,
            (None, place) => Some(stored(client, place).await?),
        };
        match bytes {
            Some(bytes) => decode(&bytes, whose)?,
            None => BTreeMap::new(),
        }
    } else {
        decode(&full.encode_to_vec(), whose)?
    };
    let mut loaded = BTreeMap::new();
    for (name, mut literal) in map {
        load(client, &mut literal).await?;
        loaded.insert(name, literal);
    }
    Ok(loaded)
}

/// Where the engine says that the outputs are.
pub(super) fn place_of(closure: &admin::ExecutionClosure) -> Option<&str> {
    #[expect(deprecated, reason = "it is where the engine says that they are")]
    let Some(OutputResult::Outputs(blob)) = &closure.output_result else {
        return None;
    };
    match blob.data.as_ref()? {
        admin::literal_map_blob::Data::Uri(uri) => Some(uri),
        _ => None,
    }
}

pub(super) fn decode(bytes: &[u8], name: &str) -> Result<BTreeMap<String, Literal>, ClusterError> {
    wire::decode_map(bytes)
        .map_err(|error| ClusterError::transfer(format!("the values of {name}"), error))
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
    let refused = match by_link(client, uri, None).await? {
        Linked::Fetched(bytes) => return Ok(bytes),
        Linked::Refused(refused) => refused,
    };
    by_store(uri, None, &refused).await
}

/// The same into a file of this machine, whatever its size.
pub(super) async fn stored_in(client: &Client, uri: &str, path: &Path) -> Result<(), ClusterError> {
    let failed = |error: io::Error| ClusterError::transfer(uri, error);
    if let Some(from) = local(uri).filter(|from| from.is_file()) {
        let to = path.to_owned();
        let copied = tokio::task::spawn_blocking(move || {
            let (mut from, mut to) = (File::open(from)?, File::create(to)?);
            io::copy(&mut from, &mut to).map(drop)
        });
        return copied
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(failed);
    }
    let mut file = File::create(path).map_err(failed)?;
    match by_link(client, uri, Some(&mut file)).await? {
        Linked::Fetched(_) => Ok(()),
        Linked::Refused(refused) => by_store(uri, Some(path), &refused).await.map(drop),
    }
}

/// What has come of a link.
enum Linked {
    /// What is behind it; empty if that is in a file now.
    Fetched(Vec<u8>),
    /// The cluster signs none.
    Refused(ClusterError),
}

async fn by_link(
    client: &Client,
    uri: &str,
    mut file: Option<&mut File>,
) -> Result<Linked, ClusterError> {
    let mut tries = 0;
    loop {
        let request = CreateDownloadLocationRequest {
            native_url: uri.to_owned(),
            expires_in: None,
        };
        #[expect(deprecated, reason = "its successor knows decks alone")]
        let link = call!(client, data, create_download_location, Again::Yes, request);
        let link = match link {
            Ok(link) => link,
            Err(error @ ClusterError::Refused { .. }) => return Ok(Linked::Refused(error)),
            Err(error) => return Err(error),
        };
        if let Some(file) = &mut file {
            // A try before may have broken off.
            let emptied = file.set_len(0).and_then(|()| file.rewind());
            emptied.map_err(|error| ClusterError::transfer(uri, error))?;
        }
        match fetched(client, &link.signed_url, file.as_deref_mut()).await {
            Ok(bytes) => return Ok(Linked::Fetched(bytes)),
            Err(failed) if failed.may_pass && client.may_try_again(&mut tries).await => {}
            Err(failed) => return Err(failed.error),
        }
    }
}

/// Asks the store itself, and gives what it has if it goes to no file.
async fn by_store(
    uri: &str,
    to: Option<&Path>,
    refused: &ClusterError,
) -> Result<Vec<u8>, ClusterError> {
    let (from, to) = (uri.to_owned(), to.map(Path::to_owned));
    let read = tokio::task::spawn_blocking(move || {
        let text = |error: &dyn std::error::Error| error.to_string();
        let files = FileAccessProvider::temporary().map_err(|error| text(&error))?;
        let path = match &to {
            Some(to) => to.clone(),
            None => files.get_random_local_path(Some("outputs.pb")),
        };
        files.download(&from, &path).map_err(|error| text(&error))?;
        match to {
            Some(_) => Ok(Vec::new()),
            None => fs::read(path).map_err(|error| text(&error)),
        }
    });
    let read = read.await.unwrap_or_else(|error| Err(error.to_string()));
    read.map_err(|reason| ClusterError::transfer(uri, format!("{reason}; and {refused}")))
}

/// What is behind a link.
pub(super) async fn download(client: &Client, url: &str) -> Result<Vec<u8>, ClusterError> {
    let fetched = fetched(client, url, None).await;
    fetched.map_err(|failed| failed.error)
}

/// Why what is behind a link was not fetched.
struct NotFetched {
    error: ClusterError,
    /// Whether another link may lead to it.
    may_pass: bool,
}

async fn fetched(
    client: &Client,
    url: &str,
    file: Option<&mut File>,
) -> Result<Vec<u8>, NotFetched> {
    let what = super::http::shown(url);
    let answer = match file {
        Some(file) => client.http().get_into(url, file).await,
        None => client.http().get(url).await,
    };
    let (reason, may_pass) = match answer {
        Ok(answer) if answer.is_success() => return Ok(answer.body),
        Ok(answer) => (answer.refusal(), answer.is_passing()),
        Err(reason) => (reason, true),
    };
    Err(NotFetched {
        error: ClusterError::transfer(what, reason),
        may_pass,
    })
}

/// One of several values as a type of Rust.
pub(super) fn typed<T: FlyteType>(
    values: &BTreeMap<String, Literal>,
    name: &str,
    what: &str,
    of: &str,
) -> Result<T, ClusterError> {
    let Some(literal) = values.get(name) else {
        let names: Vec<_> = values.keys().map(|name| format!("`{name}`")).collect();
        return Err(ClusterError::Setting(match names.is_empty() {
            true => format!("{of} has no {what} `{name}`, and no other"),
            false => format!("{of} has no {what} `{name}`, but {}", names.join(", ")),
        }));
    };
    T::from_literal(literal.clone()).map_err(|error| {
        ClusterError::Setting(format!(
            "{what} `{name}` of {of} is not a value of type {}: {error}",
            T::literal_type()
        ))
    })
}

impl Remote {
    /// One output of an execution by its name, which is `o0` for one that has no name, whatever the execution is of.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Ended`] if it has ended without outputs; [`ClusterError::Setting`] if it has none of this name
    /// or type; other [`ClusterError`]s.
    pub async fn output<T: FlyteType>(
        &self,
        execution: &Execution,
        name: &str,
    ) -> Result<T, ClusterError> {
        let outputs = outputs(&self.client, execution).await?;
        let of = format!("execution {}", execution.name);
        typed(&outputs, name, "output", &of)
    }

    /// One input of an execution by its name.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if it has none of this name or type; other [`ClusterError`]s.
    pub async fn input<T: FlyteType>(
        &self,
        execution: &Execution,
        name: &str,
    ) -> Result<T, ClusterError> {
        let inputs = inputs(&self.client, execution).await?;
        let of = format!("execution {}", execution.name);
        typed(&inputs, name, "input", &of)
    }

    /// What an execution was given, by name. Inputs that are too large for an answer are read from the store.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such execution.
    pub async fn input_literals(
        &self,
        execution: &Execution,
    ) -> Result<BTreeMap<String, Literal>, ClusterError> {
        inputs(&self.client, execution).await
    }
}

blocking! {
    output<T: FlyteType>(execution: &Execution, name: &str) -> T;
    input<T: FlyteType>(execution: &Execution, name: &str) -> T;
    input_literals(execution: &Execution) -> BTreeMap<String, Literal>;
    output_literals(execution: &Execution) -> BTreeMap<String, Literal>;
}
