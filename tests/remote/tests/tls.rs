//! TLS: whose certificate is believed.

use std::sync::Arc;

use flyte_runtime::{
    cluster::{BlockingRemote, ClusterError},
    config::Config,
    testing::cluster::ControlPlane,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

use crate::plane;

pub(crate) const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates");

/// What ends TLS in front of a control plane, and its port.
pub(crate) fn in_front_of(plane: &ControlPlane) -> (Runtime, u16) {
    let file = |name: &str| format!("{DIRECTORY}/{name}");
    let certificate = CertificateDer::from_pem_file(file("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("server-key.pem")).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let behind = plane.address();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not believe the certificate goes away here.
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let mut plain = TcpStream::connect(behind).await.unwrap();
                    let _ended = copy_bidirectional(&mut stream, &mut plain).await;
                }
            });
        }
    });
    (runtime, port)
}

fn asked(plane: &ControlPlane, config: &Config) -> Result<(), ClusterError> {
    let remote = BlockingRemote::connect_in(config, &plane.environment())?;
    remote.executions(1).map(drop)
}

#[test]
fn certificates_are_believed_as_the_settings_say() {
    let plane = plane();
    let (_runtime, port) = in_front_of(&plane);
    let to = |host: &str| Config::default().with_endpoint(format!("{host}:{port}"), false);
    // Its own root certificate.
    let mut config = to("localhost");
    config.platform.ca_cert_file_path = format!("{DIRECTORY}/ca.pem").into();
    asked(&plane, &config).unwrap();
    // Any certificate.
    let mut config = to("localhost");
    config.platform.insecure_skip_verify = true.into();
    asked(&plane, &config).unwrap();
    // Those of the system alone, none of which has signed it.
    let error = asked(&plane, &to("localhost")).unwrap_err().to_string();
    assert!(
        error.contains("ertificate") && error.contains("`admin.caCertFilePath`"),
        "{error}"
    );
    // A file that is not a certificate.
    let mut config = to("localhost");
    config.platform.ca_cert_file_path = format!("{DIRECTORY}/README.md").into();
    let error = asked(&plane, &config).unwrap_err().to_string();
    assert!(
        error.contains("README.md holds no certificate in PEM"),
        "{error}"
    );
    // Without TLS, to a server that has it, and the other way round.
    let insecure = Config::default().with_endpoint(format!("localhost:{port}"), true);
    assert!(matches!(
        asked(&plane, &insecure),
        Err(ClusterError::Unreachable { .. })
    ));
    let address = plane.address().to_string();
    let error = asked(&plane, &Config::default().with_endpoint(address, false)).unwrap_err();
    assert!(
        error.to_string().contains("`admin.insecure: true`"),
        "{error}"
    );
}
