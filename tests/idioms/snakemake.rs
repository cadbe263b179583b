//! Programs as users of Snakemake write them.

use flyte_runtime::{
    files::{DataError, Text},
    prelude::*,
};

mod expanded {
    //! Snakemake, `expand`: a target that needs the result of a rule for every pair of two wildcards.

    use super::*;

    const DATASETS: [&str; 3] = ["rain", "wind", "snow"];
    const FORMATS: [&str; 2] = ["txt", "csv"];

    #[task]
    fn converted(dataset: &str, format: &str) -> String {
        format!("{dataset}/a.{format}")
    }

    #[task]
    fn all(files: Vec<String>) -> String {
        files.join(" ")
    }

    #[workflow]
    fn target() -> String {
        let mut files = Vec::new();
        for dataset in DATASETS {
            for format in FORMATS {
                files.push(converted(dataset, format));
            }
        }
        all(files)
    }

    #[test]
    fn every_pair_is_made() {
        let plain: Vec<String> = DATASETS
            .iter()
            .flat_map(|dataset| {
                FORMATS
                    .iter()
                    .map(move |format| format!("{dataset}/a.{format}"))
            })
            .collect();
        assert_eq!(target().unwrap(), plain.join(" "));
        assert_eq!(target::graph().unwrap().nodes().len(), 3 * 2 + 1);
    }
}

mod clusters {
    //! Snakemake, `checkpoint`: a rule that leaves a directory with any number of files, each of which goes through
    //! another rule.

    use super::*;

    #[task]
    fn clustered(words: Vec<String>) -> Result<FlyteDirectory<Text>, DataError> {
        let clusters = FlyteDirectory::create("clusters")?;
        for length in 1..10 {
            let same: Vec<&str> = words
                .iter()
                .map(String::as_str)
                .filter(|word| word.len() == length)
                .collect();
            if !same.is_empty() {
                clusters
                    .new_file(format!("{length}.txt"))?
                    .write(same.join("\n"))?;
            }
        }
        Ok(clusters)
    }

    #[task]
    fn counted(cluster: &FlyteFile<Text>) -> Result<String, DataError> {
        Ok(format!(
            "{}: {}",
            cluster.name(),
            cluster.read_to_string()?.lines().count()
        ))
    }

    #[task]
    fn aggregated(counts: Vec<String>) -> String {
        counts.join(", ")
    }

    #[task]
    fn files(clusters: &FlyteDirectory<Text>) -> Result<Vec<FlyteFile<Text>>, DataError> {
        clusters.walk()
    }

    #[workflow]
    fn lengths(words: Vec<String>) -> String {
        aggregated(files(clustered(words)).map(counted))
    }

    #[test]
    fn each_file_of_the_directory_is_counted() {
        let words = ["oak", "elm", "birch", "ash", "pine"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(lengths(words).unwrap(), "3.txt: 3, 4.txt: 1, 5.txt: 1");
    }
}

mod scattered {
    //! Snakemake, `scattergather`: a text in as many parts as asked for, a rule for each part, and one that gathers
    //! them.

    use super::*;

    #[task]
    fn split(text: &str, parts: usize) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        let size = lines.len().div_ceil(parts);
        lines.chunks(size).map(|part| part.join("\n")).collect()
    }

    #[task]
    fn shouted(part: &str) -> String {
        part.to_uppercase()
    }

    #[task]
    fn gathered(parts: Vec<String>) -> String {
        parts.join("\n")
    }

    #[workflow]
    fn shout(text: String, #[default(8)] parts: usize) -> String {
        gathered(split(text, parts).map(shouted).concurrency(2))
    }

    #[test]
    fn the_number_of_parts_makes_no_difference() {
        let text = "one\ntwo\nthree\nfour\nfive".to_owned();
        for parts in [1, 2, 3] {
            assert_eq!(shout(text.clone(), parts).unwrap(), text.to_uppercase());
        }
        assert_eq!(
            call!(shout(text = text.clone())).run().unwrap(),
            text.to_uppercase()
        );
    }
}

mod depending_on_content {
    //! Snakemake, data-dependent rules: what a file holds decides which rule makes the result.

    use super::*;

    #[task]
    fn kind(sample: &FlyteFile<Text>) -> Result<String, DataError> {
        Ok(sample.read_to_string()?.trim().to_owned())
    }

    #[task]
    fn post(sample: &FlyteFile<Text>) -> String {
        format!("post/{}", sample.name())
    }

    #[task]
    fn alternative(sample: &FlyteFile<Text>) -> String {
        format!("alt/{}", sample.name())
    }

    #[workflow]
    fn aggregated(sample: FlyteFile<Text>) -> String {
        if kind(sample) == "a" {
            post(sample)
        } else {
            alternative(sample)
        }
    }

    #[test]
    fn the_content_decides() {
        for (content, made) in [("a\n", "post/s.txt"), ("b\n", "alt/s.txt")] {
            let sample = FlyteFile::create("s.txt").unwrap();
            sample.write(content).unwrap();
            assert_eq!(aggregated(sample).unwrap(), made);
        }
    }
}

mod more_memory {
    //! Snakemake, `attempt`: a rule that asks for more with every attempt, with threads and memory of its own.

    use super::*;

    #[task(retries = 3, requests(cpu = "2", mem = "1Gi"), limits(mem = "8Gi"))]
    fn sorted(mut rows: Vec<i64>, mebibytes: usize) -> Result<Vec<i64>, String> {
        let attempt = ctx().map_or(0, |task| task.attempt_number() as usize);
        let buffer = mebibytes * (attempt + 1);
        if rows.len() > buffer {
            return Err(format!("{buffer} MiB are too little"));
        }
        rows.sort_unstable();
        Ok(rows)
    }

    #[workflow]
    fn sort(rows: Vec<i64>) -> Vec<i64> {
        sorted(rows, 2).with_overrides(|o| o.limits(|r| r.mem("16Gi")))
    }

    #[test]
    fn the_third_attempt_has_enough() {
        let rows = vec![5, 3, 9, 1, 7];
        let mut plain = rows.clone();
        plain.sort_unstable();
        assert_eq!(sort(rows).unwrap(), plain);
        assert!(
            sort(vec![0; 9])
                .unwrap_err()
                .to_string()
                .contains("8 MiB are too little")
        );
    }
}

#[cfg(unix)]
mod commands {
    //! Snakemake, `shell`: a rule that is a shell command, between two that are code.

    use super::*;

    #[shell_task(script = r#"sort -n "{inputs.numbers}" | uniq > {outputs.o0}"#)]
    fn sorted(numbers: FlyteFile<Text>) -> FlyteFile<Text>;

    #[task]
    fn written(numbers: &[i64]) -> Result<FlyteFile<Text>, DataError> {
        let file = FlyteFile::create("numbers.txt")?;
        file.write(
            numbers
                .iter()
                .map(|number| format!("{number}\n"))
                .collect::<String>(),
        )?;
        Ok(file)
    }

    #[task]
    fn read(file: &FlyteFile<Text>) -> Result<Vec<i64>, DataError> {
        Ok(file
            .read_to_string()?
            .lines()
            .filter_map(|line| line.parse().ok())
            .collect())
    }

    #[workflow]
    fn distinct(numbers: Vec<i64>) -> Vec<i64> {
        read(sorted(written(numbers)))
    }

    #[test]
    fn a_command_sorts() {
        let numbers = vec![30, 4, 4, 100, 30];
        let plain: Vec<i64> = std::collections::BTreeSet::from_iter(numbers.clone())
            .into_iter()
            .collect();
        assert_eq!(distinct(numbers).unwrap(), plain);
    }
}
