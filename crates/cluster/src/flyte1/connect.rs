//! Connections: TCP, and TLS on it.

use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    },
};

use super::error::with_causes;
use flyte_config::config::PlatformConfig;

/// A host, a port, and whether there is TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_tls: bool,
}

impl Address {
    /// What an endpoint of the settings says: `HOST`, `HOST:PORT`, or with a scheme in front.
    pub(super) fn of_endpoint(endpoint: &str, insecure: bool) -> Result<Self, String> {
        let (rest, is_tls) = match endpoint.split_once("://") {
            Some(("https", rest)) => (rest, true),
            Some(("http", rest)) => (rest, false),
            Some((scheme, _)) => return Err(format!("`{scheme}://` is not a way to a cluster")),
            None => (endpoint, !insecure),
        };
        Self::of_authority(rest.trim_end_matches('/'), is_tls)
    }

    pub(super) fn of_authority(authority: &str, is_tls: bool) -> Result<Self, String> {
        if let Some((_, host)) = authority.rsplit_once('@') {
            return Err(format!(
                "the address of `{host}` has a user or a password in it; leave them out"
            ));
        }
        let default = if is_tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an address of IPv6 without a port are between brackets.
            Some((host, port)) if !port.ends_with(']') => {
                let port = port
                    .parse()
                    .map_err(|_| format!("`{port}` is not the number of a port"))?;
                (host, port)
            }
            _ => (authority, default),
        };
        if host.is_empty() || host.contains('/') {
            return Err(format!("`{authority}` is not HOST:PORT"));
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            is_tls,
        })
    }

    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(super) fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

/// How long a connection may take to be there, with the proxy and TLS on it.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What the peer is to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// Makes connections as the settings say.
#[derive(Debug)]
pub(crate) struct Dialer {
    ca_file: Option<String>,
    skip_verify: bool,
    /// The cluster itself, if its address is one.
    cluster: Option<Address>,
    tls: [OnceLock<Result<Arc<ClientConfig>, String>>; 4],
}

/// Whom a connection is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    Cluster,
    /// A store, a server of tokens, or a proxy.
    Other,
}

impl Dialer {
    pub(crate) fn new(platform: &PlatformConfig) -> Self {
        Self {
            ca_file: platform.ca_cert_file_path.clone().into_value(),
            skip_verify: *platform.insecure_skip_verify,
            cluster: Address::of_endpoint(&platform.endpoint, *platform.insecure).ok(),
            tls: Default::default(),
        }
    }

    /// Connects, perhaps through a proxy, which is asked for a tunnel.
    pub(super) async fn dial(
        &self,
        address: &Address,
        protocol: Protocol,
        proxy: Option<&Address>,
    ) -> io::Result<Connection> {
        let dial = self.connect(address, protocol, proxy);
        match tokio::time::timeout(CONNECT_TIMEOUT, dial).await {
            Ok(connection) => connection,
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()),
            )),
        }
    }

    async fn connect(
        &self,
        address: &Address,
        protocol: Protocol,
        proxy: Option<&Address>,
    ) -> io::Result<Connection> {
        let first = proxy.unwrap_or(address);
        let mut stream = TcpStream::connect((first.bare_host(), first.port)).await?;
        stream.set_nodelay(true)?;
        if proxy.is_some() {
            tunnel(&mut stream, address).await?;
        }
        if !address.is_tls {
            return Ok(Connection::Plain(stream));
        }
        let peer = match self.cluster.as_ref() == Some(address) {
            true => Peer::Cluster,
            false => Peer::Other,
        };
        let config = self.config(protocol, peer).map_err(io::Error::other)?;
        let name =
            ServerName::try_from(address.bare_host().to_owned()).map_err(io::Error::other)?;
        let stream = TlsConnector::from(config).connect(name, stream).await?;
        Ok(Connection::Tls(Box::new(stream)))
    }

    fn config(&self, protocol: Protocol, peer: Peer) -> Result<Arc<ClientConfig>, String> {
        let kept = &self.tls[protocol as usize * 2 + peer as usize];
        kept.get_or_init(|| self.make(protocol, peer).map(Arc::new))
            .clone()
    }

    fn make(&self, protocol: Protocol, peer: Peer) -> Result<ClientConfig, String> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let mut config = if self.skip_verify {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
                .with_no_client_auth()
        } else {
            builder
                .with_root_certificates(self.roots(peer)?)
                .with_no_client_auth()
        };
        config.alpn_protocols = vec![match protocol {
            Protocol::Http1 => b"http/1.1".to_vec(),
            Protocol::Http2 => b"h2".to_vec(),
        }];
        Ok(config)
    }

    /// The certificate of the settings, else those of the system. The one of the settings is for the cluster: its
    /// store may have one that everybody believes, so there those of the system count, too.
    fn roots(&self, peer: Peer) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        if peer == Peer::Other || self.ca_file.is_none() {
            let system = rustls_native_certs::load_native_certs();
            let (added, _) = roots.add_parsable_certificates(system.certs);
            if added == 0 && self.ca_file.is_none() {
                let why = system.errors.first().map(ToString::to_string);
                return Err(format!(
                    "this system has no root certificates{}; name a file with `admin.caCertFilePath`",
                    why.map(|why| format!(" ({why})")).unwrap_or_default()
                ));
            }
        }
        let Some(file) = &self.ca_file else {
            return Ok(roots);
        };
        let certificates = CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| format!("the root certificate {file} cannot be read: {error}"))?;
        if certificates.is_empty() {
            return Err(format!("{file} holds no certificate in PEM"));
        }
        for certificate in certificates {
            let added = roots.add(certificate);
            added.map_err(|error| format!("the root certificate {file} is not usable: {error}"))?;
        }
        Ok(roots)
    }
}

/// Asks a proxy to connect to an address.
async fn tunnel(stream: &mut TcpStream, address: &Address) -> io::Result<()> {
    let authority = address.authority();
    let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // Byte by byte: what follows the answer is the peer's.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() > 8192 {
            return Err(io::Error::other("the proxy does not end its answer"));
        }
        answer.push(stream.read_u8().await?);
    }
    let answer = String::from_utf8_lossy(&answer);
    let first = answer.lines().next().unwrap_or_default();
    match first.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(io::Error::other(format!("the proxy answers `{first}`"))),
    }
}

/// An open connection.
pub(super) enum Connection {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

macro_rules! either {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Connection::Plain(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            Connection::Tls(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
        }
    };
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => stream.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_shutdown(cx))
    }
}

/// What `insecureSkipVerify` asks for: the certificate may be anybody's, what is signed has still to be signed with it.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// What to try when nobody answers.
pub(super) fn advice(reason: &str, is_tls: bool) -> &'static str {
    let reason = reason.to_lowercase();
    if reason.contains("certificate") {
        return "name its root certificate with `admin.caCertFilePath`, or set `admin.insecureSkipVerify`";
    }
    let is_handshake = ["corrupt message", "eof", "handshake", "alert"];
    if is_tls && is_handshake.iter().any(|word| reason.contains(word)) {
        return "is it one without TLS? Then give `--insecure`, or set `admin.insecure: true`";
    }
    if reason.contains("lookup") || reason.contains("resolve") {
        return "give an address with `--endpoint HOST:PORT`; `config show` prints what is set";
    }
    "is it running, and is this its address? `config show` prints what is set, `--endpoint HOST:PORT` gives another"
}

/// A connection that could not be made, in words.
pub(super) fn reason_of(error: &io::Error) -> String {
    with_causes(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cluster has to have the certificate that is named; a store may have any that the system believes, too.
    #[test]
    fn the_certificate_of_the_settings_replaces_those_of_the_system_for_the_cluster_alone() {
        let mut platform = PlatformConfig::for_endpoint("flyte.example.com", false);
        let directory = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/remote/certificates"
        );
        platform.ca_cert_file_path = format!("{directory}/ca.pem").into();
        let dialer = Dialer::new(&platform);
        let own = dialer.roots(Peer::Cluster).expect("it is a certificate");
        assert_eq!(own.len(), 1);
        let mut system = RootCertStore::empty();
        system.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let others = dialer.roots(Peer::Other).expect("it is a certificate");
        assert_eq!(others.len(), system.len() + 1);
    }
}
