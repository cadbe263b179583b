//! Secrets: asked for by the task, found in variables and files, and never printed.
//!
//! A task does not start without the secrets it asks for, and its error says where they were looked for:
//!
//! ```console
//! $ cargo run --example secrets -- run forecast --city Oslo
//! error: task `secrets.forecast` failed: Unable to find secret for group = "weather", key = "token"
//!       Env Var _FSEC_WEATHER_TOKEN: not set
//!       Env Var WEATHER_TOKEN: not set
//!       FilePath /etc/secrets/weather/token: not there
//!       Env Var FLYTE_SECRETS_WEATHER_TOKEN: not set
//!       to fix it: export _FSEC_WEATHER_TOKEN='...'
//!   with: city = "Oslo"
//!   task at [..]
//! ```
//!
//! With `export _FSEC_WEATHER_TOKEN='abc'` it gives `Oslo: asked with a token of 3 letters`. On a cluster the platform
//! hands the secret over. The test of this file gives the task one of its own: `cargo test --example secrets`.

use flyte_runtime::{BoxError, prelude::*, secrets::Secret};

// ANCHOR: forecast
/// The weather in a city, from a server that wants to know who asks.
#[task(secret_requests(secret(group = "weather", key = "token")))]
fn forecast(city: &str) -> Result<String, BoxError> {
    let me = ctx().ok_or("the secrets are a task's")?;
    let token = me.secrets()?.get("weather", "token")?;
    Ok(ask(city, &token))
}
// ANCHOR_END: forecast

// ANCHOR: ask
/// What is secret has its own type. `{token}` does not compile, and `{token:?}` is `Secret(***)`: only `expose` gives
/// the text.
fn ask(city: &str, token: &Secret) -> String {
    format!(
        "{city}: asked with a token of {} letters",
        token.expose().len()
    )
}
// ANCHOR_END: ask

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flyte_runtime::testing::TestContext;

    #[test]
    fn the_token_is_used() -> Result<(), RunError> {
        let test = TestContext::new().secret("weather", "token", "abc");
        let told = test.run(|| forecast::run("Oslo"))?;
        assert_eq!(told, "Oslo: asked with a token of 3 letters");
        Ok(())
    }

    #[test]
    fn nobody_asks_without_a_token() {
        let error = TestContext::new().run(|| forecast::run("Oslo"));
        let error = error.expect_err("there is no token").to_string();
        assert!(error.contains("Unable to find secret"), "{error}");
    }
}
