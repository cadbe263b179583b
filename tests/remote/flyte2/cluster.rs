//! A control plane with everything that the program has, and runs on it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, Instant},
};

use flyte_idl::{
    flyteidl2::{
        common::{ActionIdentifier, ActionPhase, RunIdentifier},
        core::{Literal, LiteralCollection, Primitive, Scalar, literal, primitive, scalar},
        dataproxy::{GetActionDataRequest, data_proxy_service_client::DataProxyServiceClient},
        task::{
            DeployTaskRequest, Inputs, NamedLiteral, TaskIdentifier, TaskSpec,
            task_service_client::TaskServiceClient,
        },
        workflow::{
            ActionDetails, CreateRunRequest, GetActionDetailsRequest, action_details,
            create_run_request::{Id, InputWrapper, Task},
            run_service_client::RunServiceClient,
        },
    },
    prost::Message as _,
    tonic::transport::{Channel, Endpoint},
};
use flyte_runtime::testing::cluster::flyte2::{ActionRecord, ControlPlane};
use serde_json::{Value as Json, json};
use tokio::runtime::{Builder, Runtime};

const PROGRAM: &str = env!("CARGO_BIN_EXE_flyte2-program");

/// How long a run may take; the machine may have much else to do.
const LIMIT: Duration = Duration::from_secs(240);

/// Runs the program with these words, without the settings of this machine.
pub(crate) fn program(words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(words).env("FLYTE_LOCAL_CACHE_ENABLED", "0");
    command.output().unwrap()
}

pub(crate) fn integer(x: i64) -> Literal {
    let value = Some(primitive::Value::Integer(x));
    let value = Some(scalar::Value::Primitive(Primitive { value }));
    Literal {
        value: Some(literal::Value::Scalar(Box::new(Scalar { value }))),
        ..Literal::default()
    }
}

pub(crate) fn text(text: &str) -> Literal {
    let value = Some(primitive::Value::StringValue(text.to_owned()));
    let value = Some(scalar::Value::Primitive(Primitive { value }));
    Literal {
        value: Some(literal::Value::Scalar(Box::new(Scalar { value }))),
        ..Literal::default()
    }
}

pub(crate) fn list(xs: &[i64]) -> Literal {
    let literals = xs.iter().map(|x| integer(*x)).collect();
    Literal {
        value: Some(literal::Value::Collection(LiteralCollection { literals })),
        ..Literal::default()
    }
}

/// An output as the program prints it.
fn plain(value: &Literal) -> Json {
    match value.value.as_ref().unwrap() {
        literal::Value::Scalar(scalar) => match scalar.value.as_ref().unwrap() {
            scalar::Value::Primitive(primitive) => match primitive.value.as_ref().unwrap() {
                primitive::Value::Integer(x) => json!(x),
                primitive::Value::StringValue(text) => json!(text),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A control plane, and clients of its services.
pub(crate) struct Cluster {
    pub plane: ControlPlane,
    pub runtime: Runtime,
    channel: Channel,
    out: PathBuf,
}

impl Cluster {
    /// Starts one, and registers what the program has.
    pub(crate) fn start() -> Self {
        let plane = ControlPlane::start(PROGRAM).unwrap();
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", plane.address())).unwrap();
        let channel = {
            let _entered = runtime.enter();
            endpoint.connect_lazy()
        };
        let out = plane.directory().join("registered");
        let cluster = Self {
            plane,
            runtime,
            channel,
            out,
        };
        cluster.register("v1");
        cluster
    }

    /// Registers what the program has, as the command writes it.
    pub(crate) fn register(&self, version: &str) -> usize {
        let out = self.out.join(version);
        let written = program(&[
            "serialize",
            "--backend",
            "v2",
            "--out",
            out.to_str().unwrap(),
            "--image",
            "program:v1",
            "--version",
            version,
            "--project",
            "flytesnacks",
            "--domain",
            "development",
        ]);
        assert!(
            written.status.success(),
            "{}",
            String::from_utf8_lossy(&written.stderr)
        );
        let mut count = 0;
        for file in fs::read_dir(&out).unwrap() {
            let spec = TaskSpec::decode(&*fs::read(file.unwrap().path()).unwrap()).unwrap();
            self.deploy(spec);
            count += 1;
        }
        count
    }

    pub(crate) fn deploy(&self, spec: TaskSpec) {
        let id = spec.task_template.as_ref().unwrap().id.clone().unwrap();
        let request = DeployTaskRequest {
            task_id: Some(self.task(&id.name, &id.version)),
            spec: Some(spec),
            triggers: Vec::new(),
        };
        self.runtime
            .block_on(self.tasks().deploy_task(request))
            .unwrap();
    }

    pub(crate) fn task(&self, name: &str, version: &str) -> TaskIdentifier {
        TaskIdentifier {
            org: "local".to_owned(),
            project: "flytesnacks".to_owned(),
            domain: "development".to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
        }
    }

    pub(crate) fn runs(&self) -> RunServiceClient<Channel> {
        RunServiceClient::new(self.channel.clone())
    }

    pub(crate) fn tasks(&self) -> TaskServiceClient<Channel> {
        TaskServiceClient::new(self.channel.clone())
    }

    fn data(&self) -> DataProxyServiceClient<Channel> {
        DataProxyServiceClient::new(self.channel.clone())
    }

    pub(crate) fn run_id(&self, name: &str) -> RunIdentifier {
        RunIdentifier {
            org: "local".to_owned(),
            project: "flytesnacks".to_owned(),
            domain: "development".to_owned(),
            name: name.to_owned(),
        }
    }

    pub(crate) fn root(&self, run: &str) -> ActionIdentifier {
        ActionIdentifier {
            run: Some(self.run_id(run)),
            name: "a0".to_owned(),
        }
    }

    /// Starts an entity, by the name of its function.
    pub(crate) fn start_run(&self, run: &str, entity: &str, inputs: &[(&str, Literal)]) {
        let literals = inputs.iter().map(|(name, value)| NamedLiteral {
            name: (*name).to_owned(),
            value: Some(value.clone()),
        });
        let inputs = Inputs {
            literals: literals.collect(),
            context: Vec::new(),
        };
        let request = CreateRunRequest {
            id: Some(Id::RunId(self.run_id(run))),
            task: Some(Task::TaskId(
                self.task(&format!("flyte2_program.{entity}"), "v1"),
            )),
            input_wrapper: Some(InputWrapper::Inputs(inputs)),
            ..CreateRunRequest::default()
        };
        self.runtime
            .block_on(self.runs().create_run(request))
            .unwrap();
    }

    pub(crate) fn details(&self, run: &str) -> ActionDetails {
        let request = GetActionDetailsRequest {
            action_id: Some(self.root(run)),
        };
        let answer = self
            .runtime
            .block_on(self.runs().get_action_details(request));
        answer.unwrap().into_inner().details.unwrap()
    }

    pub(crate) fn phase(&self, run: &str) -> ActionPhase {
        self.details(run).status.unwrap().phase()
    }

    /// Waits for the end of a run.
    pub(crate) fn wait(&self, run: &str) -> ActionDetails {
        let start = Instant::now();
        loop {
            let details = self.details(run);
            let phase = details.status.as_ref().unwrap().phase();
            if matches!(
                phase,
                ActionPhase::Succeeded
                    | ActionPhase::Failed
                    | ActionPhase::Aborted
                    | ActionPhase::TimedOut
            ) {
                return details;
            }
            assert!(
                start.elapsed() < LIMIT,
                "{run} is {phase:?}: {:#?}",
                self.plane.actions(run)
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// What a run that has succeeded gives, as the program prints it.
    pub(crate) fn outputs(&self, run: &str) -> Json {
        let details = self.wait(run);
        let phase = details.status.as_ref().unwrap().phase();
        assert_eq!(
            phase,
            ActionPhase::Succeeded,
            "{:?} {}",
            details.result,
            self.said(run)
        );
        let request = GetActionDataRequest {
            action_id: Some(self.root(run)),
            ..GetActionDataRequest::default()
        };
        let answer = self
            .runtime
            .block_on(self.data().get_action_data(request))
            .unwrap();
        let outputs = answer.into_inner().outputs.unwrap().literals;
        let outputs = outputs
            .iter()
            .map(|output| (output.name.clone(), plain(output.value.as_ref().unwrap())));
        Json::Object(outputs.collect())
    }

    /// The error of a run that has failed.
    pub(crate) fn error(&self, run: &str) -> String {
        let details = self.wait(run);
        match details.result {
            Some(action_details::Result::ErrorInfo(error)) => error.message,
            other => panic!("{:?}: {other:?}", details.status),
        }
    }

    /// The children of a run, in the order in which they were enqueued.
    pub(crate) fn children(&self, run: &str) -> Vec<ActionRecord> {
        let mut actions = self.plane.actions(run);
        actions.retain(|action| !action.parent.is_empty());
        actions
    }

    /// What the first process of a run has said, for messages of tests.
    fn said(&self, run: &str) -> String {
        let log = self
            .plane
            .directory()
            .join("outputs")
            .join(run)
            .join("a0/1/container.log");
        fs::read_to_string(log).unwrap_or_default()
    }
}
