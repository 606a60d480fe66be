// Package bench measures the desk beside a floor and prints both; `make bench`
// runs it, no test does. The floor is what the same page costs with net/http and
// pgx alone: the same look-up of the sign-in, the same SQL, rows written by hand.
// Absolute figures belong to the machine they were taken on; ratios travel.
//
// Everything is real: the handler as cmd/web builds it, a private Postgres, HTTP
// over loopback with connections kept open, and the built program for what only
// a process has, its start and its memory.
package bench
