//! What a cluster says: which API it has, who is signed in, and what may be done there.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flyte_idl::{
    flyteidl::{
        admin,
        service::{CreateUploadLocationRequest, UserInfoRequest},
    },
    flyteidl2::project as flyte2,
};
use hyper::Method;
use md5::{Digest as _, Md5};

use super::{
    super::{
        client::{Again, Client, call},
        connect::Address,
        error::ClusterError,
        projects::{ProjectRecord, projects},
        sign_in::who,
        upload::signed_headers,
    },
    HealthCheck, connection, told,
};

/// What is sent to the store.
const SENT: &[u8] = b"sent to see whether the store can be written\n";

fn code_of(error: &ClusterError) -> Option<&str> {
    match error {
        ClusterError::Refused { code, .. } => Some(code),
        _ => None,
    }
}

pub(super) async fn check(client: &Client, address: &Address, checks: &mut Vec<HealthCheck>) {
    let request = admin::GetVersionRequest {};
    let version = call!(client, admin, get_version, Again::Yes, request);
    let api = match &version {
        Ok(version) => {
            let version = version.control_plane_version.clone().unwrap_or_default();
            let text = format!("Flyte 1, flyteadmin {}", version.version);
            HealthCheck::ok("API", text.trim_end())
        }
        Err(ClusterError::SignIn {
            is_outage: true, ..
        }) => HealthCheck::skipped("API", "it is not asked, since there is no token now"),
        Err(ClusterError::SignIn { .. }) => HealthCheck::ok(
            "API",
            "Flyte 1, which tells its version to those who are signed in",
        ),
        Err(ClusterError::Refused { code, .. }) if code == "PermissionDenied" => {
            HealthCheck::ok("API", "Flyte 1, which does not tell its version")
        }
        Err(error) => {
            checks.push(another(client, address, error).await);
            return;
        }
    };
    checks.push(api);
    let is_signed_in = signed_in(client, version.err(), checks).await;
    if !is_signed_in {
        return;
    }
    let project = match projects(client).await {
        Ok(projects) => project(client, projects, checks),
        Err(error) => {
            let advice = "ask who runs the cluster whether this account may list projects";
            checks.push(HealthCheck::failed("project", told(&error), advice));
            None
        }
    };
    match project {
        Some(project) => checks.push(domain(client, project).await),
        None => return,
    }
    checks.push(store(client).await);
}

/// What answers instead of Flyte 1.
async fn another(client: &Client, address: &Address, error: &ClusterError) -> HealthCheck {
    let platform = &client.config().platform;
    if !address.is_tls && connection::wants_tls(platform, address).await {
        let origin = platform.insecure.origin();
        return HealthCheck::failed(
            "API",
            format!(
                "{} speaks TLS, and the settings say that it does not (from {origin})",
                address.authority()
            ),
            "leave `--insecure` out, or set `admin.insecure: false`; `admin.insecureSkipVerify: true` takes any \
             certificate",
        );
    }
    let request = flyte2::ListProjectsRequest::default();
    let flyte2 = client.call(flyte2::project_service::list_projects(), Again::No, request);
    let is_flyte2 = match flyte2.await {
        Ok(_) | Err(ClusterError::SignIn { .. }) => true,
        Err(error) => {
            let nobody = [
                "Unimplemented",
                "Unknown",
                "Internal",
                "Unavailable",
                "NotFound",
            ];
            code_of(&error).is_some_and(|code| !nobody.contains(&code))
        }
    };
    if is_flyte2 {
        return HealthCheck::failed(
            "API",
            format!(
                "{} is a cluster of Flyte 2, and this program talks to Flyte 1",
                address.authority()
            ),
            "give the endpoint of a cluster of Flyte 1 with `--endpoint HOST:PORT`",
        );
    }
    let advice = match error {
        ClusterError::Unreachable { advice, .. } => (*advice).to_owned(),
        _ => "is it the address of flyteadmin, and not of its console? `--endpoint HOST:PORT` gives another".to_owned(),
    };
    HealthCheck::failed(
        "API",
        format!("what answers is not flyteadmin: {}", told(error)),
        advice,
    )
}

/// Who is signed in, if that can be told.
async fn signed_in(
    client: &Client,
    refused: Option<ClusterError>,
    checks: &mut Vec<HealthCheck>,
) -> bool {
    let platform = &client.config().platform;
    let (mode, origin) = (platform.auth_mode.to_string(), platform.auth_mode.origin());
    let advice = || {
        format!(
            "the auth mode is {mode} (from {origin}); `config show` prints the settings, and \"Signing in\" in \
             docs/cluster.md says what each mode needs"
        )
    };
    if let Some(error @ ClusterError::SignIn { .. }) = refused {
        checks.push(HealthCheck::failed("sign-in", told(&error), advice()));
        return false;
    }
    let request = UserInfoRequest {};
    let info = call!(client, identity, user_info, Again::Yes, request);
    let detail = match info {
        Ok(info) => {
            let who = who(info).unwrap_or_else(|| "a client without a name".to_owned());
            format!("as {who} with {mode} (from {origin})")
        }
        Err(error @ ClusterError::SignIn { .. }) => {
            checks.push(HealthCheck::failed("sign-in", told(&error), advice()));
            return false;
        }
        Err(
            error @ ClusterError::Unreachable {
                advice: what_to_try,
                ..
            },
        ) => {
            checks.push(HealthCheck::failed("sign-in", told(&error), what_to_try));
            return false;
        }
        Err(error) if code_of(&error) == Some("Unimplemented") => {
            "the cluster asks nobody who they are".to_owned()
        }
        Err(error) => format!(
            "with {mode} (from {origin}); as whom is not told: {}",
            told(&error)
        ),
    };
    checks.push(HealthCheck::ok("sign-in", detail));
    true
}

fn project(
    client: &Client,
    all: Vec<ProjectRecord>,
    checks: &mut Vec<HealthCheck>,
) -> Option<ProjectRecord> {
    let setting = &client.config().task.project;
    let id = client.project();
    let names: Vec<_> = all.iter().map(|project| project.id.clone()).collect();
    let (problem, found) = match all.into_iter().find(|project| project.id == id) {
        Some(project) if !project.is_archived => {
            checks.push(HealthCheck::ok("project", id));
            return Some(project);
        }
        Some(_) => ("it is archived", true),
        None => ("there is none of this name", false),
    };
    let advice = match found {
        true => format!(
            "`flytectl update project --id {id} --activate` takes it out of the archive, or give another \
                         with `--project`"
        ),
        false => match &names[..] {
            [] => "there are no projects at all; ask who runs the cluster for one".to_owned(),
            [one] => format!("there is {one} alone; give it with `--project`"),
            several => {
                let shown = several[..several.len().min(5)].join(", ");
                format!("give one of {shown} with `--project`; `projects list` shows all")
            }
        },
    };
    let detail = format!("{id} (from {}): {problem}", setting.origin());
    checks.push(HealthCheck::failed("project", detail, advice));
    None
}

async fn domain(client: &Client, project: ProjectRecord) -> HealthCheck {
    let setting = &client.config().task.domain;
    let id = client.domain();
    let mut domains = project.domains;
    if domains.is_empty() {
        let request = admin::GetDomainRequest {};
        match call!(client, admin, get_domains, Again::Yes, request) {
            Ok(all) => domains.extend(all.domains.into_iter().map(|domain| domain.id)),
            Err(error) => {
                return HealthCheck::skipped(
                    "domain",
                    format!("the cluster does not list any: {}", told(&error)),
                );
            }
        }
    }
    if domains.iter().any(|domain| domain == id) {
        return HealthCheck::ok("domain", id);
    }
    HealthCheck::failed(
        "domain",
        format!(
            "{id} (from {}): project {} has none of this name",
            setting.origin(),
            project.id
        ),
        format!("give one of {} with `--domain`", domains.join(", ")),
    )
}

/// Whether files can be sent, as those among inputs are.
async fn store(client: &Client) -> HealthCheck {
    let digest = Md5::digest(SENT).to_vec();
    let request = CreateUploadLocationRequest {
        project: client.project().to_owned(),
        domain: client.domain().to_owned(),
        filename: "doctor.txt".to_owned(),
        content_md5: digest.clone(),
        ..Default::default()
    };
    let otherwise = "files among inputs cannot be sent by `run --remote`; give addresses in a store of the cluster, or \
                     ask who runs it";
    let place = match call!(client, data, create_upload_location, Again::Yes, request) {
        Ok(place) => place,
        Err(error) => {
            let detail = format!("the cluster signs no link for an upload: {}", told(&error));
            return HealthCheck::failed("store", detail, otherwise);
        }
    };
    let mut headers = signed_headers(&place);
    let digest = BASE64_STANDARD.encode(digest);
    if headers.is_empty() {
        headers.push(("Content-MD5", &digest));
    }
    let link = super::super::http::shown(&place.signed_url);
    let sent = client
        .http()
        .request(Method::PUT, &place.signed_url, &headers, SENT.to_vec());
    match sent.await {
        Ok(answer) if answer.is_success() => HealthCheck::ok(
            "store",
            format!("{} bytes are at {}", SENT.len(), place.native_url),
        ),
        Ok(answer) => HealthCheck::failed(
            "store",
            format!(
                "{link} answers HTTP {}: {}",
                answer.status,
                answer.text().trim()
            ),
            otherwise,
        ),
        Err(reason) => HealthCheck::failed(
            "store",
            format!("{link}: {reason}"),
            "the store that the cluster signs links for has to be reached from here, too",
        ),
    }
}
