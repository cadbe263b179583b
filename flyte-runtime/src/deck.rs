//! Decks: HTML pages for users about the executions of tasks.
//!
//! Every execution of a task has its own [`Decks`]: named parts that the task writes, each of which is a tab of its
//! page. The page of a task with `enable_deck` also contains its inputs and outputs, the durations of its steps, its
//! source code, the packages with which it was built, and the error if it failed. The page is written after an error, a
//! panic or a cancellation just as after a success. If there are several attempts, the page belongs to the last one.
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
//!   text; [`Decks::tasks`] of the context has those of each task.
//! * [`Runner::deck_dir`](crate::Runner::deck_dir), and `run --deck DIR` on the command line: a page for each task, and
//!   `index.html`.
//! * In a container of a cluster, `deck.html` for a task with `enable_deck`.
//!
//! [`Deck::publish`] writes the current page while the task continues.
//!
//! # What is safe
//!
//! Everything that is appended is escaped unless it is [`Html::raw`]; so are inputs, outputs, errors and documentation.
//! A page loads nothing from elsewhere, and tells the browser so (a `Content-Security-Policy`): pictures, styles and
//! scripts of raw markup must be embedded. Without raw markup only the page's own script runs. Secrets have no text
//! form, so they cannot be appended by mistake.
//!
//! # The source code and the dependencies
//!
//! Both are compiled into the program, only for tasks that show them, so that they are available on a cluster too. The
//! code is the text of the function without its attributes. The dependencies come from `Cargo.lock`, as flytekit's come
//! from `pip list`: all packages of the workspace, including those for tests, and not only those that the task uses.
//! Without a `Cargo.lock` above the package, only the package and this library are listed.
//!
//! Corresponds to `flytekit.Deck`, where appended contents are always HTML; here they are text unless they are
//! [`Html`].

pub use flyte_context::deck::{
    Deck, DeckError, Decks, Html, Markdown, Plot, Status, Table, TimelineDeck, render,
};
