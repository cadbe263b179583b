//! Creates clients of stores, from the data settings and the variables of the vendors' own tools.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use object_store::{ObjectStore, memory::InMemory};

use super::{Address, Bucket};
use flyte_config::config::DataConfig;
use flyte_core::lock::lock;

type Opened = object_store::Result<Bucket>;

/// The client for a bucket; `None` for a scheme that this build does not support.
pub(super) fn open(address: &Address<'_>, config: &DataConfig) -> Option<Opened> {
    // The features decide which settings are used.
    let _ = config;
    match &*address.scheme {
        "memory" => Some(Ok(memory(&address.bucket))),
        #[cfg(feature = "s3")]
        "s3" | "s3a" => Some(s3(&address.bucket, &config.s3)),
        #[cfg(feature = "gcs")]
        "gs" | "gcs" => Some(gcs(&address.bucket)),
        #[cfg(feature = "azure")]
        "abfs" | "abfss" | "az" => Some(azure(&address.bucket, &config.azure)),
        #[cfg(feature = "http")]
        "http" | "https" => Some(http(&address.scheme, &address.bucket)),
        _ => None,
    }
}

fn bucket(store: impl ObjectStore, credentials: String) -> Bucket {
    Bucket {
        store: Arc::new(store),
        once: None,
        credentials,
    }
}

/// One store for the whole process, as in fsspec.
fn memory(name: &str) -> Bucket {
    static STORES: Mutex<BTreeMap<String, Arc<InMemory>>> = Mutex::new(BTreeMap::new());
    // Only complete entries are added to the map, so a panic elsewhere leaves it intact.
    let mut stores = lock(&STORES);
    Bucket {
        store: stores.entry(name.to_owned()).or_default().clone(),
        once: None,
        credentials: String::new(),
    }
}

/// The retries after server errors and after refusals because of too many requests: after 0.1 s, then after up to
/// `longest`.
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

/// The number of flytekit's retries when a server asks it to slow down.
#[cfg(any(feature = "gcs", feature = "azure", feature = "http"))]
fn usual_retry() -> object_store::RetryConfig {
    retry(5, std::time::Duration::from_secs(5))
}

/// The first variable that the client uses.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
fn first<'a, K>(keys: &[(K, &'a str)], value: impl Fn(&K) -> Option<String>) -> Option<&'a str> {
    let (_, name) = keys.iter().find(|(key, _)| value(key).is_some())?;
    Some(name)
}

#[cfg(feature = "s3")]
fn s3(name: &str, config: &flyte_config::config::S3Config) -> Opened {
    use flyte_config::config::AddressingStyle;
    use object_store::aws::AmazonS3ConfigKey as From;

    let mut builder = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(name)
        .with_retry(retry(
            usize::try_from(*config.retries).unwrap_or(usize::MAX),
            *config.backoff,
        ));
    let variable = first(&[(From::AccessKeyId, "AWS_ACCESS_KEY_ID")], |key| {
        builder.get_config_value(key)
    });
    let key = match (&*config.access_key_id, variable) {
        (Some(_), _) => config.access_key_id.origin().to_string(),
        (None, Some(name)) => format!("the environment variable {name}"),
        (None, None) => String::new(),
    };
    let secret = match &*config.secret_access_key {
        Some(_) => config.secret_access_key.origin().to_string(),
        None => "the environment variable AWS_SECRET_ACCESS_KEY".to_owned(),
    };
    let credentials = match key.is_empty() {
        true => {
            "there is no access key: set FLYTE_AWS_ACCESS_KEY_ID and FLYTE_AWS_SECRET_ACCESS_KEY"
                .to_owned()
        }
        false => format!(
            "change the access key, which comes from {key}, or its secret, which comes from {secret}"
        ),
    };
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
    Ok(bucket(builder.build()?, credentials))
}

#[cfg(feature = "gcs")]
fn gcs(name: &str) -> Opened {
    use object_store::gcp::GoogleConfigKey as From;

    let builder = object_store::gcp::GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(name)
        .with_retry(usual_retry());
    let variables = [
        (From::BearerToken, "GOOGLE_BEARER_TOKEN"),
        (From::ServiceAccount, "GOOGLE_SERVICE_ACCOUNT"),
        (From::ServiceAccountKey, "GOOGLE_SERVICE_ACCOUNT_KEY"),
        (
            From::ApplicationCredentials,
            "GOOGLE_APPLICATION_CREDENTIALS",
        ),
    ];
    let credentials = match first(&variables, |key| builder.get_config_value(key)) {
        Some(name) => format!("change what the environment variable {name} says, or what the account may do"),
        None => "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, or log in with `gcloud auth \
                 application-default login`".to_owned(),
    };
    Ok(bucket(builder.build()?, credentials))
}

/// The address contains the container, or `container@account.dfs.core.windows.net`.
#[cfg(feature = "azure")]
fn azure(name: &str, config: &flyte_config::config::AzureConfig) -> Opened {
    use object_store::azure::AzureConfigKey as From;

    let mut builder =
        object_store::azure::MicrosoftAzureBuilder::from_env().with_retry(usual_retry());
    let variables = [
        (From::AccessKey, "AZURE_STORAGE_ACCOUNT_KEY"),
        (From::Token, "AZURE_STORAGE_TOKEN"),
        (From::SasKey, "AZURE_STORAGE_SAS_KEY"),
        (From::ClientSecret, "AZURE_STORAGE_CLIENT_SECRET"),
    ];
    let variable = first(&variables, |key| builder.get_config_value(key));
    let (container, host) = name.split_once('@').unwrap_or((name, ""));
    builder = builder.with_container_name(container);
    if let Some(account) = host.split('.').next().filter(|account| !account.is_empty()) {
        builder = builder.with_account(account);
    } else if let Some(account) = &*config.account_name {
        builder = builder.with_account(account);
    }
    let mut origin = variable.map(|name| format!("the environment variable {name}"));
    if let Some(key) = &*config.account_key {
        builder = builder.with_access_key(key.expose());
        origin = Some(config.account_key.origin().to_string());
    }
    if let (Some(id), Some(secret), Some(tenant)) = (
        &*config.client_id,
        &*config.client_secret,
        &*config.tenant_id,
    ) {
        builder = builder.with_client_secret_authorization(id, secret.expose(), tenant);
        origin.get_or_insert(config.client_secret.origin().to_string());
    }
    let credentials = match origin {
        Some(origin) => format!("change the key or token, which comes from {origin}, or the name of the account"),
        None => "there is no key: set FLYTE_AZURE_STORAGE_ACCOUNT_NAME and FLYTE_AZURE_STORAGE_ACCOUNT_KEY".to_owned(),
    };
    Ok(bucket(builder.build()?, credentials))
}

/// The address contains the host, or `user:password@host`.
#[cfg(feature = "http")]
fn http(scheme: &str, name: &str) -> Opened {
    let mut options = object_store::ClientOptions::new().with_allow_http(scheme == "http");
    // After the slash comes a query, which may contain an `@` of its own.
    let end = name.find('/').unwrap_or(name.len());
    let (host, query) = name.split_at(end);
    let (user, host) = match host.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, host),
    };
    if let Some(authorization) = user.and_then(basic) {
        let mut headers = object_store::HeaderMap::new();
        headers.insert("authorization", authorization);
        options = options.with_default_headers(headers);
    }
    let builder = object_store::http::HttpBuilder::new()
        .with_url(format!("{scheme}://{host}{query}"))
        .with_client_options(options);
    let once = builder
        .clone()
        .with_retry(retry(0, std::time::Duration::ZERO));
    let credentials = match user {
        Some(_) => "change the user and the password in the address".to_owned(),
        None => format!(
            "give a user and a password in the address, as in {scheme}://USER:PASSWORD@host/"
        ),
    };
    Ok(Bucket {
        once: Some(Arc::new(once.build()?)),
        ..bucket(builder.with_retry(usual_retry()).build()?, credentials)
    })
}

/// The authorization header for the `user:password` of an address.
#[cfg(feature = "http")]
fn basic(user: &str) -> Option<object_store::HeaderValue> {
    use base64::Engine as _;

    let decoded: Vec<u8> = percent_encoding::percent_decode_str(user).collect();
    let encoded = base64::prelude::BASE64_STANDARD.encode(decoded);
    let mut header = object_store::HeaderValue::from_str(&format!("Basic {encoded}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}
