//! Whether the address of a cluster is there: its name, its port, and its certificate.

use std::{io, time::Duration};

use flyte_config::config::PlatformConfig;
use tokio::{net::TcpStream, time::timeout};

use super::{
    super::connect::{Address, Connection, Dialer, Protocol, advice, reason_of},
    HealthCheck,
    certificate::Certificate,
};

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The address of a cluster that answers there; `None` if a check has failed.
pub(super) async fn check(
    platform: &PlatformConfig,
    checks: &mut Vec<HealthCheck>,
) -> Option<Address> {
    let origin = platform.endpoint.origin();
    let elsewhere = format!(
        "correct it where it comes from ({origin}), or give `--endpoint HOST:PORT`; `config show` prints all settings"
    );
    let address = match Address::of_endpoint(&platform.endpoint, *platform.insecure) {
        Ok(address) => address,
        Err(problem) => {
            checks.push(HealthCheck::failed("address", problem, elsewhere));
            return None;
        }
    };
    let resolved = tokio::net::lookup_host((address.bare_host(), address.port)).await;
    let resolved = resolved.map(|found| found.map(|one| one.ip().to_string()).collect::<Vec<_>>());
    let found = match resolved {
        Ok(found) => found,
        Err(error) => {
            let problem = format!("{} is the name of no machine: {error}", address.host);
            checks.push(HealthCheck::failed("address", problem, elsewhere));
            return None;
        }
    };
    let detail = match found.contains(&address.bare_host().to_owned()) {
        true => address.authority(),
        false => format!("{} is {}", address.host, found.join(", ")),
    };
    checks.push(HealthCheck::ok("address", detail));
    if let Err(error) = within(TcpStream::connect((address.bare_host(), address.port))).await {
        let problem = format!("nothing listens at {}: {error}", address.authority());
        let advice =
            format!("start the cluster (`flytectl demo start` starts one here), or {elsewhere}");
        checks.push(HealthCheck::failed("connection", problem, advice));
        return None;
    }
    let detail = format!("{} listens", address.authority());
    checks.push(HealthCheck::ok("connection", detail));
    let tls = tls(platform, &address).await;
    let is_usable = tls.health != super::Health::Failed;
    checks.push(tls);
    is_usable.then_some(address)
}

async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let late = || io::Error::other(format!("no answer within {} s", TIMEOUT.as_secs()));
    timeout(TIMEOUT, work).await.unwrap_or_else(|_| Err(late()))
}

async fn tls(platform: &PlatformConfig, address: &Address) -> HealthCheck {
    if !address.is_tls {
        let origin = match platform.endpoint.starts_with("http://") {
            true => platform.endpoint.origin(),
            false => platform.insecure.origin(),
        };
        return HealthCheck::skipped(
            "TLS",
            format!("the settings say that there is none (from {origin})"),
        );
    }
    let problem = match shown(platform, address).await {
        Ok(certificate) if *platform.insecure_skip_verify => {
            let origin = platform.insecure_skip_verify.origin();
            let detail = format!("{certificate}\nwhose it is was not checked (from {origin})");
            return HealthCheck::ok("TLS", detail);
        }
        Ok(certificate) => return HealthCheck::ok("TLS", certificate),
        Err(problem) => reason_of(&problem),
    };
    // Whatever it is, its owner knows it by what it says.
    let certificate = shown(&of_any_certificate(platform), address).await;
    let lower = problem.to_lowercase();
    let advice = match () {
        () if lower.contains("expired") => {
            "who runs the cluster has to renew it; `admin.insecureSkipVerify: true` takes it until then"
        }
        () if lower.contains("not valid for") => {
            "give an `--endpoint` that the certificate names, or `admin.insecureSkipVerify: true`"
        }
        () => advice(&problem, true),
    };
    let mut detail = problem;
    if let Ok(certificate) = certificate {
        detail += &format!("\nit is that of {certificate}");
    }
    HealthCheck::failed("TLS", detail, advice)
}

/// The certificate of a server, in words.
async fn shown(platform: &PlatformConfig, address: &Address) -> io::Result<String> {
    let dialer = Dialer::new(platform);
    let connection = within(dialer.dial(address, Protocol::Http2, None)).await?;
    let certificate = match &connection {
        Connection::Tls(stream) => stream.get_ref().1.peer_certificates(),
        Connection::Plain(_) => None,
    };
    let certificate = certificate.and_then(|all| Certificate::read(all.first()?));
    Ok(certificate.map_or_else(
        || "a certificate that cannot be read".to_owned(),
        |certificate| certificate.to_string(),
    ))
}

/// Whether an address that is asked without TLS wants it.
pub(super) async fn wants_tls(platform: &PlatformConfig, address: &Address) -> bool {
    let address = Address {
        is_tls: true,
        ..address.clone()
    };
    shown(&of_any_certificate(platform), &address).await.is_ok()
}

fn of_any_certificate(platform: &PlatformConfig) -> PlatformConfig {
    let mut platform = platform.clone();
    platform.insecure_skip_verify = true.into();
    platform
}
