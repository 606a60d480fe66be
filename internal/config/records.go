package config

// Records is what a command needs that writes our own tables and never calls
// Didit.
type Records struct {
	Key      Key `env:"DESK_SECRET" says:"32 random bytes in hex or base64 (\"openssl rand -hex 32\"); signs and encrypts. Required."`
	Database Database
}

// LoadRecords reads and checks the database's settings and the secret alone.
func LoadRecords(environ []string) (Records, error) {
	var r Records
	problems := parse(environ, &r)
	k := &checker{known: problems}
	k.require(!r.Key.IsZero(), "DESK_SECRET", `is missing: it is the one that "web serve" runs with`)
	problems = append(problems, k.found...)
	problems = append(problems, r.Database.check(problems)...)
	return r, listed(problems)
}

// LoadKey reads and checks the secret alone.
func LoadKey(environ []string) (Key, error) {
	var only struct {
		Key Key `env:"DESK_SECRET"`
	}
	problems := parse(environ, &only)
	k := &checker{known: problems}
	k.require(!only.Key.IsZero(), "DESK_SECRET", `is missing: it is the one that "web serve" runs with`)
	return only.Key, listed(append(problems, k.found...))
}
