//! Whatever an administrator does, undone completely, gives the first state back, byte for byte, and done again the last
//! one. The verbs are the program's own, on a roster that syncs with a real service now and then and is closed and opened
//! in between.

use crate::administrator::{Administrator, Verb};
use crate::convergence::{histories, runner};
use crate::office::Office;
use crate::witness::{State, Witness, differences};
use crate::world::World;
use mingce_ipc::calls::{Calls, Nothing};
use mingce_ipc::profile::ProfileId;
use mingce_ipc::roster::Undo;
use mingce_ipc::sync::Listed;
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

#[derive(Clone, Debug)]
enum Step {
    Do(Verb, [u8; 3]),
    Undo,
    Redo,
    Sync,
    Reopen,
}

/// What there is little to do with, or only after one another.
const RARE: [Verb; 3] = [Verb::ArchiveDepartment, Verb::RestoreDepartment, Verb::RemoveDepartment];

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => (prop::sample::select(Verb::ALL), any::<[u8; 3]>()).prop_map(|(verb, numbers)| Step::Do(verb, numbers)),
        4 => (prop::sample::select(&RARE[..]), any::<[u8; 3]>()).prop_map(|(verb, numbers)| Step::Do(verb, numbers)),
        2 => Just(Step::Undo),
        2 => Just(Step::Redo),
        3 => Just(Step::Sync),
        1 => Just(Step::Reopen),
    ]
}

/// A program with a roster, and everything it has been and can be again.
struct Life {
    world: World,
    office: Office,
    witness: Witness,
    /// After each operation that undo can take back; the first is the beginning.
    done: Vec<State>,
    /// What redo brings back, the next one last.
    undone: Vec<State>,
    /// Operations before the beginning.
    before: usize,
    /// How often each verb did something.
    did: BTreeMap<Verb, usize>,
}

impl Life {
    fn begin(runtime: &Runtime) -> Self {
        let world = runtime.block_on(World::new());
        let office = Office::quiet(runtime, &world, "here");
        let witness = Witness::open(&world, "here");
        let (state, before) = (witness.state(), witness.depth());
        Self { world, office, witness, done: vec![state], undone: Vec::new(), before, did: BTreeMap::new() }
    }

    /// Begins here: what was done up to now is not looked at any more.
    fn settle(&mut self) {
        self.done = vec![self.witness.state()];
        self.undone = Vec::new();
        self.before = self.witness.depth();
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Do(verb, numbers) => self.work(*verb, *numbers),
            Step::Undo if self.done.len() > 1 => self.undo(),
            Step::Redo if !self.undone.is_empty() => self.redo(),
            Step::Undo | Step::Redo => {}
            Step::Sync => self.sync(),
            Step::Reopen => self.reopen(),
        }
    }

    /// One verb is one operation, or none when nothing changed; never two, and never a change that undo does not know.
    fn work(&mut self, verb: Verb, numbers: [u8; 3]) {
        let administrator = Administrator::new(&self.office, self.world.path("files"));
        let outcome = administrator.work(verb, numbers);
        let (state, depth) = (self.witness.state(), self.witness.depth());
        let known = self.before + self.done.len() - 1;
        match depth.checked_sub(known) {
            Some(0) => self.expect(&state, &format!("{verb:?} was no operation: {outcome:?}")),
            Some(1) => {
                assert!(outcome.is_ok(), "{verb:?} was refused and yet done: {outcome:?}");
                self.witness.assert_a_tree();
                self.done.push(state);
                self.undone.clear();
                *self.did.entry(verb).or_default() += 1;
            }
            more => panic!("{verb:?} made {more:?} operations of one"),
        }
    }

    fn expect(&self, found: &State, when: &str) {
        let expected = self.done.last().expect("there is a beginning");
        assert!(found == expected, "{when}\n{}", differences(found, expected));
    }

    fn undo(&mut self) {
        let undone = self.office.app.undo(Undo::default()).expect("there is something to undo");
        self.undone.extend(self.done.pop());
        assert_eq!(undone.kept, 0, "undoing {}", undone.operation);
        self.expect(&self.witness.state(), &format!("after undoing {}", undone.operation));
    }

    fn redo(&mut self) {
        let redone = self.office.app.redo(Undo::default()).expect("there is something to do again");
        self.done.extend(self.undone.pop());
        assert_eq!(redone.kept, 0, "doing {} again", redone.operation);
        self.expect(&self.witness.state(), &format!("after doing {} again", redone.operation));
    }

    fn sync(&self) {
        self.office.app.sync_now(Nothing {}).expect("the service is there");
        let status = self.office.status();
        let refusals = self.office.app.refusals(Listed::default());
        assert_eq!((status.refused, status.conflicts), (0, 0), "{refusals:?}");
        self.expect(&self.witness.state(), "after syncing");
    }

    fn reopen(&self) {
        let profiles = self.office.app.app_state(Nothing {}).expect("it always has a state").profiles;
        self.office.app.close_profile(Nothing {}).expect("a roster is open");
        let wanted = ProfileId { id: profiles[0].id.clone() };
        self.office.app.open_profile_quietly(wanted).expect("the roster opens again");
    }

    fn undo_all(&mut self) {
        while self.done.len() > 1 {
            self.undo();
        }
    }

    fn redo_all(&mut self) {
        while !self.undone.is_empty() {
            self.redo();
        }
    }
}

/// A small school as an administrator makes it.
const SCHOOL: &[(Verb, [u8; 3])] = &[
    (Verb::Import, [0b11_1111, 0, 2]),
    (Verb::DefineField, [0, 0, 0]),
    (Verb::DefineField, [1, 1, 2]),
    (Verb::DefineTag, [2, 1, 0]),
    (Verb::SetField, [5, 18, 0]),
    (Verb::SetLeader, [2, 0, 0]),
    (Verb::AddPlace, [0, 5, 4]),
    (Verb::LinkGuardian, [0, 0, 4]),
    (Verb::AddGuardian, [4, 2, 2]),
    (Verb::SetPhoto, [0, 1, 0]),
    (Verb::Invite, [0, 1, 1]),
    (Verb::CreateDepartment, [0, 2, 0]),
    (Verb::CreateDepartment, [0, 3, 0]),
];

fn school(runtime: &Runtime) -> Life {
    let mut life = Life::begin(runtime);
    for (verb, numbers) in SCHOOL {
        let before = life.done.len();
        life.work(*verb, *numbers);
        assert_eq!(life.done.len(), before + 1, "{verb:?} did nothing");
    }
    life
}

#[test]
fn everything_an_administrator_does_can_be_undone_down_to_the_empty_roster() {
    let runtime = Runtime::new().expect("a runtime");
    let mut life = school(&runtime);
    life.undo_all();
    life.redo_all();
    life.sync();
    life.undo_all();
    life.sync();
    life.reopen();
    life.redo_all();
    life.sync();
}

#[test]
fn any_work_undone_completely_gives_the_first_state_back_byte_for_byte() {
    let runtime = Runtime::new().expect("a runtime");
    // What a run left behind is the beginning, so the next one goes on from there.
    let kept: RefCell<Option<Life>> = RefCell::new(None);
    let begin = || {
        kept.take().unwrap_or_else(|| {
            let mut life = school(&runtime);
            life.settle();
            life
        })
    };
    let steps = prop::collection::vec(any_step(), 1..16);
    let outcome = runner(histories(150)).run(&steps, |steps| {
        let mut life = begin();
        for step in &steps {
            life.step(step);
        }
        life.undo_all();
        life.reopen();
        life.redo_all();
        life.sync();
        life.undo_all();
        life.sync();
        life.settle();
        kept.replace(Some(life));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let life = kept.into_inner().expect("the last run left it");
    let idle: Vec<&Verb> = Verb::ALL.iter().filter(|verb| !life.did.contains_key(verb)).collect();
    assert!(idle.is_empty(), "never did anything: {idle:?}");
}
