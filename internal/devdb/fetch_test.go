package devdb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func TestUnpackWritesProgramsAndLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	err := unpack(archive(t, map[string]string{
		"package/native/bin/postgres":     "program",
		"package/native/lib/libpq.so.5.1": "library",
		"package/native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.1","target":"native/lib/libpq.so"}]`,
		"package/index.js":                "not ours",
	}), dir)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(filepath.Join(dir, "native/lib/libpq.so")); err != nil || string(body) != "library" {
		t.Errorf("through the link: %q (%v)", body, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "native/bin/postgres")); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("the program cannot be run: %v (%v)", info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "index.js")); err == nil {
		t.Error("a file that is not ours was unpacked")
	}
}

func TestUnpackStaysInItsFolder(t *testing.T) {
	parent := t.TempDir()
	err := unpack(archive(t, map[string]string{"package/native/../../escaped": "x"}), filepath.Join(parent, "tree"))
	if err == nil {
		t.Error("an archive with .. in it was taken")
	}
	if _, err := os.Stat(filepath.Join(parent, "escaped")); err == nil {
		t.Error("a file was written outside")
	}
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	tarred := tar.NewWriter(zipped)
	for name, body := range files {
		if err := tarred.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(body)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := tarred.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tarred.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
