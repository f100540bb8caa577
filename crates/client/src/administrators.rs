//! What administrators ask about each other and about their own account.

use crate::client::{Client, with_json};
use crate::error::ClientError;
use mingce_model::OrganisationId;
use mingce_protocol::{
    AdministratorList, BeginSecondFactor, BegunSecondFactor, ChangeAdministrator, ChangePassword, ConfirmSecondFactor,
    Device, InviteAdministrator, MadeLink, ProveSecondFactor, RecoveryCodes, SecondFactorState,
};
use reqwest::{Method, Url};

/// The path below an organisation, each part quoted.
fn parts<'p>(organisation: &'p str, rest: &[&'p str]) -> Vec<&'p str> {
    ["v1", "organisations", organisation].into_iter().chain(rest.iter().copied()).collect()
}

impl Client {
    /// An address of parts that may hold anything.
    fn url_of(&self, parts: &[&str]) -> Result<Url, ClientError> {
        let mut url = self.url("");
        url.path_segments_mut().map_err(|()| ClientError::NotMingce)?.pop_if_empty().extend(parts);
        Ok(url)
    }

    /// Everybody who may sign in to the organisation, and links that wait.
    pub async fn administrators(&self, organisation: OrganisationId) -> Result<AdministratorList, ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators"]))?;
        self.json(self.signed(self.request_to(Method::GET, url))?).await
    }

    /// Makes a link by which somebody becomes an administrator.
    pub async fn invite_administrator(
        &self,
        organisation: OrganisationId,
        wanted: &InviteAdministrator,
    ) -> Result<MadeLink, ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators"]))?;
        self.json(self.signed(with_json(self.request_to(Method::POST, url), wanted)?)?).await
    }

    /// Gives an account another role or other rights. `Refused(Invalid)` with the rule that would be broken.
    pub async fn change_administrator(
        &self,
        organisation: OrganisationId,
        account: &str,
        wanted: &ChangeAdministrator,
    ) -> Result<(), ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators", account]))?;
        self.finished(self.signed(with_json(self.request_to(Method::PUT, url), wanted)?)?).await
    }

    /// Takes an account out of the organisation.
    pub async fn remove_administrator(&self, organisation: OrganisationId, account: &str) -> Result<(), ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators", account]))?;
        self.finished(self.signed(self.request_to(Method::DELETE, url))?).await
    }

    /// Makes a link by which the account's owner chooses a new password.
    pub async fn reset_administrator(
        &self,
        organisation: OrganisationId,
        account: &str,
    ) -> Result<MadeLink, ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators", account, "reset"]))?;
        self.json(self.signed(self.request_to(Method::POST, url))?).await
    }

    /// Takes a link back.
    pub async fn withdraw_link(&self, organisation: OrganisationId, link: &str) -> Result<(), ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrator-links", link]))?;
        self.finished(self.signed(self.request_to(Method::DELETE, url))?).await
    }

    /// Devices of an account that are signed in.
    pub async fn administrator_devices(
        &self,
        organisation: OrganisationId,
        account: &str,
    ) -> Result<Vec<Device>, ClientError> {
        let url = self.url_of(&parts(&organisation.to_string(), &["administrators", account, "devices"]))?;
        self.json(self.signed(self.request_to(Method::GET, url))?).await
    }

    /// Ends a session of an account, or all of them save this one.
    pub async fn revoke_sessions(
        &self,
        organisation: OrganisationId,
        account: &str,
        device: Option<&str>,
    ) -> Result<(), ClientError> {
        let organisation = organisation.to_string();
        let mut parts = parts(&organisation, &["administrators", account, "devices"]);
        parts.extend(device);
        self.finished(self.signed(self.request_to(Method::DELETE, self.url_of(&parts)?))?).await
    }

    /// Chooses another password for the account that is signed in.
    pub async fn change_password(&self, wanted: &ChangePassword) -> Result<(), ClientError> {
        let request = self.request(Method::POST, "/v1/account/password");
        self.finished(self.signed(with_json(request, wanted)?)?).await
    }

    pub async fn second_factor(&self) -> Result<SecondFactorState, ClientError> {
        self.json(self.signed(self.request(Method::GET, "/v1/account/second-factor"))?).await
    }

    pub async fn begin_second_factor(&self, wanted: &BeginSecondFactor) -> Result<BegunSecondFactor, ClientError> {
        let request = self.request(Method::POST, "/v1/account/second-factor");
        self.json(self.signed(with_json(request, wanted)?)?).await
    }

    pub async fn confirm_second_factor(&self, wanted: &ConfirmSecondFactor) -> Result<RecoveryCodes, ClientError> {
        let request = self.request(Method::POST, "/v1/account/second-factor/confirm");
        self.json(self.signed(with_json(request, wanted)?)?).await
    }

    pub async fn remake_recovery_codes(&self, wanted: &ProveSecondFactor) -> Result<RecoveryCodes, ClientError> {
        let request = self.request(Method::POST, "/v1/account/second-factor/codes");
        self.json(self.signed(with_json(request, wanted)?)?).await
    }

    pub async fn end_second_factor(&self, wanted: &ProveSecondFactor) -> Result<(), ClientError> {
        let request = self.request(Method::POST, "/v1/account/second-factor/off");
        self.finished(self.signed(with_json(request, wanted)?)?).await
    }
}
