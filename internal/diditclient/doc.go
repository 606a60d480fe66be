// Package diditclient is a typed client of the Didit v3 API (api/*.md). A call
// goes through a chain of small steps, a file each: deadline, retry, breaker,
// pace, authorize, classify, send. Both generations of the API decode, wrong
// shapes never fail a whole body, and the raw JSON is kept beside what is typed.
// The package knows nothing of us.
package diditclient
