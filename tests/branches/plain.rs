//! What stays plain Rust when the condition is a plain value.

use super::*;

struct NotClone(String);

fn length(n: NotClone) -> i64 {
    n.0.len() as i64
}

#[workflow]
fn everything(x: i64) -> (i64, i64, String) {
    let flags = [true, false, true];
    let moved = NotClone("abc".to_owned());
    let mut list = vec![x];
    let late;
    let flag = flags[0];
    if flag {
        list.push(square(x));
        late = "late";
    } else {
        list.push(double(x));
        late = "never";
    }
    let length = if flag {
        (length)(moved)
    } else {
        (drop)(moved);
        0
    };
    let mut total = x;
    for (index, flag) in flags.into_iter().enumerate() {
        if index == 1 {
            continue;
        }
        if !flag {
            break;
        }
        total = if flag && index > 0 {
            add(total, list[1])
        } else {
            double(total)
        };
    }
    let word = match flags.len() {
        3 => "three",
        _ => "other",
    };
    let word = match Some(word) {
        Some(word) if flag => format!("{late} {word}"),
        Some(_) | None => String::new(),
    };
    (total, length, word)
}

#[test]
fn moves_borrows_late_variables_and_loops() {
    assert_eq!(everything(3).unwrap(), (15, 3, "late three".to_owned()));
}
