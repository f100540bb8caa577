//! What happens in a history, drawn from its seed. Each event carries its own dice, so that leaving one out of a history
//! changes nothing in the others.

use mingce_testkit::Random;

/// One thing that happens; to whom and with what, its dice tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Create,
    Edit,
    EditTogether,
    EditAlike,
    EditBadly,
    TakeNumber,
    MoveMember,
    Remove,
    CreateDepartment,
    RenameDepartment,
    MoveDepartment,
    RemoveDepartment,
    Undo,
    Redo,
    Resolve,
    DropRefusal,
    RetryRefusal,
    /// A request goes all the way.
    Exchange,
    /// A request gets one step on: it leaves, arrives, or its answer arrives.
    Step,
    TimerFires,
    NetworkHint,
    /// The stream of events says where the log is.
    Hear,
    LoseStream,
    LoseRequest,
    LoseAnswer,
    DamageRequest,
    DamageAnswer,
    /// The request arrives a second time.
    Duplicate,
    /// A request of long ago arrives once more.
    ArriveLate,
    /// A push starts to arrive and takes its time.
    BeginSlowly,
    EndSlowly,
    /// A pull goes out with a cursor that the service never gave.
    SpoilCursor,
    KillDesk,
    CutPower,
    FillDisk,
    FreeDisk,
    SendAway,
    SignIn,
    TurnClock,
    TurnServiceClock,
    BackUpDesk,
    BackUpDeskCarelessly,
    RestoreDesk,
    CopyDesk,
    /// The laptop goes into a drawer: nothing happens at it until it comes out.
    ShutDesk,
    OpenDesk,
    KillService,
    CutServicePower,
    BusyService,
    FullService,
    ForgetfulService,
    BackUpService,
    RestoreService,
    PutServiceBack,
}

impl Act {
    /// It does not need a desktop that is open.
    pub(crate) fn is_elsewhere(self) -> bool {
        matches!(
            self,
            Self::OpenDesk
                | Self::ArriveLate
                | Self::EndSlowly
                | Self::TurnServiceClock
                | Self::KillService
                | Self::CutServicePower
                | Self::BusyService
                | Self::FullService
                | Self::ForgetfulService
                | Self::BackUpService
                | Self::RestoreService
                | Self::PutServiceBack
        )
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    pub act: Act,
    pub dice: u64,
}

/// What kind of history it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Temper {
    /// One desktop: it never sees a conflict (I4).
    Alone,
    /// Two desktops that never touch the same field: neither do they (I4).
    Apart,
    /// Desktops that work at cross purposes over a bad line, with programs that die.
    Crowded,
    /// All of that, and files that are put back and copied, on either side.
    Restored,
    /// The same, and at the last desktop somebody only looks.
    Watched,
}

impl Temper {
    pub fn of(seed: u64) -> Self {
        match seed % 8 {
            0 => Self::Alone,
            1 => Self::Apart,
            2..5 => Self::Crowded,
            5 | 6 => Self::Restored,
            _ => Self::Watched,
        }
    }
    pub fn desks(self) -> usize {
        match self {
            Self::Alone => 1,
            Self::Apart => 2,
            Self::Crowded => 3,
            Self::Restored => 2,
            Self::Watched => 3,
        }
    }
}

const WORK: &[(u64, Act)] = &[(10, Act::Create), (24, Act::Edit), (3, Act::EditBadly)];
/// Taking back that a member was added disagrees with whoever edited it.
const SECOND_THOUGHTS: &[(u64, Act)] = &[(4, Act::Undo), (2, Act::Redo)];
const CROSS_PURPOSES: &[(u64, Act)] = &[
    (5, Act::EditAlike),
    (4, Act::EditTogether),
    (4, Act::TakeNumber),
    (5, Act::MoveMember),
    (4, Act::Remove),
    (5, Act::CreateDepartment),
    (2, Act::RenameDepartment),
    (5, Act::MoveDepartment),
    (2, Act::RemoveDepartment),
    (5, Act::Resolve),
    (2, Act::DropRefusal),
    (3, Act::RetryRefusal),
];
const LINE: &[(u64, Act)] = &[
    (40, Act::Exchange),
    (30, Act::Step),
    (14, Act::TimerFires),
    (4, Act::NetworkHint),
    (12, Act::Hear),
    (3, Act::LoseStream),
    (4, Act::LoseRequest),
    (8, Act::LoseAnswer),
    (2, Act::DamageRequest),
    (2, Act::DamageAnswer),
    (1, Act::SpoilCursor),
    (5, Act::Duplicate),
    (4, Act::ArriveLate),
    (6, Act::BeginSlowly),
    (5, Act::EndSlowly),
    (2, Act::SendAway),
    (2, Act::SignIn),
    (2, Act::TurnClock),
    (2, Act::TurnServiceClock),
];
const DEATHS: &[(u64, Act)] = &[
    (3, Act::KillDesk),
    (2, Act::CutPower),
    (2, Act::CutServicePower),
    (1, Act::FillDisk),
    (1, Act::FreeDisk),
    (2, Act::KillService),
    (3, Act::BusyService),
    (2, Act::FullService),
    (2, Act::ForgetfulService),
];
const RESTORES: &[(u64, Act)] = &[
    (4, Act::BackUpDesk),
    (1, Act::BackUpDeskCarelessly),
    (5, Act::RestoreDesk),
    (2, Act::CopyDesk),
    (3, Act::ShutDesk),
    (4, Act::OpenDesk),
    (4, Act::BackUpService),
    (2, Act::RestoreService),
    (2, Act::PutServiceBack),
];

/// The events of a seed.
pub fn events(seed: u64, count: usize) -> Vec<Event> {
    let tables: &[&[(u64, Act)]] = match Temper::of(seed) {
        Temper::Alone => &[WORK, SECOND_THOUGHTS, LINE, DEATHS],
        Temper::Apart => &[WORK, LINE, DEATHS],
        Temper::Crowded => &[WORK, SECOND_THOUGHTS, CROSS_PURPOSES, LINE, DEATHS],
        Temper::Restored | Temper::Watched => &[WORK, SECOND_THOUGHTS, CROSS_PURPOSES, LINE, DEATHS, RESTORES],
    };
    let all: Vec<(u64, Act)> = tables.iter().flat_map(|table| table.iter().copied()).collect();
    let total: u64 = all.iter().map(|(weight, _)| weight).sum();
    let mut random = Random::for_index(seed, 0);
    let draw = |random: &mut Random| {
        let mut place = random.below(total);
        let found = all.iter().find(|(weight, _)| {
            let is_here = place < *weight;
            place = place.saturating_sub(*weight);
            is_here
        });
        found.map_or(Act::Exchange, |(_, act)| *act)
    };
    (0..count).map(|_| Event { act: draw(&mut random), dice: random.next_u64() }).collect()
}
