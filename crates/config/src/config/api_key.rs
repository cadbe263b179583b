//! API keys: an endpoint with the client and the secret for it, in one variable.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{AuthType, ConfigError, Environment, Origin, PlatformConfig, SecretText, Sourced};

/// The variables, in the order in which they are searched: those of the tools that make the keys.
const VARIABLES: [&str; 4] = [
    "FLYTE_API_KEY",
    "UNION_API_KEY",
    "UNION_SERVERLESS_API_KEY",
    "UNIONAI_SERVERLESS_API_KEY",
];

/// Keys are copied by hand, and lose their padding then.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

struct ApiKey {
    endpoint: String,
    client: String,
    secret: SecretText,
}

impl ApiKey {
    /// Reads `endpoint:client:secret:organisation` in base64. The endpoint may have colons.
    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.trim()).ok()?;
        let text = SecretText::new(String::from_utf8(bytes).ok()?);
        let mut parts = text.expose().rsplitn(4, ':');
        // A Flyte 1 cluster has no organisations.
        let (_organisation, secret, client) = (parts.next()?, parts.next()?, parts.next()?);
        let endpoint = parts.next()?;
        if [secret, client, endpoint].contains(&"") {
            return None;
        }
        Some(Self {
            endpoint: endpoint.to_owned(),
            client: client.to_owned(),
            secret: SecretText::new(secret),
        })
    }
}

/// Replaces endpoint, client, secret and mode by those of an API key, if there is one. They belong together: a secret
/// is not to reach the endpoint of another setting.
pub(super) fn apply(
    config: &mut PlatformConfig,
    environment: &Environment,
) -> Result<(), ConfigError> {
    let set = VARIABLES.into_iter().find_map(|name| {
        let value = environment.var(name)?;
        (!value.is_empty()).then(|| (name, SecretText::new(value)))
    });
    let Some((name, text)) = set else {
        return Ok(());
    };
    let origin = Origin::Variable {
        name: name.to_owned(),
    };
    let Some(key) = ApiKey::parse(text.expose()) else {
        return Err(ConfigError::Value {
            key: "platform.client_credentials_secret",
            origin,
            expected: "the API key as it was shown when it was made, which is base64 of \
                       `endpoint:client:secret:organisation`",
            found: "not an API key".to_owned(),
        });
    };
    let is_plain = key.endpoint.starts_with("http://");
    // What a file says about TLS is about its own endpoint.
    if is_plain || !matches!(config.insecure.origin(), Origin::Variable { .. }) {
        config.insecure = Sourced::new(is_plain, origin.clone());
    }
    config.endpoint = Sourced::new(
        super::platform::without_scheme(key.endpoint),
        origin.clone(),
    );
    config.client_id = Sourced::new(Some(key.client), origin.clone());
    config.client_credentials_secret = Sourced::new(Some(key.secret), origin.clone());
    config.auth_mode = Sourced::new(AuthType::ClientSecret, origin);
    Ok(())
}
