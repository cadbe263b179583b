//! The client against Flyte 1's own engine, which `tests/cluster/run` builds: `FLYTE1_CLUSTER` names the program.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{collections::BTreeMap, env, fs, path::PathBuf, sync::OnceLock, thread, time::Duration};

use flyte_remote::{
    built, depends, doomed, endless, files_in, from_six, hypotenuse, larger, long, nested, patient,
    recalled, released, square, squares, turn,
};
use flyte_rig::{Data, Rig};
use flyte_runtime::{
    Registry,
    cluster::{
        BlockingRemote, ClusterError, ExecuteOptions, Execution, RegisterOptions, RelaunchOptions,
        Status,
    },
    compat::{AuthType, SecretText, settings::ImageConfig},
    config::{Config, Environment},
    graph::EntityDescriptor,
    prelude::*,
};

/// What has the cluster while the tests run: it ends with the process.
struct Cluster {
    rig: Rig,
    data: Data,
}

fn start(name: &str, args: &[&str]) -> Cluster {
    let program =
        PathBuf::from(env::var_os("FLYTE1_CLUSTER").expect("FLYTE1_CLUSTER names the cluster"));
    let data = Data::new().unwrap();
    let binary = env!("CARGO_BIN_EXE_remote-program");
    let args = [&["--binary", binary][..], args].concat();
    let rig = Rig::start(&program, &data.join(name), &args).unwrap();
    Cluster { rig, data }
}

impl Cluster {
    fn config(&self) -> Config {
        Config::default().with_endpoint(self.rig.address(), true)
    }

    fn remote(&self) -> BlockingRemote {
        let environment = Environment::empty().with_home(self.data.join("home"));
        BlockingRemote::connect_in(&self.config(), &environment).unwrap()
    }
}

fn options(image: &str) -> RegisterOptions {
    let images = ImageConfig::validate_image("--image", &[image]).unwrap();
    // The tests are another program than the one that runs in containers.
    RegisterOptions::new(images).program("remote-program")
}

fn version(remote: &BlockingRemote) -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    let version = || {
        remote
            .register(Registry::of_program(), &options("remote:v1"))
            .unwrap()
            .version
    };
    VERSION.get_or_init(version).clone()
}

fn started<E: Entity>(remote: &BlockingRemote, call: &Call<E>) -> Execution {
    remote
        .execute(call, &version(remote), &ExecuteOptions::new())
        .unwrap()
}

macro_rules! same {
    ($remote:ident, $($entity:ident($($input:expr),*)),* $(,)?) => {
        let under_way = vec![$(started(&$remote, &$entity::call($($input),*))),*];
        let mut under_way = under_way.into_iter();
        $(
            let execution = under_way.next().unwrap();
            $remote.wait(&execution).unwrap();
            let there = $remote.outputs::<$entity>(&execution).unwrap();
            assert_eq!(there, $entity::run($($input),*).unwrap(), stringify!($entity));
        )*
    };
}

/// One test, since a cluster takes a second to start and most of a core to run.
#[test]
fn everything_is_registered_run_watched_and_fetched() {
    let cluster = start("remote", &[]);
    let remote = cluster.remote();
    let first = remote
        .register(Registry::of_program(), &options("remote:v1"))
        .unwrap();
    assert_eq!(first.sent(), first.entities.len());
    assert_eq!(first.activated, ["flyte_remote.from_six"]);
    let second = remote
        .register(Registry::of_program(), &options("remote:v1"))
        .unwrap();
    assert_eq!(
        (second.sent(), second.bytes, &second.activated[..]),
        (0, 0, &[][..])
    );

    same!(
        remote,
        square(7),
        hypotenuse(3, 4),
        squares(vec![1, 2, 3]),
        larger(3),
        larger(30),
        built(4),
        nested(8),
        from_six(8),
        patient("x".to_owned()),
        recalled("kept".to_owned()),
        long(3),
    );
    files(&cluster, &remote);
    trees(&remote);
    failures(&remote);
    conflicts(&remote);
    names(&remote);
    aborts(&remote);
    gates(&remote);
    once_more(&cluster, &remote);
    cluster.rig.stop().unwrap();
    signed_in();
}

/// Sent by signed links, and read from where tasks have put them.
fn files(cluster: &Cluster, remote: &BlockingRemote) {
    let path = cluster.data.join("in.txt");
    fs::write(&path, "a file").unwrap();
    let execution = started(remote, &turn::call(FlyteFile::from_path(&path)));
    remote.wait(&execution).unwrap();
    assert_eq!(
        remote
            .outputs::<turn>(&execution)
            .unwrap()
            .read_to_string()
            .unwrap(),
        "elif a"
    );
    let directory = cluster.data.join("in");
    fs::create_dir_all(directory.join("inner")).unwrap();
    fs::write(directory.join("a"), "a").unwrap();
    fs::write(directory.join("inner/b"), "b").unwrap();
    let execution = started(
        remote,
        &files_in::call(&FlyteDirectory::from_path(&directory)),
    );
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<files_in>(&execution).unwrap(), 2);
}

/// Nodes in workflows, launch plans, branches, dynamic tasks and maps, with their attempts.
fn trees(remote: &BlockingRemote) {
    let tree = |execution: Execution| {
        let tree = remote.wait(&execution).unwrap();
        let nodes = tree.all_nodes().map(|node| {
            let entity = node
                .entity
                .strip_prefix("flyte_remote.")
                .unwrap_or(&node.entity);
            format!(
                "{} {entity} {} {}",
                node.path,
                node.status.name(),
                node.attempts.len()
            )
        });
        nodes.collect::<Vec<_>>()
    };
    let inside = tree(started(remote, &nested::call(8)));
    for expected in [
        "n0 hypotenuse succeeded 0",
        "n0/n2 sum_of succeeded 1",
        "n1 from_six succeeded 0",
        "n1/n0 square succeeded 1",
    ] {
        assert!(
            inside.iter().any(|node| node == expected),
            "{expected}: {inside:?}"
        );
    }
    let built = tree(started(remote, &built::call(2)));
    assert!(
        built.contains(&"n0/dn0 square succeeded 1".to_owned()),
        "{built:?}"
    );
    let branch = tree(started(remote, &larger::call(30)));
    assert!(
        branch.contains(&"n0/n0-n0 square succeeded 1".to_owned()),
        "{branch:?}"
    );
    let elements = tree(started(remote, &squares::call(vec![1, 2])));
    assert!(
        elements[1].starts_with("n0[0] ") && elements[2].starts_with("n0[1] "),
        "{elements:?}"
    );
    let retried = tree(started(remote, &patient::call("x".to_owned())));
    assert_eq!(retried, ["n0 second_time succeeded 2"]);
    // It ran before with the same input.
    let cached = tree(started(remote, &recalled::call("kept".to_owned())));
    assert_eq!(cached, ["n0 remembered cached 0"]);
    let executions = remote.executions(3).unwrap();
    assert_eq!(executions[0].entity, "flyte_remote.recalled");
    assert_eq!(executions[2].entity, "flyte_remote.squares");
}

fn failures(remote: &BlockingRemote) {
    let execution = started(remote, &doomed::call("gold".to_owned()));
    let error = remote.wait(&execution).unwrap_err();
    assert!(
        matches!(&error, ClusterError::Ended(end) if end.phase == "failed"),
        "{error}"
    );
    assert!(
        error.to_string().contains("gold is not to be had"),
        "{error}"
    );
    let tree = remote.show(&execution).unwrap();
    // That of the task, without what the engine puts in front.
    let own = tree.nodes[0].error.as_ref().unwrap();
    assert!(
        own.starts_with("task `flyte_remote.broken` failed: gold"),
        "{own}"
    );
}

fn descriptor<E: Entity>() -> &'static EntityDescriptor {
    E::descriptor()
}

/// Whatever the compiler has added, what is equal does not differ, and what differs is shown.
fn conflicts(remote: &BlockingRemote) {
    let given = |image| options(image).version("given");
    remote
        .register(Registry::of_program(), &given("remote:v1"))
        .unwrap();
    let again = remote
        .register(Registry::of_program(), &given("remote:v1"))
        .unwrap();
    assert_eq!(again.sent(), 0);
    let dry = remote
        .register(Registry::of_program(), &given("remote:v1").dry_run(true))
        .unwrap();
    assert_eq!(dry.sent(), 0);
    for is_dry in [true, false] {
        let options = given("remote:v2")
            .only(descriptor::<hypotenuse>())
            .dry_run(is_dry);
        let error = remote
            .register(Registry::of_program(), &options)
            .unwrap_err();
        let ClusterError::Conflict(conflicts) = &error else {
            panic!("{error}");
        };
        assert_eq!(conflicts.len(), 2, "{error}");
        assert_eq!(conflicts[0].differences.len(), 1, "{error}");
        assert_eq!(conflicts[0].differences[0].path, "target.image");
        assert!(
            conflicts[0]
                .location
                .as_ref()
                .unwrap()
                .contains("src/lib.rs:")
        );
    }
}

fn names(remote: &BlockingRemote) {
    let version = version(remote);
    let options = ExecuteOptions::new()
        .name("mine")
        .label("team", "a")
        .tag("nightly")
        .env("A", "b");
    let execution = remote
        .execute(&square::call(3), &version, &options)
        .unwrap();
    let error = remote
        .execute(&square::call(4), &version, &options)
        .unwrap_err();
    assert!(matches!(error, ClusterError::Taken { .. }), "{error}");
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<square>(&execution).unwrap(), 9);
}

fn aborts(remote: &BlockingRemote) {
    let execution = started(remote, &endless::call(60));
    remote.terminate(&execution, "enough").unwrap();
    let error = remote.wait(&execution).unwrap_err();
    assert!(error.to_string().contains("was aborted: enough"), "{error}");
    remote.terminate(&execution, "again").unwrap();
    assert_eq!(
        remote.show(&execution).unwrap().record.status,
        Status::Aborted
    );
}

/// An approval and a value, and what is said no to.
fn gates(remote: &BlockingRemote) {
    let waiting = || {
        let execution = started(remote, &released::call("text".to_owned()));
        while remote.signals(&execution).unwrap().len() < 2 {
            thread::sleep(Duration::from_millis(20));
        }
        execution
    };
    let execution = waiting();
    let error = remote.set_input(&execution, "copies", "seven".to_owned());
    let error = error.unwrap_err().to_string();
    assert!(
        error.ends_with("waits for a value of type integer, and \"seven\" is not one"),
        "{error}"
    );
    remote.approve(&execution, "review").unwrap();
    remote.set_input_text(&execution, "copies", "7").unwrap();
    remote.wait(&execution).unwrap();
    let outputs = remote.outputs::<released>(&execution).unwrap();
    assert_eq!(outputs, ("TEXT".to_owned(), 49));
    let again = remote.set_input(&execution, "copies", 8_i64).unwrap_err();
    assert!(again.to_string().ends_with("has an answer already: 7"));
    let execution = waiting();
    remote.reject(&execution, "review").unwrap();
    let error = remote.wait(&execution).unwrap_err();
    assert!(matches!(error, ClusterError::Ended(_)), "{error}");
}

/// With the inputs of the first, and where one recovers without what has succeeded.
fn once_more(cluster: &Cluster, remote: &BlockingRemote) {
    let path = cluster.data.join("meanwhile");
    let text = path.display().to_string();
    let first = started(remote, &depends::call(text.clone()));
    remote.wait(&first).unwrap_err();
    fs::write(&path, "here").unwrap();
    let options = RelaunchOptions::new().name("relaunched");
    let again = remote.relaunch(&first, &options).unwrap();
    remote.wait(&again).unwrap();
    let expected = ("here".to_owned(), text.to_uppercase());
    assert_eq!(remote.outputs::<depends>(&again).unwrap(), expected);
    let taken = remote.recover(&first, &options).unwrap_err();
    assert!(matches!(taken, ClusterError::Taken { .. }), "{taken}");
    let recovered = remote.recover(&first, &RelaunchOptions::new()).unwrap();
    let tree = remote.wait(&recovered).unwrap();
    assert_eq!(remote.outputs::<depends>(&recovered).unwrap(), expected);
    let nodes = tree.all_nodes().map(|node| (&*node.path, node.status));
    let nodes: BTreeMap<_, _> = nodes.collect();
    let expected = [("n0", Status::Recovered), ("n1", Status::Succeeded)];
    assert_eq!(nodes, BTreeMap::from(expected));
}

/// With tokens that end while a run is watched.
fn signed_in() {
    let args = [
        "--client-id",
        "robot",
        "--client-secret",
        "sesame",
        "--token-lifetime",
        "2s",
    ];
    let cluster = start("signed-in", &args);
    let mut config = cluster.config();
    config.platform.auth_mode = AuthType::ClientSecret.into();
    config.platform.client_id = "robot".into();
    config.platform.client_credentials_secret = SecretText::new("sesame").into();
    let environment = Environment::empty().with_home(cluster.data.join("signed-in-home"));
    let remote = BlockingRemote::connect_in(&config, &environment).unwrap();
    let registration = remote
        .register(Registry::of_program(), &options("remote:v1"))
        .unwrap();
    let execution = remote.execute(
        &endless::call(3),
        &registration.version,
        &ExecuteOptions::new(),
    );
    let execution = execution.unwrap();
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<endless>(&execution).unwrap(), 3);
    cluster.rig.stop().unwrap();
}
