//! Pictures of graphs, drawn before anything runs.

mod card;
mod condition;
mod dot;
mod escape;
mod html;
mod json;
pub mod layout;
mod legend;
mod marks;
pub(crate) mod measure;
mod mermaid;
mod model;
mod svg;
mod text;

#[cfg(test)]
mod tests;

use flyte_core::graph::{Graph, entity::EntityDescriptor};

use model::Model;

pub(crate) use escape::xml;

/// A picture of a workflow: its steps, the values that flow between them with their types, branches with their
/// conditions, maps, gates, and workflows inside.
///
/// It is drawn from the compiled graph, so nothing runs, and no other program is needed. The same graph gives the same
/// picture, byte for byte. On the command line it is the command `graph`.
///
/// ```
/// use flyte_runtime::{prelude::*, view::Picture};
///
/// #[task(retries = 2)]
/// fn load(path: String) -> Vec<f64> {
///     path.split(',').filter_map(|number| number.parse().ok()).collect()
/// }
///
/// #[task]
/// fn mean(xs: &[f64]) -> f64 {
///     xs.iter().sum::<f64>() / xs.len() as f64
/// }
///
/// #[workflow]
/// fn mean_of_file(path: String) -> f64 {
///     mean(load(path))
/// }
///
/// let graph = mean_of_file::graph()?;
/// let picture = Picture::of(&graph);
/// assert!(picture.svg().contains("2 retries"));
/// assert!(picture.mermaid().contains("xs: Vec&lt;f64&gt;"));
/// # Ok::<(), flyte_runtime::graph::CompileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Picture {
    model: Model,
    base: String,
}

impl Picture {
    /// A picture of a graph. Workflows in it are opened while that leaves it legible.
    pub fn of(graph: &Graph) -> Self {
        Self {
            model: Model::of(graph, None),
            base: String::new(),
        }
    }

    /// A picture in which workflows are opened to this depth; 0 opens none.
    pub fn to_depth(graph: &Graph, depth: usize) -> Self {
        Self {
            model: Model::of(graph, Some(depth)),
            base: String::new(),
        }
    }

    /// What source places are linked below: `https://example.org/repository/blob/main/`, or `../` for a picture that is
    /// kept one directory below the sources. Without it they are relative to the picture.
    #[must_use]
    pub fn sources(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// The picture as SVG: light and dark, with a title and a description of each step, without scripts or anything
    /// that is loaded from elsewhere.
    pub fn svg(&self) -> String {
        svg::draw(&self.model, &self.base)
    }

    /// The picture as a page for a browser, with the docs and a table of all steps below it; without scripts.
    pub fn html(&self) -> String {
        html::page(&self.model, &self.base)
    }

    /// The graph for Mermaid, which code hosts draw in Markdown.
    pub fn mermaid(&self) -> String {
        mermaid::source(&self.model)
    }

    /// The graph for Graphviz.
    pub fn dot(&self) -> String {
        dot::source(&self.model)
    }

    /// What is drawn, as JSON: steps, links with what flows along them, frames.
    pub fn json(&self) -> String {
        json::document(&self.model)
    }

    /// The picture in box characters, in 80 columns if that can be.
    pub fn text(&self) -> String {
        self.text_within(text::COLUMNS)
    }

    /// The picture in box characters. Boxes and labels go on in the next line while it is wider than so many columns;
    /// nothing in a box is cut off, so a graph with many boxes side by side may stay wider.
    pub fn text_within(&self, columns: usize) -> String {
        text::draw(&self.model, columns)
    }
}

/// The options of a task in few words: `2 retries`, `timeout 30s`.
pub(crate) fn options(entity: &'static EntityDescriptor) -> Vec<String> {
    marks::of(Some(entity), None)
}
