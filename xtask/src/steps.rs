//! Doing named steps one after the other: each says its name and time, the first failure ends it all, and a step that
//! this platform has no equivalent for says why it is left out.

use std::time::Instant;

use anyhow::{Context, Result, bail};

/// How a step ended, when it did not fail.
pub(crate) enum Outcome {
    Done,
    /// Left out, with the reason.
    LeftOut(String),
}

/// A named piece of work on some shared state.
pub(crate) struct Step<State> {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) work: fn(&State) -> Result<Outcome>,
}

/// Prints what steps there are.
pub(crate) fn list<State>(steps: &[Step<State>]) {
    for step in steps {
        println!("{:<14} {}", step.name, step.purpose);
    }
}

/// Does the steps named, or all of them when none is; a name that is not there is an error before anything starts.
pub(crate) fn run<State>(title: &str, steps: &[Step<State>], only: &[String], state: &State) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| steps.iter().all(|step| step.name != **name)) {
        bail!("there is no step {unknown:?}; --list shows them");
    }
    let chosen: Vec<&Step<State>> =
        steps.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)).collect();
    let started = Instant::now();
    let mut left_out = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        println!("\n=== {title} {}/{}: {} ({})", index + 1, chosen.len(), step.name, step.purpose);
        let step_started = Instant::now();
        let outcome = (step.work)(state).with_context(|| format!("{title}: step {:?} failed", step.name))?;
        let took_s = step_started.elapsed().as_secs_f64();
        match outcome {
            Outcome::Done => println!("=== {} done in {took_s:.1} s", step.name),
            Outcome::LeftOut(reason) => {
                println!("=== {} LEFT OUT: {reason}", step.name);
                left_out.push(step.name);
            }
        }
    }
    let took_s = started.elapsed().as_secs_f64();
    let done = chosen.len() - left_out.len();
    println!("\n{title}: {done} of {} steps passed, {} left out, in {took_s:.0} s", chosen.len(), left_out.len());
    if !left_out.is_empty() {
        println!("left out here: {}", left_out.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    type Seen = RefCell<Vec<&'static str>>;

    fn steps() -> [Step<Seen>; 3] {
        let first = |seen: &Seen| {
            seen.borrow_mut().push("first");
            Ok(Outcome::Done)
        };
        let second = |seen: &Seen| {
            seen.borrow_mut().push("second");
            bail!("it broke")
        };
        let third = |seen: &Seen| {
            seen.borrow_mut().push("third");
            Ok(Outcome::LeftOut("nothing like it here".into()))
        };
        [
            Step { name: "first", purpose: "", work: first },
            Step { name: "second", purpose: "", work: second },
            Step { name: "third", purpose: "", work: third },
        ]
    }

    #[test]
    fn the_first_failure_stops_the_run_and_is_named() {
        let seen = Seen::default();
        let failure = run("test", &steps(), &[], &seen).expect_err("the second step fails");
        assert_eq!(format!("{failure:#}"), "test: step \"second\" failed: it broke");
        assert_eq!(*seen.borrow(), ["first", "second"]);
    }

    #[test]
    fn only_the_steps_named_are_done() {
        let seen = Seen::default();
        run("test", &steps(), &["third".into(), "first".into()], &seen).expect("neither fails");
        assert_eq!(*seen.borrow(), ["first", "third"]);
        assert!(run("test", &steps(), &["fourth".into()], &seen).is_err());
    }
}
