//! One member: guardians, further places, the photo, invitations.

use super::{Administrator, among, cell, pick};
use mingce_app::Outcome;
use mingce_ipc::Code;
use mingce_ipc::calls::Calls;
use mingce_ipc::invitation::{InvitationQuery, InvitationRefs, Invite};
use mingce_ipc::person::{AffiliationRef, EditAffiliation, LinkGuardian};
use mingce_ipc::photo::{OpenPicture, PictureRef, PictureSource, SetPhoto};
use mingce_ipc::roster::{CellText, Column, EditGuardian, GuardianRef, MemberDetail, RecordRef};
use mingce_testkit::pictures::png;

const RELATIONS: [&str; 3] = ["父亲", "母亲", ""];
const IDENTITIES: [&str; 4] = ["", "家长", "staff", "外星人"];
const TITLES: [&str; 3] = ["", "指导老师", "组长"];

impl Administrator<'_> {
    fn detail(&self, member: &str) -> Outcome<MemberDetail> {
        self.office.app.member_detail(RecordRef { id: member.to_owned() })
    }

    /// One of the members of whom this is not empty, and what it is for them.
    fn one_with<T>(&self, number: u8, of: impl Fn(MemberDetail) -> Vec<T>) -> Outcome<(String, Vec<T>)> {
        let mut having = Vec::new();
        for member in self.members()? {
            let found = of(self.detail(&member)?);
            if !found.is_empty() {
                having.push((member, found));
            }
        }
        let place = usize::from(number).checked_rem(having.len()).ok_or(Code::NotFound)?;
        Ok(having.swap_remove(place))
    }

    fn a_guardian(&self, a: u8, b: u8) -> Outcome<(String, String)> {
        let (member, guardians) =
            self.one_with(a, |detail| detail.guardians.into_iter().map(|guardian| guardian.id).collect())?;
        Ok((member, pick(&guardians, b)?))
    }

    fn a_place(&self, a: u8, b: u8) -> Outcome<(String, String)> {
        let (member, places) =
            self.one_with(a, |detail| detail.affiliations.into_iter().map(|place| place.id).collect())?;
        Ok((member, pick(&places, b)?))
    }
}

pub(super) fn add_guardian(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let cells = vec![
        cell(Column::GuardianName, among(&["王大", "李母", "赵祖"], b)),
        cell(Column::GuardianPhone, among(&["", "13700137000", "13600136000"], c)),
        cell(Column::GuardianRelation, among(&RELATIONS, b)),
    ];
    let may_confirm = [None, Some(true), Some(false)][usize::from(c % 3)];
    let wanted = EditGuardian { member: by.a_member(a)?, guardian: None, cells, may_confirm };
    by.office.app.edit_guardian(wanted).map(drop)
}

pub(super) fn edit_guardian(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (member, guardian) = by.a_guardian(a, b)?;
    let mut cells: Vec<CellText> = Vec::new();
    if c % 2 == 0 {
        cells.push(cell(Column::GuardianName, among(&["王大伟", "李母亲"], c / 2)));
    }
    if c % 3 == 0 {
        cells.push(cell(Column::GuardianPhone, among(&["", "13500135000"], c / 3)));
    }
    if c % 5 == 0 {
        cells.push(cell(Column::GuardianRelation, among(&RELATIONS, c / 5)));
    }
    let may_confirm = [None, Some(false), Some(true)][usize::from(c % 3)];
    by.office.app.edit_guardian(EditGuardian { member, guardian: Some(guardian), cells, may_confirm }).map(drop)
}

pub(super) fn link_guardian(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (_, guardian) = by.a_guardian(a, b)?;
    let relation = Some(among(&RELATIONS, b));
    // In the place of a guardian of theirs, or beside them.
    let (member, instead_of) = match c % 3 {
        0 => by.a_guardian(c / 3, b).map(|(member, other)| (member, Some(other)))?,
        _ => (by.a_member(c)?, None),
    };
    let wanted = LinkGuardian { member, guardian, instead_of, relation, may_confirm: Some(c % 2 == 0) };
    by.office.app.link_guardian(wanted).map(drop)
}

pub(super) fn remove_guardian(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let (member, guardian) = by.a_guardian(a, b)?;
    by.office.app.remove_guardian(GuardianRef { member, guardian }).map(drop)
}

pub(super) fn add_place(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let wanted = EditAffiliation {
        member: by.a_member(a)?,
        affiliation: None,
        department: Some(by.a_department(b)?),
        title: Some(among(&TITLES, c)),
        identity: Some(among(&IDENTITIES, c / 3)),
    };
    by.office.app.edit_affiliation(wanted).map(drop)
}

pub(super) fn edit_place(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let (member, affiliation) = by.a_place(a, b)?;
    let department = if c % 2 == 0 { None } else { Some(by.a_department(c / 2)?) };
    let wanted = EditAffiliation {
        member,
        affiliation: Some(affiliation),
        department,
        title: (c % 3 > 0).then(|| among(&TITLES, c / 3)),
        identity: (c % 5 > 0).then(|| among(&IDENTITIES, c / 5)),
    };
    by.office.app.edit_affiliation(wanted).map(drop)
}

pub(super) fn remove_place(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let (member, affiliation) = by.a_place(a, b)?;
    by.office.app.remove_affiliation(AffiliationRef { member, affiliation }).map(drop)
}

pub(super) fn make_main(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let (member, affiliation) = by.a_place(a, b)?;
    by.office.app.make_main(AffiliationRef { member, affiliation }).map(drop)
}

pub(super) fn set_photo(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let path = by.file("photo.png", &png(60, 90, b % 3));
    let opened = by.office.app.open_picture(OpenPicture { source: PictureSource::File { path } })?;
    let wanted = SetPhoto { member: by.a_member(a)?, picture: opened.picture.clone(), crop: opened.crop };
    let done = by.office.app.set_photo(wanted);
    by.office.app.close_picture(PictureRef { picture: opened.picture })?;
    done.map(drop)
}

pub(super) fn remove_photo(by: &Administrator<'_>, [a, ..]: [u8; 3]) -> Outcome<()> {
    let photo = |detail: MemberDetail| {
        let place = detail.columns.iter().position(|column| *column == Column::Photo);
        place.map(|place| detail.row.cells[place].clone()).filter(|hash| !hash.is_empty()).into_iter().collect()
    };
    let (id, _): (_, Vec<String>) = by.one_with(a, photo)?;
    by.office.app.remove_photo(RecordRef { id }).map(drop)
}

pub(super) fn invite(by: &Administrator<'_>, [a, b, c]: [u8; 3]) -> Outcome<()> {
    let members = if c % 3 == 0 { None } else { Some(by.some(a, b)?) };
    by.office.app.invite(Invite { members, days: 14, replaces_open: c % 2 == 0, job: None }).map(drop)
}

pub(super) fn revoke_invitation(by: &Administrator<'_>, [a, b, _]: [u8; 3]) -> Outcome<()> {
    let asked = InvitationQuery { department: None, state: None, start: 0, count: 100 };
    let all: Vec<String> = by.office.app.invitations(asked)?.rows.into_iter().map(|row| row.id).collect();
    let mut ids = vec![pick(&all, a)?, pick(&all, b)?];
    ids.dedup();
    by.office.app.revoke_invitations(InvitationRefs { ids }).map(drop)
}
