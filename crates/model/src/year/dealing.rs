//! Dealing pupils to classes by a rule: even numbers and sexes by lot, or blocks of the alphabet.
//!
//! The same pupils, classes and lot give the same classes, in whatever order they are handed over.

use super::choices::Rule;
use super::roster::Sex;

/// One to be dealt.
pub(super) struct Dealt {
    /// What the caller knows them by.
    pub place: usize,
    pub sex: Sex,
    /// Decides the order of a lot; unlike for everyone.
    pub lot: [u8; 32],
    /// Decides the order of the alphabet.
    pub name_key: String,
}

/// Those who are in a class already, by sex.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Seats {
    pub girls: u32,
    pub boys: u32,
    pub unknown: u32,
}

impl Seats {
    pub(super) fn total(self) -> u32 {
        self.girls + self.boys + self.unknown
    }
    pub(super) fn of(&mut self, sex: Sex) -> &mut u32 {
        match sex {
            Sex::Female => &mut self.girls,
            Sex::Male => &mut self.boys,
            Sex::Unknown => &mut self.unknown,
        }
    }
}

/// The class for each, as an index into `seats`; nothing by hand or without classes. `seats` counts them in.
pub(super) fn deal(mut pupils: Vec<Dealt>, seats: &mut [Seats], rule: Rule) -> Vec<(usize, usize)> {
    if seats.is_empty() {
        return Vec::new();
    }
    match rule {
        Rule::ByHand => Vec::new(),
        Rule::Balanced => {
            pupils.sort_by_key(|a| (a.sex, a.lot));
            let mut dealt = Vec::with_capacity(pupils.len());
            for pupil in pupils {
                let lowest = (0..seats.len()).min_by_key(|class| {
                    let mut seats = seats[*class];
                    (*seats.of(pupil.sex), seats.total())
                });
                let class = lowest.unwrap_or(0);
                *seats[class].of(pupil.sex) += 1;
                dealt.push((pupil.place, class));
            }
            dealt
        }
        Rule::Alphabetical => {
            pupils.sort_by(|a, b| (&a.name_key, a.lot).cmp(&(&b.name_key, b.lot)));
            let count = pupils.len();
            let classes = seats.len();
            let mut dealt = Vec::with_capacity(count);
            for (rank, pupil) in pupils.into_iter().enumerate() {
                // Blocks of even size, the first ones a pupil larger.
                let (size, larger) = (count / classes, count % classes);
                let class = if rank < (size + 1) * larger { rank / (size + 1) } else { (rank - larger) / size.max(1) };
                *seats[class].of(pupil.sex) += 1;
                dealt.push((pupil.place, class));
            }
            dealt
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pupils(sexes: &[Sex]) -> Vec<Dealt> {
        sexes
            .iter()
            .enumerate()
            .map(|(place, sex)| Dealt {
                place,
                sex: *sex,
                lot: [(place as u8).wrapping_mul(37); 32],
                name_key: format!("{:03}", (place * 7) % 101),
            })
            .collect()
    }

    fn sexes() -> impl Strategy<Value = Vec<Sex>> {
        prop::collection::vec(prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Unknown]), 0..90)
    }

    proptest! {
        #[test]
        fn everybody_is_dealt_once_and_classes_are_even(sexes in sexes(), classes in 1usize..7, is_lot in any::<bool>()) {
            let rule = if is_lot { Rule::Balanced } else { Rule::Alphabetical };
            let mut seats = vec![Seats::default(); classes];
            let mut dealt = deal(pupils(&sexes), &mut seats, rule);
            dealt.sort_unstable();
            prop_assert_eq!(dealt.iter().map(|(place, _)| *place).collect::<Vec<_>>(), (0..sexes.len()).collect::<Vec<_>>());
            let spread = |count: &dyn Fn(&Seats) -> u32| {
                seats.iter().map(count).max().unwrap() - seats.iter().map(count).min().unwrap()
            };
            prop_assert!(spread(&|seats| seats.total()) <= 1, "{seats:?}");
            if rule == Rule::Balanced {
                prop_assert!(spread(&|seats| seats.girls) <= 1);
                prop_assert!(spread(&|seats| seats.boys) <= 1);
            } else {
                let key = |place: usize| (place * 7) % 101;
                for (one, class) in &dealt {
                    for (other, later) in &dealt {
                        prop_assert!(key(*one) > key(*other) || class <= later || key(*one) == key(*other));
                    }
                }
            }
        }

        #[test]
        fn the_order_of_the_list_does_not_matter(sexes in sexes(), classes in 1usize..5) {
            let run = |list: Vec<Dealt>| {
                let mut dealt = deal(list, &mut vec![Seats::default(); classes], Rule::Balanced);
                dealt.sort_unstable();
                dealt
            };
            let mut turned = pupils(&sexes);
            turned.reverse();
            // Equal lots may change places; with lots of their own nobody does.
            prop_assume!(sexes.len() < 200);
            prop_assert_eq!(run(pupils(&sexes)), run(turned));
        }
    }

    #[test]
    fn those_who_are_there_count() {
        let mut seats = vec![Seats { girls: 5, boys: 1, unknown: 0 }, Seats { girls: 1, boys: 5, unknown: 0 }];
        deal(pupils(&[[Sex::Female; 4], [Sex::Male; 4]].concat()), &mut seats, Rule::Balanced);
        assert_eq!(seats, [Seats { girls: 5, boys: 5, unknown: 0 }; 2]);
    }
}
