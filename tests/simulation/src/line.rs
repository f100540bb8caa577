//! The line between desktops and service: requests and answers that are lost, damaged, doubled, late and slow.

use crate::desk::{Lane, Request, Stage, read_page};
use crate::event::Act;
use crate::history::tell;
use crate::house::Answer;
use crate::model::mark_in;
use crate::world::World;
use axum::body::Body;
use mingce_model::{Kind, Record, RecordId, Value};
use mingce_protocol::{ApiFailure, Op, OpFields, PushAnswer};
use mingce_sync::Failure;
use mingce_testkit::Random;
use std::collections::BTreeMap;

const STASHED: usize = 12;
const SLOW_MAX: usize = 3;

impl World {
    pub(crate) fn exchange(&mut self, act: Act, desk: usize, dice: &mut Random) -> Result<(), String> {
        match act {
            Act::ArriveLate => {
                if !self.stash.is_empty() {
                    let (device, request) = dice.pick(&self.stash).clone();
                    self.arrive(device, &request)?;
                }
                return Ok(());
            }
            Act::EndSlowly => {
                if !self.slow.is_empty() {
                    let place = dice.below(self.slow.len() as u64) as usize;
                    self.end_slowly(place)?;
                }
                return Ok(());
            }
            _ => {}
        }
        let Some(at) = self.pick_flight(desk, dice) else { return Ok(()) };
        match act {
            Act::Step => self.advance(desk, at),
            Act::Exchange => self.finish_flight(desk, at),
            Act::LoseRequest => {
                if matches!(self.desks[desk].flights[at].stage, Stage::Wanted) && self.desks[desk].depart(at).is_none()
                {
                    return Ok(());
                }
                self.desks[desk].fail(at, Failure::Network);
                Ok(())
            }
            Act::LoseAnswer => {
                if self.reach_answer(desk, at)? {
                    self.desks[desk].fail(at, Failure::Network);
                }
                Ok(())
            }
            Act::DamageRequest => self.damage_request(desk, at, dice),
            Act::SpoilCursor => self.spoil_cursor(desk, at),
            Act::DamageAnswer => {
                if self.reach_answer(desk, at)?
                    && let Stage::Answered(request, mut answer) =
                        std::mem::replace(&mut self.desks[desk].flights[at].stage, Stage::Wanted)
                {
                    answer.body = damaged(&answer.body, dice).into();
                    // A push's answer is JSON without a checksum: there the line's own (TLS, TCP) is the safeguard.
                    if matches!(request, Request::Pull { .. }) || !answer.is_success() {
                        self.desks[desk].take_answer(at, &request, &answer);
                    } else {
                        self.desks[desk].fail(at, Failure::Network);
                    }
                }
                Ok(())
            }
            Act::Duplicate => {
                if self.reach_answer(desk, at)?
                    && let Stage::Answered(request, _) = &self.desks[desk].flights[at].stage
                {
                    let request = request.clone();
                    self.arrive(desk, &request)?;
                }
                Ok(())
            }
            Act::BeginSlowly => self.begin_slowly(desk, at),
            _ => Ok(()),
        }
    }

    /// A request that is not being read by the service.
    fn pick_flight(&self, desk: usize, dice: &mut Random) -> Option<usize> {
        let flights = &self.desks[desk].flights;
        let open: Vec<usize> = (0..flights.len()).filter(|at| !matches!(flights[*at].stage, Stage::Slow)).collect();
        (!open.is_empty()).then(|| *dice.pick(&open))
    }

    /// One step of one request.
    fn advance(&mut self, desk: usize, at: usize) -> Result<(), String> {
        match std::mem::replace(&mut self.desks[desk].flights[at].stage, Stage::Wanted) {
            Stage::Wanted => {
                self.desks[desk].depart(at);
            }
            Stage::Sent(request) => {
                let answer = self.arrive(desk, &request)?;
                self.desks[desk].flights[at].stage = Stage::Answered(request, answer);
            }
            Stage::Answered(request, answer) => {
                let before = self.refusals(desk);
                self.desks[desk].take_answer(at, &request, &answer);
                self.counts.refusals += self.refusals(desk).saturating_sub(before);
            }
            stage @ Stage::Slow => self.desks[desk].flights[at].stage = stage,
        }
        Ok(())
    }

    fn refusals(&self, desk: usize) -> u64 {
        self.desks[desk].store().counts().map_or(0, |counts| counts.refused)
    }

    /// Lets the request go on until its answer is there; `false` when it ended before.
    fn reach_answer(&mut self, desk: usize, at: usize) -> Result<bool, String> {
        let ticket = self.desks[desk].flights[at].ticket;
        for _ in 0..2 {
            let is_there = self.desks[desk].flights.get(at).is_some_and(|flight| flight.ticket == ticket);
            if !is_there {
                return Ok(false);
            }
            if !matches!(self.desks[desk].flights[at].stage, Stage::Answered(..)) {
                self.advance(desk, at)?;
            }
        }
        let flight = self.desks[desk].flights.get(at);
        Ok(flight.is_some_and(|flight| flight.ticket == ticket && matches!(flight.stage, Stage::Answered(..))))
    }

    /// Lets the request go all the way.
    pub(crate) fn finish_flight(&mut self, desk: usize, at: usize) -> Result<(), String> {
        if self.reach_answer(desk, at)? { self.advance(desk, at) } else { Ok(()) }
    }

    /// The service handles a request; the oracle sees what it says.
    pub(crate) fn arrive(&mut self, device: usize, request: &Request) -> Result<Answer, String> {
        let answer = self.house.send(self.build(device, request));
        self.observe(device, request, &answer)?;
        self.remember(device, request);
        Ok(answer)
    }

    fn remember(&mut self, device: usize, request: &Request) {
        if matches!(request, Request::Push { .. }) {
            if self.stash.len() == STASHED {
                self.stash.remove(0);
            }
            self.stash.push((device, request.clone()));
        }
    }

    fn build(&self, device: usize, request: &Request) -> axum::http::Request<Body> {
        let (builder, body) = match request {
            Request::Push { body, .. } => (self.push_builder(device), Body::from(body.clone())),
            Request::Pull { state } => {
                let mut path =
                    format!("/v1/organisations/{}/pull?limit={}", self.house.organisation, crate::desk::PAGE_ROWS);
                if let Some(cursor) = &state.cursor {
                    path.push_str(&format!("&cursor={cursor}"));
                }
                path.push_str(&format!("&replica={}&acked={}", state.replica, state.acked));
                if let Some(seen) = &state.seen {
                    path.push_str(&format!("&seen={seen}"));
                }
                (axum::http::Request::get(path).header("authorization", self.bearer(device)), Body::empty())
            }
        };
        builder.body(body).expect("the request is sound")
    }

    fn push_builder(&self, device: usize) -> axum::http::request::Builder {
        let path = format!("/v1/organisations/{}/push", self.house.organisation);
        axum::http::Request::post(path).header("authorization", self.bearer(device))
    }

    fn bearer(&self, device: usize) -> String {
        let is_known = !self.desks[device].is_sent_away;
        format!("Bearer {}{}", self.house.tokens[device], if is_known { "" } else { "x" })
    }

    /// Holds what the service said against the oracle.
    fn observe(&mut self, device: usize, request: &Request, answer: &Answer) -> Result<(), String> {
        tell(|| match request {
            Request::Push { header, ops, .. } => {
                format!("    device {device} pushes {header:?} {ops:?}: {} {}", answer.status, answer.text())
            }
            Request::Pull { state } => match read_page(answer) {
                Ok((header, records)) => format!("    device {device} pulls {state:?}: {header:?} {records:?}"),
                Err(_) => format!("    device {device} pulls {state:?}: {} {}", answer.status, answer.text()),
            },
        });
        if !answer.is_success() {
            return self.observe_failure(device, request, answer);
        }
        match request {
            Request::Push { header, ops, .. } => {
                self.counts.pushes += 1;
                let said: PushAnswer = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
                self.model.take_answer(&header.replica, ops, &said)?;
                self.note_refused(ops, &said);
                if self.model.conflicts > 0
                    && matches!(self.temper, crate::event::Temper::Alone | crate::event::Temper::Apart)
                {
                    return Err(format!(
                        "a conflict where nobody disagreed (I4): {ops:?} answered {:?}",
                        said.exceptions
                    ));
                }
            }
            Request::Pull { .. } => {
                self.counts.pages += 1;
                let (_, records) = read_page(answer).map_err(|error| error.to_string())?;
                if records.len() > crate::desk::PAGE_ROWS {
                    return Err(format!("a page holds {} records (I11)", records.len()));
                }
                if let Some(stranger) = records.iter().find(|one| !self.model.rows.contains_key(&(one.kind, one.id))) {
                    return Err(format!("a page holds {:?} {}, which nobody made (I7)", stranger.kind, stranger.id));
                }
            }
        }
        Ok(())
    }

    fn note_refused(&mut self, ops: &[Op], said: &PushAnswer) {
        for op in ops.iter().filter(|op| said.exceptions.iter().any(|exception| exception.m == op.m)) {
            let values: Vec<&Value> = match &op.fields {
                OpFields::Create(values) => values.iter().collect(),
                OpFields::Edit(parts) => parts.iter().map(|part| &part.new).collect(),
                OpFields::Remove(_) => Vec::new(),
            };
            self.refused.extend(values.into_iter().filter_map(mark_in));
        }
    }

    fn observe_failure(&mut self, device: usize, request: &Request, answer: &Answer) -> Result<(), String> {
        match answer.failure().map(|error| error.code) {
            Some(ApiFailure::Fork) => self.counts.forks += 1,
            Some(ApiFailure::Epoch) => self.counts.epochs += 1,
            Some(ApiFailure::Unavailable) => {
                self.counts.unavailable += 1;
                // Whether it was done is not known; asked again, the service tells.
                if let Request::Push { .. } = request
                    && !self.house.has_accident_coming()
                {
                    let is_sent_away = std::mem::take(&mut self.desks[device].is_sent_away);
                    let again = self.house.send(self.build(device, request));
                    self.desks[device].is_sent_away = is_sent_away;
                    return self.observe(device, request, &again);
                }
            }
            Some(ApiFailure::Gap | ApiFailure::Malformed | ApiFailure::Unauthorised) => {}
            other => return Err(format!("the service answered {} {other:?}", answer.status)),
        }
        Ok(())
    }

    /// As after an upgrade on either side, or a service that lost the secret of its cursors: everything is pulled anew.
    fn spoil_cursor(&mut self, desk: usize, at: usize) -> Result<(), String> {
        if self.desks[desk].flights[at].lane != Lane::Pull
            || (matches!(self.desks[desk].flights[at].stage, Stage::Wanted) && self.desks[desk].depart(at).is_none())
        {
            return Ok(());
        }
        let Stage::Sent(Request::Pull { state }) = &mut self.desks[desk].flights[at].stage else { return Ok(()) };
        if let Some(cursor) = &mut state.cursor {
            let last = if cursor.pop() == Some('A') { 'B' } else { 'A' };
            cursor.push(last);
        }
        self.finish_flight(desk, at)
    }

    fn damage_request(&mut self, desk: usize, at: usize, dice: &mut Random) -> Result<(), String> {
        if matches!(self.desks[desk].flights[at].stage, Stage::Wanted) && self.desks[desk].depart(at).is_none() {
            return Ok(());
        }
        let Stage::Sent(Request::Push { body, .. }) = &self.desks[desk].flights[at].stage else { return Ok(()) };
        let body = damaged(body, dice);
        let request = self.push_builder(desk).body(Body::from(body)).expect("the request is sound");
        let head = self.head();
        let answer = self.house.send(request);
        if answer.is_success() {
            // The changed bit meant nothing: what was unpacked is what was packed, its checksum says so.
            let Stage::Sent(request) = &self.desks[desk].flights[at].stage else { return Ok(()) };
            let request = request.clone();
            self.observe(desk, &request, &answer)?;
            self.desks[desk].fail(at, Failure::Network);
            return Ok(());
        }
        if self.head() != head {
            return Err(format!("a damaged push was answered {} and moved the head", answer.status));
        }
        let failure = answer.failure().map_or(Failure::NotMingce, |error| Failure::from(&error));
        self.desks[desk].fail(at, failure);
        Ok(())
    }

    pub(crate) fn head(&self) -> u64 {
        self.house.look("SELECT head FROM organisation")
    }

    fn begin_slowly(&mut self, desk: usize, at: usize) -> Result<(), String> {
        if self.slow.len() >= SLOW_MAX || !matches!(self.desks[desk].flights[at].lane, Lane::Push { .. }) {
            return Ok(());
        }
        if matches!(self.desks[desk].flights[at].stage, Stage::Wanted) && self.desks[desk].depart(at).is_none() {
            return Ok(());
        }
        let Stage::Sent(request) = std::mem::replace(&mut self.desks[desk].flights[at].stage, Stage::Wanted) else {
            return self.put_back(desk, at);
        };
        let Request::Push { body, .. } = &request else { return Ok(()) };
        let slow = self.house.send_slowly(self.push_builder(desk), body.clone());
        let flight = &mut self.desks[desk].flights[at];
        flight.stage = Stage::Slow;
        self.slow.push((desk, flight.ticket, request, slow));
        Ok(())
    }

    /// The answer was there already: it is asked for again.
    fn put_back(&mut self, desk: usize, at: usize) -> Result<(), String> {
        self.desks[desk].fail(at, Failure::Network);
        Ok(())
    }

    /// The rest of a slow push arrives, and its answer goes back if the desktop still waits.
    pub(crate) fn end_slowly(&mut self, place: usize) -> Result<(), String> {
        let (desk, ticket, request, slow) = self.slow.remove(place);
        let answer = self.house.finish(slow);
        self.observe(desk, &request, &answer)?;
        self.remember(desk, &request);
        if let Some(flight) = self.desks[desk].flights.iter_mut().find(|flight| flight.ticket == ticket) {
            flight.stage = Stage::Answered(request, answer);
        }
        Ok(())
    }

    /// Everything that the service has, as a desktop without anything pulls it.
    pub(crate) fn dump(&self) -> Result<BTreeMap<(Kind, RecordId), Record>, String> {
        let mut all = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/organisations/{}/pull?limit=500{cursor}", self.house.organisation);
            let request =
                axum::http::Request::get(path).header("authorization", format!("Bearer {}", self.house.tokens[0]));
            let answer = self.house.send(request.body(Body::empty()).expect("the request is sound"));
            if !answer.is_success() {
                return Err(format!("a pull from the beginning was answered {}", answer.status));
            }
            let (header, records) = read_page(&answer).map_err(|error| error.to_string())?;
            for record in records {
                if let Some(values) = record.values {
                    let row = Record { kind: record.kind, id: record.id, ver: record.ver, values };
                    all.insert((record.kind, record.id), row);
                }
            }
            if !header.more {
                return Ok(all);
            }
            cursor = format!("&cursor={}", header.cursor);
        }
    }
}

/// A body with a byte changed, or cut.
fn damaged(body: &[u8], dice: &mut Random) -> Vec<u8> {
    let mut body = body.to_vec();
    let place = dice.below(body.len().max(1) as u64) as usize;
    if dice.percent(50) {
        body.truncate(place);
    } else if let Some(byte) = body.get_mut(place) {
        *byte ^= 1 << dice.below(8);
    }
    body
}
