//! Structs of values and structs of outputs.

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Inner {
    r#type: String,
    #[serde(rename = "other")]
    renamed: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Outer {
    inner: Inner,
    list: Vec<Inner>,
}

#[derive(Debug, FlyteOutputs)]
struct Parts {
    r#type: String,
    list: Vec<Inner>,
}

#[task]
fn make(kind: String) -> Outer {
    let inner = Inner {
        r#type: kind,
        renamed: None,
    };
    Outer {
        list: vec![inner.clone()],
        inner,
    }
}

#[task]
fn take_apart(outer: Outer) -> Parts {
    Parts {
        r#type: outer.inner.r#type,
        list: outer.list,
    }
}

#[workflow]
fn pipeline(kind: String) -> Parts {
    let outer = make(kind);
    let parts = take_apart(outer);
    Parts {
        list: parts.list,
        r#type: outer.fields().inner.fields().r#type,
    }
}

fn main() {
    let parts = pipeline("kind".to_owned()).unwrap();
    assert_eq!((parts.r#type.as_str(), parts.list.len()), ("kind", 1));
}
