//! The console, over HTTP as a browser talks to it: who is let in, what is shown, and what can be done.

mod access;
mod attacks;
mod client;
mod deeds;
mod program;
mod shown;
