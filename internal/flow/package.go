// Package flow holds the words of definitions under change control: documents
// that keep every byte they do not understand, workflows of either generation of
// the API as a typed view on them, the catalogue of their settings, what would be
// refused, what differs between two of them, and what new limits would have done
// to old sessions. It does no I/O. Wire facts: api/workflows.md.
package flow
