//! The meaning of variables and of keys in a file.

use std::time::Duration;

use super::*;

#[test]
fn nothing_said_is_the_documented_default() {
    let config = from_vars(&[]).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.platform.endpoint, "localhost:30080");
    assert_eq!(config.platform.rpc_retries, 3);
    assert_eq!(config.platform.auth_mode, AuthType::Pkce);
    assert_eq!(config.secrets.env_prefix, "_FSEC_");
    assert_eq!(config.secrets.default_dir, "/etc/secrets");
    assert_eq!(config.secrets.file_prefix, "");
    assert_eq!(
        (config.stats.host.as_str(), *config.stats.port),
        ("localhost", 8125)
    );
    assert_eq!(config.data.s3.backoff, Duration::from_secs(5));
    assert!(*config.local.cache_enabled && *config.data.generic.attach_execution_metadata);
    assert_eq!(
        (config.task.project.as_str(), config.task.domain.as_str()),
        ("flytesnacks", "development")
    );
    assert!(
        config
            .entries()
            .iter()
            .all(|entry| entry.origin == Origin::Default)
    );
    assert!(config.file().is_none() && config.notices().is_empty());
}

#[test]
fn every_section_is_read_from_its_variables() {
    let config = from_vars(&[
        ("FLYTE_PLATFORM_URL", "dns:///flyte.example.com:443"),
        ("FLYTE_PLATFORM_INSECURE", "True"),
        ("FLYTE_CREDENTIALS_SCOPES", "all, offline"),
        ("FLYTE_CREDENTIALS_AUTH_MODE", "client_credentials"),
        ("FLYTE_CREDENTIALS_CLIENT_SECRET", "hush"),
        ("FLYTE_SECRETS_ENV_PREFIX", " MY_ "),
        ("FLYTE_SECRETS_DEFAULT_DIR", "/run/secrets"),
        ("FLYTE_AWS_RETRIES", "7"),
        ("FLYTE_AWS_BACKOFF_SECONDS", "2"),
        ("FLYTE_AWS_ADDRESSING_STYLE", "path"),
        ("FLYTE_AZURE_STORAGE_ACCOUNT_NAME", "acct"),
        ("FLYTE_GCP_GSUTIL_PARALLELISM", "1"),
        ("FLYTE_PERSISTENCE_ATTACH_EXECUTION_METADATA", "off"),
        ("FLYTE_LOCAL_CACHE_ENABLED", "false"),
        ("FLYTE_SDK_LOCAL_SANDBOX", "/var/sandbox"),
    ])
    .unwrap();
    assert_eq!(config.platform.endpoint, "flyte.example.com:443");
    assert!(*config.platform.insecure);
    assert_eq!(*config.platform.scopes, ["all", "offline"]);
    assert_eq!(config.platform.auth_mode, AuthType::ClientSecret);
    assert_eq!(config.secrets.env_prefix, "MY_");
    assert_eq!(config.secrets.default_dir, "/run/secrets");
    assert_eq!(config.data.s3.retries, 7);
    assert_eq!(config.data.s3.backoff, Duration::from_secs(2));
    assert_eq!(
        *config.data.s3.addressing_style,
        Some(AddressingStyle::Path)
    );
    assert_eq!(config.data.azure.account_name.as_deref(), Some("acct"));
    assert!(*config.data.gcs.gsutil_parallelism);
    assert!(!*config.data.generic.attach_execution_metadata);
    assert!(!*config.local.cache_enabled);
    assert_eq!(
        config.local_sandbox_path.as_deref(),
        Some("/var/sandbox".as_ref())
    );
    assert_eq!(
        config.origin("data.s3.retries"),
        Some(Origin::Variable {
            name: "FLYTE_AWS_RETRIES".to_owned()
        })
    );
    assert_eq!(config.origin("data.s3.no_such_thing"), None);
}

#[test]
fn statsd_has_variables_of_its_own() {
    // flytekit takes its statsd host from FLYTE_SECRETS_HOST.
    let config = from_vars(&[
        ("FLYTE_SECRETS_HOST", "a-secret"),
        ("FLYTE_SECRETS_PORT", "not a number"),
        ("FLYTE_STATSD_HOST", "metrics"),
        ("FLYTE_STATSD_PORT", "9125"),
        ("FLYTE_STATSD_DISABLE_TAGS", "yes"),
    ])
    .unwrap();
    assert_eq!(
        (config.stats.host.as_str(), *config.stats.port),
        ("metrics", 9125)
    );
    assert!(*config.stats.disabled_tags && !*config.stats.disabled);
}

#[test]
fn the_default_project_of_the_command_line_wins() {
    let local = ("FLYTE_LOCAL_PROJECT", "local");
    assert_eq!(from_vars(&[local]).unwrap().task.project, "local");
    assert_eq!(
        from_vars(&[local, ("FLYTE_DEFAULT_PROJECT", "chosen")])
            .unwrap()
            .task
            .project,
        "chosen"
    );
    assert_eq!(
        from_vars(&[local, ("FLYTE_DEFAULT_PROJECT", "")])
            .unwrap()
            .task
            .project,
        "local"
    );
}

#[test]
fn a_variable_that_cannot_be_understood_says_what_to_write() {
    assert_eq!(
        message(from_vars(&[("FLYTE_PLATFORM_INSECURE", "flase")])),
        "platform.insecure from the environment variable FLYTE_PLATFORM_INSECURE is \"flase\"; write `true` or \
         `false` (or 1 or 0, yes or no, on or off)"
    );
    assert_eq!(
        message(from_vars(&[("FLYTE_STATSD_PORT", "70000")])),
        "stats.port from the environment variable FLYTE_STATSD_PORT is \"70000\"; write a port from 1 to 65535"
    );
    assert!(
        message(from_vars(&[("FLYTE_CREDENTIALS_AUTH_MODE", "magic")])).ends_with(
            "is \"magic\"; write `Pkce`, `ClientSecret`, `ExternalCommand` or `DeviceFlow`"
        )
    );
    assert!(
        message(from_vars(&[("FLYTE_AWS_ADDRESSING_STYLE", "sideways")])).contains("`virtual`")
    );
}

#[test]
fn every_name_of_an_authentication_is_read() {
    for (expected, names) in [
        (AuthType::Pkce, ["standard", "Pkce", "PKCE"]),
        (
            AuthType::ClientSecret,
            ["basic", "client_credentials", "ClientSecret"],
        ),
        (
            AuthType::ExternalCommand,
            ["external_process", "ExternalCommand", "EXTERNALCOMMAND"],
        ),
        (
            AuthType::DeviceFlow,
            ["DeviceFlow", "deviceflow", "DEVICEFLOW"],
        ),
    ] {
        for name in names {
            assert_eq!(name.parse(), Ok(expected), "{name}");
        }
        assert_eq!(expected.to_string().parse(), Ok(expected));
    }
}

#[test]
fn empty_and_zero_say_nothing() {
    let config = from_vars(&[("FLYTE_PLATFORM_URL", ""), ("FLYTE_AWS_RETRIES", "0")]).unwrap();
    assert_eq!(config.platform.endpoint, "localhost:30080");
    assert_eq!(config.data.s3.retries, 3);
    assert_eq!(
        config.notices(),
        [
            "data.s3.retries from the environment variable FLYTE_AWS_RETRIES is 0, which means the default, as in \
          flytekit"
        ]
    );
}

/// What has decided is the setting that names a secret, and not the secret.
#[test]
fn the_mode_that_a_secret_decides_comes_from_the_setting_that_names_it() {
    let dir = Dir::new();
    let secret = dir.write("secret", "from-file\n");
    for (setting, value) in [
        (
            "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
            secret.to_str().unwrap(),
        ),
        ("FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR", "APP_SECRET"),
    ] {
        let config = from_vars(&[(setting, value), ("APP_SECRET", "from-variable")]).unwrap();
        assert_eq!(config.platform.auth_mode, AuthType::ClientSecret);
        assert_eq!(
            config.platform.auth_mode.origin().to_string(),
            format!("the environment variable {setting}")
        );
        let origin = config.platform.client_credentials_secret.origin();
        assert!(!origin.to_string().contains(setting), "{origin}");
        // Where no secret is read, none has to be there.
        let environment = Environment::empty().with_var(setting, "not there");
        let config = Config::loader()
            .environment(environment)
            .no_file()
            .without_client_secret()
            .load()
            .unwrap();
        assert_eq!(config.platform.auth_mode, AuthType::ClientSecret);
        assert!(config.platform.client_credentials_secret.is_none());
    }
}

#[test]
fn a_file_or_a_variable_with_the_client_secret_decides_how_to_authenticate() {
    let dir = Dir::new();
    let secret = dir.write("secret", "from-file\n");
    let config = from_vars(&[(
        "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
        secret.to_str().unwrap(),
    )])
    .unwrap();
    assert_eq!(config.platform.auth_mode, AuthType::ClientSecret);
    assert_eq!(
        config
            .platform
            .client_credentials_secret
            .as_ref()
            .unwrap()
            .expose(),
        "from-file"
    );
    assert_eq!(
        *config.platform.client_credentials_secret.origin(),
        Origin::Contents {
            path: secret.clone().into()
        }
    );

    let config = from_vars(&[
        (
            "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
            secret.to_str().unwrap(),
        ),
        ("FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR", "MY_SECRET"),
        ("MY_SECRET", "from-variable"),
    ])
    .unwrap();
    assert_eq!(
        config
            .platform
            .client_credentials_secret
            .as_ref()
            .unwrap()
            .expose(),
        "from-variable"
    );

    let unset = from_vars(&[("FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR", "MY_SECRET")]).unwrap();
    assert_eq!(*unset.platform.client_credentials_secret, None);
    assert_eq!(
        unset.notices(),
        [
            "the variable MY_SECRET, which the environment variable FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR names, is \
          not set"
        ]
    );

    let missing = from_vars(&[(
        "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
        "/nowhere/secret",
    )]);
    assert!(matches!(missing, Err(ConfigError::SecretFile { .. })));
}

#[test]
fn an_api_key_is_an_endpoint_with_its_client() {
    // `dns:///key.example.com:8443:robot:hush:acme` and, without padding, `http://key:1:robot:hush:`.
    const KEY: &str = "ZG5zOi8vL2tleS5leGFtcGxlLmNvbTo4NDQzOnJvYm90Omh1c2g6YWNtZQ==";
    const PLAIN: &str = "aHR0cDovL2tleToxOnJvYm90Omh1c2g6";
    let others = [
        ("FLYTE_PLATFORM_URL", "other.example.com"),
        ("FLYTE_CREDENTIALS_CLIENT_ID", "other"),
        ("FLYTE_CREDENTIALS_AUTH_MODE", "Pkce"),
    ];
    for name in [
        "FLYTE_API_KEY",
        "UNION_API_KEY",
        "UNION_SERVERLESS_API_KEY",
        "UNIONAI_SERVERLESS_API_KEY",
    ] {
        let mut vars = others.to_vec();
        vars.push((name, KEY));
        let config = from_vars(&vars).unwrap();
        let platform = &config.platform;
        assert_eq!(platform.endpoint, "key.example.com:8443");
        assert_eq!(platform.client_id.as_deref(), Some("robot"));
        assert_eq!(platform.auth_mode, AuthType::ClientSecret);
        assert!(!*platform.insecure);
        let secret = platform.client_credentials_secret.as_ref().unwrap();
        assert_eq!(secret.expose(), "hush");
        let origin = platform.client_credentials_secret.origin().to_string();
        assert_eq!(origin, format!("the environment variable {name}"));
        assert!(!format!("{config:?}{:?}", config.entries()).contains("hush"));
    }
    let plain = from_vars(&[("UNION_API_KEY", PLAIN.trim_end_matches('='))]).unwrap();
    assert_eq!(plain.platform.endpoint, "http://key:1");
    assert!(*plain.platform.insecure);
    for wrong in ["hush hush", "aHVzaDpodXNo"] {
        let text = message(from_vars(&[("UNION_API_KEY", wrong)]));
        assert!(
            text.starts_with(
                "platform.client_credentials_secret from the environment variable UNION_API_KEY is not an API key; \
                 write the API key as it was shown"
            ),
            "{text}"
        );
        assert!(!text.contains(wrong), "{text}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let config = from_vars(&[
        ("FLYTE_CREDENTIALS_CLIENT_SECRET", "hush-1"),
        ("FLYTE_AWS_SECRET_ACCESS_KEY", "hush-2"),
        ("FLYTE_AZURE_STORAGE_ACCOUNT_KEY", "hush-3"),
        ("FLYTE_AZURE_CLIENT_SECRET", "hush-4"),
    ])
    .unwrap();
    assert!(!format!("{config:?}{:?}", config.entries()).contains("hush"));
    let masked = config
        .entries()
        .into_iter()
        .filter(|entry| entry.value.as_deref() == Some("***"))
        .count();
    assert_eq!(masked, 4);
}

#[test]
fn entries_show_values_as_a_person_reads_them() {
    let config = from_vars(&[("FLYTE_CREDENTIALS_SCOPES", "a,b")]).unwrap();
    let shown = |key: &str| {
        config
            .entries()
            .into_iter()
            .find(|entry| entry.key == key)
            .and_then(|entry| entry.value)
    };
    assert_eq!(shown("platform.scopes").as_deref(), Some("a,b"));
    assert_eq!(shown("data.s3.backoff").as_deref(), Some("5s"));
    assert_eq!(shown("platform.auth_mode").as_deref(), Some("Pkce"));
    assert_eq!(shown("data.s3.endpoint"), None);
}

#[test]
fn presets_and_replacements_are_the_programs_own() {
    let sandbox = Config::for_sandbox();
    assert!(*sandbox.platform.insecure);
    assert_eq!(sandbox.data.s3.access_key_id.as_deref(), Some("minio"));
    assert_eq!(
        sandbox.data.s3.secret_access_key.as_ref().unwrap().expose(),
        "miniostorage"
    );
    assert_eq!(sandbox.origin("platform.endpoint"), Some(Origin::Code));

    let env = Environment::empty().with_var("FLYTE_CREDENTIALS_CLIENT_ID", "me");
    let config = Config::loader()
        .environment(env)
        .load()
        .unwrap()
        .with_endpoint("dns:///host", true);
    assert_eq!(config.platform.endpoint, "host");
    assert_eq!(
        config.platform.client_id.as_deref(),
        Some("me"),
        "the rest stays as configured"
    );

    let secrets = SecretsConfig {
        env_prefix: "X_".into(),
        ..SecretsConfig::default()
    };
    let params = ConfigParams {
        secrets: Some(secrets),
        local_sandbox_path: Some("/sand".into()),
        ..Default::default()
    };
    let changed = config.with_params(params);
    assert_eq!(changed.secrets.env_prefix, "X_");
    assert_eq!(
        changed.local_sandbox_path.as_deref(),
        Some("/sand".as_ref())
    );
    assert_eq!(changed.platform, config.platform);
    assert_eq!(config.with_params(ConfigParams::default()), config);
}
