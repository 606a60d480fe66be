package desk

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"diditdesk/internal/kyc"
)

// maxNote bounds what a person types. The API takes 10,000 characters
// (api/sessions.md §5.4); the rest is room for the reason and the signature.
const maxNote = 4000

// decisionComment is what Didit keeps beside a status change.
func decisionComment(label, note string) string {
	if note == "" {
		return label
	}
	return label + ": " + note
}

// sign names the person, because upstream every call is only "API client", and
// the action, by which a lost answer is found again (F8).
func sign(comment string, actor kyc.Actor, actionID int64) string {
	name := strings.Join(strings.Fields(strings.ReplaceAll(actor.Name, "—", "-")), " ")
	return strings.TrimSpace(comment) + " — " + name + " " + marker(actionID)
}

func marker(actionID int64) string { return fmt.Sprintf("via Desk #%d", actionID) }

// signature is the end of a signed comment. The name holds no dash, so that the
// last one is found.
var signature = regexp.MustCompile(`\s*— ([^—\n]+) via Desk #([0-9]{1,18})\s*$`)

// Unsigned takes a comment apart: what was said, and which member of staff said
// it; staff is "" for comments that did not come from this desk. It is what the
// comment claims: anybody at Didit can write such an end.
func Unsigned(comment string) (text, staff string) {
	at := signature.FindStringSubmatchIndex(comment)
	if at == nil {
		return comment, ""
	}
	return comment[:at[0]], comment[at[2]:at[3]]
}

// ActionOf is the action a comment claims to come from; 0 when none.
func ActionOf(comment string) int64 {
	found := signature.FindStringSubmatch(comment)
	if found == nil {
		return 0
	}
	id, _ := strconv.ParseInt(found[2], 10, 64)
	return id
}

// carries reports whether a comment is the one of this action: by its signature,
// which only counts at the very end (a note may quote another one), or by the
// digest of the whole text when comments are not signed.
func carries(comment string, actionID int64, sum []byte) bool {
	comment = strings.TrimSpace(comment)
	if strings.HasSuffix(comment, marker(actionID)) {
		return true
	}
	return len(sum) > 0 && string(commentSum(comment)) == string(sum)
}

func commentSum(comment string) []byte {
	sum := sha256.Sum256([]byte(strings.TrimSpace(comment)))
	return sum[:]
}
