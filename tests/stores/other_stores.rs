//! Files in Google Cloud Storage, in Azure, on a server of the web and in memory.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{env, fs, io::Read, io::Write};

use flyte_runtime::{
    compat::{FileAccessProvider, PutRawData},
    config::{Config, Environment},
    files::{DataError, TempSandbox},
};
use flyte_stores::{
    FakeStore, KEY, SECRET, SECRET_BASE64, ServiceAccount, in_child, is_child, round_trip,
};

/// A provider with outputs under an address, and the settings of this process's environment.
fn provider(prefix: &str) -> (FileAccessProvider, TempSandbox) {
    let environment = env::vars().fold(Environment::empty(), |all, (name, value)| {
        all.with_var(name, value)
    });
    let config = Config::loader().environment(environment).load().unwrap();
    let sandbox = TempSandbox::new();
    let files = FileAccessProvider::new(sandbox.path(), prefix).unwrap();
    (files.with_data_config(config.data), sandbox)
}

/// One error for what is put and one for what is got, with both places.
fn is_refused(base: &str, shown: &str, reason: &str) {
    let (files, _sandbox) = provider(&format!("{base}/raw"));
    let place = PutRawData::new().upload_prefix("").file_name("r");
    let error = files.put_raw_data(b"raw", place).unwrap_err();
    assert!(matches!(error, DataError::Upload { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        format!(
            "Failed to put data from <3 bytes> to {shown}/raw/r (recursive=false).\n\nOriginal exception: {reason}"
        )
    );
    let to = files.local_sandbox_dir().join("x");
    for recursive in [false, true] {
        let error = files.get_data(&format!("{base}/x"), &to, recursive);
        assert_eq!(
            error.unwrap_err().to_string(),
            format!(
                "Failed to get data from {shown}/x to {} (recursive={recursive}).\n\nOriginal exception: {reason}",
                to.display()
            )
        );
    }
}

/// The account's file is found by the variable that Google's tools read.
fn account_file(account: &ServiceAccount, store: &FakeStore) -> (TempSandbox, String) {
    let sandbox = TempSandbox::new();
    let path = sandbox.create().unwrap().join("account.json");
    fs::write(&path, account.file(store.endpoint())).unwrap();
    (sandbox, path.to_str().unwrap().to_owned())
}

#[test]
fn google_cloud_storage_keeps_files() {
    if is_child() {
        return round_trip(&provider("gs://bucket/raw").0, "gs://bucket/some where");
    }
    let account = ServiceAccount::generate();
    let store = FakeStore::gcs(&account);
    let (_sandbox, path) = account_file(&account, &store);
    store.throttle(2);
    in_child(
        "google_cloud_storage_keeps_files",
        &[("GOOGLE_SERVICE_ACCOUNT", &path)],
    );
    assert!(store.parts() >= 3);
    assert_eq!(store.open_uploads(), 0);
    let object = store.object("bucket/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

/// An account whose key was replaced.
#[test]
fn google_cloud_storage_refuses_credentials_once() {
    if is_child() {
        return is_refused(
            "gs://bucket",
            "gs://bucket",
            "the store refused the credentials (401 Unauthorized, AuthenticationRequired: Invalid argument.); change what the environment variable GOOGLE_SERVICE_ACCOUNT says, or what the account may do",
        );
    }
    let store = FakeStore::gcs(&ServiceAccount::generate());
    let (_sandbox, path) = account_file(&ServiceAccount::generate(), &store);
    in_child(
        "google_cloud_storage_refuses_credentials_once",
        &[("GOOGLE_SERVICE_ACCOUNT", &path)],
    );
    assert_eq!(store.requests(), 3);
}

#[test]
fn google_cloud_storage_that_stays_busy_is_an_error() {
    if is_child() {
        let (files, _sandbox) = provider("gs://bucket/raw");
        let error = files.put_raw_data(b"raw", PutRawData::new()).unwrap_err();
        let end = "429 Too Many Requests, SlowDown: The rate of requests is too high., also when tried 5 times more";
        assert!(error.to_string().ends_with(end), "{error}");
        return;
    }
    let account = ServiceAccount::generate();
    let store = FakeStore::gcs(&account);
    let (_sandbox, path) = account_file(&account, &store);
    store.throttle(1000);
    in_child(
        "google_cloud_storage_that_stays_busy_is_an_error",
        &[
            ("GOOGLE_APPLICATION_CREDENTIALS", ""),
            ("GOOGLE_SERVICE_ACCOUNT", &path),
        ],
    );
    assert_eq!(store.requests(), 6);
}

/// Where nobody says who asks, the machine is asked for a token.
#[test]
fn google_cloud_storage_takes_the_token_of_the_machine() {
    if is_child() {
        return round_trip(&provider("gs://bucket/raw").0, "gs://bucket/some where");
    }
    let store = FakeStore::gcs_of_machine();
    in_child_with(
        "google_cloud_storage_takes_the_token_of_the_machine",
        &machine_variables(&store),
    );
    let object = store.object("bucket/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

#[test]
fn a_machine_without_an_account_is_one_clear_error() {
    if is_child() {
        let (files, _sandbox) = provider("gs://bucket/raw");
        let error = files.put_raw_data(b"raw", PutRawData::new()).unwrap_err();
        let error = error.to_string();
        let end = "404 Not Found; set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, or log in with `gcloud auth application-default login`";
        assert!(error.ends_with(end), "{error}");
        return;
    }
    let store = FakeStore::gcs(&ServiceAccount::generate());
    in_child_with(
        "a_machine_without_an_account_is_one_clear_error",
        &machine_variables(&store),
    );
}

/// A machine of Google's, on which nobody has logged in.
fn machine_variables(store: &FakeStore) -> [(&'static str, String); 5] {
    [
        ("GOOGLE_BASE_URL", store.endpoint().to_owned()),
        ("GCE_METADATA_HOST", store.host().to_owned()),
        ("GCE_METADATA_IP", store.host().to_owned()),
        ("HOME", "/nonexistent".to_owned()),
        ("APPDATA", "/nonexistent".to_owned()),
    ]
}

/// The variables of flytekit for the account, and those of Azure's emulator for the address.
fn azure_variables(store: &FakeStore, key: &'static str) -> [(&'static str, String); 4] {
    [
        ("AZURE_ENDPOINT", store.endpoint().to_owned()),
        ("AZURE_ALLOW_HTTP", "true".to_owned()),
        ("FLYTE_AZURE_STORAGE_ACCOUNT_NAME", KEY.to_owned()),
        ("FLYTE_AZURE_STORAGE_ACCOUNT_KEY", key.to_owned()),
    ]
}

fn in_child_with(test: &str, variables: &[(&str, String)]) {
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    in_child(test, &variables);
}

#[test]
fn azure_keeps_files() {
    if is_child() {
        return round_trip(
            &provider("abfs://container/raw").0,
            "abfs://container/some where",
        );
    }
    let store = FakeStore::azure();
    store.throttle(2);
    in_child_with("azure_keeps_files", &azure_variables(&store, SECRET_BASE64));
    assert!(store.parts() >= 3);
    let object = store.object("container/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

#[test]
fn azure_refuses_credentials_once() {
    if is_child() {
        return is_refused(
            "abfs://container",
            "abfs://container",
            "the store refused the credentials (403 Forbidden, AuthenticationFailed: Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.); change the key or token, which comes from the environment variable FLYTE_AZURE_STORAGE_ACCOUNT_KEY, or the name of the account",
        );
    }
    let store = FakeStore::azure();
    in_child_with(
        "azure_refuses_credentials_once",
        &azure_variables(&store, "bm90IHRoZSBrZXk="),
    );
    assert_eq!(store.requests(), 3);
}

/// The variables for the address, and others that say who asks.
fn azure_variables_with(
    store: &FakeStore,
    more: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let [address, http, account, _] = azure_variables(store, "");
    let more = more
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    [address, http, account].into_iter().chain(more).collect()
}

#[test]
fn azure_takes_a_signed_link() {
    if is_child() {
        return round_trip(
            &provider("abfs://container/raw").0,
            "abfs://container/some where",
        );
    }
    let store = FakeStore::azure();
    let link = format!("?sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&sig={SECRET}");
    let variables = azure_variables_with(&store, &[("AZURE_STORAGE_SAS_KEY", &link)]);
    in_child_with("azure_takes_a_signed_link", &variables);
    let object = store.object("container/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

#[test]
fn azure_refuses_a_signed_link_once() {
    if is_child() {
        return is_refused(
            "abfs://container",
            "abfs://container",
            "the store refused the credentials (403 Forbidden, AuthenticationFailed: Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.); change the key or token, which comes from the environment variable AZURE_STORAGE_SAS_KEY, or the name of the account",
        );
    }
    let store = FakeStore::azure();
    let link = [("AZURE_STORAGE_SAS_KEY", "sv=2024-11-04&sig=forged")];
    let variables = azure_variables_with(&store, &link);
    in_child_with("azure_refuses_a_signed_link_once", &variables);
    assert_eq!(store.requests(), 3);
}

/// The variables that flytekit reads, and that of Azure for who gives out the tokens.
fn application<'a>(store: &'a FakeStore, secret: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("AZURE_AUTHORITY_HOST", store.endpoint()),
        ("FLYTE_AZURE_CLIENT_ID", "application"),
        ("FLYTE_AZURE_CLIENT_SECRET", secret),
        ("FLYTE_AZURE_TENANT_ID", "tenant"),
    ]
}

#[test]
fn azure_gives_an_application_a_token_for_its_secret() {
    if is_child() {
        return round_trip(
            &provider("abfs://container/raw").0,
            "abfs://container/some where",
        );
    }
    let store = FakeStore::azure();
    let variables = azure_variables_with(&store, &application(&store, SECRET));
    in_child_with(
        "azure_gives_an_application_a_token_for_its_secret",
        &variables,
    );
    let object = store.object("container/some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

#[test]
fn azure_refuses_the_secret_of_an_application_once() {
    if is_child() {
        return is_refused(
            "abfs://container",
            "abfs://container",
            "the store refused the credentials (401 Unauthorized, invalid_client: AADSTS7000215: Invalid client secret provided.); change the key or token, which comes from the environment variable FLYTE_AZURE_CLIENT_SECRET, or the name of the account",
        );
    }
    let store = FakeStore::azure();
    let variables = azure_variables_with(&store, &application(&store, "wrong"));
    in_child_with(
        "azure_refuses_the_secret_of_an_application_once",
        &variables,
    );
    assert_eq!(store.requests(), 3);
}

/// Those of Azure and Google are shown by what their clients print.
#[test]
fn writers_show_no_credentials() {
    if is_child() {
        let (files, _sandbox) = provider("abfs://container/raw");
        for address in ["abfs://container/x", "gs://bucket/x"] {
            let shown = format!("{:?} {files:?}", files.writer(address).unwrap());
            assert!(shown.contains("Object"), "{shown}");
            assert!(
                !shown.contains("planted") && !shown.contains("116, 101, 115"),
                "{shown}"
            );
        }
        return;
    }
    let store = FakeStore::azure();
    let mut variables = azure_variables(&store, SECRET_BASE64).to_vec();
    variables.push(("GOOGLE_BEARER_TOKEN", "planted".to_owned()));
    in_child_with("writers_show_no_credentials", &variables);
}

/// The address of a server with a user and a password, so that directories can be made and listed there.
fn web(store: &FakeStore) -> String {
    format!("http://{KEY}:{SECRET}@{}", store.host())
}

#[test]
fn a_server_of_the_web_keeps_files() {
    let store = FakeStore::web();
    let base = web(&store);
    store.throttle(2);
    round_trip(
        &provider(&format!("{base}/raw")).0,
        &format!("{base}/some%20where"),
    );
    let object = store.object("some where/all/deep/deeper/b.txt");
    assert_eq!(object.unwrap(), b"b");
}

/// The password of the address is in no error.
#[test]
fn a_server_of_the_web_refuses_credentials_once() {
    let store = FakeStore::web();
    let host = store.host();
    let refused = "the store refused the credentials (401 Unauthorized: who are you?)";
    let advice = "give a user and a password in the address, as in http://USER:PASSWORD@host/";
    let base = format!("http://{host}");
    is_refused(&base, &base, &format!("{refused}; {advice}"));
    assert_eq!(store.requests(), 3);
    is_refused(
        &format!("http://{KEY}:planted@{host}"),
        &format!("http://{KEY}:***@{host}"),
        &format!("{refused}; change the user and the password in the address"),
    );
    assert_eq!(store.requests(), 6);
}

/// Names as addresses have them, queries, other places that the server tells, and no directories.
#[test]
fn a_server_that_only_gives_files_is_enough_to_read_them() {
    let store = FakeStore::files_only();
    store.put("in/two words 100%.txt", b"words");
    store.put("moved.txt", b"moved");
    let (files, sandbox) = provider("memory://files-only/raw");
    let text = |path: &str| {
        let mut text = String::new();
        let mut reader = files.reader(&format!("{}/{path}", store.endpoint()))?;
        reader.read_to_string(&mut text).unwrap();
        Ok::<_, DataError>(text)
    };
    assert_eq!(text("in/two%20words%20100%25.txt").unwrap(), "words");
    assert_eq!(text("in/two words%20100%25.txt#top").unwrap(), "words");
    assert_eq!(text("gone.txt?redirect").unwrap(), "moved");
    let error = text("gone.txt").unwrap_err();
    assert!(matches!(error, DataError::NotFound { .. }), "{error}");

    let gone = format!("{}/gone.txt", store.endpoint());
    let asked = store.requests();
    assert!(!files.exists(&gone).unwrap());
    assert_eq!(store.requests(), asked + 2);
    let to = sandbox.path().join("x");
    let error = files.download(&gone, &to).unwrap_err();
    assert_eq!(error.to_string(), format!("File not found: {gone}"));
    let error = files
        .download_directory(&gone, &to)
        .unwrap_err()
        .to_string();
    let end = "the server cannot list directories (501 Not Implemented: files only)";
    assert!(error.ends_with(end), "{error}");
    let mut writer = files.writer(&gone).unwrap();
    writer.write_all(b"x").unwrap();
    let error = writer.finish().unwrap_err().to_string();
    assert!(error.contains("501 Not Implemented: files only"), "{error}");
}

/// All providers of a process see the same; other buckets are others.
#[test]
fn memory_is_shared_within_the_process() {
    let (files, _sandbox) = provider("memory://shared/raw");
    round_trip(&files, "memory://shared/some where");
    files
        .put_raw_data(b"raw", PutRawData::new().upload_prefix("").file_name("r"))
        .unwrap();
    let (other, _sandbox) = provider("memory://other");
    let mut text = String::new();
    let mut reader = other.reader("memory://shared/raw/r").unwrap();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "raw");
    assert!(!other.exists("memory://other/raw/r").unwrap());
}
