use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType, serde::Serialize, serde::Deserialize)]
enum Mode {
    #[serde(alias = "slow")]
    Fast,
    #[serde(rename = "slow")]
    Slow,
}

#[derive(Clone, FlyteType, serde::Serialize, serde::Deserialize)]
enum Size {
    #[serde(alias = "S")]
    Small,
    #[serde(alias = "S")]
    Short,
}

fn main() {
    let _ = (Mode::Fast, Mode::Slow, Size::Small, Size::Short);
}
