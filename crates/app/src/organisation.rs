//! Making an organisation, signing in, opening and setting aside a roster.

use crate::creating::{self, Wanted};
use crate::failure::{Outcome, told};
use crate::host::new_id;
use crate::locking::Lock;
use crate::masking::Reveals;
use crate::profile::{self, Profile};
use crate::session::Session;
use crate::syncing::Lanes;
use crate::{App, lock};
use mingce_client::Client;
use mingce_ipc::profile::{
    AppState, CreateOrganisation, OrganisationChoice, Password, ProfileId, ProfileSummary, ServicePlace, SignIn,
    SignInOutcome,
};
use mingce_ipc::{Code, Failure};
use mingce_model::id::{OrganisationId, ReplicaId};
use mingce_model::{Field, RecordId};
use mingce_protocol as wire;
use mingce_store::{Identity, Store, has_roster};
use mingce_vault::Sensitive;
use std::sync::{Arc, Mutex};

/// Where the administrator's phone is kept, in the encrypted roster, so that only the password is asked again.
const ACCOUNT_PHONE: &str = "account_phone";

/// Somebody who signed in with one of several organisations to choose, or whose roster did not open then: the code of a second
/// factor is taken once, so what it brought is kept for the next try.
pub(crate) struct Entering {
    service: ServicePlace,
    phone: String,
    password: Sensitive<String>,
    signed_in: wire::SignedIn,
}

impl App {
    pub(crate) fn state(&self) -> AppState {
        let open = lock(&self.session).as_ref().map(|session| session.profile.summary(session.account_name()));
        AppState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: open,
            is_locked: lock(&self.session).as_ref().is_some_and(|session| session.lock.is_locked()),
            profiles: profile::list(self.host.home()).iter().map(|profile| profile.summary("")).collect(),
        }
    }

    /// Where requests go: the given address, or the service inside this program, started if need be.
    fn service_url(&self, place: &ServicePlace) -> Outcome<String> {
        match place {
            ServicePlace::ThisComputer => {
                let url = lock(&self.embedded).ensure(&*self.host)?;
                self.host.emit(mingce_ipc::Event::Service { service: lock(&self.embedded).status() });
                Ok(url)
            }
            ServicePlace::Remote { url } => Ok(url.trim().trim_end_matches('/').to_owned()),
        }
    }

    fn client(&self, place: &ServicePlace) -> Outcome<Client> {
        told(Client::new(&self.service_url(place)?, Default::default()))
    }

    pub(crate) fn create(&self, wanted: CreateOrganisation) -> Outcome<ProfileSummary> {
        let name = self.checked(Field::OrganisationName, &wanted.name)?;
        let kind = self.checked(Field::OrganisationKind, &wanted.kind)?;
        let admin_name = self.checked(Field::MemberName, &wanted.admin_name)?;
        let phone = self.checked(Field::MemberPhone, &wanted.phone)?;
        let client = self.client(&wanted.service)?;
        let home = self.host.home();
        let same = Wanted { service: wanted.service.clone(), name: name.clone(), kind: kind.clone() };
        let id = creating::id_for(home, same, OrganisationId(new_id(&*self.host)?))?;
        let answer = told(self.runtime.block_on(client.create_organisation(&wire::CreateOrganisation {
            id,
            name,
            kind,
            admin_name,
            phone: phone.clone(),
            password: wanted.password,
            device: self.host.device_name(),
            code: wanted.code,
        })));
        if answer.as_ref().is_err_and(|failure| failure.code == Code::Forbidden) {
            // Another account has it: somebody else on this computer asked for one of that name.
            creating::forget(home, id)?;
        }
        let signed_in = answer?;
        // The account may own others.
        let organisation = signed_in.organisations.iter().find(|one| one.id == id).ok_or(Code::ServiceFailed)?;
        let profile = self.settle_in(wanted.service, &signed_in, organisation, &phone)?;
        creating::forget(home, id)?;
        Ok(profile)
    }

    /// The value in its canonical form, or a failure that names the field and the rule.
    fn checked(&self, field: Field, text: &str) -> Outcome<String> {
        let checked = crate::typed::read(field, text, self.host.today(), None)
            .map_err(|problem| Failure::from(Code::Invalid).with("field", field.name()).with("rule", problem.code()))?;
        Ok(checked.value.to_string())
    }

    pub(crate) fn sign_in_to(&self, wanted: SignIn) -> Outcome<SignInOutcome> {
        let phone = self.checked(Field::MemberPhone, &wanted.phone)?;
        let client = self.client(&wanted.service)?;
        let is_same = |it: &Entering| {
            it.service == wanted.service && it.phone == phone && *it.password.reveal() == wanted.password
        };
        let begun = lock(&self.entering).take().filter(|it| wanted.organisation.is_some() && is_same(it));
        let signed_in = match begun {
            Some(begun) => begun.signed_in,
            None => told(self.runtime.block_on(client.sign_in(&wire::SignIn {
                phone: phone.clone(),
                password: wanted.password.clone(),
                device: self.host.device_name(),
                code: wanted.code,
            })))?,
        };
        let keep = |signed_in: wire::SignedIn| {
            let (service, password) = (wanted.service.clone(), Sensitive::new(wanted.password.clone()));
            *lock(&self.entering) = Some(Entering { service, phone: phone.clone(), password, signed_in });
        };
        let chosen = match (&wanted.organisation, signed_in.organisations.as_slice()) {
            (None, [only]) => only.clone(),
            (Some(id), all) => all.iter().find(|one| one.id.to_string() == *id).ok_or(Code::NotFound)?.clone(),
            (None, []) => {
                let _ = self.runtime.block_on(client.with_token(&signed_in.token).sign_out());
                return Err(Code::Forbidden.into());
            }
            (None, several) => {
                let organisations = several
                    .iter()
                    .map(|one| OrganisationChoice { id: one.id.to_string(), name: one.name.clone() })
                    .collect();
                keep(signed_in);
                return Ok(SignInOutcome::Choose { organisations });
            }
        };
        match self.settle_in(wanted.service.clone(), &signed_in, &chosen, &phone) {
            Ok(profile) => Ok(SignInOutcome::Open { profile }),
            Err(failure) => {
                keep(signed_in);
                Err(failure)
            }
        }
    }

    /// Keeps the token, makes the roster if it is not here yet, opens it and brings what the service has.
    fn settle_in(
        &self,
        service: ServicePlace,
        signed_in: &wire::SignedIn,
        organisation: &wire::OrganisationSummary,
        phone: &str,
    ) -> Outcome<ProfileSummary> {
        let known = profile::list(self.host.home())
            .into_iter()
            .find(|known| known.organisation == organisation.id && known.account == signed_in.account);
        let secrets = match known {
            Some(known) => known.secrets,
            None => new_id(&*self.host)?,
        };
        let profile = Profile {
            organisation: organisation.id,
            organisation_name: organisation.name.clone(),
            organisation_kind: organisation.kind.clone(),
            account: signed_in.account,
            service,
            secrets,
        };
        // Where secrets cannot be kept, nothing is begun that nobody could open.
        profile.keep_token(&*self.host, &signed_in.token)?;
        profile.save(self.host.home())?;
        let folder = profile.folder(self.host.home());
        if !has_roster(&folder) {
            let mut replica = [0; 16];
            self.host.fill_random(&mut replica)?;
            let identity = Identity {
                organisation: profile.organisation,
                account: profile.account,
                actor: signed_in.account_name.clone(),
                replica: ReplicaId(RecordId::from_slice(&replica).ok_or(Code::Internal)?),
            };
            let key = profile.make_key(&*self.host)?;
            drop(told(Store::create(&folder, key.as_bytes(), &identity))?);
        }
        self.open_quietly(&profile.id())?;
        let session = self.any_session()?;
        session.lock.unlock();
        told(session.store.set_setting(ACCOUNT_PHONE, &phone.into()))?;
        hear_rights(&session, organisation)?;
        // A roster that cannot be filled now is filled later; the person can begin.
        let _ = self.run_sync(&session);
        lock(&session.reveals).forget();
        self.start_syncing(&session)?;
        Ok(session.profile.summary(session.account_name()))
    }

    /// Opens the roster without starting the background loop: the command line syncs when it is told to.
    pub fn open_profile_quietly(&self, id: ProfileId) -> Outcome<ProfileSummary> {
        self.open_quietly(&id.id)
    }

    fn open_quietly(&self, id: &str) -> Outcome<ProfileSummary> {
        let profile = profile::load(self.host.home(), id)?;
        if let Some(open) = &*lock(&self.session)
            && open.profile.id() == profile.id()
        {
            // Signing in again brought a new token.
            if let Some(token) = profile.load_token(&*self.host)? {
                open.client.set_token(token.reveal());
            }
            return Ok(open.profile.summary(open.account_name()));
        }
        // One roster at a time: the other's loop ends and its lock goes before this one opens.
        drop(lock(&self.session).take());
        let key = profile.load_key(&*self.host)?;
        let store = Arc::new(told(Store::open(&profile.folder(self.host.home()), key.as_bytes()))?);
        // An address that is no address shows as offline, not as a roster that does not open.
        let service_url = self.service_url(&profile.service)?;
        let client = Arc::new(told(Client::new(&service_url, Default::default()))?);
        if let Some(token) = profile.load_token(&*self.host)? {
            client.set_token(token.reveal());
        }
        // Window and command line mask from the start: whoever wants to see numbers whole asks, and that is written down.
        let reveals = Arc::new(Mutex::new(Reveals::none(told(store.rights())?.as_ref())));
        let lanes = Lanes::new(
            self.runtime.handle().clone(),
            self.host.clone(),
            store.clone(),
            client.clone(),
            reveals.clone(),
        );
        let locked = Lock::of(&profile.folder(self.host.home()));
        let session = Arc::new(Session {
            host: self.host.clone(),
            profile,
            store,
            client,
            service_url,
            lanes,
            lock: Arc::new(locked),
            views: Default::default(),
            jobs: Default::default(),
            problems: Default::default(),
            imports: Default::default(),
            runs: Default::default(),
            adopting: Default::default(),
            reveals,
            pasts: Default::default(),
            pictures: Default::default(),
            photo_plans: Default::default(),
            fetcher: Default::default(),
            year: Default::default(),
            driver: Default::default(),
            arranging: Default::default(),
            warming: Default::default(),
        });
        let summary = session.profile.summary(session.account_name());
        *lock(&self.session) = Some(session);
        Ok(summary)
    }

    pub(crate) fn open(&self, id: &str) -> Outcome<ProfileSummary> {
        let summary = self.open_quietly(id)?;
        let session = self.any_session()?;
        self.arrange_departments(&session);
        self.start_syncing(&session)?;
        Ok(summary)
    }

    /// Moves a roster file that does not open out of the way; signing in makes a new one from the service.
    pub(crate) fn set_aside(&self, id: &str) -> Outcome<()> {
        let profile = profile::load(self.host.home(), id)?;
        drop(lock(&self.session).take());
        told(mingce_store::set_aside(&profile.folder(self.host.home()), self.host.now_ms()))?;
        Ok(())
    }

    pub(crate) fn sign_in_again_with(&self, wanted: Password) -> Outcome<()> {
        let session = self.any_session()?;
        let phone = told(session.store.setting(ACCOUNT_PHONE))?;
        let phone = phone.as_ref().and_then(|phone| phone.as_str()).ok_or(Code::SignInNeeded)?.to_owned();
        let signed_in = told(self.runtime.block_on(session.client.sign_in(&wire::SignIn {
            phone,
            password: wanted.password,
            device: self.host.device_name(),
            code: wanted.code,
        })))?;
        if signed_in.account != session.profile.account {
            return Err(Code::WrongCredentials.into());
        }
        let own = signed_in.organisations.iter().find(|one| one.id == session.profile.organisation);
        // Who is no administrator of it any more stays outside; the service says so at every request, too.
        hear_rights(&session, own.ok_or(Code::Forbidden)?)?;
        session.profile.keep_token(&*self.host, &signed_in.token)?;
        session.client.set_token(&signed_in.token);
        session.lock.unlock();
        if let Some(driver) = &*lock(&session.driver) {
            driver.tell(mingce_sync::Event::SignedIn);
        }
        Ok(())
    }
}

/// Keeps what the account may do in the organisation, as the service said at signing in.
fn hear_rights(session: &Session, organisation: &wire::OrganisationSummary) -> Outcome<()> {
    told(session.store.set_rights(organisation.rights.as_ref()))?;
    if lock(&session.reveals).hear(organisation.rights.as_ref()) {
        session.host.emit(mingce_ipc::Event::Rights {});
    }
    Ok(())
}
