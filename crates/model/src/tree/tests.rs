use super::*;
use crate::RecordId;
use proptest::prelude::*;

fn id(number: u8) -> DepartmentId {
    DepartmentId(RecordId::from_parts(1_788_000_000_000 + u64::from(number), [number; 10]))
}

fn department(number: u8, parent: Option<u8>, name: &str) -> Department {
    Department {
        id: id(number),
        parent: parent.map(id),
        name: name.into(),
        kind: "unit".into(),
        position: None,
        is_archived: false,
    }
}

/// 1 高二, 2 高一 { 3 10班, 4 2班 }, 5 教务处 { 6 教务组 }
fn school() -> Tree {
    Tree::new([
        department(1, None, "高二"),
        department(2, None, "高一"),
        department(3, Some(2), "10班"),
        department(4, Some(2), "2班"),
        department(5, None, "教务处"),
        department(6, Some(5), "教务组"),
    ])
}

fn chain(levels: u8) -> Tree {
    Tree::new((0..levels).map(|n| department(n, n.checked_sub(1), &format!("第{n}层"))))
}

#[test]
fn departments_stand_in_natural_order_under_their_parents() {
    let order: Vec<(DepartmentId, usize)> = school().in_order();
    assert_eq!(order, [(id(2), 1), (id(4), 2), (id(3), 2), (id(1), 1), (id(5), 1), (id(6), 2)]);
    assert_eq!(school().subtree(id(2)), [id(2), id(4), id(3)]);
    assert_eq!(school().subtree(id(99)), []);
}

#[test]
fn a_position_comes_before_the_natural_order() {
    let mut moved = department(5, None, "教务处");
    moved.position = Some(0);
    let tree = Tree::new([department(1, None, "高一"), moved]);
    assert_eq!(tree.children(None), [id(5), id(1)]);
}

#[test]
fn a_path_leads_to_the_department_and_back() {
    let tree = school();
    assert_eq!(tree.path(id(3)), "高一/10班");
    assert_eq!(tree.find(&["高一", "１０ 班"]), Some(id(3)));
    assert_eq!(tree.find(&["10班"]), None);
    assert_eq!(tree.find::<&str>(&[]), None);
    assert_eq!(tree.path(id(99)), "");
    assert_eq!((tree.depth(id(3)), tree.depth(id(99))), (2, 0));
    for (id, _) in tree.in_order() {
        assert_eq!(tree.find(&parse_path(&tree.path(id)).unwrap()), Some(id));
    }
}

#[test]
fn a_department_never_moves_below_itself() {
    let tree = school();
    assert_eq!(tree.check_move(id(2), Some(id(2))), Err(TreeProblem::Cycle));
    assert_eq!(tree.check_move(id(2), Some(id(3))), Err(TreeProblem::Cycle));
    assert_eq!(tree.check_move(id(3), Some(id(1))), Ok(()));
    assert_eq!(tree.check_move(id(3), None), Ok(()));
    assert_eq!(tree.check_move(id(3), Some(id(99))), Err(TreeProblem::Unknown));
    assert_eq!(tree.check_move(id(99), None), Err(TreeProblem::Unknown));
}

#[test]
fn siblings_have_different_names() {
    let tree = school();
    assert_eq!(tree.check_new(Some(id(2)), "２班"), Err(TreeProblem::NameTaken));
    assert_eq!(tree.check_new(Some(id(1)), "2班"), Ok(()));
    assert_eq!(tree.check_new(None, " 高一 "), Err(TreeProblem::NameTaken));
    assert_eq!(tree.check_rename(id(3), "2班"), Err(TreeProblem::NameTaken));
    assert_eq!(tree.check_rename(id(3), "１０班"), Ok(()), "its own name does not stand in its way");
    let tree = Tree::new([department(1, None, "甲"), department(2, Some(1), "乙"), department(3, None, "乙")]);
    assert_eq!(tree.check_move(id(2), None), Err(TreeProblem::NameTaken));
}

#[test]
fn a_tree_is_at_most_twelve_levels_deep() {
    let tree = chain(DEPTH_MAX as u8);
    assert_eq!(tree.check_new(Some(id(11)), "新"), Err(TreeProblem::TooDeep));
    assert_eq!(tree.check_new(Some(id(10)), "新"), Ok(()));
    let two = Tree::new(
        (0..12)
            .map(|n| department(n, n.checked_sub(1), "层"))
            .chain([department(20, None, "外"), department(21, Some(20), "内")]),
    );
    assert_eq!(two.check_move(id(20), Some(id(10))), Err(TreeProblem::TooDeep));
    assert_eq!(two.check_move(id(20), Some(id(9))), Ok(()));
}

#[test]
fn records_that_disagree_neither_hang_nor_lose_a_department() {
    let tree = Tree::new([
        department(1, Some(2), "甲"),
        department(2, Some(1), "乙"),
        department(3, Some(1), "丙"),
        department(4, Some(4), "丁"),
        department(5, Some(99), "戊"),
    ]);
    assert_eq!(tree.in_order().len(), 5);
    assert_eq!(tree.path(id(2)), "甲/乙");
    assert_eq!(tree.path(id(3)), "甲/丙");
    assert_eq!(tree.depth(id(4)), 1);
    assert_eq!(tree.depth(id(5)), 1);
}

#[test]
fn a_department_is_read_from_its_record() {
    let record = Record::empty(Kind::Department, id(7).0)
        .with(Field::DepartmentName, "高一")
        .with(Field::DepartmentParent, id(1).0)
        .with(Field::DepartmentKind, "grade")
        .with(Field::DepartmentPosition, 3i64);
    let read = Department::from_record(&record).unwrap();
    assert_eq!((read.id, read.parent, read.position), (id(7), Some(id(1)), Some(3)));
    assert_eq!(Department::from_record(&Record::empty(Kind::Member, id(7).0)), None);
}

proptest! {
    #[test]
    fn whatever_the_parents_every_department_stands_in_the_tree_once(
        parents in prop::collection::vec(prop::option::of(0u8..40), 0..40)
    ) {
        let departments = parents.iter().enumerate().map(|(n, parent)| department(n as u8, *parent, &format!("{n}班")));
        let tree = Tree::new(departments);
        let mut order: Vec<DepartmentId> = tree.in_order().into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(order.len(), parents.len());
        order.sort();
        order.dedup();
        prop_assert_eq!(order.len(), parents.len());
    }

    #[test]
    fn an_allowed_move_keeps_a_tree(
        parents in prop::collection::vec(prop::option::of(0u8..20), 20),
        moved in 0u8..20,
        target in prop::option::of(0u8..20),
    ) {
        let departments = |change: bool| parents.iter().enumerate().map(move |(n, parent)| {
            let parent = if change && n == usize::from(moved) { target } else { *parent };
            department(n as u8, parent, &format!("{n}班"))
        });
        let tree = Tree::new(departments(false));
        if tree.check_move(id(moved), target.map(id)).is_ok() {
            let after = Tree::new(tree.departments.values().cloned().map(|mut department| {
                if department.id == id(moved) {
                    department.parent = target.map(id);
                }
                department
            }));
            prop_assert_eq!(after.get(id(moved)).unwrap().parent, target.map(id));
        }
    }
}

#[test]
fn nothing_goes_into_an_archived_department_and_it_can_still_go_elsewhere() {
    let mut put_away = department(5, None, "教务处");
    put_away.is_archived = true;
    let tree = Tree::new([
        department(1, None, "高二"),
        put_away,
        department(6, Some(5), "教务组"),
        department(7, Some(5), "教材组"),
    ]);
    assert!(
        tree.is_archived(id(5)) && tree.is_archived(id(6)) && !tree.is_archived(id(1)) && !tree.is_archived(id(99))
    );
    assert_eq!(tree.check_new(Some(id(6)), "新"), Err(TreeProblem::Archived));
    assert_eq!(tree.check_move(id(1), Some(id(5))), Err(TreeProblem::Archived));
    assert_eq!(tree.check_move(id(6), Some(id(7))), Err(TreeProblem::Archived));
    assert_eq!(tree.check_move(id(6), Some(id(5))), Ok(()), "its place among its siblings may change");
    assert_eq!(tree.check_move(id(6), Some(id(1))), Ok(()));
    assert_eq!((tree.check_home(id(6)), tree.check_home(id(1))), (Err(TreeProblem::Archived), Ok(())));
    assert_eq!(tree.plan_merge(id(1), Some(id(6))), Err(TreeProblem::Archived));
    assert!(tree.plan_merge(id(6), Some(id(1))).is_ok());
    assert_eq!(tree.archived_line(id(6)), [id(5)]);
}

#[test]
fn a_merge_takes_children_over_and_merges_namesakes_in_turn() {
    let tree = Tree::new([
        department(1, None, "东校区"),
        department(2, Some(1), "高一"),
        department(3, Some(2), "1班"),
        department(4, Some(2), "2班"),
        department(5, Some(1), "教务处"),
        department(11, None, "西校区"),
        department(12, Some(11), "高一"),
        department(13, Some(12), "１班"),
    ]);
    let plan = tree.plan_merge(id(1), Some(id(11))).unwrap();
    let to = |number: u8| Some(id(number));
    assert_eq!(plan.emptied, [(id(1), to(11)), (id(2), to(12)), (id(3), to(13))]);
    assert_eq!(plan.moved, [(id(5), to(11)), (id(4), to(12))]);
    assert_eq!(tree.plan_merge(id(1), Some(id(3))), Err(TreeProblem::Cycle));
    assert_eq!(tree.plan_merge(id(1), Some(id(1))), Err(TreeProblem::Cycle));
    assert_eq!(tree.plan_merge(id(99), None), Err(TreeProblem::Unknown));
    assert_eq!(tree.plan_merge(id(1), Some(id(99))), Err(TreeProblem::Unknown));
    // Into the one above: what is below comes to stand where it stood itself.
    let up = tree.plan_merge(id(2), Some(id(1))).unwrap();
    assert_eq!((up.emptied, up.moved), (vec![(id(2), to(1))], vec![(id(3), to(1)), (id(4), to(1))]));
}

#[test]
fn a_merge_that_cannot_be_done_in_one_go_says_why() {
    let same = Tree::new([department(1, None, "甲"), department(2, Some(1), "乙"), department(3, Some(2), "乙")]);
    assert_eq!(same.plan_merge(id(2), Some(id(1))), Err(TreeProblem::NameTaken));
    let mut namesake = department(13, Some(11), "高一");
    namesake.is_archived = true;
    let archived =
        Tree::new([department(1, None, "东"), department(2, Some(1), "高一"), department(11, None, "西"), namesake]);
    assert_eq!(archived.plan_merge(id(1), Some(id(11))), Err(TreeProblem::Archived));
    let deep = Tree::new(
        (0..12)
            .map(|n| department(n, n.checked_sub(1), "层"))
            .chain([department(20, None, "外"), department(21, Some(20), "内")]),
    );
    assert_eq!(deep.plan_merge(id(20), Some(id(11))), Err(TreeProblem::TooDeep));
    assert!(deep.plan_merge(id(20), Some(id(10))).is_ok());
}
