//! Clients of stores, from the settings for data and from what their vendors' own tools read.

use std::sync::Arc;

use object_store::memory::InMemory;

use super::Client;
use crate::config::DataConfig;

type Opened = object_store::Result<Client>;

/// The client for a bucket; `None` for a scheme that this build has no store for.
pub(super) fn open(scheme: &str, bucket: &str, config: &DataConfig) -> Option<Opened> {
    // Which of them are used depends on the features.
    let _ = (bucket, config);
    match scheme {
        "memory" => Some(Ok(Arc::new(InMemory::new()))),
        #[cfg(feature = "s3")]
        "s3" | "s3a" => Some(s3(bucket, &config.s3)),
        #[cfg(feature = "gcs")]
        "gs" | "gcs" => Some(gcs(bucket)),
        #[cfg(feature = "azure")]
        "abfs" | "abfss" | "az" => Some(azure(bucket, &config.azure)),
        #[cfg(feature = "http")]
        "http" | "https" => Some(http(scheme, bucket)),
        _ => None,
    }
}

/// Requests that failed with a server's error, or were refused because there were too many, are made again: after 0.1 s,
/// and then up to `longest`.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "http"))]
fn retry(times: usize, longest: std::time::Duration) -> object_store::RetryConfig {
    object_store::RetryConfig {
        max_retries: times,
        backoff: object_store::BackoffConfig {
            max_backoff: longest,
            ..Default::default()
        },
        ..Default::default()
    }
}

/// As often as flytekit does it when it is told to slow down.
#[cfg(any(feature = "gcs", feature = "azure", feature = "http"))]
fn usual_retry() -> object_store::RetryConfig {
    retry(5, std::time::Duration::from_secs(5))
}

#[cfg(feature = "s3")]
fn s3(bucket: &str, config: &crate::config::S3Config) -> Opened {
    use crate::config::AddressingStyle;

    let mut builder = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_retry(retry(
            usize::try_from(*config.retries).unwrap_or(usize::MAX),
            *config.backoff,
        ));
    if let Some(endpoint) = &*config.endpoint {
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(key) = &*config.access_key_id {
        builder = builder.with_access_key_id(key);
    }
    if let Some(secret) = &*config.secret_access_key {
        builder = builder.with_secret_access_key(secret.expose());
    }
    if let Some(style) = *config.addressing_style {
        let in_host = style == AddressingStyle::Virtual;
        builder = builder.with_virtual_hosted_style_request(in_host);
    }
    Ok(Arc::new(builder.build()?))
}

#[cfg(feature = "gcs")]
fn gcs(bucket: &str) -> Opened {
    let builder = object_store::gcp::GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_retry(usual_retry());
    Ok(Arc::new(builder.build()?))
}

/// The address names the container, or `container@account.dfs.core.windows.net`.
#[cfg(feature = "azure")]
fn azure(bucket: &str, config: &crate::config::AzureConfig) -> Opened {
    let mut builder =
        object_store::azure::MicrosoftAzureBuilder::from_env().with_retry(usual_retry());
    let (container, host) = bucket.split_once('@').unwrap_or((bucket, ""));
    builder = builder.with_container_name(container);
    if let Some(account) = host.split('.').next().filter(|account| !account.is_empty()) {
        builder = builder.with_account(account);
    } else if let Some(account) = &*config.account_name {
        builder = builder.with_account(account);
    }
    if let Some(key) = &*config.account_key {
        builder = builder.with_access_key(key.expose());
    }
    if let (Some(id), Some(secret), Some(tenant)) = (
        &*config.client_id,
        &*config.client_secret,
        &*config.tenant_id,
    ) {
        builder = builder.with_client_secret_authorization(id, secret.expose(), tenant);
    }
    Ok(Arc::new(builder.build()?))
}

#[cfg(feature = "http")]
fn http(scheme: &str, host: &str) -> Opened {
    let options = object_store::ClientOptions::new().with_allow_http(scheme == "http");
    let builder = object_store::http::HttpBuilder::new()
        .with_url(format!("{scheme}://{host}"))
        .with_client_options(options)
        .with_retry(usual_retry());
    Ok(Arc::new(builder.build()?))
}
