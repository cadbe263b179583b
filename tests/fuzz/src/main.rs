//! `flyte-fuzz TARGET SECONDS [SEED]`, see the README.

use std::{
    panic::catch_unwind,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, bail};
use flyte_fuzz::{Mutator, TARGETS, Target, corpus, hex};

/// How many inputs that were something are kept to go on from.
const KEPT: usize = 2000;

#[expect(clippy::print_stdout, reason = "a program for people")]
fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, seconds, seed) = match arguments.as_slice() {
        [name, seconds] => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
            (name, seconds, now.as_nanos() as u64)
        }
        [name, seconds, seed] => (name, seconds, seed.parse()?),
        _ => bail!("write a target, or `all`, and a number of seconds"),
    };
    let targets: Vec<_> = TARGETS
        .iter()
        .filter(|target| name == "all" || target.name == name)
        .collect();
    if targets.is_empty() {
        bail!(
            "there is no target {name}; there are: all, {}",
            TARGETS.map(|target| target.name).join(", ")
        );
    }
    for target in targets {
        println!("{}: seed {seed}", target.name);
        let (inputs, read) = fuzz(target, Duration::from_secs(seconds.parse()?), seed)?;
        println!(
            "{}: {inputs} inputs, of which {read} were read as something",
            target.name
        );
    }
    Ok(())
}

fn fuzz(target: &Target, time: Duration, seed: u64) -> anyhow::Result<(u64, u64)> {
    let mut mutator = Mutator::new(seed);
    let mut kept = corpus(target)?;
    let (mut inputs, mut read) = (0, 0);
    let end = Instant::now() + time;
    while Instant::now() < end {
        let (from, other) = (mutator.below(kept.len()), mutator.below(kept.len()));
        let input = mutator.mutate(&kept[from], &kept[other]);
        inputs += 1;
        let something = catch_unwind(|| (target.run)(&input));
        let something = something
            .ok()
            .with_context(|| format!("{} failed, for its corpus: {}", target.name, hex(&input)))?;
        if something {
            read += 1;
            match kept.len() {
                KEPT => {
                    let place = mutator.below(KEPT);
                    kept[place] = input;
                }
                _ => kept.push(input),
            }
        }
    }
    Ok((inputs, read))
}
