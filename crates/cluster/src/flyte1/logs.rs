//! What tasks have said, and the pages with their decks.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use flyte_idl::flyteidl::service::{
    ArtifactType, CreateDownloadLinkRequest, create_download_link_request::Source,
};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    outputs,
    watch::{NodeRun, Place},
};

/// How large a log in a file of this machine may be.
const MOST: u64 = 64 << 20;

/// The text behind a link to a log. A cluster says what the link is, so that a file has to be named as one.
pub(super) async fn text(client: &Client, uri: &str) -> Result<String, ClusterError> {
    let bytes = bytes(client, uri, 0).await?;
    match String::from_utf8(bytes) {
        Ok(text) if is_page(&text) => Err(failed(uri, IS_PAGE)),
        Ok(text) => Ok(text),
        Err(_) => Err(failed(uri, NO_TEXT)),
    }
}

/// What is behind a link to a log from a byte on, to the end of its last whole letter: the rest of that is not there
/// yet.
pub(super) async fn text_after(
    client: &Client,
    uri: &str,
    byte: u64,
) -> Result<String, ClusterError> {
    let bytes = bytes(client, uri, byte).await?;
    match whole_letters(bytes) {
        Some(text) if byte == 0 && is_page(&text) => Err(failed(uri, IS_PAGE)),
        Some(text) => Ok(text),
        None => Err(failed(uri, NO_TEXT)),
    }
}

const IS_PAGE: &str = "it is a page, to be opened in a browser";
const NO_TEXT: &str = "it is not text";

fn failed(uri: &str, reason: &str) -> ClusterError {
    ClusterError::transfer(super::http::shown(uri), reason)
}

fn whole_letters(mut bytes: Vec<u8>) -> Option<String> {
    if let Err(error) = std::str::from_utf8(&bytes) {
        // The beginning of a letter is no error of its own.
        if error.error_len().is_some() {
            return None;
        }
        bytes.truncate(error.valid_up_to());
    }
    String::from_utf8(bytes).ok()
}

async fn bytes(client: &Client, uri: &str, byte: u64) -> Result<Vec<u8>, ClusterError> {
    if let Some(path) = uri.strip_prefix("file://") {
        return file(Path::new(path), byte, MOST).map_err(|reason| failed(uri, &reason));
    }
    if !uri.starts_with("http://") && !uri.starts_with("https://") {
        return Err(failed(
            uri,
            "it is not at an address of http, https or file, which are those that can be fetched",
        ));
    }
    if byte == 0 {
        return outputs::download(client, uri).await;
    }
    let answer = client.http().get_from(uri, byte).await;
    let answer = answer.map_err(|reason| failed(uri, &reason))?;
    match answer.status {
        206 => Ok(answer.body),
        // Nothing is behind what is known.
        416 => Ok(Vec::new()),
        _ if answer.is_success() => {
            let known = usize::try_from(byte).unwrap_or(usize::MAX);
            Ok(answer.body.get(known..).unwrap_or_default().to_vec())
        }
        _ => Err(failed(uri, &answer.refusal())),
    }
}

/// What a regular file has from a byte on, if that is not too much: a device or a pipe may have no end.
fn file(path: &Path, byte: u64, most: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path).map_err(failed)?;
    file.seek(SeekFrom::Start(byte)).map_err(failed)?;
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= most => Ok(bytes),
        _ => Err(format!("it is larger than {most} bytes; open it as a file")),
    }
}

/// Whether a text is HTML, which most consoles show logs in.
fn is_page(text: &str) -> bool {
    let beginning = text.trim_start().get(..9).unwrap_or_default();
    let beginning = beginning.to_ascii_lowercase();
    beginning.starts_with("<!doctype") || beginning.starts_with("<html")
}

/// The page with the decks of a node: by a link that the cluster signs, or from its store.
pub(super) async fn deck(client: &Client, node: &NodeRun) -> Result<Vec<u8>, ClusterError> {
    let (Some(uri), Place::Node { id, .. }) = (&node.deck, &node.place) else {
        return Err(ClusterError::Setting(format!(
            "node {} has no deck",
            node.path
        )));
    };
    let request = CreateDownloadLinkRequest {
        artifact_type: ArtifactType::Deck.into(),
        expires_in: None,
        source: Some(Source::NodeExecutionId(id.clone())),
    };
    let link = match call!(client, data, create_download_link, Again::Yes, request) {
        Ok(answer) => {
            let links = answer.pre_signed_urls.unwrap_or_default().signed_url;
            #[expect(deprecated, reason = "a server of before fills in this one alone")]
            let links = links.into_iter().chain(answer.signed_url);
            links.into_iter().next()
        }
        // A store that is a file system signs nothing.
        Err(ClusterError::Refused { .. }) => None,
        Err(error) => return Err(error),
    };
    match link {
        Some(link) => outputs::download(client, &link).await,
        None => outputs::stored(client, uri).await,
    }
}

#[cfg(test)]
mod tests {
    use super::{file, is_page, whole_letters};
    use std::path::Path;

    #[test]
    fn a_log_is_a_regular_file_of_some_size() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(
            file(&own, 0, 1 << 20)
                .expect("it is there")
                .starts_with(b"[package]")
        );
        let rest = file(&own, 1, 1 << 20).expect("it is there");
        assert!(rest.starts_with(b"package]"));
        assert_eq!(file(&own, 1 << 30, 10), Ok(Vec::new()));
        let error = file(&own, 0, 10).expect_err("it is larger");
        assert_eq!(error, "it is larger than 10 bytes; open it as a file");
        let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            file(directory, 0, 10),
            Err("it is not a regular file".to_owned())
        );
    }

    #[test]
    fn a_letter_of_which_a_part_is_there_comes_with_its_rest() {
        let whole = "aé".as_bytes();
        assert_eq!(whole_letters(whole.to_vec()).as_deref(), Some("aé"));
        assert_eq!(whole_letters(whole[..2].to_vec()).as_deref(), Some("a"));
        assert_eq!(whole_letters(b"a\xff\xffb".to_vec()), None);
    }

    #[test]
    fn a_page_is_told_from_text() {
        assert!(is_page("\n<!DOCTYPE html><title>Logs</title>"));
        assert!(is_page("<html lang=\"en\">"));
        assert!(!is_page("<1> an entry"));
        assert!(!is_page(""));
        assert!(!is_page("ääääääää"));
    }
}
