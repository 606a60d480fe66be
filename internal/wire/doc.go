// Package wire turns what the client decoded into the desk's own words (kyc). Both
// the mirror and the desk use it. Nothing is lost on the way: what has no word of
// ours stands in Extra and Unknown as it came, without links to media.
package wire
