//! Structs with two derives that exclude one another, and files in structs of serde.

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, FlyteType, FlyteOutputs)]
struct BothDerives {
    mean: f64,
}

#[derive(FlyteOutputs)]
#[derive(Clone, FlyteType)]
struct BothInTwoAttributes {
    low: i64,
    high: i64,
}

macro_rules! stored {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Clone, Serialize, Deserialize, FlyteOutputs, FlyteType)]
        struct $name {
            $($field: $ty,)*
        }
    };
}

stored!(BothFromAMacro { text: String });

#[derive(Serialize)]
struct AFileThatIsWritten {
    file: FlyteFile,
}

#[derive(Deserialize)]
struct DirectoriesThatAreRead {
    parts: Vec<FlyteDirectory>,
}

#[derive(Clone, FlyteType, Serialize)]
struct AFileThatMayBeMissing {
    name: String,
    file: Option<FlyteFile>,
}

#[task]
fn summary(x: f64) -> BothDerives {
    BothDerives { mean: x }
}

#[task]
fn ends(x: i64) -> BothInTwoAttributes {
    BothInTwoAttributes { low: x, high: x }
}

fn main() {}
