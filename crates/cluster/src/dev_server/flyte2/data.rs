//! The service of inputs and outputs.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use flyte_idl::{
    flyteidl2::{
        common::{ActionPhase, OffloadedInputData},
        dataproxy::{
            self,
            data_proxy_service_server::DataProxyService,
            upload_inputs_request::{Id, Task},
        },
        task::{Inputs, Outputs},
    },
    prost::Message as _,
    tonic::{Request, Response, Status, async_trait},
};

use super::{serve::Services, state::Shared, stream::Answers, tasks};

#[async_trait]
impl DataProxyService for Services {
    async fn create_upload_location(
        &self,
        _: Request<dataproxy::CreateUploadLocationRequest>,
    ) -> Result<Response<dataproxy::CreateUploadLocationResponse>, Status> {
        Err(Status::internal("failed to create signed URL: unsupported"))
    }

    async fn upload_inputs(
        &self,
        request: Request<dataproxy::UploadInputsRequest>,
    ) -> Result<Response<dataproxy::UploadInputsResponse>, Status> {
        let request = request.into_inner();
        let (org, project, domain) = match request.id {
            Some(Id::ProjectId(id)) => (id.organization, id.name, id.domain),
            Some(Id::RunId(id)) => (id.org, id.project, id.domain),
            None => return Err(Status::invalid_argument("id is required")),
        };
        match &request.task {
            None => return Err(Status::invalid_argument("task is required")),
            Some(Task::TaskId(id)) if self.0.rows().task(id).is_none() => {
                let message = format!("failed to get task: not_found: {}", tasks::absent(id));
                return Err(Status::not_found(message));
            }
            Some(_) => {}
        }
        let inputs = request
            .inputs
            .ok_or_else(|| Status::internal("proto: Marshal called with nil"))?;
        let place = [&org, &project, &domain]
            .into_iter()
            .filter(|part| !part.is_empty());
        let data = self.0.keep_inputs(place.collect(), &inputs);
        let data = data.map_err(|error| Status::internal(error.to_string()))?;
        Ok(Response::new(dataproxy::UploadInputsResponse {
            offloaded_input_data: Some(data),
        }))
    }

    async fn create_download_link(
        &self,
        _: Request<dataproxy::CreateDownloadLinkRequest>,
    ) -> Result<Response<dataproxy::CreateDownloadLinkResponse>, Status> {
        Err(Status::internal("failed to create signed URL: unsupported"))
    }

    async fn get_action_data(
        &self,
        request: Request<dataproxy::GetActionDataRequest>,
    ) -> Result<Response<dataproxy::GetActionDataResponse>, Status> {
        let id = request.into_inner().action_id;
        let (inputs_uri, outputs_uri) = {
            let mut rows = self.0.rows();
            let action = rows.action(id.as_ref());
            let action = action.ok_or_else(|| Status::not_found("action not found"))?;
            let outputs = format!("{}/outputs.pb", action.output_uri);
            let has_outputs = action.phase == ActionPhase::Succeeded;
            (action.input_uri.clone(), has_outputs.then_some(outputs))
        };
        let inputs_uri = match inputs_uri.ends_with("inputs.pb") {
            true => inputs_uri,
            false => format!("{inputs_uri}/inputs.pb"),
        };
        let read = |uri: &str| fs::read(Path::new(uri)).unwrap_or_default();
        let broken = |error: prost::DecodeError| Status::internal(error.to_string());
        let outputs = outputs_uri.as_deref().map(read).unwrap_or_default();
        Ok(Response::new(dataproxy::GetActionDataResponse {
            inputs: Some(Inputs::decode(&*read(&inputs_uri)).map_err(broken)?),
            outputs: Some(Outputs::decode(&*outputs).map_err(broken)?),
            inputs_uri,
            outputs_uri: outputs_uri.unwrap_or_default(),
        }))
    }

    type TailLogsStream = Answers<dataproxy::TailLogsResponse>;

    async fn tail_logs(
        &self,
        _: Request<dataproxy::TailLogsRequest>,
    ) -> Result<Response<Self::TailLogsStream>, Status> {
        Err(Status::unimplemented("this server keeps logs as files"))
    }
}

impl Shared {
    /// Writes inputs where their content says.
    pub(super) fn keep_inputs(
        &self,
        place: Vec<&String>,
        inputs: &Inputs,
    ) -> std::io::Result<OffloadedInputData> {
        let bytes = inputs.encode_to_vec();
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let inputs_hash = BASE64_URL_SAFE_NO_PAD.encode(hasher.finish().to_be_bytes());
        let mut directory: PathBuf = self.settings.directory.join("uploads");
        directory.extend(place);
        let directory = directory.join("offloaded-inputs").join(&inputs_hash);
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("inputs.pb"), bytes)?;
        Ok(OffloadedInputData {
            uri: directory.display().to_string(),
            inputs_hash,
        })
    }
}
