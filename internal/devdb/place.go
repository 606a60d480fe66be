package devdb

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// place is where a cluster lives. Root keeps it in a system folder when asked
// for one that the server's user cannot enter; home is what was asked for.
type place struct {
	Dir  string
	Home string // empty when it is Dir itself
}

// maxSocketDir leaves room in the 107 bytes of a socket path for the name
// PostgreSQL adds ("/.s.PGSQL.5432.lock").
const maxSocketDir = 107 - 20

func findPlace(o Options) (place, error) {
	if o.Dir == "" {
		if o.Name == "" {
			return place{}, errors.New("neither a directory nor a name is given")
		}
		cache, err := cacheDir()
		if err != nil {
			return place{}, err
		}
		at := place{Dir: filepath.Join(cache, o.Name)}
		return at, ownedDir(at.Dir)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return place{}, err
	}
	if err := ownedDir(dir); err != nil {
		return place{}, err
	}
	if serverMayEnter(dir) {
		return place{Dir: dir}, nil
	}
	cache, err := cacheDir()
	if err != nil {
		return place{}, err
	}
	at := place{Dir: filepath.Join(cache, "data-"+short(dir)), Home: dir}
	return at, ownedDir(at.Dir)
}

func (p place) file(name string) string { return filepath.Join(p.Dir, name) }

func (p place) dataDir() string { return p.file("data") }

func (p place) socketDir() string {
	if dir := p.file("run"); len(dir) <= maxSocketDir {
		return dir
	}
	return filepath.Join("/tmp", fmt.Sprintf("desk-%d-%s", os.Geteuid(), short(p.Dir)), "run")
}

// prepare honours a home that was emptied: data kept elsewhere for it goes too.
// Nobody may be running the cluster.
func (p place) prepare() error {
	if p.Home == "" {
		return nil
	}
	note := filepath.Join(p.Home, "kept-in")
	if _, err := os.Stat(note); err == nil {
		return nil
	}
	if err := os.RemoveAll(p.dataDir()); err != nil {
		return err
	}
	return os.WriteFile(note, []byte(p.Dir+"\n"), 0o600)
}

// cacheDir is this user's folder for clusters and fetched programs.
func cacheDir() (string, error) {
	if os.Geteuid() == 0 { // root's own cache is closed to the server's user
		return "/var/cache/didit-desk", ownedDir("/var/cache/didit-desk")
	}
	dir := filepath.Join(os.TempDir(), "didit-desk-"+strconv.Itoa(os.Geteuid()))
	if base, err := os.UserCacheDir(); err == nil && os.MkdirAll(base, 0o700) == nil {
		dir = filepath.Join(base, "didit-desk")
	}
	return dir, ownedDir(dir)
}

// ownedDir makes dir and refuses one that another user made first.
func ownedDir(dir string) error {
	if err := os.MkdirAll(dir, passMode()); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not a directory of this user", dir)
	}
	return nil
}

// passMode lets the server's user pass through what root made.
func passMode() os.FileMode {
	if os.Geteuid() == 0 {
		return 0o755
	}
	return 0o700
}

// serverMayEnter tells whether the user that runs PostgreSQL can reach dir.
func serverMayEnter(dir string) bool {
	if os.Geteuid() != 0 {
		return true
	}
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%x", sum[:6])
}
