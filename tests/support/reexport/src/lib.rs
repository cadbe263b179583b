//! A framework that hands the runtime on: its users have no dependency of the name `flyte_runtime`.

pub use rt as flyte;

/// Tasks of a crate that has another name for the runtime, and says it nowhere but in its manifest.
pub mod renamed {
    use rt::{FlyteOutputs, FlyteType, task, workflow};

    /// A struct that is one value.
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    pub struct Length {
        /// In metres.
        pub metres: i64,
    }

    /// Two outputs.
    #[derive(Clone, Debug, PartialEq, FlyteOutputs)]
    pub struct Both {
        /// The first.
        pub short: Length,
        /// The second.
        pub long: Length,
    }

    /// A length in metres.
    #[task(retries = 1)]
    pub fn measured(metres: i64) -> Length {
        Length { metres }
    }

    /// A length, and one that is longer.
    #[workflow]
    pub fn both(metres: i64) -> Both {
        let short = measured(metres);
        Both {
            short,
            long: measured(metres = 100),
        }
    }
}
