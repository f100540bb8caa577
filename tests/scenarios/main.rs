//! Scenarios: real desktops against a real service, over loopback only. Nothing here sleeps; what must happen is waited
//! for, and faults happen at named points.

mod administrator;
mod apart;
mod at_work;
mod audit;
mod by_hand;
mod cells;
mod colleagues;
mod convergence;
mod copies;
mod custom_fields;
mod custom_files;
// Where the service keeps its data: as its own tests do.
#[allow(dead_code, reason = "these tests use part of it")]
#[path = "../../service/tests/service/database.rs"]
mod database;
mod defining;
mod departments;
mod desktop;
mod files;
mod history;
mod house;
mod imports;
mod layouts;
mod line;
mod live;
mod locked;
mod lost_answers;
mod merging;
mod office;
mod overtaken;
mod paper;
mod persons;
mod phone;
mod photos;
mod problems;
mod raw_pages;
mod refusals;
mod remembering;
mod removal;
mod restarts;
mod rights;
mod school_year;
mod scopes;
mod sheets;
mod signing_in;
mod stopping;
mod take_over;
mod undoing;
mod verifying;
mod witness;
mod world;
