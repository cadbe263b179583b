//! A small OAuth 2 server: it issues tokens for codes, devices and refresh tokens, and does what a test orders.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Instant,
};

use serde_json::{Value as Json, json};

/// What is in every secret that the server makes, so that it can be searched for.
pub(crate) const PLANTED: &str = "planted";

pub(crate) type Form = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(crate) struct OAuth {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub(crate) struct State {
    number: usize,
    /// How long it says that tokens are valid, in seconds.
    pub(crate) lifetime: f64,
    /// Whether it answers.
    pub(crate) is_down: bool,
    /// How often it was asked while it did not answer.
    pub(crate) missed: usize,
    /// Errors that it answers with before it gives a token for a device.
    pub(crate) device_answers: VecDeque<&'static str>,
    /// Whether a user says no in the browser.
    pub(crate) denies: bool,
    /// The forms that the token endpoint got, and when.
    pub(crate) asked: Vec<(Form, Instant)>,
    /// Tokens for calls that it accepts.
    pub(crate) valid: BTreeSet<String>,
    pub(crate) refresh: BTreeSet<String>,
    /// The challenge and the address of each code.
    codes: HashMap<String, (String, String)>,
}

impl OAuth {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let state = State {
            number: 0,
            lifetime: 3600.0,
            is_down: false,
            missed: 0,
            device_answers: VecDeque::new(),
            denies: false,
            asked: Vec::new(),
            valid: BTreeSet::new(),
            refresh: BTreeSet::new(),
            codes: HashMap::new(),
        };
        let own = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::new(Mutex::new(state)),
        };
        let server = own.clone();
        // It ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        own
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn accepts(&self) -> impl Fn(&str) -> bool + Send + Sync + 'static {
        let own = self.clone();
        move |token| own.state().valid.contains(token)
    }

    /// How many requests there were with a grant.
    pub(crate) fn asked(&self, grant: &str) -> usize {
        let state = self.state();
        let all = state.asked.iter();
        all.filter(|(form, _)| form["grant_type"].ends_with(grant))
            .count()
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first).unwrap_or_default();
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or_default() <= 2 {
                break;
            }
            if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let target = first.split(' ').nth(1).unwrap_or_default();
        let body = String::from_utf8(body).unwrap();
        let (status, location, body) = self.answer(target, &body);
        let location = location
            .map(|location| format!("Location: {location}\r\n"))
            .unwrap_or_default();
        let body = body.to_string();
        let _gone = write!(
            reader.get_mut(),
            "HTTP/1.1 {status} Said\r\n{location}Content-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
    }

    fn answer(&self, target: &str, body: &str) -> (u16, Option<String>, Json) {
        let mut state = self.state();
        if state.is_down {
            state.missed += 1;
            return (503, None, json!("not now"));
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        match path {
            "/oauth2/authorize" => {
                let query = form_of(query);
                assert_eq!(query["response_type"], "code");
                assert_eq!(query["client_id"], "flytectl");
                assert_eq!(query["scope"], "offline all");
                assert_eq!(query["code_challenge_method"], "S256");
                let back = &query["redirect_uri"];
                let said = match state.denies {
                    true => "error=access_denied&error_description=not%20today".to_owned(),
                    false => {
                        let code = state.secret("code");
                        let challenge = query["code_challenge"].clone();
                        state.codes.insert(code.clone(), (challenge, back.clone()));
                        format!("code={code}")
                    }
                };
                let location = format!("{back}?{said}&state={}", query["state"]);
                (302, Some(location), Json::Null)
            }
            "/oauth2/device" => {
                assert_eq!(form_of(body)["client_id"], "flytectl");
                let device = state.secret("device");
                let answer = json!({
                    "device_code": device,
                    "user_code": "BDWP-HQPK",
                    "verification_uri": format!("{}/device", self.url()),
                    "expires_in": 30,
                    "interval": 0,
                });
                (200, None, answer)
            }
            "/oauth2/token" => {
                let form = form_of(body);
                state.asked.push((form.clone(), Instant::now()));
                match state.issue(&form) {
                    Ok(answer) => (200, None, answer),
                    Err(code) => {
                        // A careless server repeats what it was given.
                        let given = form.get("refresh_token").cloned().unwrap_or_default();
                        let answer = json!({"error": code, "error_description": given});
                        (400, None, answer)
                    }
                }
            }
            _ => (404, None, Json::Null),
        }
    }
}

impl State {
    fn secret(&mut self, what: &str) -> String {
        self.number += 1;
        format!("{PLANTED}-{what}-{}", self.number)
    }

    fn issue(&mut self, form: &Form) -> Result<Json, &'static str> {
        match &*form["grant_type"] {
            "authorization_code" => {
                let (challenge, back) = self.codes.remove(&form["code"]).ok_or("invalid_grant")?;
                assert_eq!(form["redirect_uri"], back);
                assert_eq!(sha256(&form["code_verifier"]), challenge);
            }
            "urn:ietf:params:oauth:grant-type:device_code" => {
                assert!(form["device_code"].starts_with(PLANTED));
                if let Some(code) = self.device_answers.pop_front() {
                    return Err(code);
                }
            }
            "refresh_token" => {
                // Each is accepted once, as careful servers do.
                if !self.refresh.remove(&form["refresh_token"]) {
                    return Err("invalid_grant");
                }
            }
            _ => return Err("unsupported_grant_type"),
        }
        assert_eq!(form["client_id"], "flytectl");
        let (access, refresh) = (self.secret("access"), self.secret("refresh"));
        self.valid.insert(access.clone());
        self.refresh.insert(refresh.clone());
        Ok(json!({
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.lifetime,
            "token_type": "bearer",
        }))
    }
}

fn form_of(text: &str) -> Form {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        decoded.push(char::from(u8::from_str_radix(digits, 16).unwrap()));
        decoded += rest;
    }
    decoded
}

/// The digest of a verifier, by another implementation than the one that is tested.
fn sha256(text: &str) -> String {
    use tokio_rustls::rustls::{SupportedCipherSuite, crypto::aws_lc_rs};
    let suites = aws_lc_rs::ALL_CIPHER_SUITES.iter();
    let hash = suites
        .filter_map(SupportedCipherSuite::tls13)
        .map(|suite| suite.common.hash_provider)
        .find(|hash| hash.output_len() == 32);
    let digest = hash.unwrap().hash(text.as_bytes());
    base64url(digest.as_ref())
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = three
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..=three.len() {
            let digit = word >> (18 - 6 * place) & 63;
            text.push(char::from(DIGITS[digit as usize]));
        }
    }
    text
}

/// An answer as a browser gets it.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Gets one page, and follows nothing.
pub(crate) fn get(url: &str) -> Page {
    let rest = url.strip_prefix("http://").unwrap();
    let (authority, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(authority).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Page {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// Where the server sends a browser that opens the page to sign in at.
pub(crate) fn sent_back(url: &str) -> String {
    let page = get(url);
    assert_eq!(page.status, 302, "{}", page.body);
    let line = page
        .head
        .lines()
        .find_map(|line| line.strip_prefix("Location: "));
    line.unwrap().to_owned()
}
