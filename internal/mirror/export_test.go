package mirror

import "context"

// Rounds lets a test do the leader's rounds one by one, by the test's clock, until
// nothing is left to do at once.
func Rounds(m *Mirror) func(context.Context) error {
	return func(ctx context.Context) error {
		for range 100 {
			next, err := m.round(background(ctx))
			if err != nil || next > 0 {
				return err
			}
		}
		return nil
	}
}
