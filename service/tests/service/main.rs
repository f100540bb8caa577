//! The service as its callers meet it: whole requests through the router, over a real database in a temporary folder.

mod account;
mod administrators;
mod audit;
mod audit_tampering;
mod backup;
mod consents;
mod custom;
mod database;
mod database_tls;
mod departments;
mod description;
mod desk;
mod events;
mod join;
#[cfg(target_os = "linux")]
mod many;
mod merge;
mod network;
mod order;
mod phone;
mod photos;
mod postgres;
mod pull;
mod push;
mod restart;
mod roles;
mod schemas;
mod scopes;
mod second_factor;
mod verify;
mod within;
