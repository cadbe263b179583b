//! Small parts of stores, each in this process: objects, parts, lists, signatures that are checked, and refusals on
//! demand.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod azure;
mod child;
mod gcs;
mod http;
mod round_trip;
mod s3;
mod state;
mod tls;
mod web;

use std::{
    net::{TcpListener, TcpStream},
    sync::{Arc, atomic::Ordering},
    thread,
};

pub use child::{in_child, is_child};
pub use gcs::ServiceAccount;
pub use round_trip::round_trip;
use state::State;
pub use tls::AUTHORITY;

/// The name that S3 and the server of the web let in, and the storage account of Azure.
pub const KEY: &str = "test-key";
/// What belongs to it.
pub const SECRET: &str = "test-secret";
/// [`SECRET`] as Azure writes keys.
pub const SECRET_BASE64: &str = "dGVzdC1zZWNyZXQ=";

/// Answers one request.
type Serve<'a> = Box<dyn FnMut(&mut dyn http::Stream) -> Option<()> + 'a>;

/// A store that is gone with the process.
#[derive(Clone)]
pub struct FakeStore {
    state: Arc<State>,
    endpoint: String,
}

impl FakeStore {
    /// Amazon S3, with the access key [`KEY`] and [`SECRET`].
    pub fn s3() -> Self {
        Self::start(Box::new(s3::S3))
    }

    /// Amazon S3 behind https, with a certificate that [`AUTHORITY`] has signed, whom nobody trusts.
    pub fn s3_behind_tls() -> Self {
        let config = tls::config();
        Self::start_with(Box::new(s3::S3), "https", move |stream, mut serve| {
            let mut stream = tls::stream(config.clone(), stream);
            while serve(&mut stream).is_some() {}
        })
    }

    /// Google Cloud Storage, for tokens that this account has signed.
    pub fn gcs(account: &ServiceAccount) -> Self {
        Self::start(Box::new(gcs::Gcs::new(account)))
    }

    /// Google Cloud Storage, for programs on a machine that has an account, and that machine.
    pub fn gcs_of_machine() -> Self {
        Self::start(Box::new(gcs::Gcs::of_machine()))
    }

    /// Azure Blob Storage, for the account [`KEY`] with [`SECRET_BASE64`], for links with the signature [`SECRET`], and
    /// for an application with the secret [`SECRET`], to which it gives a token.
    pub fn azure() -> Self {
        Self::start(Box::new(azure::Azure))
    }

    /// A server of the web that takes files, for the user [`KEY`] with the password [`SECRET`].
    pub fn web() -> Self {
        Self::start(Box::new(web::Web { files_only: false }))
    }

    /// One that only gives files, to everyone.
    pub fn files_only() -> Self {
        Self::start(Box::new(web::Web { files_only: true }))
    }

    fn start(protocol: Box<dyn http::Protocol>) -> Self {
        Self::start_with(protocol, "http", |stream, mut serve| {
            let mut stream = &stream;
            while serve(&mut stream).is_some() {}
        })
    }

    /// Takes connections, and has each spoken to as is said until it ends.
    fn start_with(
        protocol: Box<dyn http::Protocol>,
        scheme: &str,
        speak: impl Fn(TcpStream, Serve<'_>) + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("{scheme}://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let (server, protocol) = (state.clone(), Arc::<dyn http::Protocol>::from(protocol));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, protocol, speak) =
                    (server.clone(), Arc::clone(&protocol), speak.clone());
                thread::spawn(move || {
                    speak(
                        stream,
                        Box::new(|stream| http::serve(&server, &*protocol, stream)),
                    );
                });
            }
        });
        Self { state, endpoint }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The endpoint without its scheme.
    pub fn host(&self) -> &str {
        let (_, host) = self.endpoint.split_once("://").unwrap();
        host
    }

    /// The next requests are refused because there are too many.
    pub fn throttle(&self, times: usize) {
        self.state.refuse.store(times, Ordering::SeqCst);
    }

    /// So many of the next requests for objects wait for one another.
    pub fn let_meet(&self, wanted: usize) {
        self.state.meeting.of(wanted);
    }

    pub fn have_met(&self) -> bool {
        self.state.meeting.has_met()
    }

    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// How many parts were uploaded.
    pub fn parts(&self) -> usize {
        self.state.parts.load(Ordering::SeqCst)
    }

    /// How many uploads were begun and neither completed nor given up.
    pub fn open_uploads(&self) -> usize {
        self.state.uploads.lock().unwrap().len()
    }

    /// Puts an object there, `bucket/key`.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let object = state::Object::of(bytes);
        let mut objects = self.state.objects.lock().unwrap();
        objects.insert(name.to_owned(), object);
    }

    /// The bytes of an object, `bucket/key`.
    pub fn object(&self, name: &str) -> Option<Vec<u8>> {
        let objects = self.state.objects.lock().unwrap();
        let object = objects.get(name)?;
        Some([object.bytes.clone(), vec![0; object.zeros]].concat())
    }

    /// A header that an object was put with.
    pub fn header(&self, name: &str, header: &str) -> Option<String> {
        let objects = self.state.objects.lock().unwrap();
        objects.get(name)?.headers.get(header).cloned()
    }
}
