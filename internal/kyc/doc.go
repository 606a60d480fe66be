// Package kyc holds the words of the domain: sessions and what was found in
// them, people, staff, roles, permissions and errors. It does no I/O and imports
// nothing of ours; technologies sit around it and meet in cmd/web.
package kyc
