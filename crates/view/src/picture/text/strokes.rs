//! Lines in characters: plain, heavy and dashed ones, and where they meet.

use crate::picture::model::{Link, Model, Why};

/// The ways on from a cell.
pub(super) const UP: u8 = 1;
pub(super) const DOWN: u8 = 2;
pub(super) const LEFT: u8 = 4;
pub(super) const RIGHT: u8 = 8;

/// How a line is drawn, by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A value.
    Plain,
    /// A case of a branch.
    Heavy,
    /// An order, or what runs when the workflow fails.
    Dashed,
}

impl Style {
    pub(super) fn of(model: &Model, link: &Link) -> Self {
        match link.why {
            _ if model.steps[link.to].on_failure => Self::Dashed,
            Why::Order | Why::Failure => Self::Dashed,
            Why::Case => Self::Heavy,
            Why::Value => Self::Plain,
        }
    }
}

/// The character for lines; where lines of several styles meet, that of a plain one, unless they only cross.
pub(super) fn drawn([plain, heavy, dashed]: [u8; 3]) -> char {
    const UP_DOWN: u8 = UP | DOWN;
    const LEFT_RIGHT: u8 = LEFT | RIGHT;
    let all = plain | heavy | dashed;
    let (is_heavy, is_dashed) = (plain | dashed == 0, plain | heavy == 0);
    let heavily = |ways: u8| heavy & ways == ways && (plain | dashed) & ways == 0;
    match (all & UP_DOWN, all & LEFT_RIGHT) {
        (0, 0) => ' ',
        (0, _) if is_heavy => '━',
        (0, _) if is_dashed => '┈',
        (0, _) => '─',
        (_, 0) if is_heavy => '┃',
        (_, 0) if is_dashed => '┊',
        (_, 0) => '│',
        (UP_DOWN, LEFT_RIGHT) => match (heavily(UP_DOWN), heavily(LEFT_RIGHT)) {
            (true, true) => '╋',
            (true, false) => '╂',
            (false, true) => '┿',
            (false, false) => '┼',
        },
        (UP_DOWN, LEFT) if is_heavy => '┫',
        (UP_DOWN, LEFT) => '┤',
        (UP_DOWN, _) if is_heavy => '┣',
        (UP_DOWN, _) => '├',
        (UP, LEFT_RIGHT) if is_heavy => '┻',
        (UP, LEFT_RIGHT) => '┴',
        (UP, LEFT) if is_heavy => '┛',
        (UP, LEFT) => '╯',
        (UP, _) if is_heavy => '┗',
        (UP, _) => '╰',
        (_, LEFT_RIGHT) if is_heavy => '┳',
        (_, LEFT_RIGHT) => '┬',
        (_, LEFT) if is_heavy => '┓',
        (_, LEFT) => '╮',
        (_, _) if is_heavy => '┏',
        (_, _) => '╭',
    }
}
