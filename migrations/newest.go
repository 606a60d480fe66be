package migrations

import (
	"fmt"

	"github.com/pressly/goose/v3"
)

// Newest is the number of the last of our migrations.
func Newest() (int64, error) {
	files, err := FS.ReadDir(".") // sorted by name, so by number
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	version, err := goose.NumericComponent(files[len(files)-1].Name())
	if err != nil {
		return 0, fmt.Errorf("migration %s: %w", files[len(files)-1].Name(), err)
	}
	return version, nil
}
