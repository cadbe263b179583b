//! The secrets of a console, and how they are compared.

use std::{
    hint::black_box,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use sha2::{Digest as _, Sha256};

use flyte_core::lock::lock;

/// How long a pass is good for.
const PASS: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the token of an address is good for.
const INVITATION: Duration = Duration::from_secs(10 * 60);

/// How many tokens for addresses are kept that nobody has used.
const INVITATIONS: usize = 8;

/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

pub(super) struct Keys {
    /// The secret of this process.
    seed: [u8; 32],
    /// The secret of the user.
    key: [u8; 32],
    port: u16,
    cookie: String,
    session: String,
    page: String,
    invitations: Mutex<Vec<(String, Instant)>>,
    made: AtomicU64,
}

/// What a page keeps in its memory to be let in by the next console of the user at the same port.
pub(super) struct Pass {
    /// When it was made, in seconds.
    pub(super) issued: u64,
    /// What lets the page in.
    pub(super) token: String,
    /// What only a console of the user can know, so that the page shows its token to no other program.
    pub(super) proof: String,
}

impl Keys {
    pub(super) fn new(seed: [u8; 32], key: [u8; 32], port: u16) -> Self {
        Self {
            seed,
            key,
            port,
            // Browsers send cookies to all ports of a host, so the name says the port; and another program there cannot
            // guess the rest of it to set a cookie in advance.
            cookie: format!("flyte_ui_{port}_{}", &mac(&seed, "cookie", "")[..16]),
            session: mac(&seed, "session", ""),
            page: mac(&seed, "page", ""),
            invitations: Mutex::default(),
            made: AtomicU64::new(0),
        }
    }

    /// What is different in each process, and not secret.
    pub(super) fn epoch(&self) -> String {
        mac(&self.seed, "epoch", "")[..12].to_owned()
    }

    /// A token for an address; it is good for one use.
    pub(super) fn invite(&self) -> String {
        self.invite_at(Instant::now())
    }

    fn invite_at(&self, now: Instant) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let token = mac(&self.seed, "invitation", &number.to_string());
        let mut invitations = lock(&self.invitations);
        if invitations.len() == INVITATIONS {
            invitations.remove(0);
        }
        invitations.push((token.clone(), now));
        token
    }

    /// Uses the token of an address up; whether it was good.
    pub(super) fn accept(&self, token: &str) -> bool {
        self.accept_at(token, Instant::now())
    }

    fn accept_at(&self, token: &str, now: Instant) -> bool {
        let mut invitations = lock(&self.invitations);
        invitations.retain(|(_, made)| now.saturating_duration_since(*made) <= INVITATION);
        let found = invitations.iter().position(|(own, _)| is_same(own, token));
        found.map(|found| invitations.remove(found)).is_some()
    }

    /// The value of `Set-Cookie`. The cookie is for this host and for pages of this host, and no script reads it.
    pub(super) fn set_cookie(&self) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie, self.session
        )
    }

    /// Whether the value of `Cookie` has that of this process.
    pub(super) fn knows(&self, cookies: &str) -> bool {
        cookies.split(';').any(|cookie| {
            let cookie = cookie.trim().split_once('=');
            cookie.is_some_and(|(name, value)| name == self.cookie && is_same(value, &self.session))
        })
    }

    /// The token of pages, which each of their requests has. Unlike the cookie, which browsers send to every port of
    /// the host, it is kept where only pages of this port find it.
    pub(super) fn page(&self) -> &str {
        &self.page
    }

    /// Whether a token is that of pages of this process.
    pub(super) fn is_page(&self, token: &str) -> bool {
        is_same(token, &self.page)
    }

    /// A pass for a page.
    pub(super) fn pass(&self) -> Pass {
        self.pass_at(seconds(SystemTime::now()))
    }

    fn pass_at(&self, issued: u64) -> Pass {
        // With the port in it, a program at one port cannot use what a console at another has told it.
        let about = format!("{issued}:{}", self.port);
        Pass {
            issued,
            token: format!("{issued}.{}", mac(&self.key, "pass", &about)),
            proof: mac(&self.key, "proof", &about),
        }
    }

    /// Whether a token is that of a pass which a console of this user at this port has made within a day.
    pub(super) fn is_pass(&self, token: &str) -> bool {
        self.is_pass_at(token, seconds(SystemTime::now()))
    }

    fn is_pass_at(&self, token: &str, now: u64) -> bool {
        let Some((issued, _)) = token.split_once('.') else {
            return false;
        };
        let Ok(issued) = issued.parse::<u64>() else {
            return false;
        };
        // A clock that was set back makes no page older.
        let is_fresh = now.saturating_sub(issued) <= PASS.as_secs();
        is_same(token, &self.pass_at(issued).token) && is_fresh
    }

    /// Shows a page that this is a console of the same user: the code of what the page has sent, with the proof of its
    /// pass as the key.
    pub(super) fn prove(&self, issued: u64, nonce: &str) -> String {
        let about = format!("{issued}:{}", self.port);
        let proof = code(&self.key, &[b"proof", &[0], about.as_bytes()]);
        digits(&code(&proof, &[nonce.as_bytes()]))
    }
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Whether two texts are the same, in a time that does not depend on where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let pairs = one.iter().zip(other);
    let difference = pairs.fold(0, |difference, (a, b)| black_box(difference | (a ^ b)));
    difference == 0
}

/// The code of a text for a purpose, as hexadecimal digits.
fn mac(key: &[u8; 32], purpose: &str, text: &str) -> String {
    digits(&code(key, &[purpose.as_bytes(), &[0], text.as_bytes()]))
}

/// The HMAC-SHA256 of bytes.
fn code(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let mut inner = Sha256::new().chain_update(pad(0x36));
    for part in parts {
        inner.update(part);
    }
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().into()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u8) -> Keys {
        Keys::new([seed; 32], [9; 32], 4410)
    }

    #[test]
    fn an_invitation_is_good_for_one_use() {
        let keys = keys(1);
        let (first, second) = (keys.invite(), keys.invite());
        assert_ne!(first, second);
        assert!(!keys.accept(&first[1..]));
        assert!(keys.accept(&first));
        assert!(!keys.accept(&first));
        assert!(keys.accept(&second));
        let old = keys.invite();
        let newer: Vec<_> = (0..INVITATIONS).map(|_| keys.invite()).collect();
        assert!(!keys.accept(&old));
        assert!(newer.iter().all(|token| keys.accept(token)));
    }

    #[test]
    fn a_cookie_is_that_of_one_process() {
        let cookie = keys(1).set_cookie();
        let sent = cookie.split(';').next().expect("it has a value");
        assert!(sent.starts_with("flyte_ui_4410_"), "{sent}");
        assert!(keys(1).knows(&format!("other=1; {sent}")));
        assert!(!keys(2).knows(sent));
        assert!(!keys(1).knows(&sent[..sent.len() - 1]));
        assert!(!keys(1).knows(""));
    }

    #[test]
    fn an_invitation_is_good_for_ten_minutes() {
        let (keys, now) = (keys(1), Instant::now());
        let (first, second) = (keys.invite_at(now), keys.invite_at(now));
        assert!(keys.accept_at(&first, now + INVITATION));
        assert!(!keys.accept_at(&second, now + INVITATION + Duration::from_secs(1)));
        assert!(!keys.accept_at(&second, now), "it was forgotten");
    }

    #[test]
    fn the_token_of_pages_is_that_of_one_process() {
        assert!(keys(1).is_page(keys(1).page()));
        assert!(!keys(2).is_page(keys(1).page()));
        assert!(!keys(1).is_page(""));
        assert_ne!(keys(1).page(), keys(1).session);
    }

    #[test]
    fn a_pass_is_good_for_a_day_and_in_each_process_of_the_user_at_its_port() {
        let now = 1_000_000;
        let token = keys(1).pass_at(now).token;
        assert!(keys(2).is_pass_at(&token, now + PASS.as_secs()));
        assert!(!keys(2).is_pass_at(&token, now + PASS.as_secs() + 1));
        let later = token.replacen("1000000.", "1000001.", 1);
        assert!(!keys(1).is_pass_at(&later, now));
        assert!(!Keys::new([1; 32], [8; 32], 4410).is_pass_at(&token, now));
        assert!(!Keys::new([1; 32], [9; 32], 4411).is_pass_at(&token, now));
        for nonsense in ["", ".", "x.y", "1000000"] {
            assert!(!keys(1).is_pass_at(nonsense, now));
        }
    }

    /// A program that listens at another port, and asks the console there, cannot prove anything at its own.
    #[test]
    fn a_console_proves_that_it_is_of_the_user_and_at_the_port() {
        let proof = |keys: Keys| keys.prove(1_000_000, "a nonce");
        let own = proof(keys(1));
        assert_eq!(proof(keys(2)), own);
        assert_ne!(proof(Keys::new([1; 32], [8; 32], 4410)), own);
        assert_ne!(proof(Keys::new([1; 32], [9; 32], 4411)), own);
        assert_ne!(keys(1).prove(1_000_001, "a nonce"), own);
        assert_ne!(keys(1).prove(1_000_000, "another"), own);
    }

    /// Computed with another implementation, Python's `hmac`.
    #[test]
    fn a_code_is_the_hmac_of_the_standard() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            mac(&key, "what do ya want ", "for nothing?"),
            "ffe25383ff65e17b031aae1ed14b029719169dfa3038c1fed547997cb5204b27"
        );
        assert_ne!(mac(&key, "a", "b"), mac(&key, "ab", ""));
    }
}
