package auth

import (
	"encoding/hex"
	"net/netip"
	"time"

	"diditdesk/internal/store"
)

// The limits of P9: failed tries within the window, over all instances.
const (
	tryWindow    = 15 * time.Minute
	accountTries = 5
	addressTries = 30
)

// lanes says where a try counts. A browser that signed in to this account before
// has a count of its own, so that a stranger's guesses, which fill the account's
// and perhaps the office's address, do not keep the owner out. Accounts stand
// there as digests.
func (a *Auth) lanes(emailKey, address string, device []byte) []store.Lane {
	if device != nil {
		return []store.Lane{{Key: "device:" + hex.EncodeToString(device), Limit: accountTries}}
	}
	account := hex.EncodeToString(a.sealer.Keyed("signin tries", countingKey(emailKey)))
	return []store.Lane{
		{Key: "account:" + account, Limit: accountTries},
		{Key: "address:" + block(address), Limit: addressTries},
	}
}

// block is the part of an address that one customer holds: a /64 in IPv6, where
// a machine has more addresses than there are seconds.
func block(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
