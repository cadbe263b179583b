use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Answer {
    Number(i64),
    Unknown,
    Refused,
}

fn main() {
    let _ = (Answer::Number(1), Answer::Unknown, Answer::Refused);
}
