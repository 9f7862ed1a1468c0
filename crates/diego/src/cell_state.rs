//! `GET /state` of a cell (A.13).
