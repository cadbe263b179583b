//! Executions: how they are started, what they give, and how they end.

use std::fs;

use flyte_remote::{
    built, doomed, endless, files_in, from_six, hypotenuse, larger, long, nested, patient, square,
    squares, turn,
};
use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ClusterError, ExecuteOptions, Remote, Status},
    prelude::*,
    testing::cluster::{ControlPlaneOptions, Fault},
};

use crate::{in_image, plane, plane_with, remote, started};

/// What a call gives there is what it gives here.
macro_rules! same {
    ($remote:ident, $($entity:ident($($input:expr),*)),* $(,)?) => {
        $(
            let execution = started(&$remote, &$entity::call($($input),*));
            $remote.wait(&execution).unwrap();
            assert_eq!($remote.outputs::<$entity>(&execution).unwrap(), $entity::run($($input),*).unwrap());
        )*
    };
}

#[test]
fn outputs_are_those_of_a_run_here() {
    let plane = plane();
    let remote = remote(&plane);
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
    );
}

#[test]
fn nodes_attempts_and_elements_are_a_tree() {
    let plane = plane();
    let remote = remote(&plane);
    let tree = |execution| {
        let tree = remote.wait(&execution).unwrap();
        let nodes = tree.all_nodes().map(|node| {
            (
                node.path.clone(),
                node.entity.clone(),
                node.status,
                node.attempts.len(),
            )
        });
        nodes.collect::<Vec<_>>()
    };
    let node = |path: &str, entity: &str, attempts| {
        (
            path.to_owned(),
            format!("flyte_remote.{entity}"),
            Status::Succeeded,
            attempts,
        )
    };
    let inside = tree(started(&remote, &nested::call(8)));
    // Which of them begins first is not said.
    for expected in [
        node("n0", "hypotenuse", 0),
        node("n0/n0", "square", 1),
        node("n0/n2", "sum_of", 1),
        node("n1", "from_six", 0),
        node("n1/n0/n0", "square", 1),
    ] {
        assert!(inside.contains(&expected), "{expected:?}: {inside:?}");
    }
    let elements = tree(started(&remote, &squares::call(vec![1, 2])));
    assert_eq!((&*elements[1].0, &*elements[2].0), ("n0[0]", "n0[1]"));
    let retried = tree(started(&remote, &patient::call("x".to_owned())));
    assert_eq!(retried, [node("n0", "second_time", 2)]);
}

#[test]
fn a_failure_says_what_went_wrong() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &doomed::call("gold".to_owned()));
    let error = remote.wait(&execution).unwrap_err();
    let ClusterError::Ended(end) = &error else {
        panic!("{error}");
    };
    assert_eq!((&*end.name, end.phase), (&*execution.name, "failed"));
    // A list has the beginning of it alone.
    assert!(end.message.contains("gold is not to be had"), "{error}");
    assert!(
        remote
            .outputs::<doomed>(&execution)
            .unwrap_err()
            .to_string()
            .contains("gold is not")
    );
    let tree = remote.show(&execution).unwrap();
    assert!(
        tree.nodes[0]
            .error
            .as_ref()
            .unwrap()
            .contains("gold is not to be had")
    );
}

/// A server replaces the inputs of the other execution before it sees that the name is taken.
#[test]
fn a_name_that_is_taken_keeps_its_inputs() {
    let plane = plane();
    let remote = remote(&plane);
    let version = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap()
        .version;
    let options = ExecuteOptions::new().name("mine");
    remote
        .execute(&square::call(3), &version, &options)
        .unwrap();
    let error = remote
        .execute(&square::call(4), &version, &options)
        .unwrap_err();
    assert!(
        matches!(&error, ClusterError::Taken { name } if name == "mine"),
        "{error}"
    );
    assert_eq!(plane.calls("CreateExecution"), 1);
    assert_eq!(plane.kept_input("mine", "x").as_deref(), Some("3"));
}

#[test]
fn a_start_whose_answer_is_lost_starts_once() {
    let plane = plane();
    let remote = remote(&plane);
    plane.order("CreateExecution", 1, Fault::LostAnswer);
    let execution = started(&remote, &square::call(5));
    assert_eq!(plane.calls("CreateExecution"), 2);
    remote.wait(&execution).unwrap();
    assert_eq!(remote.executions(10).unwrap().len(), 1);
}

/// The cluster names the length of the digest as that of the file.
#[test]
fn files_are_sent_with_their_own_length() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("in.txt");
    fs::write(&path, "a file of 23 characters").unwrap();
    let execution = started(&remote, &turn::call(FlyteFile::from_path(&path)));
    let headers = plane.last_upload().unwrap();
    assert_eq!(headers["content-length"], "23");
    assert!(!headers.contains_key("content-type") && headers.contains_key("content-md5"));
    remote.wait(&execution).unwrap();
    let turned = remote.outputs::<turn>(&execution).unwrap();
    assert_eq!(turned.read_to_string().unwrap(), "sretcarahc 32 fo elif a");
}

/// Each try has a new link, because what has signed the one before may be gone.
#[test]
fn a_file_is_sent_again_while_the_store_is_away() {
    let plane = plane();
    let path = plane.directory().join("in.txt");
    fs::write(&path, "a file").unwrap();
    let call = turn::call(FlyteFile::from_path(&path));
    plane.order("PutFile", 2, Fault::Absent);
    let execution = started(&remote(&plane), &call);
    assert_eq!(plane.calls("PutFile"), 3);
    assert_eq!(plane.calls("CreateUploadLocation"), 3);
    remote(&plane).wait(&execution).unwrap();

    let mut config = plane.config();
    config.platform.rpc_retries = 0.into();
    let hasty = BlockingRemote::connect_in(&config, &plane.environment()).unwrap();
    plane.order("PutFile", 1, Fault::Absent);
    let error = hasty.execute(&call, "v1", &ExecuteOptions::new());
    let error = error.unwrap_err().to_string();
    assert!(
        error.starts_with(&*path.to_string_lossy())
            && error.ends_with("the store answers HTTP 503: the server has gone away"),
        "{error}"
    );
}

#[test]
fn directories_are_sent_with_all_that_is_in_them() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("in");
    fs::create_dir_all(path.join("inner")).unwrap();
    for name in ["a", "b", "inner/c"] {
        fs::write(path.join(name), name).unwrap();
    }
    let execution = started(&remote, &files_in::call(&FlyteDirectory::from_path(&path)));
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<files_in>(&execution).unwrap(), 3);
    assert_eq!(plane.calls("CreateUploadLocation"), 3);
}

#[test]
fn a_file_that_is_not_there_starts_nothing() {
    let plane = plane();
    let remote = remote(&plane);
    let version = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap()
        .version;
    let call = turn::call(FlyteFile::from_path("/not/there.txt"));
    let error = remote
        .execute(&call, &version, &ExecuteOptions::new())
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/not/there.txt cannot be moved: "),
        "{error}"
    );
    assert_eq!(plane.calls("CreateExecution"), 0);
}

/// Above 2 MiB the answer is empty, and nothing says that something is missing: with links and without.
#[test]
fn long_outputs_are_read_from_the_store() {
    for has_links in [true, false] {
        let plane = plane_with(ControlPlaneOptions::default().links(has_links));
        let remote = remote(&plane);
        let execution = started(&remote, &long::call(3));
        remote.wait(&execution).unwrap();
        assert_eq!(
            remote.outputs::<long>(&execution).unwrap().len(),
            3 << 20,
            "{has_links}"
        );
    }
}

/// Without being asked for one, a list has no order.
#[test]
fn the_newest_executions_come_first() {
    let plane = plane();
    let remote = remote(&plane);
    let version = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap()
        .version;
    for number in 0..12 {
        let options = ExecuteOptions::new().name(format!("e{number}"));
        remote
            .execute(&square::call(number), &version, &options)
            .unwrap();
    }
    let names = |most| {
        let executions = remote.executions(most).unwrap();
        executions
            .into_iter()
            .map(|execution| execution.name)
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = (0..12).rev().map(|number| format!("e{number}")).collect();
    assert_eq!(names(100), all);
    assert_eq!(names(5), all[..5]);
}

#[test]
fn an_execution_is_ended_and_stays_so() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &endless::call(60));
    remote.terminate(&execution, "enough").unwrap();
    let error = remote.wait(&execution).unwrap_err();
    assert!(
        error.to_string().ends_with("was aborted: enough"),
        "{error}"
    );
    // Again it is not an error.
    let ended = remote.terminate(&execution, "more than enough").unwrap();
    assert_eq!(ended.unwrap().status, Status::Aborted);
    let unknown = remote.execution("nobody");
    assert!(
        remote
            .terminate(&unknown, "")
            .unwrap_err()
            .to_string()
            .contains("has no execution `nobody`")
    );
}

#[test]
fn inputs_and_outputs_of_other_types_are_told() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &square::call(2));
    remote.wait(&execution).unwrap();
    let error = remote
        .outputs::<patient>(&execution)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("is not what `flyte_remote.patient` gives"),
        "{error}"
    );
    let endless = started(&remote, &endless::call(30));
    let error = remote.outputs::<endless>(&endless).unwrap_err().to_string();
    assert!(error.contains("has no outputs yet"), "{error}");
    remote.terminate(&endless, "").unwrap();
}

#[test]
fn options_reach_the_cluster() {
    let plane = plane();
    let remote = remote(&plane);
    let version = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap()
        .version;
    let options = ExecuteOptions::new()
        .name("with-options")
        .label("team", "a")
        .annotation("note", "b")
        .env("LEVEL", "debug")
        .tag("nightly")
        .overwrite_cache(true)
        .interruptible(false)
        .max_parallelism(3)
        .raw_output_prefix("s3://mine/")
        .service_account("robot");
    remote
        .execute(&square::call(1), &version, &options)
        .unwrap();
    let spec = plane.spec("with-options").unwrap();
    for part in [
        "\"team\": \"a\"",
        "\"note\": \"b\"",
        "key: \"LEVEL\"",
        "value: \"debug\"",
        "\"nightly\"",
        "overwrite_cache: true",
        "max_parallelism: 3",
        "output_location_prefix: \"s3://mine/\"",
        "k8s_service_account: \"robot\"",
    ] {
        assert!(spec.contains(part), "{part} is not in {spec}");
    }
    assert!(
        spec.contains("interruptible: Some(\n        false"),
        "{spec}"
    );
    let bad = ExecuteOptions::new().name("Not_A_Name");
    let error = remote
        .execute(&square::call(1), &version, &bad)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("write small letters, digits and `-`"),
        "{error}"
    );
}

/// What async programs use, with several executions under way on one connection.
#[tokio::test]
async fn several_executions_are_awaited_at_once() {
    let plane = plane();
    let (config, environment) = (plane.config(), plane.environment());
    let remote = Remote::connect_in(&config, &environment).await.unwrap();
    let registration = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .await
        .unwrap();
    let one = async |x: i64| {
        let options = ExecuteOptions::new();
        let execution = remote
            .execute(&square::call(x), &registration.version, &options)
            .await?;
        remote.wait(&execution).await?;
        remote.outputs::<square>(&execution).await
    };
    let all = tokio::join!(one(2), one(3), one(4));
    assert_eq!((all.0.unwrap(), all.1.unwrap(), all.2.unwrap()), (4, 9, 16));
}
