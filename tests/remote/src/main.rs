//! The program that the tests register and run: the command line of its tasks.

use flyte_remote as _;
use flyte_runtime::prelude::ExitCode;

fn main() -> ExitCode {
    flyte_runtime::main()
}
