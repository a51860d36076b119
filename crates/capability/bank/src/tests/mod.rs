mod api;
mod city;
mod imports;
mod laws;
mod life;
mod search;
