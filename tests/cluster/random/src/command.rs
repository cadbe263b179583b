//! The command `random`.

use std::{process::ExitCode, time::Instant};

use anyhow::{Result, bail};
use flyte_rig::Data;
use flyte_runtime::{
    cluster::Check, compat::settings::SerializationSettings, remote::serialize::Serializer,
};

use crate::{
    agreement::{COVERED, LEAST, Verdicts},
    compiler,
    options::Options,
    runs,
    subject::{Form, Subject, What},
};

/// How many of a hundred the compiler has to refuse as they are written.
const REFUSED: usize = 30;

/// 0 if everything is as it has to be, 1 if not, 2 if it could not be found out.
pub(crate) fn main(args: impl Iterator<Item = String>) -> ExitCode {
    match Options::parse(args).and_then(|options| command(&options)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say_error(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what the command is for")]
fn say_error(text: &str) {
    eprintln!("{text}");
}

/// How many things are wrong.
fn command(options: &Options) -> Result<usize> {
    let began = Instant::now();
    let data = Data::new()?;
    let settings = SerializationSettings::for_image("random:v1", flyte_rig::VERSION)?
        .new_builder()
        .project("flytesnacks")
        .domain(flyte_rig::DOMAIN)
        .build();
    let serializer =
        Serializer::new(&settings).program(std::env::current_exe()?.display().to_string());
    let mut check = Check::new();
    if let Some(rule) = options.without {
        check = check.without(rule);
    }
    say(&format!(
        "seeds {} to {}",
        options.from,
        options.from + options.count - 1
    ));
    let mut subjects = Vec::new();
    for seed in options.from..options.from + options.count {
        subjects.extend(Subject::of_seed(seed)?);
    }
    if options.show {
        for subject in &subjects {
            if let What::Workflow(program, _) = &subject.what {
                say(&program.to_string());
            }
        }
    }
    let mut wrong = 0;
    let mut judged = Vec::new();
    for form in [Form::Written, Form::Lowered] {
        let directory = data.join(&format!("{form:?}"));
        let compiler =
            compiler::compile(&options.cluster, &directory, &serializer, &subjects, form)?;
        judged.push(Verdicts::new(
            &subjects,
            &serializer,
            form,
            &check,
            compiler,
        )?);
    }
    for verdicts in &judged {
        wrong += tell(verdicts, options);
    }
    let [written, lowered] = &judged[..] else {
        bail!("there are two forms");
    };
    if !options.is_one && options.without.is_none() {
        wrong += covered(written, lowered);
    }
    say(&format!("{:.1} s", began.elapsed().as_secs_f32()));
    if options.runs > 0 {
        let chosen = runs::chosen(lowered, options.runs);
        let rig = runs::start(&options.cluster, &data.join("cluster"))?;
        let ends = runs::run(&chosen, &rig, &serializer, options.at_once)?;
        rig.stop()?;
        let (mut counted, mut succeeded) = (0, 0);
        for end in &ends {
            counted += usize::from(end.counts());
            let is_here = matches!(end.here, crate::ends::Ended::Succeeded(_));
            succeeded += usize::from(is_here && end.counts());
            if !end.are_right() {
                wrong += 1;
                say(&format!(
                    "{}\n  here: {}\n  there: {}",
                    end.subject.name(),
                    end.here,
                    end.there
                ));
            }
        }
        say(&format!(
            "{counted} runs, {succeeded} of them succeed here, and {} that begin nothing there",
            ends.len() - counted
        ));
        if counted < options.runs && !options.is_one {
            wrong += 1;
            say("there are too few that register");
        }
    }
    say(&format!(
        "{wrong} wrong, {:.1} s",
        began.elapsed().as_secs_f32()
    ));
    if options.keep || wrong > 0 {
        say(&format!("kept: {}", data.keep().display()));
    }
    Ok(wrong)
}

/// Says what both do not agree on.
fn tell(verdicts: &Verdicts<'_>, options: &Options) -> usize {
    let disagreements = verdicts.disagreements();
    let form = match verdicts.form {
        Form::Written => "as written",
        Form::Lowered => "lowered",
    };
    for (subject, text) in disagreements.iter().take(40) {
        say(&format!("{form}, {}: {text}", subject.name()));
        say(&format!(
            "  repeat: random --cluster {} --seed {} --runs 1",
            options.cluster.display(),
            subject.seed
        ));
    }
    say(&format!(
        "{form}: {} judged, {} refused by the compiler, {} disagreements",
        verdicts.all.len(),
        verdicts.refused(),
        disagreements.len()
    ));
    disagreements.len()
}

/// Whether enough is hit, and would be missed.
fn covered(written: &Verdicts<'_>, lowered: &Verdicts<'_>) -> usize {
    let mut wrong = 0;
    let mut hits = written.hits();
    // What is lowered is told of it alone.
    for (rule, count) in lowered.hits() {
        let most = hits.entry(rule).or_insert(0);
        *most = count.max(*most);
    }
    for (rule, count) in &hits {
        say(&format!("  {rule}: {count}"));
    }
    for rule in COVERED {
        let count = hits.get(&rule).copied().unwrap_or_default();
        if count < LEAST {
            wrong += 1;
            say(&format!("{rule} is hit {count} times, and not {LEAST}"));
        }
    }
    // A rule that is switched off is missed.
    for rule in COVERED {
        let is_refused = rule
            .refused_by()
            .is_some_and(|by| by != flyte_runtime::cluster::RefusedBy::Engine);
        if is_refused {
            let noticed = written.noticed_without(rule);
            say(&format!("  without {rule}: {noticed} disagreements"));
            if noticed == 0 {
                wrong += 1;
                say(&format!("nobody would notice if {rule} were not there"));
            }
        }
    }
    let (all, refused) = (written.all.len(), written.refused());
    if refused * 100 < all * REFUSED {
        wrong += 1;
        say(&format!(
            "{refused} of {all} are refused, and not {REFUSED} of a hundred"
        ));
    }
    wrong
}
