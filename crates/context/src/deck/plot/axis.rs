//! The range of numbers that a plot shows, and the labels beside it.

/// The approximate number of labels on an axis.
const TICKS: f64 = 6.0;

/// A range of numbers that begins and ends with a tick.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis that covers all values, which are finite; from 0 to 1 if there are none.
    pub(super) fn around(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            });
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // Halved first, because the difference of two finite numbers may be infinite.
        let mut half = high / 2.0 - low / 2.0;
        if half <= low.abs().max(high.abs()) * 1e-12 {
            let around = (low.abs() * 0.1).max(f64::MIN_POSITIVE / f64::EPSILON);
            let around = if low == 0.0 { 1.0 } else { around };
            (low, high) = (low - around, high + around);
            (low, high) = (low.max(f64::MIN), high.min(f64::MAX));
            half = high / 2.0 - low / 2.0;
        }
        let step = nice(half / TICKS * 2.0);
        let first = (low / step).floor();
        let last = (high / step).ceil();
        let at = |index: f64| (index * step).clamp(f64::MIN, f64::MAX);
        let mut ticks = Vec::new();
        let mut index = first;
        while index <= last && ticks.len() <= 3 * TICKS as usize {
            ticks.push((at(index), label(at(index), step)));
            index += 1.0;
        }
        Self {
            low: at(first).min(low),
            high: at(last).max(high),
            ticks,
        }
    }

    /// An axis with exactly this range and without labels.
    pub(super) fn exactly(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            ticks: Vec::new(),
        }
    }

    /// Numbers with their labels.
    pub(super) fn ticks(&self) -> &[(f64, String)] {
        &self.ticks
    }

    /// The position of a number: 0 at the lower end, 1 at the upper.
    pub(super) fn place(&self, value: f64) -> f64 {
        let span = self.high / 2.0 - self.low / 2.0;
        ((value / 2.0 - self.low / 2.0) / span).clamp(0.0, 1.0)
    }
}

/// The smallest of 1, 2, 5, 10, 20, 50 and so on that is at least `step`.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let power = if power > 0.0 {
        power
    } else {
        f64::MIN_POSITIVE
    };
    let factors = [1.0, 2.0, 5.0, 10.0];
    let enough = factors
        .iter()
        .find(|factor| *factor * power >= step * 0.999);
    let nice = enough.unwrap_or(&10.0) * power;
    if nice.is_finite() { nice } else { step }
}

/// A number with just enough digits to distinguish it from its neighbours.
fn label(value: f64, step: f64) -> String {
    // A tick at 0 is slightly off because of rounding.
    let value = if value.abs() < step / 2.0 { 0.0 } else { value };
    let largest = value.abs().max(step);
    if !(1e-4..1e7).contains(&largest) {
        if value == 0.0 {
            return "0".to_owned();
        }
        let digits = (value.abs().log10().floor() - step.log10().floor()).clamp(0.0, 15.0);
        let text = format!("{value:.*e}", digits as usize);
        // Its neighbours may have fewer digits: `8e9` and `1e10`.
        let (number, power) = text.split_once('e').unwrap_or((&text, "0"));
        let number = match number.contains('.') {
            true => number.trim_end_matches('0').trim_end_matches('.'),
            false => number,
        };
        return format!("{number}e{power}");
    }
    let decimals = (-step.log10().floor()).clamp(0.0, 15.0);
    format!("{value:.*}", decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64]) -> Vec<String> {
        let axis = Axis::around(values.iter().copied());
        axis.ticks().iter().map(|(_, text)| text.clone()).collect()
    }

    #[test]
    fn ticks_are_round_numbers_that_span_the_values() {
        assert_eq!(labels(&[0.0, 10.0]), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(
            labels(&[-0.2, 0.31]),
            ["-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3", "0.4"]
        );
        assert_eq!(labels(&[1e9, 2e9])[..3], ["1e9", "1.2e9", "1.4e9"]);
        assert_eq!(labels(&[0.0, 3e-7])[..2], ["0", "5e-8"]);
    }

    #[test]
    fn numbers_without_a_span_have_an_axis_too() {
        assert_eq!(labels(&[])[0], "0.0");
        assert_eq!(labels(&[0.0]), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        for value in [
            5.0,
            -5.0,
            1e300,
            f64::MAX,
            f64::MIN,
            1e-300,
            f64::MIN_POSITIVE,
        ] {
            let axis = Axis::around([value, value].into_iter());
            let place = axis.place(value);
            assert!(
                (0.2..=1.0).contains(&place) || value.abs() == f64::MAX,
                "{value}: {axis:?}"
            );
            assert!(axis.ticks().len() >= 2, "{value}: {axis:?}");
        }
    }

    #[test]
    fn the_largest_span_there_is_has_an_axis() {
        let axis = Axis::around([f64::MIN, f64::MAX].into_iter());
        assert_eq!((axis.place(f64::MIN), axis.place(f64::MAX)), (0.0, 1.0));
        assert!((axis.place(0.0) - 0.5).abs() < 0.01);
        assert!((2..=20).contains(&axis.ticks().len()), "{axis:?}");
    }
}
