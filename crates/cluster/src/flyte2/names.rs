//! The names of actions and the hashes that they are made of, equal to those of Flyte 2's Python SDK.
//!
//! A parent computes the name of a child from its call, so a parent that was restarted finds the children that it
//! enqueued before. Nothing in a name depends on the run, the image or the version of the code around the task.

use std::collections::HashMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use flyte_core::types::{Literal, LiteralValue, wire, with_sorted_keys};
use flyte_idl::{
    flyteidl2::core::{TaskTemplate, TypedInterface},
    prost::Message as _,
};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The hash of the inputs of a call, in the order of the declaration; empty if there are none.
pub fn inputs_hash<'a>(inputs: impl IntoIterator<Item = (&'a str, &'a Literal)>) -> String {
    let mut bytes = Vec::new();
    for (name, literal) in inputs {
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b':');
        write_hashed(literal, &mut bytes);
        bytes.push(b';');
    }
    match bytes.is_empty() {
        true => String::new(),
        false => hash(&bytes),
    }
}

/// What of a literal is hashed: its own hash if it has one, also inside of lists and maps.
fn write_hashed(literal: &Literal, bytes: &mut Vec<u8>) {
    if let Some(hash) = literal.hash().filter(|hash| !hash.is_empty()) {
        bytes.extend_from_slice(hash.as_bytes());
        return;
    }
    match &literal.value {
        LiteralValue::Collection(items) => {
            for item in items {
                write_hashed(item, bytes);
            }
        }
        LiteralValue::Map(items) => {
            let mut items: Vec<_> = items.iter().collect();
            items.sort_by_key(|(key, _)| *key);
            for (key, item) in items {
                bytes.extend_from_slice(key.as_bytes());
                write_hashed(item, bytes);
            }
        }
        LiteralValue::Msgpack(value) => {
            let mut literal = literal.clone();
            if let Some(sorted) = with_sorted_keys(value) {
                literal.value = LiteralValue::Msgpack(sorted);
            }
            bytes.extend_from_slice(&wire::encode(&literal));
        }
        _ => bytes.extend_from_slice(&wire::encode(literal)),
    }
}

/// The hash of an interface, whatever the order of its variables.
pub fn interface_hash(interface: &TypedInterface) -> String {
    let mut sorted = interface.clone();
    for map in [&mut sorted.inputs, &mut sorted.outputs]
        .into_iter()
        .flatten()
    {
        map.variables.sort_by(|one, other| one.key.cmp(&other.key));
    }
    hash(&sorted.encode_to_vec())
}

/// What identifies the code of a task: its name, its interface and its discovery version.
pub fn task_identity(template: &TaskTemplate) -> String {
    let name = template.id.as_ref().map_or("", |id| &id.name);
    let interface = template.interface.as_ref().map(interface_hash);
    let version = template.metadata.as_ref();
    let version = version.map_or("", |metadata| &metadata.discovery_version);
    let interface = interface.unwrap_or_default();
    hash(format!("{name}-{interface}-{version}").as_bytes())
}

/// The inputs that count for the name and the cache key of a call: all but those that the cache ignores.
pub fn counted<'a>(
    template: &'a TaskTemplate,
    inputs: &'a [(&'a str, Literal)],
) -> impl Iterator<Item = (&'a str, &'a Literal)> {
    let ignored = template.metadata.as_ref();
    let ignored = ignored.map_or(&[][..], |metadata| &metadata.cache_ignore_input_vars);
    inputs
        .iter()
        .filter(|(name, _)| !ignored.iter().any(|ignored| ignored == name))
        .map(|(name, literal)| (*name, literal))
}

/// The key of a call in the cluster's cache; `None` if the task is not cached.
pub fn cache_key(template: &TaskTemplate, inputs_hash: &str) -> Option<String> {
    let metadata = template.metadata.as_ref()?;
    if !metadata.discoverable {
        return None;
    }
    let name = template.id.as_ref().map_or("", |id| &id.name);
    let interface = template.interface.as_ref().map(interface_hash);
    let interface = interface.unwrap_or_default();
    let version = &metadata.discovery_version;
    Some(hash(
        format!("{inputs_hash}{name}{interface}{version}").as_bytes(),
    ))
}

/// The name of a child.
pub fn action_name(
    parent: &str,
    inputs_hash: &str,
    identity: &str,
    number: u32,
    group: &str,
) -> String {
    let mut text = format!("{parent}-{inputs_hash}-{identity}-{number}");
    if !group.is_empty() {
        text.push('-');
        text.push_str(group);
    }
    base36(u128::from_be_bytes(Md5::digest(text.as_bytes()).into()))
}

fn base36(mut number: u128) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(DIGITS[(number % 36) as usize]));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

fn hash(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

/// Counts equal calls of a parent: each has a number, from 1. Equal calls may change places, since nothing tells them
/// apart.
#[derive(Debug, Default)]
pub struct Sequence(HashMap<(String, String, String), u32>);

impl Sequence {
    /// The number of the next call of a task with these inputs in a group.
    pub fn next(&mut self, identity: &str, inputs_hash: &str, group: &str) -> u32 {
        let key = (
            identity.to_owned(),
            inputs_hash.to_owned(),
            group.to_owned(),
        );
        let number = self.0.entry(key).or_default();
        *number += 1;
        *number
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Sequence, action_name, base36, cache_key, inputs_hash, interface_hash, task_identity,
    };
    use flyte_core::types::{Literal, LiteralValue};
    use flyte_idl::{
        flyteidl2::core::{Identifier, TaskMetadata, TaskTemplate, TypedInterface},
        prost::Message as _,
    };

    const VERSION: &str = "81bf5d532170c1b8fca8140bf6dc921785a1f68c61508e93d54ac1cb7bc6e2c1";

    /// `x: int -> o0: int`, as Python writes it.
    fn interface() -> TypedInterface {
        let bytes = b"\x0a\x0b\x0a\x09\x0a\x01x\x12\x04\x0a\x02\x08\x01\
                      \x12\x0c\x0a\x0a\x0a\x02o0\x12\x04\x0a\x02\x08\x01";
        TypedInterface::decode(&bytes[..]).expect("it is there")
    }

    fn child() -> TaskTemplate {
        TaskTemplate {
            id: Some(Identifier {
                name: "env1.child".to_owned(),
                ..Identifier::default()
            }),
            metadata: Some(TaskMetadata {
                discovery_version: VERSION.to_owned(),
                ..TaskMetadata::default()
            }),
            interface: Some(interface()),
            ..TaskTemplate::default()
        }
    }

    fn of_x(x: i64) -> String {
        inputs_hash([("x", &Literal::from(LiteralValue::Integer(x)))])
    }

    #[test]
    fn the_names_of_children_are_those_that_a_python_parent_was_seen_to_use() {
        let identity = task_identity(&child());
        assert_eq!(identity, "gSJ2mWEGJzJQ3JBXXGgf77SXuI2SnYB7u6hZBDMBPUY=");
        assert_eq!(of_x(1), "mwz8D2D27AaNIuSl3c0hyVeHhgDGpyQZdtnWBWKxGAc=");
        let name = |x, number, group| action_name("a0", &of_x(x), &identity, number, group);
        assert_eq!(name(1, 1, ""), "az8ds9ccjv9np5m3in54vw6mi");
        assert_eq!(name(1, 2, ""), "4vc4x85ubgco12pmh0yculvtq");
        assert_eq!(name(2, 1, "fan"), "9mamxk2a0iwgsj8glan98elkc");
        assert_eq!(name(3, 1, "fan"), "ekgawffs17ftu5kz6jbhetfnz");
    }

    #[test]
    fn a_call_without_inputs_has_an_empty_hash() {
        assert_eq!(inputs_hash([]), "");
    }

    #[test]
    fn the_order_of_variables_does_not_change_an_interface_but_that_of_inputs_a_call() {
        let mut two = interface();
        let mut other = two.inputs.clone().expect("it is there").variables.remove(0);
        other.key = "a".to_owned();
        two.inputs
            .as_mut()
            .expect("it is there")
            .variables
            .push(other);
        let mut turned = two.clone();
        turned
            .inputs
            .as_mut()
            .expect("it is there")
            .variables
            .reverse();
        assert_eq!(interface_hash(&two), interface_hash(&turned));
        let literal = Literal::from(LiteralValue::Integer(1));
        let (one, other) = (("x", &literal), ("y", &literal));
        assert_ne!(inputs_hash([one, other]), inputs_hash([other, one]));
    }

    #[test]
    fn the_hash_of_a_value_stands_for_it_in_a_list_too() {
        let hashed = |x| Literal::from(LiteralValue::Integer(x)).with_hash("same");
        let list = |x| Literal::from(LiteralValue::Collection(vec![hashed(x)]));
        assert_eq!(
            inputs_hash([("x", &hashed(1))]),
            inputs_hash([("x", &hashed(2))])
        );
        assert_eq!(
            inputs_hash([("x", &list(1))]),
            inputs_hash([("x", &list(2))])
        );
        assert_ne!(of_x(1), inputs_hash([("x", &hashed(1))]));
    }

    #[test]
    fn only_cached_tasks_have_a_cache_key() {
        let mut template = child();
        assert_eq!(cache_key(&template, &of_x(1)), None);
        template
            .metadata
            .as_mut()
            .expect("it is there")
            .discoverable = true;
        assert!(cache_key(&template, &of_x(1)).is_some());
        assert_ne!(
            cache_key(&template, &of_x(1)),
            cache_key(&template, &of_x(2))
        );
    }

    #[test]
    fn equal_calls_are_numbered_and_others_have_numbers_of_their_own() {
        let mut sequence = Sequence::default();
        assert_eq!(sequence.next("task", "hash", ""), 1);
        assert_eq!(sequence.next("task", "hash", ""), 2);
        assert_eq!(sequence.next("task", "other", ""), 1);
        assert_eq!(sequence.next("task", "hash", "group"), 1);
    }

    #[test]
    fn numbers_are_written_without_leading_zeros() {
        assert_eq!(base36(0), "0");
        assert_eq!(base36(35), "z");
        assert_eq!(base36(u128::MAX), "f5lxx1zz5pnorynqglhzmsp33");
    }
}
