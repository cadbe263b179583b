//! Pictures of numbers.

mod axis;
mod svg;

use super::Html;

/// A plot as a picture in the page itself: lines, points, bars or a histogram.
///
/// It follows the page into the dark and down to the width of a phone, and says in words what it shows, for those who
/// do not see it. Numbers that are not finite are left out, and the plot says how many. All texts are escaped.
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
    /// From, up to, and how many.
    Histogram(Vec<(f64, f64, u64)>, Vec<f64>),
}

impl Plot {
    /// A plot of nothing yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            series: Vec::new(),
        }
    }

    /// Adds points that are joined by a line, in this order. The name is shown where there are several.
    #[must_use]
    pub fn line(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, Data::Line(points.into_iter().collect()))
    }

    /// Adds points, one by one.
    #[must_use]
    pub fn points(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.with(name, Data::Points(points.into_iter().collect()))
    }

    /// Adds a bar for each of these, from 0, side by side with the bars of the same text that are there. Lines and
    /// points in the same plot have the first bar at 0, the next at 1, and so on.
    #[must_use]
    pub fn bars<T: Into<String>>(
        self,
        name: impl Into<String>,
        bars: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        let bars = bars.into_iter().map(|(text, value)| (text.into(), value));
        self.with(name, Data::Bars(bars.collect()))
    }

    /// Adds how many of the values are in each of so many ranges of the same width, at least one.
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

    /// What is along the horizontal axis, with its unit.
    #[must_use]
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// What is along the vertical axis, with its unit.
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

/// The ranges from the least to the greatest value, and how many are in each; the last has its end in it.
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
    // Halves, because the span of two finite numbers need not be finite.
    let half = high / 2.0 - low / 2.0;
    // Values so large that a half is nothing to them.
    let ranges = if half > 0.0 { ranges } else { 1 };
    let mut counts = vec![0; ranges];
    for value in values {
        let part = (value / 2.0 - low / 2.0) / half;
        // A number that is not negative, and may be beyond the end by its last digit; NaN where there is one range.
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
