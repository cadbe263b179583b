//! Lists: filters, an order by time or name, and pages.

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
pub(super) struct Row<T> {
    pub(super) number: u64,
    pub(super) columns: Vec<(&'static str, String)>,
    pub(super) item: T,
}

impl<T> Row<T> {
    fn column(&self, name: &str) -> Option<&str> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(column, _)| *column == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Keeps the rows that a filter such as `eq(version,v1)` takes. As in SQL, what is not there is neither equal nor
/// unequal to anything.
fn retain<T>(rows: &mut Vec<Row<T>>, filter: &str) -> Result<(), Status> {
    let parts = filter
        .strip_suffix(')')
        .and_then(|rest| rest.split_once('('));
    let parts = parts.and_then(|(function, inner)| Some((function, inner.split_once(',')?)));
    let Some((function, (column, value))) = parts else {
        return Err(Status::invalid_argument("invalid value for filters"));
    };
    let is_taken: fn(&str, &str) -> bool = match function {
        "eq" => |have, value| have == value,
        "ne" => |have, value| have != value,
        "contains" => |have, value| have.contains(value),
        "value_in" => |have, value| value.split(';').any(|one| one == have),
        // Times have a form in which the order of the texts is theirs.
        "gte" => |have, value| have >= value,
        "lt" => |have, value| have < value,
        "value_not_in" => |have, value| value.split(';').all(|one| one != have),
        function => {
            let message = format!("unrecognized filter function: {function}");
            return Err(Status::invalid_argument(message));
        }
    };
    rows.retain(|row| {
        let mut columns = row.columns.iter();
        columns.any(|(own, have)| *own == column && is_taken(have, value))
    });
    Ok(())
}

/// A page of rows, and the token of the next one.
pub(super) fn page<T>(
    mut rows: Vec<Row<T>>,
    query: &Query<'_>,
) -> Result<(Vec<T>, String), Status> {
    if query.limit == 0 {
        return Err(Status::invalid_argument("invalid value for limit"));
    }
    for filter in query.filters.split('+').filter(|filter| !filter.is_empty()) {
        retain(&mut rows, filter)?;
    }
    match query.sort_by {
        Some(sort) if ["created_at", "retry_attempt"].contains(&&*sort.key) => {
            rows.sort_by_key(|row| row.number);
            if sort.direction() == Direction::Descending {
                rows.reverse();
            }
        }
        Some(sort) if sort.key == "name" => {
            rows.sort_by(|one, other| one.column("name").cmp(&other.column("name")));
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
