//! Lists: filters by equality, an order by time, and pages.

use std::borrow::Cow;

use flyte_idl::{
    flyteidl::admin::{Sort, sort::Direction},
    tonic::Status,
};

/// What a list is asked for.
pub(super) struct Query<'a> {
    pub(super) limit: u32,
    pub(super) token: &'a str,
    pub(super) filters: &'a str,
    pub(super) sort_by: Option<&'a Sort>,
}

/// A row: its number, which goes with time, and the texts that filters compare.
pub(super) struct Row<'a, T> {
    pub(super) number: u64,
    pub(super) columns: Vec<(&'a str, Cow<'a, str>)>,
    pub(super) item: T,
}

/// A page of rows, and the token of the next one.
pub(super) fn page<T>(
    mut rows: Vec<Row<'_, T>>,
    query: &Query<'_>,
) -> Result<(Vec<T>, String), Status> {
    if query.limit == 0 {
        return Err(Status::invalid_argument("invalid value for limit"));
    }
    for filter in query.filters.split('+').filter(|filter| !filter.is_empty()) {
        let parts = filter.split_once('(').and_then(|(function, rest)| {
            let (column, value) = rest.strip_suffix(')')?.split_once(',')?;
            Some((function, column, value))
        });
        let Some((function, column, value)) = parts else {
            return Err(Status::invalid_argument("unrecognized filter function"));
        };
        let is_wanted: fn(&str, &str) -> bool = match function {
            "eq" => |own, value| own == value,
            // Times have a form in which the order of the texts is theirs.
            "gte" => |own, value| own >= value,
            "lt" => |own, value| own < value,
            _ => return Err(Status::invalid_argument("unrecognized filter function")),
        };
        rows.retain(|row| {
            let mut columns = row.columns.iter();
            columns.any(|(own, text)| *own == column && is_wanted(text, value))
        });
    }
    match query.sort_by {
        Some(sort) if ["created_at", "retry_attempt"].contains(&&*sort.key) => {
            rows.sort_by_key(|row| row.number);
            if sort.direction() == Direction::Descending {
                rows.reverse();
            }
        }
        Some(sort) => {
            let message = format!("invalid sort key '{}'", sort.key);
            return Err(Status::invalid_argument(message));
        }
        // Nobody has asked for an order, and this is one that nobody expects.
        None => rows.sort_by_key(|row| row.number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    }
    let start = match query.token {
        "" => 0,
        token => token
            .parse::<usize>()
            .map_err(|_| Status::invalid_argument(format!("invalid pagination token {token}")))?,
    };
    let limit = query.limit as usize;
    let items: Vec<T> = rows
        .into_iter()
        .skip(start)
        .take(limit)
        .map(|row| row.item)
        .collect();
    // It is set whenever the page is full.
    let token = match items.len() == limit {
        true => (start + limit).to_string(),
        false => String::new(),
    };
    Ok((items, token))
}
