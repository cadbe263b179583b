//! Decks: pages about the executions of tasks, in HTML, for people to look at.
//!
//! Every execution of a task has [`Decks`] of its own: what the task writes, by name, each of which is a tab of its
//! page. A task with `enable_deck` has also its inputs and outputs, how long its steps took, its source code, the
//! packages it was built with, and, if it failed, why; the page is there after an error, a panic or a cancellation just
//! as after a success. Of several attempts it is the last that has the page.
//!
//! ```
//! use flyte_runtime::{context::FlyteContext, deck::{Deck, Html, Markdown, Plot, Table}, prelude::*};
//!
//! #[task(enable_deck)]
//! fn train(epochs: u32) -> f64 {
//!     let losses: Vec<f64> = (1..=epochs).map(|epoch| 1.0 / f64::from(epoch)).collect();
//!     let Some(me) = ctx() else { return 1.0 };
//!     me.default_deck()
//!         .append("less < is better")
//!         .append(Markdown::new("# Loss\n\nIt goes **down**."))
//!         .append(Plot::new("Loss").line("loss", (1..).map(f64::from).zip(losses.iter().copied())));
//!     Deck::new("numbers").append(Table::new(["loss"]).rows(losses.iter().map(|loss| [*loss])));
//!     Deck::new("own").append(Html::raw("<b>markup</b>"));
//!     me.timeline_deck().measure("pick", || losses.last().copied().unwrap_or(1.0))
//! }
//!
//! train::run(4)?;
//! let page = FlyteContext::current().get_deck();
//! assert!(page.contains("less &lt; is better") && page.contains("<svg") && page.contains("<b>markup</b>"));
//! # Ok::<(), flyte_runtime::RunError>(())
//! ```
//!
//! # Where pages are
//!
//! * [`FlyteContext::get_deck`](crate::context::FlyteContext::get_deck): one page of all tasks of the last run, as
//!   text; and [`Decks::tasks`] of the context for each of them.
//! * [`Runner::deck_dir`](crate::Runner::deck_dir), and `run --deck DIR` on the command line: a page for each task, and
//!   `index.html`.
//! * In a container of a cluster `deck.html`, for a task with `enable_deck`.
//!
//! [`Deck::publish`] shows what there is while the task goes on.
//!
//! # What is safe
//!
//! Whatever is appended is escaped unless it is an [`Html::raw`], and so are inputs, outputs, errors and documentation.
//! A page loads nothing from anywhere, and tells the browser so (a `Content-Security-Policy`): pictures, styles and
//! scripts of raw markup must be in it. Without raw markup no script runs but the page's own. Secrets have no text that
//! could be appended by mistake.
//!
//! # The source code and the dependencies
//!
//! Both are put into the program when it is built, so that they are shown on a cluster too, for tasks that show them
//! and for no others. The code is the text of the function without its attributes. The dependencies are what
//! `Cargo.lock` says, as flytekit's are what `pip list` says: all packages of the workspace, those for tests included,
//! and not only what the task uses. Without a `Cargo.lock` above the package, there are the package and this library
//! alone.
//!
//! Corresponds to `flytekit.Deck`. There what is appended is always HTML; here it is text unless it is an [`Html`].

pub use flyte_context::deck::{
    Deck, DeckError, Decks, Html, Markdown, Plot, Status, Table, TimelineDeck, render,
};
