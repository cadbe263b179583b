//! Opens a page in the user's browser.

pub(super) use flyte_config::browser::open;
