//! What tasks have said, and the pages with their decks.

use std::fs;

use flyte_idl::flyteidl::service::{
    ArtifactType, CreateDownloadLinkRequest, create_download_link_request::Source,
};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    outputs,
    upload::local,
    watch::{NodeRun, Place},
};

/// The text behind a link to a log.
pub(super) async fn text(client: &Client, uri: &str) -> Result<String, ClusterError> {
    let failed = |reason: &str| ClusterError::transfer(super::http::shown(uri), reason);
    let bytes = if let Some(path) = local(uri) {
        fs::read(path).map_err(|error| failed(&error.to_string()))?
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
    use super::is_page;

    #[test]
    fn a_page_is_told_from_text() {
        assert!(is_page("\n<!DOCTYPE html><title>Logs</title>"));
        assert!(is_page("<html lang=\"en\">"));
        assert!(!is_page("<1> an entry"));
        assert!(!is_page(""));
        assert!(!is_page("ääääääää"));
    }
}
