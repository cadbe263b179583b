//! Rows and columns.

use std::fmt::Display;

use super::Html;

/// A table of texts, which are all escaped. Columns of numbers are aligned on the right.
///
/// ```
/// use flyte_runtime::deck::{Html, Table};
///
/// let table = Table::new(["language", "lines"])
///     .caption("What was counted")
///     .row(&[&"Rust", &1_200])
///     .row(&[&"<none>", &3]);
/// let html = Html::from(table);
/// assert!(html.as_str().contains("<td>&lt;none&gt;</td><td class=\"number\">3</td>"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    caption: Option<String>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The maximum number of rows displayed.
    limit: Option<usize>,
}

/// The default maximum number of rows displayed.
const SHOWN: usize = 1_000;

/// Cells of up to this many characters are never broken into lines, so that dates and names stay whole.
const UNBROKEN: usize = 40;

impl Table {
    /// A table without rows.
    pub fn new<C: Display>(columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            columns: columns.into_iter().map(|name| name.to_string()).collect(),
            ..Self::default()
        }
    }

    /// The caption above the table.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// Sets the maximum number of rows displayed, by default 1 000; the number of the others is written below the
    /// table.
    #[must_use]
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Adds a row of values of any types. Missing cells are empty; extra cells add columns without a name.
    #[must_use]
    pub fn row(self, cells: &[&dyn Display]) -> Self {
        self.rows([cells])
    }

    /// Adds rows of values of one type, such as numbers or texts.
    #[must_use]
    pub fn rows<C: Display>(
        mut self,
        rows: impl IntoIterator<Item = impl IntoIterator<Item = C>>,
    ) -> Self {
        let text = |row: Vec<C>| row.iter().map(C::to_string).collect();
        let rows = rows.into_iter().map(|row| text(row.into_iter().collect()));
        self.rows.extend(rows);
        self
    }
}

impl From<Table> for Html {
    fn from(table: Table) -> Self {
        let Table {
            caption,
            columns,
            mut rows,
            limit,
        } = table;
        let more = rows.len().saturating_sub(limit.unwrap_or(SHOWN));
        rows.truncate(rows.len() - more);
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = width.max(columns.len());
        let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
        let is_number: Vec<bool> = (0..width)
            .map(|column| {
                let mut cells = rows
                    .iter()
                    .filter_map(|row| row.get(column))
                    .filter(|cell| !cell.is_empty())
                    .peekable();
                cells.peek().is_some() && cells.all(|cell| cell.parse::<f64>().is_ok())
            })
            .collect();
        let class = |column: usize| match is_number[column] {
            true => " class=\"number\"",
            false => "",
        };

        let mut html = String::from("<div class=\"scroll cells\"><table>\n");
        if let Some(caption) = caption {
            html += &format!("<caption>{}</caption>\n", Self::escape(&caption));
        }
        html += "<thead><tr>";
        for column in 0..width {
            let name = Self::escape(&cell(&columns, column));
            html += &format!("<th scope=\"col\"{}>{name}</th>", class(column));
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in &rows {
            html += "<tr>";
            for column in 0..width {
                let text = cell(row, column);
                let class = match text.chars().nth(UNBROKEN) {
                    Some(_) => " class=\"long\"",
                    None => class(column),
                };
                html += &format!("<td{class}>{}</td>", Self::escape(&text));
            }
            html += "</tr>\n";
        }
        html += "</tbody>\n</table></div>";
        if more > 0 {
            let rows = if more == 1 { "row" } else { "rows" };
            html += &format!("\n<p>{more} more {rows}</p>");
        }
        Self::own(html)
    }
}
