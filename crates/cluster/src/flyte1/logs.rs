//! What tasks have said, and the pages with their decks.

use std::{fs, io::Read as _, path::Path};

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
    let failed = |reason: &str| ClusterError::transfer(super::http::shown(uri), reason);
    let bytes = if let Some(path) = uri.strip_prefix("file://") {
        file(Path::new(path), MOST).map_err(|reason| failed(&reason))?
    } else if uri.starts_with("http://") || uri.starts_with("https://") {
        outputs::download(client, uri).await?
    } else {
        return Err(failed(
            "it is not at an address of http, https or file, which are those that can be fetched",
        ));
    };
    match String::from_utf8(bytes) {
        Ok(text) if is_page(&text) => Err(failed("it is a page, to be opened in a browser")),
        Ok(text) => Ok(text),
        Err(_) => Err(failed("it is not text")),
    }
}

/// A regular file that is not too large: a device or a pipe may have no end.
fn file(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
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
    use super::{file, is_page};
    use std::path::Path;

    #[test]
    fn a_log_is_a_regular_file_of_some_size() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(
            file(&own, 1 << 20)
                .expect("it is there")
                .starts_with(b"[package]")
        );
        let error = file(&own, 10).expect_err("it is larger");
        assert_eq!(error, "it is larger than 10 bytes; open it as a file");
        let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(
            file(directory, 10),
            Err("it is not a regular file".to_owned())
        );
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
