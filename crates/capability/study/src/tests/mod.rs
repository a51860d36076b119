//! Use cases and API on both engines, against real units, people and ledger.

mod api;
mod city;
mod cycle;
mod figures;
mod lock;
mod makeups;
mod review;
