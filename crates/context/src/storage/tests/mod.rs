#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod files;
mod paths;
mod properties;

use super::*;
