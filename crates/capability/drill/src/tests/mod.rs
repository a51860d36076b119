//! Behaviour of drill against real databases.

mod api;
mod city;
mod contests;
mod cycle;
mod exemptions;
mod figures;
mod films;
mod lock;
mod review;
