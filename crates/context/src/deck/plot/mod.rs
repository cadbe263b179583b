//! Plots of numbers.

mod axis;
mod svg;

use super::Html;

/// A plot that is embedded in the page: lines, points, bars or a histogram.
///
/// It adapts to dark pages and to the width of a phone, and describes its contents in words for screen readers. Numbers
/// that are not finite are left out, and the plot says how many. All texts are escaped.
///
/// ```
/// use flyte_runtime::deck::{Html, Plot};
///
/// let plot = Plot::new("Loss")
///     .line("training", [(1.0, 0.9), (2.0, 0.4), (3.0, 0.2)])
///     .points("best", [(3.0, 0.2)])
///     .x_label("epoch");
/// assert!(Html::from(plot).as_str().contains("<svg"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    title: String,
    x_label: String,
    y_label: String,
    series: Vec<Series>,
}

#[derive(Clone, Debug, PartialEq)]
struct Series {
    name: String,
    data: Data,
}

#[derive(Clone, Debug, PartialEq)]
enum Data {
    Line(Vec<(f64, f64)>),
    Points(Vec<(f64, f64)>),
    Bars(Vec<(String, f64)>),
    /// The start, the end and the count of each range.
    Histogram(Vec<(f64, f64, u64)>, Vec<f64>),
}

impl Plot {
    /// An empty plot.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            series: Vec::new(),
        }
    }

    /// Adds points joined by a line, in this order. The name is displayed if there are several series.
    #[must_use]
    pub fn line(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, Data::Line(points.into_iter().collect()))
    }

    /// Adds separate points.
    #[must_use]
    pub fn points(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, Data::Points(points.into_iter().collect()))
    }

    /// Adds a bar for each of these, starting at 0 and beside the existing bars with the same text. Lines and points in
    /// the same plot have the first bar at 0, the next at 1, and so on.
    #[must_use]
    pub fn bars<T: Into<String>>(
        self,
        name: impl Into<String>,
        bars: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        let bars = bars.into_iter().map(|(text, value)| (text.into(), value));
        self.with(name, Data::Bars(bars.collect()))
    }

    /// Adds a histogram of the values with this many ranges of equal width, at least one.
    #[must_use]
    pub fn histogram(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
        ranges: usize,
    ) -> Self {
        let (finite, others): (Vec<_>, Vec<_>) = values.into_iter().partition(|v| v.is_finite());
        self.with(
            name,
            Data::Histogram(counted(&finite, ranges.max(1)), others),
        )
    }

    /// Sets the label of the horizontal axis, with its unit.
    #[must_use]
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// Sets the label of the vertical axis, with its unit.
    #[must_use]
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    fn with(mut self, name: impl Into<String>, data: Data) -> Self {
        let name = name.into();
        self.series.push(Series { name, data });
        self
    }
}

/// The ranges from the smallest to the largest value, each with its count; the last one includes its end.
fn counted(values: &[f64], ranges: usize) -> Vec<(f64, f64, u64)> {
    let Some(low) = values.iter().copied().reduce(f64::min) else {
        return Vec::new();
    };
    let high = values.iter().copied().fold(low, f64::max);
    let (low, high) = if low == high {
        (low - 0.5, high + 0.5)
    } else {
        (low, high)
    };
    // Halved first, because the difference of two finite numbers may be infinite.
    let half = high / 2.0 - low / 2.0;
    // The values are so large that half a unit does not change them.
    let ranges = if half > 0.0 { ranges } else { 1 };
    let mut counts = vec![0; ranges];
    for value in values {
        let part = (value / 2.0 - low / 2.0) / half;
        // Not negative, and possibly beyond the end by a rounding error; NaN if there is one range.
        let index = (part * ranges as f64) as usize;
        counts[index.min(ranges - 1)] += 1;
    }
    let edge = |index: usize| low + half * (index as f64 / ranges as f64) * 2.0;
    let edge = |index: usize| if index == ranges { high } else { edge(index) };
    let counted = counts.into_iter().enumerate();
    counted
        .map(|(index, count)| (edge(index), edge(index + 1), count))
        .collect()
}

impl From<Plot> for Html {
    fn from(plot: Plot) -> Self {
        Self::own(svg::draw(&plot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_every_value_once() {
        let counts = |values: &[f64], ranges| {
            let counted = counted(values, ranges);
            counted.iter().map(|(.., count)| *count).collect::<Vec<_>>()
        };
        assert_eq!(counts(&[0.0, 1.0, 1.5, 3.9, 4.0], 4), [1, 2, 0, 2]);
        assert_eq!(counts(&[7.0, 7.0], 3), [0, 2, 0]);
        assert_eq!(counts(&[f64::MAX, f64::MAX], 3), [2]);
        assert_eq!(counts(&[f64::MIN, f64::MAX, 0.0], 2), [1, 2]);
        assert_eq!(counts(&[], 3), [0; 0]);
        assert_eq!(counted(&[0.0, 10.0], 2)[1], (5.0, 10.0, 1));
    }
}
