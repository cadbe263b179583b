//! Files, directories and tables in both directions, unions, scripts, and values that are large.

use std::{collections::BTreeMap, fs};

use flyte_remote::{
    files_in, turn,
    workflows::data::{
        Card, Payment, ends_with, folders, from_outside, large, payments, scripted,
        table_from_outside, tables, trips,
    },
};
use flyte_runtime::{cluster::ExecuteOptions, files::arrow_array::Array as _, prelude::*};

use crate::here::Here;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Sent by signed links, and read from where tasks have put them.
pub(crate) fn files_go_there_and_come_back(here: &Here) {
    let scratch = here.scratch("files");
    let path = scratch.join("in.txt");
    fs::write(&path, "a file").unwrap();
    let execution = here.started(&turn::call(FlyteFile::from_path(&path)));
    here.remote.wait(&execution).unwrap();
    let turned = here.remote.outputs::<turn>(&execution).unwrap();
    assert_eq!(turned.read_to_string().unwrap(), "elif a");
    let directory = scratch.join("in");
    fs::create_dir_all(directory.join("inner")).unwrap();
    fs::write(directory.join("a"), "a").unwrap();
    fs::write(directory.join("inner/b"), "b").unwrap();
    here.is_the_same(&files_in::call(&FlyteDirectory::from_path(&directory)));
    here.is_the_same(&folders::call(texts(&["x", "", "größer"])));
    let files = vec![FlyteFile::from_path(&path), FlyteFile::from_path(&path)];
    let call = from_outside::call(FlyteDirectory::from_path(&directory), files);
    let execution = here.started(&call);
    here.remote.wait(&execution).unwrap();
    let (names, joined) = here.remote.outputs::<from_outside>(&execution).unwrap();
    let (own_names, own) = here.runner().run(call).unwrap();
    assert_eq!(names, own_names);
    assert_eq!(
        names,
        BTreeMap::from([("a", "a"), ("b", "b")].map(|(a, b)| (a.into(), b.into())))
    );
    assert_eq!(
        joined.read_to_string().unwrap(),
        own.read_to_string().unwrap()
    );
}

pub(crate) fn tables_go_there_and_come_back(here: &Here) {
    let execution = here.started(&tables::call(5));
    let (table, sum) = here.runner().run(tables::call(5)).unwrap();
    here.remote.wait(&execution).unwrap();
    let (table_there, sum_there) = here.remote.outputs::<tables>(&execution).unwrap();
    assert_eq!(sum_there, sum);
    let batches = |table: &StructuredDataset<flyte_remote::workflows::data::Trips>| {
        let batches = table.open().unwrap().map(|batch| batch.unwrap());
        batches.collect::<Vec<_>>()
    };
    assert_eq!(batches(&table_there), batches(&table));
    assert_eq!(batches(&table)[0].column(0).len(), 5);
    let given = here.runner().run(trips::call(4)).unwrap();
    here.is_the_same(&table_from_outside::call(given));
}

pub(crate) fn unions_are_the_same(here: &Here) {
    let card = Payment::With(Card {
        number: "7".to_owned(),
        limit: None,
    });
    here.is_the_same(&payments::call(
        String::new(),
        Payment::Vouchers(Vec::new()),
    ));
    here.is_the_same(&payments::call("-7".to_owned(), card));
    here.is_the_same(&payments::call("#7".to_owned(), Payment::Nothing));
    here.is_the_same(&payments::call("a,ü".to_owned(), Payment::Cents(1)));
}

/// In an answer, left out of it, and in files of their own.
pub(crate) fn large_values_are_the_same(here: &Here) {
    let offloaded = ExecuteOptions::new().env("_F_L_MIN_SIZE_MB", "1");
    let call = large::call(3);
    let executions = [
        here.started(&large::call(1)),
        here.started(&call),
        here.started_with(&call, &offloaded),
    ];
    here.gives_the_same(&large::call(1), &executions[0], Default::default());
    here.gives_the_same(&call, &executions[1], Default::default());
    here.gives_the_same(&call, &executions[2], Default::default());
}

pub(crate) fn scripts_are_the_same(here: &Here) {
    here.is_the_same(&scripted::call("a script".to_owned()));
    let execution = here.started(&ends_with::call(3));
    here.fails(&execution);
    here.runner().run(ends_with::call(3)).unwrap_err();
}
