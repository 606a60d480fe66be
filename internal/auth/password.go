package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"diditdesk/internal/kyc"
)

// The cost of one guess (stack.md: 21–30 ms).
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltBytes    = 16
	sumBytes     = 32

	// maxPassword bounds what is normalized and hashed, in bytes.
	maxPassword = 1024
)

// phcHead starts every stored hash. Whoever changes the cost teaches parsePHC the
// old head too: a hash made at another cost is not known otherwise.
var phcHead = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)

// hasher lets only so many hashings run at once; the others wait their turn
// until their context ends.
type hasher struct{ slots chan struct{} }

func newHasher(atOnce int) hasher { return hasher{slots: make(chan struct{}, atOnce)} }

// hash makes the PHC string to store.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	sum, err := h.sum(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return phcHead + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum), nil
}

// check does the same work whether or not there is a stored hash: without one it
// hashes all the same, and says no (P10).
func (h hasher) check(ctx context.Context, stored, password string) (bool, error) {
	salt, want, ours := parsePHC(stored)
	sum, err := h.sum(ctx, password, salt)
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare(sum, want) == 1
	return same && ours && len(password) <= maxPassword, nil
}

func (h hasher) sum(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, tooMany(ctx)
	}
	// Two keyboards may send one character in two ways.
	text := norm.NFKC.String(password[:min(len(password), maxPassword)])
	return argon2.IDKey([]byte(text), salt, argonTime, argonMemory, argonThreads, sumBytes), nil
}

func tooMany(ctx context.Context) error {
	return &kyc.Error{Kind: kyc.Unavailable, Op: "auth.SignIn", Message: "Too many people are signing in. Try again in a moment.", Err: ctx.Err()}
}

// parsePHC takes a stored hash apart; for anything that is not ours it gives a
// salt and a sum that nothing matches.
func parsePHC(stored string) (salt, sum []byte, ours bool) {
	rest, ours := strings.CutPrefix(stored, phcHead)
	saltText, sumText, _ := strings.Cut(rest, "$")
	salt, errSalt := base64.RawStdEncoding.DecodeString(saltText)
	sum, errSum := base64.RawStdEncoding.DecodeString(sumText)
	if !ours || errSalt != nil || errSum != nil || len(salt) != saltBytes || len(sum) != sumBytes {
		return make([]byte, saltBytes), make([]byte, sumBytes), false
	}
	return salt, sum, true
}
