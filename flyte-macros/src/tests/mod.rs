//! The expansions of the macros. What users see of them is tested from outside, in `tests` at the top of the
//! repository.

mod debug;
mod editor;
mod half_typed;
mod snapshots;

use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the test is made of tokens")
}
