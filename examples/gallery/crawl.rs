//! Crawls a web that exists only here: pages of several hosts link to one another. At most one request at a time goes
//! to a host, pages of different hosts are fetched at the same time, a busy host is asked again, and no page twice.
//!
//! ```console
//! $ cargo run --example crawl -- run crawl --start a.example/0
//! 24 pages of 3 hosts, 5 rounds
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use flyte_runtime::prelude::*;

const HOSTS: [&str; 3] = ["a.example", "b.example", "c.example"];

/// How long a host is left alone after a request.
const POLITENESS: Duration = Duration::from_millis(2);

/// What a page links to: two pages of its own host and one of another.
fn links(host: &str, page: usize) -> Vec<String> {
    let other = HOSTS[(page + host.len() + usize::from(host.as_bytes()[0])) % HOSTS.len()];
    let pages = [(host, 2 * page + 1), (host, 2 * page + 2), (other, page)];
    let existing = pages.into_iter().filter(|(_, page)| *page < 8);
    existing
        .map(|(host, page)| format!("{host}/{page}"))
        .collect()
}

/// Fetches the pages of one host, one after the other, and returns what they link to. Every host is busy at first.
#[task(retries(count = 2, backoff = "5ms"))]
fn fetch(pages: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for address in pages {
        let (host, page) = address
            .split_once('/')
            .ok_or_else(|| format!("`{address}` has no page"))?;
        if ctx().is_some_and(|ctx| ctx.attempt_number() == 0) && page == "1" {
            return Err(format!("{host} is busy"));
        }
        let page = page
            .parse()
            .map_err(|error| format!("`{address}`: {error}"))?;
        found.extend(links(host, page));
        thread::sleep(POLITENESS);
    }
    Ok(found)
}

/// Fetches all pages of one round, the hosts at the same time.
#[workflow]
fn fetch_hosts(hosts: Vec<Vec<String>>) -> Vec<Vec<String>> {
    hosts.map(|pages| fetch(pages)).concurrency(8)
}

/// Follows all links from a page on.
#[eager]
async fn crawl(start: String) -> Result<String, RunError> {
    let mut seen = BTreeSet::from([start.clone()]);
    let mut next = vec![start];
    let mut rounds = 0;
    while !next.is_empty() {
        let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for address in next {
            let host = address.split('/').next().unwrap_or_default().to_owned();
            hosts.entry(host).or_default().push(address);
        }
        let found = fetch_hosts::call(hosts.into_values().collect()).await?;
        next = found
            .into_iter()
            .flatten()
            .filter(|page| seen.insert(page.clone()))
            .collect();
        rounds += 1;
    }
    let hosts: BTreeSet<_> = seen
        .iter()
        .filter_map(|page| page.split('/').next())
        .collect();
    Ok(format!(
        "{} pages of {} hosts, {rounds} rounds",
        seen.len(),
        hosts.len()
    ))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
