//! The stream of events: how far an organisation's log has come, for one device. Holds nothing of the roster.

use crate::api::caller::Caller;
use crate::api::parse_organisation;
use crate::api::sync::find_own;
use crate::failure::Failure;
use crate::service::Shared;
use crate::storage::LogHead;
use crate::streams::{Notice, Place};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use mingce_protocol::{ApiFailure, EVENTS_MEDIA_TYPE, News, STILL_HERE, STILL_HERE_S, write_news};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

/// When somebody who found no place may ask again.
const NO_PLACE_S: u64 = 300;

pub async fn events(
    State(service): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let organisation = parse_organisation(&id)?;
    // Listens before it reads, so that nothing is missed in between.
    let heads = service.hub.subscribe(organisation);
    let place = service.streams.open(organisation, &caller);
    let (account, device) = (caller.account, caller.device);
    let read = service.database.read(move |transaction| -> Result<_, Failure> {
        let (row, standing) = find_own(transaction, account, organisation)?;
        // The device may have been sent away since its token was looked up.
        match transaction.find_devices(&[device])?.is_empty() {
            true => Err(ApiFailure::Unauthorised.into()),
            false => Ok(News { epoch: row.epoch, head: row.head, scope: standing.scope_ver }),
        }
    });
    let news = read.await?;
    if place.is_too_many {
        return Err(Failure::too_many(NO_PLACE_S));
    }
    let telling = Telling { heads, place, stopping: service.stopping.subscribe(), news, told: None };
    let body = Body::from_stream(stream::unfold(telling, |mut telling| async move {
        telling.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), telling))
    }));
    // A proxy that gathers what it passes on would keep every word back.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    Ok(([(header::CONTENT_TYPE, EVENTS_MEDIA_TYPE), (header::CACHE_CONTROL, "no-store"), unbuffered], body)
        .into_response())
}

/// One stream.
struct Telling {
    heads: watch::Receiver<LogHead>,
    place: Place,
    stopping: watch::Receiver<bool>,
    news: News,
    told: Option<News>,
}

impl Telling {
    /// What is to be said next; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.told != Some(self.news) {
                self.told = Some(self.news);
                return Some(Bytes::from(write_news(&self.news)));
            }
            let place = &mut self.place;
            tokio::select! {
                // Whoever is sent away hears nothing that happened after it.
                biased;
                changed = place.notice.changed() => {
                    changed.ok()?;
                    let Notice { scope, is_over } = *place.notice.borrow_and_update();
                    if is_over {
                        return None;
                    }
                    self.news.scope = scope;
                }
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                changed = self.heads.changed() => {
                    changed.ok()?;
                    let LogHead { epoch, head } = *self.heads.borrow_and_update();
                    (self.news.epoch, self.news.head) = (epoch, head);
                }
                () = tokio::time::sleep(Duration::from_secs(STILL_HERE_S)) => return Some(Bytes::from_static(STILL_HERE.as_bytes())),
            }
        }
    }
}
