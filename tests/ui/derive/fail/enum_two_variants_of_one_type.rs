use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Length {
    Metres(f64),
    Feet(f32),
    Steps(Vec<u8>),
    Stairs(Vec<i64>),
    Unknown,
}

fn main() {
    let _ = (Length::Metres(1.0), Length::Feet(1.0), Length::Unknown);
    let _ = (Length::Steps(vec![]), Length::Stairs(vec![]));
}
