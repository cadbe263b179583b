//! Columns of text.

/// Rows as lines with aligned columns; the last column is not padded.
pub(super) fn table<const N: usize>(indent: &str, rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).filter(|(_, width)| *width > 0);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", format!("{indent}{}", cells.join("  ")).trim_end())
    });
    lines.collect()
}

/// Text with every line indented.
pub(super) fn indented(indent: &str, text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", format!("{indent}{line}").trim_end()))
        .collect()
}
