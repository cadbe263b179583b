//! Programs as users of Nextflow write them.

use flyte_runtime::{
    files::{Csv, DataError, Text},
    prelude::*,
};

mod mixed {
    //! Nextflow, `when` and `mix`: processes that a parameter switches on, and one that takes what those have given
    //! that ran.

    use super::*;

    #[task]
    fn aligned(reads: i64) -> i64 {
        reads * 2
    }

    #[task]
    fn assembled(reads: i64) -> i64 {
        reads + 100
    }

    #[task]
    fn published(results: Vec<Option<i64>>) -> String {
        let results: Vec<_> = results.into_iter().flatten().collect();
        format!("{results:?}")
    }

    #[workflow]
    fn pipeline(
        reads: i64,
        #[default(true)] align: bool,
        #[default(false)] assemble: bool,
    ) -> String {
        let aligned = if align { Some(aligned(reads)) } else { None };
        let assembled = if assemble {
            Some(assembled(reads))
        } else {
            None
        };
        published(vec![aligned, assembled])
    }

    #[test]
    fn what_did_not_run_is_not_published() {
        assert_eq!(call!(pipeline(reads = 5)).run().unwrap(), "[10]");
        assert_eq!(pipeline(5, true, true).unwrap(), "[10, 105]");
        assert_eq!(pipeline(5, false, false).unwrap(), "[]");
    }
}

mod lanes {
    //! Nextflow, `groupTuple`: files are grouped by the first part of their name, and each group is one call.

    use super::*;

    #[derive(Clone, Debug, FlyteType)]
    struct Sample {
        key: String,
        files: Vec<String>,
    }

    #[task]
    fn grouped(files: Vec<String>) -> Vec<Sample> {
        let mut samples = std::collections::BTreeMap::<String, Vec<String>>::new();
        for file in files {
            let key = file.split('_').next().unwrap_or_default().to_owned();
            samples.entry(key).or_default().push(file);
        }
        samples
            .into_iter()
            .map(|(key, files)| Sample { key, files })
            .collect()
    }

    #[task]
    fn batch(sample: &Sample) -> String {
        format!("--batch {} --input {}", sample.key, sample.files.join(" "))
    }

    #[workflow]
    fn commands(files: Vec<String>) -> Vec<String> {
        grouped(files).map(batch)
    }

    #[test]
    fn each_sample_is_one_call() {
        let files = ["oak_1.fq", "elm_1.fq", "oak_2.fq"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            commands(files).unwrap(),
            [
                "--batch elm --input elm_1.fq",
                "--batch oak --input oak_1.fq oak_2.fq"
            ]
        );
    }
}

mod paired {
    //! Nextflow, `merge`: two lists side by side, element by element.

    use super::*;

    #[task]
    fn merged(forward: &str, backward: &str) -> String {
        format!("{forward}+{}", backward.chars().rev().collect::<String>())
    }

    #[workflow]
    fn merge(forward: Vec<String>, backward: Vec<String>) -> Vec<String> {
        forward
            .zip(backward)
            .map(|(forward, backward)| merged(forward, backward))
    }

    #[test]
    fn each_read_is_merged_with_its_mate() {
        let forward = ["ac", "gt"].map(str::to_owned).to_vec();
        let backward = ["tg", "ca"].map(str::to_owned).to_vec();
        let plain: Vec<String> = forward
            .iter()
            .zip(&backward)
            .map(|(a, b)| format!("{a}+{}", b.chars().rev().collect::<String>()))
            .collect();
        assert_eq!(merge(forward, backward).unwrap(), plain);
    }
}

mod by_key {
    //! Nextflow, `combine`: two lists are combined where a key in their names is the same, and each pair is one call.

    use super::*;

    #[derive(Clone, Debug, FlyteType)]
    struct Pair {
        reads: String,
        index: String,
    }

    fn key(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }

    #[task]
    fn combined(reads: Vec<String>, indices: Vec<String>) -> Vec<Pair> {
        let with_its_index = |reads: String| {
            let index = indices
                .iter()
                .find(|index| key(index) == key(&reads))?
                .clone();
            Some(Pair { reads, index })
        };
        reads.into_iter().filter_map(with_its_index).collect()
    }

    #[task]
    fn searched(pair: Pair) -> String {
        format!("{} in {}", pair.reads, pair.index)
    }

    #[workflow]
    fn search(reads: Vec<String>, indices: Vec<String>) -> Vec<String> {
        combined(reads, indices).map(searched)
    }

    #[test]
    fn pairs_have_one_key() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let found = search(names(&["b.fq", "a.fq", "z.fq"]), names(&["a.idx", "b.idx"])).unwrap();
        assert_eq!(found, ["b.fq in b.idx", "a.fq in a.idx"]);
    }
}

mod clock {
    //! Nextflow, `recurse`: what a process gives is its next input, until it is long enough.

    use super::*;

    #[task]
    fn tick(text: String) -> String {
        text + " tick"
    }

    #[task]
    fn tock(text: String) -> String {
        text + " tock"
    }

    #[dynamic]
    fn until(text: String, length: usize) -> String {
        if text.len() > length {
            text
        } else {
            until(tock(tick(text)), length)
        }
    }

    #[test]
    fn the_clock_stops() {
        let mut plain = "go".to_owned();
        while plain.len() <= 40 {
            plain += " tick tock";
        }
        assert_eq!(until::run("go".to_owned(), 40).unwrap(), plain);
    }
}

mod filtered {
    //! Nextflow, optional inputs: an input file that need not be given.

    use super::*;

    #[task]
    fn filtered(
        lines: Vec<String>,
        unwanted: Option<FlyteFile<Text>>,
    ) -> Result<Vec<String>, DataError> {
        let unwanted = match unwanted {
            Some(file) => file.read_to_string()?,
            None => String::new(),
        };
        Ok(lines
            .into_iter()
            .filter(|line| unwanted.lines().all(|word| word != line))
            .collect())
    }

    #[workflow]
    fn pipeline(
        lines: Vec<String>,
        #[default(None)] unwanted: Option<FlyteFile<Text>>,
    ) -> Vec<String> {
        filtered(lines, unwanted)
    }

    #[test]
    fn without_a_file_nothing_is_left_out() {
        let lines = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(call!(pipeline(lines = lines.clone())).run().unwrap(), lines);
        let file = FlyteFile::create("unwanted.txt").unwrap();
        file.write("b\nx\n").unwrap();
        assert_eq!(pipeline(lines, Some(file)).unwrap(), ["a", "c"]);
    }
}

mod records {
    //! Nextflow, `splitCsv`: one call for each record of a table, where records that fail are left out.

    use super::*;

    #[derive(Clone, Debug, FlyteType)]
    struct Row {
        plot: String,
        trees: String,
    }

    #[task]
    fn rows(table: &FlyteFile<Csv>) -> Result<Vec<Row>, DataError> {
        let text = table.read_to_string()?;
        let cells = text.lines().skip(1).filter_map(|line| line.split_once(','));
        Ok(cells
            .map(|(plot, trees)| Row {
                plot: plot.to_owned(),
                trees: trees.to_owned(),
            })
            .collect())
    }

    #[task]
    fn counted(row: &Row) -> Result<u32, std::num::ParseIntError> {
        row.trees.parse()
    }

    #[task]
    fn total(counts: Vec<Option<u32>>) -> u32 {
        counts.into_iter().flatten().sum()
    }

    #[workflow]
    fn forest(table: FlyteFile<Csv>) -> u32 {
        total(rows(table).map(counted).min_success_ratio(0.0))
    }

    #[test]
    fn a_record_that_cannot_be_read_is_left_out() {
        let table = FlyteFile::create("plots.csv").unwrap();
        table
            .write("plot,trees\nhill,12\nlake,many\nroad,30\n")
            .unwrap();
        assert_eq!(forest(table).unwrap(), 12 + 30);
    }
}

mod batches {
    //! Nextflow, `buffer`: a list in batches of a size, one call each, and another process when there is nothing.

    use super::*;

    #[task]
    fn packed(letters: Vec<String>) -> String {
        letters.concat()
    }

    #[task]
    fn nothing_to_do() -> Vec<String> {
        vec!["nothing".to_owned()]
    }

    #[dynamic]
    fn batches(letters: Vec<String>, size: usize) -> Vec<String> {
        if letters.is_empty() {
            nothing_to_do()
        } else {
            letters
                .chunks(size)
                .map(|batch| packed(batch))
                .collect::<Vec<_>>()
        }
    }

    #[test]
    fn the_last_batch_may_be_smaller() {
        let letters: Vec<String> = ('a'..='g').map(String::from).collect();
        let plain: Vec<String> = letters.chunks(3).map(<[String]>::concat).collect();
        assert_eq!(batches::run(letters, 3).unwrap(), plain);
        assert_eq!(batches::run(Vec::new(), 3).unwrap(), ["nothing"]);
    }
}
