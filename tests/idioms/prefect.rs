//! Programs as users of Prefect write them.

use flyte_runtime::prelude::*;

mod map_reduce {
    //! Prefect, map and reduce: two maps one after the other, and a task that takes the whole list.

    use super::*;

    #[task]
    fn days() -> Vec<i64> {
        vec![3, 5, 8]
    }

    #[task]
    fn hours(days: i64) -> i64 {
        days * 24
    }

    #[task]
    fn minutes(hours: i64) -> i64 {
        hours * 60
    }

    #[task]
    fn total(minutes: &[i64]) -> i64 {
        minutes.iter().sum()
    }

    #[workflow]
    fn holidays() -> i64 {
        let hours = days().map(hours);
        let minutes = hours.map(minutes);
        total(minutes)
    }

    #[test]
    fn each_element_goes_through_both_tasks() {
        assert_eq!(
            holidays().unwrap(),
            [3, 5, 8].iter().map(|day| day * 24 * 60).sum::<i64>()
        );
    }
}

mod flaky_elements {
    //! Prefect, retries of mapped tasks: elements of a map that fail, each of which is tried again on its own.

    use super::*;

    #[task]
    fn pages(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    #[task(retries(count = 3, backoff = "1ms"))]
    fn read(page: u32) -> Result<String, String> {
        let attempt = ctx().map_or(0, |task| task.attempt_number());
        if u64::from(attempt) < u64::from(page % 4) {
            return Err(format!("page {page} was not read"));
        }
        Ok(format!("page {page} at attempt {attempt}"))
    }

    #[workflow]
    fn book(count: u32) -> Vec<String> {
        pages(count).map(|page| read(page))
    }

    #[test]
    fn each_page_has_attempts_of_its_own() {
        let plain: Vec<_> = (0..6)
            .map(|page| format!("page {page} at attempt {}", page % 4))
            .collect();
        assert_eq!(book(6).unwrap(), plain);
    }
}

mod parcels {
    //! Prefect, `case` and `merge`: a branch on what a task gives, whose cases meet in one variable.

    use super::*;

    #[task]
    fn is_heavy(grams: u32) -> bool {
        grams > 20_000
    }

    #[task]
    fn as_freight(grams: u32) -> String {
        format!("freight of {} kg", grams / 1000)
    }

    #[task]
    fn as_letter(grams: u32) -> String {
        format!("letter of {grams} g")
    }

    #[task]
    fn labelled(how: &str, to: &str) -> String {
        format!("{how} to {to}")
    }

    #[workflow]
    fn sent(grams: u32, #[default("Jena")] to: String) -> String {
        let how = if is_heavy(grams) {
            as_freight(grams)
        } else {
            as_letter(grams)
        };
        labelled(how, to)
    }

    #[test]
    fn the_weight_decides() {
        assert_eq!(
            call!(sent(grams = 30_500)).run().unwrap(),
            "freight of 30 kg to Jena"
        );
        assert_eq!(
            sent(200, "Bonn".to_owned()).unwrap(),
            "letter of 200 g to Bonn"
        );
    }
}

mod largest_below {
    //! Prefect, task loops: a task that is called in a loop until what it gives is too large.

    use super::*;

    #[task(retries = 2)]
    fn triangular(nth: u64) -> u64 {
        nth * (nth + 1) / 2
    }

    #[eager]
    async fn largest(below: u64) -> Result<u64, RunError> {
        let (mut nth, mut largest) = (1, 0);
        loop {
            let next = triangular::call(nth).await?;
            if next >= below {
                return Ok(largest);
            }
            largest = next;
            nth += 1;
        }
    }

    #[test]
    fn the_loop_ends_at_the_limit() {
        for below in [1, 2, 100] {
            let plain = (1..)
                .map(|n| n * (n + 1) / 2)
                .take_while(|n| *n < below)
                .last();
            assert_eq!(largest::run(below).unwrap(), plain.unwrap_or(0));
        }
    }
}

mod dictionary {
    //! Prefect, cached tasks: results that are kept between runs, under a version, and by those inputs alone that
    //! count.

    use flyte_runtime::{cache::Cache, files::TempSandbox};

    use super::*;

    #[task(cache(version = "2", ignored_inputs(log)))]
    fn looked_up(word: &str, log: &str) -> std::io::Result<usize> {
        use std::io::Write;
        let mut log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)?;
        writeln!(log, "{word}")?;
        Ok(word.len())
    }

    #[workflow]
    fn lengths(words: Vec<String>, log: String) -> Vec<usize> {
        words.map(|word| looked_up(word, log))
    }

    #[test]
    fn a_word_is_looked_up_once() {
        let sandbox = TempSandbox::new();
        let place = sandbox.create().unwrap();
        let cache = Cache::at(place.join("cache"));
        let looked = |words: &[&str], log: &str| {
            let log = place.join(log);
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            let call = lengths::call(words, log.display().to_string());
            let lengths = Runner::local()
                .jobs(1)
                .cache(cache.clone())
                .run(call)
                .unwrap();
            (lengths, std::fs::read_to_string(log).unwrap_or_default())
        };
        assert_eq!(
            looked(&["ant", "tiger"], "first"),
            (vec![3, 5], "ant\ntiger\n".to_owned())
        );
        assert_eq!(
            looked(&["tiger", "ant", "bee"], "second"),
            (vec![5, 3, 3], "bee\n".to_owned())
        );
    }
}

mod articles {
    //! Prefect, a service to a file: pages of a service are fetched one call each, joined to records, and written to a
    //! file.

    use flyte_runtime::files::{Csv, DataError};

    use super::*;

    #[derive(Clone, FlyteType)]
    struct Article {
        title: String,
        comments: u32,
    }

    #[task(retries(count = 3, backoff = "1ms"))]
    fn fetched(page: u32, per_page: u32) -> Vec<Article> {
        let numbers = (page - 1) * per_page..page * per_page;
        numbers
            .map(|n| Article {
                title: format!("title {n}"),
                comments: n * n,
            })
            .collect()
    }

    #[task]
    fn saved(pages: &[Vec<Article>]) -> Result<FlyteFile<Csv>, DataError> {
        let file = FlyteFile::create("articles.csv")?;
        let lines = pages
            .iter()
            .flatten()
            .map(|article| format!("{},{}\n", article.title, article.comments));
        file.write(lines.collect::<String>())?;
        Ok(file)
    }

    #[dynamic]
    fn etl(pages: u32, #[default(2)] per_page: u32) -> FlyteFile<Csv> {
        let mut raw = Vec::new();
        for page in 1..=pages {
            raw.push(fetched(page, per_page));
        }
        saved(raw)
    }

    #[test]
    fn all_pages_are_in_the_file() {
        let plain: String = (0..6).map(|n| format!("title {n},{}\n", n * n)).collect();
        assert_eq!(etl::run(3, 2).unwrap().read_to_string().unwrap(), plain);
    }
}

mod watched {
    //! Prefect, state handlers: something of one's own is told of every failed attempt, and of the end of the run.

    use std::sync::{Arc, Mutex};

    use flyte_runtime::events::{Event, EventKind, Observer};

    use super::*;

    #[task(retries = 2)]
    fn delivered(letter: String) -> Result<usize, String> {
        let attempt = ctx().map_or(0, |task| task.attempt_number());
        if attempt == 0 && letter.starts_with('x') {
            Err("nobody was there".to_owned())
        } else {
            Ok(letter.len())
        }
    }

    #[task]
    fn counted(lengths: &[usize]) -> usize {
        lengths.iter().sum()
    }

    #[workflow]
    fn post(letters: Vec<String>) -> usize {
        counted(letters.map(|letter| delivered(letter)))
    }

    #[derive(Clone, Default)]
    struct Pager(Arc<Mutex<Vec<String>>>);

    impl Observer for Pager {
        fn event(&self, event: &Event) {
            let message = match &event.kind {
                EventKind::AttemptEnded {
                    error: Some(error), ..
                } => format!("failed: {error}"),
                EventKind::RunEnded { outputs, .. } => {
                    format!("letters: {:?}", outputs.get::<usize>("o0"))
                }
                _ => return,
            };
            self.0.lock().unwrap().push(message);
        }
    }

    #[test]
    fn the_pager_is_told() {
        let pager = Pager::default();
        let letters = vec!["xa".to_owned(), "abc".to_owned()];
        let count = Runner::local()
            .observe(pager.clone())
            .run(post::call(letters))
            .unwrap();
        assert_eq!(count, 5);
        assert_eq!(
            *pager.0.lock().unwrap(),
            ["failed: nobody was there", "letters: Some(5)"]
        );
    }
}
