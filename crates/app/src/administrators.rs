//! Administrators of the organisation, and what an account does about its own password and second factor. All of it is the
//! service's word: nothing here is kept on this computer.

use crate::failure::{Outcome, told};
use crate::session::Session;
use crate::{App, lock};
use mingce_ipc::Code;
use mingce_ipc::administrators::*;
use mingce_ipc::calls::Nothing;
use mingce_ipc::profile::{DeviceRow, Password, ServicePlace};
use mingce_protocol as wire;
use mingce_protocol::{Device, Right, Rights};

fn rights(reveals_numbers: bool) -> Rights {
    reveals_numbers.then_some(Right::RevealNumbers).into_iter().collect()
}

pub(crate) fn device_row(device: Device) -> DeviceRow {
    DeviceRow {
        id: device.id,
        name: device.name,
        created_at: device.created_at,
        last_used_at: device.last_used_at,
        is_current: device.is_current,
    }
}

impl App {
    pub(crate) fn list_administrators(&self) -> Outcome<AdministratorList> {
        let session = self.session()?;
        let list = told(self.runtime.block_on(session.client.administrators(session.profile.organisation)))?;
        let row = |line: wire::AdministratorLine| AdministratorRow {
            id: line.account,
            name: line.name,
            phone: line.phone,
            reveals_numbers: line.role == "owner" || line.rights.has(Right::RevealNumbers),
            role: line.role,
            since: line.since,
            devices: line.devices,
            last_used_at: line.last_used_at,
            has_second_factor: line.has_second_factor,
            is_self: line.is_self,
            may_change: line.may_change,
        };
        let link = |line: wire::LinkLine| LinkRow {
            id: line.id,
            purpose: line.purpose,
            name: line.name,
            role: line.role,
            ends_at: line.ends_at,
        };
        Ok(AdministratorList {
            administrators: list.administrators.into_iter().map(row).collect(),
            links: list.links.into_iter().map(link).collect(),
            may_give: list.may_give,
        })
    }

    pub(crate) fn invite_to_administer(&self, wanted: InviteAdministrator) -> Outcome<MadeLink> {
        let session = self.session()?;
        let asked = wire::InviteAdministrator {
            name: wanted.name,
            phone: wanted.phone,
            role: wanted.role,
            rights: rights(wanted.reveals_numbers),
        };
        let organisation = session.profile.organisation;
        let made = told(self.runtime.block_on(session.client.invite_administrator(organisation, &asked)))?;
        self.made(&session, made)
    }

    pub(crate) fn change_standing(&self, wanted: &ChangeAdministrator) -> Outcome<Nothing> {
        let session = self.session()?;
        let change = wire::ChangeAdministrator { role: wanted.role.clone(), rights: rights(wanted.reveals_numbers) };
        let organisation = session.profile.organisation;
        told(self.runtime.block_on(session.client.change_administrator(organisation, &wanted.id, &change)))?;
        Ok(Nothing {})
    }

    pub(crate) fn remove_from_administrators(&self, account: &str) -> Outcome<Nothing> {
        let session = self.session()?;
        told(self.runtime.block_on(session.client.remove_administrator(session.profile.organisation, account)))?;
        Ok(Nothing {})
    }

    pub(crate) fn start_reset(&self, account: &str) -> Outcome<MadeLink> {
        let session = self.session()?;
        let organisation = session.profile.organisation;
        let made = told(self.runtime.block_on(session.client.reset_administrator(organisation, account)))?;
        self.made(&session, made)
    }

    /// A link with its code, at the address that phones can use.
    fn made(&self, session: &Session, made: wire::MadeLink) -> Outcome<MadeLink> {
        // The service that runs in this program learns of the network's addresses after it has started.
        let link = match (&session.profile.service, made.link.rsplit_once("/a/")) {
            (ServicePlace::ThisComputer, Some((_, token))) => {
                let base = lock(&self.embedded).status().public_url;
                base.map_or(made.link.clone(), |base| format!("{base}/a/{token}"))
            }
            _ => made.link,
        };
        let svg = told(mingce_sheets::code_svg(&link))?;
        let is_here_only =
            session.profile.service == ServicePlace::ThisComputer && !lock(&self.embedded).status().is_on_network;
        Ok(MadeLink { id: made.id, link, svg, ends_at: made.ends_at, is_here_only })
    }

    pub(crate) fn take_link_back(&self, link: &str) -> Outcome<Nothing> {
        let session = self.session()?;
        told(self.runtime.block_on(session.client.withdraw_link(session.profile.organisation, link)))?;
        Ok(Nothing {})
    }

    pub(crate) fn sessions_of(&self, account: &str) -> Outcome<Vec<DeviceRow>> {
        let session = self.session()?;
        let organisation = session.profile.organisation;
        let devices = told(self.runtime.block_on(session.client.administrator_devices(organisation, account)))?;
        Ok(devices.into_iter().map(device_row).collect())
    }

    pub(crate) fn end_sessions(&self, wanted: &RevokeSessions) -> Outcome<Nothing> {
        let session = self.session()?;
        let (organisation, device) = (session.profile.organisation, wanted.device.as_deref());
        told(self.runtime.block_on(session.client.revoke_sessions(organisation, &wanted.id, device)))?;
        Ok(Nothing {})
    }

    pub(crate) fn choose_password(&self, wanted: ChangePassword) -> Outcome<Nothing> {
        let session = self.session()?;
        let ChangePassword { password, new_password, code } = wanted;
        let change = wire::ChangePassword { password, new_password, code };
        told(self.runtime.block_on(session.client.change_password(&change)))?;
        Ok(Nothing {})
    }

    pub(crate) fn second_factor_state(&self) -> Outcome<SecondFactorState> {
        let session = self.session()?;
        let state = told(self.runtime.block_on(session.client.second_factor()))?;
        Ok(SecondFactorState { is_on: state.is_on, recovery_codes_left: state.recovery_codes_left })
    }

    pub(crate) fn begin_with_second_factor(&self, wanted: Password) -> Outcome<BegunSecondFactor> {
        let session = self.session()?;
        let asked = wire::BeginSecondFactor { password: wanted.password };
        let begun = told(self.runtime.block_on(session.client.begin_second_factor(&asked)))?;
        if !begun.uri.starts_with("otpauth://") {
            return Err(Code::ServiceFailed.into());
        }
        Ok(BegunSecondFactor { secret: begun.secret, svg: told(mingce_sheets::code_svg(&begun.uri))? })
    }

    pub(crate) fn confirm_the_second_factor(&self, wanted: ConfirmSecondFactor) -> Outcome<RecoveryCodes> {
        let session = self.session()?;
        let asked = wire::ConfirmSecondFactor { code: wanted.code };
        let made = told(self.runtime.block_on(session.client.confirm_second_factor(&asked)))?;
        Ok(RecoveryCodes { codes: made.codes })
    }

    pub(crate) fn make_recovery_codes_anew(&self, wanted: ProveSecondFactor) -> Outcome<RecoveryCodes> {
        let session = self.session()?;
        let asked = wire::ProveSecondFactor { password: wanted.password, code: wanted.code };
        let made = told(self.runtime.block_on(session.client.remake_recovery_codes(&asked)))?;
        Ok(RecoveryCodes { codes: made.codes })
    }

    pub(crate) fn end_the_second_factor(&self, wanted: ProveSecondFactor) -> Outcome<Nothing> {
        let session = self.session()?;
        let asked = wire::ProveSecondFactor { password: wanted.password, code: wanted.code };
        told(self.runtime.block_on(session.client.end_second_factor(&asked)))?;
        Ok(Nothing {})
    }
}
