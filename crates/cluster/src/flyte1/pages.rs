//! Lists, which a cluster gives page by page.

use flyte_idl::flyteidl::admin::{self, sort};

use super::{client::Client, register::named};

/// How many things a list has on a page.
pub(super) const PAGE: u32 = 500;

/// How many things to ask for when so many are still wanted.
pub(super) fn limit(left: usize) -> u32 {
    u32::try_from(left).unwrap_or(PAGE).min(PAGE)
}

/// Without an order a list is in none.
pub(super) fn by_creation(direction: sort::Direction) -> Option<admin::Sort> {
    Some(admin::Sort {
        key: "created_at".to_owned(),
        direction: direction.into(),
    })
}

/// Asks for the versions of a name, the newest first.
pub(super) fn newest_first(
    client: &Client,
    name: &str,
    limit: u32,
    token: String,
) -> admin::ResourceListRequest {
    admin::ResourceListRequest {
        id: Some(named(client, name)),
        limit,
        token,
        sort_by: by_creation(sort::Direction::Descending),
        ..Default::default()
    }
}

/// At most so many things of a list: `paged!(client, admin, list_tasks, tasks, most, |limit, token| request)`. An error
/// is returned from the function around.
// Not a function: the future of one that calls a closure is not known to be `Send`.
macro_rules! paged {
    (
        $client:expr, $service:ident, $method:ident, $items:ident, $most:expr,
        |$limit:ident, $token:ident| $request:expr
    ) => {{
        let most: usize = $most;
        let (mut all, mut next) = (Vec::new(), String::new());
        while all.len() < most {
            let $limit = $crate::flyte1::pages::limit(most - all.len());
            let $token = next;
            let page = $crate::flyte1::client::call!(
                $client,
                $service,
                $method,
                $crate::flyte1::client::Again::Yes,
                $request
            )?;
            all.extend(page.$items);
            next = page.token;
            if next.is_empty() {
                break;
            }
        }
        all
    }};
}
pub(super) use paged;
