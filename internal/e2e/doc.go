// Package e2e holds no code: its tests run the built program, as a person starts
// it, against the emulator and in a real Chromium.
package e2e
